"""``pledges/suggest-deadline/``: spoken words in, a date to confirm out, nothing stored."""

from __future__ import annotations

from typing import Any

import pytest

from core.models import Event
from org.calendar import seed
from org.models import Tenure, Unit
from pledges import papers
from tests.api.cast import Cast
from tests.base import a_draft_pledge, a_pledge, day

SAID = {"deadline_text": "tahun ini", "made_on_from": "2022-08-24", "made_on_to": "2022-08-24"}


def ask(cast: Cast, **changed: Any) -> Any:
    return cast.verifier.post("pledges/suggest-deadline/", {**SAID, **changed})


@pytest.mark.parametrize(
    ("text", "due_on", "rule", "gate", "condition"),
    [
        ("tahun ini", "2022-12-31", "period_end", None, None),
        ("Insyaallah bulan depan", "2022-09-30", "period_end", None, None),
        ("Februari", "2023-02-28", "month_end", None, None),
        ("APBD 2023", "2023-12-31", "budget_year", "2022-11-30", None),
        ("kalau ada anggaran", None, "condition", None, "kalau ada anggaran"),
        ("segera", None, "vague", None, None),
        ("", None, "silent", None, None),
        ("999999999 hari", None, "unknown", None, None),
    ],
)
def test_the_words_come_back_as_a_date_with_its_rule(
    cast: Cast, text: str, due_on: str | None, rule: str, gate: str | None, condition: str | None
) -> None:
    answer = ask(cast, deadline_text=text)
    body = answer.json()
    assert (answer.status_code, body.pop("provisional")) == (200, False)
    assert body.pop("explanation")
    assert body == {"due_on": due_on, "rule": rule, "gate": gate, "condition": condition, "limit": None}
    assert not Event.objects.exists()


def test_working_days_follow_the_kept_calendar_and_the_tenure_the_office(cast: Cast) -> None:
    seed(range(2024, 2025))
    spring = {"made_on_from": "2024-04-05", "made_on_to": "2024-04-05"}
    assert ask(cast, deadline_text="dalam 5 hari kerja", **spring).json()["due_on"] == "2024-04-22"
    office = cast.base.bupati
    person = cast.base.rani
    Unit.objects.filter(pk=office.unit_id).update(working_week=6)
    six = ask(cast, deadline_text="dalam 5 hari kerja", office=office.pk, **spring).json()
    assert six["due_on"] == "2024-04-18"
    Tenure.objects.create(office=office, person=person, starts_on=day("2018-12-30"), ends_on=day("2023-12-30"))
    found = ask(cast, deadline_text="sebelum akhir masa jabatan", office=office.pk).json()
    assert (found["due_on"], found["rule"]) == ("2023-12-30", "end_of_tenure")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"deadline_text": None}, "deadline_text"),
        ({"deadline_text": 5}, "deadline_text"),
        ({"deadline_text": "x" * 301}, "deadline_text"),
        ({"deadline_text": "a\u0000b"}, "deadline_text"),
        ({"made_on_from": "0001-01-01"}, "made_on_from"),
        ({"made_on_to": "kemarin"}, "made_on_to"),
        ({"made_on_to": "2022-08-23"}, "made_on_to"),
        ({"office": 999_999}, "office"),
        ({"kapan": "besok"}, "kapan"),
    ],
)
def test_bad_input_is_refused_by_name(cast: Cast, changed: dict[str, Any], field: str) -> None:
    answer = ask(cast, **changed)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_every_field_is_needed(cast: Cast) -> None:
    answer = cast.verifier.post("pledges/suggest-deadline/", {})
    assert {fault["field"] for fault in answer.json()["errors"]} == set(SAID)


def test_it_is_for_those_who_may_draft_and_is_no_pledge_of_that_name(cast: Cast) -> None:
    assert cast.viewer.post("pledges/suggest-deadline/", SAID).status_code == 403
    assert cast.anonymous.post("pledges/suggest-deadline/", SAID).status_code == 401
    assert cast.verifier.get("pledges/suggest-deadline/").status_code == 405
    assert cast.kemang_admin.post("pledges/suggest-deadline/", SAID).status_code == 200


def test_a_condition_that_was_met_asks_for_the_first_date(cast: Cast) -> None:
    pledge = a_pledge(cast.base, strength="conditional", deadline_text="30 hari setelah SK terbit")
    proof = papers.add_evidence(pledge, supports="deadline", source_url="http://x.id", actor=cast.verifier.user)
    met = {"met_on": "2026-01-05", "reason": "SK 1/2026", "document": proof.pk}
    address = f"pledges/{pledge.pk}/meet-condition/"
    assert "meet-condition" in cast.verifier.get(f"pledges/{pledge.pk}/").json()["actions"]
    assert cast.viewer.post(address, met).status_code == 403
    missing = cast.verifier.post(address, {"reason": "x"}).json()["errors"]
    assert {each["field"] for each in missing} == {"met_on", "document"}
    answer = cast.verifier.post(address, met)
    assert (answer.status_code, answer.json()["decision"]) == (201, None)
    revision = cast.verifier.get(f"pledges/{pledge.pk}/deadline-revisions/").json()["results"][0]
    told = {name: revision[name] for name in ("kind", "new_due_on", "condition_met_on", "decision")}
    assert told == {"kind": "first_set", "new_due_on": "2026-02-04", "condition_met_on": "2026-01-05", "decision": None}
    assert cast.verifier.post(address, met).status_code == 409


def test_a_date_beside_the_condition_is_told_and_no_later_one_is_taken(cast: Cast) -> None:
    words = "kalau ada anggaran, paling lambat Juni 2026"
    told = cast.verifier.post("pledges/suggest-deadline/", {**SAID, "deadline_text": words}).json()
    assert (told["due_on"], told["rule"], told["limit"]) == (None, "condition", "2026-06-30")
    assert "Batasnya: 30 Juni 2026." in told["explanation"]
    pledge = a_pledge(cast.base, strength="conditional", deadline_text=words)
    proof = papers.add_evidence(pledge, supports="deadline", source_url="http://x.id", actor=cast.verifier.user)
    met = {"met_on": "2026-01-05", "reason": "DPA terbit", "document": proof.pk}
    address = f"pledges/{pledge.pk}/meet-condition/"
    refused = cast.verifier.post(address, {**met, "new_due_on": "2026-07-01"})
    assert (refused.status_code, refused.json()["code"]) == (400, "later_than_words")
    assert {fault["field"] for fault in refused.json()["errors"]} == {"new_due_on"}
    assert cast.verifier.post(address, met).status_code == 201
    revision = cast.verifier.get(f"pledges/{pledge.pk}/deadline-revisions/").json()["results"][0]
    assert revision["new_due_on"] == "2026-06-30"


def test_the_rule_is_shown_on_the_pledge(cast: Cast) -> None:
    pledge = a_draft_pledge(cast.base, deadline_text="segera")
    assert cast.verifier.get(f"pledges/{pledge.pk}/").json()["deadline_rule"] == "vague"
