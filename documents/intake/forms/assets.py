"""The register of devices, from e-BMD (20 columns), KIB B (16), our own export or template, or a CSV of Snipe-IT."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.importing_devices import AssetImporter
from assets.models import DeviceType
from assets.states import Condition, FundSource
from core.identity import IMEI, NIBAR, SERIAL, TAG
from documents.intake import spellings as read
from documents.intake.forms.base import Field, Form
from documents.intake.sheets import Cell
from documents.reports.assets import ASSETS as EXPORTED
from org.models import Unit

_FUNDS = {"dak fisik": "dak_fisik", "dak non-fisik": "dak_nonfisik", "dak non fisik": "dak_nonfisik", "apbd": "",
          "dbh-cht": "dbh_cht", "dbhcht": "dbh_cht", "bankeu provinsi": "bankeu", "bantuan keuangan provinsi": "bankeu",
          "grant": "hibah", "lain-lain": "other"}  # fmt: skip


def _one(cell: Cell) -> int:
    """The number of things a row stands for: a register of single devices has one each."""
    if read.plain(cell) not in ("1", "1 unit", "1 buah"):
        raise read.Unread("not_one", _("Satu baris untuk satu perangkat: pecah baris ini menurut jumlahnya."))
    return 1


def _origin(cell: Cell) -> str:
    """Of the origin (asal usul) only a grant says where the money came from."""
    return FundSource.HIBAH.value if "hibah" in read.plain(cell).lower() else ""


def _finish(values: dict[str, Any]) -> dict[str, Any]:
    """The year of purchase where no day is known, the fund that the origin tells, and no column of mere control."""
    year, origin, _quantity = (values.pop(name, None) for name in ("year", "origin", "quantity"))
    if year and "acquired_on" not in values:
        values["acquired_on"] = year
    if origin and "fund_source" not in values:
        values["fund_source"] = origin
    return values


def _types() -> list[str]:
    return list(DeviceType.objects.filter(active=True).values_list("name", flat=True))


def _units() -> list[str]:
    return list(Unit.objects.filter(active=True).values_list("code", flat=True))


def _conditions() -> list[str]:
    return [str(label) for label in Condition.labels]


def _funds() -> list[str]:
    return [str(label) for label in FundSource.labels]


FIELDS = (
    Field("tag", _("Label"), read.identifier(TAG, 40), aliases=("asset tag", "kode label", "nomor label", "tag"),
          note=_("Kosongkan untuk perangkat baru: label diberi otomatis."), as_text=True),
    Field("nibar", "NIBAR", read.identifier(NIBAR, 50), width=26, as_text=True),
    Field("device_type", _("Jenis perangkat"), read.text(100), aliases=("category", "kategori", "device type"),
          options=_types,
          note=_("Nama atau kode jenis dari katalog.")),
    Field("item_code", _("Kode barang"), read.code(24), aliases=("kode aset", "item code"), width=22, as_text=True),
    Field("item_name", _("Nama barang"), read.text(200),
          aliases=("nama barang jenis barang", "jenis barang nama barang",
          "jenis nama barang", "nama jenis barang", "uraian barang"), offered=False),
    Field("brand", _("Merek"), read.text(100), aliases=("merk", "manufacturer", "brand", "pabrikan")),
    Field("model", _("Tipe"), read.text(100), aliases=("type", "model", "model name")),
    Field("brand_model", _("Merek/Tipe"), read.text(200),
          aliases=("merk type", "merk tipe", "merek type", "merk model"),
          offered=False),
    Field("serial_number", _("Nomor seri"), read.identifier(SERIAL, 100),
          aliases=("serial", "serial number", "nomor pabrik", "pabrik",
          "no pabrik", "no seri pabrik", "nomor seri pabrik", "no seri"), as_text=True),
    Field("imei_1", "IMEI 1", read.identifier(IMEI, 40), aliases=("imei",), as_text=True),
    Field("imei_2", "IMEI 2", read.identifier(IMEI, 40), as_text=True),
    Field("condition", _("Kondisi"), read.condition, aliases=("kondisi b kb rb", "keadaan barang", "kondisi barang",
          "kondisi (b/kb/rb)", "condition"), options=_conditions),
    Field("unit_code", _("Kode unit pencatat"), read.code(40), aliases=("kode unit",), options=_units, as_text=True),
    Field("unit_name", _("Unit pencatat"), read.text(200), aliases=("perangkat daerah", "company", "unit", "opd",
          "skpd", "upb"), offered=False),
    Field("acquired_on", _("Tanggal perolehan"), read.day_or_year,
          aliases=("purchase date", "tgl perolehan", "tanggal beli",
          "tanggal pembelian")),
    Field("warranty_until", _("Garansi sampai"), read.any_day, aliases=("warranty expires", "masa garansi")),
    Field("year", _("Tahun pembelian"), read.year, aliases=("tahun perolehan", "tahun beli", "tahun"), offered=False),
    Field("price", _("Nilai perolehan"), read.rupiah,
          aliases=("harga", "harga perolehan", "harga satuan", "purchase cost",
          "nilai"), note=_("Rupiah, misalnya 3.500.000 atau 3,5 jt.")),
    Field("fund_source", _("Sumber dana"), read.choice(FundSource.choices, _FUNDS),
          aliases=("sumber anggaran", "fund source"), options=_funds),
    Field("origin", _("Asal usul"), _origin, aliases=("asal usul cara perolehan", "cara perolehan"), offered=False),
    Field("quantity", _("Jumlah"), _one, aliases=("jumlah barang",), offered=False),
    Field("note", _("Catatan"), read.text(2000), aliases=("keterangan", "notes", "ket"), width=30),
)  # fmt: skip

ASSETS = Form(
    kind="assets",
    label=_("Daftar perangkat"),
    explain=_("Dari e-BMD, KIB B, unduhan Gawai, template, atau CSV Snipe-IT."),
    fields=FIELDS,
    importer=AssetImporter,
    needs=(("device_type", "item_code"), ("tag", "nibar", "serial_number", "brand", "model", "brand_model")),
    ignored=(
        "no", "no urut", "nomor register", "nomor", "register", "ukuran", "ukuran cc", "bahan", "nomor rangka",
        "rangka", "nomor mesin", "mesin", "nomor polisi", "polisi", "nomor bpkb", "bpkb", "satuan", "keadaan",
        "unit pemegang", "nama pemegang", "nomor bast", "tanggal bast", "asset name", "status", "location",
        "checked out", "checked out to", "warranty", "supplier", "order number", "model no", "id", "created at",
        "updated at", "eol", *(column.title for column in EXPORTED.layout.columns), "current value",
    ),
    finish=_finish,
    takes_unit=True,
)  # fmt: skip
