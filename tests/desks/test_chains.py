"""Chains that one hand may have made lie on the auditor's desk, and passwords set by another on the head's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core import clock, journal
from core.errors import NotAllowed
from core.hands import Hand
from core.models import Credential, Event, SignIn
from core.permits import four_eyes
from desks import worklists
from desks.chains import Mark, marked
from desks.passwords import set_lately
from org import accounts, departing
from org.models import Grant, Role, User
from requests_app import approvals, filing
from requests_app.models import DeviceRequest
from requests_app.rules import approver
from tests.base import (
    Cast,
    a_request,
    again,
    an_attachment,
    an_issue,
    at,
    day,
    decided,
    endorsed,
    grant,
    moment,
    submitted,
    user,
)
from tests.checks import refused
from wording.timeline import story_of

GOOD = "sawah-hijau-7731"


def chain(cast: Cast) -> DeviceRequest:
    """A request that was endorsed, verified, decided and issued, each by another."""
    request = decided(cast)
    an_issue(cast, request_line=request.lines.get())
    return request


def verified_by(cast: Cast, who: User) -> DeviceRequest:
    return approvals.verify(endorsed(cast), actor=who)


def signed_in(who: User, device: str, when: str) -> None:
    SignIn.objects.create(user_id=who.pk, device=device, at=moment(when))


def test_a_chain_of_four_is_no_reason_to_look(cast: Cast) -> None:
    chain(cast)
    assert marked(cast.auditor) == {}


def test_that_one_user_admin_made_all_accounts_is_no_reason(cast: Cast) -> None:
    makers = (cast.kemang_head, cast.verifier, cast.approver, cast.clerk)
    fresh_accounts(cast, *makers, by=cast.user_admin)
    chain(cast)
    assert marked(cast.auditor) == {}


def fresh_accounts(cast: Cast, *users: User, by: User) -> None:
    """As when ``by`` had made these accounts long ago: theirs are no older credentials."""
    for each in users:
        Credential.objects.bulk_create([Credential(pk=-each.pk, user=each, set_by=by, set_at=moment("2019-12-01"))])


def test_the_maker_of_one_of_its_accounts_acts_in_it(cast: Cast) -> None:
    fresh_accounts(cast, cast.approver, by=cast.verifier)
    request = chain(cast)
    assert marked(cast.auditor) == {request.pk: [Mark.MAKER]}
    lists = worklists.worklists(again(cast.auditor))["chains"]
    assert list(lists.due) == [request]
    assert not lists.overdue.exists()


def test_two_of_its_accounts_signed_in_from_one_device_within_a_day(cast: Cast) -> None:
    signed_in(cast.verifier, "a", "2026-03-01T12:00:00")
    signed_in(cast.approver, "a", "2026-03-02T12:00:00")
    signed_in(cast.viewer, "a", "2026-03-01T12:01:00")
    request = chain(cast)
    assert marked(cast.auditor) == {}
    signed_in(cast.approver, "a", "2026-03-02T11:59:59")
    assert marked(cast.auditor) == {request.pk: [Mark.DEVICE]}


@pytest.mark.parametrize("days", [-30, -2, 2, 270])
def test_what_they_shared_on_other_days_than_those_of_its_acts_says_nothing_of_it(cast: Cast, days: int) -> None:
    chain(cast)
    then = clock.now() + timedelta(days=days)
    for each in (cast.verifier, cast.approver):
        SignIn.objects.create(user_id=each.pk, device="a", at=then)
    assert marked(cast.auditor) == {}
    if days > 0:
        with clock.frozen(then):
            later = decided(cast)
        assert marked(cast.auditor) == {later.pk: [Mark.DEVICE]}


@pytest.mark.parametrize(
    ("other", "marks"), [("kemang_head", []), ("verifier", [Mark.DEVICE]), ("clerk", [Mark.DEVICE])]
)
def test_who_filed_it_shares_a_device_with_the_head_but_not_with_the_office(
    cast: Cast, other: str, marks: list[Mark]
) -> None:
    request = chain(cast)
    for each in (request.filed_by, getattr(cast, other)):
        SignIn.objects.create(user_id=each.pk, device="a", at=clock.now())
    assert marked(cast.auditor).get(request.pk, []) == marks


def test_who_made_the_account_of_one_files_it(cast: Cast) -> None:
    fresh_accounts(cast, cast.kemang_head, by=cast.kemang_admin)
    request = chain(cast)
    assert marked(cast.auditor) == {request.pk: [Mark.MAKER]}


def test_who_files_on_the_day_of_his_grant_is_no_reason(cast: Cast) -> None:
    new = user(username="pemohon-baru", unit=cast.kemang)
    grant(new, role=Role.REQUESTER, unit=cast.kemang, created_at=clock.now())
    submitted(cast, a_request(cast, by=again(new)))
    assert marked(cast.auditor) == {}


def test_a_grant_was_given_less_than_a_day_before_the_act_it_allowed(cast: Cast) -> None:
    with at("2026-03-03"):
        late = user(username="verifikator-baru", unit=cast.diskominfo)
        grant(late, role=Role.VERIFIER, unit=cast.root, created_at=clock.now())
    with at("2026-03-04T08:59:59"):
        request = verified_by(cast, again(late))
    with at("2026-03-04T09:00:00"):
        verified_by(cast, again(late))
    assert marked(cast.auditor) == {request.pk: [Mark.FRESH_GRANT]}


def test_an_older_grant_that_reached_as_far_allowed_it_unless_it_had_ended(cast: Cast) -> None:
    old = user(username="verifikator-lama", unit=cast.diskominfo, roles=(Role.VERIFIER,), where=cast.root)
    grant(old, role=Role.VERIFIER, unit=cast.kemang, created_at=clock.now())
    verified_by(cast, again(old))
    assert marked(cast.auditor) == {}
    elsewhere = user(username="verifikator-lain", unit=cast.diskominfo, roles=(Role.VERIFIER,), where=cast.cibinong)
    grant(elsewhere, role=Role.VERIFIER, unit=cast.kemang, created_at=clock.now())
    ended = user(username="verifikator-habis", unit=cast.diskominfo)
    grant(ended, role=Role.VERIFIER, unit=cast.root, ends_on=day("2026-03-01"))
    grant(ended, role=Role.VERIFIER, unit=cast.root, created_at=clock.now())
    requests = [verified_by(cast, again(each)) for each in (elsewhere, ended)]
    assert marked(cast.auditor) == {each.pk: [Mark.FRESH_GRANT] for each in requests}


def test_only_the_auditor_sees_them_and_only_in_his_units(cast: Cast) -> None:
    fresh_accounts(cast, cast.approver, by=cast.verifier)
    request = chain(cast)
    here = user(username="auditor-kemang", unit=cast.kemang, roles=(Role.AUDITOR,))
    there = user(username="auditor-cibinong", unit=cast.cibinong, roles=(Role.AUDITOR,))
    assert marked(here) == {request.pk: [Mark.MAKER]}
    for each in (there, cast.verifier, cast.kemang_head, cast.user_admin, cast.superuser, cast.outsider):
        assert marked(each) == {}


# ---- whose password another set


def test_the_event_and_its_page_say_through_whom_for_seven_days(cast: Cast) -> None:
    accounts.set_password(cast.verifier, actor=cast.user_admin, password=GOOD)
    request = verified_by(cast, again(cast.verifier))
    event = Event.objects.get(verb="request.verified")
    assert event.changes[journal.THROUGH] == [None, [cast.user_admin.pk]]
    line = story_of(request, cast.verifier).own[0]
    assert line.through == "kata sandi dipasang oleh Fitri Amalia"
    later = clock.now() + timedelta(days=7)
    with clock.frozen(later):
        verified_by(cast, again(cast.verifier))
    assert journal.THROUGH not in Event.objects.filter(verb="request.verified").last().changes


def test_where_the_only_user_admin_set_it_himself_the_auditor_is_told(cast: Cast) -> None:
    """The approver's unit has no head."""
    for each in (cast.approver, cast.kemang_head, cast.kemang_admin, cast.user_admin):
        accounts.set_password(again(each), actor=cast.user_admin if each != cast.user_admin else cast.superuser,
                              password=GOOD)  # fmt: skip
    told = [cast.user_admin, cast.kemang_head, cast.approver]
    assert [each.user for each in set_lately(cast.auditor)] == told
    local = user(username="auditor-kemang", unit=cast.kemang, roles=(Role.AUDITOR,))
    for each in (cast.user_admin, cast.cibinong_head, local, cast.viewer, cast.approver):
        assert not set_lately(each).exists()
    second = user(username="pengelola2", unit=cast.diskominfo, roles=(Role.USER_ADMIN,), where=cast.root)
    assert [each.user for each in set_lately(second)] == told
    assert not set_lately(again(cast.auditor)).exists()
    departing.leave(second.person, actor=cast.superuser, reason="Pensiun")
    assert [each.user for each in set_lately(again(cast.auditor))] == told


