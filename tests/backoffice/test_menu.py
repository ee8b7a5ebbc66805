"""The menu of each role: few entries of its own, all else it may read one fold away, nothing that refuses it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from backoffice import navigation
from backoffice.base import REGISTERS
from org.models import Role, User
from tests.backoffice.desk import Desk, links
from tests.base import Cast

ACCOUNTS = (
    "kemang_admin", "kemang_head", "verifier", "approver", "clerk", "planner", "publisher", "decider", "auditor",
    "viewer", "user_admin", "superuser", "outsider",
)  # fmt: skip


def shown(desk: Desk, user: User) -> navigation.Menu:
    return desk.get(user, "/admin/").context["menu"]


@pytest.mark.parametrize("account", ACCOUNTS)
def test_a_role_sees_few_entries_and_each_of_its_links_opens(cast: Cast, desk: Desk, account: str) -> None:
    user = getattr(cast, account)
    menu = shown(desk, user)
    assert menu.main[0].title == "Beranda" and 3 <= len(menu.main) <= 8
    everything = [*menu.main, *(entry for _title, entries in menu.rest for entry in entries)]
    assert len({entry.link for entry in everything}) == len(everything)
    for entry in everything:
        assert desk.get(user, entry.link).status_code == 200, entry.link


def test_the_entries_of_a_role_are_its_own(cast: Cast, desk: Desk) -> None:
    said = {name: [str(entry.title) for entry in shown(desk, getattr(cast, name)).main] for name in ACCOUNTS}
    assert said["clerk"][1:4] == ["Usulan", "Perangkat", "Serah terima"]
    assert said["planner"][1] == "Rencana kebutuhan"
    assert said["user_admin"][1:3] == ["Pengguna", "Hak peran"]
    assert "Jurnal" in said["auditor"] and "Jurnal" not in said["clerk"]


def test_what_is_folded_lies_open_where_one_is(cast: Cast, desk: Desk) -> None:
    calendar = desk.get(cast.clerk, "/admin/org/calendarday/")
    assert calendar.context["menu"].elsewhere
    assert '<details class="g-rest" open>' in calendar.content.decode()
    assert not shown(desk, cast.clerk).elsewhere


def test_a_page_names_no_entry_that_its_reader_may_not_open(cast: Cast, desk: Desk) -> None:
    home = links(desk.get(cast.kemang_admin, "/admin/"))
    assert "/admin/core/securityevent/" not in home and "/admin/org/user/" not in home


def test_every_role_has_its_day_and_every_name_is_a_register() -> None:
    assert set(navigation.DAILY) == set(Role)
    pages = {navigation.HOME, navigation.FIGURES, navigation.JOBS, navigation.IMPORTS}
    registers = {model._meta.label_lower for model in REGISTERS}
    grouped = {name for _title, names in navigation.OF_OFFICE for name in names}
    assert set(navigation.TITLES) - pages <= registers
    assert grouped | {navigation.HOME} == set(navigation.TITLES)
    daily = {name for names in navigation.DAILY.values() for name in names}
    assert {name for name in daily if not navigation.TITLES[name][1]} == set()


def test_the_sprite_holds_every_icon_that_is_named_and_no_other() -> None:
    sprite = Path(finders.find("backoffice/icons.svg")).read_text()
    assert set(re.findall(r'<symbol id="([\w-]+)"', sprite)) == navigation.ICONS
    templates = Path(navigation.__file__).parent / "templates"
    named = {
        name for page in templates.rglob("*.html") for name in re.findall(r'{% icon "([\w-]+)" %}', page.read_text())
    }
    assert named <= navigation.ICONS
