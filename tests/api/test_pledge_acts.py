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
from tests.base import a_pledge, at, day, succeeded


@pytest.fixture(autouse=True)
def monday():
    with at(base.MONDAY):
        yield


def surat() -> SimpleUploadedFile:
    return SimpleUploadedFile("surat.pdf", PDF, "application/pdf")


def approve(cast: Cast, asked: dict[str, Any]) -> dict[str, Any]:
    return cast.decider.post(f"{asked['url']}decide/", {"decision": "approve", "reason": "Sesuai"}).json()


def on_paper(cast: Cast, pledge: Any, **values: Any) -> dict[str, Any]:
    """A body that rests on evidence of the pledge."""
    proof = cast.verifier.post(
        f"pledges/{pledge.pk}/evidence/", {"supports": "harm", "source_url": "http://x.id"}
    ).json()
    return {"reason": "x", **values, "document": proof["id"]}


def test_a_withdrawal_is_asked_by_one_decided_by_another_and_says_who(cast: Cast, media: Any) -> None:
    pledge = a_pledge(cast.base)
    path = f"pledges/{pledge.pk}/withdraw/"
    problem(cast.decider.post(path, on_paper(cast, pledge)), 403)
    problem(cast.verifier.post(path, on_paper(cast, pledge, asked_by=cast.kemang.pk)), 400)
    answer = cast.verifier.form(path, {"reason": "Anggaran dipotong", "document": surat()})
    asked = answer.json()
    assert (answer.status_code, asked["decision"], asked["lapsed"]) == (201, None, False)
    assert asked["url"].endswith(f"pledges/{pledge.pk}/closures/{asked['id']}/")
    assert cast.viewer.get(f"pledges/{pledge.pk}/").json()["closure"] is None
    problem(cast.verifier.post(f"{asked['url']}decide/", {"decision": "approve", "reason": "x"}), 403)
    [waits] = cast.decider.get("worklists/closures/due/").json()["results"]
    assert waits["id"] == asked["id"]
    assert approve(cast, asked)["decision"] == "approve"
    shown = cast.viewer.get(f"pledges/{pledge.pk}/").json()
    assert shown["status"] == "withdrawn"
    by = {name: {"id": who.user.pk, "name": str(who.user)} for name, who in
          (("asked_by", cast.verifier), ("decided_by", cast.decider))}  # fmt: skip
    assert shown["closure"] == {
        "id": asked["id"], "url": asked["url"], "kind": "withdrawn", "reason": "Anggaran dipotong", "explanation": "",
        "effective_on": "2026-03-02", "document": f"{shown['url']}closing-document/", "merged_into": None, **by,
    }  # fmt: skip
    assert cast.viewer.get(f"pledges/{pledge.pk}/?as_of=2026-03-01").json()["closure"] is None


def test_what_was_asked_may_rest_on_evidence_of_this_pledge_only(cast: Cast) -> None:
    pledge, other = a_pledge(cast.base), a_pledge(cast.base)
    path = f"pledges/{pledge.pk}/withdraw/"
    for document in (None, "", 0, "x", on_paper(cast, other)["document"], 2**62):
        answer = cast.verifier.post(path, {"reason": "x", "document": document})
        problem(answer, 400)
        assert fields(answer) == {"document"}, document
    answer = cast.verifier.post(path, {"reason": "x"})
    problem(answer, 400)
    assert fields(answer) == {"document"}
    assert cast.verifier.post(path, on_paper(cast, pledge)).status_code == 201


def test_the_responsible_unit_is_passed_on_by_asking_and_deciding(cast: Cast) -> None:
    pledge = a_pledge(cast.base)
    body = on_paper(cast, pledge, responsible_unit=cast.setda.pk)
    asked = cast.verifier.post(f"pledges/{pledge.pk}/pass-on/", body).json()
    assert (asked["decision"], asked["responsible_unit"]["id"]) == (None, cast.setda.pk)
    assert cast.viewer.get(f"pledges/{pledge.pk}/").json()["responsible_unit"]["id"] == cast.diskominfo.pk
    assert approve(cast, asked)["from_unit"]["id"] == cast.diskominfo.pk
    assert cast.viewer.get(f"pledges/{pledge.pk}/").json()["responsible_unit"]["id"] == cast.setda.pk


