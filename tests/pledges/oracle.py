"""A second opinion on pledges.md: a diary of plain tuples, lived through day by day.

It knows nothing of the product: no model, no query, no ``Facts``. Whoever acts notes what happened; the oracle reads
the notes as a person with a calendar and a pencil would. Every note begins with the instant it was put on record:

    (at, "said", pledge, said_on, date or None, {line: (unit, quantity)})
    (at, "dated", pledge, kind, new date, day in effect)
    (at, "lines", pledge, line, (unit, quantity), line it takes from or None, day in effect)
    (at, "closed", pledge, kind, day)                        withdrawn or excused
    (at, "abolished", pledge, day)                           excused, since no unit of a line lives or has a successor
    (at, "unit", unit, in use again?)
    (at, "succeeded", unit, successor, day in effect)
    (at, "merged", pledge, into, day)
    (at, "issued", paper, device, pledge, line, day of handover, right kind of device?, unit)
    (at, "accepted", paper, taken as substitute?, day it came as the receiver says)
    (at, "signed" | "checked", paper)                        by a second person; checked: while the archive was open
    (at, "disputed", paper)
    (at, "left", paper, device, unit it went to or "", day)  recall, return nobody confirmed, move
    (at, "void", paper)                                      cancelled, or the return was confirmed after all
    (at, "kind", paper, type)                                the device is of a type that one person had put there
    (at, "confirmed", type)                                  by a second person
    (at, "repair", device, day)                              sent there by the keeper, from the unit that holds it
    (at, "back" | "longer", device, day)                     the unit has it back; lets it stay 90 days more
    (at, "lost", device, day, by its own unit?)
    (at, "truly lost", device)                               the unit confirms it
    (at, "found", device, day)

pledges.md is silent on a few things; DECISIONS.md answers: day counts stop on the day of completion or closure, what
came with a merge, or for the merged pledge after it, is seen from the day of the merge, and a pledge merged in brings
its first date in again.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

Note = tuple[Any, ...]
Diary = list[Note]
LOCAL = ZoneInfo("Asia/Jakarta")
HOUSE = "32.01.DISKOMINFO"  # gives the devices and answers for the promises; the office that speaks is the root's
DAY = timedelta(days=1)
Gap = tuple[date, date | None]


class Opinion(NamedTuple):
    status: str
    first_due: date | None
    due: date | None
    days_late: int
    days_late_original: int
    completed_on: date | None
    was_taken_back: bool
    delivered: dict[int, int]
    promised: int
    late: bool


def opinion(diary: Diary, pledge: int, as_of: date, known_at: datetime | None = None) -> Opinion:
    """What pledges.md says of ``pledge`` at the end of ``as_of``, by the notes made up to ``known_at``."""
    notes = [note for note in diary if known_at is None or note[0] <= known_at]
    return _Life(notes, pledge, as_of).lived().told()


class _Life:
    """One pledge, from the first day anything is known of it to ``last``."""

    def __init__(self, notes: Diary, pledge: int, last: date) -> None:
        _at, _said, _pledge, self.said, original, lines = next(n for n in notes if n[1:3] == ("said", pledge))
        self.notes, self.pledge, self.last = notes, pledge, last
        self.given, self.first, self.due, self.moved = original is not None, original, original, False
        self.owed = {line: quantity for line, (_unit, quantity) in lines.items()}
        self.net: dict[int, int] = {}
        self.counts = _counts(notes, pledge, last)
        self.complete, self.broken = False, False
        self.done: date | None = None
        self.ended: tuple[str, date] | None = None

    def lived(self) -> _Life:
        day = min([self.said, self.last, *(since for _line, since, _until, _gaps in self.counts)])
        while day <= self.last:
            for index, note in enumerate(self.notes):
                if note[-1] == day:
                    self.read(note, index)
            self.count(day)
            day += DAY
        return self

    def read(self, note: Note, index: int) -> None:
        kind, mine = note[1], note[2] == self.pledge
        if kind == "dated" and mine:
            self.new_date(*note[3:5])
        elif kind == "lines" and mine:
            _at, _lines, _pledge, line, (_unit, quantity), source, _day = note
            self.owed[line] = quantity
            if source is not None:
                self.owed[source] -= quantity
        elif kind == "closed" and mine:
            self.ended = (note[3], note[4])
        elif kind == "abolished" and mine:
            if not self.fell(index, note[3]):
                self.ended = ("excused", note[3])
        elif kind == "merged" and mine:
            self.ended = ("merged", note[4])
        elif kind == "merged" and note[3] == self.pledge:
            self.take_in(_Life(self.notes[:index], note[2], note[4]).lived())

    def fell(self, index: int, since: date) -> bool:
        """Whether by the last day a unit of one of its lines lived again, or somebody came after it."""
        lines = _lines(self.notes[:index])
        units = {unit for pledge, unit, _day in lines.values() if pledge == self.pledge}
        for at, kind, unit, *what in self.notes[index + 1 :]:
            back = kind == "unit" and what == [True] and at.astimezone(LOCAL).date() <= self.last
            if unit in units and (back or (kind == "succeeded" and max(what[1], since) <= self.last)):
                return True
        return False

    def new_date(self, kind: str, new: date) -> None:
        if kind == "correction" or (kind == "first_set" and self.first is None):
            self.first = new
        self.due, self.moved = new, True

    def take_in(self, other: _Life) -> None:
        """A duplicate: promised for as early as either of the two, and dated or not as the one that was said first."""
        if other.said == self.said:
            self.given = self.given or other.given
        elif other.said < self.said:
            self.said, self.given = other.said, other.given
        self.first = min((each for each in (self.first, other.first) if each), default=None)
        if not self.moved:
            self.due = self.first

    def count(self, day: date) -> None:
        self.net = dict.fromkeys(self.owed, 0)
        for line, since, until, gaps in self.counts:
            there = since <= day and (until is None or day < until)
            if line in self.net and there and not any(a <= day and (b is None or day < b) for a, b in gaps):
                self.net[line] += 1
        self.complete = sum(self.owed.values()) > 0 and all(self.net[line] >= n for line, n in self.owed.items())
        if self.complete and self.done is None:
            self.done = day
        self.broken = self.broken or (self.done is not None and not self.complete)

    def told(self) -> Opinion:
        stopped = self.last
        if self.ended:
            stopped = self.ended[1]
        elif self.complete and self.done:
            stopped = self.done
        over = max(0, (stopped - self.due).days) if self.due else 0
        over_first = max(0, (stopped - self.first).days) if self.first else 0
        status = self.status()
        late = status in ("overdue", "long_overdue", "extended", "dangling")
        return Opinion(
            status, self.first, self.due, over, over_first, self.done, self.broken, dict(self.net),
            sum(self.owed.values()), late or (status == "taken_back" and over_first > 0),
        )  # fmt: skip

    def status(self) -> str:
        if self.ended:
            return self.ended[0]
        if self.done:
            return self.kept(self.done) if self.complete else "taken_back"
        if self.first is None or self.due is None:
            age = (self.last - self.said).days
            return "undated" if age <= 90 else "needs_deadline" if age <= 180 else "dangling"
        left = (self.due - self.last).days
        if left < 0:
            return "overdue" if left >= -90 else "long_overdue"
        if self.last > self.first:
            return "extended"
        return "due_soon" if left <= 30 else "on_track"

    def kept(self, done: date) -> str:
        if self.first is None:
            return "kept_undated"
        if done > self.first:
            return "kept_late"
        return "kept_on_time" if self.given else "kept_on_late_date"


# ---- devices


class _Count:
    """One device that began to count for a line, and what came after. ``said``: its unit itself accepted it."""

    def __init__(
        self, issued: Note, pledge: int, line: int, since: date, unit: str, order: int, merged: date | None, said: bool
    ) -> None:
        self.device, self.pledge, self.line, self.unit = issued[3], pledge, line, unit
        self.order, self.since, self.until, self.seen, self.said = order, since, None, merged or since, said
        self.checked = False
        self.paper, self.kind = issued[2], None

    def stop(self, day: date) -> None:
        if self.until is None:
            self.until: date | None = max(day, self.since)


def _counts(notes: Diary, pledge: int, last: date) -> list[tuple[int, date, date | None, list[Gap]]]:
    """The spans that count for ``pledge``: its own, and from the day of the merge those of pledges merged into it.

    A device counts for one line at a time: a later paper by which it counts, for any pledge, ends what was before.
    """
    lines = _lines(notes)
    found: list[_Count] = []
    began = _began(notes, lines)
    for each in began:
        later = [n.since for n in began if n.device == each.device and n.order > each.order]
        if later and (each.until is None or min(later) < each.until):
            each.until = max(min(later), each.since)
    for each in began:
        while each.pledge != pledge and (merge := _merge_of(notes, each.pledge, len(notes))) and merge[4] <= last:
            each.pledge, each.line = merge[3], _same_line(lines, each.line, merge[3])
        if each.pledge == pledge and each.seen <= last:
            found.append(each)
    confirmed = {note[2] for note in notes if note[1] == "confirmed"}
    known = [each for each in found if each.kind is None or each.kind in confirmed]
    return [(each.line, each.since, each.until, _gaps(notes, each)) for each in known]


def _gaps(notes: Diary, count: _Count) -> list[Gap]:
    """The times at which the device of ``count`` was not at its unit for too long, or lost as only its keeper says."""
    held = _while_held(notes, count)
    gaps = _losses(held)
    for began, longer, back in _repairs(held):
        gaps += [(began + 91 * DAY, longer), (began + 181 * DAY, back)] if longer else [(began + 91 * DAY, back)]
    served = count.since.replace(year=count.since.year + 4, day=min(count.since.day, 28))
    return [(since, until) for since, until in gaps if since < served]


def _repairs(held: Diary) -> list[tuple[date, date | None, date | None]]:
    """When the device was sent first, let stay longer, and back; only the last may go on."""
    over: list[tuple[date, date | None, date | None]] = []
    began: date | None = None
    sent, longer = date.min, None
    for note in held:
        kind, day = note[1], note[4] if note[1] == "accepted" else note[-1]
        if kind == "repair":
            began, sent = began or day, day
        elif began and kind == "longer":
            longer = day
        elif began and (kind == "back" or (kind == "accepted" and day > max(sent, longer or sent))):
            over.append((began, longer, day))
            began, longer = None, None
    return [*over, (began, longer, None)] if began else over


def _losses(held: Diary) -> list[Gap]:
    found: list[Gap] = []
    for note in held:
        if note[1] == "lost" and not note[4]:
            found.append((note[3], None))
        elif note[1] == "truly lost":
            found.pop()
        elif note[1] == "found" and found and found[-1][1] is None:
            found[-1] = (found[-1][0], note[3])
    return found


def _while_held(notes: Diary, count: _Count) -> Diary:
    """What was noted of the device, or of the paper by which it came, until it was given out anew."""
    begins = next(n for n, note in enumerate(notes) if note[1:3] == ("issued", count.paper))
    again = (n for n, note in enumerate(notes) if n > begins and note[1] == "issued" and note[3] == count.device)
    held = notes[begins : next(again, None)]
    of_device = ("repair", "longer", "back", "lost", "truly lost", "found")
    return [
        note
        for note in held
        if (note[1] in of_device and note[2] == count.device) or note[1:3] == ("accepted", count.paper)
    ]


def _lines(notes: Diary) -> dict[int, tuple[int, str, date | None]]:
    """``{line: (pledge, unit, day in effect)}``."""
    lines: dict[int, tuple[int, str, date | None]] = {}
    for note in notes:
        if note[1] == "said":
            lines |= {line: (note[2], unit, None) for line, (unit, _n) in note[5].items()}
        elif note[1] == "lines":
            lines[note[3]] = (note[2], note[4][0], note[6])
    return lines


def _merge_of(notes: Diary, pledge: int, before: int) -> Note | None:
    return next((note for note in notes[:before] if note[1:3] == ("merged", pledge)), None)


def _same_line(lines: dict[int, tuple[int, str, date | None]], line: int, into: int) -> int:
    unit = lines[line][1]
    return next((other for other, (pledge, its, _day) in lines.items() if pledge == into and its == unit), -1)


def _began(notes: Diary, lines: dict[int, tuple[int, str, date | None]]) -> list[_Count]:
    """Every count that began, ended by what took the device away."""
    void = {note[2] for note in notes if note[1] == "void"}  # what a device left by, as if it never had
    papers: dict[int, Note] = {}
    counts: dict[int, list[_Count]] = {}
    for index, note in enumerate(notes):
        at, kind, paper = note[:3]
        if kind == "issued":
            papers[paper], counts[paper] = note, []
        elif kind in ("accepted", "signed", "checked") and paper in papers:
            _accept(notes, index, papers[paper], counts[paper], lines)
        elif kind == "disputed" and paper in papers:
            counts[paper] = _disputed(counts[paper], at.astimezone(LOCAL).date())
        elif kind == "void" and paper in papers:
            counts[paper] = []
        elif kind == "left" and paper not in void:
            for each in (one for many in counts.values() for one in many if one.device == note[3]):
                if not _serves(each.unit, note[4]):
                    each.stop(note[5])
    return [one for many in counts.values() for one in many]


def _disputed(counts: list[_Count], today: date) -> list[_Count]:
    """What its unit had accepted ends; what it never accepted never came."""
    for each in counts:
        each.stop(today)
    return [each for each in counts if each.said]


def _serves(promised: str, unit: str) -> bool:
    """A device counts in the unit promised or below it; in the giver's own house only where the line names that."""
    below = f"{unit}.".startswith(f"{promised}.")
    return below and (promised.startswith(HOUSE) or not unit.startswith(HOUSE))


