"""L8, L9: no secret in journal, security log or server log; the journal is read in scope and written by nobody."""

from __future__ import annotations

import json
import logging

import pytest
from django.test import Client
from django.urls import get_resolver

from core import context
from core.models import Event, EventPrivate, SecurityEvent
from org.rules import reach
from tests import base
from tests.api.cast import Caller, Cast
from tests.api.test_matrix import patterns
from tests.backoffice.desk import Desk, listing, text
from tests.base import PASSWORD

WRONG = "salah-sekali-7731"


def written(caplog: pytest.LogCaptureFixture) -> str:
    """Everything that any of the three keeps of what happened."""
    rows = [list(model.objects.values()) for model in (Event, EventPrivate, SecurityEvent)]
    return json.dumps(rows, default=str) + "\n".join(record.getMessage() for record in caplog.records)


def test_no_password_token_or_session_key_is_written_anywhere(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="gawai")
    for password in (WRONG, PASSWORD):
        cast.anonymous.post("auth/token/", {"username": "kemang", "password": password})
    token = cast.kemang_admin.post("tokens/", {"name": "uji"}).json()["token"]
    cast.anonymous.get(f"assets/?token={token}")
    cast.anonymous.get("assets/", Authorization=f"Bearer {token}x")
    browser = Client(raise_request_exception=False)
    for password in (WRONG, PASSWORD):
        browser.post("/admin/login/", {"username": "kemang", "password": password, "next": "/admin/"})
    key = next(value.value for name, value in browser.cookies.items() if "session" in name)
    browser.get("/admin/")

    seen = written(caplog)
    assert "token_created" in seen and "login_failed" in seen  # what is looked through is not empty
    for secret in (WRONG, PASSWORD, token, token.removeprefix("gw_"), key):
        assert secret not in seen


def test_the_search_for_secrets_finds_one(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    with context.serving(context.Call(request_id="uji", address=WRONG)):
        base.submitted(cast.base)
    assert WRONG in written(caplog)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nobody_writes_the_journal_over_the_api(cast: Cast, method: str) -> None:
    event = Event.objects.values().first() or (base.submitted(cast.base) and Event.objects.values().first())
    before = list(Event.objects.values())
    for caller in everybody(cast).values():
        assert caller.call(method, "events/", {"verb": "forged"}).status_code == 405
        assert caller.call(method, f"events/{event['seq']}/", {"verb": "forged"}).status_code == 404
    assert list(Event.objects.values()) == before


def test_the_back_office_has_no_way_to_write_the_journal() -> None:
    names = {pattern.name for address, pattern in patterns(get_resolver()) if "core_event" in (pattern.name or "")}
    assert names == {"core_event_changelist", "core_event_change", "core_event_export", "core_event_printed"}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nobody_writes_the_journal_at_a_desk(cast: Cast, method: str) -> None:
    base.submitted(cast.base)
    event, before = Event.objects.latest("seq"), list(Event.objects.values())
    tails = ("", "add/", f"{event.pk}/change/", f"{event.pk}/delete/", f"{event.pk}/do/change/", f"{event.pk}/history/")
    desk = Desk(cast.base)
    for user in cast.base.users:
        for tail in tails:
            act = getattr(desk.client(user), method)
            answer = act(f"/admin/core/event/{tail}", {"verb": "forged", "action": "delete_selected", "post": "yes"})
            assert answer.status_code in (302, 400, 403, 404, 405), (user, tail, answer.status_code)
            assert answer.status_code != 302 or "login" in answer["Location"], (user, tail, answer["Location"])
    assert list(Event.objects.values()) == before


def everybody(cast: Cast) -> dict[str, Caller]:
    return {user.username: Caller(user) for user in cast.base.users}


def test_each_role_reads_the_journal_of_the_units_in_its_reach(cast: Cast) -> None:
    for unit in (cast.kemang, cast.cibinong):
        base.submitted(cast.base, unit=unit)
    base.an_asset(cast.base, unit=cast.setda)
    desk = Desk(cast.base)
    for user in cast.base.users:
        units = None if user.is_superuser else reach(user).unit_ids()
        visible = Event.objects.all() if units is None else Event.objects.filter(unit_id__in=units)
        wanted = set(visible.values_list("seq", flat=True))
        page = Caller(user).get("events/?limit=100").json()
        assert ({row["seq"] for row in page["results"]}, page["count"]) == (wanted, len(wanted)), user.username
        for seq in Event.objects.values_list("seq", flat=True):
            shown = desk.get(user, f"/admin/core/event/{seq}/change/").status_code
            assert (shown == 200) == (seq in wanted), (user.username, seq, shown)
    assert Event.objects.count() > 4


def test_everybody_reads_the_journal_of_their_own_units_only(cast: Cast) -> None:
    for unit in (cast.kemang, cast.cibinong):
        base.submitted(cast.base, unit=unit)
    units = {"kemang_admin": {cast.kemang.pk}, "cibinong_head": {cast.cibinong.pk}, "outsider": set()}
    for name, reached in units.items():
        seqs = {row["seq"] for row in getattr(cast, name).get("events/?limit=100").json()["results"]}
        assert seqs == set(Event.objects.filter(unit_id__in=reached).values_list("seq", flat=True)), name
    every = cast.auditor.get("events/").json()["count"]
    assert every == cast.superuser.get("events/").json()["count"] == Event.objects.count() > 0


def test_the_journal_is_searched_in_the_api_as_on_its_page(cast: Cast) -> None:
    request = base.submitted(cast.base)
    base.submitted(cast.base)
    desk = Desk(cast.base)
    for term in (request.number, f"submitted {request.number}"):
        told = cast.auditor.get(f"events/?search={term}").json()
        assert {row["subject"]["number"] for row in told["results"]} == {request.number}
        assert f"{told['count']} baris" in text(desk.get(cast.base.auditor, listing(Event), q=term))
