"""Where a unit stands decides whose promise a device keeps: nobody moves it there and back; honest ways stay open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, models, transaction
from django.db.models import PROTECT, ForeignObjectRel

from core.errors import Conflict, DomainError
from org.models import Grant, Office, Person, Role, SocialAccount, Unit, User
from org.reference import keep, put
from pledges.models import Delivery, Pledge
from pledges.reading import judgement_of
from tests.api.cast import Caller
from tests.api.test_contract import fields, problem
from tests.backoffice.desk import Desk, text
from tests.base import (
    Cast,
    a_draft_pledge,
    a_pledge,
    a_request,
    accepted,
    again,
    an_asset,
    an_issue,
    day,
    delivered,
    put_out_of_use,
    returned,
    succeeded,
    user,
)
from tests.checks import invalid, no_event, one_event, refused
from tests.documents.test_intake_sessions import applied

UNDER_KEMANG = "32.01.12.KPS"
SENTENCE = "Tambahkan unit baru, lalu usulkan sebagai penerusnya."


def added(cast: Cast, code: str, **values: Any) -> Unit:
    return keep(Unit(), actor=cast.user_admin, **{"code": code, "name": f"Unit {code}", "kind": "division", **values})


@pytest.fixture
def kps(cast: Cast) -> Unit:
    """A division of the agency that serves, with somebody in it who would confirm a receipt."""
    unit = added(cast, "32.01.DISKOMINFO.KPS", name="Bidang KPS")
    user(username="kps", unit=unit, roles=(Role.REQUESTER,))
    return unit


def delivered_number(pledge: Pledge) -> int:
    return judgement_of(pledge, day("2026-12-31")).delivered


# ---- the attack


@pytest.mark.parametrize("way", ["api", "page", "verb", "system"])
def test_a_division_does_not_go_under_a_kecamatan_to_take_its_phone(cast: Cast, kps: Unit, way: str) -> None:
    pledge, device = a_pledge(cast), an_asset(cast)
    here = {"name": "Bidang KPS", "kind": "division", "active": "on"}
    for moved in ({"code": UNDER_KEMANG}, {"code": UNDER_KEMANG, "parent": cast.kemang}, {"parent": cast.kemang}):
        sent = {name: getattr(value, "pk", value) for name, value in moved.items()}
        first = min(sent)
        if way == "api":
            answer = Caller(cast.user_admin).patch(f"units/{kps.pk}/", sent)
            assert SENTENCE in problem(answer, 409, "in_use")["errors"][0]["detail"]
            assert fields(answer) == {"parent", *sent}  # a code says under which unit it lies
        elif way == "page":
            shown = {"code": kps.code, "parent": kps.parent_id, **here, **sent}
            answer = Desk(cast).act(cast.user_admin, kps, "change", **shown)
            assert answer.status_code == 409
            assert SENTENCE in text(answer)
        else:
            with no_event(), refused(Conflict, "in_use", field=first):
                keep(kps, actor=cast.user_admin, **moved) if way == "verb" else put(kps, role="operator", **moved)
    assert (again(kps).code, again(kps).parent) == ("32.01.DISKOMINFO.KPS", cast.diskominfo)
    with refused(DomainError, "wrong_unit", field="items.0.pledge_line"):
        an_issue(cast, assets=[device], to=again(kps), pledge_line=pledge.lines.get())
    delivered(cast, assets=[device], pledge_line=pledge.lines.get())
    assert delivered_number(pledge) == 1


@pytest.mark.usefixtures("media")
def test_a_file_knows_a_unit_by_its_code_and_moves_none(cast: Cast, kps: Unit) -> None:
    applied(cast, [["Kode", "Nama", "Jenis"], [UNDER_KEMANG, "Bidang KPS", "Bidang/Bagian"]], kind="units",
            by=cast.user_admin)  # fmt: skip
    assert again(kps).code == "32.01.DISKOMINFO.KPS"
    assert Unit.objects.get(code=UNDER_KEMANG) != kps


def a_line_for(cast: Cast, unit: Unit) -> list[dict[str, Any]]:
    return [{"unit": unit, "family": cast.hp.family, "quantity": 1}]


def received(cast: Cast, unit: Unit, by: User | None = None, **values: Any) -> Any:
    """A phone that the unit accepted, by somebody whose own grant and place are elsewhere unless ``by`` is given."""
    by = by or user(username="penerima", roles=(Role.REQUESTER,), where=cast.diskominfo)
    return accepted(cast, an_issue(cast, to=unit, **values), by=by).items.get().asset


def returned_by(cast: Cast, unit: Unit) -> None:
    returned(cast, [received(cast, unit)])


LEANING: dict[str, Callable[[Cast, Unit], Any]] = {
    "person": lambda cast, unit: Person.objects.create(name="Euis", unit=unit),
    "person about to come": lambda cast, unit: Person.objects.create(name="Euis", unit=cast.kemang, moves_to=unit),
    "grant that ended": lambda cast, unit: Grant.objects.create(
        user=cast.outsider, role=Role.VIEWER, unit=unit, starts_on=date(2020, 1, 1), ends_on=date(2020, 2, 1)
    ),
    "office": lambda cast, unit: Office.objects.create(name="Kepala", unit=unit),
    "account": lambda cast, unit: SocialAccount.objects.create(unit=unit, platform="x", handle="kps"),
    "unit below": lambda cast, unit: added(cast, f"{unit.code}.1"),
    "device kept": lambda cast, unit: an_asset(cast, unit=unit),
    "device held once": returned_by,
    "handover": lambda cast, unit: an_issue(cast, to=unit, on=None),
    "request": lambda cast, unit: a_request(
        cast, unit=unit, by=user(username="pengusul", roles=(Role.REQUESTER,), where=cast.diskominfo)
    ),
    "pledge line": lambda cast, unit: a_draft_pledge(cast, lines=a_line_for(cast, unit)),
    "responsible for a pledge": lambda cast, unit: a_draft_pledge(cast, responsible_unit=unit),
    "successor of": lambda cast, unit: succeeded(cast, unit, added(cast, "32.01.SETDA.BARU")),
    "succeeds": lambda cast, unit: succeeded(cast, added(cast, "32.01.SETDA.LAMA"), unit),
}
"""What fixes a unit's place, each by itself."""


