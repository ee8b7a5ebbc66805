"""The first screen of the office: what waits and how old it is, promises, stock against need, conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.holding import coming_to
from assets.models import Asset, Family
from assets.states import AssetState, Condition
from backoffice import home_unit, home_watch, html, queues
from backoffice.charts import Bar, bars
from backoffice.downloads import may_verify
from core import clock, words
from core.models import RegisterCheck
from desks.limits import ServiceLimits
from desks.passwords import own_provisional, set_lately
from desks.steps import Worklist
from desks.worklists import CHAINS, worklist, worklists
from org.models import Role
from org.rules import reach
from pledges.models import Pledge
from pledges.states import Status
from requests_app.models import DeviceRequest, RequestLine
from requests_app.rules import FILERS
from requests_app.states import LineDecision, RequestState
from wording import badges, standing
from wording.checks import unexplained
from wording.standing import in_short

SHOWN = 5
OFFICE = frozenset(Role.values) - {Role.REQUESTER, Role.UNIT_HEAD}
LATE = [*Status.PAST_DUE, Status.DANGLING, Status.EXTENDED, Status.TAKEN_BACK]


@dataclass(frozen=True)
class Queue:
    """One worklist on the first screen: how many wait, how many too long, since when the oldest."""

    name: Any
    _: KW_ONLY
    waiting: int
    overdue: int
    oldest: str
    address: str
    late_address: str


def screen(user: Any) -> dict[str, Any]:
    """Everything the first screen shows to this person, all of it in scope."""
    shown = _desk(user)
    elsewhere = "todo" in shown or "queues" in shown
    asked = [] if elsewhere else home_unit.to_confirm(worklist("handovers", user), ServiceLimits())
    coming = [standing.comes(each) for each in coming_to(user.person_id)]
    return {
        **shown,
        "asked": asked,
        "coming": coming,
        "provisional": own_provisional(user),
        "passwords": list(set_lately(user)[:SHOWN]),
    }


def _desk(user: Any) -> dict[str, Any]:
    held = {each.role for each in reach(user).held}
    if not held and not user.is_superuser:
        return {"kind": "nobody"}
    if not held:
        return {"kind": "superuser", **home_watch.superuser(), "check": last_check(), "may_verify": True}
    if held <= {Role.AUDITOR, Role.VIEWER} and Role.AUDITOR in held:
        return {"kind": "auditor", **home_watch.auditor(user), "check": last_check(), "may_verify": True}
    waiting = worklists(user)
    if held <= set(FILERS):
        return {"kind": "unit", **home_unit.screen(user, waiting)}
    cards = [card for name, each in waiting.items() if name != CHAINS and (card := _queue(name, each))]
    return {
        "kind": "office",
        "queues": cards,
        "total": sum(card.waiting for card in cards),
        "overdue": sum(card.overdue for card in cards),
        **_promises(user),
        "stock": stock_against_need(user),
        "conditions": conditions(user),
        "may_file": bool(held & set(FILERS)),
        "check": last_check(),
        "may_verify": may_verify(user),
    }


def last_check() -> dict[str, Any] | None:
    """What the last check of the register against its journal found, and when one last found nothing."""
    check = RegisterCheck.objects.first()
    if check is None:
        return None
    clean = RegisterCheck.objects.filter(fault__isnull=True).first() if check.fault else check
    return {
        "at": check.finished_at,
        "rows": check.rows,
        "erased": check.erased,
        "fault": unexplained(check.fault) if check.fault else "",
        "clean_at": clean and clean.finished_at,
    }


def _queue(name: str, worklist: Worklist) -> Queue | None:
    """One card; None where nothing waits."""
    counted = worklist.all.order_by().aggregate(n=Count("pk", distinct=True), oldest=Min(worklist.since))
    if not counted["n"]:
        return None
    oldest = counted["oldest"]
    return Queue(
        queues.NAMES[name] if worklist.steps else gettext("%(what)s tanpa petugas") % {"what": queues.NAMES[name]},
        waiting=counted["n"],
        overdue=worklist.overdue.order_by().values("pk").distinct().count(),
        oldest=words.since(clock.local_date(oldest) if isinstance(oldest, datetime) else oldest),
        address=queues.address(name),
        late_address=queues.address(name, late=True),
    )


def _promises(user: Any) -> dict[str, Any]:
    """Published pledges in numbers, and the five that are late for longest. Judged once, in one query."""
    pledges: list[Any] = list(Pledge.objects.visible_to(user).published().judged().select_related("office"))
    late = sorted((p for p in pledges if p.status in LATE), key=lambda p: (p.due_on or date.min, p.pk))
    return {
        "promised": sum(pledge.promised for pledge in pledges),
        "delivered": sum(pledge.delivered for pledge in pledges),
        "late_pledges": [_promise(pledge) for pledge in late[:SHOWN]],
        "late_number": sum(pledge.status in Status.PAST_DUE for pledge in pledges),
        "dangling_number": sum(pledge.status == Status.DANGLING for pledge in pledges),
        "pledge_number": len(pledges),
    }


def _promise(pledge: Any) -> dict[str, Any]:
    share = round(100 * pledge.delivered / pledge.promised) if pledge.promised else 0
    return {
        "pledge": pledge,
        "badge": html.badge(badges.pledge(pledge)),
        "late": in_short(pledge),
        "share": share,
        "address": reverse("admin:pledges_pledge_change", args=[pledge.pk]),
    }


def _sum(rows: QuerySet, family: str, number: Any) -> Coalesce:
    grouped = rows.order_by().values(family).annotate(n=number).values("n")
    return Coalesce(Subquery(grouped, output_field=IntegerField()), 0)


def stock_against_need(user: Any) -> list[Bar]:
    """Per family: what lies in stock, what is approved and not yet received, what is asked and not yet decided."""
    free = Asset.objects.visible_to(user).available().values("pk")
    stock = Asset.objects.filter(pk__in=free, device_type__family=OuterRef("pk"))
    mine = RequestLine.objects.filter(
        request__in=DeviceRequest.objects.visible_to(user), device_type__family=OuterRef("pk")
    )
    asked = mine.filter(decision="", request__state__in=[RequestState.SUBMITTED, RequestState.VERIFIED])
    approved = mine.filter(decision=LineDecision.APPROVE).with_quantities().filter(outstanding__gt=0)
    families = Family.objects.annotate(
        stock=_sum(stock, "device_type__family", Count("pk")),
        approved=_sum(approved, "device_type__family", Sum("outstanding")),
        asked=_sum(asked, "device_type__family", Sum("quantity")),
    ).filter(Q(stock__gt=0) | Q(approved__gt=0) | Q(asked__gt=0))
    rows: list[tuple[Any, Sequence[tuple[int, str]], str]] = []
    for family in families.order_by("-approved", "-asked", "-stock")[:6]:
        stock_words = gettext("%(n)s di gudang") % {"n": words.thousands(family.stock)}
        rows.append((family.name, [(family.stock, "good")], stock_words))
        if not family.approved + family.asked:
            continue
        need = {"a": words.thousands(family.approved), "b": words.thousands(family.asked)}
        need_words = gettext("%(a)s disetujui, %(b)s menunggu keputusan") % need
        rows.append(("", [(family.approved, "brand"), (family.asked, "soon")], need_words))
    return bars(rows)


def conditions(user: Any) -> list[Bar]:
    """How the devices fare that are in use, and those in stock."""
    rows = Asset.objects.visible_to(user).with_state().filter(state__in=[AssetState.ISSUED, AssetState.IN_STOCK])
    counted = {
        (state, condition): n
        for state, condition, n in rows.order_by().values_list("state", "condition").annotate(n=Count("pk"))
    }
    shown: list[tuple[Any, Sequence[tuple[int, str]], str]] = []
    for state, label in ((AssetState.ISSUED, _("Dipakai")), (AssetState.IN_STOCK, _("Di gudang"))):
        numbers = [(counted.get((state, c), 0), badges.CONDITION_TONES[c]) for c in Condition]
        if any(n for n, _tone in numbers):
            told = " · ".join(f"{words.thousands(n)} {c.label}" for (n, _t), c in zip(numbers, Condition, strict=True))
            shown.append((label, numbers, told))
    return bars(shown)
