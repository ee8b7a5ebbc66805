"""The lines of budget plans as one list; of a single plan the whole budget workbook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.columns import On
from documents.layout import Cover
from documents.planbook import book
from documents.reports.base import Report, SheetRow, layout_of, read
from planning.lists import PLAN_LINES, PLANS
from planning.models import PlanLine


def rows(plans: QuerySet) -> Iterator[SheetRow]:
    """One row per line of the plans, plan by plan in their order."""
    lines = PlanLine.objects.filter(plan__in=plans.order_by().values("pk"))
    return read(PLAN_LINES.shown(On.SHEET), lines.order_by("plan", "position"))


def workbook(file: IO[bytes], plans: QuerySet, owner: Any, cover: Cover) -> tuple[int, str]:
    plan = plans.model.objects.select_related("unit__parent", "within", "sub_activity").get(pk__in=plans.values("pk"))
    words = _("Usulan Kebutuhan Perangkat TA %(year)s") % {"year": plan.fiscal_year}
    return book.write(file, plan, owner, cover), f"{words} {plan.number}"


BUDGET_PLAN = Report(
    listing=PLANS,
    lines=PLAN_LINES,
    layout=layout_of(
        PLAN_LINES, sheet=gettext_lazy("Rencana kebutuhan"), title=gettext_lazy("Baris rencana kebutuhan")
    ),
    rows=rows,
    file_word="rencana-kebutuhan",
    book=workbook,
)
