"""What of the catalogue, of people and of units stays: a kind with what was handed over (pledges.md, "When delivery
counts"), who and what holds devices until it is said what becomes of them."""

from __future__ import annotations

from operator import attrgetter

from django.utils.translation import gettext_lazy as _

from assets.holding import devices_at, devices_of, named
from assets.models import Custody, DeviceType
from core.errors import Text
from org.fixed import Fixed
from org.models import Person, Unit
from org.succession import taken_over

_ACTIVE = frozenset({"active"})


def _stops_with_devices(person: Person) -> bool:
    return not person.active and devices_of(person).exists()


def _moves_with_devices(person: Person) -> bool:
    """Whether they go to a unit that is not the one which holds what they hold, nor under it."""
    held = Custody.objects.filter(person=person, until__isnull=True).select_related("unit")
    return any(not each.unit.covers(person.unit) for each in held)


def _person_holds(person: Person) -> Text:
    return _(
        "Masih memegang %(tags)s: pakai Pindah atau berhenti dan sebut penerimanya, atau kembalikan dahulu ke gudang."
    ) % {"tags": named(devices_of(person))}


def _ends_with_devices(unit: Unit) -> bool:
    """Whether it goes out of use with devices and nobody to take its place."""
    return not unit.active and not taken_over(unit) and devices_at(unit).exists()


def _unit_holds(unit: Unit) -> Text:
    return _(
        "Unit ini atau di bawahnya masih memegang, mencatat, atau segera menerima %(tags)s: pindahkan dahulu, atau "
        "tetapkan unit penerusnya."
    ) % {"tags": named(devices_at(unit))}


FIXED = (
    Fixed(
        DeviceType, frozenset({"family"}), attrgetter("ever_handed_over"),
        _("Perangkat jenis ini sudah pernah diserahkan; kelompoknya tetap. Buat jenis baru di kelompok lain."),
    ),
    Fixed(Person, _ACTIVE, _stops_with_devices, _person_holds),
    Fixed(Person, frozenset({"unit"}), _moves_with_devices, _person_holds),
    Fixed(Unit, _ACTIVE, _ends_with_devices, _unit_holds),
)  # fmt: skip
