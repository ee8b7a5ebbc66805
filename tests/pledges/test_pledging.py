"""From spoken words to a published pledge: draft, change, submit, publish, reject, withdraw."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from core.errors import Conflict, DomainError, Missing, NotAllowed
from core.models import Attachment
from core.permits import actions, may
from org.models import Role, Unit, User
from pledges import closures, conditions, deadlines, deciding, line_changes, papers, passing_on, pledging
from pledges.models import Closure, Pledge, PledgeLine
from pledges.verbs import PERMITS
from tests.base import (
    Cast,
    a_draft_pledge,
    a_pledge,
    again,
    at,
    closed,
    closing,
    day,
    delivered,
    grant,
    revised,
    succeeded,
)
from tests.checks import invalid, no_event, one_event, refused

# ---- drafts


def test_a_draft_is_one_event_and_its_words_stay_erasable(cast: Cast) -> None:
    with one_event("pledge.drafted", by=cast.verifier, role="verifier") as written:
        pledge = a_draft_pledge(cast)
    assert (pledge.publication, pledge.number) == ("draft", None)
    assert written.changes["quote"] == [None, pledge.quote]
    assert pledge.quote not in str(written.event.changes)
    assert written.event.unit_id == cast.diskominfo.pk


@pytest.mark.parametrize("who", ["kemang_admin", "kemang_head", "verifier", "publisher", "superuser"])
def test_who_hears_a_promise_may_draft_it(cast: Cast, who: str) -> None:
    assert a_draft_pledge(cast, by=getattr(cast, who)).recorded_by == getattr(cast, who)


@pytest.mark.parametrize("who", ["approver", "clerk", "planner", "decider", "auditor", "viewer", "outsider"])
def test_who_judges_or_reads_does_not_draft(cast: Cast, who: str) -> None:
    with refused(NotAllowed, "role_missing"):
        a_draft_pledge(cast, by=getattr(cast, who))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"quote": ""}, "quote"),
        ({"title": "x" * 201}, "title"),
        ({"basis": "gosip"}, "basis"),
        ({"strength": "mungkin"}, "strength"),
        ({"made_on_to": date(2026, 3, 3)}, "made_on_to"),
    ],
)
def test_wrong_values_are_named(cast: Cast, values: dict[str, Any], field: str) -> None:
    with invalid(field):
        a_draft_pledge(cast, **values)


@pytest.mark.parametrize(
    "values",
    [{"made_on_to": date(2021, 12, 31)}, {"original_due_on": date(2021, 12, 31)}],
)
def test_dates_that_contradict_one_another_are_refused(cast: Cast, values: dict[str, Any]) -> None:
    with invalid():
        a_draft_pledge(cast, **values)


def test_a_faulty_line_is_named_by_its_place_and_nothing_is_kept(cast: Cast) -> None:
    good = {"unit": cast.kemang, "family": cast.hp.family, "quantity": 1}
    for wrong in ({"quantity": 0}, {"quantity": -1}, {"quantity": 2.5}, {"quantity": 100_001}):
        with invalid("lines.1.quantity"):
            a_draft_pledge(cast, lines=[good, {**good, **wrong}])
    for wrong in ({"family": None}, {"device_type": cast.hp}):
        with refused(DomainError, "invalid"):
            a_draft_pledge(cast, lines=[good, {**good, **wrong}])
    assert not Pledge.objects.exists()


def test_a_changed_draft_says_old_and_new_and_replaces_its_lines(cast: Cast) -> None:
    pledge = a_draft_pledge(cast)
    lines = [{"unit": cast.cibinong, "device_type": cast.tablet, "quantity": 7}]
    with one_event("pledge.changed", by=cast.verifier, role="verifier") as written:
        pledging.change(pledge, actor=cast.verifier, title="Baru", original_due_on=day("2026-12-31"), lines=lines)
    assert written.changes == {
        "title": ["HP untuk admin media sosial", "Baru"],
        "original_due_on": [None, "2026-12-31"],
        "lines": [None, [{"unit": "32.01.01", "quantity": 7}]],
    }
    assert [line.quantity for line in pledge.lines.all()] == [7]
    with no_event():
        pledging.change(pledge, actor=cast.verifier, title="Baru")


def test_a_change_does_not_reach_number_publication_or_recorder(cast: Cast) -> None:
    pledge = a_draft_pledge(cast)
    with no_event():
        pledging.change(pledge, actor=cast.verifier, number="JJ-9", publication="published", recorded_by=cast.publisher)
    assert (again(pledge).number, again(pledge).publication) == (None, "draft")


def test_a_draft_is_its_recorders_and_its_title_and_way_are_the_verifiers_too(cast: Cast) -> None:
    pledge = a_draft_pledge(cast, by=cast.kemang_admin)
    addressed = {"title": "Lebih jelas", "budget_ref": "DPA 1", "responsible_unit": cast.setda}
    pledging.change(pledge, actor=cast.verifier, **addressed)
    for who in (cast.kemang_head, cast.publisher, cast.cibinong_admin):
        with refused(NotAllowed, "not_the_recorder"):
            pledging.change(pledge, actor=who, title="Lain")
    with refused(NotAllowed, "not_the_recorder"):
        pledging.discard(pledge, actor=cast.verifier)
    with one_event("pledge.discarded", by=cast.kemang_admin, role="requester"):
        pledging.discard(pledge, actor=cast.kemang_admin)


# ---- publication


def test_submitting_gives_the_number_and_publishing_fixes_the_words(cast: Cast) -> None:
    pledge = a_draft_pledge(cast)
    with one_event("pledge.submitted", by=cast.verifier, role="verifier") as written:
        pledging.submit(pledge, actor=cast.verifier)
    assert (written.event.subject_number, written.changes) == ("JJ-2026-0001", {"publication": ["draft", "submitted"]})
    with one_event("pledge.published", by=cast.publisher, role="publisher") as written:
        pledging.publish(pledge, actor=cast.publisher)
    assert written.changes == {"publication": ["submitted", "published"]}
    assert again(pledge).published_by == cast.publisher
    with at("2027-01-01"):
        assert pledging.submit(a_draft_pledge(cast), actor=cast.verifier).number == "JJ-2027-0001"


def test_rejecting_is_one_event_with_its_reason(cast: Cast) -> None:
    pledge = pledging.submit(a_draft_pledge(cast), actor=cast.verifier)
    with one_event("pledge.rejected", by=cast.publisher, role="publisher") as written:
        pledging.reject(pledge, actor=cast.publisher, reason="Janji kampanye")
    assert (written.reason, again(pledge).publication) == ("Janji kampanye", "rejected")


def test_testimony_alone_is_not_published(cast: Cast) -> None:
    pledge = pledging.submit(a_draft_pledge(cast, basis="testimony"), actor=cast.verifier)
    with refused(Conflict, "testimony_only"):
        pledging.publish(pledge, actor=cast.publisher)


@pytest.fixture
def both(cast: Cast) -> User:
    """A verifier who is the publisher as well."""
    grant(cast.verifier, role=Role.PUBLISHER, unit=cast.root)
    return again(cast.verifier)


@pytest.mark.parametrize("verb", ["publish", "reject"])
def test_nobody_publishes_or_rejects_what_they_recorded_or_submitted(cast: Cast, both: User, verb: str) -> None:
    recorded = pledging.submit(a_draft_pledge(cast, by=cast.publisher), actor=cast.verifier)
    sent = pledging.submit(a_draft_pledge(cast, by=cast.kemang_admin), actor=both)
    by_superuser = pledging.submit(a_draft_pledge(cast, by=cast.superuser), actor=cast.verifier)
    for pledge, who in ((recorded, cast.publisher), (sent, both), (by_superuser, cast.superuser)):
        with refused(NotAllowed, "own_act"):
            act_on(pledge, verb, who)


# ---- withdrawal


def test_withdrawing_is_one_event_with_its_reason_and_happens_once(cast: Cast) -> None:
    pledge = a_pledge(cast)
    asked = closing(cast, pledge)
    with one_event("pledge.withdrawn", by=cast.decider, role="decider") as written:
        deciding.decide(asked, decision="approve", reason="Sesuai surat", actor=cast.decider)
    changes = {
        "decision": [None, "approve"],
        "closure": [None, "withdrawn"],
        "reason_asked": [None, "Anggaran dipotong"],
    }
    assert (written.changes, written.reason) == (changes, "Sesuai surat")
    with refused(Conflict, "pledge_not_open"):
        closed(cast, pledge, "withdraw", reason="lagi")
    assert Closure.objects.count() == 1


def test_withdrawing_needs_a_reason(cast: Cast) -> None:
    pledge = a_pledge(cast)
    with invalid("reason"):
        closed(cast, pledge, "withdraw", reason="")


def test_a_kept_pledge_is_not_withdrawn(cast: Cast) -> None:
    pledge = a_pledge(cast)
    delivered(cast, pledge_line=pledge.lines.get())
    with refused(Conflict, "pledge_not_open"):
        closed(cast, pledge, "withdraw", reason="x")


# ---- every verb in every state, by everybody


def pledge_in(cast: Cast, state: str) -> Pledge:
    makers: dict[str, Callable[[], Pledge]] = {
        "draft": lambda: a_draft_pledge(cast, by=cast.kemang_admin),
        "submitted": lambda: pledging.submit(a_draft_pledge(cast, by=cast.kemang_admin), actor=cast.verifier),
        "rejected": lambda: pledging.reject(pledge_in(cast, "submitted"), actor=cast.publisher, reason="x"),
        "published": lambda: pledging.publish(pledge_in(cast, "submitted"), actor=cast.publisher),
        "conditional": lambda: a_pledge(cast, by=cast.kemang_admin, strength="conditional"),
        "kept": lambda: kept(cast, pledge_in(cast, "published")),
        "withdrawn": lambda: closed(cast, pledge_in(cast, "published"), "withdraw", reason="x"),
    }
    return again(makers[state]())


def kept(cast: Cast, pledge: Pledge) -> Pledge:
    delivered(cast, pledge_line=pledge.lines.get())
    return pledge


def act_on(pledge: Pledge, verb: str, by: User) -> Any:
    paper = Attachment.objects.create(kind="pdf", file="x.pdf", size=9, sha256="a" * 64, uploaded_by=by)
    calls: dict[str, Callable[[], Any]] = {
        "change": lambda: pledging.change(pledge, actor=by, title="Lain"),
        "delete": lambda: pledging.discard(pledge, actor=by),
        "submit": lambda: pledging.submit(pledge, actor=by),
        "publish": lambda: pledging.publish(pledge, actor=by),
        "reject": lambda: pledging.reject(pledge, actor=by, reason="x"),
        "send-back": lambda: pledging.send_back(pledge, actor=by, reason="x"),
        "withdraw": lambda: closures.withdraw(pledge, actor=by, reason="x", document=paper),
        "excuse": lambda: closures.excuse(
            pledge, actor=by, reason="court_order", explanation="Putusan 12", document=paper
        ),
        "merge": lambda: closures.merge(pledge, into=another(pledge), actor=by, reason="x", document=paper),
        "pass-on": lambda: passing_on.pass_on(
            pledge, actor=by, responsible_unit=Unit.objects.get(name="Sekretariat Daerah"), reason="x", document=paper
        ),
        "ask-line-change": lambda: line_changes.ask(
            pledge,
            kind="move",
            reason="x",
            actor=by,
            lines=[{"source": pledge.lines.get(), "unit": Unit.objects.get(name="Cibinong"), "quantity": 1}],
            document=paper,
        ),
        "add-evidence": lambda: papers.add_evidence(pledge, supports="harm", source_url="https://contoh.id", actor=by),
        "add-witness": lambda: papers.add_witness(pledge, name="Sdr. Budi", statement="Saya dengar", actor=by),
        "add-effort": lambda: papers.add_effort(pledge, kind="asked", text="Diusulkan", actor=by),
        "object": lambda: papers.object_to(pledge, text="Tidak sesuai", actor=by),
        "respond": lambda: papers.respond(pledge, text="Sedang berjalan", actor=by),
        "ask-revision": lambda: deadlines.ask(
            pledge, kind="first_set", new_due_on=day("2026-12-31"), reason="x", actor=by, document=paper
        ),
    }
    calls["meet-condition"] = lambda: conditions.meet(
        pledge,
        met_on=day("2026-01-05"),
        new_due_on=day("2026-12-31"),
        reason="x",
        actor=by,
        document=paper,
    )
    return calls[verb]()


def another(pledge: Pledge) -> Pledge:
    """A second record of the same promise, as a bare row."""
    row = again(pledge)
    row.pk, row._state.adding, row.number, row.publication = (
        None,
        True,
        f"JJ-{pledge.pk}-{Pledge.objects.count()}",
        "published",
    )
    row.save()
    for line in pledge.lines.all():
        PledgeLine.objects.create(pledge=row, unit=line.unit, family=line.family, quantity=line.quantity)
    return row


STATES = ["draft", "submitted", "rejected", "published", "conditional", "kept", "withdrawn"]
STATES_OF = {
    "change": {"draft"}, "delete": {"draft"}, "submit": {"draft"}, "publish": {"submitted"}, "reject": {"submitted"},
    "send-back": {"draft"},
    "ask-revision": {"published", "conditional"}, "pass-on": {"published", "conditional"},
    "ask-line-change": {"published", "conditional"},
    "withdraw": {"published", "conditional"}, "excuse": {"published", "conditional"},
    "merge": {"published", "conditional"}, "meet-condition": {"conditional"},
    "add-evidence": {"draft", "submitted", "published", "conditional", "kept", "withdrawn"},
    "add-witness": {"draft", "submitted", "published", "conditional", "kept", "withdrawn"},
    "add-effort": {"published", "conditional", "kept", "withdrawn"},
    "object": {"published", "conditional", "kept", "withdrawn"},
    "respond": {"submitted", "published", "conditional", "kept", "withdrawn"},
}  # fmt: skip
PEOPLE_OF = {
    "change": {"kemang_admin", "verifier", "superuser"},
    "delete": {"kemang_admin"},
    "submit": {"verifier", "superuser"},
    "publish": {"publisher", "superuser"},
    "reject": {"publisher", "superuser"},
    "send-back": {"verifier", "superuser"},
    "ask-revision": {"verifier", "superuser"},
    "ask-line-change": {"verifier", "kemang_head", "superuser"},
    "withdraw": {"verifier", "superuser"},
    "excuse": {"verifier", "superuser"},
    "merge": {"verifier", "kemang_head", "superuser"},
    "pass-on": {"verifier", "superuser"},
    "meet-condition": {"verifier", "superuser"},
    "add-evidence": {"kemang_admin", "verifier", "publisher", "auditor", "superuser"},
    "add-witness": {"kemang_admin", "publisher", "superuser"},
    "add-effort": {"planner", "verifier", "superuser"},
    "object": {"auditor", "superuser"},
    "respond": {"verifier", "superuser"},
}


def test_the_tables_name_every_verb() -> None:
    """But the one that needs a recorder who has left (test_unpublished.py)."""
    assert set(STATES_OF) == set(PEOPLE_OF) == set(PERMITS) - {"take-over"}


@pytest.mark.parametrize("state", STATES)
def test_each_verb_works_in_its_states_and_conflicts_in_all_others(cast: Cast, state: str) -> None:
    pledge = pledge_in(cast, state)
    succeeded(cast, cast.kemang, cast.cibinong)
    for verb in STATES_OF:
        allowed = state in STATES_OF[verb]
        assert PERMITS[verb].when(pledge) is allowed, verb
        if not allowed:
            with no_event(), pytest.raises(Conflict):
                act_on(pledge, verb, getattr(cast, sorted(PEOPLE_OF[verb] - {"superuser"})[0]))
    for verb in sorted(verb for verb in STATES_OF if state in STATES_OF[verb]):
        if (verb, state) == ("ask-revision", "conditional"):
            continue  # its first date comes with its condition: test_conditions.py
        act_on(pledge_in(cast, state), verb, getattr(cast, sorted(PEOPLE_OF[verb] - {"superuser"})[0]))


@pytest.mark.parametrize("verb", STATES_OF)
def test_each_verb_is_for_its_people_only(cast: Cast, verb: str) -> None:
    pledge = pledge_in(cast, next(state for state in STATES if state in STATES_OF[verb]))
    people = {getattr(cast, name) for name in PEOPLE_OF[verb]}
    for user in cast.users:
        assert may(PERMITS, verb, user, pledge) is (user in people), user.username
        assert (verb in actions(PERMITS, user, pledge)) is (user in people), user.username
        if user not in people:
            with no_event(), pytest.raises(NotAllowed):
                act_on(pledge, verb, user)


# ---- who sees it


def test_before_publication_a_pledge_is_seen_by_its_recorder_and_the_responsible_unit(cast: Cast) -> None:
    for state in ("draft", "submitted", "rejected"):
        pledge = pledge_in(cast, state)
        for who in ("kemang_admin", "verifier", "publisher", "auditor", "superuser"):
            assert Pledge.objects.get_visible(getattr(cast, who), pledge.pk) == pledge
        for who in ("kemang_head", "cibinong_admin", "outsider"):
            with pytest.raises(Missing):
                Pledge.objects.get_visible(getattr(cast, who), pledge.pk)


def test_a_published_pledge_is_read_whole_by_anyone_signed_in(cast: Cast) -> None:
    pledge = pledge_in(cast, "published")
    for user in cast.users:
        assert Pledge.objects.get_visible(user, pledge.pk) == pledge
    User.objects.filter(pk=cast.superuser.pk).update(is_active=False)
    for user in (None, again(cast.superuser)):
        assert not Pledge.objects.visible_to(user).exists()


def test_the_first_date_and_every_later_one_stay_on_record(cast: Cast) -> None:
    pledge = a_pledge(cast, original_due_on=day("2026-03-31"))
    revised(cast, pledge, to=day("2026-06-30"))
    revised(cast, pledge, to=day("2026-09-30"), decision="reject")
    assert again(pledge).original_due_on == day("2026-03-31")
    asked = list(pledge.deadline_revisions.values_list("new_due_on", "decision"))
    assert asked == [(day("2026-06-30"), "approve"), (day("2026-09-30"), "reject")]
