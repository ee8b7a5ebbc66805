"""Units, people, device types and standard prices."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.importing_catalogue import DeviceTypeImporter, StandardPriceImporter
from assets.models import Family
from assets.models.catalogue import USUAL_LIFE_YEARS
from core import clock
from core.errors import Text
from core.identity import TEXT
from core.numbers import FISCAL_YEARS
from documents.intake import spellings as read
from documents.intake.forms.base import Field, Form
from documents.intake.forms.options import device_types, labels, units
from documents.intake.marks import Cell
from org.importing_reference import PersonImporter, UnitImporter
from org.models import Unit


def upper_code(cell: Cell) -> str:
    return read.code(40)(cell).upper()


def _lower_code(cell: Cell) -> str:
    return read.code(40)(cell).lower()


def _identity(cell: Cell) -> str:
    """What ``PersonImporter`` reads as a NIP, or keeps as another number where the row says that it is none."""
    return read.identifier(TEXT, 30)(cell).lstrip("'`")


def _active() -> list[str]:
    return [str(_("ya")), str(_("tidak"))]


def _families() -> list[str]:
    return list(Family.objects.values_list("name", flat=True))


_KINDS = {"kabupaten": "regency", "kota": "regency", "opd": "agency", "skpd": "agency", "dinas": "agency",
          "badan": "agency", "bidang": "division", "bagian": "division"}  # fmt: skip
ACTIVE = Field("active", _("Aktif"), read.yes_no, aliases=("status aktif", "status"), options=_active)
UNIT_CODE = Field("unit_code", _("Kode unit"), upper_code, aliases=("unit code",), options=units, as_text=True)
UNIT_NAME = Field("unit_name", _("Unit"), read.text(200),
                  aliases=("unit kerja", "perangkat daerah", "opd", "skpd", "instansi",
                  "nama unit"), offered=False)  # fmt: skip


def _year_above(above: list[str]) -> tuple[dict[str, Any], Text]:
    """The fiscal year of a list of prices that has no column for it: that of its title, else the next to be planned."""
    found = re.search(r"\b(?:tahun(?: anggaran)?|t\.?a\.?)\s*:?\s*(20\d\d)\b", " ".join(above).lower())
    year = int(found[1]) if found else clock.today().year + 1
    return {"year": year}, _("Tahun anggaran tidak ada kolomnya: dicatat untuk %(year)s.") % {"year": year}


UNITS = Form(
    kind="units",
    label=_("Unit"),
    explain=_("Kecamatan, kelurahan, desa, dan perangkat daerah. Induk mengikuti kode: 32.01.12 di bawah 32.01."),
    fields=(
        Field("code", _("Kode"), upper_code, aliases=("kode unit", "kode wilayah"), required=True, as_text=True,
              identifies=True,
              note=_("Kode wilayah Kemendagri, atau kode perangkat daerah di bawah kabupaten.")),
        Field("name", _("Nama"), read.text(150), aliases=("nama unit", "nama wilayah", "kecamatan", "unit"),
              required=True),
        Field("kind", _("Jenis"), read.choice(Unit.Kind.choices, _KINDS), aliases=("jenis unit", "tingkat"),
              options=labels(Unit.Kind),
              note=_("Boleh kosong bila mengikuti kodenya.")),
        Field("location_code", _("Kode lokasi"), read.code(60), aliases=("no kode lokasi",), as_text=True, width=26),
        Field("affair", _("Bidang urusan"), read.text(150), aliases=("bidang",), width=30),
        Field("address", _("Alamat"), read.text(200), aliases=("alamat kantor",), width=34),
        ACTIVE,
    ),
    importer=UnitImporter,
    needs=(("code",), ("name",)),
    subject=("name", "code"),
    ignored=("no", "no urut"),
)  # fmt: skip

PEOPLE = Form(
    kind="people",
    label=_("Orang"),
    explain=_("Pegawai dan pemegang perangkat. Dikenali dari NIP; tanpa NIP dari nama di unitnya."),
    fields=(
        Field("name", _("Nama"), read.text(150), aliases=("nama lengkap", "nama pegawai"), required=True, width=28),
        Field("nip", _("NIP / nomor identitas"), _identity, aliases=("nip", "nip nik", "nomor identitas",
              "nip nomor identitas"), as_text=True, width=22, identifies=True),
        Field("not_nip", _("Bukan NIP"), read.yes_no, aliases=("pejabat asing",), options=_active,
              note=_("Ya untuk nomor lain: pejabat asing, NIPTT, atau NIK.")),
        Field("position", _("Jabatan"), read.text(150), aliases=("nama jabatan",), width=26),
        Field("rank", _("Pangkat/golongan"), read.text(60), aliases=("pangkat golongan", "pangkat gol", "pangkat"),
              width=24),
        Field("phone", _("Nomor HP"), read.phone,
              aliases=("no hp", "hp", "telepon", "nomor telepon", "no telp", "whatsapp",
              "nomor wa"), as_text=True),
        UNIT_CODE,
        UNIT_NAME,
        ACTIVE,
    ),
    importer=PersonImporter,
    needs=(("name",), ("nip", "unit_code", "unit_name", "position")),
    subject=("name",),
    ignored=("no", "no urut", "golongan", "email"),
    takes_unit=True,
)  # fmt: skip

DEVICE_TYPES = Form(
    kind="device_types",
    label=_("Jenis perangkat"),
    explain=_("Katalog jenis perangkat dengan kelompok dan kode barangnya."),
    fields=(
        Field("code", _("Kode"), _lower_code, aliases=("kode jenis",), required=True, as_text=True,
              identifies=True,
              note=_("Huruf kecil, angka dan garis bawah, misalnya smartphone.")),
        Field("name", _("Nama"), read.text(100), aliases=("jenis perangkat", "nama jenis"), required=True),
        Field("name_en", _("Nama (Inggris)"), read.text(100), aliases=("english name",)),
        Field("family", _("Kelompok"), read.text(100), aliases=("kelompok perangkat", "family"), options=_families),
        Field("item_code", _("Kode barang"), read.code(24), as_text=True, width=22),
        Field("unit_of_measure", _("Satuan"), read.text(20)),
        Field(
            "useful_life_years", _("Masa manfaat (tahun)"), read.whole(USUAL_LIFE_YEARS, 200),
            aliases=("masa manfaat", "umur"),
        ),
        ACTIVE,
    ),
    importer=DeviceTypeImporter,
    needs=(("code",), ("name",)),
    subject=("name", "code"),
    ignored=("no", "no urut"),
)  # fmt: skip

STANDARD_PRICES = Form(
    kind="standard_prices",
    label=_("Standar satuan harga (SSH)"),
    explain=_("Harga satuan per jenis perangkat dan tahun anggaran. Barang di luar katalog dilewati."),
    fields=(
        Field("device_type", _("Jenis perangkat"), read.text(100), aliases=("device type",), options=device_types),
        Field("item_code", _("Kode barang"), read.code(40), as_text=True, width=22, coded=True),
        Field("item_name", _("Uraian barang"), read.text(200), aliases=("nama barang", "uraian"), offered=False),
        Field("year", _("Tahun anggaran"), read.whole(*FISCAL_YEARS), aliases=("tahun", "ta"), required=True),
        Field("price", _("Harga satuan"), read.rupiah, aliases=("harga", "harga satuan ssh", "nilai"), required=True),
        Field("includes_ppn", _("Termasuk PPN"), read.yes_no, aliases=("ppn",), options=_active),
        Field("source", _("Dasar"), read.text(150), aliases=("dasar hukum", "sumber", "perbup")),
        Field("component_id", _("ID komponen SSH"), read.code(40), aliases=("id standar harga", "id komponen"),
              as_text=True),
        Field("specification", _("Spesifikasi"), read.text(300), width=30),
        Field("account_code", _("Kode rekening"), read.code(24), aliases=("rekening",), as_text=True, width=22),
        Field("tkdn_percent", _("TKDN (%)"), read.percent, aliases=("tkdn",)),
    ),
    importer=StandardPriceImporter,
    assumed=_year_above,
    needs=(("device_type", "item_code", "item_name"), ("year",), ("price",)),
    subject=("device_type", "item_code", "item_name"),
    proof=("price",),
    ignored=("no", "no urut", "satuan", "kode kelompok barang", "uraian kelompok barang"),
)  # fmt: skip
