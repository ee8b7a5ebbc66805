"""What each person finds in lists, on pages and in counts: their own scope, and a plain 404 beyond it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from assets.models import Asset, ConditionReport, Handover, Receipt
from backoffice.admin import site
from core.models import Event, SecurityEvent
from org.models import Grant, Person, Tenure, User
from pledges.models import DeadlineRevision, Pledge
from requests_app.models import DeviceRequest
from tests.backoffice.desk import Desk, listing, page, text
from tests.base import (
    Cast,
    a_draft_pledge,
    a_pledge,
    an_asset,
    an_issue,
    asset_in,
    day,
    delivered,
    revised,
    submitted,
)

OFFICE = ["verifier", "approver", "clerk", "planner", "publisher", "decider", "auditor", "viewer", "superuser"]


def test_a_stranger_is_sent_to_the_login_page_from_everywhere(client, cast: Cast) -> None:
    for address in ("/admin/", listing(DeviceRequest), "/admin/jobs/", "/admin/password_change/"):
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/?next=")


def test_the_root_leads_to_the_back_office(client, cast: Cast) -> None:
    assert client.get("/")["Location"] == "/admin/"


def test_a_kecamatan_finds_its_own_requests_and_no_others(cast: Cast, desk: Desk) -> None:
    own, foreign = submitted(cast), submitted(cast, unit=cast.cibinong)
    listed = text(desk.get(cast.kemang_admin, listing(DeviceRequest)))
    assert own.number in listed
    assert foreign.number not in listed
    assert "1 baris" in listed
    assert desk.get(cast.kemang_admin, page(own)).status_code == 200


@pytest.mark.parametrize("who", OFFICE)
def test_the_office_finds_the_requests_of_every_kecamatan(cast: Cast, desk: Desk, who: str) -> None:
    numbers = [submitted(cast).number, submitted(cast, unit=cast.cibinong).number]
    listed = text(desk.get(getattr(cast, who), listing(DeviceRequest)))
    assert all(number in listed for number in numbers)


def test_beyond_the_scope_a_page_answers_as_if_it_did_not_exist(cast: Cast, desk: Desk) -> None:
    foreign = [
        submitted(cast, unit=cast.cibinong),
        an_asset(cast),
        delivered(cast, to=cast.cibinong),
        a_draft_pledge(cast),
        cast.cibinong_admin.person,
        cast.cibinong_admin,
    ]
    for obj in foreign:
        there = desk.get(cast.kemang_admin, page(obj))
        nowhere = desk.get(cast.kemang_admin, page(obj).replace(f"/{obj.pk}/", "/999999/"))
        assert there.status_code == nowhere.status_code == 404, obj
        assert text(there).split("Nomor panggilan")[0] == text(nowhere).split("Nomor panggilan")[0]


def test_beyond_the_scope_every_verb_is_not_found_either(cast: Cast, desk: Desk) -> None:
    request = submitted(cast, unit=cast.cibinong)
    before = Event.objects.count()
    for verb in ("withdraw", "endorse", "change", "no-such-verb"):
        assert desk.act(cast.kemang_admin, request, verb, reason="x").status_code == 404
    assert Event.objects.count() == before


def test_who_holds_no_grant_sees_published_pledges_and_nothing_else(cast: Cast, desk: Desk) -> None:
    request, pledge = submitted(cast), a_pledge(cast)
    delivered(cast)
    asset_in(cast, "issued", condition="lightly_damaged")
    for model in (DeviceRequest, Asset, Handover, Receipt, ConditionReport, Person, Tenure):
        assert "Belum ada" in text(desk.get(cast.outsider, listing(model))), model
    assert request.number not in text(desk.get(cast.outsider, "/admin/"))
    assert pledge.number in text(desk.get(cast.outsider, listing(Pledge)))
    assert "belum mempunyai peran" in text(desk.get(cast.outsider, "/admin/"))
    for model in (Event, SecurityEvent):
        assert desk.get(cast.outsider, listing(model)).status_code == 403
    assert desk.get(cast.outsider, reverse("admin:core_installation_change", args=[1])).status_code == 403


def test_a_revision_is_seen_by_who_sees_its_pledge(cast: Cast, desk: Desk) -> None:
    revision = revised(cast, a_pledge(cast, original_due_on=day("2026-01-31")), to=day("2026-06-30"))
    assert desk.get(cast.kemang_admin, page(revision)).status_code == 200
    assert desk.get(cast.outsider, listing(DeadlineRevision)).status_code == 200


def test_accounts_and_grants_are_for_their_owner_and_who_administers_them(cast: Cast, desk: Desk) -> None:
    assert desk.get(cast.kemang_admin, page(cast.kemang_admin)).status_code == 200
    assert "verifikator" not in text(desk.get(cast.kemang_admin, listing(User)))
    assert "verifikator" in text(desk.get(cast.user_admin, listing(User)))
    foreign = Grant.objects.get(user=cast.verifier)
    assert desk.get(cast.kemang_admin, page(foreign)).status_code == 404


def test_of_a_colleague_only_name_and_unit_are_shown(cast: Cast, desk: Desk) -> None:
    rani = cast.rani
    rani.nip, rani.phone, rani.position = "199001012015012001", "+6281234567890", "Pengelola media"
    rani.save()
    seen = text(desk.get(cast.verifier, page(rani)))
    assert "Rani Puspita" in seen and "Kecamatan Kemang" in seen
    assert not any(secret in seen for secret in (rani.nip, "0812-3456-7890", rani.position))
    assert "0812-3456-7890" in text(desk.get(cast.user_admin, page(rani)))
    assert SecurityEvent.objects.filter(kind="person_viewed", user_id=cast.user_admin.pk).count() == 1


def test_the_security_log_is_for_the_superuser_and_the_inspectorate(cast: Cast, desk: Desk) -> None:
    for who in (cast.superuser, cast.auditor):
        assert desk.get(who, listing(SecurityEvent)).status_code == 200
    for who in (cast.verifier, cast.kemang_admin, cast.user_admin):
        assert desk.get(who, listing(SecurityEvent)).status_code == 403


def test_the_journal_shows_each_person_the_events_of_their_units(cast: Cast, desk: Desk) -> None:
    own, foreign = submitted(cast), submitted(cast, unit=cast.cibinong)
    assert own.number in text(desk.get(cast.kemang_admin, listing(Event)))
    assert foreign.number not in text(desk.get(cast.kemang_admin, listing(Event)))
    hidden = Event.objects.filter(subject_number=foreign.number).first()
    assert desk.get(cast.kemang_admin, page(hidden)).status_code == 404
    assert foreign.number in text(desk.get(cast.auditor, listing(Event)))


def test_a_timeline_tells_of_related_things_only_in_scope(cast: Cast, desk: Desk) -> None:
    lines = [{"unit": unit, "family": cast.hp.family, "quantity": 1} for unit in (cast.kemang, cast.cibinong)]
    pledge = a_pledge(cast, lines=lines)
    own, foreign = submitted(cast), submitted(cast, unit=cast.cibinong)
    seen = text(desk.get(cast.kemang_admin, page(pledge)))
    assert own.number in seen
    assert foreign.number not in seen and "Dodi Permana" not in seen
    assert foreign.number in text(desk.get(cast.verifier, page(pledge)))


def test_counts_on_the_first_screen_are_in_scope(cast: Cast, desk: Desk) -> None:
    submitted(cast), submitted(cast, unit=cast.cibinong)
    seen = text(desk.get(cast.kemang_head, "/admin/"))
    assert seen.count("Tanda tangani usulan") == 1
    an_asset(cast, unit=cast.diskominfo)
    assert "Stok dan kebutuhan" not in seen
    assert "1 di gudang" in text(desk.get(cast.clerk, "/admin/"))


def test_filters_offer_units_of_the_caller_s_scope_only(cast: Cast, desk: Desk) -> None:
    for model in (DeviceRequest, Asset, Handover, Pledge):
        seen = desk.get(cast.kemang_admin, listing(model)).content.decode()
        assert 'value="32.01.12"' in seen
        assert 'value="32.01.01"' not in seen


def test_forms_offer_only_people_units_and_accounts_of_the_caller_s_scope(cast: Cast, desk: Desk) -> None:
    form = text(desk.get(cast.kemang_admin, "/admin/requests_app/devicerequest/add/"))
    assert "Kecamatan Cibinong" not in form
    assert "Dodi Permana" not in form


def test_devices_on_a_handover_are_linked_only_when_they_may_be_seen(cast: Cast, desk: Desk) -> None:
    prepared = an_issue(cast, on=None)
    asset = prepared.items.get().asset
    seen = desk.get(cast.kemang_admin, page(prepared))
    assert seen.status_code == 200
    assert page(asset) not in seen.content.decode()
    assert page(asset) in desk.get(cast.clerk, page(prepared)).content.decode()


def test_every_register_answers_every_role_without_a_fault(cast: Cast, desk: Desk) -> None:
    for model in site._registry:
        for user in (cast.kemang_admin, cast.outsider, cast.auditor):
            assert desk.get(user, listing(model)).status_code in (200, 302, 403), (model, user)
