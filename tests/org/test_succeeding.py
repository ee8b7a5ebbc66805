"""Who takes whose place: proposed by one with a decree, decided by another; what makes no sense is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.errors import Conflict, DomainError, NotAllowed
from org import succeeding
from org.models import Office, OfficeSuccession, Revival, Role, Succession, Unit, UnitSuccession
from org.reference import keep
from org.succession import Successions, sole_heir
from tests.base import Cast, again, at, day, grant, moment, put_out_of_use, succeeded, user
from tests.checks import invalid, no_event, one_event, refused


def propose(cast: Cast, old: Any, new: Any, **values: Any) -> Any:
    terms: dict[str, Any] = {
        "kind": "takes_place", "on": day("2026-03-01"), "decree": "Perda 3/2026", "reason": "Penataan",
        "actor": cast.user_admin,
    }  # fmt: skip
    verb: Any = succeeding.succeed_unit if isinstance(old, Unit) else succeeding.succeed_office
    return verb(old, successor=new, **{**terms, **values})


def decide(cast: Cast, succession: Succession, **values: Any) -> Any:
    return succeeding.decide(succession, **{"decision": "approve", "reason": "Sesuai", "actor": cast.decider, **values})


@pytest.fixture
def district(cast: Cast) -> Any:
    """Another kecamatan by its number."""
    return lambda number: Unit.objects.create(
        code=f"32.01.{number}", name=f"Kecamatan {number}", kind="district", parent=cast.root
    )


def office(cast: Cast, name: str, **values: Any) -> Office:
    return Office.objects.create(**{"name": name, "unit": cast.diskominfo, **values})


# ---- by one and another


def test_one_proposes_by_a_decree_and_another_confirms(cast: Cast) -> None:
    with one_event("unit.succession_proposed", by=cast.user_admin, role="user_admin") as written:
        proposed = propose(cast, cast.kemang, cast.cibinong)
    assert written.changes["successors"][1][0]["decree"] == "Perda 3/2026"
    assert written.related == {("unit_succession", proposed.pk), ("unit", cast.cibinong.pk)}
    assert not UnitSuccession.objects.in_effect().exists()
    with one_event("unit.succession_decided", by=cast.decider, role="decider"):
        succeeding.confirm(cast.kemang, actor=cast.decider)
    assert list(UnitSuccession.objects.in_effect()) == [proposed]
    assert not UnitSuccession.objects.in_effect(day("2026-02-28")).exists()
    with no_event(), refused(Conflict, "illegal_transition"):
        succeeding.confirm(cast.kemang, actor=cast.decider)


def test_nobody_confirms_what_he_proposed_the_superuser_included(cast: Cast) -> None:
    grant(cast.user_admin, role=Role.DECIDER, unit=cast.root)
    both = again(cast.user_admin)
    for who in (both, cast.superuser):
        proposed = propose(cast, cast.kemang, cast.cibinong, actor=who)
        with no_event(), refused(NotAllowed, "own_act"):
            succeeding.confirm(cast.kemang, actor=who)
        with no_event(), refused(NotAllowed, "own_act"):
            decide(cast, proposed, actor=who)
        decide(cast, proposed, decision="reject")


def test_proposing_is_for_who_keeps_units_and_deciding_for_the_decider(cast: Cast) -> None:
    for who in set(cast.users) - {cast.user_admin, cast.superuser}:
        with no_event(), pytest.raises(NotAllowed):
            propose(cast, cast.kemang, cast.cibinong, actor=who)
    proposed = propose(cast, cast.kemang, cast.cibinong)
    for who in set(cast.users) - {cast.decider, cast.superuser}:
        with no_event(), pytest.raises(NotAllowed):
            decide(cast, proposed, actor=who)
    elsewhere = Unit.objects.create(code="32.02", name="Kabupaten Lain", kind="regency")
    with no_event(), pytest.raises(NotAllowed):
        decide(cast, proposed, actor=user(username="sekda2", unit=elsewhere, roles=(Role.DECIDER,)))


def test_a_proposal_is_refused_with_a_reason_or_taken_back_by_its_maker(cast: Cast) -> None:
    proposed = propose(cast, cast.kemang, cast.cibinong)
    with no_event(), refused(DomainError, "required", field="reason"):
        decide(cast, proposed, decision="reject", reason=" ")
    with one_event("unit.succession_decided", by=cast.decider, role="decider"):
        decide(cast, proposed, decision="reject")
    second = propose(cast, cast.kemang, cast.cibinong)
    with no_event(), pytest.raises(NotAllowed):
        succeeding.take_back(second, actor=cast.superuser)
    with one_event("unit.succession_taken_back", by=cast.user_admin, role="user_admin"):
        succeeding.take_back(second, actor=cast.user_admin)
    assert not UnitSuccession.objects.meant().exists()


# ---- what makes no sense


@pytest.mark.parametrize("decree", ["", " "])
def test_a_decree_without_a_number_is_none(cast: Cast, decree: str) -> None:
    with no_event(), refused(DomainError, "required", field="decree"):
        propose(cast, cast.kemang, cast.cibinong, decree=decree)


@pytest.mark.parametrize("decree", ["-", "SK", "3/2026", "Perda tentang Kemang"])
def test_a_decree_is_named_by_its_kind_and_its_number(cast: Cast, decree: str) -> None:
    old, new = office(cast, "Kabid Lama"), office(cast, "Kabid Baru")
    for was, comes in ((cast.kemang, cast.cibinong), (old, new)):
        with no_event(), invalid("decree"):
            propose(cast, was, comes, decree=decree)


def test_a_successor_is_another_one_of_its_kind_that_is_in_use(cast: Cast, district: Any) -> None:
    closed = district("41")
    put_out_of_use(cast, closed)
    for new, code in (
        (cast.kemang, "same"), (again(closed), "out_of_use"), (cast.root, "other_kind"), (cast.village, "other_kind"),
        (cast.diskominfo, "other_kind"),
    ):  # fmt: skip
        with no_event(), refused(DomainError, code, field="successor"):
            propose(cast, cast.kemang, new)
    kelurahan = Unit.objects.create(code="32.01.12.1001", name="Tegal", kind="urban_village", parent=cast.kemang)
    propose(cast, cast.village, kelurahan)


def test_a_successor_that_went_out_of_use_meanwhile_is_not_confirmed(cast: Cast, district: Any) -> None:
    new = district("40")
    proposed = propose(cast, cast.kemang, new)
    put_out_of_use(cast, new)
    with no_event(), refused(Conflict, "outdated"):
        succeeding.confirm(cast.kemang, actor=cast.decider)
    decide(cast, proposed, decision="reject")


def test_no_circle_by_however_many_steps(cast: Cast, district: Any) -> None:
    third = district("40")
    succeeded(cast, cast.kemang, cast.cibinong)
    with no_event(), refused(DomainError, "circular", field="successor"):
        propose(cast, cast.cibinong, cast.kemang)
    propose(cast, cast.cibinong, third)
    for kind in ("takes_place", "split_off"):
        with no_event(), refused(DomainError, "circular", field="successor"):
            propose(cast, third, cast.kemang, kind=kind)
    first, second = office(cast, "Kabid Lama"), office(cast, "Kabid Baru")
    propose(cast, first, second)
    with no_event(), refused(DomainError, "circular", field="successor"):
        propose(cast, second, first)


def test_what_was_split_off_may_be_merged_back(cast: Cast) -> None:
    succeeded(cast, cast.kemang, cast.cibinong, kind="split_off")
    with no_event(), refused(DomainError, "circular", field="successor"):
        propose(cast, cast.cibinong, cast.kemang, kind="split_off")
    succeeded(cast, cast.cibinong, cast.kemang)


def test_the_same_succession_is_proposed_once(cast: Cast) -> None:
    proposed = propose(cast, cast.kemang, cast.cibinong)
    for _ in range(2):
        with no_event(), refused(Conflict, "already_proposed", field="successor"):
            propose(cast, cast.kemang, cast.cibinong, decree="Perda 4/2026")
        if not again(proposed).decision:
            decide(cast, proposed)


def test_it_takes_effect_on_a_day_that_has_come_and_from_one_that_lives(cast: Cast) -> None:
    with no_event(), refused(DomainError, "in_the_future", field="on"):
        propose(cast, cast.kemang, cast.cibinong, on=day("2026-03-03"))
    with no_event(), invalid("kind"):
        propose(cast, cast.kemang, cast.cibinong, kind="eats")
    put_out_of_use(cast, cast.kemang)
    with no_event(), refused(DomainError, "out_of_use", field="kind"):
        propose(cast, again(cast.kemang), cast.cibinong, kind="split_off")


def test_a_unit_is_divided_among_several_and_an_office_has_one_successor(cast: Cast, district: Any) -> None:
    new = district("40")
    assert sole_heir(cast.kemang) == cast.kemang
    propose(cast, cast.kemang, cast.cibinong)
    other = propose(cast, cast.kemang, new)
    succeeding.confirm(cast.kemang, actor=cast.decider)
    assert sole_heir(cast.kemang) == cast.kemang
    assert Successions.load(UnitSuccession).took_place_of(cast.kemang.pk) == {cast.cibinong.pk, new.pk}
    assert again(other).decision == "approve"
    old, first, second = (office(cast, name) for name in ("Kabid Lama", "Kabid Baru", "Kabid Lain"))
    propose(cast, old, first)
    with no_event(), refused(Conflict, "has_successor", field="successor"):
        propose(cast, old, second)
    propose(cast, old, second, kind="split_off")


def test_a_chain_is_followed_to_its_end(cast: Cast, district: Any) -> None:
    new = district("40")
    succeeded(cast, cast.kemang, cast.cibinong)
    succeeded(cast, cast.cibinong, new)
    assert sole_heir(cast.kemang) == new
    known = Successions.load(UnitSuccession)
    assert known.line_of(cast.kemang.pk) == (cast.kemang.pk, cast.cibinong.pk, new.pk)
    assert known.standing_for(new.pk) == {cast.kemang.pk, cast.cibinong.pk, new.pk}


def test_what_was_not_yet_confirmed_or_in_effect_is_not_read(cast: Cast) -> None:
    with at("2026-03-05"):
        succeeded(cast, cast.kemang, cast.cibinong, on="2026-03-01")
    found = UnitSuccession.objects.in_effect
    assert [found(day(on)).exists() for on in ("2026-02-28", "2026-03-01")] == [False, True]
    assert not found(day("2026-03-05"), moment("2026-03-04")).exists()


# ---- by the back door


def test_what_was_proposed_and_decided_is_fixed_by_the_database(cast: Cast) -> None:
    old, new = office(cast, "Kabid Lama"), office(cast, "Kabid Baru")
    rows: list[Any] = [succeeded(cast, cast.kemang, cast.cibinong), succeeded(cast, old, new)]
    for row in rows:
        table = type(row).objects.filter(pk=row.pk)
        for change in ({"on": date(2020, 1, 1)}, {"decree": "x"}, {"kind": "split_off"}, {"decision": "reject"}):
            with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
                table.update(**change)
        with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
            table._raw_delete("default")
    for model, column in ((UnitSuccession, cast.kemang), (OfficeSuccession, old)):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.create(
                predecessor=column, successor=column, kind="takes_place", on=date(2026, 1, 1), decree="x", reason="x",
                asked_by=cast.user_admin,
            )  # fmt: skip


def test_that_a_unit_came_back_stays_on_record(cast: Cast) -> None:
    put_out_of_use(cast, cast.kemang)
    assert not Revival.objects.exists()
    with at("2026-03-05"):
        keep(again(cast.kemang), actor=cast.user_admin, active=True)
        keep(again(cast.kemang), actor=cast.user_admin, name="Kemang Baru")
    [back] = Revival.objects.all()
    assert back.unit == cast.kemang
    with pytest.raises(DatabaseError, match="gawai"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM org_revival")
