"""Ending pledges and changing their lines through the API, and what nobody should be able to send."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.files import SANDBOX
from core.models import SecurityEvent
from tests import base
from tests.api.cast import Cast
from tests.api.test_contract import fields, problem
from tests.api.test_one_event import PDF
from tests.base import a_pledge, at, day


@pytest.fixture(autouse=True)
def monday():
    with at(base.MONDAY):
        yield


def test_a_withdrawal_says_who_asked_and_shows_it(cast: Cast, media: Any) -> None:
    pledge = a_pledge(cast.base)
    body = {"reason": "Anggaran dipotong", "asked_by": cast.kemang.pk}
    shown = cast.decider.post(f"pledges/{pledge.pk}/withdraw/", body).json()
    assert shown["status"] == "withdrawn"
    assert shown["closure"] == {
        "kind": "withdrawn", "reason": "Anggaran dipotong", "explanation": "", "effective_on": "2026-03-02",
        "document": None,
        "asked_by": {"id": cast.kemang.pk, "url": shown["lines"][0]["unit"]["url"], "code": "32.01.12",
                     "name": "Kemang"},
        "merged_into": None,
    }  # fmt: skip
    assert cast.viewer.get(f"pledges/{pledge.pk}/?as_of=2026-03-01").json()["closure"] is None
    own = a_pledge(cast.base)
    problem(cast.decider.post(f"pledges/{own.pk}/withdraw/", {"reason": "x", "asked_by": cast.setda.pk}), 403)
    paper = {"reason": "Surat Bupati", "document": SimpleUploadedFile("surat.pdf", PDF, "application/pdf")}
    assert cast.decider.form(f"pledges/{own.pk}/withdraw/", paper).status_code == 200


@pytest.mark.parametrize("verb", ["withdraw", "excuse", "merge"])
def test_the_paper_of_a_closure_is_a_private_download_that_is_noted(cast: Cast, media: Any, verb: str) -> None:
    pledge, other = a_pledge(cast.base), a_pledge(cast.base)
    path = f"pledges/{pledge.pk}/closing-document/"
    problem(cast.viewer.get(path), 404)
    fields = {"withdraw": {"reason": "x"}, "excuse": {"reason": "court_order"},
              "merge": {"reason": "x", "into": other.pk}}[verb]  # fmt: skip
    paper = SimpleUploadedFile("surat.pdf", PDF, "application/pdf")
    closed = cast.decider.form(f"pledges/{pledge.pk}/{verb}/", {**fields, "document": paper}).json()
    assert closed["closure"]["document"].endswith(path)
    noted = SecurityEvent.objects.filter(kind="file_read")
    answer = cast.kemang_admin.get(closed["closure"]["document"])
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment;")
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == ("nosniff", SANDBOX)
    assert answer["Cache-Control"] == "private, no-store"
    assert [(each.user_id, each.detail["path"][-len(path) :]) for each in noted] == [(cast.kemang_admin.user.pk, path)]
    problem(cast.anonymous.get(path), 401)


def test_an_excuse_is_on_the_list_or_refused_by_its_field(cast: Cast) -> None:
    pledge = a_pledge(cast.base)
    for reason in ("no_budget", "", None, 1):
        answer = cast.decider.post(f"pledges/{pledge.pk}/excuse/", {"reason": reason})
        problem(answer, 400)
        assert fields(answer) == {"reason"}
    body = {"reason": "force_majeure", "explanation": "Gempa"}
    closure = cast.decider.post(f"pledges/{pledge.pk}/excuse/", body).json()["closure"]
    assert (closure["kind"], closure["reason"], closure["explanation"]) == ("excused", "force_majeure", "Gempa")
    problem(cast.decider.post(f"pledges/{pledge.pk}/excuse/", body), 409)


def test_the_old_number_of_a_merged_pledge_leads_to_the_one_that_stays(cast: Cast) -> None:
    one, other = (a_pledge(cast.base, original_due_on=day(on)) for on in ("2026-01-31", "2026-12-31"))
    shown = cast.decider.post(f"pledges/{one.pk}/merge/", {"into": other.pk, "reason": "Satu janji"}).json()
    assert shown["closure"]["merged_into"]["number"] == other.number
    [found] = cast.viewer.get(f"pledges/?number={one.number}").json()["results"]
    assert (found["status"], found["closure"]["merged_into"]["id"]) == ("merged", other.pk)
    stays = cast.viewer.get(f"pledges/{other.pk}/").json()
    assert (stays["first_due_on"], stays["status"]) == ("2026-01-31", "overdue")
    answer = cast.decider.post(f"pledges/{other.pk}/merge/", {"into": one.pk, "reason": "x"})
    problem(answer, 400)
    assert fields(answer) == {"into"}


def test_lines_are_asked_for_by_one_and_decided_by_another(cast: Cast) -> None:
    pledge = a_pledge(cast.base, lines=[])
    path = f"pledges/{pledge.pk}/line-changes/"
    line = {"unit": cast.kemang.pk, "family": cast.hp.family_id, "quantity": 40}
    body = {"kind": "clarification", "reason": "Surat", "lines": [line]}
    for wrong in (0, -1, 2.5, "banyak"):
        answer = cast.verifier.post(path, {**body, "lines": [{**line, "quantity": wrong}]})
        problem(answer, 400)
        assert fields(answer) == {"lines.0.quantity"}
    asked = cast.verifier.post(path, body).json()
    assert (asked["decision"], asked["lines"][0]["quantity"]) == (None, 40) or asked["decision"] == ""
    [waits] = cast.decider.get("worklists/line-changes/due/").json()["results"]
    assert waits == {name: value for name, value in asked.items() if name != "actions"}
    problem(cast.verifier.post(f"{asked['url']}decide/", {"decision": "approve"}), 403)
    problem(cast.decider.post(f"{asked['url']}decide/", {"decision": "reject"}), 400)
    assert cast.viewer.get(f"pledges/{pledge.pk}/").json()["promised"] == 0
    decided = cast.decider.post(f"{asked['url']}decide/", {"decision": "approve", "reason": "Sesuai"}).json()
    assert (decided["decision"], decided["effective_on"]) == ("approve", "2026-03-02")
    shown = cast.viewer.get(f"pledges/{pledge.pk}/").json()
    assert (shown["delivered"], shown["promised"], shown["lines"][0]["effective_on"]) == (0, 40, "2026-03-02")
    source = shown["lines"][0]["id"]
    moved = {"kind": "move", "reason": "SK", "lines": [{"source": source, "unit": cast.cibinong.pk, "quantity": 15}]}
    asked = cast.verifier.post(path, moved).json()
    cast.decider.post(f"{asked['url']}decide/", {"decision": "approve", "reason": "Sesuai"})
    shown = cast.viewer.get(f"pledges/{pledge.pk}/").json()
    assert [(each["quantity"], each["taken_from"]) for each in shown["lines"]] == [(25, None), (15, source)]
    assert shown["promised"] == 40


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_a_decision_without_a_reason_is_refused_by_that_field(cast: Cast, decision: str) -> None:
    pledge = a_pledge(cast.base, original_due_on=day("2026-06-30"))
    line = {"source": pledge.lines.get().pk, "unit": cast.cibinong.pk, "quantity": 1}
    for path, body in (
        ("deadline-revisions", {"kind": "extension", "new_due_on": "2026-12-31", "reason": "Lelang gagal"}),
        ("line-changes", {"kind": "move", "reason": "SK", "lines": [line]}),
    ):
        asked = cast.verifier.post(f"pledges/{pledge.pk}/{path}/", body).json()
        for reason in ({}, {"reason": ""}, {"reason": " "}):
            answer = cast.decider.post(f"{asked['url']}decide/", {"decision": decision, **reason})
            problem(answer, 400)
            assert fields(answer) == {"reason"}
        assert cast.viewer.get(asked["url"]).json()["decision"] in ("", None)


def test_a_phone_dead_on_arrival_no_longer_counts_and_is_disputed_in_two_weeks_only(cast: Cast) -> None:
    pledge, other = (a_pledge(cast.base, original_due_on=day("2026-12-31")) for _ in range(2))
    first, late = (base.delivered(cast.base, pledge_line=each.lines.get()) for each in (pledge, other))
    with at("2026-03-16"):
        assert "dispute" in cast.kemang_admin.get(f"handovers/{first.pk}/").json()["actions"]
        body = {"items": [{"id": first.items.get().pk, "reason": "Mati total"}]}
        disputed = cast.kemang_admin.post(f"handovers/{first.pk}/dispute/", body).json()
        assert (disputed["state"], disputed["items"][0]["state"]) == ("disputed", "disputed")
        assert disputed["actions"] == ["accept", "dispute", "attach-signed"]
        shown = cast.viewer.get(f"pledges/{pledge.pk}/").json()
        assert (shown["status"], shown["delivered"], shown["completed_on"]) == ("taken_back", 0, "2026-03-02")
        problem(cast.clerk.post(f"handovers/{first.pk}/cancel/", {"reason": "x"}), 409)
    with at("2026-03-17"):
        assert "dispute" not in cast.kemang_admin.get(f"handovers/{late.pk}/").json()["actions"]
        problem(cast.kemang_admin.post(f"handovers/{late.pk}/dispute/", {"reason": "Mati total"}), 409)
        assert cast.viewer.get(f"pledges/{other.pk}/").json()["status"] == "kept_on_time"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"quote": "Halo\u0000dunia"}, "quote"),
        ({"quote": "Bel\u0007"}, "quote"),
        ({"made_on_from": "0001-01-01"}, "made_on_from"),
        ({"made_on_to": "9999-12-31"}, "made_on_to"),
        ({"original_due_on": "0001-01-01"}, "original_due_on"),
        ({"original_due_on": "9999-12-31"}, "original_due_on"),
        ({"original_due_on": "2021-12-31"}, None),
        ({"lines": [{"quantity": 0}]}, "lines.0.quantity"),
        ({"lines": [{"quantity": -1}]}, "lines.0.quantity"),
        ({"lines": [{"quantity": 2.5}]}, "lines.0.quantity"),
    ],
)
def test_what_cannot_have_been_said_is_named(cast: Cast, wrong: dict[str, Any], field: str | None) -> None:
    answer = cast.verifier.post("pledges/", said(cast, **wrong))
    problem(answer, 400)
    assert field is None or field in fields(answer)


def test_any_words_are_kept_as_they_were_said(cast: Cast) -> None:
    for words in ("📱 Siap, gas! 👍🏽", "وعد \u200f(janji)", '=HYPERLINK("http://x.id";"HP")', "+62 -1 @semua"):
        answer = cast.verifier.post("pledges/", said(cast, quote=words))
        assert (answer.status_code, answer.json()["quote"]) == (201, words)


def test_a_revision_to_the_date_that_holds_already_is_refused(cast: Cast) -> None:
    pledge = a_pledge(cast.base, original_due_on=day("2026-12-31"))
    body = {"kind": "extension", "new_due_on": "2026-12-31", "reason": "x"}
    answer = cast.verifier.post(f"pledges/{pledge.pk}/deadline-revisions/", body)
    problem(answer, 400)
    assert fields(answer) == {"new_due_on"}


def test_a_date_given_later_says_how_long_after_the_promise(cast: Cast) -> None:
    pledge, dated = a_pledge(cast.base), a_pledge(cast.base, original_due_on=day("2026-12-31"))
    base.revised(cast.base, pledge, kind="first_set", to=day("2026-12-31"))
    read = {query: cast.viewer.get(f"pledges/{pledge.pk}/{query}").json() for query in ("", "?as_of=2026-03-01")}
    assert [each["dated_after_days"] for each in read.values()] == [1157, None]
    assert cast.viewer.get(f"pledges/{dated.pk}/").json()["dated_after_days"] is None
    detail = cast.viewer.get("schema/").json()["components"]["schemas"]["PledgeDetail"]
    assert "first date was given" in detail["properties"]["dated_after_days"]["description"]


def said(cast: Cast, lines: list[dict[str, Any]] | None = None, **values: Any) -> dict[str, Any]:
    line = {"unit": cast.kemang.pk, "family": cast.hp.family_id, "quantity": 1}
    return {
        "title": "HP", "quote": "Semua dapat HP", "office": cast.bupati.pk, "made_on_from": "2022-01-01",
        "made_on_to": "2022-12-31", "basis": "minutes", "responsible_unit": cast.diskominfo.pk,
        "lines": [{**line, **each} for each in lines or [{}]], **values,
    }  # fmt: skip


def test_only_its_recorder_patches_what_was_said_in_a_draft(cast: Cast) -> None:
    draft = base.a_draft_pledge(cast.base, by=cast.base.kemang_admin)
    path = f"pledges/{draft.pk}/"
    for body in ({"quote": "Lain"}, {"made_on_to": "2022-06-30"}, {"strength": "intention"}, {"lines": []}):
        problem(cast.verifier.patch(path, body), 403, "not_the_recorder")
    assert cast.verifier.patch(path, {"title": "HP admin", "budget_ref": "DPA 1"}).status_code == 200
    assert cast.kemang_admin.patch(path, {"quote": "Lain"}).status_code == 200
    problem(cast.verifier.post(f"{path}send-back/", {}), 400)
    assert cast.verifier.post(f"{path}send-back/", {"reason": "Harinya belum jelas"}).json()["publication"] == "draft"
