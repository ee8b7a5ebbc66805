"""Every way to write: only listed fields, foreign objects missing, illegal moves 409, one event each."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.models import model_to_dict

from api.resource import Resource
from api.urls import router
from core import clock
from core.journal import head
from core.models import Attachment, Event
from org.models import Grant
from planning import plans
from pledges import papers
from tests import base
from tests.api.cast import Cast, person
from tests.api.test_contract import fields, problem
from tests.desks.test_worklists import NAMES
from tests.pdfs import letter_file

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
FORBIDDEN = {
    "id": 1, "pk": 1, "status": "kept_on_time", "state": "decided", "kecamatan": 1, "owner": 1, "approved_by": 1,
    "approved_at": "2026-01-01", "issued_by": 1, "created_at": "2020-01-01", "overdue": False, "is_staff": True,
    "is_superuser": True, "role": "approver", "groups": [1], "user_permissions": [1], "version": 9, "number": "X",
    "filed_by": 1, "filedBy": 1, "recorded_by": 1, "publication": "published", "requester": 1,
    "submitted_at": "2020-01-01",
    "lost_on_": 1, "__class__": "x", "user": {"is_superuser": True},
}  # fmt: skip


@pytest.fixture(autouse=True)
def monday():
    with clock.frozen(NOW):
        yield


def request_body(cast: Cast) -> dict[str, Any]:
    line = {"device_type": cast.hp.pk, "quantity": 1, "situation": "none"}
    return {"unit": cast.kemang.pk, "purpose": "Konten", "lines": [line]}


def pledge_body(cast: Cast) -> dict[str, Any]:
    return {
        "title": "HP", "quote": "Semua dapat HP", "office": cast.bupati.pk, "made_on_from": "2022-01-01",
        "made_on_to": "2022-12-31", "basis": "minutes", "responsible_unit": cast.diskominfo.pk,
        "lines": [{"unit": cast.kemang.pk, "family": cast.hp.family_id, "quantity": 1}],
    }  # fmt: skip


def handover_body(cast: Cast) -> dict[str, Any]:
    return {
        "kind": "issue", "recipient_unit": cast.kemang.pk, "handed_over_on": "2026-03-02",
        "items": [{"asset": base.an_asset(cast.base).pk, "condition": "good"}],
    }  # fmt: skip


def inventory_body(cast: Cast) -> dict[str, Any]:
    base.delivered(cast.base)
    return {"unit": cast.kemang.pk, "due_on": "2026-04-01", "note": "Semester satu"}


# list -> (who may, a body that is accepted)
CREATED: dict[str, tuple[str, Callable[[Cast], dict[str, Any]]]] = {
    "units/": ("user_admin", lambda c: {"code": "32.01.99", "name": "X", "kind": "district", "parent": c.root.pk}),
    "offices/": ("user_admin", lambda c: {"name": "Camat", "unit": c.kemang.pk}),
    "tenures/": ("user_admin", lambda c: {"office": c.bupati.pk, "person": c.rani.pk, "starts_on": "2024-01-01"}),
    "people/": ("user_admin", lambda c: {"name": "Baru", "unit": c.kemang.pk, "phone": "081234567890"}),
    "calendar-days/": (
        "verifier", lambda c: {"date": "2026-05-01", "name": "Buruh", "kind": "national", "decree": "SKB 1/2026"},
    ),
    "calendar-proposals/": (
        "verifier",
        lambda c: {"decree": "SKB 1/2026", "days": [{"date": "2026-05-01", "name": "Buruh", "kind": "national"}]},
    ),
    "social-accounts/": (
        "kemang_admin", lambda c: {"unit": c.kemang.pk, "platform": "instagram", "handle": "@kec.kemang"},
    ),
    "families/": ("clerk", lambda c: {"code": "drone", "name": "Drone"}),
    "item-codes/": ("clerk", lambda c: {"code": "1.3.2.05.02.06.001", "name": "Kamera"}),
    "device-types/": ("clerk", lambda c: {"code": "drone_mini", "name": "Drone", "family": c.hp.family_id}),
    "standard-prices/": ("planner", lambda c: {"device_type": c.hp.pk, "year": 2027, "price": 5_000_000}),
    "assets/": ("clerk", lambda c: {"device_type": c.hp.pk, "unit": c.diskominfo.pk, "price": 1}),
    "condition-reports/": (
        "clerk", lambda c: {"asset": base.an_asset(c.base).pk, "condition": "good", "note": "Baik"},
    ),
    "receipts/": (
        "clerk",
        lambda c: {"unit": c.diskominfo.pk, "contract_number": "1", "supplier": "CV", "received_on": "2026-03-01"},
    ),
    "handovers/": ("clerk", handover_body),
    "inventories/": ("clerk", inventory_body),
    "requests/": ("kemang_admin", request_body),
    "pledges/": ("verifier", pledge_body),
    "need-standards/": (
        "planner",
        lambda c: {"device_type": c.hp.pk, "unit_kind": "district", "quantity": 2, "legal_basis": "Perbup 7/2026",
                   "from_year": 2027},
    ),
    "ppn-rates/": ("planner", lambda c: {"effective_from": "2022-04-01", "percent": "11.00"}),
    "sub-activities/": (
        "planner",
        lambda c: {"code": "2.16.02.2.01.0004", "name": "Layanan", "activity_code": "2.16.02.2.01",
                   "activity_name": "Pengelolaan", "programme_code": "2.16.02", "programme_name": "Informasi"},
    ),
    "account-codes/": ("planner", lambda c: {"code": "5.2.02.10.01.0002", "name": "Belanja Modal Personal Computer"}),
    "plans/": ("planner", lambda c: {"fiscal_year": 2027, "stage": "murni", "ceiling": 10_000_000}),
}  # fmt: skip


def test_every_list_that_takes_new_objects_is_tried_here():
    own = {"tokens/", "exports/", "imports/", "personal-requests/"}
    creating = {
        f"{prefix}/" for prefix, view, _name in router.registry if hasattr(view, "create") and "(" not in prefix
    }
    assert creating - own == set(CREATED)


@pytest.mark.parametrize("path", CREATED)
def test_creating_writes_one_event_and_is_read_back_the_same(cast: Cast, path: str):
    who, body = CREATED[path]
    sent = body(cast)
    seq = head()[0]
    answer = getattr(cast, who).post(path, sent, X_Request_ID="uji-1")
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert getattr(cast, who).get(shown["url"]).json() == shown
    [event] = Event.objects.filter(seq__gt=seq)
    assert (event.actor_id, event.request_id) == (getattr(cast, who).user.pk, "uji-1")
    assert event.role
    for name, value in sent.items():
        if name in shown and isinstance(value, str | int):
            seen = shown[name]
            assert value == (seen["id"] if isinstance(seen, dict) else seen), name


@pytest.mark.parametrize("path", CREATED)
def test_no_other_field_is_written(cast: Cast, path: str):
    who, body = CREATED[path]
    caller, sent = getattr(cast, who), body(cast)
    extra = {name: value for name, value in FORBIDDEN.items() if name not in sent}
    seq = head()
    answer = caller.post(path, {**sent, **extra})
    problem(answer, 400, "invalid")
    unknown = {e["field"] for e in answer.json()["errors"] if e["code"] == "unknown_field"}
    known = set(_input(path)().fields)
    assert unknown == set(extra) - known
    assert head() == seq


@pytest.mark.parametrize("path", ["requests/", "pledges/", "handovers/"])
def test_no_other_field_is_written_inside_lines(cast: Cast, path: str):
    who, body = CREATED[path]
    sent = body(cast)
    name = "items" if path == "handovers/" else "lines"
    sent[name] = [{**sent[name][0], "id": 5, "approved_quantity": 9, "decision": "approve", "state": "accepted"}]
    answer = getattr(cast, who).post(path, sent)
    problem(answer, 400, "invalid")
    assert fields(answer) == {f"{name}.0.{each}" for each in ("id", "approved_quantity", "decision", "state")}


@pytest.mark.parametrize("path", CREATED)
def test_nobody_else_creates(cast: Cast, path: str):
    body = CREATED[path][1](cast)
    seq = head()
    for caller in (cast.viewer, cast.auditor, cast.outsider, cast.decider):
        problem(caller.post(path, body), 403)
    problem(cast.anonymous.post(path, body), 401)
    assert head() == seq


HOSTILE: list[Any] = [None, 5, "x", [], {}, [[]], {"id": 1}, True, 2**70, "\ud83d", "a" * 30_000, -1, 1.5]


@pytest.mark.parametrize("path", CREATED)
def test_a_hostile_value_in_any_field_is_a_400_at_most(cast: Cast, path: str):
    who, body = CREATED[path]
    caller, sent = getattr(cast, who), body(cast)
    for name in _input(path)().fields:
        for value in HOSTILE:
            answer = caller.post(path, {**sent, name: value})
            assert answer.status_code in (201, 400, 403, 409), (name, value, answer.content)
            if answer.status_code == 400:
                assert all(f.split(".")[0] in {"", name, *sent} for f in fields(answer)), (name, answer.content)


def _input(path: str) -> Any:
    view: type[Resource] = next(each for prefix, each, _name in router.registry if f"{prefix}/" == path)
    return view.create.act.input


# Verbs on objects of another unit


def everything_of(cast: Cast) -> dict[str, Any]:
    """Objects that Cibinong may not see: Kemang's, in each kind."""
    issue = base.delivered(cast.base)
    report = base.an_asset(cast.base)
    base.register.report_condition(report, actor=cast.clerk.user, condition="good")
    draft = base.a_draft_pledge(cast.base)
    return {
        "people": person("Orang Kemang", cast.kemang),
        "assets": issue.items.first().asset,
        "handovers": issue,
        "requests": base.decided(cast.base),
        "pledges": draft,
        "condition-reports": report.condition_reports.first(),
        "plans": plans.create(fiscal_year=2027, within=cast.kemang, actor=cast.planner.user),
    }


