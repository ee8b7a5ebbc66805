"""C1 for the admin site: who reaches which page, with objects of A, B and a third; a route without a row fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from core.models import Event, SecurityEvent
from org.models import Grant, User
from tests import base
from tests.api.matrix import ADMIN_REGISTERS, IN_SCOPE, OFFICE
from tests.api.matrix_world import NAMES, MatrixWorld
from tests.api.test_matrix import patterns

pytestmark = pytest.mark.django_db

PAGES = {"index", "find", "password_change", "password_change_done", "jobs"}  # for everybody with an account
FOR_THE_OFFICE = {"figures"}
AUDITING = {"verify_journal", "verify_register", "export_journal"}
OPEN = {"login"}
LEAVING = {"logout"}  # POST only
OWN = {"job_file", "import", "import_annotated"}
IMPORTING = {"imports", "import_template"}
IMPORTERS = {"clerk", "superuser"}  # of devices
IMPORTERS_OF_SOMETHING = IMPORTERS | {"user_admin", "kemang", "cibinong"}  # people and units; old pledges
KINDS = (
    "changelist",
    "add",
    "change",
    "act",
    "many",
    "file",
    "photo",
    "thumbnail",
    "print",
    "papers",
    "printed",
    "export",
    "read",
    "workbook",
)
# register -> the kind of object whose page is asked for; those in scope are hidden from everybody else
SCOPED = {
    "org_tenure": "tenure", "org_person": "person", "org_socialaccount": "account", "assets_asset": "asset:stock",
    "assets_receipt": "receipt", "assets_conditionreport": "report", "assets_handover": "handover:handed_over",
    "assets_inventory": "inventory", "assets_inventoryline": "inventory_line",
    "assets_loanextension": "extension", "assets_signedscan": "scan",
    "requests_app_devicerequest": "request:submitted", "pledges_pledge": "pledge:draft",
    "planning_plan": "plan:draft", "planning_planline": "plan_line",
}  # fmt: skip
OPEN_TO_ALL = {
    "org_unit": "unit", "org_office": "office", "org_calendarday": "holiday",
    "org_unitsuccession": "unit_succession", "org_officesuccession": "office_succession",
    "org_calendarproposal": "calendar_list", "assets_family": "family",
    "planning_needstandard": "standard", "planning_ppnrate": "ppn", "planning_subactivity": "sub_activity",
    "planning_accountcode": "account_code", "assets_itemcode": "code", "assets_devicetype": "type",
    "assets_standardprice": "price",
    "pledges_deadlinerevision": "revision", "pledges_linechange": "line_change",
    "pledges_closure": "closure", "pledges_passingon": "passing_on",
}  # fmt: skip
ACTORS = ("kemang", "cibinong", "clerk", "auditor", "user_admin", "viewer", "superuser", "stranger")
AWAY = (302, 403, 404)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[MatrixWorld]:
    with django_db_blocker.unblock(), transaction.atomic(), base.at(base.MONDAY):
        yield MatrixWorld()
        transaction.set_rollback(True)


class Browsers(dict[str, Client]):
    """The browser of each actor, signed in when it is first asked for."""

    def __init__(self, world: MatrixWorld, backend: str) -> None:
        self.world, self.backend = world, backend

    def __missing__(self, actor: str) -> Client:
        self[actor] = client = Client(raise_request_exception=False)
        if actor == "deactivated":
            unit = self.world.cast.diskominfo
            leaver = base.user(username="pergi", unit=unit, roles=("asset_clerk",), where=self.world.cast.root)
            client.force_login(leaver, backend=self.backend)
            User.objects.filter(pk=leaver.pk).update(is_active=False)
        elif actor != "anonymous":
            client.force_login(getattr(self.world.cast, NAMES[actor]), backend=self.backend)
        return client


@pytest.fixture
def browsers(world, settings) -> Browsers:
    return Browsers(world, settings.AUTHENTICATION_BACKENDS[0])


def routes() -> dict[str, list[str]]:
    return {
        pattern.name: sorted(pattern.pattern.converters)
        for address, pattern in patterns()
        if address.startswith("admin/")
    }


def register_of(route: str) -> tuple[str, str]:
    register, _, kind = route.rpartition("_")
    return register, kind


def address(route: str, names: list[str], pk: int) -> str:
    values = {"pk": pk, "verb": "change", "name": "letter", "kind": "assets", "photo": 1}
    return reverse(f"admin:{route}", kwargs={name: values[name] for name in names})


def some_pk(world: MatrixWorld, register: str, owner: str) -> int:
    kind = {**SCOPED, **OPEN_TO_ALL}.get(register)
    if kind:
        return world.pk(kind, owner)
    newest = {"core_event": Event, "core_securityevent": SecurityEvent, "org_user": User, "org_grant": Grant}
    return newest[register].objects.latest("pk").pk if register in newest else 1


def test_every_route_of_the_admin_site_has_its_row():
    single = PAGES | FOR_THE_OFFICE | AUDITING | OPEN | LEAVING | OWN | IMPORTING
    for route in set(routes()) - single:
        register, kind = register_of(route)
        assert register in ADMIN_REGISTERS, route
        assert kind in KINDS, route


@pytest.mark.parametrize("route", sorted(set(routes()) - OPEN))
def test_a_stranger_is_sent_to_the_login(world, browsers, route: str):
    where = address(route, routes()[route], some_pk(world, register_of(route)[0], "A"))
    for actor in ("anonymous", "deactivated"):
        answer = browsers[actor].get(where)
        assert answer.status_code in ((302, 405) if route in LEAVING else (302,)), (actor, where)
        if answer.status_code == 302:
            assert answer["Location"].startswith(("/admin/login/", "/admin/", "/")), answer["Location"]
            assert "login" in answer["Location"] or route in LEAVING, answer["Location"]
        sent = browsers[actor].post(where, {"x": "1"})
        assert sent.status_code in (302, 403, 405) or 'type="password"' in sent.content.decode(), (actor, where)


@pytest.mark.parametrize("register", sorted(ADMIN_REGISTERS))
def test_a_register_opens_for_its_roles_alone(world, browsers, register: str):
    for actor in ACTORS:
        status = browsers[actor].get(reverse(f"admin:{register}_changelist")).status_code
        if actor in ADMIN_REGISTERS[register]:
            assert status in (200, 302), (actor, status)
        else:
            assert status in AWAY, (actor, status)


@pytest.mark.parametrize("route", sorted(FOR_THE_OFFICE))
def test_a_page_of_the_office_opens_for_its_roles_alone(browsers, route: str):
    for actor in ACTORS:
        status = browsers[actor].get(reverse(f"admin:{route}")).status_code
        assert status == (200 if actor in OFFICE | {"superuser"} else 403), (actor, status)


def test_files_are_imported_by_the_keepers_of_what_they_hold(world, browsers):
    for actor in ACTORS:
        screen = browsers[actor].get(reverse("admin:imports")).status_code
        template = browsers[actor].get(reverse("admin:import_template", args=["assets"])).status_code
        assert (screen == 200) == (actor in IMPORTERS_OF_SOMETHING), (actor, screen)
        assert (template == 200) == (actor in IMPORTERS), (actor, template)


@pytest.mark.parametrize("route", ["import", "import_annotated"])
def test_an_imported_file_is_its_maker_s_alone(world, browsers, route: str):
    where = reverse(f"admin:{route}", args=[world.pk("import", "A")])
    maker = world.objects["A"]["import"].owner
    for actor in ACTORS:
        status = browsers[actor].get(where).status_code
        assert (status == 200) == (getattr(world.cast, NAMES[actor]) == maker), (actor, status)


@pytest.mark.parametrize("register", SCOPED)
def test_what_is_out_of_scope_has_no_page(world, browsers, register: str):
    every = routes()
    for actor in ACTORS:
        for owner in "ABC":
            seen = actor in IN_SCOPE.of(owner)
            for kind in ("change", "act", "file", "read"):
                route = f"{register}_{kind}"
                if route not in every:
                    continue
                where = address(route, every[route], world.pk(SCOPED[register], owner))
                answer = browsers[actor].get(where)
                if not seen:
                    assert answer.status_code in AWAY, (actor, owner, where, answer.status_code)
                elif kind == "change":
                    assert answer.status_code == 200, (actor, owner, where, answer.status_code)
                else:
                    assert answer.status_code in (200, *AWAY), (actor, owner, where, answer.status_code)


@pytest.mark.parametrize("register", SCOPED)
def test_a_list_of_pages_names_nothing_out_of_scope(world, browsers, register: str):
    link = reverse(f"admin:{register}_change", kwargs={"pk": world.pk(SCOPED[register], "B")})
    tag = getattr(world.objects["B"][SCOPED[register]], "tag", "")
    listed = f"{reverse(f'admin:{register}_changelist')}?q={tag}"
    shown = {actor: browsers[actor].get(listed).content.decode() for actor in ACTORS}

    assert link not in shown["kemang"]
    assert link not in shown["stranger"]
    assert link in shown["superuser"]


@pytest.mark.parametrize("register", ["org_user", "org_grant"])
def test_accounts_are_listed_to_nobody_but_user_admins_and_grants_to_auditors(world, browsers, register: str):
    rows = {"org_user": world.cast.cibinong_admin, "org_grant": world.cast.cibinong_admin.grants.get()}
    link = reverse(f"admin:{register}_change", kwargs={"pk": rows[register].pk})
    for actor in ACTORS:
        reaches = actor in ("user_admin", "superuser", "cibinong", *(["auditor"] if register == "org_grant" else []))
        shown = browsers[actor].get(f"{reverse(f'admin:{register}_changelist')}?q=cibinong").content.decode()
        page = browsers[actor].get(link).status_code

        assert (link in shown) == reaches, actor
        assert page == 200 if reaches else page in AWAY, (actor, page)


@pytest.mark.parametrize("register", sorted(ADMIN_REGISTERS))
def test_reading_roles_write_nothing(world, browsers, register: str):
    every = routes()
    for actor in ("viewer", "auditor", "stranger"):
        for kind in (
            ("act",) if register == "personal_subjectrequest" else ("add", "act")
        ):  # all may ask about themselves
            route = f"{register}_{kind}"
            if route in every:
                where = address(route, every[route], some_pk(world, register, "A"))
                answer = browsers[actor].post(where, {"reason": "Uji", "confirm": "1"})
                assert answer.status_code in AWAY, (actor, where, answer.status_code)
