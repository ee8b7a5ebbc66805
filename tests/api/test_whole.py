"""What is the whole district's is kept by nobody whose roles cover only a part of it: every table, every way in."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import get_resolver, reverse

from api.resources.reference import ReferenceResource
from assets.models import DeviceType, Family, ItemCode, StandardPrice
from core.errors import NotAllowed
from core.models import Installation
from documents.intake import sessions
from documents.intake.forms import FORMS
from org import proposing, succeeding
from org.importing_reference import ReferenceImporter
from org.models import Office, Reference, Role, Unit, User
from org.reference import keep, remove
from personal.models import RetentionRule
from planning.models import AccountCode, NeedStandard, PpnRate, SubActivity
from pledges import kinds
from tests.api.cast import Caller
from tests.backoffice.desk import Desk, adding, verb_page
from tests.base import Cast, a_day_off, again, make_cast, user
from tests.checks import refused
from tests.documents import files

OF_A_PART = {"person", "social_account", "tenure"}
"""The tables whose rows belong to a unit, and are kept by its own."""
BRANCH = {"activity_code": "2.16", "activity_name": "K", "programme_code": "2.16", "programme_name": "P"}
NEW: dict[type[Reference], Callable[[Cast], dict[str, Any]]] = {
    Unit: lambda cast: {"code": "32.01.12.2009", "name": "Desa Baru", "kind": "village", "parent": cast.kemang},
    Office: lambda cast: {"name": "Sekretaris Camat", "unit": cast.kemang},
    Family: lambda cast: {"code": "drone", "name": "Drone"},
    ItemCode: lambda cast: {"code": "1.3.2.9", "name": "Barang"},
    DeviceType: lambda cast: {"code": "drone", "name": "Drone", "family": cast.hp.family, "unit_of_measure": "unit"},
    StandardPrice: lambda cast: {"device_type": cast.hp, "year": 2031, "price": 1},
    NeedStandard: lambda cast: {"device_type": cast.hp, "of_unit": cast.kemang, "quantity": 9, "from_year": 2031,
                                "legal_basis": "Perbup 1"},
    PpnRate: lambda cast: {"effective_from": date(2031, 1, 1), "percent": 12},
    SubActivity: lambda cast: {"code": "2.16.9", "name": "Sub", **BRANCH},
    AccountCode: lambda cast: {"code": "5.2.9", "name": "Belanja"},
}  # fmt: skip
ROLES = [role for role in Role if role != Role.REQUESTER]


def tables() -> set[type[Reference]]:
    return {each for each in apps.get_models() if issubclass(each, Reference)}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def local(cast: Cast) -> User:
    """Every role there is, in Kemang."""
    return user(username="serba-kemang", unit=cast.kemang, roles=tuple(ROLES))


@pytest.fixture
def whole(cast: Cast) -> User:
    """Every role there is, over the whole district."""
    return user(username="serba-kabupaten", unit=cast.diskominfo, roles=tuple(ROLES), where=cast.root)


def resources() -> dict[type[Reference], type[ReferenceResource]]:
    assert get_resolver().url_patterns, "the addresses, and with them all resources, are loaded"
    return {each.model: each for each in ReferenceResource.__subclasses__()}


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """Values as JSON and forms send them: rows by their id."""
    return {name: getattr(each, "pk", str(each)) for name, each in values.items()}


def test_every_table_is_the_districts_or_a_units() -> None:
    of_the_whole = {each for each in tables() if each.of_the_whole}
    assert of_the_whole - {RetentionRule} == set(NEW), "that one is tried with the officer"
    assert {each.journal_type for each in tables() - of_the_whole} == OF_A_PART


def by_verb(cast: Cast, actor: User, model: type[Reference], row: Reference) -> list[int]:
    def status(call: Callable[[], Any]) -> int:
        try:
            with transaction.atomic():
                call()
        except NotAllowed:
            return 403
        return 200

    actor = again(actor)
    return [
        status(lambda: keep(model(), actor=actor, **NEW[model](cast))),
        status(lambda: keep(row, actor=actor, **changed(row))),
        status(lambda: remove(row, actor=actor)),
    ]


def by_api(cast: Cast, actor: User, model: type[Reference], row: Reference) -> list[int]:
    path = resources()[model].path
    caller = Caller(actor)
    answers = [
        caller.post(f"{path}/", plain(NEW[model](cast))), caller.patch(f"{path}/{row.pk}/", plain(changed(row))),
        caller.delete(f"{path}/{row.pk}/"),
    ]  # fmt: skip
    return [each.status_code for each in answers]


def by_page(cast: Cast, actor: User, model: type[Reference], row: Reference) -> list[int]:
    desk = Desk(cast)
    answers = [
        desk.post(actor, adding(model), plain(NEW[model](cast))),
        desk.get(actor, verb_page(row, "change")),
        desk.post(actor, verb_page(row, "delete")),
    ]
    return [each.status_code for each in answers]


def changed(row: Reference) -> dict[str, Any]:
    if isinstance(row, StandardPrice):
        return {"price": 7}
    if isinstance(row, NeedStandard):
        return {"quantity": 7}
    return {"percent": 7} if isinstance(row, PpnRate) else {"name": "Nama lain"}


def another(model: type[Reference], cast: Cast) -> Reference:
    """A row that nothing rests on."""
    other = {"code": ("9", "8"), "year": (2031, 2032), "from_year": (2031, 2032), "name": ("Sekretaris", "Kasi"),
             "effective_from": (date(2031, 1, 1), date(2031, 2, 1))}  # fmt: skip
    values = NEW[model](cast)
    name = next(each for each in other if each in values)
    old, new = other[name]
    values[name] = values[name].replace("drone", "kamera").replace(old, new) if isinstance(old, str) else new
    if model is Unit:
        values["name"] = "Desa Lain"
    return model._base_manager.create(**values)


@pytest.mark.django_db
@pytest.mark.parametrize("way", [by_verb, by_api, by_page], ids=lambda way: way.__name__)
@pytest.mark.parametrize("model", sorted(NEW, key=lambda each: each.__name__), ids=lambda each: each.__name__)
def test_a_role_in_a_part_keeps_nothing_of_the_districts(
    cast: Cast, local: User, whole: User, model: type[Reference], way: Callable[..., list[int]]
) -> None:
    row = another(model, cast)
    before = list(model._base_manager.order_by("pk").values())

    assert way(cast, local, model, row) == [403, 403, 403]
    assert list(model._base_manager.order_by("pk").values()) == before

    assert set(way(cast, whole, model, row)) <= {200, 201, 204, 302}, "the same calls, over the whole, are good"
    assert not model._base_manager.filter(pk=row.pk).exists()


def imports() -> list[str]:
    return [
        kind for kind, form in FORMS.items()
        if issubclass(form.importer, ReferenceImporter) and form.importer.model.of_the_whole
    ]  # fmt: skip


FILES = {
    "units": [["Kode", "Nama"], ["32.01.12.2009", "Desa Baru"]],
    "device_types": [["Kode", "Nama", "Kelompok"], ["drone", "Drone", "Hp"]],
    "standard_prices": [["Jenis perangkat", "Tahun", "Harga"], ["Smartphone", 2031, 5]],
}


@pytest.mark.django_db
@pytest.mark.usefixtures("media")
@pytest.mark.parametrize("kind", sorted(FILES))
def test_a_role_in_a_part_brings_in_no_file_of_the_districts(
    cast: Cast, local: User, whole: User, kind: str, tmp_path: Path
) -> None:
    assert set(FILES) == set(imports())
    sent = files.upload(FILES[kind])
    file = tmp_path / "daftar.xlsx"
    file.write_bytes(sent.read())

    def command(by: User) -> None:
        call_command("import_file", kind, str(file), "--user", by.username, "--apply", stdout=io.StringIO())

    with refused(NotAllowed, "role_missing"):
        sessions.receive(files.upload(FILES[kind]), kind=kind, actor=again(local))
    assert Caller(local).form("imports/", {"kind": kind, "file": files.upload(FILES[kind])}).status_code == 403
    page = Desk(cast).post(local, reverse("admin:imports"), {"kind": kind, "file": files.upload(FILES[kind])})
    assert page.status_code in (400, 403)
    with pytest.raises(CommandError):
        command(local)

    command(whole)


def calendar(cast: Cast) -> list[Callable[[User], Any]]:
    off = a_day_off(cast, "2031-05-05")
    listed = proposing.propose(
        actor=cast.verifier, decree="SK 2", days=[proposing.Entry(date(2031, 5, 6), "Libur", "local")]
    )
    one = proposing.propose_day(actor=cast.verifier, date=date(2031, 5, 7), name="B", kind="local", decree="SK 3")
    terms: Any = {"kind": "local", "decree": "SK 9"}
    return [
        lambda by: proposing.propose_day(actor=by, date=date(2031, 5, 8), name="C", **terms),
        lambda by: proposing.propose(actor=by, decree="SK 4", days=[proposing.Entry(date(2031, 5, 9), "D", "local")]),
        lambda by: proposing.propose_change(off, actor=by, date=date(2031, 5, 4), decree="SK 5"),
        lambda by: proposing.confirm(one, actor=by),
        lambda by: proposing.decide(listed, actor=by, decision="approve", reason="Sesuai"),
        lambda by: proposing.propose_removal(again(off), actor=by, decree="SK 6"),
    ]


def around(cast: Cast) -> list[Callable[[User], Any]]:
    """What else changes units, offices and the catalogue."""
    lower = keep(Unit(), actor=cast.user_admin, code="32.01.12.2007", name="Lama", kind="village")
    old, new = (Office.objects.create(name=name, unit=cast.kemang) for name in ("Kasi", "Kabag"))
    fresh = keep(DeviceType(), actor=cast.clerk, code="baru", name="Baru", family=cast.hp.family)
    terms: Any = {"kind": "takes_place", "on": date(2026, 1, 1), "decree": "Perda 1", "reason": "Uji"}
    return [
        lambda by: succeeding.succeed_unit(lower, successor=cast.village, actor=by, **terms),
        lambda by: succeeding.succeed_office(old, successor=new, actor=by, **terms),
        lambda by: kinds.confirm(fresh, actor=by),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("things", [calendar, around], ids=lambda each: each.__name__)
def test_nor_does_it_change_the_calendar_or_what_follows_whom(
    cast: Cast, local: User, whole: User, things: Callable[[Cast], list[Callable[[User], Any]]]
) -> None:
    for each in things(cast):
        with refused(NotAllowed, "role_missing"):
            each(again(local))
        each(again(whole))


@pytest.mark.django_db
def test_nor_do_who_confirms_successors_in_a_part(cast: Cast, local: User, whole: User) -> None:
    lower = keep(Unit(), actor=cast.user_admin, code="32.01.12.2007", name="Lama", kind="village")
    proposed = succeeding.succeed_unit(
        lower, successor=cast.village, actor=cast.user_admin, kind="takes_place", on=date(2026, 1, 1), decree="Perda 1",
        reason="Uji",
    )  # fmt: skip
    with refused(NotAllowed, "role_missing"):
        succeeding.confirm(again(lower), actor=again(local))
    succeeding.confirm(again(lower), actor=again(whole))
    assert again(proposed).decision == "approve"


@pytest.mark.django_db
def test_nor_the_settings(cast: Cast, local: User, whole: User) -> None:
    desk = Desk(cast)
    address = verb_page(Installation.current(), "change")
    assert (desk.get(local, address).status_code, desk.get(whole, address).status_code) == (403, 200)


@pytest.mark.django_db
def test_the_api_offers_no_way_around_the_walk() -> None:
    assert set(resources()) == tables() - {RetentionRule}, "the officer's alone, at the desk"