def test_what_a_head_set_himself_goes_to_the_districts_user_admin(cast: Cast) -> None:
    both = user(username="camat-pengelola", unit=cast.cibinong, roles=(Role.USER_ADMIN, Role.UNIT_HEAD))
    Grant.objects.filter(user=cast.cibinong_head).delete()
    accounts.set_password(cast.cibinong_admin, actor=both, password=GOOD)
    accounts.set_password(cast.kemang_admin, actor=cast.superuser, password=GOOD)
    assert not set_lately(both).exists()
    assert [each.user for each in set_lately(cast.user_admin)] == [cast.cibinong_admin]
    assert [each.user for each in set_lately(cast.kemang_head)] == [cast.kemang_admin]


def test_only_who_set_the_password_that_the_account_has_is_said_to_have_set_it(cast: Cast) -> None:
    """Four eyes still count whoever could have acted; the page says no more than what is so."""
    accounts.set_password(cast.user_admin, actor=cast.superuser, password=GOOD)
    accounts.set_password(cast.verifier, actor=again(cast.user_admin), password=GOOD)
    verified_by(cast, again(cast.verifier))
    assert Event.objects.filter(verb="request.verified").last().changes[journal.THROUGH] == [None, [cast.user_admin.pk]]
    accounts.set_password(again(cast.verifier), actor=again(cast.verifier), password="kopi-luwak-5520")
    request = verified_by(cast, again(cast.verifier))
    assert journal.THROUGH not in Event.objects.filter(verb="request.verified").last().changes
    assert story_of(request, cast.verifier).own[0].through == ""
    with refused(NotAllowed, "own_act"):
        four_eyes(again(cast.user_admin), Hand(cast.verifier.pk, clock.now()))


