"""Before publication: the promiser's office is told and may clarify; rejections are counted; campaigns are refused."""

from __future__ import annotations

import pytest

from core.errors import Conflict, DomainError, Missing
from core.permits import actions
from org.models import CalendarDay, Office, Role, Unit
from pledges import notice, papers, pledging
from pledges.models import Pledge
from pledges.verbs import PERMITS
from tests.base import Cast, a_draft_pledge, a_pledge, again, at, day, settings_are, user
from tests.checks import no_event, refused


@pytest.fixture
def told(cast: Cast) -> Pledge:
    """Submitted on Monday 2 March 2026 with five working days of notice; the Wednesday is a holiday."""
    settings_are(pledge_notice_days=5)
    CalendarDay.objects.create(date=day("2026-03-04"), name="Libur", kind="national")
    return pledging.submit(a_draft_pledge(cast), actor=cast.verifier)


def test_publication_waits_for_five_working_days(cast: Cast, told: Pledge) -> None:
    assert notice.publishable_on(told) == day("2026-03-10")
    for moment in ("2026-03-02", "2026-03-09T23:59:59"):
        with at(moment):
            assert "publish" not in actions(PERMITS, cast.publisher, told)
            with no_event(), pytest.raises(Conflict, match="2026-03-10") as caught:
                pledging.publish(told, actor=cast.publisher)
            assert caught.value.code == "notice_running"
    with at("2026-03-10T00:00:00"):
        assert "publish" in actions(PERMITS, cast.publisher, told)
        assert pledging.publish(told, actor=cast.publisher).publication == "published"
        assert notice.publishable_on(again(told)) is None


def test_the_notice_is_in_working_days_of_the_promising_offices_unit(cast: Cast, told: Pledge) -> None:
    Unit.objects.filter(pk=cast.root.pk).update(working_week=6)
    assert notice.publishable_on(told) == day("2026-03-09")


def test_rejection_does_not_wait(cast: Cast, told: Pledge) -> None:
    assert pledging.reject(told, actor=cast.publisher, reason="Bukan janji").publication == "rejected"


def test_without_notice_it_may_be_published_at_once(cast: Cast) -> None:
    assert a_pledge(cast).publication == "published"


def test_meanwhile_the_office_clarifies_and_the_words_stay(cast: Cast, told: Pledge) -> None:
    papers.respond(told, text="Yang dimaksud HP dinas", actor=cast.verifier)
    with refused(Conflict, "not_a_draft"):
        pledging.change(told, actor=cast.verifier, quote="Lain")
    assert again(told).quote == told.quote
    with at("2026-03-10"):
        published = pledging.publish(told, actor=cast.publisher)
    assert [each.text for each in published.responses.all()] == ["Yang dimaksud HP dinas"]


def test_the_head_of_the_promising_office_sees_the_submitted_pledge_and_not_the_draft(cast: Cast) -> None:
    secretary = user(username="kepala-setda", unit=cast.setda, roles=(Role.UNIT_HEAD,))
    office = Office.objects.create(name="Sekretaris Daerah", unit=cast.setda)
    draft = a_draft_pledge(cast, office=office)
    with pytest.raises(Missing):
        Pledge.objects.get_visible(secretary, draft.pk)
    told = pledging.submit(draft, actor=cast.verifier)
    papers.respond(Pledge.objects.get_visible(secretary, told.pk), text="Kami perjelas", actor=secretary)
    for who in (cast.kemang_head, cast.cibinong_admin):
        with pytest.raises(Missing):
            Pledge.objects.get_visible(who, told.pk)


def test_rejected_submissions_are_counted(cast: Cast) -> None:
    for number in range(2):
        told = pledging.submit(a_draft_pledge(cast, title=f"Janji {number}"), actor=cast.verifier)
        pledging.reject(told, actor=cast.publisher, reason="Tanpa bukti")
    a_pledge(cast), a_draft_pledge(cast)
    assert Pledge.objects.rejected().filter(office=cast.bupati).count() == 2


def test_campaign_promises_are_refused_by_name(cast: Cast) -> None:
    with refused(DomainError, "campaign_promise", field="campaign"):
        a_draft_pledge(cast, campaign=True)
    draft = a_draft_pledge(cast, campaign=False)
    with refused(DomainError, "campaign_promise", field="campaign"):
        pledging.change(draft, actor=cast.verifier, campaign=True)