@pytest.mark.parametrize("kind", ["people", "assets", "handovers", "requests", "pledges", "condition-reports", "plans"])
def test_every_route_of_a_foreign_object_reads_like_a_missing_one(cast: Cast, kind: str):
    thing = everything_of(cast)[kind]
    before, seq = model_to_dict(thing), head()
    view = next(each for prefix, each, _name in router.registry if prefix == kind)
    routes = [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("PUT", ""), ("OPTIONS", "")]
    routes += [
        (m.upper(), re.sub(r"\(.*?\)", "1", a.url_path) + "/") for a in view.get_extra_actions() for m in a.mapping
    ]
    for method, rest in routes:
        body = None if method in ("GET", "OPTIONS", "DELETE") else {"reason": "x"}
        seen = cast.cibinong_admin.call(method, f"{kind}/{thing.pk}/{rest}", body, X_Request_ID="r", Accept="*/*")
        missing = cast.cibinong_admin.call(method, f"{kind}/424242/{rest}", body, X_Request_ID="r", Accept="*/*")
        problem(seen, 404, "not_found")
        assert seen.content == missing.content, (method, rest)
        assert dict(seen.headers) == dict(missing.headers), (method, rest)
    thing.refresh_from_db()
    assert model_to_dict(thing) == before
    assert head() == seq


