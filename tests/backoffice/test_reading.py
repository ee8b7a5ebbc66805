"""Looking at pages changes nothing in the register, for nobody; overrides of the method change nothing either."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile

from core.files import store_pdf
from core.models import Event
from tests.api.test_one_event import PDF
from tests.backoffice.desk import Desk, links, verb_page
from tests.base import Cast, a_pledge, asset_in, decided, endorsed, revised, submitted
from tests.base import day as a_day

BUSINESS = ("core", "org", "assets", "pledges", "requests_app")
NOT_BUSINESS = {"SecurityEvent", "LoginAttempt", "KnownDevice", "Job"}
PAGES = 60


def fingerprint() -> str:
    """A digest of every row of every table of the register."""
    digest = hashlib.sha256()
    for label in BUSINESS:
        for model in apps.get_app_config(label).get_models():
            if model.__name__ not in NOT_BUSINESS:
                for row in model._base_manager.order_by("pk").values_list():
                    digest.update(repr(row).encode())
    return digest.hexdigest()


def crawl(desk: Desk, user: Any) -> list[tuple[str, int]]:
    """Follow the links from the first screen, each kind of address a few times."""
    seen: dict[str, int] = {}
    todo, kinds = ["/admin/"], {}
    while todo and len(seen) < PAGES:
        address = todo.pop(0)
        kind = "".join(each for each in address if not each.isdigit())
        if address in seen or kinds.get(kind, 0) >= 3:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        response = desk.client(user).get(address)
        seen[address] = response.status_code
        if response.status_code == 200 and "html" in response["Content-Type"]:
            todo += links(response)
    return list(seen.items())


@pytest.mark.parametrize(
    "who", ["kemang_admin", "kemang_head", "verifier", "clerk", "decider", "superuser", "outsider"]
)
def test_a_walk_through_all_links_finds_every_page_and_leaves_no_trace(
    cast: Cast, desk: Desk, who: str, media: Any
) -> None:
    letter = SimpleUploadedFile("surat.pdf", PDF, "application/pdf")
    pledge = a_pledge(cast, original_due_on=a_day("2026-01-31"))
    revised(cast, pledge, to=a_day("2026-06-30"), document=store_pdf(letter, actor=cast.verifier))
    submitted(cast), endorsed(cast), decided(cast)
    asset_in(cast, "issued", condition="lightly_damaged")
    desk.get(getattr(cast, who), "/admin/")
    before = fingerprint()
    visited = crawl(desk, getattr(cast, who))
    assert {status for _address, status in visited} <= {200, 302}, [
        each for each in visited if each[1] not in (200, 302)
    ]
    assert len(visited) >= 8
    assert fingerprint() == before


def test_a_method_in_a_header_or_a_field_is_not_believed(cast: Cast, desk: Desk) -> None:
    request = endorsed(cast)
    client, address = desk.client(cast.verifier), verb_page(request, "verify")
    before = fingerprint()
    assert client.get(address, headers={"X-HTTP-Method-Override": "POST"}).status_code == 200
    assert client.get(address, {"_method": "POST"}).status_code == 200
    assert client.head(address).status_code == 200
    for method in ("put", "patch", "delete"):
        assert getattr(client, method)(address).status_code in (200, 405)
    assert fingerprint() == before


def test_a_form_without_its_token_is_refused(cast: Cast, desk: Desk) -> None:
    from django.test import Client

    request = endorsed(cast)
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.force_login(cast.verifier)
    before = Event.objects.count()
    assert strict.post(verb_page(request, "verify")).status_code == 403
    assert strict.post("/admin/logout/").status_code == 403
    assert Event.objects.count() == before
