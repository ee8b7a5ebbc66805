"""Units and offices end and are renamed; promises do not: each old way is shut, and the honest one open."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from core import clock
from core.errors import Conflict, DomainError, NotAllowed
from core.models import Event
from org import succeeding
from org.models import Office, Revival, Role, Tenure, Unit
from org.reference import keep, remove
from pledges import closures, deciding, figures, line_changes, passing_on, pledging
from pledges.figure_rows import rows_of
from pledges.holders import holders_of
from pledges.lists import PLEDGES
from pledges.models import Pledge
from pledges.reading import judgement_of, lapsed_among
from tests.base import (
    Cast,
    a_draft_pledge,
    a_pledge,
    again,
    an_attachment,
    at,
    closed,
    closing,
    day,
    delivered,
    lines_changed,
    moment,
    put_out_of_use,
    returned,
    succeeded,
    user,
)
from tests.checks import invalid, no_event, one_event, refused


@pytest.fixture
def late(cast: Cast) -> Pledge:
    """A phone for Kemang, due on the last of January 2024."""
    said = day("2023-12-01")
    return a_pledge(cast, made_on_from=said, made_on_to=said, original_due_on=day("2024-01-31"))


@pytest.fixture
def shell(cast: Cast) -> Unit:
    return Unit.objects.create(code="32.01.99", name="Cangkang", kind="district", parent=cast.root)


@pytest.fixture
def bidang(cast: Cast) -> Unit:
    """A unit that answers for promises."""
    return Unit.objects.create(code="32.01.DISKOMINFO.1", name="Bidang A", kind="division", parent=cast.diskominfo)


def seen(pledge: Pledge, on: str | None = None, known: str | None = None) -> str:
    """The status on a day (today), as known at an instant (now): the same in Python and in SQL, and in lists."""
    as_of, known_at = day(on) if on else None, moment(known) if known else None
    found = judgement_of(pledge, as_of, known_at)
    row = Pledge.objects.judged(as_of, known_at).get(pk=pledge.pk)
    assert (row.status, row.closed_on is None) == (found.status, found.status != "excused")
    listed = Pledge.objects.with_status(found.status, as_of=as_of, known_at=known_at)
    assert listed.filter(pk=pledge.pk).exists()
    return found.status


def move(pledge: Pledge, to: Unit, quantity: int = 1) -> dict[str, Any]:
    return {"source": pledge.lines.filter(taken_from=None).get(), "unit": to, "quantity": quantity}


def ask_to_move(cast: Cast, pledge: Pledge, to: Unit, quantity: int = 1, **values: Any) -> Any:
    terms: dict[str, Any] = {"reason": "SK", "actor": cast.verifier, "document": an_attachment(cast), **values}
    return line_changes.ask(pledge, kind="move", lines=[move(pledge, to, quantity)], **terms)


def approve(cast: Cast, asked: Any) -> Any:
    return deciding.decide(asked, decision="approve", reason="Sesuai", actor=cast.decider)


# ---- lines


def test_a_line_moves_to_no_shell(cast: Cast, late: Pledge, shell: Unit) -> None:
    """Attack 8: any active unit of the same kind would do."""
    with no_event(), invalid("lines.0.unit"):
        ask_to_move(cast, late, shell)
    succeeding.succeed_unit(
        cast.kemang, successor=shell, kind="takes_place", on=day("2026-03-01"), decree="Perda 3/2026", reason="x",
        actor=cast.user_admin,
    )  # fmt: skip
    with no_event(), invalid("lines.0.unit"):
        ask_to_move(cast, late, shell)


def test_a_line_moves_to_what_took_the_place_of_its_unit_by_however_many_steps(cast: Cast, shell: Unit) -> None:
    pledge = a_pledge(cast, promised=2)
    succeeded(cast, cast.kemang, cast.cibinong, on="2026-02-01")
    succeeded(cast, cast.cibinong, shell, on="2026-02-20")
    with no_event(), invalid("lines.0.unit"):
        ask_to_move(cast, pledge, shell, effective_on=day("2026-02-19"))
    lines_changed(cast, pledge, kind="move", lines=[move(pledge, shell)])
    assert judgement_of(pledge).promised == 2


def test_a_unit_whose_place_is_taken_goes_out_of_use_and_keeps_its_lines_while_it_lives(
    cast: Cast, shell: Unit
) -> None:
    """A shell swallowed the lines of a unit that stayed in use."""
    pledge = a_pledge(cast, promised=2)
    succeeded(cast, cast.kemang, shell)
    assert not again(cast.kemang).active
    assert Event.objects.latest("seq").changes["active"] == [True, False]
    asked = ask_to_move(cast, pledge, shell, 2)
    keep(again(cast.kemang), actor=cast.user_admin, active=True)
    with no_event(), refused(Conflict, "outdated"):
        approve(cast, asked)
    assert not line_changes.successors_of(pledge.lines.get()).exists()


def test_a_unit_that_lives_stays_owed_something_by_however_many_moves(cast: Cast, shell: Unit) -> None:
    pledge = a_pledge(cast, promised=3)
    succeeded(cast, cast.kemang, shell, kind="split_off")
    assert again(cast.kemang).active
    for _ in range(2):
        lines_changed(cast, pledge, kind="move", lines=[move(pledge, shell)])
    with no_event(), invalid("lines.0.quantity"):
        ask_to_move(cast, pledge, shell)


def test_what_is_split_off_takes_no_more_than_is_owed_while_the_old_one_lives(cast: Cast, shell: Unit) -> None:
    pledge = a_pledge(cast, promised=3)
    succeeded(cast, cast.kemang, shell, kind="split_off")
    paper = delivered(cast, pledge_line=pledge.lines.get())
    with no_event(), invalid("lines.0.quantity"):
        ask_to_move(cast, pledge, shell, 2)
    asked = ask_to_move(cast, pledge, shell)
    returned(cast, [paper.items.get().asset], by=cast.kemang_admin)
    put_out_of_use(cast, cast.kemang)
    with no_event(), refused(Conflict, "outdated"):
        approve(cast, asked)
    keep(again(cast.kemang), actor=cast.user_admin, active=True)
    approve(cast, asked)
    assert (judgement_of(pledge).promised, judgement_of(pledge).delivered) == (3, 1)


def test_the_head_of_what_took_the_place_of_a_promised_unit_asks_for_its_line(cast: Cast, late: Pledge) -> None:
    with no_event(), pytest.raises(NotAllowed):
        ask_to_move(cast, late, cast.cibinong, actor=cast.cibinong_head)
    succeeded(cast, cast.kemang, cast.cibinong)
    put_out_of_use(cast, cast.kemang)
    asked = ask_to_move(cast, late, cast.cibinong, actor=cast.cibinong_head)
    approve(cast, asked)
    assert again(late).lines.filter(unit=cast.cibinong).exists()


# ---- the excuse


def test_no_shell_is_excused_as_abolished(cast: Cast, shell: Unit) -> None:
    """Attack 8, to its end: the line moved to a shell by decree, the shell put out of use."""
    late = a_pledge(cast, promised=2)
    succeeded(cast, cast.kemang, shell, kind="split_off")
    lines_changed(cast, late, kind="move", lines=[move(late, shell)])
    put_out_of_use(cast, shell)
    with no_event(), refused(DomainError, "unit_exists", field="reason"):
        closing(cast, late, "excuse", reason="unit_abolished")


@pytest.fixture
def excused(cast: Cast, late: Pledge) -> Pledge:
    """Kemang is abolished without successor, and the promise excused for it on 2 March 2026."""
    put_out_of_use(cast, cast.kemang)
    closed(cast, late, "excuse", reason="unit_abolished")
    assert seen(late) == "excused"
    return late


def test_the_excuse_falls_when_the_unit_lives_again(cast: Cast, excused: Pledge) -> None:
    before = judgement_of(excused, day("2026-03-04"))
    with at("2026-03-05"):
        keep(again(cast.kemang), actor=cast.user_admin, active=True)
        assert seen(excused) == "long_overdue"
        found = judgement_of(excused)
        assert (found.days_late, found.late) == (764, True)
        assert Pledge.objects.late().filter(pk=excused.pk).exists()
        assert again(excused).closed is None
    assert judgement_of(excused, day("2026-03-04")) == before
    with at("2026-03-10"):
        assert [seen(excused, on) for on in ("2026-03-04", "2026-03-05")] == ["excused", "long_overdue"]
        assert seen(excused, "2026-03-10", known="2026-03-05T08:59:59") == "excused"
        assert figures.figures_of(rows_of(Pledge.objects.all()), clock.today()).excused == 0


def test_the_excuse_falls_when_a_successor_is_confirmed_from_its_own_day(cast: Cast, excused: Pledge) -> None:
    with at("2026-03-10"):
        proposed = succeeding.succeed_unit(
            again(cast.kemang), successor=cast.cibinong, kind="takes_place", on=day("2026-03-06"), decree="Perda 3",
            reason="x", actor=cast.user_admin,
        )  # fmt: skip
        assert seen(excused) == "excused"
        succeeding.decide(proposed, decision="approve", reason="x", actor=cast.decider)
        assert [seen(excused, on) for on in ("2026-03-05", "2026-03-06")] == ["excused", "long_overdue"]
        assert seen(excused, "2026-03-09", known="2026-03-09") == "excused"


def test_a_fallen_excuse_does_not_come_back_and_another_end_is_asked_anew(cast: Cast, excused: Pledge) -> None:
    with at("2026-03-05"):
        keep(again(cast.kemang), actor=cast.user_admin, active=True)
    with at("2026-03-06"):
        put_out_of_use(cast, again(cast.kemang))
        assert seen(excused) == "long_overdue"
        closed(cast, excused, "excuse", reason="unit_abolished")
        assert seen(excused) == "excused"
    with at("2026-03-08"):
        keep(again(cast.kemang), actor=cast.user_admin, active=True)
        closed(cast, excused, "withdraw")
        assert judgement_of(excused).status == "withdrawn"
        assert Pledge.objects.judged().get(pk=excused.pk).status == "withdrawn"
        with no_event(), refused(Conflict, "pledge_not_open"):
            closing(cast, excused)
    for on, status in (
        ("2026-03-04", "excused"), ("2026-03-05", "long_overdue"), ("2026-03-07", "excused"),
        ("2026-03-08", "withdrawn"),
    ):  # fmt: skip
        assert judgement_of(excused, day(on)).status == status
        assert Pledge.objects.judged(day(on)).get(pk=excused.pk).status == status


def test_other_excuses_rest_on_nothing_that_comes_back(cast: Cast, late: Pledge) -> None:
    put_out_of_use(cast, cast.kemang)
    closed(cast, late, "excuse", reason="court_order", explanation="Putusan 12")
    with at("2026-03-05"):
        keep(again(cast.kemang), actor=cast.user_admin, active=True)
        assert Revival.objects.exists()
        assert seen(late) == "excused"


def test_what_was_asked_before_an_excuse_that_fell_stays_lapsed(cast: Cast, late: Pledge) -> None:
    put_out_of_use(cast, cast.kemang)
    asked = passing_on.pass_on(
        late, responsible_unit=cast.setda, reason="x", document=an_attachment(cast), actor=cast.verifier
    )
    with at("2026-03-03"):
        closed(cast, late, "excuse", reason="unit_abolished")
    with at("2026-03-05"):
        keep(again(cast.kemang), actor=cast.user_admin, active=True)
        assert lapsed_among([asked]) == {asked.pk}
        with no_event(), refused(Conflict, "lapsed"):
            approve(cast, asked)


# ---- the promising office


@pytest.fixture
def post(cast: Cast) -> Office:
    return Office.objects.create(name="Kepala Dinas", unit=cast.diskominfo)


@pytest.fixture
def renamed(cast: Cast) -> Office:
    """What the nomenclature calls it from now on."""
    return Office.objects.create(name="Kepala Dinas Digital", unit=cast.diskominfo)


def test_an_office_that_promised_is_not_renamed_nor_made_anew(cast: Cast, post: Office) -> None:
    """Attack 14: a new name, or the same name on a new row, was a clean sheet."""
    keep(post, actor=cast.user_admin, name="Kepala Dinas Kominfo")
    pledge = a_pledge(cast, office=again(post))
    with no_event(), refused(Conflict, "in_use", field="name"):
        keep(post, actor=cast.user_admin, name="Lain")
    with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
        Office.objects.filter(pk=post.pk).update(name="Lain")
    with no_event(), pytest.raises(Conflict):
        remove(post, actor=cast.user_admin)
    with no_event(), invalid():
        keep(Office(), actor=cast.user_admin, name="Kepala Dinas Kominfo", unit=cast.diskominfo)
    assert again(pledge).office.name == "Kepala Dinas Kominfo"


def test_an_office_goes_out_of_use_only_with_a_successor_for_its_open_pledges(
    cast: Cast, post: Office, renamed: Office
) -> None:
    pledge = a_pledge(cast, office=post)
    with no_event(), refused(Conflict, "in_use", field="active"):
        keep(post, actor=cast.user_admin, active=False)
    succeeded(cast, post, renamed)
    put_out_of_use(cast, post)
    with no_event(), refused(Conflict, "in_use", field="active"):
        keep(renamed, actor=cast.user_admin, active=False)
    assert again(pledge).office == post
    keep(again(post), actor=cast.user_admin, active=True)


def test_an_office_whose_pledges_are_kept_goes_without_one(cast: Cast, post: Office) -> None:
    pledge = a_pledge(cast, office=post)
    delivered(cast, pledge_line=pledge.lines.get())
    put_out_of_use(cast, post)
    assert not again(post).active


def test_an_office_does_not_escape_a_pledge_that_waits_for_publication(
    cast: Cast, post: Office, renamed: Office
) -> None:
    waiting = pledging.submit(a_draft_pledge(cast, office=post), actor=cast.verifier)
    succeeded(cast, post, renamed)
    with no_event(), refused(Conflict, "in_use", field="active"):
        keep(post, actor=cast.user_admin, active=False)
    pledging.publish(waiting, actor=cast.publisher)
    put_out_of_use(cast, post)


def test_an_office_out_of_use_cannot_promise(cast: Cast, post: Office) -> None:
    draft, other = a_draft_pledge(cast, office=post), a_draft_pledge(cast)
    submitted = pledging.submit(a_draft_pledge(cast, office=post), actor=cast.verifier)
    Office.objects.filter(pk=post.pk).update(active=False)
    with no_event(), refused(DomainError, "out_of_use", field="office"):
        a_draft_pledge(cast, office=again(post))
    with no_event(), refused(DomainError, "out_of_use", field="office"):
        pledging.change(other, actor=cast.verifier, office=again(post))
    with no_event(), refused(Conflict, "office_out_of_use"):
        pledging.submit(draft, actor=cast.verifier)
    with no_event(), refused(Conflict, "office_out_of_use"):
        pledging.publish(submitted, actor=cast.publisher)
    pledging.change(draft, actor=cast.verifier, office=cast.bupati)
    pledging.submit(draft, actor=cast.verifier)


def test_its_pledges_stand_under_the_successor_with_the_office_that_said_them_named(
    cast: Cast, post: Office, renamed: Office
) -> None:
    """No clean sheet by another name: the list and the figures of the successor hold what the old one promised."""
    said, own = a_pledge(cast, office=post), a_pledge(cast, office=renamed)
    with at("2026-03-05"):
        succeeded(cast, post, renamed)
        put_out_of_use(cast, post)
        for wanted in ({"office": renamed.pk}, {"office__in": [renamed.pk]}):
            [(name, value)] = wanted.items()
            chosen = PLEDGES.parameters[name].narrowed(Pledge.objects.all(), value, {})
            assert set(chosen) == {said, own}
        rows = rows_of(Pledge.objects.all())
        assert {office: found.n for office, found in figures.by_office(rows, clock.today()).items()} == {renamed.pk: 2}
        assert figures.offices_told(rows) == {renamed.pk: [post.pk]}
        before = rows_of(Pledge.objects.all(), day("2026-03-04"))
        assert set(figures.by_office(before, day("2026-03-04"))) == {post.pk, renamed.pk}
    assert again(said).office == post


def test_the_holder_of_the_successor_inherits_on_the_same_clock(cast: Cast, post: Office, renamed: Office) -> None:
    with at("2024-02-05"):
        pledge = a_pledge(cast, office=post, made_on_from=day("2024-02-05"), made_on_to=day("2024-02-05"))
    before = judgement_of(pledge)
    for office, who, since in ((post, "decider", "2020-01-01"), (renamed, "planner", "2021-01-01")):
        Tenure.objects.create(office=office, person=getattr(cast, who).person, starts_on=day(since))
    first, second = Tenure.objects.order_by("starts_on")
    succeeded(cast, post, renamed, on="2026-03-01")
    assert judgement_of(pledge) == before
    assert [(each.tenure, each.moments) for each in holders_of(pledge, None)] == [
        (first, ("said",)),
        (second, ("now",)),
    ]
    held = figures.by_holder(rows_of(Pledge.objects.all()), [first, second], clock.today())
    assert (held[first.pk].said.n, held[second.pk].said.n) == (1, 0)


# ---- the unit that answers


def test_the_responsible_unit_follows_a_sole_successor_by_itself(cast: Cast, bidang: Unit) -> None:
    """Attack 14: after a merger nobody could pass it on."""
    pledge, draft = a_pledge(cast, responsible_unit=bidang), a_draft_pledge(cast, responsible_unit=bidang)
    before = judgement_of(pledge)
    head = user(username="kepala-setda", unit=cast.setda, roles=(Role.UNIT_HEAD,))
    proposed = succeeding.succeed_unit(
        bidang, successor=cast.setda, kind="takes_place", on=day("2026-03-01"), decree="Perbup 9", reason="x",
        actor=cast.user_admin,
    )  # fmt: skip
    with one_event("unit.succession_decided", by=cast.decider, role="decider") as written:
        succeeding.confirm(bidang, actor=cast.decider)
    assert written.changes["responsible_unit"] == [bidang.code, cast.setda.code]
    assert {("pledge", pledge.pk), ("pledge", draft.pk), ("unit_succession", proposed.pk)} <= written.related
    assert {again(each).responsible_unit for each in (pledge, draft)} == {cast.setda}
    assert judgement_of(pledge) == before
    closures.withdraw(again(pledge), actor=head, reason="x", document=an_attachment(cast))


def test_of_a_divided_unit_nothing_passes_by_itself_and_its_successors_ask(cast: Cast, bidang: Unit) -> None:
    pledge = a_pledge(cast, responsible_unit=bidang)
    head = user(username="kepala-setda", unit=cast.setda, roles=(Role.UNIT_HEAD,))
    terms: Any = {
        "kind": "takes_place", "on": day("2026-03-01"), "decree": "Perbup 9", "reason": "x", "actor": cast.user_admin,
    }  # fmt: skip
    one, other = (succeeding.succeed_unit(bidang, successor=new, **terms) for new in (cast.setda, cast.inspektorat))
    paper = {"reason": "x", "document": an_attachment(cast), "actor": head}
    with no_event(), pytest.raises(NotAllowed):
        passing_on.pass_on(pledge, responsible_unit=cast.setda, **paper)
    succeeding.decide(one, decision="approve", reason="x", actor=cast.decider)
    assert again(pledge).responsible_unit == bidang
    succeeding.decide(other, decision="approve", reason="x", actor=cast.decider)
    asked = passing_on.pass_on(pledge, responsible_unit=cast.setda, **paper)
    approve(cast, asked)
    assert again(pledge).responsible_unit == cast.setda


def test_when_the_other_half_of_a_division_is_refused_the_rest_follows(cast: Cast, bidang: Unit) -> None:
    pledge = a_pledge(cast, responsible_unit=bidang)
    terms: Any = {
        "kind": "takes_place", "on": day("2026-03-01"), "decree": "Perbup 9", "reason": "x", "actor": cast.user_admin,
    }  # fmt: skip
    one, other = (succeeding.succeed_unit(bidang, successor=new, **terms) for new in (cast.setda, cast.inspektorat))
    succeeding.decide(one, decision="approve", reason="x", actor=cast.decider)
    with one_event("unit.succession_taken_back", by=cast.user_admin, role="user_admin"):
        succeeding.take_back(other, actor=cast.user_admin)
    assert again(pledge).responsible_unit == cast.setda
    assert Event.objects.latest("seq").changes["responsible_unit"] == [bidang.code, cast.setda.code]


def test_what_is_split_off_answers_for_nothing_by_itself(cast: Cast, bidang: Unit) -> None:
    pledge = a_pledge(cast, responsible_unit=bidang)
    succeeded(cast, bidang, cast.setda, kind="split_off")
    assert again(pledge).responsible_unit == bidang
