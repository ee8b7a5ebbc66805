"""Service limits: each step's working days, the same in Python for one request and in SQL for lists."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from desks import worklists
from desks.limits import ServiceLimits
from org.models import CalendarDay, Role, Unit
from requests_app.models import DeviceRequest
from tests.base import Cast, a_day_off, an_issue, at, day, day_removed, grant, moment, settings_are, submitted
from tests.profiles import examples
from tests.requests_app.scenes import request_in


def step(cast: Cast, state: str) -> Any:
    return ServiceLimits().step_of(request_in(cast, state))


def test_each_step_has_its_desk_and_its_last_day(cast: Cast) -> None:
    found = {state: step(cast, state) for state in ("submitted", "endorsed", "verified", "decided", "partly_issued")}
    assert {state: (each.name, each.role, each.due_on) for state, each in found.items()} == {
        "submitted": ("endorse", "unit_head", day("2026-03-05")),
        "endorsed": ("verify", "verifier", day("2026-03-05")),
        "verified": ("decide", "approver", day("2026-03-09")),
        "decided": ("issue", "asset_clerk", day("2026-03-16")),
        "partly_issued": ("issue", "asset_clerk", day("2026-03-16")),
    }


def test_what_is_at_an_end_or_at_its_unit_has_no_limit(cast: Cast) -> None:
    for state in ("draft", "sent_back", "fulfilled", "rejected", "closed_short", "withdrawn"):
        assert step(cast, state) is None, state


def test_what_is_deferred_to_another_year_is_nobodys_to_issue(cast: Cast) -> None:
    assert step(cast, "deferred") is None
    request = request_in(cast, "deferred")
    assert request not in ServiceLimits().overdue(DeviceRequest.objects.with_state(), day("2026-12-31"))


def test_a_line_open_again_waits_for_its_decision_from_1_january(cast: Cast) -> None:
    request = request_in(cast, "deferred")
    with at("2027-01-01T00:00:00"):
        found = ServiceLimits().step_of(request)
        assert (found.name, found.role, found.since) == ("decide", "approver", day("2027-01-01"))


def test_holidays_stretch_the_limit_and_the_settings_set_it(cast: Cast) -> None:
    CalendarDay.objects.create(date=day("2026-03-03"), name="Libur", kind="local")
    assert step(cast, "submitted").due_on == day("2026-03-06")
    settings_are(endorse_days=1)
    assert step(cast, "submitted").due_on == day("2026-03-04")


def test_a_day_off_entered_once_it_has_come_does_not_make_a_late_desk_look_in_time(cast: Cast) -> None:
    request, handover = submitted(cast), an_issue(cast)
    requests = DeviceRequest.objects.with_state()
    with at("2026-03-10"):
        limits = ServiceLimits()
        due, received = limits.step_of(request).due_on, limits.receipt_due_on(handover)
        entered = [a_day_off(cast, f"2026-03-{n:02}") for n in (3, 4, 5, 6, 9, 10)]
        assert (ServiceLimits().step_of(request).due_on, ServiceLimits().receipt_due_on(handover)) == (due, received)
        assert request in ServiceLimits().overdue(requests)
        day_removed(cast, entered[0])
        assert request in ServiceLimits().overdue(requests)
    with at("2026-03-04"):
        before = submitted(cast)
        a_day_off(cast, "2026-03-05", name="Libur yang diumumkan")
        assert ServiceLimits().step_of(before).due_on == day("2026-03-10")
    with at("2026-03-20"):
        day_removed(cast, CalendarDay.objects.in_force().get(name="Libur yang diumumkan"))
        assert ServiceLimits().step_of(before).due_on == day("2026-03-10")


def test_a_step_is_late_from_midnight_after_its_last_day(cast: Cast) -> None:
    request = submitted(cast)
    requests = DeviceRequest.objects.with_state()
    for when, late in {"2026-03-05T23:59:59": False, "2026-03-06T00:00:00": True}.items():
        with at(when):
            assert (request in ServiceLimits().overdue(requests)) is late
            assert ServiceLimits().step_of(request).overdue(clock.today()) is late


def test_each_step_takes_working_days_of_the_unit_whose_turn_it_is(cast: Cast) -> None:
    """Kemang works on Saturdays, then Diskominfo too; the head of Kemang and its people sit in Kemang."""
    Unit.objects.filter(pk=cast.kemang.pk).update(working_week=6)
    settings_are(endorse_days=6, verify_days=6, receipt_days=6)
    request, checked, handover = submitted(cast), request_in(cast, "endorsed"), an_issue(cast)
    assert ServiceLimits().step_of(request).due_on == day("2026-03-09")
    assert ServiceLimits().step_of(checked).due_on == day("2026-03-10")
    assert ServiceLimits().receipt_due_on(handover) == day("2026-03-09")
    Unit.objects.filter(pk=cast.diskominfo.pk).update(working_week=6)
    assert ServiceLimits().step_of(checked).due_on == day("2026-03-09")
    for when, late in {"2026-03-09": False, "2026-03-10": True}.items():
        with at(when):
            assert worklists.worklist("handovers", cast.kemang_admin).overdue.exists() is late
            assert worklists.worklist("requests", cast.kemang_head).overdue.exists() is late
            assert worklists.worklist("requests", cast.verifier).overdue.exists() is late


INSTANTS = st.datetimes(moment("2026-01-01").replace(tzinfo=None), moment("2026-03-31").replace(tzinfo=None))
LINES = st.lists(st.sampled_from(["approve", "reject", 2025, 2026, 2027]), min_size=1, max_size=3)
STATES = st.sampled_from(["draft", "submitted", "verified", "decided", "decided", "sent_back", "withdrawn"])
REQUESTS = st.lists(st.tuples(STATES, INSTANTS, st.booleans(), LINES), min_size=1, max_size=8)


@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    facts=REQUESTS,
    as_of=st.dates(date(2026, 1, 1), date(2026, 4, 30)),
    free=st.sets(st.dates(date(2026, 1, 1), date(2026, 4, 30)), max_size=20),
    days=st.integers(1, 15),
    ask=st.sampled_from(["none", "tap"]),
    six=st.booleans(),
    weeks=st.lists(st.sampled_from([None, None, 5, 6]), min_size=5, max_size=5),
)
def test_python_and_sql_agree_on_what_is_late(
    cast: Cast, facts: list[Any], as_of: date, free: set[date], days: int, ask: str, six: bool, weeks: list[int | None]
) -> None:
    with transaction.atomic():
        limits = ("endorse_days", "verify_days", "decide_days", "issue_days")
        settings_are(endorsement=ask, six_day_week=six, **dict.fromkeys(limits, days))
        units = (cast.root, cast.kemang, cast.village, cast.diskominfo, cast.setda)
        for unit, week in zip(units, weeks, strict=True):
            said = [[None, None, 0], ["2026-02-10", week, 1]] if week and unit in (cast.kemang, cast.setda) else []
            Unit.objects.filter(pk=unit.pk).update(working_week=week, weeks=said)
        grant(cast.decider, role=Role.APPROVER, unit=cast.kemang)
        CalendarDay.objects.bulk_create(CalendarDay(date=each, name="Libur", kind="local") for each in free)
        for number, (state, instant, consented, lines) in enumerate(facts):
            put(cast, number, state, moment(instant.isoformat()), consented, lines)
        judge = ServiceLimits()
        requests = DeviceRequest.objects.with_state()
        steps = {request: judge.step_of(request) for request in requests}
        expected = {request for request, found in steps.items() if found and found.overdue(as_of)}
        assert set(judge.overdue(requests, as_of)) == expected
        transaction.set_rollback(True)


def put(cast: Cast, number: int, state: str, since: Any, consented: bool, lines: list[Any]) -> None:
    """A request whose last step was taken at ``since``; a line is approved, rejected or deferred to a year."""
    stamps = {"submitted_at": since - timedelta(days=2) if consented else since}
    if consented:
        stamps["endorsed_at"] = since
    request = DeviceRequest.objects.create(
        unit=(cast.kemang, cast.cibinong, cast.village)[number % 3], filed_by=cast.kemang_admin, purpose="x",
        state=state, number=f"UP-{number}", verified_at=since, decided_at=since, **stamps,
    )  # fmt: skip
    for line in lines:
        said = {"decision": "defer", "defer_to_year": line} if isinstance(line, int) else {"decision": line}
        approved = 1 if line == "approve" else None
        request.lines.create(device_type=cast.hp, quantity=1, situation="none", approved_quantity=approved, **said)
