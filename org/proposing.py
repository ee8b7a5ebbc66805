"""Changing the working calendar: one proposes days by a decree, another person confirms them; then they count."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core import asked, clock, jobs
from core.acts import Done, act
from core.errors import Conflict, DomainError, Fault, faults_of
from core.journal import Private
from core.models import Decision
from core.permits import refusing
from core.taking import Ask, Note, Reason
from org.calendar import NEAR, end, same_name, told_of
from org.models import CalendarDay, CalendarProposal, User
from org.rules import require_whole

MOST_DAYS = 200
"""So many days one proposal holds at most: the lists of several years."""
Decree = Annotated[str, Ask(column=(CalendarProposal, "decree"))]
Name = Annotated[str, Ask(column=(CalendarDay, "name"))]
CHANGED_SINCE = _("Hari ini sudah diubah sejak diusulkan.")


@dataclass(frozen=True)
class Entry:
    """One day of a proposal: a new one, or what ``day`` becomes; ``removed``: it is no more."""

    date: datetime.date | None = None
    name: str = ""
    kind: str = ""
    works: bool = False
    day: CalendarDay | None = None
    removed: bool = False


def keeper(user: Any, _thing: Any = None) -> str:
    """Who keeps the calendar, which is the whole district's."""
    return require_whole(user, *CalendarDay.kept_by)


@asked.by_another
def confirmer(user: Any, _proposal: CalendarProposal) -> str:
    return keeper(user)


def _confirmer_of(user: Any, day: CalendarDay) -> str:
    return confirmer(user, day.proposal) if day.proposal else keeper(user)


@refusing(_("Hari ini tidak berlaku lagi, atau belum dikonfirmasi."))
def is_in_force(day: CalendarDay) -> bool:
    return CalendarDay.objects.in_force().filter(pk=day.pk).exists()


@refusing(_("Hari ini tidak menunggu konfirmasi."))
def is_proposed(day: CalendarDay) -> bool:
    return day.confirmed_at is None and day.proposal is not None and asked.undecided(day.proposal)


@act(
    "create", _("Usulkan daftar hari"),
    _("Satu keputusan, satu daftar. Berlaku setelah orang lain mengonfirmasinya; hari yang sudah lewat tidak menggeser "
      "tenggat apa pun."),
    done=_("Usulan tercatat; menunggu konfirmasi orang lain."), event="calendar_proposal.made", who=keeper,
)  # fmt: skip
def propose(*, actor: User, decree: Decree, reason: Note = "", days: list[Entry]) -> Done[CalendarProposal]:
    """Propose a list of days by one decree. A day that is an estimate so far is meant by its name and moved.

    Refuses an empty list, a decree without number, and days that hold no sense or stand there already.
    """
    if not 0 < len(days) <= MOST_DAYS:
        raise DomainError("required", _("Isi 1 sampai %(most)s hari.") % {"most": MOST_DAYS}, field="days")
    return _proposed(actor, decree, reason, days, [f"days.{n}" for n in range(len(days))])


@act(
    "create", _("Usulkan hari libur"), _("Berlaku setelah orang lain mengonfirmasinya."),
    done=_("Usulan tercatat; menunggu konfirmasi orang lain."), event="calendar_proposal.made", who=keeper,
)  # fmt: skip
def propose_day(
    *, actor: User, date: datetime.date, name: Name, kind: CalendarDay.Kind, works: bool = False, decree: Decree
) -> Done[CalendarDay]:
    """Propose one day by a decree; it counts once another person confirms it."""
    return _proposed_one(actor, decree, Entry(date, name, kind, works))


@act(
    "change", _("Usulkan perubahan"),
    _("Hari yang sekarang tetap berlaku sampai orang lain mengonfirmasi perubahannya."),
    done=_("Usulan tercatat; menunggu konfirmasi orang lain."), event="calendar_proposal.made",
    who=keeper, when=is_in_force,
)  # fmt: skip
def propose_change(
    day: CalendarDay, *, actor: User, date: datetime.date | None = None, name: Name = "",
    kind: CalendarDay.Kind | None = None, works: bool | None = None, decree: Decree = "",
) -> Done[CalendarDay]:  # fmt: skip
    """Propose what a day becomes: what is left out stays, the decree excepted. Moving a feast needs no deletion."""
    works = day.works if works is None else works
    entry = Entry(date or day.date, name or day.name, kind or day.kind, works, day)
    if (entry.date, entry.name, entry.kind, works) == (day.date, day.name, day.kind, day.works) and not day.estimated:
        raise DomainError("unchanged", _("Tidak ada yang berubah pada hari ini."))
    return _proposed_one(actor, decree, entry)


@act(
    "remove", _("Usulkan penghapusan"), _("Hari ini tetap berlaku sampai orang lain mengonfirmasi penghapusannya."),
    done=_("Usulan tercatat; menunggu konfirmasi orang lain."), event="calendar_proposal.made",
    who=keeper, when=is_in_force,
)  # fmt: skip
def propose_removal(day: CalendarDay, *, actor: User, decree: Decree) -> Done[CalendarDay]:
    """Propose that a day is none; seeding does not bring it back."""
    return _proposed_one(actor, decree, Entry(day=day, removed=True))


@act(
    "confirm", _("Konfirmasi"), _("Seluruh usulan ini berlaku sejak sekarang, untuk hari-hari yang belum lewat."),
    done=_("Kalender diubah."), event="calendar_proposal.decided", who=_confirmer_of, when=is_proposed,
)  # fmt: skip
def confirm(day: CalendarDay, *, actor: User, reason: Note = "") -> Done[CalendarDay]:
    """Confirm the proposal that this day belongs to; the event is the proposal's."""
    assert day.proposal  # noqa: S101  (is_proposed)
    done = _decided(day.proposal, Decision.APPROVE, reason, actor)
    day.refresh_from_db()
    return Done(day, done.changes, about=day.proposal, related=[day])