def test_the_head_is_told_at_once_and_for_a_head_the_districts_user_admin(cast: Cast) -> None:
    second = user(username="pengelola2", unit=cast.diskominfo, roles=(Role.USER_ADMIN,), where=cast.root)
    accounts.set_password(cast.kemang_admin, actor=cast.user_admin, password=GOOD)
    accounts.set_password(cast.kemang_head, actor=cast.user_admin, password=GOOD)
    accounts.set_password(cast.verifier, actor=cast.user_admin, password=GOOD)
    accounts.set_password(cast.viewer, actor=cast.viewer, password=GOOD)
    assert [each.user for each in set_lately(cast.kemang_head)] == [cast.kemang_admin]
    assert [each.user for each in set_lately(second)] == [cast.verifier, cast.kemang_head]
    for each in (cast.user_admin, cast.cibinong_head, cast.kemang_admin, cast.auditor, cast.outsider):
        assert not set_lately(each).exists()
    with clock.frozen(clock.now() + timedelta(days=7)):
        assert not set_lately(cast.kemang_head).exists()


def test_without_a_user_admin_of_the_whole_the_superuser_is_told(cast: Cast) -> None:
    accounts.set_password(cast.kemang_head, actor=cast.user_admin, password=GOOD)
    assert [each.user for each in set_lately(again(cast.superuser))] == [cast.kemang_head]
    user(username="pengelola2", unit=cast.diskominfo, roles=(Role.USER_ADMIN,), where=cast.root)
    assert not set_lately(again(cast.superuser)).exists()


@pytest.mark.parametrize("days", [0, 7])
def test_what_two_accounts_do_with_passwords_of_one_is_done_by_one(cast: Cast, days: int) -> None:
    """Neither is his own account: he verified as one and would decide as the other."""
    for each in (cast.verifier, cast.approver):
        accounts.set_password(each, actor=cast.user_admin, password=GOOD)
        accounts.set_password(each, actor=again(each), password="gunung-biru-4410")
    request = endorsed(cast)
    with clock.frozen(clock.now() + timedelta(days=days)):
        request = approvals.verify(request, actor=again(cast.verifier))
        if days:
            assert approver(again(cast.approver), request) == Role.APPROVER
            return
        with refused(NotAllowed, "own_act"):
            approver(again(cast.approver), request)


def knows_both(cast: Cast, one: User, other: User) -> None:
    for each in (one, other):
        accounts.set_password(each, actor=cast.user_admin, password=GOOD)


def test_a_third_who_set_both_passwords_does_not_file_as_one_and_endorse_as_the_other(cast: Cast) -> None:
    knows_both(cast, cast.kemang_admin, cast.kemang_head)
    request = submitted(cast, a_request(cast, by=again(cast.kemang_admin)))
    with refused(NotAllowed, "own_act"):
        filing.endorse(request, actor=again(cast.kemang_head))
    signed = filing.attach_letter(request, letter=an_attachment(cast), actor=again(cast.kemang_admin))
    assert signed.endorsed_at


@pytest.mark.parametrize("setters", [("user_admin", "superuser"), ("kemang_admin", "user_admin"), ("user_admin", "")])
def test_with_passwords_of_different_hands_a_kecamatan_begins_at_once(cast: Cast, setters: tuple[str, str]) -> None:
    for each, by in zip((cast.kemang_admin, cast.kemang_head), setters, strict=True):
        if by:
            accounts.set_password(each, actor=getattr(cast, by), password=GOOD)
    request = submitted(cast, a_request(cast, by=again(cast.kemang_admin)))
    assert filing.endorse(request, actor=again(cast.kemang_head)).endorsed_by == cast.kemang_head


def test_seven_days_later_each_is_himself_again(cast: Cast) -> None:
    knows_both(cast, cast.kemang_admin, cast.kemang_head)
    with clock.frozen(clock.now() + timedelta(days=7)):
        request = submitted(cast, a_request(cast, by=again(cast.kemang_admin)))
        assert filing.endorse(request, actor=again(cast.kemang_head)).endorsed_by == cast.kemang_head
