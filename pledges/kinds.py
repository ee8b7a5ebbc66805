"""The kind promised is the kind of the day it was published (pledges.md, "When delivery counts").

A type that one person put into a family which a published pledge named by then, or gave another name, counts once a
second person confirmed that it belongs there.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from assets.models import DeviceType, Family
from core import clock
from core.acts import Done, act
from core.hands import Hand
from core.models import Event
from core.permits import four_eyes, refusing
from core.taking import Note
from org.models import Role, User
from org.rules import require_whole
from org.unit_names import RENAMES
from pledges.models import Delivery, Pledge, PledgeLine

CONFIRMERS = (Role.VERIFIER, Role.PLANNER, Role.ASSET_CLERK)


def confirmer(user: Any, device_type: DeviceType) -> str:
    """Of the whole district a verifier, planner or asset clerk: never who put the type into its family or named it."""
    role = require_whole(user, *CONFIRMERS)
    four_eyes(user, Hand(device_type.added_by_id, device_type.added_at))
    return role


@refusing(_("Jenis perangkat ini tidak menunggu konfirmasi."))
def waits_for_a_second(device_type: DeviceType) -> bool:
    return device_type.unconfirmed


@act(
    "confirm", _("Konfirmasi"),
    _("Jenis ini memang termasuk kelompoknya. Perangkatnya yang sudah diterima ikut dihitung untuk janji."),
    done=_("Jenis perangkat dikonfirmasi."), event="device_type.confirmed", who=confirmer, when=waits_for_a_second,
)  # fmt: skip
def confirm(device_type: DeviceType, *, actor: User, reason: Note = "") -> Done[DeviceType]:
    """Say as a second person that a type belongs to its family: what waited for it counts, from its own days."""
    device_type.confirmed_by, device_type.confirmed_at = actor, clock.now()
    device_type.save(update_fields=["confirmed_by", "confirmed_at"])
    waiting = Delivery.objects.standing().filter(waits_for=device_type)
    pledges = Pledge.objects.filter(pk__in=waiting.values("line__pledge")).order_by("pk")
    changes = {"family": [None, device_type.family.code], "confirmed_at": [None, device_type.confirmed_at]}
    return Done(device_type, changes, related=pledges)


def waited_for(line: PledgeLine, device_type: DeviceType, *, substitute: bool) -> DeviceType | None:
    """``device_type`` where a device of it does not count for ``line`` yet; a line that names a type waits for none."""
    by_family = line.family_id is not None and line.family_id == device_type.family_id
    waits = by_family and not substitute and device_type.unconfirmed
    named = named_by(device_type.family_id, device_type.added_at, device_type.added_after)
    return device_type if waits and named.exists() else None


def named_by(family: Any, then: Any, entry: Any) -> QuerySet[PledgeLine]:
    """The lines of pledges published by the journal's ``entry`` that named ``family`` at the instant ``then``; all may
    be expressions. Publication goes by the journal: where the clock is held still, instants are equal."""
    published = Event.objects.filter(
        verb="pledge.published", objects_touched__object_type=Pledge.journal_type,
        objects_touched__object_id=OuterRef("pledge"), seq__lte=entry,
    )  # fmt: skip
    by_then = Q(recorded_at__isnull=True) | Q(recorded_at__lte=then)
    return PledgeLine.objects.filter(by_then, Exists(published), family=family)


def acts_on_kinds(pledge: Pledge) -> Q | None:
    """Which events are acts of the catalogue, since the pledge was published, about a kind that it names, or renamed a
    unit that it names; None before.

    They say what will count for it or under which name it is found, and stand in no relation to it.
    """
    if pledge.published_at is None:
        return None
    families = pledge.lines.filter(family__isnull=False).values("family")
    types = DeviceType.objects.filter(Q(pk__in=pledge.lines.values("device_type")) | Q(family__in=families))
    about = Q(subject_type=Family.journal_type, subject_id__in=families)
    about |= Q(subject_type=DeviceType.journal_type, subject_id__in=types.values("pk"))
    about |= RENAMES & Q(subject_id__in=pledge.lines.values("unit"))
    return about & Q(at__gt=pledge.published_at)
