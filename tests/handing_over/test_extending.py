"""More time for a loan: the borrower asks, the clerk decides; nothing moves before."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from core.errors import Conflict, DomainError, NotAllowed
from core.models import Decision
from desks import worklists
from handing_over import extending
from tests.api.cast import Caller
from tests.base import Cast, accepted, again, an_asset, an_issue, at, day, returned
from tests.checks import no_event, one_event, refused

DUE, LATER = day("2026-04-30"), day("2026-06-30")
WHY = "Liputan festival diperpanjang"


@pytest.fixture
def loan(cast: Cast):
    return accepted(cast, an_issue(cast, assets=[an_asset(cast)], kind="loan", due_back_on=DUE))


def asked(cast: Cast, loan, **values):
    terms = {"actor": cast.kemang_admin, "new_due_back_on": LATER, "reason": WHY, **values}
    return extending.extend(loan, **terms)


def test_an_ask_changes_nothing_until_it_is_decided(cast: Cast, loan) -> None:
    with one_event("handover.extension_asked", by=cast.kemang_admin, role="requester") as written:
        extension = asked(cast, loan)
    assert written.changes == {"new_due_back_on": [None, "2026-06-30"]} and written.reason == WHY
    assert again(loan).due_back_on == DUE
    with one_event("handover.extension_decided", by=cast.clerk, role="asset_clerk") as decided:
        extending.decide(extension, actor=cast.clerk, decision=Decision.APPROVE, reason="Baik")
    assert decided.event.subject_type == "handover" and decided.changes["decision"] == [None, "approve"]
    assert again(loan).due_back_on == LATER
    with at("2026-05-20"):
        assert not worklists.worklist("returns", again(cast.clerk)).overdue.exists()


def test_a_rejection_says_why_and_leaves_the_date(cast: Cast, loan) -> None:
    extension = asked(cast, loan)
    with refused(DomainError, "required", field="reason"):
        extending.decide(extension, actor=cast.clerk, decision=Decision.REJECT, reason="")
    extending.decide(extension, actor=cast.clerk, decision=Decision.REJECT, reason="Dipakai unit lain")
    assert again(loan).due_back_on == DUE
    with refused(Conflict, "illegal_transition"):
        extending.decide(extension, actor=cast.clerk, decision=Decision.APPROVE, reason="Baik")
    asked(cast, loan)


@pytest.mark.parametrize("who", ["clerk", "cibinong_admin", "auditor", "approver"])
def test_only_the_borrower_asks(cast: Cast, loan, who: str) -> None:
    with no_event(), pytest.raises(NotAllowed):
        asked(cast, loan, actor=getattr(cast, who))


@pytest.mark.parametrize("who", ["kemang_admin", "kemang_head", "approver", "auditor"])
def test_only_a_clerk_decides(cast: Cast, loan, who: str) -> None:
    extension = asked(cast, loan)
    with no_event(), pytest.raises(NotAllowed):
        extending.decide(extension, actor=getattr(cast, who), decision=Decision.APPROVE, reason="Baik")


@pytest.mark.parametrize("when", ["2026-04-30", "2026-04-01", "2026-03-01"])
def test_more_time_is_a_later_day(cast: Cast, loan, when: str) -> None:
    with refused(DomainError, "too_early", field="new_due_back_on"):
        asked(cast, loan, new_due_back_on=day(when))


def test_only_a_loan_that_is_out_is_extended_and_asked_for_once(cast: Cast, loan) -> None:
    issue = accepted(cast, an_issue(cast, assets=[an_asset(cast)]))
    with refused(Conflict, "illegal_transition"):
        asked(cast, issue)
    extension = asked(cast, loan)
    with refused(Conflict, "extension_undecided"):
        asked(cast, loan)
    device = loan.items.get().asset
    accepted(cast, returned(cast, [device], by=cast.kemang_admin), by=cast.clerk)
    with refused(Conflict, "illegal_transition"):
        extending.decide(extension, actor=cast.clerk, decision=Decision.APPROVE, reason="Baik")


def test_what_is_asked_lies_on_the_clerks_desk(cast: Cast, loan) -> None:
    assert not worklists.worklist("returns", again(cast.clerk)).due.exists()
    asked(cast, loan)
    assert list(worklists.worklist("returns", again(cast.clerk)).due) == [loan]
    assert not worklists.worklist("returns", again(cast.kemang_admin)).due.exists()


def test_asked_on_the_page_and_decided_by_the_api(cast: Cast, loan) -> None:
    borrower, clerk = Client(), Client()
    borrower.force_login(cast.kemang_admin), clerk.force_login(cast.clerk)
    page = f"/admin/assets/handover/{loan.pk}/do/extend/"
    assert "Minta perpanjangan" in borrower.get(page).content.decode()
    assert borrower.post(page, {"new_due_back_on": "2026-06-30", "reason": WHY}).status_code == 302
    again_asked = borrower.post(
        f"/api/v1/handovers/{loan.pk}/extend/", {"new_due_back_on": "2026-07-31", "reason": WHY},
        content_type="application/json",
    )  # fmt: skip
    assert again_asked.status_code == 409
    listed = clerk.get(f"/api/v1/handovers/{loan.pk}/extensions/").json()
    [row] = listed["results"]
    assert (row["decision"], row["new_due_back_on"]) == (None, "2026-06-30")
    stranger = Client()
    stranger.force_login(cast.cibinong_admin)
    assert stranger.get(f"/api/v1/handovers/{loan.pk}/extensions/").status_code == 404
    decided = clerk.post(
        f"/api/v1/handovers/{loan.pk}/extensions/{row['id']}/decide/", {"decision": "approve", "reason": "Baik"},
        content_type="application/json",
    )  # fmt: skip
    assert (decided.status_code, decided.json()["decision"]) == (200, "approve")
    assert clerk.get(f"/api/v1/handovers/{loan.pk}/").json()["due_back_on"] == "2026-06-30"
    assert "30 Juni 2026" in clerk.get(f"/admin/assets/loanextension/{row['id']}/change/").content.decode()


def test_an_ask_by_the_api_answers_with_itself(cast: Cast, loan) -> None:
    borrower = Client()
    borrower.force_login(cast.kemang_admin)
    address = f"/api/v1/handovers/{loan.pk}/extend/"
    empty = borrower.post(address, {}, content_type="application/json")
    assert {each["field"] for each in empty.json()["errors"]} == {"new_due_back_on", "reason"}
    made = borrower.post(address, {"new_due_back_on": "2026-06-30", "reason": WHY}, content_type="application/json")
    assert (made.status_code, made.json()["decision"], made.json()["handover"]["id"]) == (201, None, loan.pk)
    assert made["Location"] == made.json()["url"]


def test_the_clerk_finds_what_is_asked_on_the_loans_page(cast: Cast, loan) -> None:
    extension = asked(cast, loan)
    clerk = Client()
    clerk.force_login(cast.clerk)
    shown = clerk.get(f"/admin/assets/handover/{loan.pk}/change/").content.decode()
    assert f'href="/admin/assets/loanextension/{extension.pk}/change/"' in shown
    assert "Menunggu keputusan" in shown


def test_an_approved_extension_still_says_which_day_it_moved_and_who_asked(cast: Cast, loan) -> None:
    extension = asked(cast, loan)
    extending.decide(extension, actor=cast.clerk, decision=Decision.APPROVE, reason="Baik")
    shown = Caller(cast.clerk).get(f"handovers/{loan.pk}/extensions/{extension.pk}/").json()
    assert (shown["due_back_on"], shown["new_due_back_on"]) == ("2026-04-30", "2026-06-30")
    assert shown["asked_by"] == {"id": cast.kemang_admin.pk, "name": cast.kemang_admin.person.name}


def test_the_list_of_extensions_is_beside_that_of_handovers_and_says_what_it_searches(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.kemang_admin)
    address = reverse("admin:assets_loanextension_changelist")
    assert f'href="{address}"' in client.get("/admin/").content.decode()
    assert 'placeholder="Cari nomor BAST, unit"' in client.get(address).content.decode()
