"""Who sees which requests."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from core.errors import Missing
from requests_app.models import DeviceRequest
from tests.base import Cast, a_request, again


def test_each_sees_the_requests_of_their_own_units(cast: Cast) -> None:
    kemang, village = a_request(cast), a_request(cast, unit=cast.village)
    cibinong = a_request(cast, unit=cast.cibinong)
    own = {kemang, village}
    expected = {"kemang_admin": own, "kemang_head": own, "cibinong_admin": {cibinong}, "cibinong_head": {cibinong},
                "outsider": set()}  # fmt: skip
    for name, user in vars(cast).items():
        if user in cast.users:
            assert set(DeviceRequest.objects.visible_to(user)) == expected.get(name, {kemang, village, cibinong}), name


def test_strangers_and_deactivated_accounts_see_none(cast: Cast) -> None:
    request = a_request(cast)
    type(cast.superuser).objects.filter(pk=cast.superuser.pk).update(is_active=False)
    for user in (AnonymousUser(), None, again(cast.superuser)):
        with pytest.raises(Missing):
            DeviceRequest.objects.get_visible(user, request.pk)


def test_naming_somebody_in_a_request_shows_it_to_nobody_else(cast: Cast) -> None:
    request = a_request(cast, on_behalf_of=cast.outsider.person)
    with pytest.raises(Missing):
        DeviceRequest.objects.get_visible(cast.outsider, request.pk)
