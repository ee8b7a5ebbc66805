"""Papers around a pledge over the API: uploads, downloads, lists, and what stays hidden."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from core import jobs
from core.files import SANDBOX
from org.models import Tenure
from pledges import papers, pledging
from tests import base
from tests.api.cast import Cast
from tests.api.test_contract import problem
from tests.base import day, settings_are
from tests.pdfs import letter

PDF = letter()
ODD = '=HYPERLINK("http://evil.example","klik") \N{MOBILE PHONE}\u202eterbalik\u202c'
MEGABYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def monday():
    with base.at(base.MONDAY):
        yield


@pytest.fixture
def pledge(cast: Cast) -> Any:
    return base.a_pledge(cast.base)


def picture() -> bytes:
    out, image = io.BytesIO(), Image.new("RGB", (60, 40), "red")
    image.paste("white", (10, 10, 30, 30))
    image.save(out, "JPEG", comment=b"rahasia")
    return out.getvalue()


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


# ---- evidence


def test_a_photo_is_kept_as_a_fresh_picture_with_its_sha256_and_only_offered_for_download(
    cast: Cast, pledge: Any, media: Any
):
    fields = {"supports": "harm", "note": "HP pribadi 2019", "file": upload(picture(), "hp.jpg")}
    made = cast.kemang_admin.form(f"pledges/{pledge.pk}/evidence/", fields)
    assert made.status_code == 201, made.content
    row = made.json()
    assert made["Location"] == row["url"]
    assert row["recorded_by"]["name"] == "Rani Puspita"
    answer = cast.cibinong_admin.get(row["file"])
    content = b"".join(answer.streaming_content)
    assert hashlib.sha256(content).hexdigest() == row["sha256"]
    assert (content[:3], b"rahasia" in content) == (b"\xff\xd8\xff", False)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == ("nosniff", SANDBOX)
    assert answer["Cache-Control"] == "private, no-store"
    [shown] = cast.viewer.get(f"pledges/{pledge.pk}/").json()["evidence"]
    assert shown == cast.viewer.get(row["url"]).json() == row


def test_a_pdf_is_kept_as_it_is_and_an_address_may_come_without_a_copy(cast: Cast, pledge: Any, media: Any):
    path = f"pledges/{pledge.pk}/evidence/"
    row = cast.verifier.form(path, {"supports": "promise", "file": upload(PDF, "notulen.pdf")}).json()
    assert row["sha256"] == hashlib.sha256(PDF).hexdigest()
    told = {"supports": "promise", "source_url": "https://contoh.go.id/siaran?no=1"}
    bare = cast.verifier.post(path, told).json()
    assert (bare["file"], bare["sha256"], bare["source_url"]) == (None, None, told["source_url"])
    problem(cast.verifier.get(f"{path}{bare['id']}/file/"), 404)
    assert cast.verifier.form(path, {**told, "file": upload(PDF, "salinan.pdf")}).json()["file"]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"supports": "promise"}, "file", "required"),
        ({"supports": "gosip", "source_url": "https://x.id"}, "supports", "invalid_choice"),
        ({"supports": "promise", "source_url": "ftp://x.id"}, "source_url", "invalid"),
        ({"supports": "promise", "source_url": "javascript:alert(1)"}, "source_url", "invalid"),
        ({"supports": "promise", "source_url": f"https://x.id/{'a' * 500}"}, "source_url", "max_length"),
        ({"supports": "promise", "source_url": "https://x.id", "note": "a\x00b"}, "note", "control_character"),
        ({"supports": "promise", "source_url": "https://x.id", "note": "a\x1b[31m"}, "note", "control_character"),
        ({"supports": "promise", "source_url": "https://x.id", "pledge": 1}, "pledge", "unknown_field"),
        ({"supports": "promise", "file": "bukan berkas"}, "file", "invalid"),
    ],
)
def test_wrong_evidence_is_named(cast: Cast, pledge: Any, body: dict[str, Any], field: str, code: str):
    errors = problem(cast.verifier.post(f"pledges/{pledge.pk}/evidence/", body), 400)["errors"]
    assert {"field": field, "code": code} in [{"field": e["field"], "code": e["code"]} for e in errors]


def test_thirty_megabytes_and_files_that_lie_are_refused(cast: Cast, pledge: Any, media: Any):
    path = f"pledges/{pledge.pk}/evidence/"
    for content, wanted in ((b"%PDF-" + b"0" * (30 * MEGABYTE), 400), (b"%PDF-" + b"0" * (33 * MEGABYTE), 413)):
        problem(cast.verifier.form(path, {"supports": "promise", "file": upload(content, "besar.pdf")}), wanted)
    for content, name in ((b"<svg onload='x'/>", "a.svg"), (b"MZ\x90", "a.pdf"), (picture()[:60], "a.jpg"), (b"", "a")):
        problem(cast.verifier.form(path, {"supports": "promise", "file": upload(content, name)}), 400)
    assert cast.verifier.get(path).json()["count"] == 0


def test_odd_words_come_back_as_they_were_sent(cast: Cast, pledge: Any):
    sent = {"supports": "promise", "source_url": "https://x.id", "note": ODD}
    assert cast.verifier.post(f"pledges/{pledge.pk}/evidence/", sent).json()["note"] == ODD
    assert cast.verifier.post(f"pledges/{pledge.pk}/respond/", {"text": ODD}).json()["responses"][0]["text"] == ODD
    quoted = cast.verifier.patch(f"pledges/{base.a_draft_pledge(cast.base).pk}/", {"quote": ODD})
    assert quoted.json()["quote"] == ODD


def test_evidence_is_added_once_for_one_key_and_cannot_be_changed(cast: Cast, pledge: Any, media: Any):
    path, key = f"pledges/{pledge.pk}/evidence/", {"Idempotency_Key": "bukti-1"}

    def send(content: bytes) -> Any:
        return cast.verifier.form(path, {"supports": "promise", "file": upload(content, "a.pdf")}, **key)

    first, again = send(PDF), send(PDF)
    assert (first.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert first.json()["id"] == again.json()["id"]
    problem(send(PDF + b"\n"), 422)
    for call in (cast.verifier.delete, lambda url: cast.verifier.patch(url, {"note": "x"})):
        problem(call(first.json()["url"]), 405)


# ---- efforts, responses, objections


def test_efforts_answers_and_objections_stand_in_the_detail_and_in_lists_of_their_own(cast: Cast, pledge: Any, media):
    path = f"pledges/{pledge.pk}/"
    before = cast.viewer.get(path).json()
    fields = {
        "kind": "cut", "by_whom": "TAPD", "amount": "105000000", "text": "Dialihkan", "effective_on": "2026-01-30",
        "document": upload(PDF, "dpa.pdf"),
    }  # fmt: skip
    detail = cast.planner.form(f"{path}add-effort/", fields)
    assert detail.status_code == 200, detail.content
    cast.verifier.post(f"{path}respond/", {"text": "Diusulkan lagi"})
    after = cast.auditor.post(f"{path}object/", {"reason": "Tanpa dokumen"}).json()
    [effort] = after["efforts"]
    assert (effort["kind"], effort["by_whom"], effort["amount"]) == ("cut", "TAPD", 105_000_000)
    assert cast.viewer.get(effort["document"]).status_code == 200
    assert [each["text"] for each in after["responses"] + after["objections"]] == ["Diusulkan lagi", "Tanpa dokumen"]
    for name in ("efforts", "responses", "objections"):
        assert cast.viewer.get(f"{path}{name}/").json()["results"] == after[name]
        assert cast.viewer.get(after[name][0]["url"]).json() == after[name][0]
        problem(cast.verifier.post(f"{path}{name}/", {"text": "x"}), 405)
    same = ("status", "due_on", "days_late", "days_late_original", "promised", "delivered", "revisions", "publication")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    verbs = [each["verb"] for each in cast.viewer.get(f"{path}history/").json()["results"]]
    assert verbs[-3:] == ["pledge.effort_added", "pledge.responded", "pledge.objected"]


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("add-effort", {"kind": "cut", "text": "Dipotong"}, "by_whom"),
        ("add-effort", {"kind": "asked", "text": "x", "amount": -1}, "amount"),
        ("add-effort", {"kind": "asked", "text": "x", "amount": 2.5}, "amount"),
        ("add-effort", {"kind": "asked", "text": "x", "effective_on": "0001-01-01"}, "effective_on"),
        ("add-effort", {"kind": "asked", "text": "x", "effective_on": "9999-12-31"}, "effective_on"),
        ("add-effort", {"kind": "asked", "text": "x", "effective_on": "2026-03-03"}, "effective_on"),
        ("add-effort", {"kind": "spent", "text": "x"}, "kind"),
        ("respond", {}, "text"),
        ("respond", {"text": "a\x07"}, "text"),
    ],
)
def test_what_is_wrong_with_a_paper_is_named(cast: Cast, pledge: Any, verb: str, body: dict[str, Any], field: str):
    errors = problem(cast.verifier.post(f"pledges/{pledge.pk}/{verb}/", body), 400)["errors"]
    assert field in [each["field"] for each in errors]


@pytest.mark.parametrize("name", ["evidence", "efforts", "responses", "objections", "witnesses"])
def test_a_list_of_papers_takes_the_same_queries_for_one_row_and_for_three(cast: Cast, pledge: Any, name: str):
    adding = {
        "evidence": lambda: papers.add_evidence(
            pledge, supports="harm", file=base.an_attachment(cast.base), actor=cast.verifier.user
        ),
        "efforts": lambda: papers.add_effort(pledge, kind="asked", text="x", actor=cast.verifier.user),
        "responses": lambda: papers.respond(pledge, text="x", actor=cast.verifier.user),
        "objections": lambda: papers.object_to(pledge, text="x", actor=cast.auditor.user),
        "witnesses": lambda: papers.add_witness(pledge, name="x", statement="x", actor=cast.verifier.user),
    }[name]
    path, counted = f"pledges/{pledge.pk}/{name}/", []
    for more in (1, 2):
        for _ in range(more):
            adding()
        cast.auditor.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert cast.auditor.get(path).status_code == 200
        counted.append(len(captured))
    assert counted == [7, 7]


# ---- witnesses


def test_a_witness_is_nowhere_but_in_the_list_for_the_few(cast: Cast, pledge: Any):
    path = f"pledges/{pledge.pk}/"
    made = cast.verifier.post(f"{path}witnesses/", {"name": "Budi Saksi", "statement": "Saya dengar"})
    assert made.status_code == 201, made.content
    for who in (cast.verifier, cast.publisher, cast.auditor, cast.superuser):
        assert [each["name"] for each in who.get(f"{path}witnesses/").json()["results"]] == ["Budi Saksi"]
    for who in (cast.viewer, cast.decider, cast.kemang_admin, cast.planner):
        problem(who.get(f"{path}witnesses/"), 404)
        problem(who.get(made.json()["url"]), 404)
    for where in (path, f"{path}history/", f"{path}evidence/", "events/?limit=100", "pledges/"):
        for who in (cast.viewer, cast.superuser):
            assert "Budi" not in who.get(where).content.decode(), where
    problem(cast.auditor.post(f"{path}witnesses/", {"name": "x", "statement": "x"}), 403)


def test_an_erased_witness_is_not_told_again_to_who_repeats_the_call(cast: Cast, pledge: Any):
    path, key = f"pledges/{pledge.pk}/witnesses/", {"Idempotency_Key": "saksi-1"}
    body = {"name": "Budi Saksi", "statement": "Saya dengar"}
    made = cast.verifier.post(path, body, **key).json()
    assert (made["erased"], made["actions"]) == (False, [])
    assert cast.publisher.get(made["url"]).json()["actions"] == ["erase"]
    problem(cast.verifier.post(f"{made['url']}erase/"), 403)
    problem(cast.viewer.post(f"{made['url']}erase/"), 404)
    erased = cast.publisher.post(f"{made['url']}erase/", {"reason": "Diminta saksi"}).json()
    assert (erased["name"], erased["statement"], erased["erased"], erased["actions"]) == ("", "", True, [])
    problem(cast.publisher.post(f"{made['url']}erase/"), 409)
    jobs.run_due()
    replayed = cast.verifier.post(path, body, **key)
    assert (replayed["Idempotency-Replayed"], replayed.json()["id"]) == ("true", made["id"])
    for answer in (replayed, cast.verifier.get(path), cast.verifier.get(f"{made['url']}history/")):
        assert "Budi" not in answer.content.decode()
    assert [each["verb"] for each in cast.superuser.get(f"{made['url']}history/").json()["results"]] == [
        "witness.created", "witness.erased",
    ]  # fmt: skip


# ---- notice, campaign, holders, papers to print


def test_publishing_during_the_notice_says_from_which_day(cast: Cast):
    settings_are(pledge_notice_days=5)
    told = pledging.submit(base.a_draft_pledge(cast.base), actor=cast.verifier.user)
    detail = cast.publisher.get(f"pledges/{told.pk}/").json()
    assert (detail["publishable_on"], "publish" in detail["actions"]) == ("2026-03-09", False)
    refusal = problem(cast.publisher.post(f"pledges/{told.pk}/publish/"), 409)
    assert refusal["code"] == "notice_running"
    assert "2026-03-09" in refusal["detail"]


def test_a_campaign_promise_is_refused_and_says_why(cast: Cast):
    body = {
        "title": "x", "quote": "x", "office": cast.bupati.pk, "made_on_from": "2024-01-01", "made_on_to": "2024-01-01",
        "basis": "recording", "responsible_unit": cast.diskominfo.pk, "campaign": True,
    }  # fmt: skip
    [error] = problem(cast.verifier.post("pledges/", body), 400)["errors"]
    assert (error["field"], error["code"]) == ("campaign", "campaign_promise")
    assert "netral" in error["detail"]
    assert cast.verifier.post("pledges/", {**body, "campaign": False}).status_code == 201


def test_holders_are_named_only_to_those_whose_scope_holds_them(cast: Cast, pledge: Any):
    Tenure.objects.create(office=cast.bupati, person=cast.decider.user.person, starts_on=day("2020-01-01"))
    [seen] = cast.viewer.get(f"pledges/{pledge.pk}/").json()["holders"]
    assert (seen["person"]["name"], seen["moments"]) == ("Bambang Irawan", ["said", "now"])
    [hidden] = cast.kemang_admin.get(f"pledges/{pledge.pk}/").json()["holders"]
    assert (hidden["person"], hidden["status"]) == (None, "definitive")
    [then] = cast.viewer.get(f"pledges/{pledge.pk}/?as_of=2022-12-31").json()["holders"]
    assert then["moments"] == ["said", "now"]


def test_the_papers_to_sign_are_private_pdfs(cast: Cast, pledge: Any):
    office = f"offices/{cast.bupati.pk}/handover-list/"
    for caller, path in ((cast.kemang_admin, f"pledges/{pledge.pk}/efforts-document/"), (cast.viewer, office)):
        answer = caller.get(path, Accept="application/pdf")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert "no-store" in answer["Cache-Control"]
        assert b"".join(answer.streaming_content).startswith(b"%PDF-")
        problem(caller.get(f"{path}?x=1"), 400)
    problem(cast.kemang_admin.get(office), 403)
    problem(cast.anonymous.get(office), 401)
    draft = base.a_draft_pledge(cast.base)
    problem(cast.kemang_admin.get(f"pledges/{draft.pk}/efforts-document/"), 404)
