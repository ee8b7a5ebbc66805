"""Lines that a published pledge gains: one asks with a reason, another decides; what was said stays as it was.

Two causes only. ``clarification``: the quantity was not said, and a paper now says it. ``move``: units merged or split
(``org.succeeding``), and what a line still owes passes to one that took the place of its unit, or was split off from it
while it lives; the sum stays equal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from core.acts import Done, act
from core.errors import Conflict, DomainError, Fault
from core.permits import Every
from core.taking import Reason
from org.models import Unit, UnitSuccession, User
from org.succession import Successions
from pledges import rules
from pledges.asking import Decided, Paper, asked_for
from pledges.counting import lines_with_delivered
from pledges.lines import check
from pledges.models import Delivery, LineChange, Pledge, PledgeLine, ProposedLine
from pledges.states import LineChangeKind

Lines = Iterable[dict[str, Any]]
_PART = _("Unit asal masih dipakai: yang pindah hanya sebagian dari sisanya, sedikitnya satu tetap di unit asal.")


@act(
    "ask-line-change", _("Minta perubahan baris"),
    _("Jumlah yang baru jelas, atau unit yang bergabung atau berpisah. Sekda yang memutuskan."),
    done=_("Permintaan tercatat."), event="pledge.line_change_asked",
    who=rules.asker_about_lines, when=Every(rules.can_be_eased, rules.no_lines_asked),
)  # fmt: skip
def ask(
    pledge: Pledge, *, actor: User, kind: LineChangeKind, reason: Reason, lines: Lines, document: Paper,
    effective_on: date | None = None,
) -> Done[LineChange]:  # fmt: skip
    """Ask for lines. ``clarification``: ``{unit, family | device_type, quantity}`` each; ``move``: ``{source, unit,
    quantity}``, where ``source`` is the line whose quantity passes to ``unit``.

    ``effective_on``: the day it took effect, when that was before the decision. Refuses a clarification of a pledge
    whose quantity is known, and faulty lines by their index. Nothing changes until it is decided.
    """
    change = LineChange(pledge=pledge, kind=kind, effective_on=effective_on, reason=reason, asked_by=actor)
    change.full_clean()
    proposed = [_proposed(change, index, values) for index, values in enumerate(lines)]
    _refuse_senseless(change, proposed, effective_on or clock.today())
    done = asked_for(change, {"kind": [None, kind], "lines": [None, _told(proposed)]}, document)
    ProposedLine.objects.bulk_create(proposed)
    return done


def decided(change: LineChange, approved: bool) -> Decided:
    """Let the lines owe from the day asked for, or from today. ``Conflict`` when they no longer fit what is owed."""
    proposed = list(change.lines.select_related("unit", "family", "device_type", "source__unit"))
    on = change.effective_on or clock.today()
    if approved:
        _refuse_outdated(change, proposed, on)
        _put(change, proposed, on)
    changes = {"kind": [None, change.kind], "lines": [None, _told(proposed)]}
    return Decided("pledge.line_change_decided", changes, columns={"effective_on": on} if approved else {})


def _put(change: LineChange, proposed: Sequence[ProposedLine], on: date) -> None:
    PledgeLine.objects.bulk_create(
        PledgeLine(
            pledge=change.pledge, change=change, taken_from=each.source, unit=each.unit, family=each.family,
            device_type=each.device_type, quantity=each.quantity, effective_on=on, recorded_at=clock.now(),
        )
        for each in proposed
    )  # fmt: skip


def _proposed(change: LineChange, index: int, values: dict[str, Any]) -> ProposedLine:
    """A line asked for, whole: a moved one promises the same kind of device as its source."""
    source = values.get("source")
    moves = change.kind == LineChangeKind.MOVE
    if moves != (source is not None):
        refusal = _("Sebutkan baris asal.") if moves else _("Untuk jumlah yang diperjelas, kosongkan baris asal.")
        raise DomainError("invalid", refusal, field=f"lines.{index}.source")
    if source is not None:
        values = {**values, "family": source.family, "device_type": source.device_type}
    line = ProposedLine(change=change, **values)
    check(line, index, exclude=["change"])
    return line


def _refuse_outdated(change: LineChange, proposed: Sequence[ProposedLine], on: date) -> None:
    """Between asking and deciding devices may have come: what no longer fits is a conflict."""
    try:
        _refuse_senseless(change, proposed, on)
    except Conflict:
        raise
    except DomainError as error:
        raise Conflict("outdated", error.detail, faults=error.faults) from error


def _refuse_senseless(change: LineChange, proposed: Sequence[ProposedLine], on: date) -> None:
    if not proposed:
        raise DomainError("required", _("Isi sedikitnya satu baris."), field="lines")
    if on > clock.today():
        raise DomainError("in_the_future", _("Tanggal ini belum terjadi."), field="effective_on")
    if on < change.pledge.made_on_from:
        raise DomainError("too_early", _("Tanggal ini sebelum janji diucapkan."), field="effective_on")
    if change.kind == LineChangeKind.CLARIFICATION:
        if change.pledge.lines.exists():
            raise Conflict("quantity_known", _("Jumlah janji ini sudah disebut."))
        return
    _refuse_rewriting(change.pledge, on)
    if faults := [*_wrong_units(change.pledge, proposed, on)] or [*_too_much(change.pledge, proposed)]:
        raise DomainError("invalid", _("Baris ini tidak dapat dipindahkan."), faults=tuple(faults))


def _refuse_rewriting(pledge: Pledge, on: date) -> None:
    """A move takes effect after everything counted so far, so that it cannot change what was complete when."""
    rows = Delivery.objects.filter(line__pledge=pledge).values_list("counts_from", "counts_until")
    last = max((day for row in rows for day in row if day), default=on)
    lines = pledge.lines.values_list("effective_on", flat=True)
    if on < max([last, *filter(None, lines)]):
        detail = _("Sesudah tanggal ini sudah ada penyerahan atau perubahan baris yang dihitung.")
        raise DomainError("too_early", detail, field="effective_on")


def successors_of(line: PledgeLine, on: date | None = None) -> QuerySet[Unit]:
    """The units in use to which a line may move on ``on`` (today): while its unit lives those split off from it, else
    those that took its place, by no step over one that lives."""
    known = Successions.load(UnitSuccession, on)
    if line.unit.active:
        found = known.split.get(line.unit_id, frozenset())
    else:
        living = set(Unit.objects.filter(pk__in=known.taken, active=True).values_list("pk", flat=True))
        ended = {old: new for old, new in known.taken.items() if old not in living}
        found = frozenset(known.after(line.unit_id, ended))
    return Unit.objects.filter(pk__in=found, active=True)


def successors_in(pledge: Pledge) -> QuerySet[Unit]:
    """The units to which any line of a pledge may move today."""
    found = (successors_of(line).values("pk") for line in pledge.lines.select_related("unit"))
    return Unit.objects.filter(reduce(or_, (Q(pk__in=each) for each in found), Q(pk__in=[])))


def _wrong_units(pledge: Pledge, proposed: Sequence[ProposedLine], on: date) -> Iterable[Fault]:
    for index, each in enumerate(proposed):
        source = each.source
        if source is None or source.pledge_id != pledge.pk:
            yield Fault(f"lines.{index}.source", "not_found", _("Tidak ditemukan."))
        elif not successors_of(source, on).filter(pk=each.unit_id).exists():
            refusal = _("Baris hanya pindah ke unit aktif yang menurut keputusan menggantikan atau dipisahkan darinya.")
            yield Fault(f"lines.{index}.unit", "not_a_successor", refusal)


def _too_much(pledge: Pledge, proposed: Sequence[ProposedLine]) -> Iterable[Fault]:
    """A line hands on what it still owes; what was delivered stays with the unit that received it. A unit that lives
    stays owed something: what is split off takes a part."""
    lines = lines_with_delivered(pledge.lines.select_related("unit"))
    living = {line.pk for line in lines if line.unit.active}
    owed = {line.pk: max(0, line.promised - line.delivered - (line.pk in living)) for line in lines}
    moved: Counter[int | None] = Counter()
    for index, each in enumerate(proposed):
        moved[each.source_id] += each.quantity
        if moved[each.source_id] > owed.get(each.source_id or 0, 0):
            refusal = _PART if each.source_id in living else _("Melebihi sisa yang belum dipenuhi pada baris asal.")
            yield Fault(f"lines.{index}.quantity", "more_than_owed", refusal)


def _told(lines: Iterable[ProposedLine]) -> list[dict[str, Any]]:
    return [
        {"unit": each.unit.code, "quantity": each.quantity, "from": each.source_id,
         "names": [str(each.source.unit) if each.source else None, str(each.unit)]}
        for each in lines
    ]  # fmt: skip