def test_children_are_found_under_their_own_parent_only(cast: Cast):
    one, other = base.a_pledge(cast.base), base.a_pledge(cast.base)
    asked = base.deadlines.ask(
        one, kind="first_set" if not one.original_due_on else "extension", new_due_on=base.day("2030-01-01"),
        reason="Anggaran", far=True, actor=cast.verifier.user, document=base.an_attachment(cast.base),
    )  # fmt: skip
    own = f"pledges/{one.pk}/deadline-revisions/{asked.pk}/"
    wrong = f"pledges/{other.pk}/deadline-revisions/{asked.pk}/"
    assert cast.viewer.get(own).status_code == 200
    for caller in (cast.viewer, cast.decider, cast.superuser):
        problem(caller.get(wrong), 404)
        problem(caller.post(f"{wrong}decide/", {"decision": "approve"}), 404)
    draft = base.a_draft_pledge(cast.base)
    problem(cast.cibinong_admin.get(f"pledges/{draft.pk}/deadline-revisions/"), 404)
    problem(cast.cibinong_admin.post(f"pledges/{draft.pk}/deadline-revisions/", {}), 404)
    problem(cast.viewer.get("pledges/x/deadline-revisions/"), 404)


def test_a_foreign_line_in_a_body_reads_like_a_missing_one(cast: Cast):
    foreign = base.decided(cast.base, unit=cast.cibinong).lines.first()
    Grant.objects.create(user=cast.kemang_admin.user, role="asset_clerk", unit=cast.kemang, starts_on="2020-01-01")
    own = base.an_asset(cast.base, unit=cast.kemang)
    body = {"kind": "issue", "recipient_unit": cast.kemang.pk}
    seen, missing = (
        cast.kemang_admin.post(
            "handovers/", {**body, "items": [{"asset": own.pk, "request_line": pk}]}, X_Request_ID="r"
        )
        for pk in (foreign.pk, 424242)
    )
    problem(seen, 400)
    assert fields(seen) == {"items.0.request_line"}
    assert seen.content == missing.content


