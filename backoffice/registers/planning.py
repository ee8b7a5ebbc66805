"""Budget plans: figures as a sentence first, then the lines by urgency, then what is read off them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from assets.models import Family
from backoffice import filters, html
from backoffice.base import BaseAdmin, shows
from backoffice.charts import Bar, bars
from backoffice.columns import in_list
from backoffice.forms import initial_of
from backoffice.registers.plan_forms import AdjustForm, PlanForm, ReviewForm
from backoffice.registers.plan_lines import row_of
from backoffice.registers.plan_readings import READINGS
from backoffice.verbs import DANGER, PRIMARY, Button
from core import acts, clock, words
from planning import plans, reading
from planning.lists import PLANS
from planning.models import AccountCode, Plan, PlanLine
from planning.plans import DESCRIPTIVE
from planning.reading import Figures
from wording import badges

SHOWN = 15
"""Lines on the plan's own page; all of them are in the register of lines."""
ACT, GRID = "backoffice/plan_act.html", "backoffice/plan_grid.html"


@shows(Plan)
class PlanAdmin(BaseAdmin):
    workbook_kind, workbook_label = "budget_plan", _("Unduh buku kerja usulan")
    readings = READINGS
    verbs, creates = acts.on(Plan, plans), plans.create
    forms = {"create": PlanForm, "review": ReviewForm, "adjust": AdjustForm}
    tones = {"review": PRIMARY, "freeze": PRIMARY, "delete": DANGER}
    templates = {
        "review": GRID, "adjust": GRID, "freeze": ACT, "recalculate": ACT, "send-back": ACT, "delete": ACT,
    }  # fmt: skip
    listing = PLANS
    list_display = ("what", *in_list(PLANS, "unit", "state", state=badges.plan), "devices", "cost", "calculated")
    list_filter = filters.of(PLANS)
    search_help_text = _("Cari nomor, unit, catatan")
    related = ("unit", "within", "previous", "sub_activity", "made_by__person", "reviewed_by__person",
               "frozen_by__person")  # fmt: skip
    nothing = _("Belum ada rencana kebutuhan.")
    intro = _(
        "Kebutuhan setahun dengan sebab setiap angkanya: usulan, janji, penggantian dan standar, dikurangi persediaan."
    )

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        figures = reading.figures_of_each(row.pk for row in rows)
        for row in rows:
            row.figures = figures.get(row.pk, Figures())

    @admin.display(description=_("rencana"))
    def what(self, obj: Any) -> str:
        return str(obj)

    @admin.display(description=_("perangkat"))
    def devices(self, obj: Any) -> str:
        return words.thousands(obj.figures.planned)

    @admin.display(description=_("jumlah"))
    def cost(self, obj: Any) -> str:
        return html.on_one_line(words.rupiah(obj.figures.total))

    @admin.display(description=_("dihitung"))
    def calculated(self, obj: Any) -> str:
        return words.short_date(clock.local_date(obj.calculated_at)) if obj.calculated_at else ""

    def initial(self, verb: Button, subject: Any) -> dict[str, Any]:
        return initial_of(subject, DESCRIPTIVE) if verb.name == "change" else {}

    def beside(self, verb: Any, subject: Any, form: Any) -> dict[str, Any]:
        if subject is None or verb.name == "change":
            return {}
        accounts = AccountCode.objects.all() if verb.name == "adjust" else ()
        return {"figures": sentence(reading.figures_of(subject)), "accounts": accounts}

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        lines = list(obj.lines.speaking().with_names())
        listed = reverse("admin:planning_planline_changelist")
        return {
            "badge": html.badge(badges.plan(obj.state)),
            "lead": sentence(reading.figures_of(obj)),
            "part": "backoffice/parts/plan.html",
            "stacked": True,
            "bars": _families(lines),
            "lines": [row_of(line) for line in lines[:SHOWN]],
            "shown": SHOWN,
            "number": len(lines),
            "lines_address": f"{listed}?plan={obj.pk}",
            "facts": _facts(obj),
        }


def _families(lines: Iterable[PlanLine]) -> list[Bar]:
    """What is needed of each family, the largest first, and how much of it the plan buys at what cost."""
    grouped: dict[Family, list[PlanLine]] = defaultdict(list)
    for line in lines:
        grouped[line.family].append(line)
    rows = []
    for family, figures in sorted(
        ((family, reading.sums(each)) for family, each in grouped.items()), key=lambda each: -each[1].need
    ):
        said = gettext("%(planned)s dari %(need)s, %(total)s") % {
            "planned": words.thousands(figures.planned), "need": words.thousands(figures.need),
            "total": words.rupiah(figures.total),
        }  # fmt: skip
        rows.append((family, [(figures.planned, "brand"), (max(figures.need - figures.planned, 0), "open")], said))
    return bars(rows)


def sentence(figures: Figures) -> str:
    """The figures of a plan as one or two sentences."""
    said = gettext("Kebutuhan %(need)s perangkat; direncanakan %(planned)s seharga %(total)s") % {
        "need": words.thousands(figures.need), "planned": words.thousands(figures.planned),
        "total": words.rupiah(figures.total),
    }  # fmt: skip
    if figures.ppn:
        said += " " + gettext("(di dalamnya PPN %(ppn)s)") % {"ppn": words.rupiah(figures.ppn)}
    said += "."
    if figures.unpriced:
        said += " " + ngettext(
            "%(n)s baris belum ada harganya.", "%(n)s baris belum ada harganya.", figures.unpriced
        ) % {"n": words.thousands(figures.unpriced)}
    return said


def _facts(plan: Plan) -> list[tuple[Any, Any]]:
    done = (
        (_("Dihitung"), plan.calculated_at, None),
        (_("Ditelaah"), plan.reviewed_at, plan.reviewed_by),
        (_("Ditetapkan"), plan.frozen_at, plan.frozen_by),
    )
    return [
        (_("Versi sebelumnya"), plan.previous or _("belum ada")),
        (_("Dibuat oleh"), plan.made_by),
        *((label, f"{words.instant(at)}{f' · {who}' if who else ''}") for label, at, who in done if at),
    ]
