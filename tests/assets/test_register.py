"""One device apart from handovers: entered, corrected, received, found damaged, lost, repaired, retired."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from assets import register
from assets.models import Asset
from core import acts
from core.errors import Conflict, DomainError, NotAllowed
from org.models import Role, User
from tests.base import Cast, again, an_asset, an_attachment, asset_in, at, day, delivered, returned, user
from tests.checks import invalid, no_event, one_event, refused

NOT_CLERKS = [
    "kemang_admin",
    "kemang_head",
    "verifier",
    "approver",
    "planner",
    "decider",
    "auditor",
    "viewer",
    "outsider",
]
STATES = ["retired", "lost", "in_repair", "issued", "held", "in_stock"]


@pytest.fixture
def kemang_clerk(cast: Cast) -> User:
    return user(username="pengurus-kemang", unit=cast.kemang, roles=(Role.ASSET_CLERK,))


# ---- entering and correcting


def test_a_device_is_entered_once_with_the_next_label(cast: Cast) -> None:
    with one_event("asset.created", by=cast.clerk, role="asset_clerk") as written:
        asset = an_asset(cast, serial_number="R58N12", imei_1="356938035643809")
    assert asset.tag == "GW-000001"
    assert asset.state == "in_stock"
    assert written.changes == {"unit": [None, "32.01.DISKOMINFO"], "device_type": [None, "smartphone"]}
    assert (written.event.subject_id, written.event.subject_number) == (asset.pk, asset.tag)
    assert again(asset).version == 1


def test_labels_given_by_hand_are_stepped_over(cast: Cast) -> None:
    an_asset(cast, tag="GW-000001")
    an_asset(cast, tag="GW-000002")
    assert an_asset(cast).tag == "GW-000003"


@pytest.mark.parametrize("who", NOT_CLERKS)
def test_nobody_but_an_asset_clerk_enters_devices(cast: Cast, who: str) -> None:
    with refused(NotAllowed, "role_missing"):
        register.enter(unit=cast.diskominfo, actor=getattr(cast, who), device_type=cast.hp)


def test_the_clerk_of_a_kecamatan_keeps_its_books_only(cast: Cast, kemang_clerk: User) -> None:
    register.enter(unit=cast.kemang, actor=kemang_clerk, device_type=cast.hp)
    with refused(NotAllowed, "role_missing"):
        register.enter(unit=cast.diskominfo, actor=kemang_clerk, device_type=cast.hp)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"imei_1": "12345"}, "imei_1"),
        ({"imei_2": "35693803564380x"}, "imei_2"),
        ({"condition": "perfect"}, "condition"),
        ({"price": -1}, "price"),
        ({"price": 10**13}, "price"),
        ({"fund_source": "kantong"}, "fund_source"),
        ({"acquired_on": date(2026, 3, 3)}, "acquired_on"),
        ({"tag": "x" * 41}, "tag"),
    ],
)
def test_wrong_values_are_named_and_leave_nothing(cast: Cast, values: dict[str, Any], field: str) -> None:
    with invalid(field):
        an_asset(cast, **values)
    assert not Asset.objects.exists()


def test_two_devices_never_share_a_nibar_but_many_have_none(cast: Cast) -> None:
    an_asset(cast, nibar="1.3.2.06.02.01.004.000001")
    an_asset(cast)
    an_asset(cast)
    with refused(Conflict, "already_used", field="nibar"):
        an_asset(cast, nibar="1.3.2.06.02.01.004.000001")


def test_a_correction_says_old_and_new_and_bumps_the_version(cast: Cast) -> None:
    asset = an_asset(cast, brand="Samsung")
    with one_event("asset.changed", by=cast.clerk, role="asset_clerk") as written:
        register.correct(asset, actor=cast.clerk, brand="Oppo", note="Nomor WA pak Camat 0812", model="")
    assert written.changes == {"brand": ["Samsung", "Oppo"], "note": [None, "Nomor WA pak Camat 0812"]}
    assert "0812" not in str(written.event.changes)
    assert again(asset).version == 2
    with no_event():
        register.correct(asset, actor=cast.clerk, brand="Oppo")


def test_a_correction_reaches_descriptive_fields_only(cast: Cast) -> None:
    asset = an_asset(cast)
    with no_event():
        register.correct(
            asset, actor=cast.clerk, condition="badly_damaged", unit=cast.kemang, tag="X", retired_on=day("2026-01-01")
        )
    assert (again(asset).condition, again(asset).unit) == ("good", cast.diskominfo)


# ---- receipts


def test_a_receipt_takes_its_devices_in_one_event(cast: Cast) -> None:
    first, second = an_asset(cast), an_asset(cast)
    with one_event("receipt.created", by=cast.clerk, role="asset_clerk") as written:
        receipt = register.receive(
            unit=cast.diskominfo, actor=cast.clerk, contract_number="027/SPK/2026", supplier="CV Maju",
            received_on=day("2026-03-01"), assets=[first, second],
        )  # fmt: skip
    assert written.related == {("asset", first.pk), ("asset", second.pk)}
    assert set(receipt.assets.all()) == {first, second}
    assert again(first).version == 2


def test_a_device_stands_on_one_receipt_of_its_own_unit(cast: Cast) -> None:
    asset, foreign = an_asset(cast), an_asset(cast, unit=cast.kemang)
    terms = {"unit": cast.diskominfo, "actor": cast.clerk, "supplier": "CV Maju", "received_on": day("2026-03-01")}
    register.receive(**terms, contract_number="1", assets=[asset])
    with refused(Conflict, "already_received"):
        register.receive(**terms, contract_number="2", assets=[asset])
    with refused(DomainError, "other_unit", field="assets"):
        register.receive(**terms, contract_number="3", assets=[foreign])
    with refused(DomainError, "in_the_future", field="received_on"):
        register.receive(**{**terms, "received_on": day("2026-03-03")}, contract_number="4")
    with invalid("contract_number", "supplier"):
        register.receive(**{**terms, "supplier": ""}, contract_number="")
    with refused(NotAllowed, "role_missing"):
        register.receive(**{**terms, "actor": cast.planner}, contract_number="5")


# ---- condition, loss


def test_its_holder_reports_a_damage_and_the_device_has_that_condition(cast: Cast) -> None:
    asset = asset_in(cast, "issued")
    with one_event("asset.condition_reported", by=cast.kemang_admin, role="requester") as written:
        report = register.report_condition(
            asset, actor=cast.kemang_admin, condition="lightly_damaged", note="Layar retak", photo=[an_attachment(cast)]
        )
    assert (again(asset).condition, report.unit) == ("lightly_damaged", cast.kemang)
    assert written.changes == {"condition": ["good", "lightly_damaged"]}
    assert written.reason == "Layar retak"
    assert written.related == {("condition_report", report.pk)}


def test_only_its_keeper_and_its_holder_speak_for_a_device(cast: Cast) -> None:
    asset = asset_in(cast, "issued")
    acts: list[Callable[[User], Any]] = [
        lambda who: register.report_condition(asset, actor=who, condition="good"),
        lambda who: register.mark_lost(asset, actor=who, reason="hilang"),
    ]
    for act in acts:
        for who in (cast.cibinong_admin, cast.verifier, cast.auditor, cast.outsider):
            with refused(NotAllowed, "role_missing"):
                act(who)
    returned(cast, [asset], by=cast.kemang_admin)
    for act in acts:
        with refused(NotAllowed, "role_missing"):
            act(cast.kemang_admin)


def test_a_condition_that_does_not_exist_is_refused(cast: Cast) -> None:
    asset = an_asset(cast)
    with invalid("condition"):
        register.report_condition(asset, actor=cast.clerk, condition="mulus")


def test_a_lost_device_is_found_by_its_keeper(cast: Cast) -> None:
    asset = asset_in(cast, "issued")
    with one_event("asset.lost", by=cast.kemang_head, role="unit_head") as written:
        register.mark_lost(asset, actor=cast.kemang_head, reason="Tertinggal di angkot", lost_on=day("2026-02-27"))
    assert written.changes == {"lost_on": [None, "2026-02-27"]}
    assert written.reason == "Tertinggal di angkot"
    assert again(asset).state == "lost"
    with refused(NotAllowed, "role_missing"):
        register.mark_found(asset, actor=cast.kemang_head)
    with one_event("asset.found", by=cast.clerk, role="asset_clerk"):
        register.mark_found(asset, actor=cast.clerk)
    assert again(asset).state == "issued"


def test_a_loss_has_happened(cast: Cast) -> None:
    asset = an_asset(cast)
    with refused(DomainError, "in_the_future", field="lost_on"):
        register.mark_lost(asset, actor=cast.clerk, reason="uji", lost_on=day("2026-03-03"))


# ---- repair


def test_a_device_goes_to_repair_and_comes_back_to_its_holder(cast: Cast) -> None:
    asset = asset_in(cast, "issued")
    with one_event("asset.repair_started", by=cast.clerk, role="asset_clerk") as written:
        register.start_repair(asset, actor=cast.clerk, reason="Layar", workshop="Servis Jaya")
    assert written.changes["workshop"] == [None, "Servis Jaya"]
    assert again(asset).state == "in_repair"
    with at("2026-03-20"), one_event("asset.repair_ended", by=cast.clerk, role="asset_clerk") as written:
        register.end_repair(asset, actor=cast.clerk, condition="lightly_damaged", cost=350_000)
    assert written.changes == {
        "ended_on": [None, "2026-03-20"], "cost": [None, 350_000], "condition": ["good", "lightly_damaged"],
    }  # fmt: skip
    assert (again(asset).state, again(asset).condition) == ("issued", "lightly_damaged")


def test_a_repair_ends_in_a_condition_and_at_a_cost_that_make_sense(cast: Cast) -> None:
    asset = asset_in(cast, "in_repair")
    with invalid("cost"):
        register.end_repair(asset, actor=cast.clerk, condition="good", cost=-5)
    with invalid("condition"):
        register.end_repair(asset, actor=cast.clerk, condition="mulus")
    assert again(asset).state == "in_repair"


# ---- retirement


def test_a_device_is_retired_by_a_decision(cast: Cast) -> None:
    asset = an_asset(cast)
    with one_event("asset.retired", by=cast.clerk, role="asset_clerk") as written:
        register.retire(
            asset, actor=cast.clerk, decision_number="028/12/2026", decided_on=day("2026-02-20"),
            file=an_attachment(cast), reason="Rusak berat",
        )  # fmt: skip
    assert written.changes == {"retired_on": [None, "2026-03-02"], "retirement_number": [None, "028/12/2026"]}
    assert again(asset).state == "retired"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"file": None}, "file"),
        ({"decision_number": ""}, "decision_number"),
        ({"decided_on": date(2026, 3, 3)}, "decided_on"),
    ],
)
def test_a_retirement_without_its_decision_is_refused(cast: Cast, values: dict[str, Any], field: str) -> None:
    asset = an_asset(cast)
    terms = {"decision_number": "1", "decided_on": day("2026-03-01"), "file": an_attachment(cast), **values}
    with invalid(field):
        register.retire(asset, actor=cast.clerk, **terms)


def test_a_lost_device_in_somebodys_custody_is_not_retired(cast: Cast) -> None:
    asset = asset_in(cast, "issued")
    register.mark_lost(asset, actor=cast.clerk, reason="hilang")
    with refused(Conflict, "custody_open"):
        act_on(cast, asset, "retire")
    returned(cast, [asset])
    act_on(cast, asset, "retire")


@pytest.mark.parametrize("before", ["held", "in_repair"])
def test_a_device_lost_while_it_was_held_or_in_repair_is_not_retired(cast: Cast, before: str) -> None:
    asset = asset_in(cast, before)
    register.mark_lost(asset, actor=cast.clerk, reason="hilang")
    with refused(Conflict, "custody_open"):
        act_on(cast, asset, "retire")


# ---- every verb in every state


def act_on(cast: Cast, asset: Asset, verb: str, by: User | None = None) -> Any:
    by = by or cast.clerk
    calls: dict[str, Callable[[], Any]] = {
        "change": lambda: register.correct(asset, actor=by, brand="Lain"),
        "report-condition": lambda: register.report_condition(asset, actor=by, condition="lightly_damaged"),
        "mark-lost": lambda: register.mark_lost(asset, actor=by, reason="hilang"),
        "mark-found": lambda: register.mark_found(asset, actor=by),
        "start-repair": lambda: register.start_repair(asset, actor=by),
        "end-repair": lambda: register.end_repair(asset, actor=by, condition="good"),
        "retire": lambda: register.retire(
            asset, actor=by, decision_number="1", decided_on=day("2026-03-01"), file=an_attachment(cast)
        ),
    }
    return calls[verb]()


VERBS = acts.on(Asset, register)
ALLOWED = {
    "change": {"lost", "in_repair", "issued", "held", "in_stock"},
    "report-condition": {"lost", "in_repair", "issued", "held", "in_stock"},
    "mark-lost": {"in_repair", "issued", "held", "in_stock"},
    "mark-found": {"lost"},
    "start-repair": {"issued", "held", "in_stock"},
    "end-repair": {"in_repair"},
    "retire": {"lost", "in_stock"},
}


def test_the_table_below_names_every_verb() -> None:
    assert set(ALLOWED) == set(VERBS)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", ALLOWED)
def test_each_verb_works_in_its_states_and_conflicts_in_all_others(cast: Cast, verb: str, state: str) -> None:
    asset = asset_in(cast, state)
    assert asset.state == state
    allowed = state in ALLOWED[verb]
    assert acts.of(VERBS[verb]).permit.when(asset) is allowed
    if allowed:
        act_on(cast, asset, verb)
    else:
        with no_event(), pytest.raises(Conflict):
            act_on(cast, asset, verb)


@pytest.mark.parametrize("verb", ALLOWED)
def test_no_verb_on_a_device_is_for_readers_or_other_kecamatan(cast: Cast, verb: str) -> None:
    asset = asset_in(cast, sorted(ALLOWED[verb])[0])
    for who in ("cibinong_admin", "auditor", "viewer", "planner", "approver", "verifier", "outsider"):
        with refused(NotAllowed, "role_missing"):
            act_on(cast, asset, verb, by=getattr(cast, who))


@pytest.mark.parametrize("verb", ALLOWED)
def test_the_clerk_of_one_unit_does_not_touch_the_books_of_another(cast: Cast, kemang_clerk: User, verb: str) -> None:
    asset = asset_in(cast, sorted(ALLOWED[verb])[-1])
    with refused(NotAllowed, "role_missing"):
        act_on(cast, asset, verb, by=kemang_clerk)


def test_a_device_retired_meanwhile_is_refused_to_a_stale_caller(cast: Cast) -> None:
    stale = an_asset(cast)
    act_on(cast, again(stale), "retire")
    with refused(Conflict, "illegal_transition"):
        act_on(cast, stale, "mark-lost")


def test_a_delivered_device_is_issued_to_its_holder(cast: Cast) -> None:
    asset = an_asset(cast)
    delivered(cast, assets=[asset], recipient=cast.rani)
    assert (asset.custody.unit, asset.custody.person) == (cast.kemang, cast.rani)
