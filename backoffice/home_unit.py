"""The first screen of a kecamatan: what needs my action, the button, my requests, what was promised."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.states import HandoverState
from backoffice import html, queues
from backoffice.base import address_of
from backoffice.registers.handovers import question, things
from backoffice.registers.requesting import own_units, spoken_for
from backoffice.registers.requests import describe, lines_of
from core import clock, words
from desks.limits import ServiceLimits
from desks.steps import Worklist
from pledges.counting import lines_with_delivered
from pledges.models import Pledge, PledgeLine
from pledges.states import Publication
from requests_app.models import DeviceRequest
from requests_app.states import RequestState
from wording import badges
from wording.standing import away, in_short

SHOWN = 5
Todo = dict[str, Any]


def screen(user: Any, waiting: dict[str, Worklist]) -> dict[str, Any]:
    """``todo``, ``mine`` (requests), ``promises`` to the units this person speaks for."""
    limits = ServiceLimits()
    todo = [
        *to_confirm(waiting["handovers"], limits),
        *_to_move_on(waiting["requests"], limits),
        *_to_bring_back(waiting["returns"]),
        *_to_count(waiting["inventories"]),
        *_to_tell(waiting["away"]),
        *_elsewhere(waiting),
    ]
    mine = DeviceRequest.objects.visible_to(user).with_state().select_related("unit").order_by("-pk")[:SHOWN]
    return {"todo": todo, "mine": _described(mine, limits), "promises": _promised_to(spoken_for(user)),
            "unit": own_units(user).first()}  # fmt: skip


def to_confirm(waiting: Worklist, limits: ServiceLimits) -> list[Todo]:
    """Devices that came and that this person may confirm."""
    arrived = waiting.all.filter(state=HandoverState.HANDED_OVER).select_related("recipient_unit", "from_unit")
    mine = list(arrived.order_by("handed_over_on", "pk")[:SHOWN])
    return [
        {
            "title": question(handover),
            "text": gettext("Diserahkan %(day)s oleh %(unit)s")
            % {"day": words.short_date(handover.handed_over_on), "unit": handover.from_unit},
            "address": reverse("admin:assets_handover_act", args=[handover.pk, "accept"]),
            "button": _("Periksa"),
            "late": clock.today() > limits.receipt_due_on(handover),
        }
        for handover in mine
    ]


def _to_move_on(waiting: Worklist, limits: ServiceLimits) -> list[Todo]:
    """Requests to sign or to mend."""
    found: list[Todo] = []
    for rows in (waiting.overdue, waiting.due):
        for request in _described(rows.select_related("unit").order_by("pk")[: SHOWN - len(found)], limits):
            signs = request.state == RequestState.SUBMITTED
            said = gettext("Tanda tangani usulan %(what)s") if signs else gettext("Perbaiki usulan %(what)s")
            found.append(
                {
                    "title": said % {"what": request.devices},
                    "text": f"{request} · {words.age(request.age_days)}",
                    "address": request.address,
                    "button": _("Buka"),
                    "late": request.late,
                }
            )
    return found


def _to_bring_back(waiting: Worklist) -> list[Todo]:
    """Loans to give back soon, or late."""
    found: list[Todo] = []
    for rows, late in ((waiting.overdue, True), (waiting.due, False)):
        for handover in rows.order_by("due_back_on")[: SHOWN - len(found)]:
            found.append(
                {
                    "title": gettext("Kembalikan %(things)s") % {"things": things(handover)},
                    "text": gettext("Paling lambat %(day)s") % {"day": words.short_date(handover.due_back_on)},
                    "address": address_of(handover),
                    "button": _("Buka"),
                    "late": late,
                }
            )
    return found


def _to_count(waiting: Worklist) -> list[Todo]:
    """Inventories to answer."""
    return [
        {
            "title": _("Inventarisasi: perangkatnya masih ada?"),
            "text": gettext("Jawab paling lambat %(day)s") % {"day": words.short_date(inventory.due_on)},
            "address": address_of(inventory),
            "button": _("Jawab"),
            "late": inventory.due_on < clock.today(),
        }
        for inventory in waiting.all.order_by("due_on")[:SHOWN]
    ]


def _to_tell(waiting: Worklist) -> list[Todo]:
    """Devices of which only the unit can say whether they are back from repair, or lost."""
    devices = waiting.all.select_related("device_type").prefetch_related("absences").order_by("pk")[:SHOWN]
    return [
        {
            "title": gettext("%(kind)s %(device)s: di mana sekarang?") % {"kind": device.device_type, "device": device},
            "text": "; ".join(away(each) for each in device.absences.all() if each.open),
            "address": address_of(device),
            "button": _("Jawab"),
            "late": any(each.open and each.stops_on <= clock.today() for each in device.absences.all()),
        }
        for device in devices
    ]


def _elsewhere(waiting: dict[str, Worklist]) -> list[Todo]:
    """What waits and has no line of its own here: how much of each kind, leading to its list."""
    rest = {name: waiting[name] for name in ("pledges", "holders")}
    rest["handovers"] = replace(
        waiting["handovers"], all=waiting["handovers"].all.exclude(state=HandoverState.HANDED_OVER)
    )
    counted = {name: each.all.count() for name, each in rest.items()}
    return [
        {
            "title": queues.NAMES[name],
            "text": gettext("%(n)s menunggu Anda") % {"n": words.thousands(n)},
            "address": queues.address(name),
            "button": _("Buka"),
            "late": rest[name].overdue.exists(),
        }
        for name, n in counted.items()
        if n
    ]


def _described(rows: QuerySet, limits: ServiceLimits) -> list[Any]:
    found: list[Any] = list(rows)
    lines = lines_of(found)
    for request in found:
        describe(request, lines[request.pk], limits)
        request.address = address_of(request)
    return found


def _promised_to(units: QuerySet) -> list[dict[str, Any]]:
    """Published pledges with lines for these units, with what came of them here."""
    lines = PledgeLine.objects.filter(unit__in=units.values("pk"), pledge__publication=Publication.PUBLISHED)
    mine = list(lines_with_delivered(lines.select_related("family", "device_type")).order_by("pledge_id"))
    judged = Pledge.objects.filter(pk__in={line.pledge_id for line in mine}).judged()
    pledges = {pledge.pk: pledge for pledge in judged}
    return [
        {
            "line": line,
            "pledge": pledges[line.pledge_id],
            "received": min(line.delivered, line.promised),
            "badge": html.badge(badges.pledge(pledges[line.pledge_id])),
            "late": in_short(pledges[line.pledge_id]),
            "address": address_of(pledges[line.pledge_id]),
        }
        for line in mine
    ]