@act(
    "decide", _("Putuskan"), _("Bila disetujui, hari-hari ini berlaku sejak sekarang, kecuali yang sudah lewat."),
    done=_("Keputusan tercatat."), event="calendar_proposal.decided", who=confirmer, when=asked.undecided,
)  # fmt: skip
def decide(proposal: CalendarProposal, *, actor: User, decision: Decision, reason: Reason) -> Done[CalendarProposal]:
    """Confirm or refuse what another proposed, as a whole."""
    return _decided(proposal, decision, reason, actor)


def _proposed_one(actor: User, decree: str, entry: Entry) -> Done[CalendarDay]:
    made = _proposed(actor, decree, "", [entry], [""])
    row = made.result.days.select_related("replaces").get()
    return Done(row, made.changes, about=made.result, related=[row, *([row.replaces] if row.replaces else [])])


def _proposed(actor: User, decree: str, reason: str, entries: list[Entry], paths: list[str]) -> Done[CalendarProposal]:
    """``paths``: where a fault of each entry is told of."""
    proposal = CalendarProposal(decree=decree, reason=reason, asked_by=actor)
    proposal.full_clean()
    proposal.save(force_insert=True)
    present = list(CalendarDay.objects.in_force())
    meant = _meant(entries, present)
    stay = [each for each in present if each not in meant]
    rows: list[CalendarDay] = []
    faults: list[Fault] = []
    for entry, old, path in zip(entries, meant, paths, strict=True):
        row = _version(proposal, entry, old)
        faults += _wrong(row, [*stay, *rows], path)
        rows.append(row)
    if faults:
        raise DomainError(faults[0].code, faults[0].detail, faults=tuple(faults))
    CalendarDay.objects.bulk_create(rows)
    return Done(proposal, {"decree": [None, decree], "days": _told(rows)}, reason=reason)


def _version(proposal: CalendarProposal, entry: Entry, old: CalendarDay | None) -> CalendarDay:
    said = old if entry.removed and old else entry
    return CalendarDay(
        date=said.date, name=said.name, kind=said.kind, works=said.works, decree=proposal.decree, proposal=proposal,
        replaces=old, removed=entry.removed, confirmed_at=None,
    )  # fmt: skip


def _wrong(row: CalendarDay, beside: list[CalendarDay], path: str) -> Iterable[Fault]:
    """What is wrong with a proposed version, beside the days that stay and those proposed before it."""
    if row.removed and row.replaces is None:
        return [Fault(f"{path}.day".lstrip("."), "required", _("Sebutkan hari yang dihapus."))]
    try:
        row.clean_fields(exclude=["proposal", "replaces", "confirmed_at"])
    except ValidationError as error:
        return faults_of(error, prefix=path)
    same = [each for each in beside if each.date == row.date and each.name.casefold() == row.name.casefold()]
    if same and not row.removed:
        detail = _("Hari ini sudah tercatat dengan nama yang sama.")
        return [Fault(f"{path}.date".lstrip("."), "unique", detail)]
    return []


def _meant(entries: list[Entry], present: list[CalendarDay]) -> list[CalendarDay | None]:
    """The day in force that each entry speaks of: the one named; else the same day; else the estimate of that name
    nearest to it. None: a new one."""
    taken = {entry.day.pk for entry in entries if entry.day}
    found: list[CalendarDay | None] = []
    for entry in entries:
        old = entry.day or (None if entry.date is None else _spoken_of(entry, entry.date, present, taken))
        if old:
            taken.add(old.pk)
        found.append(old)
    return found


def _spoken_of(entry: Entry, when: datetime.date, present: list[CalendarDay], taken: set[int]) -> CalendarDay | None:
    named = [each for each in present if each.pk not in taken and same_name(each.name) == same_name(entry.name)]
    same = [each for each in named if each.date == when and (each.estimated or each.proposal_id is None)]
    near = [each for each in named if each.estimated and abs(each.date - when) <= NEAR]
    return next(iter(same or sorted(near, key=lambda each: abs(each.date - when))), None)


def _decided(proposal: CalendarProposal, decision: Decision, reason: str, actor: User) -> Done[CalendarProposal]:
    changes: dict[str, Any] = {
        "decision": [None, decision], "by_decree": [None, proposal.decree],
        "proposed_by": [None, Private(str(proposal.asked_by))],
    }  # fmt: skip
    if asked.decide(proposal, decision, reason, actor):
        rows = list(proposal.days.select_related("replaces"))
        _take_effect(rows)
        changes["days"] = _told(rows)
        jobs.announce(CalendarDay.announces)
    return Done(proposal, changes, reason=reason)


def _take_effect(rows: list[CalendarDay]) -> None:
    old = [each.replaces for each in rows if each.replaces]
    if CalendarDay.objects.in_force().filter(pk__in=[each.pk for each in old]).count() != len(old):
        raise Conflict("changed_meanwhile", CHANGED_SINCE)
    end(old)
    for row in rows:
        row.confirmed_at = clock.now()
        try:
            row.validate_constraints()
        except ValidationError as error:
            raise Conflict("changed_meanwhile", CHANGED_SINCE) from error
        row.save(update_fields=["confirmed_at"])


def _told(rows: Iterable[CalendarDay]) -> list[list[str]]:
    """What the days said before and say now, as the journal has it."""
    rows = list(rows)
    return [
        [told_of(each.replaces) for each in rows if each.replaces],
        [told_of(each) for each in rows if not each.removed],
    ]