def _accept(notes: Diary, index: int, issued: Note, counts: list[_Count], lines: dict[int, Any]) -> None:
    at, kind = notes[index][:2]
    recorded, _issued, paper, _device, pledge, line, handed, right, unit = issued
    spoke = kind == "accepted"
    substitute, came = notes[index][3:5] if spoke else (False, handed)
    if spoke and any(not each.said for each in counts):  # the receiver speaks where the scan had stood in
        for each in counts:
            each.since, each.said = (
                max(_first_day(each.checked, handed, came, recorded), lines[each.line][2] or came),
                True,
            )
            each.kind = None if substitute else each.kind
        counts[:] = [each for each in counts if each.until is None or each.since < each.until]
        return
    if not (right or substitute) or (counts and counts[-1].until is None) or not _serves(lines[line][1], unit):
        return
    if handed < next(note[3] for note in notes if note[1:3] == ("said", pledge)):
        return
    said = [note[1] for note in notes[:index] if note[1] in ("accepted", "disputed") and note[2] == paper]
    if not spoke and said:
        return  # a scan does not speak against the unit, nor after it
    merged = None
    while (merge := _merge_of(notes, pledge, index)) and (heir := _same_line(lines, line, merge[3])) > 0:
        pledge, line, merged = merge[3], heir, merge[4]
    if kind == "signed" and (at.astimezone(LOCAL).date() - handed).days > 14:
        came = at.astimezone(LOCAL).date()
    since = _first_day(kind == "checked", handed, came, recorded)
    since = max([since, *(each.until for each in counts if each.until), *filter(None, [lines[line][2]])])
    counts.append(_Count(issued, pledge, line, since, lines[line][1], notes.index(issued), merged, spoke))
    counts[-1].checked = kind == "checked"
    counts[-1].kind = None if substitute else next((n[3] for n in notes[:index] if n[1:3] == ("kind", paper)), None)


def _first_day(checked: bool, handed: date, came: date, recorded: datetime) -> date:
    recorded_on = recorded.astimezone(LOCAL).date()
    return came if checked or (recorded_on - handed).days <= 14 else max(came, recorded_on)
