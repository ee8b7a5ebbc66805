"""Every four-eyes rule counts who set a password lately: a walk over all verbs and all objects of the matrix."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import transaction

from core import clock
from core.acts import Act
from core.errors import NotAllowed
from core.hands import KNOWN_FOR
from core.journal import history
from core.models import Credential, Registered
from org.models import Grant, User
from tests import base
from tests.api.matrix_world import MatrixWorld

pytestmark = pytest.mark.django_db

PACKAGES = ("org", "assets", "pledges", "requests_app", "handing_over", "planning")
KNOWN = {
    "AskedOfPledge.decide", "Asset.confirm-loss", "CalendarDay.confirm", "CalendarProposal.decide",
    "DeadlineRevision.confirm", "DeviceRequest.close-short", "DeviceRequest.decide", "DeviceRequest.endorse",
    "DeviceRequest.send-back", "DeviceRequest.verify", "DeviceType.confirm", "Handover.accept",
    "Handover.confirm-return", "Handover.dispute", "Handover.withdraw-dispute", "LoanExtension.decide",
    "Plan.review", "Plan.send-back", "Pledge.publish", "Pledge.reject", "Succeeded.confirm", "Succession.decide",
}  # fmt: skip
"""The verbs that four eyes bind, as far as the objects of the matrix come to them; written by hand."""


def every_act() -> Iterator[Act]:
    """The verbs on things, from all modules of the domain's packages."""
    seen = set()
    for package in PACKAGES:
        for found in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
            if ".migrations" in found.name or ".management" in found.name:
                continue
            for value in vars(import_module(found.name)).values():
                told = getattr(value, "act", None)
                if isinstance(told, Act) and told.subject is not None and told.body not in seen:
                    seen.add(told.body)
                    yield told


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[MatrixWorld]:
    """Made once; every try is undone on its own."""
    with django_db_blocker.unblock(), transaction.atomic(), base.at(base.MONDAY):
        yield MatrixWorld()
        transaction.set_rollback(True)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def answer(told: Act, who: User, thing: Any) -> str:
    """The code with which ``who`` is refused; empty where he may."""
    try:
        told.permit.who(base.again(who), base.again(thing))
    except NotAllowed as error:
        return error.code
    return ""


def bound(told: Act, actor: User, other: User, thing: Any) -> bool:
    """Whether ``other``, given all roles that ``actor`` holds, is refused for what he did to the thing before."""
    with undone():
        for each in actor.grants.all():
            base.grant(other, role=each.role, unit=each.unit)
        return answer(told, other, thing) == "own_act"


def given(to: User, by: User, ago: timedelta) -> None:
    Credential.objects.create(user=to, set_by=by, set_at=clock.now() - ago)


def pairs(world: MatrixWorld, told: Act) -> Iterator[tuple[User, User, Any]]:
    """Who may do it to which thing, and who did something to it before that four eyes hold against him."""
    assert told.subject is not None
    users = world.cast.users
    for thing in world.objects["A"].values():
        if not (isinstance(thing, told.subject) and isinstance(thing, Registered)):
            continue
        before = User.objects.filter(pk__in=history(thing).values("actor_id"))
        for actor in (each for each in users if not answer(told, each, thing)):
            for other in (each for each in before if each != actor):
                if bound(told, actor, other, thing):
                    yield actor, other, thing
                    break


def test_who_set_the_password_is_bound_with_the_account_by_every_verb_that_four_eyes_bind(world: MatrixWorld) -> None:
    """Also a third person who set the passwords of both; of one of them alone, he binds nobody."""
    found, third = set(), base.user(username="operator", unit=world.cast.root)
    for told in every_act():
        for actor, other, thing in pairs(world, told):
            found.add(f"{told.subject.__name__}.{told.name}")
            with undone():
                given(actor, other, timedelta(0))
                assert answer(told, actor, thing) == "own_act", (told.event, actor, other)
            with undone():
                given(other, actor, timedelta(0))
                assert answer(told, actor, thing) == "own_act", (told.event, actor, other)
            with undone():
                given(actor, third, timedelta(0))
                assert answer(told, actor, thing) == "", (told.event, actor, third)
                given(other, third, timedelta(0))
                assert answer(told, actor, thing) == "own_act", (told.event, actor, other, third)
            with undone():
                given(actor, other, KNOWN_FOR)
                given(other, actor, KNOWN_FOR)
                given(actor, third, KNOWN_FOR)
                given(other, third, KNOWN_FOR)
                given(actor, actor, timedelta(0))
                assert answer(told, actor, thing) == "", (told.event, actor, other)
    assert found == KNOWN


def test_a_rule_that_compares_accounts_alone_is_found_out(world: MatrixWorld) -> None:
    """The negative control: the walk's question, put to a rule that does not know about passwords."""

    def naive(user: User, request: Any) -> str:
        if user.pk == request.filed_by_id:
            raise NotAllowed("own_act", "")
        return "verifier"

    told = next(each for each in every_act() if each.event == "request.verified")
    blind = Act(told.name, told.label, told.explain, told.done, told.event, type(told.permit)(naive), told.body)
    thing, cast = world.objects["A"]["request:submitted"], world.cast
    assert bound(blind, cast.verifier, cast.kemang_admin, thing)
    with undone():
        given(cast.verifier, cast.kemang_admin, timedelta(0))
        assert answer(blind, cast.verifier, thing) == ""
    assert Grant.objects.filter(user=cast.kemang_admin).count() == 1
