"""What was made before a right ended is not served after it: files of exports and imports, kept answers, own drafts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db.models import FileField

from api.models import Answer
from api.resource import Resource
from assets.models import Asset
from core import clock, jobs
from core.models import Attachment, Job
from documents import exports, journalfile
from documents.intake import sessions
from documents.models import ImportSession
from documents.reports.offered import REPORTS
from org.models import Role, User
from org.models.grants import Reach
from tests import base
from tests.api.cast import Caller, Cast
from tests.api.test_contract import problem
from tests.backoffice.desk import Desk
from tests.documents.files import device, register, upload

pytestmark = pytest.mark.usefixtures("media")


@pytest.fixture
def maker(cast: Cast) -> Caller:
    """One who may do at Kemang all that makes something that is kept, and audits the district."""
    user = base.user(username="pembuat", unit=cast.kemang, roles=(Role.REQUESTER, Role.ASSET_CLERK, Role.USER_ADMIN))
    base.grant(user, role=Role.AUDITOR, unit=cast.root)
    return Caller(base.again(user))


@pytest.fixture
def local(cast: Cast) -> Caller:
    """The same without the district."""
    roles = (Role.REQUESTER, Role.ASSET_CLERK, Role.USER_ADMIN, Role.PLANNER)
    return Caller(base.user(username="setempat", unit=cast.kemang, roles=roles))


def exported(caller: Caller, kind: str, form: str = "csv") -> Job:
    made = caller.post("exports/", {"kind": kind, "format": form, "filters": {}})
    assert made.status_code == 202, made.content
    jobs.run_due()
    job = Job.objects.get(pk=made.json()["id"])
    assert job.state == "done", job.error
    return job


def read_in(caller: Caller, rows: list[list[Any]], kind: str) -> dict[str, Any]:
    made = caller.form("imports/", {"kind": kind, "file": upload(rows)})
    assert made.status_code == 201, made.content
    return made.json()


def all_rights_end(user: User, role: str | None = None) -> None:
    given = user.grants.filter(role=role) if role else user.grants.all()
    given.update(ends_on=clock.today() - timedelta(days=1))


def ways_to(caller: Caller, cast: Cast, job: Job) -> list[Callable[[], int]]:
    desk = Desk(cast.base)
    return [
        lambda: caller.get(f"jobs/{job.pk}/file/").status_code,
        lambda: caller.get(f"exports/{job.pk}/file/").status_code,
        lambda: desk.get(caller.user, f"/admin/jobs/{job.pk}/file/").status_code,
    ]


def a_row_of_each(cast: Cast) -> None:
    base.delivered(cast.base)
    base.decided(cast.base)
    base.an_asset(cast.base, unit=cast.kemang)
    base.a_draft_pledge(cast.base, responsible_unit=cast.kemang)
    base.an_inventory(cast.base)


def test_what_is_kept_in_files_is_known() -> None:
    """A new kind of stored file has to be looked at here."""
    kept = {model for model in apps.get_models() if any(isinstance(f, FileField) for f in model._meta.get_fields())}
    assert kept == {Attachment, Job, ImportSession}


SEEN_BY_ALL = {"families", "device_types", "units", "offices", "tokens"}
"""Lists of the district that everybody signed in reads, and one's own tokens."""


@pytest.mark.parametrize("kind", [*REPORTS, journalfile.KIND])
def test_a_file_is_not_served_once_the_right_to_what_is_in_it_has_ended(cast: Cast, maker, kind: str) -> None:
    a_row_of_each(cast)
    job = exported(maker, kind, "jsonl" if kind == journalfile.KIND else "csv")
    before = [way() for way in ways_to(maker, cast, job)]
    all_rights_end(maker.user)
    after = [way() for way in ways_to(maker, cast, job)]
    shows_nothing_scoped = kind in SEEN_BY_ALL or not job.rows

    assert before == [200, 200, 200]
    assert after == ([200, 200, 200] if shows_nothing_scoped else [404, 404, 404])


