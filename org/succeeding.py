"""A unit or an office gets its successor: one proposes it by a decree, another decides; what follows it does so then.

What follows is found by name: each package says in its module ``follows`` what of its own does (``FOLLOWS``), as a
function of the predecessor that returns what it changed, with how the event tells it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from core import asked, clock
from core.acts import Done, act
from core.discovery import of_each_package
from core.errors import Conflict, DomainError
from core.hands import Hand
from core.models import Decision, Registered
from core.permits import four_eyes, refusing
from core.taking import Ask, Note, Reason
from org.models import Office, OfficeSuccession, Role, Succession, Unit, UnitSuccession, User
from org.models.reference import Succeeded
from org.reference import keeper
from org.rules import require_whole
from org.succession import Successions

Kind = Succession.Kind
Decree = Annotated[str, Ask(column=(UnitSuccession, "decree"))]
LEVELS = ({Unit.Kind.VILLAGE, Unit.Kind.URBAN_VILLAGE}, {Unit.Kind.AGENCY, Unit.Kind.DIVISION})
"""Kinds of units that take each other's place, beside each its own: a desa becomes a kelurahan, a dinas a bidang."""
DECIDED = {Unit: "unit.succession_decided", Office: "office.succession_decided"}
TAKEN_BACK = {Unit: "unit.succession_taken_back", Office: "office.succession_taken_back"}
_SUCCEED = _("Usulkan penerus")
_EXPLAIN = _("Berlaku setelah Sekda mengonfirmasinya. Isi nomor keputusannya.")
_PROPOSED = _("Usulan tercatat; menunggu konfirmasi orang lain.")


def proposer(user: Any, thing: Succeeded) -> str:
    """Who keeps the unit or the office."""
    return keeper(user, thing)


def _decider(user: Any, _thing: Succeeded) -> str:
    return require_whole(user, Role.DECIDER)


@asked.by_another
def decider(user: Any, succession: Succession) -> str:
    return _decider(user, succession.predecessor)


def confirmer(user: Any, thing: Succeeded) -> str:
    """A decider who proposed none of what waits for this unit or office."""
    role = _decider(user, thing)
    waiting = thing.successions.filter(decision="").values_list("asked_by", "asked_at")
    four_eyes(user, *(Hand(by, at) for by, at in waiting))
    return role


def own_proposer(user: Any, succession: Succession) -> str:
    asked.by_the_asker(user, succession)
    return proposer(user, succession.predecessor)


@refusing(_("Tidak ada penerus yang menunggu konfirmasi."))
def awaits_confirmation(thing: Succeeded) -> bool:
    return thing.successions.filter(decision="").exists()


@act(
    "succeed", _SUCCEED, _EXPLAIN, done=_PROPOSED, event="unit.succession_proposed", who=proposer,
)  # fmt: skip
def succeed_unit(
    unit: Unit, *, actor: User, successor: Unit, kind: Kind, on: date, decree: Decree, reason: Reason
) -> Done[UnitSuccession]:
    """Propose that ``successor`` takes the place of the unit, or is split off from it, since the day ``on``.

    Refuses (400, by the field) the unit itself, one out of use or of another kind, a circle, a day to come, and the
    split of a unit out of use; ``Conflict`` for what was proposed or confirmed already.
    """
    if successor.kind != unit.kind and {successor.kind, unit.kind} not in LEVELS:
        raise DomainError("other_kind", _("Penerus harus unit yang sejenis."), field="successor")
    row = UnitSuccession(predecessor=unit, successor=successor, kind=kind, on=on, decree=decree, reason=reason)
    return _proposed(row, actor)


@act(
    "succeed", _SUCCEED, _EXPLAIN, done=_PROPOSED, event="office.succession_proposed", who=proposer,
)  # fmt: skip
def succeed_office(
    office: Office, *, actor: User, successor: Office, kind: Kind, on: date, decree: Decree, reason: Reason
) -> Done[OfficeSuccession]:
    """Propose that ``successor`` takes the place of the office, or is split off from it, since the day ``on``; also
    where the office only gets another name.

    Refuses what ``units/{id}/succeed/`` refuses; and one office has one that takes its place (``Conflict``).
    """
    taken = office.successions.meant().exclude(successor=successor).filter(kind=Kind.TAKES_PLACE)
    if kind == Kind.TAKES_PLACE and taken.exists():
        raise Conflict("has_successor", _("Jabatan ini sudah mempunyai penerus."), field="successor")
    row = OfficeSuccession(predecessor=office, successor=successor, kind=kind, on=on, decree=decree, reason=reason)
    return _proposed(row, actor)


@act(
    "confirm", _("Konfirmasi penerus"),
    _("Berlaku sejak hari dalam keputusannya. Unit yang digantikan tidak dipakai lagi; janji yang dijawabnya ikut ke "
      "penerusnya bila hanya satu."),
    done=_("Penerus dikonfirmasi."), event="", who=confirmer, when=awaits_confirmation,
)  # fmt: skip
def confirm(thing: Succeeded, *, actor: User, reason: Note = "") -> Done[Succeeded]:
    """Confirm every successor of this unit or office that waits for it. A unit whose place another takes goes out of
    use with it: what lives is not succeeded (pledges.md, "Succession")."""
    rows = list(thing.successions.filter(decision="").select_related("predecessor", "successor"))
    return Done(thing, **_decided(thing, rows, Decision.APPROVE, reason, actor))


