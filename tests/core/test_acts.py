"""The frame around a verb, and what is read off its signature."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, TypedDict, Unpack

import pytest

from assets import inventories, register
from assets.models import Asset, InventoryLine
from assets.states import Condition
from core import acts
from core.errors import Conflict, DomainError, NotAllowed
from core.models import Decision
from core.permits import Every, Permit, When, actions, admit
from core.taking import Ask, InputKind, Reason, Rupiah, taken_by
from org.models import Unit
from pledges import deadlines, deciding, papers
from pledges.states import Excuse, RevisionKind
from tests.base import Cast, a_pledge, again, an_asset, an_attachment, closing, day, make_cast
from tests.checks import no_event, one_event, refused


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


class Described(TypedDict, total=False):
    brand: str
    price: Rupiah | None


def sample(
    asset: Asset, *, actor: object, unit: Unit, condition: Condition, reason: Annotated[Reason, Ask(label="Mengapa?")],
    count: Annotated[int, Ask(least=0, most=3)] = 1, seen: bool = False, on: date | None = None,
    answer: Condition | Literal[""] = "", lines: list[int] | None = None, **described: Unpack[Described],
) -> None: ...  # fmt: skip


def test_kind_and_requiredness_are_read_off_the_signature() -> None:
    taken = taken_by(sample, Asset)
    assert {name: each.kind for name, each in taken.items()} == {
        "unit": InputKind.ROW, "condition": InputKind.CODE, "reason": InputKind.TEXT, "count": InputKind.WHOLE,
        "seen": InputKind.FLAG, "on": InputKind.DAY, "answer": InputKind.CODE, "lines": None, "brand": InputKind.TEXT,
        "price": InputKind.RUPIAH,
    }  # fmt: skip
    assert {name for name, each in taken.items() if each.required} == {"unit", "condition", "reason"}
    assert {name for name, each in taken.items() if each.nullable} == {"on", "answer", "lines", "price"}


def test_words_and_limits_come_from_the_column_of_that_name_unless_said() -> None:
    taken = taken_by(sample, Asset)
    assert (taken["brand"].ask.most, str(taken["brand"].ask.label)) == (100, "merek")
    assert (taken["reason"].ask.most, taken["reason"].ask.label) == (2000, "Mengapa?")
    assert (taken["count"].ask.least, taken["count"].ask.most) == (0, 3)
    assert (taken["price"].ask.least, taken["price"].ask.most) == (0, 10**12)


def test_a_value_that_nothing_names_is_refused_where_the_act_is_declared() -> None:
    def body(asset: Asset, *, actor: object, brand: str, colour: str) -> acts.Done[Asset]:
        return acts.Done(asset)

    body.__annotations__ = {"asset": Asset, "brand": str, "colour": str, "return": acts.Done[Asset]}
    with pytest.raises(TypeError, match=r"^colour: "):
        acts.act("paint", "Cat", "Ganti warna.", event="asset.painted", who=lambda user, asset: "")(body)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("reason", "", "required"), ("reason", "  ", "required"), ("reason", "x" * 2001, "max_length"),
        ("condition", "mulus", "invalid_choice"), ("count", 4, "max_value"), ("count", -1, "min_value"),
        ("price", 10**12 + 1, "max_value"), ("price", -1, "min_value"), ("brand", "x" * 101, "max_length"),
    ],
)  # fmt: skip
def test_each_limit_is_held_on_every_call(name: str, value: object, code: str) -> None:
    assert [(fault.field, fault.code) for fault in taken_by(sample, Asset)[name].faults(value)] == [(name, code)]


@pytest.mark.parametrize(
    ("name", "value"),
    [("reason", "x" * 2000), ("condition", "good"), ("count", 0), ("count", 3), ("price", None), ("price", 0),
     ("price", 10**12), ("answer", ""), ("on", None), ("brand", "")],
)  # fmt: skip
def test_what_keeps_its_limits_passes(name: str, value: object) -> None:
    assert list(taken_by(sample, Asset)[name].faults(value)) == []


def test_who_is_asked_before_when_and_when_before_the_values(cast: Cast) -> None:
    asset = an_asset(cast)
    with no_event(), pytest.raises(NotAllowed):
        register.mark_found(asset, actor=cast.auditor, reason="x" * 2001)
    with refused(Conflict, "illegal_transition"):
        register.mark_found(asset, actor=cast.clerk, reason="x" * 2001)
    register.mark_lost(asset, actor=cast.clerk, reason="Hilang di lapangan")
    with refused(DomainError, "max_length"):
        register.mark_found(asset, actor=cast.clerk, reason="x" * 2001)


def test_a_reason_that_must_be_given_is_asked_of_every_caller(cast: Cast) -> None:
    asset = an_asset(cast)
    with no_event(), refused(DomainError, "required", field="reason"):
        register.mark_lost(asset, actor=cast.clerk, reason="")
    assert again(asset).lost_on is None


def test_the_subject_is_read_afresh(cast: Cast) -> None:
    asset = an_asset(cast)
    stale = Asset.objects.get(pk=asset.pk)
    register.mark_lost(asset, actor=cast.clerk, reason="Hilang di lapangan")
    with refused(Conflict, "illegal_transition"):
        register.mark_lost(stale, actor=cast.clerk, reason="Hilang di lapangan")
    with one_event("asset.found", by=cast.clerk, role="asset_clerk"):
        register.mark_found(stale, actor=cast.clerk)


def test_an_event_is_about_what_the_body_names(cast: Cast) -> None:
    pledge = a_pledge(cast, original_due_on=day("2026-06-30"))
    asked = deadlines.ask(
        pledge,
        kind=RevisionKind.EXTENSION,
        new_due_on=day("2026-12-31"),
        reason="Lelang gagal",
        actor=cast.verifier,
        document=an_attachment(cast),
    )
    with one_event("pledge.revision_decided", by=cast.decider, role="decider") as written:
        deciding.decide(asked, decision=Decision.APPROVE, reason="Sesuai", actor=cast.decider)
    assert (written.event.subject_type, written.event.subject_id) == ("pledge", pledge.pk)
    assert (written.related, written.reason) == ({("deadline_revision", asked.pk)}, "Sesuai")


def test_the_reason_of_an_event_is_the_value_unless_the_body_gives_another(cast: Cast) -> None:
    pledge = a_pledge(cast)
    with one_event("pledge.excuse_asked", by=cast.verifier, role="verifier") as written:
        closing(cast, pledge, "excuse", reason=Excuse.COURT_ORDER, explanation="Putusan 12")
    assert written.reason == "Putusan 12"


def test_words_come_from_what_is_made_before_what_it_is_made_under() -> None:
    assert [str(acts.of(papers.add_evidence).takes[name].ask.label) for name in ("supports", "file")] == [
        "membuktikan", "berkas",
    ]  # fmt: skip
    assert acts.of(papers.respond).takes["text"].ask.most == 4000


def test_a_condition_is_looked_at_once_whatever_words_it_refuses_with() -> None:
    looked: list[str] = []

    def holds(thing: str) -> bool:
        looked.append(thing)
        return False

    first, second = When(holds, "tidak bisa"), When(holds, lambda thing: f"{thing} tidak bisa", "other")
    assert actions({"one": Permit(lambda *_: "x", first), "two": Permit(lambda *_: "x", second)}, None, "itu") == []
    assert looked == ["itu"]
    with pytest.raises(Conflict, match="itu tidak bisa") as caught:
        admit(Every(second), "itu")
    assert caught.value.code == "other"


def test_verbs_are_found_by_what_they_act_on() -> None:
    assert set(acts.on(InventoryLine, inventories)) == {"confirm", "not-found"}
    assert set(acts.on(None, inventories)) == {"create"}