@pytest.mark.parametrize("what", LEANING)
def test_each_thing_that_leans_on_a_unit_fixes_its_place(cast: Cast, what: str) -> None:
    unit = added(cast, "32.01.DISKOMINFO.KPS")
    LEANING[what](cast, unit)
    with no_event(), refused(Conflict, "in_use", field="code"):
        keep(again(unit), actor=cast.user_admin, code=UNDER_KEMANG)
    with one_event("unit.changed", by=cast.user_admin, role="user_admin"):
        keep(again(unit), actor=cast.user_admin, name="Bidang Komunikasi", code=unit.code, parent=unit.parent)


def test_whatever_points_at_a_unit_keeps_it() -> None:
    """What went with its unit, or only lost it, would not fix its place."""
    links = [each for each in Unit._meta.get_fields(include_hidden=True) if isinstance(each, ForeignObjectRel)]
    assert len(links) > 20
    assert {link.on_delete for link in links if isinstance(link, models.ManyToOneRel)} == {PROTECT}


@pytest.mark.parametrize("which", ["promised", "received"])
def test_no_door_leads_around_it(cast: Cast, kps: Unit, which: str) -> None:
    if which == "promised":
        a_pledge(cast, lines=a_line_for(cast, kps))
    else:
        an_issue(cast, to=kps)
    with pytest.raises(DatabaseError), transaction.atomic():
        Unit.objects.filter(pk=kps.pk).update(code=UNDER_KEMANG)
    assert again(kps).code == "32.01.DISKOMINFO.KPS"


# ---- what stays possible


def test_a_unit_on_which_nothing_rests_gets_another_code(cast: Cast) -> None:
    fresh = added(cast, "32.01.DISKOMINFO.KPX")
    answer = Caller(cast.user_admin).patch(f"units/{fresh.pk}/", {"code": "32.01.SETDA.KPS"})
    assert answer.status_code == 200
    assert again(fresh).parent == cast.setda
    sent = {"code": "32.01.SETDA.KPT", "parent": cast.setda.pk, "name": "Bagian", "kind": "division", "active": "on"}
    assert Desk(cast).act(cast.user_admin, fresh, "change", **sent).status_code == 302
    assert again(fresh).code == "32.01.SETDA.KPT"
    with invalid("code"):
        keep(again(fresh), actor=cast.user_admin, code="33.01")


def test_a_unit_that_moves_is_made_anew_and_succeeds_itself(cast: Cast, kps: Unit) -> None:
    new = added(cast, "32.01.SETDA.KPS", name="Bagian KPS")
    succeeded(cast, kps, new)
    put_out_of_use(cast, again(kps))
    assert not again(kps).active


@pytest.mark.parametrize("between", ["32.01.12.A", "32.01.A"])
def test_a_unit_put_between_two_changes_no_count(cast: Cast, between: str) -> None:
    """Those under it keep their codes, by which a device counts; only their parent follows."""
    lower = added(cast, "32.01.12.A.B")
    beside = added(cast, "32.01.A.B")
    above, own = a_pledge(cast), a_pledge(cast, lines=a_line_for(cast, lower))
    receiver = user(username="penerima", unit=lower, roles=(Role.REQUESTER,))
    for pledge in (above, own):
        received(cast, lower, receiver, pledge_line=pledge.lines.get())
    before = list(Delivery.objects.order_by("pk").values())
    judged = [judgement_of(each) for each in (above, own)]
    assert [delivered_number(each) for each in (above, own)] == [1, 1]
    unit = added(cast, between)
    moved = lower if between.startswith("32.01.12") else beside
    assert (again(moved).parent, again(moved).code) == (unit, moved.code)
    assert list(Delivery.objects.order_by("pk").values()) == before
    assert [judgement_of(again(each)) for each in (above, own)] == judged
    later = a_pledge(cast)
    received(cast, again(lower), receiver, pledge_line=later.lines.get())
    assert delivered_number(later) == 1
