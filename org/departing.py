"""Somebody stops or moves: said at once, done when what they hold has been handed on.

An account is closed by its own verb, always at once. What waits is the person: as long as they hold something, others
must know who has it. What people hold is found by name: each package says it in its module ``holding`` (``HELD_BY``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from core import clock
from core.acts import Done, act
from core.discovery import of_each_package
from core.errors import Conflict, DomainError
from core.permits import Every, refusing
from core.taking import Ask, Note, Reason
from core.transactions import fresh
from org.fixed import LAST, keeps_the_installation
from org.models import Person, Unit, User
from org.models.accounts import end_credentials
from org.rules import require

Receiver = Annotated[
    Person | None,
    Ask(
        column=(Person, "devices_to"), label=_("Perangkatnya diserahkan kepada"),
        help=_("Kosongkan bila perangkatnya kembali ke gudang."),
    ),
]  # fmt: skip


def _keeper(user: Any, person: Person) -> str:
    return require(user, *person.kept_by, unit=person.unit)


@refusing(_("Orang ini sudah tidak bertugas."))
def _serves(person: Person) -> bool:
    return person.active


@refusing(_("Sudah tercatat akan pindah atau berhenti."), "already_leaving")
def _stays(person: Person) -> bool:
    return person.leaving_since is None


@refusing(_("Orang ini tidak tercatat akan pindah atau berhenti."))
def _leaves(person: Person) -> bool:
    return person.leaving_since is not None


@act(
    "leave", _("Pindah atau berhenti"),
    _("Selama masih memegang perangkat, orang ini tetap tercatat; perangkatnya muncul di antrean Pemegang pindah."),
    done=_("Tercatat."), event="person.leaving", who=_keeper, when=Every(_serves, _stays),
)  # fmt: skip
def leave(
    person: Person, *, actor: User,
    moves_to: Annotated[
        Unit | None, Ask(column=(Person, "moves_to"), help=_("Kosongkan bila berhenti bertugas."))
    ] = None,
    devices_to: Receiver = None, reason: Reason,
) -> Done[Person]:  # fmt: skip
    """Somebody stops, or moves to the unit ``moves_to``; what they hold goes to ``devices_to``, or back to the unit
    that keeps it. Done at once (``person.left``) where they hold nothing, else with the handover of the last device.

    Refuses (400) their own unit or one out of use, and a receiver who is they themselves or does not serve.
    """
    if not moves_to and keeps_the_installation(person):
        raise Conflict("last_superuser", LAST)
    if moves_to:
        _keeper(actor, Person(unit=moves_to))
        if moves_to == person.unit or not moves_to.active:
            detail = _("Pilih unit lain yang masih dipakai.")
            raise DomainError("wrong_unit", detail, field="moves_to")
    if devices_to and (devices_to == person or not devices_to.active or devices_to.leaving_since):
        raise DomainError("out_of_use", _("Pilih penerima lain yang masih bertugas."), field="devices_to")
    person.leaving_since, person.moves_to, person.devices_to = clock.today(), moves_to, devices_to
    if not holds_something(person):
        return Done(person, _goes(person), event="person.left")
    person.save(update_fields=["leaving_since", "moves_to", "devices_to"])
    return Done(person, {"moves_to": [None, moves_to and moves_to.code],
                         "devices_to": [None, devices_to and devices_to.pk]})  # fmt: skip


@act(
    "stay", _("Batal pindah"), _("Orang ini tetap bertugas di unitnya dan tetap memegang perangkatnya."),
    done=_("Tercatat tetap bertugas."), event="person.stays", who=_keeper, when=_leaves,
)  # fmt: skip
def stay(person: Person, *, actor: User, reason: Note = "") -> Done[Person]:
    """Take back that somebody stops or moves."""
    old = person.leaving_since
    person.leaving_since = person.moves_to = person.devices_to = None
    person.save(update_fields=["leaving_since", "moves_to", "devices_to"])
    return Done(person, {"leaving_since": [old, None]})


def holds_something(person: Person) -> bool:
    """Whether anything is in somebody's hands."""
    return any(held_by(person).exists() for held_by in of_each_package("holding", "HELD_BY"))


def let_go(people: Iterable[Person]) -> list[Person]:
    """The step without event: of these, who gave something up, those that left by it, since it was the last."""
    found = [fresh(each, "moves_to") for each in {each.pk: each for each in people if each.leaving_since}.values()]
    gone = [each for each in found if not holds_something(each)]
    for each in gone:
        _goes(each)
    return gone


def _goes(person: Person) -> dict[str, Any]:
    """They stop or move now; what the event says of it."""
    old, to = person.unit, person.moves_to
    if to:
        person.unit = to
    else:
        person.active = False
        end_credentials([person])
    person.leaving_since = person.moves_to = person.devices_to = None
    person.save(update_fields=["unit", "active", "leaving_since", "moves_to", "devices_to"])
    return {"unit": [old.code, to.code]} if to else {"active": [True, False]}