def test_a_correction_is_confirmed_by_a_third_person_first(cast: Cast) -> None:
    pledge = a_pledge(cast.base, original_due_on=day("2026-01-31"))
    path = f"pledges/{pledge.pk}/deadline-revisions/"
    body = on_paper(cast, pledge, kind="correction", new_due_on="2026-01-15")
    later = cast.verifier.post(path, {**body, "new_due_on": "2026-06-30"})
    problem(later, 400)
    assert later.json()["code"] == "later_than_words"
    asked = cast.verifier.post(path, body).json()
    verdict = {"decision": "approve", "reason": "Sesuai"}
    refused = cast.decider.post(f"{asked['url']}decide/", verdict)
    problem(refused, 409)
    assert refused.json()["code"] == "not_confirmed"
    [waits] = cast.publisher.get("worklists/corrections/due-or-overdue/").json()["results"]
    assert waits["id"] == asked["id"]
    problem(cast.decider.post(f"{asked['url']}confirm/", {}), 403)
    assert cast.publisher.post(f"{asked['url']}confirm/", {}).json()["confirmed_by"]["id"] == cast.publisher.user.pk
    approve(cast, asked)
    shown = cast.viewer.get(f"pledges/{pledge.pk}/").json()
    [row] = cast.viewer.get("pledges/").json()["results"]
    for each in (shown, row):
        told = (each["original_due_on"], each["first_due_on"], each["corrected_on"])
        assert told == ("2026-01-31", "2026-01-15", "2026-03-02")


@pytest.mark.parametrize(("new", "more", "code"), [
    ("2026-03-01", {}, "not_ahead"), ("2026-03-02", {}, "not_ahead"), ("2199-01-01", {}, "too_far"),
    ("2199-01-01", {"far": True}, "too_far"), ("2027-03-03", {}, "far"), ("2036-01-02", {"far": True}, "too_far"),
])  # fmt: skip
def test_a_new_date_has_its_bounds(cast: Cast, new: str, more: dict[str, Any], code: str) -> None:
    pledge = a_pledge(cast.base, made_on_from=day("2026-01-01"), made_on_to=day("2026-01-01"))
    body = on_paper(cast, pledge, kind="first_set", new_due_on=new, **more)
    answer = cast.verifier.post(f"pledges/{pledge.pk}/deadline-revisions/", body)
    problem(answer, 400)
    assert (answer.json()["code"], fields(answer)) == (code, {"new_due_on"})


def test_a_date_more_than_a_year_away_is_said_and_marked(cast: Cast) -> None:
    pledge = a_pledge(cast.base, made_on_from=day("2026-01-01"), made_on_to=day("2026-01-01"))
    path = f"pledges/{pledge.pk}/deadline-revisions/"
    body = on_paper(cast, pledge, kind="first_set", new_due_on="2036-01-01", far=True)
    asked = cast.verifier.post(path, body).json()
    assert (asked["far"], approve(cast, asked)["far"]) == (True, True)
    near = cast.verifier.post(path, {"kind": "advance", "new_due_on": "2026-12-31", "reason": "x"}).json()
    assert (near["far"], near["document"]) == (False, None)


@pytest.mark.parametrize("verb", ["withdraw", "excuse", "merge"])
def test_the_paper_of_a_closure_is_a_private_download_that_is_noted(cast: Cast, media: Any, verb: str) -> None:
    pledge, other = a_pledge(cast.base), a_pledge(cast.base)
    path = f"pledges/{pledge.pk}/closing-document/"
    problem(cast.viewer.get(path), 404)
    values = {"withdraw": {"reason": "x"}, "excuse": {"reason": "court_order", "explanation": "x"},
              "merge": {"reason": "x", "into": other.pk}}[verb]  # fmt: skip
    approve(cast, cast.verifier.form(f"pledges/{pledge.pk}/{verb}/", {**values, "document": surat()}).json())
    closed = cast.viewer.get(f"pledges/{pledge.pk}/").json()
    assert closed["closure"]["document"].endswith(path)
    noted = SecurityEvent.objects.filter(kind="file_read")
    answer = cast.kemang_admin.get(closed["closure"]["document"])
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment;")
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == ("nosniff", SANDBOX)
    assert answer["Cache-Control"] == "private, no-store"
    assert [(each.user_id, each.detail["path"][-len(path) :]) for each in noted] == [(cast.kemang_admin.user.pk, path)]
    problem(cast.anonymous.get(path), 401)


