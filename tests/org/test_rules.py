"""Who holds what where and when."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from core.errors import NotAllowed
from core.permits import four_eyes
from org.models import Role, Unit, User
from org.rules import belongs_to, holds, reach, require
from tests.base import Cast, again, at, day, grant


@pytest.mark.parametrize("where", ["root", "kemang", "village", "cibinong", "diskominfo"])
def test_a_grant_reaches_its_unit_and_all_under_it_and_nothing_else(cast: Cast, where: str) -> None:
    unit = getattr(cast, where)
    assert holds(cast.verifier, Role.VERIFIER, unit=unit)
    assert holds(cast.kemang_admin, Role.REQUESTER, unit=unit) == (where in ("kemang", "village"))


def test_a_code_that_merely_begins_alike_is_not_under_the_unit(cast: Cast) -> None:
    alike = Unit.objects.create(code="32.01.120", name="Mirip", kind=Unit.Kind.DISTRICT, parent=cast.root)
    assert not holds(cast.kemang_admin, Role.REQUESTER, unit=alike)
    assert alike not in reach(cast.kemang_admin).units()
    assert alike not in Unit.objects.within("32.01.12")


def test_a_grant_holds_on_its_first_and_last_day_only_between(cast: Cast) -> None:
    grant(cast.outsider, role=Role.UNIT_HEAD, unit=cast.kemang, starts_on=day("2026-03-10"), ends_on=day("2026-03-20"),
          acting_for=cast.kemang_head)  # fmt: skip
    moments = {
        "2026-03-09T23:59:59": False, "2026-03-10T00:00:00": True, "2026-03-20T23:59:59": True,
        "2026-03-21T00:00:00": False,
    }  # fmt: skip
    for moment, expected in moments.items():
        with at(moment):
            assert holds(again(cast.outsider), Role.UNIT_HEAD, unit=cast.kemang) is expected, moment


def test_the_root_of_one_district_does_not_reach_another(cast: Cast) -> None:
    other = Unit.objects.create(code="36.71", name="Kota Lain", kind=Unit.Kind.REGENCY)
    verifier = again(cast.verifier)
    assert not holds(verifier, Role.VERIFIER, unit=other)
    assert set(reach(verifier).units()) == set(Unit.objects.exclude(pk=other.pk))


def test_require_says_under_which_role_somebody_acts(cast: Cast) -> None:
    assert require(cast.kemang_head, Role.REQUESTER, Role.UNIT_HEAD, unit=cast.kemang) == "unit_head"
    assert require(cast.superuser, Role.VERIFIER, unit=cast.kemang) == "superuser"
    with pytest.raises(NotAllowed):
        require(cast.outsider, *Role.values, unit=cast.kemang)


def test_a_stranger_and_an_account_without_grants_reach_nothing(cast: Cast) -> None:
    for user in (AnonymousUser(), cast.outsider):
        assert not any(holds(user, role) for role in Role.values)
        units = reach(user).units()
        assert units is not None
        assert not units.exists()


def test_four_eyes_bind_the_superuser(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        four_eyes(cast.superuser, None, cast.superuser.pk)
    four_eyes(cast.superuser, None, cast.verifier.pk)


def test_only_a_grant_makes_somebody_speak_for_a_unit(cast: Cast) -> None:
    assert belongs_to(cast.kemang_admin, cast.village)
    assert belongs_to(cast.kemang_head, cast.kemang)
    for user in (cast.superuser, cast.verifier, cast.clerk, cast.outsider, cast.cibinong_admin):
        assert not belongs_to(user, cast.kemang)


def test_an_account_sees_itself_and_a_user_admin_those_administered(cast: Cast) -> None:
    assert list(User.objects.visible_to(cast.kemang_admin)) == [cast.kemang_admin]
    assert User.objects.visible_to(cast.user_admin).count() == User.objects.count()
    grant(cast.outsider, role=Role.USER_ADMIN, unit=cast.kemang)
    seen = set(User.objects.visible_to(again(cast.outsider)))
    assert seen == {cast.kemang_admin, cast.kemang_head, cast.outsider}
