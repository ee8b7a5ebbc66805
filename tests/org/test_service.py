"""Who no longer serves acts no more, on any channel; who was erased is not brought back."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client

from core import clock, words
from core.errors import Conflict, NotAllowed
from org import accounts, departing, tokens
from org.models import Grant, Person, Role, User
from org.models.grants import holders
from org.reference import keep
from org.rules import holds
from tests.base import PASSWORD, Cast, a_request, again, an_asset, an_issue, day, returned, user
from tests.checks import invalid, refused

ME, LOGIN = "/api/v1/me/", {"username": "kemang", "password": PASSWORD}


def stops(cast: Cast, person: Person) -> None:
    departing.leave(again(person), actor=cast.user_admin, reason="Pensiun")


def put_out(cast: Cast, person: Person) -> None:
    keep(again(person), active=False, actor=cast.user_admin)


def hands_over_the_last(cast: Cast, person: Person) -> None:
    """Stops while holding a device, and gives it back."""
    device = an_asset(cast)
    an_issue(cast, assets=[device], recipient=again(person))
    stops(cast, person)
    assert again(person).active
    returned(cast, [device])


@pytest.mark.parametrize("how", [stops, put_out, hands_over_the_last])
def test_session_token_sign_in_and_roles_of_who_stops_end_at_once(cast: Cast, how: Any) -> None:
    client, rani = Client(), cast.kemang_admin
    client.force_login(rani)
    token, secret = tokens.issue(rani, name="t")
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    assert client.get(ME).status_code == client.get("/admin/").status_code == 200
    assert Client().get(ME, **bearer).status_code == 200
    how(cast, cast.rani)
    gone = again(rani)
    assert gone.is_active and not gone.acts
    assert client.get(ME).status_code == 401 and client.get("/admin/").status_code == 302
    assert Client().get(ME, **bearer).status_code == 401
    assert not Client().login(**LOGIN)
    assert Client().post("/api/v1/auth/token/", LOGIN, "application/json").status_code in {400, 401}
    assert not holds(gone, Role.REQUESTER) and gone.pk not in {each.pk for each in holders()}
    with refused(NotAllowed, "role_missing"):
        a_request(cast, by=gone)
    keep(again(cast.rani), active=True, actor=cast.user_admin)
    assert client.get(ME).status_code == 401
    assert Client().get(ME, **bearer).status_code == 401
    assert not again(token).live
    assert Client().login(**LOGIN) and holds(again(rani), Role.REQUESTER)


def test_who_is_about_to_leave_and_who_moves_still_acts(cast: Cast) -> None:
    an_issue(cast, recipient=cast.rani)
    stops(cast, cast.rani)
    assert again(cast.rani).leaving_since and holds(again(cast.kemang_admin), Role.REQUESTER)
    dodi = cast.cibinong_admin
    departing.leave(dodi.person, moves_to=cast.kemang, actor=cast.user_admin, reason="Mutasi")
    assert again(dodi).acts and Client().login(username="cibinong", password=PASSWORD)


def test_no_role_and_no_account_for_who_does_not_serve(cast: Cast) -> None:
    stops(cast, cast.rani)
    with invalid("user"):
        accounts.grant(actor=cast.user_admin, user=again(cast.kemang_admin), role=Role.REQUESTER, unit=cast.kemang)
    old = Person.objects.create(name="Sdr. Lama", unit=cast.kemang, active=False)
    with invalid("person"):
        accounts.create_user(actor=cast.user_admin, username="lama", password="sawah-hijau-7731", person=old)
    with invalid("person"):
        accounts.change_user(again(cast.kemang_head), actor=cast.user_admin, person=old)
    client = Client()
    client.force_login(cast.user_admin)
    page = client.get("/admin/org/grant/add/").content.decode()
    [shown] = re.findall(r'<select name="user".*?</select>', page, flags=re.S)
    assert str(cast.kemang_head) in shown and str(cast.rani) not in shown


def test_the_last_main_administrator_does_not_stop(cast: Cast) -> None:
    for act in (stops, put_out):
        with refused(Conflict, "in_use" if act is put_out else "last_superuser"):
            act(cast, cast.superuser.person)
    second = user(username="admin2", unit=cast.diskominfo)
    User.objects.filter(pk=second.pk).update(is_superuser=True)
    stops(cast, cast.superuser.person)
    assert not again(cast.superuser).acts
    with refused(Conflict, "last_superuser"):
        accounts.deactivate(again(second), actor=again(second), reason="x")


def erased(cast: Cast) -> User:
    call_command("erase_person", str(cast.rani.pk), stdout=StringIO())
    return again(cast.kemang_admin)


def test_an_erased_person_and_their_account_stay_as_they_are(cast: Cast) -> None:
    gone = erased(cast)
    person = again(cast.rani)
    for values in ({"name": "Rani Puspita", "active": True}, {"active": True}, {"phone": "0812-3456-7890"}):
        with refused(Conflict, "in_use"):
            keep(again(person), actor=cast.superuser, **values)
    with refused(Conflict, "erased"):
        accounts.change_user(again(gone), actor=cast.superuser, email="a@b.id")
    with refused(Conflict, "erased"):
        accounts.set_password(again(gone), actor=cast.superuser, password="sawah-hijau-7731")
    with refused(Conflict, "erased"):
        accounts.activate(again(gone), actor=cast.superuser, reason="x")
    assert Person.objects.filter(pk=person.pk, name="", active=False).exists()
    assert not Grant.objects.at().filter(user=gone).exists()


def test_neither_page_nor_api_offers_or_does_it(cast: Cast) -> None:
    gone, client = erased(cast), Client()
    client.force_login(cast.superuser)
    shown = client.get(f"/admin/org/user/{gone.pk}/change/").content.decode()
    assert "/do/change/" not in shown and "/do/set-password/" not in shown
    assert "/do/set-password/" in client.get(f"/admin/org/user/{cast.kemang_head.pk}/change/").content.decode()
    assert "/do/change/" not in client.get(f"/admin/org/person/{cast.rani.pk}/change/").content.decode()
    assert "/do/change/" in client.get(f"/admin/org/person/{cast.kemang_head.person_id}/change/").content.decode()
    body = {"password": "sawah-hijau-7731"}
    assert client.post(f"/admin/org/user/{gone.pk}/do/set-password/", body).status_code in {302, 409}
    name = {"name": "Rani Puspita", "unit": cast.kemang.pk, "active": "on"}
    client.post(f"/admin/org/person/{cast.rani.pk}/do/change/", name)
    assert again(cast.rani).name == "" and not again(gone).check_password("sawah-hijau-7731")
    _token, secret = tokens.issue(cast.superuser, name="t")
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    person = f"/api/v1/people/{cast.rani.pk}/"
    found = Client().get(person, **bearer)
    answer = Client().patch(
        person, {"name": "Rani", "active": True}, "application/json", HTTP_IF_MATCH=found["ETag"], **bearer
    )
    assert answer.status_code == 409, answer.content


def test_a_grant_that_ended_on_its_first_day_says_that_day_and_one_that_never_began_says_so(cast: Cast) -> None:
    client, outsider = Client(), cast.outsider
    client.force_login(cast.user_admin)
    today, later, old = (
        accounts.grant(actor=cast.user_admin, user=outsider, role=Role.VIEWER, unit=unit, starts_on=starts)
        for unit, starts in ((cast.kemang, None), (cast.cibinong, day("2026-04-01")), (cast.village, day("2026-02-02")))
    )
    for each in (today, later, old):
        accounts.end_grant(each, actor=cast.user_admin, reason="x")
    shown = client.get(f"/admin/org/user/{outsider.pk}/change/").content.decode()
    now = words.short_date(clock.today())
    assert f"{now} – {now}" in shown and f"2 Feb 2026 – {now}" in shown
    assert f"mulai 1 Apr 2026, dibatalkan {now}" in shown
    assert not holds(again(outsider), Role.VIEWER)
    with clock.frozen(clock.now() + timedelta(days=60)):
        assert not holds(again(outsider), Role.VIEWER)


OPEN_OR_CLOSED = {
    "api/resources/tokens.py", "documents/subjectreport.py", "org/accounts.py", "org/administering.py", "org/lists.py",
    "org/models/accounts.py", "personal/forgetting.py", "wording/badges.py",
}  # fmt: skip
"""Where it is the account itself that is opened, closed, emptied, shown, or the rule that is told."""


def test_whether_an_account_acts_is_asked_by_the_one_rule() -> None:
    root = Path(accounts.__file__).parents[1]
    places = [Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent == root]
    ours = [path for place in places for path in place.rglob("*.py")]
    asking = {path.relative_to(root).as_posix() for path in ours if "is_active" in path.read_text(encoding="utf-8")}
    assert {path for path in asking if "/migrations/" not in path} == OPEN_OR_CLOSED