def test_an_excuse_is_on_the_list_and_explained_or_refused_by_its_field(cast: Cast) -> None:
    pledge = a_pledge(cast.base)
    path = f"pledges/{pledge.pk}/excuse/"
    for reason in ("no_budget", "", None, 1):
        answer = cast.verifier.post(path, on_paper(cast, pledge, reason=reason, explanation="Gempa"))
        problem(answer, 400)
        assert fields(answer) == {"reason"}
    answer = cast.verifier.post(path, on_paper(cast, pledge, reason="force_majeure"))
    problem(answer, 400)
    assert fields(answer) == {"explanation"}
    body = on_paper(cast, pledge, reason="force_majeure", explanation="Gempa")
    approve(cast, cast.verifier.post(path, body).json())
    closure = cast.viewer.get(f"pledges/{pledge.pk}/").json()["closure"]
    assert (closure["kind"], closure["reason"], closure["explanation"]) == ("excused", "force_majeure", "Gempa")
    problem(cast.verifier.post(path, body), 409)


def test_the_old_number_of_a_merged_pledge_leads_to_the_one_that_stays(cast: Cast) -> None:
    one, other = (a_pledge(cast.base, original_due_on=day(on)) for on in ("2026-01-31", "2026-12-31"))
    approve(cast, cast.verifier.post(f"pledges/{one.pk}/merge/", on_paper(cast, one, into=other.pk)).json())
    shown = cast.viewer.get(f"pledges/{one.pk}/").json()
    assert shown["closure"]["merged_into"]["number"] == other.number
    [found] = cast.viewer.get(f"pledges/?number={one.number}").json()["results"]
    assert (found["status"], found["closure"]["merged_into"]["id"]) == ("merged", other.pk)
    stays = cast.viewer.get(f"pledges/{other.pk}/").json()
    assert (stays["first_due_on"], stays["status"]) == ("2026-01-31", "overdue")
    answer = cast.verifier.post(f"pledges/{other.pk}/merge/", on_paper(cast, other, into=one.pk))
    problem(answer, 409, "pledge_not_open")
    assert fields(answer) == {"into"}


def test_lines_are_asked_for_by_one_and_decided_by_another(cast: Cast) -> None:
    pledge = a_pledge(cast.base, lines=[])
    path = f"pledges/{pledge.pk}/line-changes/"
    line = {"unit": cast.kemang.pk, "family": cast.hp.family_id, "quantity": 40}
    body = on_paper(cast, pledge, kind="clarification", reason="Surat", lines=[line])
    for wrong in (0, -1, 2.5, "banyak"):
        answer = cast.verifier.post(path, {**body, "lines": [{**line, "quantity": wrong}]})
        problem(answer, 400)
        assert fields(answer) == {"lines.0.quantity"}
    asked = cast.verifier.post(path, body).json()
    assert (asked["decision"], asked["lines"][0]["quantity"]) == (None, 40)
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
    succeeded(cast.base, cast.kemang, cast.cibinong)
    lines = [{"source": source, "unit": cast.cibinong.pk, "quantity": 15}]
    moved = on_paper(cast, pledge, kind="move", reason="SK", lines=lines)
    asked = cast.verifier.post(path, moved).json()
    cast.decider.post(f"{asked['url']}decide/", {"decision": "approve", "reason": "Sesuai"})
    shown = cast.viewer.get(f"pledges/{pledge.pk}/").json()
    assert [(each["quantity"], each["taken_from"]) for each in shown["lines"]] == [(25, None), (15, source)]
    assert shown["promised"] == 40


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_a_decision_without_a_reason_is_refused_by_that_field(cast: Cast, decision: str) -> None:
    pledge = a_pledge(cast.base, original_due_on=day("2026-06-30"))
    succeeded(cast.base, cast.kemang, cast.cibinong)
    line = {"source": pledge.lines.get().pk, "unit": cast.cibinong.pk, "quantity": 1}
    for path, body in (
        ("deadline-revisions", {"kind": "extension", "new_due_on": "2026-12-31", "reason": "Lelang gagal"}),
        ("line-changes", {"kind": "move", "reason": "SK", "lines": [line]}),
    ):
        asked = cast.verifier.post(f"pledges/{pledge.pk}/{path}/", on_paper(cast, pledge, **body)).json()
        for reason in ({}, {"reason": ""}, {"reason": " "}):
            answer = cast.decider.post(f"{asked['url']}decide/", {"decision": decision, **reason})
            problem(answer, 400)
            assert fields(answer) == {"reason"}
        assert cast.viewer.get(asked["url"]).json()["decision"] is None


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


