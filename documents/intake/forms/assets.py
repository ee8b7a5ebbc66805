"""The register of devices, from e-BMD (20 columns), KIB B (16), our own export or template, or a CSV of Snipe-IT."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.importing_devices import AssetImporter
from assets.states import Condition, FundSource
from core.errors import Text
from core.identity import IMEI, NIBAR, SERIAL, TAG
from documents.intake import days
from documents.intake import spellings as read
from documents.intake.forms.base import Field, Form
from documents.intake.forms.options import device_types, labels, units
from documents.intake.forms.several import counted, degree, finished, registers
from documents.intake.marks import Cell
from documents.reports.assets import ASSETS as EXPORTED

_LOWEST_FIRST = ("UPB", "SUB UNIT", "UNIT KERJA", "UNIT ORGANISASI", "SKPD", "OPD")
_FUNDS = {"dak fisik": "dak_fisik", "dak non-fisik": "dak_nonfisik", "dak non fisik": "dak_nonfisik", "apbd": "",
          "dbh-cht": "dbh_cht", "dbhcht": "dbh_cht", "bankeu provinsi": "bankeu", "bantuan keuangan provinsi": "bankeu",
          "grant": "hibah", "lain-lain": "other"}  # fmt: skip


def _origin(cell: Cell) -> str:
    """Of the origin (asal usul) only a grant says where the money came from."""
    return FundSource.HIBAH.value if "hibah" in read.plain(cell).lower() else ""


def _unit_above(above: list[str]) -> tuple[dict[str, Any], Text]:
    """The unit that the head of a KIB names; the lowest of the line of units."""
    told = re.findall(
        r"\b(UPB|SUB UNIT|UNIT ORGANISASI|UNIT KERJA|SKPD|OPD)\s*:?\s*\n?\s*:\s*([^\n]+)", "\n".join(above).upper()
    )
    found = {label: name.strip(" :.…-") for label, name in told}
    name = next((found[label] for label in _LOWEST_FIRST if found.get(label)), "")
    return ({"unit_above": name} if name else {}), ""


FIELDS = (
    Field("tag", _("Label"), read.identifier(TAG, 40), aliases=("asset tag", "kode label", "nomor label", "tag"),
          note=_("Kosongkan untuk perangkat baru: label diberi otomatis."), as_text=True, identifies=True),
    Field("nibar", "NIBAR", read.identifier(NIBAR, 50), width=26, as_text=True, identifies=True),
    Field("device_type", _("Jenis perangkat"), read.text(100), aliases=("category", "kategori", "device type"),
          options=device_types,
          note=_("Nama atau kode jenis dari katalog.")),
    Field("item_code", _("Kode barang"), read.code(40),
          aliases=("kode aset", "item code", "kd barang", "kode brg", "kode barang aset"), width=22, as_text=True,
          coded=True),
    Field("item_name", _("Nama barang"), read.text(200),
          aliases=("nama barang jenis barang", "jenis barang nama barang",
          "jenis nama barang", "nama jenis barang", "jenis barang", "uraian barang", "nama aset", "nama brg"),
          offered=False),
    Field("register_number", _("Nomor register"), registers,
          aliases=("register", "no register", "no reg", "noreg", "reg", "nup"), as_text=True),
    Field("brand", _("Merek"), read.text(100), aliases=("merk", "manufacturer", "brand", "pabrikan")),
    Field("model", _("Tipe"), read.text(100), aliases=("type", "model", "model name")),
    Field("brand_model", _("Merek/Tipe"), read.text(200),
          aliases=("merk type", "merk tipe", "merek type", "merk model", "merek model", "merk dan type"),
          offered=False),
    Field("serial_number", _("Nomor seri"), read.identifier(SERIAL, 100),
          aliases=("serial", "serial number", "nomor pabrik", "pabrik",
          "no pabrik", "no seri pabrik", "nomor seri pabrik", "no seri", "nomor serial", "sn", "s n"), as_text=True,
          identifies=True),
    Field("imei_1", "IMEI 1", read.identifier(IMEI, 40), aliases=("imei",), as_text=True, identifies=True),
    Field("imei_2", "IMEI 2", read.identifier(IMEI, 40), as_text=True, identifies=True),
    Field("condition", _("Kondisi"), read.condition, aliases=("kondisi b kb rb", "keadaan barang", "kondisi barang",
          "kondisi (b/kb/rb)", "kondisi (b/rr/rb)", "keadaan", "keadaan barang (b/kb/rb)", "condition"),
          options=labels(Condition)),
    Field("condition_b", _("Kondisi: B"), degree("B"), aliases=("b", "baik", "baik (b)", "b (baik)"),
          offered=False),
    Field("condition_kb", _("Kondisi: KB"), degree("KB"),
          aliases=("kb", "rr", "kurang baik", "rusak ringan", "kurang baik (kb)", "rusak ringan (rr)",
          "kb (kurang baik)", "rr (rusak ringan)"), offered=False),
    Field("condition_rb", _("Kondisi: RB"), degree("RB"),
          aliases=("rb", "rusak berat", "rusak berat (rb)", "rb (rusak berat)"), offered=False),
    Field("unit_code", _("Kode unit pencatat"), read.code(40), aliases=("kode unit",), options=units, as_text=True),
    Field("unit_name", _("Unit pencatat"), read.text(200), aliases=("perangkat daerah", "company", "unit", "opd",
          "skpd", "upb"), offered=False),
    Field("unit_above", _("Unit di atas tabel"), read.text(200), offered=False),
    Field("acquired_on", _("Tanggal perolehan"), days.day_or_year,
          aliases=("purchase date", "tgl perolehan", "tanggal beli",
          "tanggal pembelian", "tgl pembelian", "tgl beli")),
    Field("warranty_until", _("Garansi sampai"), days.any_day, aliases=("warranty expires", "masa garansi")),
    Field("year", _("Tahun pembelian"), days.year,
          aliases=("tahun perolehan", "tahun beli", "tahun", "tahun pembuatan pembelian", "tahun pengadaan",
          "thn perolehan", "thn pembelian"), offered=False),
    Field("price", _("Nilai perolehan"), read.rupiah,
          aliases=("harga", "harga perolehan", "harga beli", "harga pembelian", "jumlah harga", "total harga",
          "purchase cost", "nilai"), note=_("Rupiah, misalnya 3.500.000 atau 3,5 jt.")),
    Field("unit_price", _("Harga satuan"), read.rupiah, aliases=("harga satuan perolehan",), offered=False),
    Field("fund_source", _("Sumber dana"), read.choice(FundSource.choices, _FUNDS),
          aliases=("sumber anggaran", "fund source"), options=labels(FundSource)),
    Field("origin", _("Asal usul"), _origin, aliases=("asal usul cara perolehan", "cara perolehan"), offered=False),
    Field("quantity", _("Jumlah"), counted, aliases=("jumlah barang", "jml", "jml barang", "banyaknya", "volume"),
          offered=False),
    Field("holder", _("Nama pemegang"), read.text(150),
          aliases=("nama pemakai", "pemakai", "pemegang", "nama pengguna", "pengguna", "pemegang barang"),
          offered=False),
    Field("handover_number", _("Nomor BAST"), read.code(100), aliases=("no bast", "bast nomor"), offered=False),
    Field("handed_over_on", _("Tanggal BAST"), days.day, aliases=("tgl bast", "bast tanggal"), offered=False),
    Field("note", _("Catatan"), read.text(2000), aliases=("notes",), width=30),
    Field("remark", _("Keterangan"), read.text(2000), aliases=("ket",), offered=False),
)  # fmt: skip

ASSETS = Form(
    kind="assets",
    label=_("Daftar perangkat"),
    explain=_("Dari e-BMD, KIB B, unduhan Gawai, template, atau CSV Snipe-IT."),
    fields=FIELDS,
    importer=AssetImporter,
    needs=(("device_type", "item_code", "item_name"),
           ("tag", "nibar", "serial_number", "brand", "model", "brand_model")),
    subject=("device_type", "item_code", "item_name"),
    proof=("brand", "model", "brand_model", "register_number", "acquired_on", "year", "condition", "condition_b",
           "condition_kb", "condition_rb"),
    ignored=(
        "no", "no urut", "nomor", "ukuran", "ukuran cc", "bahan", "nomor rangka",
        "rangka", "nomor mesin", "mesin", "nomor polisi", "polisi", "nomor bpkb", "bpkb", "satuan",
        "unit pemegang", "kode barang uraian", "no polisi", "status pemakai", "nomor identitas", "jabatan",
        "nomor pakta integritas", "tanggal pakta integritas", "asset name", "status", "location",
        "checked out", "checked out to", "warranty", "supplier", "order number", "model no", "id", "created at",
        "updated at", "eol", *(column.title for column in EXPORTED.layout.columns), "current value",
    ),
    finish=finished,
    assumed=_unit_above,
    takes_unit=True,
)  # fmt: skip
