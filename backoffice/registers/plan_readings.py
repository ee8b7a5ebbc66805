"""What is read off a plan: the change since the version before, who got how much, what fits under a ceiling."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.base import address_of
from backoffice.charts import bars
from backoffice.readings import Reading
from backoffice.registers.plan_forms import CeilingForm
from core import words
from planning import reading
from planning.models import Plan, PlanLine
from planning.reading import Difference, Fit, Share
from wording.badges import Tone
from wording.nothing import NOTHING


def named(line: PlanLine) -> dict[str, Any]:
    """The line as the head of a table row."""
    return {"address": address_of(line), "unit": line.unit, "device": line.device_type or line.family}


def _difference(_request: HttpRequest, plan: Plan) -> dict[str, Any]:
    rows = [each for each in reading.difference(plan) if each.before or each.now or each.bought or each.promised]
    changed = [each for each in rows if each.change != 0]
    if plan.previous is None:
        lead = gettext("Belum ada versi sebelumnya untuk tahun anggaran ini; di bawah ini hanya rencana ini sendiri.")
    else:
        lead = gettext("Dibanding %(plan)s: %(n)s baris berubah, semuanya %(devices)s perangkat.") % {
            "plan": plan.previous, "n": words.thousands(len(changed)),
            "devices": words.signed(sum(each.change or 0 for each in changed)),
        }  # fmt: skip
    if reading.adds_up(plan):
        lead += " " + gettext("Rencana ini menambah yang sudah ditetapkan; “Sekarang” adalah jumlah keduanya.")
    return {
        "lead": lead, "first": plan.previous is None, "changed": [_changed(each) for each in changed],
        "same": [_changed(each) for each in rows if each.change == 0],
    }  # fmt: skip


def _changed(each: Difference) -> dict[str, Any]:
    return {
        **named(each.line), "before": words.thousands(each.before or 0), "now": words.thousands(each.now),
        "change": words.signed(each.change or 0),
        "bought": words.thousands(each.bought), "promised": words.thousands(each.promised),
    }  # fmt: skip


def _fairness(_request: HttpRequest, plan: Plan) -> dict[str, Any]:
    shares = reading.fairness(plan)
    silent = [each for each in shares if not each.asked]
    lead = gettext("%(n)s dari %(all)s unit pernah mengusulkan; %(devices)s perangkat diminta, %(got)s diterima.") % {
        "n": words.thousands(len(shares) - len(silent)), "all": words.thousands(len(shares)),
        "devices": words.thousands(sum(each.asked for each in shares)),
        "got": words.thousands(sum(each.received for each in shares)),
    }  # fmt: skip
    asked = sorted((each for each in shares if each.asked), key=lambda each: (-each.asked, each.unit.code))
    drawn = bars((each, _parts(each), _days(each)) for each in asked)
    return {"lead": lead, "bars": drawn, "silent": [each.unit for each in silent]}


def _parts(share: Share) -> list[tuple[int, str]]:
    waiting = max(share.approved - share.received, 0)
    return [(share.received, Tone.GOOD), (waiting, Tone.SOON), (max(share.asked - share.approved, 0), "open")]


def _days(share: Share) -> str:
    return NOTHING if share.median_days is None else words.decimal(share.median_days)


def _ceiling(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    begins = {"ceiling": plan.ceiling}
    form = CeilingForm(request.GET if "ceiling" in request.GET else None, initial=begins, label_suffix="")
    ceiling = form.cleaned_data["ceiling"] if form.is_bound and form.is_valid() else None
    if not form.is_bound:
        ceiling = plan.ceiling
    if ceiling is None:
        return {"form": form, "lead": gettext("Isi pagu untuk melihat apa yang muat di dalamnya.")}
    fits = [fit for fit in reading.under_ceiling(plan.lines.with_names(), ceiling) if fit.line.planned]
    planned, reached = sum(fit.line.planned for fit in fits), sum(fit.quantity for fit in fits)
    numbers = {
        "ceiling": words.rupiah(ceiling), "n": words.thousands(reached), "all": words.thousands(planned),
        "left": words.rupiah(ceiling - sum(fit.cost for fit in fits)),
    }  # fmt: skip
    lead = gettext("Pagu %(ceiling)s cukup untuk %(n)s dari %(all)s perangkat; sisa %(left)s.") % numbers
    return {"form": form, "lead": lead, "groups": [(ends, list(rows)) for ends, rows in groupby(*_by_end(fits))]}


def _by_end(fits: list[Fit]) -> tuple[list[dict[str, Any]], Any]:
    """The rows, and by what they are grouped: before and after the line at which the money ends."""
    short = [n for n, fit in enumerate(fits) if fit.quantity < fit.line.planned and fit.line.amount()]
    end = short[0] if short else len(fits)
    rows = [
        {
            **named(fit.line), "planned": words.thousands(fit.line.planned),
            "quantity": words.thousands(fit.quantity), "left": words.rupiah(fit.left),
            "cost": words.rupiah(fit.cost) if fit.line.amount() else gettext("belum ada harga"), "beyond": n >= end,
        }
        for n, fit in enumerate(fits)
    ]  # fmt: skip
    return rows, lambda row: row["beyond"]


READINGS = (
    Reading(
        "difference", _("Selisih dengan versi sebelumnya"), template="backoffice/plan_difference.html",
        read=_difference,
    ),
    Reading("fairness", _("Pemerataan"), template="backoffice/plan_fairness.html", read=_fairness),
    Reading(
        "ceiling", _("Yang muat dalam pagu"), template="backoffice/plan_ceiling.html", read=_ceiling,
        parameters=frozenset({"ceiling"}),
    ),
)  # fmt: skip