def test_a_promise_said_within_more_than_a_year_or_under_a_condition_has_no_such_day(cast: Cast) -> None:
    """The old ways: a range of sixteen years made its age nothing, and a date beside a condition was in no rate."""
    answer = cast.verifier.post("pledges/", said(cast, made_on_from="2021-12-30", made_on_to="2023-01-01"))
    problem(answer, 400)
    assert fields(answer) == {"made_on_to"}
    assert cast.verifier.post("pledges/", said(cast, made_on_from="2022-01-01")).status_code == 201
    answer = cast.verifier.post("pledges/", said(cast, strength="conditional", original_due_on="2026-12-31"))
    problem(answer, 400)
    assert fields(answer) == {"original_due_on"}


def test_any_words_are_kept_as_they_were_said(cast: Cast) -> None:
    for words in ("📱 Siap, gas! 👍🏽", "وعد \u200f(janji)", '=HYPERLINK("http://x.id";"HP")', "+62 -1 @semua"):
        answer = cast.verifier.post("pledges/", said(cast, quote=words))
        assert (answer.status_code, answer.json()["quote"]) == (201, words)


def test_a_revision_to_the_date_that_holds_already_is_refused(cast: Cast) -> None:
    pledge = a_pledge(cast.base, original_due_on=day("2026-12-31"))
    body = on_paper(cast, pledge, kind="extension", new_due_on="2026-12-31")
    answer = cast.verifier.post(f"pledges/{pledge.pk}/deadline-revisions/", body)
    problem(answer, 400)
    assert fields(answer) == {"new_due_on"}


def test_a_date_given_later_says_how_long_after_the_promise(cast: Cast) -> None:
    pledge, dated = a_pledge(cast.base), a_pledge(cast.base, original_due_on=day("2026-12-31"))
    base.revised(cast.base, pledge, kind="first_set", to=day("2026-12-31"))
    read = {query: cast.viewer.get(f"pledges/{pledge.pk}/{query}").json() for query in ("", "?as_of=2026-03-01")}
    assert [each["dated_after_days"] for each in read.values()] == [1157, None]
    rows = {each["id"]: each for each in cast.viewer.get("pledges/").json()["results"]}
    assert [rows[each.pk]["dangled_days"] for each in (pledge, dated)] == [1157, None]
    assert cast.viewer.get(f"pledges/{dated.pk}/").json()["dated_after_days"] is None
    detail = cast.viewer.get("schema/").json()["components"]["schemas"]["PledgeDetail"]
    assert "first date was given" in detail["properties"]["dated_after_days"]["description"]


def test_a_pledge_put_on_record_when_it_was_done_is_marked(cast: Cast) -> None:
    done, fair = (a_pledge(cast.base, original_due_on=day("2026-03-31")) for _ in range(2))
    base.delivered(cast.base, pledge_line=done.lines.get(), on=day("2026-02-27"))
    base.delivered(cast.base, pledge_line=fair.lines.get())
    rows = {each["id"]: each["recorded_after"] for each in cast.viewer.get("pledges/").json()["results"]}
    assert rows == {done.pk: True, fair.pk: False}
    assert cast.viewer.get(f"pledges/{done.pk}/").json()["recorded_after"] is True


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