# Four eyes and illegal moves


def test_whoever_files_and_holds_the_approvers_role_does_not_decide_or_issue_to_themselves(cast: Cast):
    for role in ("approver", "verifier", "asset_clerk", "unit_head"):
        Grant.objects.create(user=cast.kemang_admin.user, role=role, unit=cast.root, starts_on="2020-01-01")
    own = base.verified(cast.base)
    line = own.lines.first()
    approve = {"lines": [{"id": line.pk, "decision": "approve", "approved_quantity": 1}]}
    problem(cast.kemang_admin.post(f"requests/{own.pk}/decide/", approve), 403, "own_act")
    assert cast.approver.post(f"requests/{own.pk}/decide/", approve).status_code == 200
    asset = base.an_asset(cast.base)
    body = {"kind": "issue", "recipient_unit": cast.kemang.pk, "items": [{"asset": asset.pk, "request_line": line.pk}]}
    problem(cast.kemang_admin.post("handovers/", body), 403, "own_act")


def a_proof(cast: Cast, pledge: Any) -> int:
    evidence = papers.add_evidence(pledge, supports="harm", source_url="http://x.id", actor=cast.verifier.user)
    return evidence.pk


ILLEGAL = {
    "requests": ("submit", "endorse", "withdraw", "verify", "send-back", "decide", "close-short"),
    "handovers": ("hand-over", "accept", "dispute", "cancel"),
    "pledges": ("submit", "publish", "reject", "withdraw"),
}
ROLE = {
    "submit": "kemang_admin", "endorse": "kemang_head", "withdraw": "kemang_admin", "verify": "verifier",
    "send-back": "verifier", "decide": "approver", "close-short": "approver", "hand-over": "clerk",
    "accept": "kemang_admin", "dispute": "kemang_admin", "cancel": "clerk", "publish": "publisher",
    "reject": "publisher",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "verb"), [(kind, verb) for kind, verbs in ILLEGAL.items() for verb in verbs])
def test_a_verb_at_the_end_of_the_way_is_a_409_and_leaves_no_event(cast: Cast, kind: str, verb: str):
    if kind == "requests":
        thing = base.filing.withdraw(base.submitted(cast.base), actor=cast.kemang_admin.user, reason="Batal")
    elif kind == "handovers":
        thing = base.fulfilment.cancel(base.an_issue(cast.base), actor=cast.clerk.user, reason="Salah")
    else:
        thing = base.closed(cast.base, base.a_pledge(cast.base), "withdraw", reason="Dicabut")
    who = {"pledges": {"submit": "verifier", "withdraw": "verifier"}}.get(kind, {}).get(verb, ROLE[verb])
    body: dict[str, Any] = {"reason": "x"}
    if (kind, verb) == ("pledges", "withdraw"):
        body["document"] = a_proof(cast, thing)
    if verb == "decide":
        body = {"lines": [{"id": thing.lines.first().pk, "decision": "approve", "approved_quantity": 1}]}
    seq = head()
    problem(getattr(cast, who).post(f"{kind}/{thing.pk}/{verb}/", body), 409)
    assert head() == seq
    assert verb not in getattr(cast, who).get(f"{kind}/{thing.pk}/").json()["actions"]


@pytest.mark.parametrize("verb", ["reject", "withdraw"])
def test_a_reason_is_asked_for_where_the_contract_says_so(cast: Cast, verb: str):
    pledge = base.a_pledge(cast.base)
    who = cast.verifier if verb == "withdraw" else cast.publisher
    more = {"document": a_proof(cast, pledge)} if verb == "withdraw" else {}
    for body in ({}, {"reason": ""}, {"reason": "   "}, {"reason": None}, {"reason": 5}):
        answer = who.post(f"pledges/{pledge.pk}/{verb}/", {**body, **more})
        problem(answer, 400)
        assert fields(answer) == {"reason"}


def test_a_reason_that_is_not_asked_for_is_kept_in_the_journal(cast: Cast):
    request = base.a_request(cast.base)
    assert cast.kemang_admin.post(f"requests/{request.pk}/submit/", {"reason": "Mendesak"}).status_code == 200
    last = cast.kemang_admin.get(f"requests/{request.pk}/history/?ordering=-seq").json()["results"][0]
    assert (last["verb"], last["reason"]) == ("request.submitted", "Mendesak")


# Files


