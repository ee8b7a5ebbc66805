"""Somebody stops or moves: said at once, done when what they hold has been handed on.

An account is closed by its own verb, always at once. What waits is the person: as long as they hold something, others
must know who has it. What people hold is found by name: each package says it in its module ``holding`` (``HELD_BY``).

A role was given for the place that is left: with the move each ends but for those given for the new place already, and
those that are named with a reason (``Grant.kept_because``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from core import clock
from core.acts import Done, act
from core.discovery import of_each_package
from core.errors import Conflict, DomainError
from core.models import Registered
from core.permits import Every, four_eyes, refusing
from core.taking import Ask, Note, Reason
from core.transactions import fresh
from org import administering
from org.fixed import LAST, keeps_the_installation
from org.models import Grant, Person, Unit, User
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
    devices_to: Receiver = None, keeps: Collection[str] = (),
    keeps_because: Annotated[str, Ask(column=(Grant, "kept_because"))] = "", reason: Reason,
) -> Done[Person]:  # fmt: skip
    """Somebody stops, or moves to the unit ``moves_to``; what they hold goes to ``devices_to``, or back to the unit
    that keeps it. Done at once (``person.left``) where they hold nothing, else with the handover of the last device.

    With the move the roles end that were given for another place, but for those named in ``keeps`` (codes of roles).

    Refuses (400) their own unit or one out of use, a receiver who is they themselves or does not serve, and a role to
    keep that does not end, has no reason, or may not be given to them there; (403) one that is not the actor's to give.
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
    kept = _keep(person, moves_to, keeps, keeps_because, actor)
    told = {"grants_kept": [None, [each.told for each in kept]]} if kept else {}
    person.leaving_since, person.moves_to, person.devices_to = clock.today(), moves_to, devices_to
    if not holds_something(person):
        changes, ended = _goes(person)
        return Done(person, changes | told, related=[*kept, *ended], event="person.left")
    person.save(update_fields=["leaving_since", "moves_to", "devices_to"])
    changes = {"moves_to": [None, moves_to and moves_to.code], "devices_to": [None, devices_to and devices_to.pk]}
    return Done(person, changes | told, related=kept)


@act(
    "stay", _("Batal pindah"), _("Orang ini tetap bertugas di unitnya dan tetap memegang perangkatnya."),
    done=_("Tercatat tetap bertugas."), event="person.stays", who=_keeper, when=_leaves,
)  # fmt: skip
def stay(person: Person, *, actor: User, reason: Note = "") -> Done[Person]:
    """Take back that somebody stops or moves."""
    old = person.leaving_since
    person.leaving_since = person.moves_to = person.devices_to = None
    person.save(update_fields=["leaving_since", "moves_to", "devices_to"])
    return Done(person, {"leaving_since": [old, None]}, related=_kept_no_more(person))


def ending(person: Person, to: Unit) -> list[Grant]:
    """The roles that end when somebody moves there, unless they are kept."""
    return list(Grant.objects.of_before(person, to).select_related("unit", "user").order_by("pk"))


def _keep(person: Person, to: Unit | None, roles: Collection[str], because: str, actor: User) -> list[Grant]:
    """Say of the roles that go on after the move why; what was said for an earlier move holds no longer."""
    _kept_no_more(person)
    if not roles:
        return []
    found = [each for each in ending(person, to) if each.role in roles] if to else []
    if set(roles) - {each.role for each in found}:
        raise DomainError(
            "invalid_choice",
            _("Peran ini tidak berakhir karena kepindahan itu dan tidak perlu dipilih."),
            field="keeps",
        )
    if not because.strip():
        raise DomainError("required", _("Tulis mengapa peran itu tetap berlaku."), field="keeps_because")
    for each in found:
        four_eyes(actor, each.user_id, refusal=administering.OWN_GRANT)
        administering.gives(actor, each.role, each.unit)
        administering.refuse_unclaimed(each.user, each.role, each.unit, field="keeps", of=to)
        each.kept_because = because
        each.save(update_fields=["kept_because"])
    return found


def _kept_no_more(person: Person) -> list[Grant]:
    found = list(Grant.objects.lasting().filter(user__person=person).exclude(kept_because=""))
    for each in found:
        each.kept_because = ""
        each.save(update_fields=["kept_because"])
    return found


def holds_something(person: Person) -> bool:
    """Whether anything is in somebody's hands."""
    return any(held_by(person).exists() for held_by in of_each_package("holding", "HELD_BY"))


def let_go(people: Iterable[Person]) -> list[Registered]:
    """The step without event: of these, who gave something up, those leave whose last it was; they, and the roles that
    ended with it."""
    found = [fresh(each, "moves_to") for each in {each.pk: each for each in people if each.leaving_since}.values()]
    gone = [each for each in found if not holds_something(each)]
    return [*gone, *(given for each in gone for given in _goes(each)[1])]


def _goes(person: Person) -> tuple[dict[str, Any], list[Grant]]:
    """They stop or move now; what the event says of it, and the roles that ended."""
    old, to = person.unit, person.moves_to
    ended = [each for each in ending(person, to) if not each.kept_because] if to else []
    for each in ended:
        each.end()
    if to:
        person.unit = to
    else:
        person.active = False
        end_credentials([person])
    person.leaving_since = person.moves_to = person.devices_to = None
    person.save(update_fields=["unit", "active", "leaving_since", "moves_to", "devices_to"])
    return ({"unit": [old.code, to.code]} if to else {"active": [True, False]}) | roles_ended(ended), ended


def roles_ended(rows: Iterable[Registered]) -> dict[str, Any]:
    """What an event says of the roles among what it touches: that they ended with it."""
    ended = [each.told for each in rows if isinstance(each, Grant)]
    return {"grants_end": [None, ended]} if ended else {}
