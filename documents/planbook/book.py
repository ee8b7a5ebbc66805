"""The budget workbook ``Usulan Kebutuhan Perangkat TA YYYY`` of one plan."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import IO, Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl.utils import get_column_letter, quote_sheetname

from assets.states import FundSource
from core import words
from documents.layout import CellKind, Cover
from documents.papers.parties import unit_name
from documents.planbook.forms import Form, load_all
from documents.planbook.sheet import FormSheet
from documents.planbook.sources import EQUIPMENT, SOURCES, PlanData, above_threshold, all_equipment, threshold_words
from documents.sheetnames import sheet_name
from documents.stream import Said
from documents.styles import Role
from documents.workbook import SafeWorkbook
from planning import reading
from planning.models import Plan, PlanLine
from planning.states import PlanState, ProposalOrigin

CHOICES = "Pilihan"
PLAN_PROPERTY = "gawai-plan"


def write(file: IO[bytes], plan: Plan, owner: Any, cover: Cover) -> int:
    """Write the workbook of ``plan`` as ``owner`` may read it; returns the number of plan lines.

    Raises ``DomainError`` when a layout of the office is wrong. Call inside a snapshot.
    """
    data = PlanData(plan, owner)
    forms = [form for form in load_all() if not form.reviewed or plan.state != PlanState.DRAFT]
    with SafeWorkbook(cover) as book:
        sheets = [FormSheet(book, form, each) for form in forms for each in _by_unit(form, data)]
        places = {each.form.name: each.place for each in sheets if not each.form.per_unit}
        offered = {
            "fund_source": [str(label) for label in FundSource.labels],
            "proposal_origin": [str(label) for label in ProposalOrigin.labels],
            "account_code": sorted(data.accounts),
        }
        name = quote_sheetname(sheet_name(CHOICES, [each.place.sheet for each in sheets]))
        choices = {
            key: _range(name, get_column_letter(at), values) for at, (key, values) in enumerate(offered.items(), 1)
        }
        for each in sheets:
            each.write(places, choices)
        _list_choices(book, *offered.values())
        book.remarks = list(remarks(data))
        book.mark(PLAN_PROPERTY, f"{plan.number}:{plan.anchor_seq}")
        book.save(file)
    return len(data.lines)


def _by_unit(form: Form, data: PlanData) -> list[PlanData]:
    """The plan once for each sheet of the form: where it has one per unit, first the agency that plans, then whoever
    else has something on the books."""
    found = SOURCES[form.rows].found
    if not form.per_unit or found is None:
        return [data]
    return [data.booked_by(unit) for unit in data.keepers(found(data))]


def _range(sheet: str, column: str, values: list[str]) -> str:
    return f"{sheet}!${column}$1:${column}${max(1, len(values))}"


def _list_choices(book: SafeWorkbook, *columns: list[str]) -> None:
    """A hidden sheet with what the lists of input cells offer."""
    sheet, stream = book.new_sheet(CHOICES)
    sheet.sheet_state = "hidden"
    for row in zip_longest(*columns, fillvalue=""):
        stream.line(*(Said(value, Role.NOTE, CellKind.CODE) for value in row))
    book.finish(stream)


def remarks(data: PlanData) -> Iterator[tuple[str, str]]:
    """What a reader must know: which plan, from what, by which rules, and everything that is missing, by name."""
    plan, figures = data.plan, reading.sums(data.lines)
    yield _("Rencana"), f"{plan.number} · {data.words['unit']} · TA {plan.fiscal_year} {data.words['stage']}"
    yield _("Keadaan rencana"), str(plan.get_state_display())
    yield _("Versi sebelumnya"), str(plan.previous or _("belum ada versi sebelumnya"))
    if plan.calculated_at:
        yield _("Kebutuhan dihitung"), words.long_instant(plan.calculated_at)
    yield _("Jurnal saat dihitung (nomor:hash)"), f"{plan.anchor_seq}:{plan.anchor_hash}"
    yield _("Kebutuhan riil"), ngettext("%(n)s unit", "%(n)s unit", figures.need) % {"n": words.thousands(figures.need)}
    yield (
        _("Sumber"),
        _("Usulan yang disetujui, janji yang belum dipenuhi, daftar perangkat, penerimaan, SSH di Gawai."),
    )
    yield (
        _("Aturan"),
        _(
            "Kebutuhan riil = usulan disetujui + janji di luar usulan + penggantian + kekurangan terhadap standar "
            "− sudah dianggarkan − gudang − dalam penerimaan; tidak ada yang dihitung dua kali."
        ),
    )
    yield (
        _("RKBMD Pengadaan"),
        _(
            "Kebutuhan maksimum dan barang yang dapat dioptimalkan (layak pakai pada unit yang membutuhkan, dan di "
            "gudang) dihitung untuk semua unit dalam rencana, juga yang kebutuhannya sudah tertutup. Tanpa standar, "
            "kebutuhan maksimum kosong."
        ),
    )
    yield (
        _("Jumlah Barang pada Neraca"),
        _(
            "Barang dengan kode itu pada buku semua unit dalam rencana, yang belum dihapus, saat buku kerja ini "
            "dibuat; yang ekstrakomptabel disebut pada Keterangan."
        ),
    )
    silent = len(data.silent)
    if silent:
        yield (
            _("Baris tanpa kebutuhan"),
            _("%(n)s, tidak ditampilkan: tertutup anggaran, gudang atau penerimaan.") % {"n": words.thousands(silent)},
        )
    for label, lines in _missing(data):
        yield label, _named(lines) if lines else _("tidak ada")
    yield from _missing_on_forms(data)
    yield from _registers(data)
    if plan.sub_activity is None:
        yield _("Sub kegiatan"), _("belum diisi")
    if plan.note:
        yield _("Catatan perencana"), plan.note


def _missing(data: PlanData) -> Iterator[tuple[str, list[PlanLine]]]:
    lines, year = data.lines, data.plan.fiscal_year
    yield _("Harga belum ada"), [line for line in lines if line.unit_price is None]
    yield _("Harga dari tahun lain"), [line for line in lines if line.price_year not in (None, year)]
    yield _("Tarif PPN belum ada"), [line for line in lines if line.unit_price is not None and line.amount() is None]
    yield _("Kode rekening belum diisi"), [line for line in lines if not line.account_code]
    yield _("Kode barang belum ada"), [line for line in lines if not (line.device_type and line.device_type.item_code)]
    yield _("Standar kebutuhan belum ditetapkan"), [line for line in lines if line.standard is None]


def _missing_on_forms(data: PlanData) -> Iterator[tuple[str, str]]:
    """What the heads of the forms leave open, and where it is filled in."""
    for label, said in ((_("Provinsi"), data.province), (_("Tempat tanda tangan"), data.office.signing_place)):
        if not said:
            yield label, _("belum diisi pada pengaturan instalasi")
    heads = [(unit_name(unit), data.booked_by(unit).known) for unit in data.keepers(all_equipment(data))]
    for label, name in ((_("Kode lokasi belum diisi"), "location_code"), (_("Bidang urusan belum diisi"), "affair")):
        if unfilled := [unit for unit, known in heads if not known[name]]:
            yield label, ", ".join(unfilled)


def _registers(data: PlanData) -> Iterator[tuple[str, str]]:
    """By which rules the sheets of the register choose and number, and which devices they cannot place."""
    threshold = threshold_words(data.office)
    yield (
        _("KIB B"),
        _("Peralatan dan mesin (%(code)s) mulai %(threshold)s per barang; di bawahnya pada lembar ekstrakomptabel.")
        % {"code": EQUIPMENT.rstrip("."), "threshold": threshold},
    )
    yield (
        _("Nomor register"),
        _(
            "Yang tercatat pada perangkat; bila tidak ada, dihitung per unit pencatat dan kode barang menurut urutan "
            "pencatatan di Gawai. Nomor yang sudah diberikan tetap, juga bila barang lain pindah atau dihapus."
        ),
    )
    kind = "device_type__"
    for label, found in (
        (_("Kode barang belum ada pada KIB B"), all_equipment(data).filter(device_type__item_code__isnull=True)),
        (_("Nilai perolehan belum ada pada KIB B"), above_threshold(data).filter(price__isnull=True)),
        (_("Tidak masuk KIB B (persediaan)"), data.books().exclude(pk__in=all_equipment(data).order_by().values("pk"))),
    ):
        rows = found.order_by(f"{kind}name").values_list(f"{kind}name", f"{kind}item_code__code")
        counted = rows.annotate(n=Count("pk")).order_by(f"{kind}name")
        said = [f"{' '.join(filter(None, (code, name)))} ({words.thousands(n)})" for name, code, n in counted]
        yield label, ", ".join(said) or _("tidak ada")


def _named(lines: list[PlanLine]) -> str:
    shown = ", ".join(
        f"{line.position} ({unit_name(line.unit)}, {line.device_type or line.family})" for line in lines[:50]
    )
    more = len(lines) - 50
    return shown + (
        ngettext(" dan %(n)s baris lain", " dan %(n)s baris lain", more) % {"n": words.thousands(more)}
        if more > 0
        else ""
    )