def test_a_letter_is_attached_and_read_by_those_in_scope_only(cast: Cast, media):
    base.settings_are(endorsement="letter")
    request = base.submitted(cast.base)
    problem(cast.kemang_head.post(f"requests/{request.pk}/endorse/"), 400)
    answer = cast.kemang_admin.form(f"requests/{request.pk}/endorse/", {"letter": letter_file()})
    assert answer.status_code == 200, answer.content
    file = cast.verifier.get(f"requests/{request.pk}/letter/", Accept="application/pdf")
    assert b"".join(file.streaming_content).startswith(b"%PDF-")
    assert file["Content-Disposition"].startswith("attachment")
    assert "sandbox" in file["Content-Security-Policy"]
    problem(cast.cibinong_admin.get(f"requests/{request.pk}/letter/", Accept="*/*"), 404)
    problem(cast.anonymous.get(f"requests/{request.pk}/letter/"), 401)
    Attachment.objects.get().file.delete(save=False)
    problem(cast.verifier.get(f"requests/{request.pk}/letter/"), 404)


@pytest.mark.parametrize("content", [b"", b"<html></html>", b"GIF89a", b"PK\x03\x04", b"%PDF-"])
def test_what_is_no_paper_is_refused_and_not_kept(cast: Cast, media, content: bytes):
    request = base.submitted(cast.base)
    file = SimpleUploadedFile("surat.pdf", content, "application/pdf")
    answer = cast.kemang_admin.form(f"requests/{request.pk}/endorse/", {"letter": file})
    problem(answer, 400)
    assert fields(answer) == {"letter"}
    assert Attachment.objects.count() == 0


def test_a_signed_paper_by_the_other_side_counts(cast: Cast, media):
    issue = base.an_issue(cast.base)
    answer = cast.kemang_admin.form(f"handovers/{issue.pk}/attach-signed/", {"file": letter_file()})
    assert answer.status_code == 200, answer.content
    [scan] = answer.json()["scans"]
    assert b"".join(cast.clerk.get(scan["file"], Accept="*/*").streaming_content).startswith(b"%PDF-")
    assert cast.kemang_admin.get(scan["url"]).json() == scan
    problem(cast.cibinong_admin.get(scan["file"], Accept="*/*"), 404)
    second = cast.clerk.form(f"handovers/{issue.pk}/attach-signed/", {"file": letter_file()})
    assert [each["attached_by"]["id"] for each in second.json()["scans"]] == [
        cast.kemang_admin.user.pk,
        cast.clerk.user.pk,
    ]
    problem(cast.kemang_admin.post(f"handovers/{issue.pk}/attach-signed/", {"file": "surat"}), 400)


def test_a_condition_is_reported_with_a_photo(cast: Cast, media):
    import io

    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "PNG")
    asset = base.delivered(cast.base).items.first().asset
    photo = SimpleUploadedFile("foto.png", picture.getvalue(), "image/png")
    answer = cast.kemang_admin.form(
        "condition-reports/", {"asset": asset.pk, "condition": "lightly_damaged", "note": "Gores", "photo": photo}
    )
    assert answer.status_code == 201, answer.content
    served = b"".join(cast.kemang_admin.get(answer.json()["photo"], Accept="image/*").streaming_content)
    assert Image.open(io.BytesIO(served)).format == "JPEG"
    problem(cast.cibinong_admin.get(answer.json()["photo"], Accept="*/*"), 404)
    assert cast.kemang_admin.get(f"assets/{asset.pk}/").json()["condition"] == "lightly_damaged"


# Worklists


def test_worklists_count_what_their_lists_hold(cast: Cast):
    base.submitted(cast.base)
    base.endorsed(cast.base)
    base.verified(cast.base)
    base.decided(cast.base)
    base.an_issue(cast.base)
    base.an_issue(cast.base, on=None)
    base.a_pledge(cast.base)
    for who in ("kemang_admin", "verifier", "clerk", "outsider"):
        caller = getattr(cast, who)
        counted = caller.get("worklists/").json()
        assert set(counted) == NAMES
        for name, parts in counted.items():
            both = 0
            for part, number in parts.items():
                page = caller.get(f"worklists/{name}/{part}/").json()
                assert page["count"] == number == len(page["results"]), (who, name, part)
                both += number
            assert caller.get(f"worklists/{name}/due-or-overdue/").json()["count"] == both, (who, name)
        if who == "outsider":
            assert not any(number for parts in counted.values() for number in parts.values())
    problem(cast.clerk.get("worklists/requests/due/?bogus=1"), 400)
    problem(cast.anonymous.get("worklists/"), 401)
