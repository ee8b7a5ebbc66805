"""Pledges live through random years by the product's own verbs: withdrawn, merged, moved, delivered, taken back."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from assets import absences, register
from assets.models import Asset, DeviceType
from assets.states import HandoverKind
from core.journal import head
from core.models import Event
from handing_over import fulfilment
from handing_over.items import Item
from org.models import Person, Role, Tenure, Unit
from org.reference import keep
from pledges import deadlines, deciding, kinds, line_changes
from pledges.models import DeadlineRevision, Delivery, LineChange, Pledge, PledgeLine
from pledges.reading import judgement_of
from pledges.recomputing import recompute_deadlines
from pledges.states import RevisionKind
from tests.base import (
    Cast,
    a_day_off,
    a_pledge,
    again,
    an_asset,
    an_attachment,
    an_issue,
    closed,
    day_removed,
    succeeded,
    the_archive_is_open,
    user,
)
from tests.pledges.oracle import LOCAL
from tests.pledges.watched import DAY, Watched

PICK = st.integers(0, 11)
WORDS_ON_REPAIR = ["back", "back", "condition", "keeper", "friend", "longer"]
RECEIPTS = ["accept", "accept", "accept", "sign", "sign", "friend", "giver", "dispute", "cancel"]


def working_days_after(said: date, number: int, free: set[date]) -> date:
    """Reckoned on fingers: Monday to Friday, less the free days; the day said is day 0."""
    day = said
    while number:
        day += DAY
        number -= day.weekday() < 5 and day not in free
    return day


def promised(pledge: Pledge) -> Counter[int]:
    """How many devices to which unit."""
    return Counter({line.unit_id: line.quantity for line in pledge.lines.all()})


class Lives(Watched):
    """Up to four pledges of one office, their devices, and everybody who has a hand in them."""

    @initialize(seed=st.integers(0, 9999), due=st.sampled_from(["words", None, 30]))
    def settle(self, seed: int, due: Any) -> None:
        self.random, cast = Random(seed), self.cast
        self.archive = the_archive_is_open()
        new = [Unit.objects.create(code=f"32.01.{n}", name=n, kind="district", parent=cast.root) for n in ("70", "80")]
        self.units = [cast.kemang, cast.cibinong, *new]
        self.speakers = {unit.pk: cast.speaker(unit) for unit in (cast.kemang, cast.village, cast.cibinong)}
        for unit in (*new, cast.village, cast.diskominfo):
            self.speakers[unit.pk] = user(username=f"u{unit.pk}", unit=unit, roles=(Role.REQUESTER,))
        self.kinds: list[DeviceType] = []
        self.friend = user(username="teman", unit=cast.setda, roles=(Role.REQUESTER,), where=cast.root)
        self.promise_of(0, due, [2], 0)

    # ---- promises

    @precondition(lambda self: len(self.pledges) < 4)
    @rule(
        ago=st.sampled_from([0, 1, 20, 100, 200]),
        due=st.sampled_from([None, "words", 5, 30, 90, 150]),
        lines=st.lists(st.integers(1, 2), max_size=2),
        first=PICK,
        all_over=st.sampled_from([False, False, True]),
    )
    def promise(self, ago: int, due: Any, lines: list[int], first: int, all_over: bool) -> None:
        self.promise_of(ago, due, lines, first, all_over=all_over)

    def promise_of(self, ago: int, due: Any, lines: list[int], first: int, *, all_over: bool = False) -> None:
        """``all_over``: the first line is for the whole district."""
        self.tick()
        said = self.today - ago * DAY
        day = said + due * DAY if isinstance(due, int) else None
        if due == "words":
            day = working_days_after(said, 5, set(self.free))
        units = [self.cast.root if all_over and not n else self.units[(first + n) % 4] for n in range(len(lines))]
        family = self.cast.hp.family
        promised = [{"unit": u, "family": family, "quantity": n} for u, n in zip(units, lines, strict=True)]
        pledge = a_pledge(
            self.cast, made_on_from=said, made_on_to=said, original_due_on=day, lines=promised,
            deadline_text="5 hari kerja" if due == "words" else "",
        )  # fmt: skip
        self.pledges[pledge.pk], self.published_at[pledge.pk] = pledge, self.now
        rows = {line.pk: (line.unit.code, line.quantity) for line in pledge.lines.all()}
        self.note("said", pledge.pk, said, day, rows)
        self.words[pledge.pk] = self.published(pledge.pk)
        self.read()

    # ---- dates, lines and closures

    @precondition(lambda self: self.pledges)
    @rule(pick=PICK, kind=st.sampled_from(RevisionKind.values), days=st.sampled_from([-40, -1, 0, 1, 30, 120]))
    def ask_for_a_date(self, pick: int, kind: str, days: int) -> None:
        pledge = self.one(self.pledges.values(), pick)
        with self.act():
            new = max(self.judged(pledge.pk).due_on or self.today, self.today) + days * DAY
            deadlines.ask(
                pledge,
                kind=kind,
                new_due_on=new,
                reason="x",
                actor=self.cast.verifier,
                document=an_attachment(self.cast),
            )

    @rule(approve=st.sampled_from([True, True, True, False]), pick=PICK)
    def decide(self, approve: bool, pick: int) -> None:
        asked = self.one([*DeadlineRevision.objects.filter(decision=""), *LineChange.objects.filter(decision="")], pick)
        if asked is None:
            return
        verb: Any = deciding.decide
        helped = [asked.pledge_id] if approve and isinstance(asked, DeadlineRevision) else []
        with self.act(*helped):
            verb(asked, decision="approve" if approve else "reject", reason="x", actor=self.cast.decider)
            if approve and isinstance(asked, DeadlineRevision):
                self.note("dated", asked.pledge_id, asked.kind, asked.new_due_on, self.today)
            elif approve:
                for line in PledgeLine.objects.filter(change=asked):
                    promised = (line.unit.code, line.quantity)
                    day = asked.effective_on or self.today
                    self.note("lines", line.pledge_id, line.pk, promised, line.taken_from_id, day)

    @precondition(lambda self: self.pledges)
    @rule(pick=PICK, unit=PICK, back=st.sampled_from([None, 0, 5, 40]), quantity=st.integers(1, 2))
    def ask_for_lines(self, pick: int, unit: int, back: int | None, quantity: int) -> None:
        """A quantity never said is clarified; of one that is known, a part moves to a unit without a line yet, to a
        successor where there is one."""
        pledge = self.one(self.pledges.values(), pick)
        source = self.one(pledge.lines.all(), unit)
        taken = set(pledge.lines.values_list("unit", flat=True))
        heirs = set(line_changes.successors_of(source)) if source else set()
        free = [each for each in self.units if each.pk not in taken]
        free = [each for each in free if each in heirs] or free
        if not free:
            return
        line: dict[str, Any] = {"unit": self.one(free, unit), "quantity": quantity}
        line |= {"source": source} if source else {"family": self.cast.hp.family}
        with self.act():
            line_changes.ask(
                pledge, kind="move" if source else "clarification", reason="x", lines=[line], actor=self.cast.verifier,
                effective_on=None if back is None else self.today - back * DAY, document=an_attachment(self.cast),
            )  # fmt: skip

    @precondition(lambda self: self.pledges)
    @rule(pick=PICK, kind=st.sampled_from(["withdrawn", "excused", "abolished"]))
    def close(self, pick: int, kind: str) -> None:
        pledge = self.one(self.pledges.values(), pick)
        with self.act(pledge.pk):
            if kind == "withdrawn":
                closed(self.cast, pledge, "withdraw")
            elif kind == "abolished":
                closed(self.cast, pledge, "excuse", reason="unit_abolished")
                self.note("abolished", pledge.pk, self.today)
                return
            else:
                closed(self.cast, pledge, "excuse", reason="court_order", explanation="Putusan 12/2026")
            self.note("closed", pledge.pk, kind, self.today)

    @precondition(lambda self: len(self.pledges) > 1)
    @rule(pick=PICK, other=PICK)
    def merge(self, pick: int, other: int) -> None:
        pledge, into = self.one(self.pledges.values(), pick), self.one(self.pledges.values(), other)
        same = [each for each in self.pledges.values() if each.pk != pledge.pk and promised(each) >= promised(pledge)]
        into = self.one(same, other) or into
        if any({pledge.pk, into.pk} <= served for served in self.served.values()):
            return  # a device that counts for both is a case of its own in test_closures
        with self.act(pledge.pk, into.pk):
            first = self.judged(into.pk).first_due_on
            closed(self.cast, pledge, "merge", into=into)
            self.note("merged", pledge.pk, into.pk, self.today)
            assert first is None or (judgement_of(into).first_due_on or date.max) <= first
            for served in self.served.values():
                served |= {into.pk} if pledge.pk in served else set()

    # ---- devices

    @precondition(lambda self: self.pledges)
    @rule(
        pick=PICK, again=st.booleans(), tablet=st.sampled_from([False] * 4 + [True]), below=st.booleans(),
        late=st.sampled_from([0, 0, 3, 14, 15, 40]), sign=st.booleans(), new=st.booleans(),
    )  # fmt: skip
    def issue(
        self, pick: int, again: bool, tablet: bool, below: bool, late: int, sign: bool, new: bool = False
    ) -> None:
        """``new``: of a type that one person has put among the phones."""
        line = self.one(PledgeLine.objects.filter(pledge__in=self.pledges).select_related("unit"), pick)
        if line is None:
            return
        stock = [asset for asset, (_paper, unit, _day) in self.where.items() if unit is None]
        asset = Asset.objects.get(pk=self.one(stock, pick)) if again and stock else None
        to = self.cast.village if below and line.unit == self.cast.kemang else line.unit
        if line.unit == self.cast.root:
            to = self.one((*self.units, self.cast.diskominfo), pick)
        with self.act():
            kind = self.one(self.kinds, pick) if new else None
            asset = asset or an_asset(self.cast, device_type=self.cast.tablet if tablet else kind or self.cast.hp)
            day = max(self.today - late * DAY, self.where.get(asset.pk, (0, None, date.min))[2])
            paper = an_issue(self.cast, assets=[asset], to=to, pledge_line=line, on=day)
            right = asset.device_type.family_id == line.family_id
            self.note("issued", paper.pk, asset.pk, line.pledge_id, line.pk, day, right, to.code)
            if asset.device_type in self.kinds:
                self.note("kind", paper.pk, asset.device_type_id)
            was = self.where.get(asset.pk, (None, None, date.min))
            self.papers[paper.pk] = {"paper": paper, "asset": asset, "kind": "issue", "pledge": line.pledge_id,
                                     "to": to, "was": was}  # fmt: skip
            self.where[asset.pk] = (paper.pk, to, day)
            self.served.setdefault(asset.pk, set()).update(self.heirs(line.pledge_id))

    @rule(
        pick=PICK, how=st.sampled_from(RECEIPTS), sub=st.booleans(),
        came=st.sampled_from([None, 0, 0, 1, 5, 20]),
    )  # fmt: skip
    def receive(self, pick: int, how: str, sub: bool, came: int | None) -> None:
        """``came``: how many days after the handover the device came, as its receiver says. A friend of the giver and
        the giver himself speak for nobody."""
        given = [(pk, each) for pk, each in self.papers.items() if each["kind"] == "issue"]
        here = [each for pk, each in given if self.where[each["asset"].pk][0] == pk or how == "dispute"]
        each = self.one(here, pick)
        if each is None:
            return
        paper, speaker = each["paper"], self.speakers[each["to"].pk]
        helped = self.served[each["asset"].pk] | self.heirs(each["pledge"]) if how not in ("friend", "giver") else set()
        with self.act(*helped):
            if how == "accept":
                on = None if came is None else paper.handed_over_on + came * DAY
                fulfilment.accept(paper, actor=speaker, substitute=sub, received_on=on)
                self.note("accepted", paper.pk, sub, paper.items.get().received_on)
            elif how == "sign":
                fulfilment.attach_signed(paper, scan=an_attachment(self.cast), actor=self.cast.clerk2)
                said = self.pledges[each["pledge"]].made_on_to
                self.note("checked" if self.archive.archive_reaches(said) else "signed", paper.pk)
            elif how == "friend":
                fulfilment.accept(paper, actor=self.friend, substitute=sub, received_on=paper.handed_over_on)
            elif how == "giver":
                fulfilment.attach_signed(paper, scan=an_attachment(self.cast), actor=self.cast.clerk)
            elif how == "dispute":
                fulfilment.dispute(paper, reasons={paper.items.get().pk: "Layar mati"}, actor=speaker)
                self.note("disputed", paper.pk)
            else:
                self.cancel(each)

    def cancel(self, each: dict[str, Any]) -> None:
        fulfilment.cancel(each["paper"], actor=self.cast.clerk, reason="x")
        self.note("void", each["paper"].pk)
        self.where[each["asset"].pk] = each["was"]
        del self.papers[each["paper"].pk]

    @rule(
        pick=PICK, how=st.sampled_from(["recall", "by_unit", "by_unit", "by_office", "by_friend", "transfer"]), to=PICK,
        late=st.sampled_from([0, 0, 10]),
    )  # fmt: skip
    def take(self, pick: int, how: str, to: int, late: int) -> None:
        """Recalled, given back by its unit, taken back by the office as a return, or moved to another unit."""
        asset = self.one([asset for asset, (_paper, unit, _day) in self.where.items() if unit], pick)
        if asset is None:
            return
        held, row = self.where[asset], Asset.objects.get(pk=asset)
        day = max(self.today - late * DAY, held[2])
        moves = how == "transfer"
        unit = (
            self.one([u for u in (*self.units, self.cast.village, self.cast.diskominfo) if u != held[1]], to)
            if moves
            else None
        )
        kind = "return" if how.startswith("by_") else how
        by = {"by_unit": self.speakers[held[1].pk], "by_friend": self.friend}.get(how, self.cast.clerk)
        with self.act():
            paper = an_issue(self.cast, assets=[row], to=unit or self.cast.diskominfo, kind=kind, by=by, on=day)
            if how != "by_unit":
                self.note("left", paper.pk, asset, unit.code if unit else "", day)
            self.papers[paper.pk] = {"paper": paper, "asset": row, "kind": how, "was": held, "from": held[1]}
            self.where[asset] = (paper.pk, unit, day)

    @rule(pick=PICK, confirm=st.booleans())
    def undo_taking(self, pick: int, confirm: bool) -> None:
        """The unit confirms that it gave a device back, or the paper is cancelled."""
        each = self.one([each for each in self.papers.values() if each["kind"] != "issue"], pick)
        if each is None:
            return
        with self.act(*self.served[each["asset"].pk]):
            if confirm:
                fulfilment.confirm_return(each["paper"], actor=self.speakers[each["from"].pk])
                self.note("void", each["paper"].pk)
                del self.papers[each["paper"].pk]
            elif self.where[each["asset"].pk][0] == each["paper"].pk:
                self.cancel(each)

    @rule(pick=PICK, by_unit=st.booleans(), cancel=st.booleans(), damaged=st.booleans())
    def change_holder(self, pick: int, by_unit: bool, cancel: bool, damaged: bool) -> None:
        """A device gets another holder in its unit, by the unit or by the office, which is accepted or undone: no
        pledge takes notice."""
        asset, speaker, _pledges = self.held(pick)
        if asset is None:
            return
        held = self.where[asset.pk]
        counted = sorted(Delivery.objects.order_by("pk").values_list())
        with self.act():
            to = Person.objects.create(name="Pemegang baru", unit=held[1])
            paper = fulfilment.record_handover(
                kind=HandoverKind.CHANGE_OF_HOLDER, recipient=to, actor=speaker if by_unit else self.cast.clerk,
                items=[Item(asset, condition="lightly_damaged" if damaged else "")], handed_over_on=self.today,
            )  # fmt: skip
            self.happened.add("holder")
            self.where[asset.pk] = (held[0], held[1], max(held[2], self.today))
            if cancel:
                fulfilment.cancel(paper, actor=self.cast.clerk, reason="x")
            else:
                fulfilment.accept(paper, actor=self.cast.superuser if by_unit else speaker)
        assert sorted(Delivery.objects.order_by("pk").values_list()) == counted

    # ---- the catalogue, repairs and losses

    @rule(pick=PICK, confirm=st.booleans())
    def the_catalogue_changes(self, pick: int, confirm: bool) -> None:
        """A clerk puts a type among the phones; another person confirms it, who may be himself."""
        waiting = [kind for kind in self.kinds if again(kind).unconfirmed]
        if confirm and waiting:
            kind = self.one(waiting, pick)
            by = self.one([self.cast.clerk, self.cast.verifier, self.cast.planner, self.cast.clerk2], pick)
            with self.act(*self.pledges):
                kinds.confirm(kind, actor=by)
                self.note("confirmed", kind.pk)
        else:
            with self.act():
                code = f"jenis_{len(self.kinds)}"
                kind = keep(DeviceType(), actor=self.cast.clerk, code=code, name=code, family=self.cast.hp.family)
                self.kinds.append(kind)

    def held(self, pick: int) -> tuple[Any, Any, set[int]]:
        """A device that a unit holds, who speaks for that, and the pledges it serves."""
        held = {asset: unit for asset, (_paper, unit, _day) in self.where.items() if unit}
        asset = self.one(held, pick)
        if asset is None:
            return None, None, set()
        return Asset.objects.get(pk=asset), self.speakers[held[asset].pk], self.served.get(asset, set())

    @rule(pick=PICK, end=st.booleans())
    def repair(self, pick: int, end: bool) -> None:
        """The keeper sends a device to repair and may say that this is over, by which it is not."""
        asset, _speaker, _pledges = self.held(pick)
        if asset is None:
            return
        with self.act():
            register.start_repair(asset, actor=self.cast.clerk)
            self.note("repair", asset.pk, self.today)
        if end:
            with self.act():
                register.end_repair(asset, actor=self.cast.clerk, condition="good")

    @rule(
        pick=PICK,
        how=st.sampled_from(WORDS_ON_REPAIR),
        ago=st.sampled_from([0, 0, 3]),
    )
    def say_of_the_repair(self, pick: int, how: str, ago: int) -> None:
        """The unit says that it has the device back or lets it stay; the keeper and a friend of his say it in vain."""
        asset, speaker, pledges = self.held(pick)
        if asset is None:
            return
        in_vain = how in ("keeper", "friend")
        away = absences.in_repair(asset)
        with self.act(*(() if in_vain else pledges)):
            if how in ("back", "friend"):
                by = self.friend if how == "friend" else speaker
                absences.confirm_back(asset, actor=by, back_on=self.today - ago * DAY)
                self.note("back", asset.pk, self.today - ago * DAY)
            elif how == "longer":
                absences.agree_repair(asset, actor=speaker, reason="Suku cadang dipesan")
                self.note("longer", asset.pk, self.today)
            else:
                register.report_condition(
                    asset, actor=speaker if how == "condition" else self.cast.clerk, condition="good"
                )
                if how == "condition" and away:
                    self.note("back", asset.pk, self.today)

    @rule(pick=PICK, what=st.sampled_from(["keeper", "keeper", "unit", "confirm", "friend", "found"]))
    def lose(self, pick: int, what: str) -> None:
        """A device is lost as its keeper or its unit says; the unit confirms what the keeper said; it is found."""
        asset, speaker, pledges = self.held(pick)
        if asset is None:
            return
        with self.act(*(pledges if what in ("confirm", "found") else ())):
            if what in ("keeper", "unit"):
                register.mark_lost(asset, actor=speaker if what == "unit" else self.cast.clerk, reason="x")
                self.note("lost", asset.pk, self.today, what == "unit")
            elif what == "found":
                register.mark_found(asset, actor=self.cast.clerk)
                self.note("found", asset.pk, self.today)
            else:
                absences.confirm_loss(asset, actor=speaker if what == "confirm" else self.friend)
                self.note("truly lost", asset.pk)

    # ---- the world

    @rule(pick=PICK, what=st.sampled_from(["unit", "regent"]))
    def the_world_turns(self, pick: int, what: str) -> None:
        with self.act():
            if what == "unit":
                unit = Unit.objects.get(pk=self.one(self.units, pick).pk)
                keep(unit, actor=self.cast.user_admin, active=not unit.active)
                self.note("unit", unit.code, not unit.active)
            else:
                holder = Person.objects.create(name="Bupati baru", unit=self.cast.root)
                terms = {"office": self.cast.bupati, "person": holder, "starts_on": self.today}
                keep(Tenure(), actor=self.cast.user_admin, **terms)

    @rule(
        old=PICK, new=PICK, kind=st.sampled_from(["takes_place", "takes_place", "split_off"]),
        ago=st.sampled_from([0, 0, 5, 40]),
    )  # fmt: skip
    def succeed(self, old: int, new: int, kind: str, ago: int) -> None:
        """A unit has its successor by decree, since a day that may lie behind."""
        was, comes = (Unit.objects.get(pk=self.one(self.units, pick).pk) for pick in (old, new))
        with self.act():
            on = self.today - ago * DAY
            succeeded(self.cast, was, comes, kind=kind, on=str(on))
            self.note("succeeded", was.code, comes.code, on)

    @rule(ahead=st.integers(-3, 7), back=st.booleans())
    def the_calendar_changes(self, ahead: int, back: bool) -> None:
        """A day off is declared, or one is taken back. The job it leaves in the queue may never run."""
        with self.act():
            day = self.today + ahead * DAY
            if back and self.free:
                day, gone = self.free.popitem()
                day_removed(self.cast, gone)
            elif day not in self.free:
                self.free[day] = a_day_off(self.cast, str(day), name="Libur")
            else:
                return
            self.declared.append((head()[0], self.today, day, day in self.free))

    def free_after(self, pledge_id: int, entry: int) -> set[date]:
        """The days off as they count for a pledge once this entry is known: of a day what was declared before it, and
        all that was declared before the recorder said the date."""
        said = Event.objects.filter(verb__in=["pledge.drafted", "pledge.changed"], subject_id=pledge_id).latest("seq")
        found: set[date] = set()
        for declared, on, day, free in self.declared:
            if declared <= entry and (declared < said.seq or on < day):
                (found.add if free else found.discard)(day)
        return found

    @rule()
    def the_job_runs(self) -> None:
        known = set(DeadlineRevision.objects.values_list("pk", flat=True))
        with self.act(*self.pledges):
            recompute_deadlines()
            for row in DeadlineRevision.objects.exclude(pk__in=known).select_related("pledge").order_by("pk"):
                self.note("dated", row.pledge_id, row.kind, row.new_due_on, row.effective_on)
                assert row.caused_by_id is not None
                words = working_days_after(row.pledge.made_on_to, 5, self.free_after(row.pledge_id, row.caused_by_id))
                pooled = [day for day in row.pledge.merged.values_list("first_due_on", flat=True) if day]
                assert row.new_due_on == min([words, *pooled])
                if not pooled:
                    published_on = self.published_at[row.pledge_id].astimezone(LOCAL).date()
                    changed_on = next(on for entry, on, *_rest in self.declared if entry == row.caused_by_id)
                    assert row.effective_on == max(changed_on, published_on)

    @rule(days=st.sampled_from([0, 1, 3, 15, 31, 91, 200]), to=st.sampled_from(["", "00:00:00", "23:59:59"]))
    def time_passes(self, days: int, to: str) -> None:
        was = {pk: self.judged(pk) for pk in self.pledges}
        then = self.now + days * DAY
        if to:
            then = max(then, datetime.fromisoformat(f"{then.astimezone(LOCAL).date()}T{to}").replace(tzinfo=LOCAL))
        self.tick(then)
        for pk in self.pledges:
            assert self.judged(pk).late >= was[pk].late
            assert self.judged(pk).days_late >= was[pk].days_late


def live(cast: Cast, *, examples: int, steps: int) -> None:
    machine = type("LivesOf", (Lives,), {"cast": cast, "happened": set[str]()})
    profile = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(machine, settings=profile)


def test_what_may_happen_to_them_does_when_it_is_asked_for_rightly(cast: Cast) -> None:
    """An act that is always refused would leave the lives poorer without a word."""
    lives: Any = type("LivesOf", (Lives,), {"cast": cast, "happened": set[str]()})()
    lives.settle(seed=1, due=30)
    for _ in range(2):
        lives.promise(ago=1, due=30, lines=[2], first=0, all_over=False)
    lives.promise(ago=1, due=None, lines=[], first=0, all_over=False)
    lives.ask_for_a_date(pick=0, kind="extension", days=30)
    lives.ask_for_lines(pick=3, unit=0, back=None, quantity=1)
    lives.decide(approve=True, pick=0)
    lives.decide(approve=True, pick=0)
    lives.issue(pick=0, again=False, tablet=False, below=False, late=0, sign=False)
    lives.the_catalogue_changes(pick=0, confirm=False)
    lives.issue(pick=1, again=False, tablet=False, below=False, late=0, sign=False, new=True)
    for pick in (0, 1):
        lives.receive(pick=pick, how="accept", sub=False, came=0)
    lives.the_catalogue_changes(pick=1, confirm=True)
    for by_unit in (False, True):
        lives.change_holder(pick=0, by_unit=by_unit, cancel=by_unit, damaged=not by_unit)
        lives.everybody_agrees()
    lives.repair(pick=0, end=True)
    lives.everybody_agrees()
    lives.time_passes(days=91, to="")
    lives.everybody_agrees()
    for how in ("friend", "keeper", "longer", "back"):
        lives.say_of_the_repair(pick=0, how=how, ago=0)
        lives.everybody_agrees()
    for what in ("keeper", "friend", "confirm", "found", "unit"):
        lives.lose(pick=0, what=what)
        lives.everybody_agrees()
    lives.merge(pick=1, other=1)
    lives.close(pick=0, kind="excused")
    lives.teardown()
    assert lives.happened >= {"said", "dated", "lines", "issued", "accepted", "merged", "closed", "kind", "confirmed"}
    assert lives.happened >= {"holder", "repair", "longer", "back", "lost", "truly lost", "found"}


def test_units_end_are_succeeded_and_come_back_when_it_is_asked_for_rightly(cast: Cast) -> None:
    lives: Any = type("LivesOf", (Lives,), {"cast": cast, "happened": set[str]()})()
    lives.settle(seed=1, due=30)
    lives.promise(ago=1, due=30, lines=[2], first=1, all_over=False)
    excused, moved = lives.pledges
    assert [each.lines.get().unit for each in lives.pledges.values()] == [cast.kemang, cast.cibinong]
    lives.the_world_turns(pick=0, what="unit")
    lives.close(pick=0, kind="abolished")
    assert lives.judged(excused).status == "excused"
    lives.time_passes(days=3, to="")
    lives.everybody_agrees()
    lives.the_world_turns(pick=0, what="unit")
    assert lives.judged(excused).status != "excused"
    lives.succeed(old=1, new=2, kind="takes_place", ago=0)
    lives.ask_for_lines(pick=1, unit=0, back=None, quantity=1)
    lives.decide(approve=True, pick=0)
    assert PledgeLine.objects.filter(pledge=moved, taken_from__isnull=False).get().unit == lives.units[2]
    lives.everybody_agrees()
    lives.teardown()
    assert lives.happened >= {"unit", "abolished", "succeeded", "lines"}


def test_pledges_live_through_years_and_everybody_agrees(cast: Cast) -> None:
    live(cast, examples=6, steps=15)


@pytest.mark.slow
def test_many_pledges_live_long_and_everybody_agrees(cast: Cast) -> None:
    live(cast, examples=12, steps=50)
