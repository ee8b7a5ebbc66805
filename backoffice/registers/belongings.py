"""What a unit or a person holds, asked for, was promised and is still owed, each with the page and papers it stands on.

Of everything only what the reader sees; who does not reach the whole of it is told so, and no number of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Custody, Handover
from backoffice.base import linked
from core import clock, words
from org.models import Person, Unit
from org.models.units import subtree
from org.rules import reach
from pledges.counting import lines_with_delivered
from pledges.models import Pledge, PledgeLine
from requests_app.models import DeviceRequest, RequestLine
from wording import badges
from wording.nothing import HIDDEN, PARTLY_HIDDEN

SHOWN = 20
"""Rows of each table; all of them are in the register where the last row leads."""
Table = tuple[Any, list[tuple[Any, Any]]]


def of_unit(unit: Unit, user: Any) -> dict[str, Any]:
    """For the page of a unit: its own and that of all under it."""

    def within(column: str) -> Q:
        return Q(subtree(unit.code, field=f"{column}__code"))

    lines = PledgeLine.objects.filter(within("unit"))
    return _page(
        user, unit, within("unit"), DeviceRequest.objects.filter(within("unit")), lines, within("recipient_unit"),
        {"unit": unit.code},
    )  # fmt: skip


def of_person(person: Person, user: Any) -> dict[str, Any]:
    """For the page of a person: what came into these hands, and the promises behind what was asked for them."""
    requests = DeviceRequest.objects.filter(Q(requester=person) | Q(on_behalf_of=person))
    behind = RequestLine.objects.filter(request__in=requests.values("pk"), pledge_line__isnull=False)
    lines = PledgeLine.objects.filter(pk__in=behind.values("pledge_line"))
    return _page(user, person.unit, Q(person=person), requests, lines, Q(recipient=person), {"q": person.name})


def _page(
    user: Any, unit: Unit, held_by: Q, requests: QuerySet, lines: QuerySet, received: Q, listed: dict[str, str]
) -> dict[str, Any]:
    units = reach(user).unit_ids()
    whole = units is None or unit.pk in units
    open_custody = Custody.objects.filter(held_by, until__isnull=True)
    devices: Any = Asset.objects.visible_to(user).filter(pk__in=open_custody.order_by().values("asset"))
    seen: Any = DeviceRequest.objects.visible_to(user).filter(pk__in=requests.order_by().values("pk"))
    owed = RequestLine.objects.filter(request__in=seen.order_by().values("pk")).owing().with_quantities()
    published = Pledge.objects.visible_to(user).published().order_by().values("pk")
    promised = [
        line
        for line in lines_with_delivered(lines.filter(pledge__in=published)).select_related(
            "pledge", "unit", "family", "device_type"
        )
        if line.promised or line.delivered
    ]
    papers: Any = Handover.objects.visible_to(user).filter(received, handed_over_on__isnull=False)
    waiting = [line for line in promised if line.delivered < line.promised]
    return {
        "lead": _lead(devices, promised, owed, whole),
        "tables": [
            _told(_table(_("Perangkat yang dipegang"), _with_holders(devices), _device, Asset, listed), whole),
            _told(_table(_("Usulan"), seen.with_state().prefetch_related("lines__device_type"), _request, DeviceRequest,
                         listed), whole),
            (_("Dijanjikan"), [_promise(line) for line in promised[:SHOWN]]),
            _told((_("Belum diterima"), [*map(_waiting, waiting[:SHOWN]), *map(_owed, _known(owed)[:SHOWN])]), whole),
            _told(_table(_("BAST"), papers.select_related("recipient_unit", "recipient"), _paper, Handover, listed),
                  whole),
        ],
    }  # fmt: skip


def _told(table: Table, whole: bool) -> Table:
    """A table whose reader does not reach the ``whole`` of it ends with the words that say so."""
    title, rows = table
    return title, rows if whole else [*rows, (PARTLY_HIDDEN if rows else HIDDEN, "")]


def _lead(devices: QuerySet, promised: list[Any], owed: QuerySet, whole: bool) -> str:
    said = [gettext("Memegang %(n)s perangkat.") % {"n": words.thousands(devices.count())}] if whole else []
    if all_of := sum(line.promised for line in promised):
        came = sum(min(line.delivered, line.promised) for line in promised)
        said.append(gettext("Dijanjikan %(all)s, diterima %(came)s.") % {
            "all": words.thousands(all_of), "came": words.thousands(came)
        })  # fmt: skip
    if whole and (left := sum(line.outstanding for line in owed)):
        said.append(gettext("Disetujui dan belum diterima: %(n)s.") % {"n": words.thousands(left)})
    return " ".join(said)


def _table(
    title: Any, rows: QuerySet, drawn: Callable[[Any], tuple[Any, Any]], model: Any, listed: dict[str, str]
) -> Table:
    """The newest; where there are more, the last row leads to the register that has all of them."""
    found = list(rows.order_by("-pk")[: SHOWN + 1])
    shown = [drawn(each) for each in found[:SHOWN]]
    if len(found) > SHOWN:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        more = gettext("Semua (%(n)s)") % {"n": words.thousands(rows.count())}
        shown.append((format_html('<a class="g-link" href="{}?{}">{}</a>', address, urlencode(listed), more), ""))
    return title, shown


def _with_holders(devices: Any) -> Any:
    held = Custody.objects.filter(until__isnull=True).select_related("unit", "person")
    return devices.with_state().select_related("device_type").prefetch_related(
        Prefetch("custodies", held, to_attr="held_by")
    )  # fmt: skip


def _device(asset: Any) -> tuple[Any, Any]:
    [held] = asset.held_by
    said = (asset.device_type, held.person or held.unit, gettext("sejak %(day)s") % {
        "day": words.short_date(held.since)
    }, badges.condition(asset.condition).text)  # fmt: skip
    return linked(asset), " · ".join(str(each) for each in said if each)


def _request(request: Any) -> tuple[Any, Any]:
    devices = ", ".join(str(line) for line in request.lines.all())
    said = badges.request(request.derived_state, "", late=False).text
    return linked(request), " · ".join(filter(None, (devices, str(said))))


def _promise(line: Any) -> tuple[Any, Any]:
    came = gettext("diterima %(what)s") % {"what": words.out_of(line.delivered, line.promised)}
    return linked(line.pledge), " · ".join((str(line.device_type or line.family), str(line.unit), came))


def _waiting(line: Any) -> tuple[Any, Any]:
    left = f"{words.thousands(line.promised - line.delivered)} {line.device_type or line.family}"
    return linked(line.pledge), " · ".join((left, str(line.unit)))


def _known(owed: QuerySet) -> list[Any]:
    return list(owed.select_related("request", "device_type", "request__unit").order_by("pk"))


def _owed(line: Any) -> tuple[Any, Any]:
    return linked(line.request), f"{words.thousands(line.outstanding)} {line.device_type} · {line.request.unit}"


def _paper(handover: Any) -> tuple[Any, Any]:
    day = words.short_date(handover.handed_over_on or clock.local_date(handover.created_at))
    said = (handover.get_kind_display(), day, handover.recipient or "", badges.handover(handover.state).text)
    return linked(handover), " · ".join(str(each) for each in said if each)