@act(
    "decide", _("Putuskan"),
    _("Bila disetujui, berlaku sejak hari dalam keputusannya; unit yang digantikan tidak dipakai lagi, dan janji yang "
      "dijawabnya ikut ke penerus tunggalnya."),
    done=_("Keputusan tercatat."), event="", who=decider, when=asked.undecided,
)  # fmt: skip
def decide(succession: Succession, *, actor: User, decision: Decision, reason: Reason) -> Done[Succession]:
    """Confirm or refuse one successor that another proposed. The event is that of the unit or office."""
    return Done(succession, **_decided(succession.predecessor, [succession], decision, reason, actor))


@act(
    "take-back", _("Tarik kembali"), _("Usulan ini tidak lagi menunggu keputusan; tetap tercatat pernah diajukan."),
    done=_("Usulan ditarik kembali."), event="", who=own_proposer, when=asked.undecided,
)  # fmt: skip
def take_back(succession: Succession, *, actor: User, reason: Note = "") -> Done[Succession]:
    """Take back what one proposed oneself. The event is that of the unit or office."""
    asked.take_back(succession, reason, actor)
    old = succession.predecessor
    changes, related = _after(old, [succession])
    return Done(succession, changes, related, about=old, event=TAKEN_BACK[type(old)])


def _proposed(row: Any, actor: User) -> Done[Any]:
    row.asked_by = actor
    _refuse_senseless(row)
    row.full_clean(validate_constraints=False)
    row.save(force_insert=True)
    return Done(row, _told(row), about=row.predecessor, related=[row, row.successor], reason=row.reason)


def _refuse_senseless(row: Succession) -> None:
    if row.successor == row.predecessor:
        raise DomainError("same", _("Penerus harus yang lain."), field="successor")
    if not row.successor.active:
        raise DomainError("out_of_use", _("Penerus ini tidak dipakai lagi."), field="successor")
    if row.on > clock.today():
        raise DomainError("in_the_future", _("Tanggal ini belum terjadi."), field="on")
    if row.kind == Kind.SPLIT_OFF and not row.predecessor.active:
        raise DomainError("out_of_use", _("Hanya yang masih dipakai dapat dipecah."), field="kind")
    known = row.predecessor.successions.meant().filter(successor=row.successor, kind=row.kind)
    if known.exists():
        raise Conflict("already_proposed", _("Penerus ini sudah tercatat atau sudah diusulkan."), field="successor")
    meant = Successions.of(type(row).objects.meant().values_list("kind", "predecessor_id", "successor_id"))
    pairs = [meant.taken, meant.split] if row.kind == Kind.SPLIT_OFF else [meant.taken]
    if row.predecessor.pk in meant.after(row.successor.pk, *pairs):
        raise DomainError(
            "circular", _("Ini akan berputar: yang lama sudah tercatat sebagai penerusnya."), field="successor"
        )


def _decided(
    thing: Succeeded, rows: list[Any], decision: Decision, reason: str, actor: User
) -> dict[str, Any]:  # fmt: skip
    """Keep the decision; what the event says of it, which is that of the unit or office."""
    for row in rows:
        if decision == Decision.APPROVE and not row.successor.active:
            raise Conflict("outdated", _("Penerusnya tidak dipakai lagi."))
        asked.decide(row, decision, reason, actor)
    ended = _ended(thing, rows)
    changes, related = _after(thing, rows)
    return {
        "changes": {"decision": [None, decision], **_told(*rows), **ended, **changes}, "related": related,
        "about": thing, "reason": reason, "event": DECIDED[type(thing)],
    }  # fmt: skip


def _ended(thing: Succeeded, rows: Iterable[Succession]) -> dict[str, Any]:
    """Put a unit out of use whose place another takes from now on; how the event tells it."""
    taken = any(row.kind == Kind.TAKES_PLACE and row.decision == Decision.APPROVE for row in rows)
    if not (taken and isinstance(thing, Unit) and thing.active):
        return {}
    thing.active = False
    thing.save(update_fields=["active"])
    return {"active": [True, False]}


def _after(thing: Succeeded, rows: Iterable[Any]) -> tuple[dict[str, Any], list[Registered]]:
    """What else follows now that nothing, or less, waits for a decision: what the event says of it, what it touches."""
    changes: dict[str, Any] = {}
    touched: list[Registered] = [each for row in rows for each in (row, row.successor)]
    for follows in (one for some in of_each_package("follows", "FOLLOWS") for one in some):
        told, moved = follows(thing)
        changes |= told
        touched += moved
    return changes, touched


def _told(*rows: Any) -> dict[str, Any]:
    """Kind, successor, day and decree of each, as the journal has it."""
    told = [
        {"kind": row.kind, "id": row.successor_id, "name": str(row.successor), "on": row.on.isoformat(),
         "decree": row.decree}
        for row in rows
    ]  # fmt: skip
    return {"successors": [None, told]}