def test_a_file_is_served_while_all_of_it_may_be_read(cast: Cast, local: Caller) -> None:
    mine = base.an_asset(cast.base, unit=cast.kemang)
    job = exported(local, "assets")
    everywhere = ways_to(local, cast, job)
    assert [way() for way in everywhere] == [200, 200, 200]
    Asset.objects.filter(pk=mine.pk).update(unit=cast.setda)
    assert [way() for way in everywhere] == [404, 404, 404]
    Asset.objects.filter(pk=mine.pk).update(unit=cast.kemang)
    all_rights_end(local.user, Role.PLANNER)
    assert [way() for way in everywhere] == [200, 200, 200]
    User.objects.filter(pk=local.user.pk).update(is_active=False)
    assert [way() for way in everywhere] == [401, 401, 302]


def test_without_asking_again_the_file_would_be_served(cast: Cast, local: Caller, monkeypatch) -> None:
    base.an_asset(cast.base, unit=cast.kemang)
    job = exported(local, "assets")
    all_rights_end(local.user)
    monkeypatch.setattr(exports, "still_seen", lambda visible, packed: True)
    assert [way() for way in ways_to(local, cast, job)] == [200, 200, 200]


def test_a_file_that_came_in_is_for_who_may_still_import_it(cast: Cast, local: Caller) -> None:
    asset = base.an_asset(cast.base, unit=cast.kemang, tag="GW-7", brand="Lama")
    rows = register(device(1, label="GW-7", merek="Baru", kode=cast.kemang.code), device(2, kondisi="??"))
    made = read_in(local, rows, "assets")
    address, desk = made["url"], Desk(cast.base)
    ways = [
        lambda: local.get(address).status_code,
        lambda: local.get(f"{address}annotated/", Accept="*/*").status_code,
        lambda: desk.get(local.user, f"/admin/imports/{made['id']}/").status_code,
        lambda: desk.get(local.user, f"/admin/imports/{made['id']}/annotated/").status_code,
    ]
    assert "Lama" in str(made["preview"]) and [way() for way in ways] == [200] * 4
    Asset.objects.filter(pk=asset.pk).update(unit=cast.setda)
    assert [way() for way in ways] == [404] * 4
    Asset.objects.filter(pk=asset.pk).update(unit=cast.kemang)
    all_rights_end(local.user, Role.ASSET_CLERK)
    assert [way() for way in ways] == [404] * 4


def test_without_asking_again_the_annotated_file_would_be_served(cast: Cast, local: Caller, monkeypatch) -> None:
    made = read_in(local, register(device(2, kondisi="??")), "assets")
    all_rights_end(local.user, Role.ASSET_CLERK)
    monkeypatch.setattr(sessions, "readable", lambda session, user: True)
    assert local.get(f"{made['url']}annotated/", Accept="*/*").status_code == 200


def kept_answers(cast: Cast, caller: Caller) -> dict[str, tuple[str, Any]]:
    """A call of each kind that is kept: what makes something at the top, under a thing, and what acts on a thing."""
    asset = base.an_asset(cast.base, unit=cast.kemang)
    request = base.a_request(cast.base, unit=cast.kemang, by=caller.user)
    line = {"device_type": cast.tripod.pk, "quantity": 1, "situation": "none"}
    return {
        "request": ("requests/", {"unit": cast.kemang.pk, "purpose": "Uji", "lines": [line]}),
        "submit": (f"requests/{request.pk}/submit/", {}),
        "condition": ("condition-reports/", {"asset": asset.pk, "condition": "good", "note": "Rahasia"}),
        "seen": (f"assets/{asset.pk}/report-condition/", {"condition": "good", "note": "Rahasia"}),
        "person": ("people/", {"name": "Orang", "unit": cast.kemang.pk}),
        "account": ("social-accounts/", {"unit": cast.kemang.pk, "platform": "x", "handle": "@kemang"}),
    }


