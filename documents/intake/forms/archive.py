"""What was said and given before the register began: old pledges, which become drafts, and old deliveries."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from assets.models import Family
from assets.states import Condition
from core.identity import NIBAR, SERIAL, TAG
from documents.intake import days
from documents.intake import spellings as read
from documents.intake.forms.base import Field, Form
from documents.intake.forms.office import UNIT_CODE, UNIT_NAME, upper_code
from documents.intake.forms.options import device_types, labels
from handing_over.archive import DeliveryImporter
from org.models import Office
from pledges.importing_pledges import PledgeImporter
from pledges.states import Basis, Strength


def _offices() -> list[str]:
    return list(Office.objects.filter(active=True).values_list("name", flat=True))


def _promised() -> list[str]:
    families = Family.objects.values_list("name", flat=True)
    return list(dict.fromkeys([*families, *device_types()]))


OLD_PLEDGES = Form(
    kind="old_pledges",
    label=_("Janji lama"),
    explain=_("Menjadi draf, lalu diajukan satu per satu. Baris berucapan, jabatan dan tanggal sama: satu janji."),
    fields=(
        Field("title", _("Judul"), read.text(200), required=True, width=30),
        Field("quote", _("Ucapan"), read.text(4000), aliases=("kutipan", "isi janji", "bunyi janji"), required=True,
              width=40),
        Field("office", _("Jabatan yang berjanji"), read.text(150), aliases=("jabatan",), required=True,
              options=_offices),
        Field("made_on", _("Tanggal ucapan"), days.day_or_year, aliases=("tanggal janji", "tanggal", "tahun"),
              note=_("Tanggal, atau tahun saja bila harinya tidak diketahui.")),
        Field("made_on_from", _("Diucapkan, paling awal"), days.day_or_year, offered=False),
        Field("made_on_to", _("Diucapkan, paling akhir"), days.day_or_year, offered=False),
        Field("basis", _("Dasar"), read.choice(Basis.choices), aliases=("sumber", "bukti"), required=True,
              options=labels(Basis)),
        Field("strength", _("Kekuatan"), read.choice(Strength.choices), options=labels(Strength)),
        Field("occasion", _("Acara"), read.text(200)),
        Field("place", _("Tempat"), read.text(200)),
        Field("deadline_text", _("Tenggat menurut ucapan"), read.text(300), aliases=("tenggat",)),
        Field("original_due_on", _("Tenggat awal"), days.any_day, aliases=("tanggal tenggat",)),
        Field("budget_ref", _("Rujukan anggaran"), read.text(150)),
        Field("responsible_code", _("Kode unit penanggung jawab"), upper_code, as_text=True),
        Field("responsible_name", _("Unit penanggung jawab"), read.text(200), aliases=("penanggung jawab",),
              offered=False),
        Field("unit_code", _("Kode unit penerima"), upper_code, as_text=True),
        Field("unit_name", _("Unit penerima"), read.text(200), aliases=("penerima", "kecamatan"), offered=False),
        Field("promised", _("Perangkat yang dijanjikan"), read.text(100), aliases=("perangkat", "kelompok perangkat",
              "jenis perangkat"), options=_promised),
        Field("quantity", _("Jumlah"), read.whole(1, 100_000)),
    ),
    importer=PledgeImporter,
    subject=("quote", "title"),
    needs=(("title",), ("quote",), ("office",), ("made_on", "made_on_from"), ("basis",)),
    ignored=("no", "no urut", "nomor", "status", "keterangan"),
    takes_unit=True,
)  # fmt: skip

OLD_DELIVERIES = Form(
    kind="old_deliveries",
    label=_("Penyerahan lama"),
    explain=_("BAST dari arsip, selama masa pencatatan arsip dibuka. Baris dengan nomor yang sama menjadi satu BAST. "
              "Untuk janji baru dihitung setelah orang kedua melampirkan BAST bertanda tangan."),
    fields=(
        Field("number", _("Nomor BAST"), read.code(100), aliases=("nomor", "no bast", "bast nomor"), as_text=True,
              width=28, note=_("Kosongkan bila suratnya tidak bernomor: tiap perangkat menjadi surat sendiri.")),
        Field("handed_over_on", _("Tanggal BAST"), days.day, aliases=("tanggal", "tanggal serah terima"),
              required=True),
        UNIT_CODE,
        UNIT_NAME,
        Field("recipient", _("Nama pemegang"), read.text(150), aliases=("penerima", "nama penerima", "nama pemakai",
              "pemegang"),
              note=_("Nama atau NIP orang yang sudah tercatat di unit penerima.")),
        Field("tag", _("Label"), read.identifier(TAG, 40), aliases=("label perangkat", "asset tag"), as_text=True,
              identifies=True),
        Field("nibar", "NIBAR", read.identifier(NIBAR, 50), as_text=True, width=26, identifies=True),
        Field("serial_number", _("Nomor seri"), read.identifier(SERIAL, 100), aliases=("serial", "nomor pabrik"),
              as_text=True, identifies=True),
        Field("condition", _("Kondisi"), read.condition, options=labels(Condition)),
        Field("accessories", _("Kelengkapan"), read.text(300)),
        Field("pledge", _("Nomor janji"), read.code(30), aliases=("janji",), as_text=True),
    ),
    importer=DeliveryImporter,
    subject=("tag", "nibar", "serial_number"),
    needs=(("handed_over_on",), ("unit_code", "unit_name"), ("tag", "nibar", "serial_number")),
    ignored=("no", "no urut", "nama barang", "merk type", "merek", "tipe", "jumlah", "satuan", "keterangan"),
)  # fmt: skip
