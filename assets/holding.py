"""What people and units hold, for whoever lets them go: nobody leaves, is erased or is put out of use with devices."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Custody
from assets.queries import AssetQuerySet
from assets.states import HandoverState
from core.errors import Conflict
from org.models import Person, Unit
from org.models.units import subtree

NAMED = 5
"""So many devices are named in a refusal; of more it says how many."""


def devices_of(person: Person) -> AssetQuerySet:
    """The devices that somebody holds now, also where they are lost or in repair."""
    return Asset.objects.filter(custodies__person=person, custodies__until__isnull=True).order_by("pk")


def coming_to(person_id: int | None) -> AssetQuerySet:
    """The devices of who is to leave that were said to go to somebody, until they are on the way."""
    held = Custody.objects.filter(until__isnull=True, person__leaving_since__isnull=False)
    to = held.filter(person__devices_to=person_id, person__devices_to__isnull=False)
    return Asset.objects.filter(pk__in=to.order_by().values("asset")).select_related("device_type").order_by("pk")


def devices_at(unit: Unit) -> AssetQuerySet:
    """The devices that a unit, or one in use under it, holds, has on its books and on the list, or is about to get."""
    units = Unit.objects.filter(subtree(unit.code)).filter(Q(pk=unit.pk) | Q(active=True)).order_by().values("pk")
    held = Q(custodies__unit__in=units, custodies__until__isnull=True)
    prepared = Q(handover_items__state=HandoverState.PREPARED, handover_items__handover__recipient_unit__in=units)
    kept = Q(unit__in=units, retired_on__isnull=True)
    found = [Asset.objects.filter(each).order_by().values("pk") for each in (held, prepared, kept)]
    return Asset.objects.filter(pk__in=found[0].union(*found[1:])).order_by("pk")


def named(devices: AssetQuerySet) -> str:
    """Their tags, as far as they are few: "GW-000001, GW-000002"."""
    tags = list(devices.values_list("tag", flat=True)[: NAMED + 1])
    return ", ".join(tags[:NAMED]) + (" …" if len(tags) > NAMED else "")


def refuse_holder(person: Person) -> None:
    """``Conflict`` where somebody still holds devices, and which: for what takes a person out of the register."""
    if tags := named(devices_of(person)):
        held = _("Masih memegang perangkat: %(tags)s. Catat pengembaliannya dahulu.")
        raise Conflict("holds_devices", held % {"tags": tags})


HELD_BY = devices_of