def test_a_kept_answer_is_for_who_may_still_read_what_it_shows(cast: Cast, local: Caller) -> None:
    calls = kept_answers(cast, local)
    first = {name: local.post(*call, Idempotency_Key="k").status_code for name, call in calls.items()}
    again = {name: local.post(*call, Idempotency_Key="k") for name, call in calls.items()}
    all_rights_end(local.user)
    after = {name: local.post(*call, Idempotency_Key="k") for name, call in calls.items()}
    User.objects.filter(pk=local.user.pk).update(is_active=False)
    closed = {name: local.post(*call, Idempotency_Key="k").status_code for name, call in calls.items()}

    assert set(first.values()) == {200, 201}
    assert {name: (each.status_code, each["Idempotency-Replayed"]) for name, each in again.items()} == {
        name: (status, "true") for name, status in first.items()
    }
    for name, answer in after.items():
        problem(answer, 404)
        assert "Idempotency-Replayed" not in answer.headers, name
    assert set(closed.values()) == {401}


def test_the_permit_of_the_verb_is_not_asked_again(cast: Cast, local: Caller) -> None:
    base.grant(local.user, role=Role.VIEWER, unit=cast.kemang)
    calls = kept_answers(cast, local)
    first = {name: local.post(*call, Idempotency_Key="k") for name, call in calls.items()}
    local.user.grants.exclude(role=Role.VIEWER).update(ends_on=clock.today() - timedelta(days=1))
    again = {name: local.post(*call, Idempotency_Key="k") for name, call in calls.items()}

    assert {name: (each.status_code, each.content) for name, each in again.items()} == {
        name: (each.status_code, each.content) for name, each in first.items()
    }
    problem(local.post(*calls["request"], Idempotency_Key="k2"), 403)


def test_without_asking_again_the_answer_would_be_told(cast: Cast, local: Caller, monkeypatch) -> None:
    call = kept_answers(cast, local)["condition"]
    local.post(*call, Idempotency_Key="k")
    all_rights_end(local.user)
    monkeypatch.setattr(Resource, "sees", lambda resource, pk: True)
    assert local.post(*call, Idempotency_Key="k").status_code == 201


def test_of_what_its_own_act_took_out_of_sight_a_replay_tells_id_and_number(
    cast: Cast, local: Caller, monkeypatch
) -> None:
    """As of an act that hands the thing on to where its actor reads nothing."""
    request = base.a_request(cast.base, unit=cast.kemang, by=local.user)
    looked = Resource.sees_still

    def handed_on(resource: Resource) -> bool:
        resource.request.user._reach = Reach(())
        return looked(resource)

    path = f"requests/{request.pk}/submit/"
    with monkeypatch.context() as patched:
        patched.setattr(Resource, "sees_still", handed_on)
        first = local.post(path, {}, Idempotency_Key="k")
    type(request).objects.filter(pk=request.pk).update(unit=cast.cibinong)
    again = local.post(path, {}, Idempotency_Key="k")

    assert first.json()["purpose"]
    assert (again.status_code, again["Idempotency-Replayed"]) == (200, "true")
    assert again.json() == {"id": request.pk, "number": first.json()["number"]}
    assert "ETag" not in again.headers
    problem(local.post(path, {}, Idempotency_Key="k2"), 404)
    problem(local.post(path, {}, Idempotency_Key="a b"), 404)
    problem(local.post(path, {"reason": "lain"}, Idempotency_Key="k"), 422)
    assert Answer.objects.get().out_of_sight


def test_own_drafts_are_read_while_one_may_record(cast: Cast, local: Caller) -> None:
    draft = base.a_draft_pledge(cast.base, responsible_unit=cast.cibinong, by=local.user)
    request = base.a_request(cast.base, unit=cast.kemang, by=local.user)
    paths = [f"pledges/{draft.pk}/", f"requests/{request.pk}/", f"pledges/{draft.pk}/history/"]
    assert [local.get(path).status_code for path in paths] == [200, 200, 200]
    all_rights_end(local.user)
    assert [local.get(path).status_code for path in paths] == [404, 404, 404]


def test_nor_what_witnesses_told_its_recorder(cast: Cast, local: Caller) -> None:
    pledge = base.a_pledge(cast.base, by=local.user)
    path = f"pledges/{pledge.pk}/witnesses/"
    assert local.get(path).status_code == 200
    all_rights_end(local.user)
    assert (local.get(path).status_code, local.get(f"pledges/{pledge.pk}/").status_code) == (404, 200)
