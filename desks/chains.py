"""Chains that the auditor should look at: requests of which one hand may have filed, endorsed, verified, decided and
issued.

A mark is a reason to look, not a finding; it is derived whenever somebody looks. That one user admin made all the
accounts of a chain is no reason; nor that who files and who endorses share the computer of their office, nor that who
files got his role the same day.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Count, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Credential, Event, EventObject, SignIn
from org.models import Grant, Role
from org.models.units import lies_within
from org.rules import reach
from requests_app.models import DeviceRequest

A_DAY = timedelta(days=1)
ISSUED = ("handover.prepared", "handover.handed_over")
FILED = ("request.drafted", "request.submitted")
ENDORSED = "request.endorsed"
ALLOWED = (ENDORSED, "request.verified", "request.decided", *ISSUED)
"""The steps that a fresh grant must not allow."""
STEPS = (*FILED, *ALLOWED)


Shared = dict[tuple[int, int], set[datetime]]


class Mark(TextChoices):
    """Why a chain should be looked at."""

    MAKER = "maker", _("Pembuat salah satu akunnya ikut bertindak di dalamnya.")
    DEVICE = "device", _("Dua akunnya masuk dari satu perangkat dalam sehari, di sekitar tindakannya.")
    FRESH_GRANT = "fresh_grant", _("Suatu peran diberikan kurang dari sehari sebelum dipakai.")


@dataclass(frozen=True)
class Step:
    """One act of a chain."""

    seq: int
    verb: str
    actor: int
    role: str
    at: datetime


def marked(user: Any) -> dict[int, list[Mark]]:
    """The marks of requests in the reach of the user's grants as auditor, by the request's id."""
    if not any(each.role == Role.AUDITOR for each in reach(user).held):
        return {}
    made, shared, fresh = _made(), _shared(), _fresh()
    suspects = {by for by, _of in made} | {pk for pair in shared for pk in pair}
    found = _chains(Q(event__actor_id__in=suspects) | Q(event__in=fresh))
    requests, units = DeviceRequest.objects.filter(pk__in=found), reach(user).units(Role.AUDITOR)
    seen = requests if units is None else requests.filter(unit__in=units)
    codes = dict(seen.order_by("pk").values_list("pk", "unit__code"))
    marks = {pk: _marks(found[pk], code, made, shared, fresh) for pk, code in codes.items()}
    return {pk: each for pk, each in marks.items() if each}


def _marks(
    steps: list[Step], code: str, made: set[tuple[int, int]], shared: Shared, fresh: dict[int, list[str]],
) -> list[Mark]:  # fmt: skip
    actors = {each.actor for each in steps}
    pairs = {(one, other) for one in actors for other in actors if one != other}
    hurried = any(
        step.verb in ISSUED or lies_within(code, given) for step in steps for given in fresh.get(step.seq, ())
    )
    told = (
        (Mark.MAKER, pairs & made),
        (Mark.DEVICE, any(_from_one_device(steps, pair, shared) for pair in pairs)),
        (Mark.FRESH_GRANT, hurried),
    )
    return [mark for mark, holds in told if holds]


def _from_one_device(steps: list[Step], pair: tuple[int, int], shared: Shared) -> bool:
    """Whether two actors shared a device around what they did, unless they are who filed and who endorsed."""
    acts = [each for each in steps if each.actor in pair]
    verbs = [{each.verb for each in acts if each.actor == actor} for actor in pair]
    if any(one <= set(FILED) and other <= {*FILED, ENDORSED} for one, other in (verbs, reversed(verbs))):
        return False
    return any(abs(at - each.at) < A_DAY for at in shared.get(pair, ()) for each in acts)


def _chains(wanted: Q) -> dict[int, list[Step]]:
    """All the steps of those requests of which one is ``wanted``."""
    touched = EventObject.objects.filter(object_type=DeviceRequest.journal_type, event__verb__in=STEPS)
    rows = touched.filter(object_id__in=touched.filter(wanted).values("object_id")).order_by("event")
    found: dict[int, list[Step]] = defaultdict(list)
    columns = ("object_id", "event_id", "event__verb", "event__actor_id", "event__role", "event__at")
    for pk, *step in rows.values_list(*columns):
        found[pk].append(Step(*step))
    return found


def _made() -> set[tuple[int, int]]:
    """Who made whose account."""
    earlier = Credential.objects.filter(user=OuterRef("user"), pk__lt=OuterRef("pk"))
    first = Credential.objects.filter(~Exists(earlier), set_by__isnull=False).exclude(set_by=F("user"))
    return set(first.values_list("set_by_id", "user_id"))


def _shared() -> Shared:
    """The accounts of which two signed in from one device within a day, each pair in both orders, and when."""
    several = SignIn.objects.order_by().values("device").annotate(n=Count("user_id", distinct=True)).filter(n__gt=1)
    rows = SignIn.objects.filter(device__in=several.values("device")).order_by("device", "at")
    shared: Shared = defaultdict(set)
    for _device, each in groupby(rows.values_list("device", "user_id", "at"), key=lambda row: row[0]):
        last: dict[int, datetime] = {}
        for _same, user, at in each:
            for other, before in last.items():
                if other != user and at - before < A_DAY:
                    shared[user, other] |= {before, at}
                    shared[other, user] |= {before, at}
            last[user] = at
    return shared


def _fresh() -> dict[int, list[str]]:
    """The steps taken within a day of a grant that allowed them, with the codes of its units.

    Not where an older grant of the same role, still in force then, reached as far.
    """
    a_day_before = ExpressionWrapper(OuterRef("at") - A_DAY, output_field=DateTimeField())
    given = Grant.objects.filter(
        user=OuterRef("actor_id"), role=OuterRef("role"), created_at__lte=OuterRef("at"), created_at__gt=a_day_before
    )
    steps = Event.objects.filter(Exists(given), verb__in=ALLOWED)
    acts: list[Any] = list(steps.values_list("seq", "actor_id", "role", "at"))
    grants: dict[tuple[int, str], list[Grant]] = defaultdict(list)
    for each in Grant.objects.filter(user__in={actor for _seq, actor, _role, _at in acts}).select_related("unit"):
        grants[each.user_id, each.role].append(each)
    found = {}
    for seq, actor, role, at in acts:
        young = [each for each in grants[actor, role] if at - A_DAY < each.created_at <= at]
        old = [each for each in grants[actor, role] if each.created_at <= at - A_DAY and _in_force(each, at)]
        alone = [each.unit.code for each in young if not any(one.unit.covers(each.unit) for one in old)]
        if alone:
            found[seq] = alone
    return found


def _in_force(given: Grant, at: datetime) -> bool:
    day = clock.local_date(at)
    return given.starts_on <= day and (given.ends_on is None or day <= given.ends_on)


def flagged(user: Any) -> QuerySet[DeviceRequest]:
    """The requests with a mark, for this auditor."""
    return DeviceRequest.objects.visible_to(user).filter(pk__in=marked(user))
