"""Addresses that people make up: lookups through foreign columns, other fields, other ids, other methods."""

from __future__ import annotations

import pytest
from django.urls import NoReverseMatch, reverse

from assets.models import Asset
from core.models import Event
from org.models import User
from requests_app.models import DeviceRequest
from tests.backoffice.desk import Desk, listing, page, text
from tests.base import Cast, an_asset, submitted

LOOKUPS = [
    "filed_by__password__startswith=p", "requester__nip__gt=1", "unit__name__regex=.*", "id__in=1,2", "pk=1",
    "_to_field=password", "_to_field=id", "_popup=1", "_facets=True", "all=1", "created_at__year=2026",
    "state__exact=x", "e=1",
]  # fmt: skip


@pytest.mark.parametrize("query", LOOKUPS)
def test_a_list_takes_its_own_filters_and_nothing_else(cast: Cast, desk: Desk, query: str) -> None:
    response = desk.client(cast.kemang_admin).get(f"{listing(DeviceRequest)}?{query}")
    assert response.status_code == 400
    assert "pbkdf2" not in response.content.decode()


@pytest.mark.parametrize("query", ["state=nope", "unit=32.01.01", "desk=all", "p=0x", "p=-1", "p=99999999999999999999"])
def test_a_value_that_no_filter_offers_is_refused(cast: Cast, desk: Desk, query: str) -> None:
    assert desk.client(cast.kemang_admin).get(f"{listing(DeviceRequest)}?{query}").status_code == 400


@pytest.mark.parametrize("ordering", ["id", "-", "?", "9.9.9", "0.-1", "password", "1;drop", "." * 1000])
def test_an_order_that_no_column_offers_changes_nothing(cast: Cast, desk: Desk, ordering: str) -> None:
    submitted(cast)
    response = desk.get(cast.verifier, listing(DeviceRequest), o=ordering)
    assert response.status_code in (200, 400)


@pytest.mark.parametrize("term", ["x" * 50_000, "kata " * 2000, "\x00", "\x1b[2J"])
def test_a_search_nobody_types_is_refused(cast: Cast, desk: Desk, term: str) -> None:
    assert desk.client(cast.verifier).get(listing(Asset), {"q": term}).status_code == 400


@pytest.mark.parametrize("term", ["%", "_", "\\", "'", '"', "100%"])
def test_wildcards_and_quotes_are_letters_in_a_search(cast: Cast, desk: Desk, term: str) -> None:
    an_asset(cast, brand="Merek")
    assert "Tidak ada yang cocok" in text(desk.get(cast.clerk, listing(Asset), q=term))


@pytest.mark.parametrize(
    "number", ["0", "-1", "2147483648", "9223372036854775808", "9" * 30, "1e3", "１２", "1;", "%00"]
)
def test_an_id_that_is_none_is_not_found(cast: Cast, desk: Desk, number: str) -> None:
    for address in (f"/admin/assets/asset/{number}/change/", f"/admin/assets/asset/{number}/do/retire/"):
        assert desk.client(cast.superuser).get(address).status_code in (400, 404)


@pytest.mark.parametrize(
    "address",
    [
        "/admin/jsi18n/", "/admin/autocomplete/?app_label=org&model_name=user&field_name=person", "/admin/r/1/1/",
        "/admin/search/?s=a", "/admin/org/", "/admin/org/user/1/password/", "/admin/org/user/1/history/",
        "/admin/org/user/1/delete/", "/admin/auth/group/", "/admin/sessions/session/", "/admin/admin/logentry/",
    ],
)  # fmt: skip
def test_what_the_framework_would_offer_besides_is_not_there(cast: Cast, desk: Desk, address: str) -> None:
    assert desk.client(cast.superuser).get(address).status_code == 404


def test_nothing_is_found_through_the_framework_s_other_names() -> None:
    for name in ("jsi18n", "autocomplete", "view_on_site", "app_list"):
        with pytest.raises(NoReverseMatch):
            reverse(f"admin:{name}")


def test_journal_and_log_have_no_way_to_be_written(cast: Cast, desk: Desk) -> None:
    event = submitted(cast) and Event.objects.latest("seq")
    for address in (f"{listing(Event)}add/", f"{page(event)[:-7]}do/change/", f"{page(event)[:-7]}do/delete/"):
        assert desk.post(cast.superuser, address).status_code == 404
    assert desk.post(cast.superuser, page(event), {"verb": "x"}).status_code == 405
    assert Event.objects.get(pk=event.pk).hash == event.hash


def test_lists_are_not_written_to(cast: Cast, desk: Desk) -> None:
    user = cast.verifier
    rows = {"action": "delete_selected", "_selected_action": str(user.pk), "post": "yes"}
    assert desk.post(cast.superuser, listing(User), rows).status_code == 400
    assert User.objects.filter(pk=user.pk).exists()
