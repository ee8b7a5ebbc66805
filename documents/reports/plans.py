"""The lines of budget plans as one list; of a single plan the whole budget workbook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.layout import Column, Cover, Kind, Layout
from documents.planbook import book
from documents.reports.base import CHUNK, Report, Row, unit_name
from planning.models import PlanLine

LAYOUT = Layout(
    sheet=gettext_lazy("Rencana kebutuhan"),
    title=gettext_lazy("Baris rencana kebutuhan"),
    columns=(
        Column(gettext_lazy("Nomor baris"), Kind.CODE, 18),
        Column(gettext_lazy("Kode unit"), Kind.CODE, 18),
        Column(gettext_lazy("Unit"), width=24),
        Column(gettext_lazy("Kelompok"), width=14),
        Column(gettext_lazy("Jenis perangkat"), width=20),
        Column(gettext_lazy("Kode barang"), Kind.CODE, 19),
        Column(gettext_lazy("Kode rekening"), Kind.CODE, 19),
        Column(gettext_lazy("Kebutuhan riil"), Kind.INTEGER, 11, total=True),
        Column(gettext_lazy("Diusulkan"), Kind.INTEGER, 10, total=True),
        Column(gettext_lazy("Disetujui"), Kind.INTEGER, 10, total=True),
        Column(gettext_lazy("Cara pemenuhan"), width=16),
        Column(gettext_lazy("Harga satuan"), Kind.RUPIAH, 16),
        Column(gettext_lazy("Tahun harga"), Kind.INTEGER, 8),
        Column(gettext_lazy("PPN"), Kind.RUPIAH, 15, total=True),
        Column(gettext_lazy("Nilai"), Kind.RUPIAH, 18, total=True),
        Column(gettext_lazy("Sumber dana"), width=14),
        Column(gettext_lazy("Skor kebutuhan"), Kind.INTEGER, 10),
        Column(gettext_lazy("Hari menunggu"), Kind.INTEGER, 10),
        Column(gettext_lazy("Keterangan"), width=30),
    ),
)


def rows(plans: QuerySet) -> Iterator[Row]:
    """One row per line of the plans, plan by plan in their order."""
    lines = PlanLine.objects.filter(plan__in=plans.order_by().values("pk")).with_names()
    for line in lines.order_by("plan", "position").iterator(chunk_size=CHUNK):
        kind, cost = line.device_type, line.amount()
        yield (
            line.number, line.unit.code, unit_name(line.unit.name, line.unit.kind), line.family.name,
            kind.name if kind else None, kind.item_code.code if kind and kind.item_code else None, line.account_code,
            line.need, line.proposed, line.approved, str(line.get_fulfilment_display()), line.unit_price,
            line.price_year, cost.ppn if cost else None, cost.total if cost else None,
            str(line.get_fund_source_display()), line.score, line.waiting_days, line.note,
        )  # fmt: skip


def workbook(file: IO[bytes], plans: QuerySet, owner: Any, cover: Cover) -> tuple[int, str]:
    plan = plans.model.objects.select_related("unit__parent", "within", "sub_activity").get(pk__in=plans.values("pk"))
    words = _("Usulan Kebutuhan Perangkat TA %(year)s") % {"year": plan.fiscal_year}
    return book.write(file, plan, owner, cover), f"{words} {plan.number}"


PLANS = Report(layout=LAYOUT, rows=rows, file_word="rencana-kebutuhan", book=workbook)
