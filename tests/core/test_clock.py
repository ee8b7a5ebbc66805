"""Local days and the clock that can be held still."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from core import clock


@pytest.mark.parametrize(
    ("zone", "last_moment", "first_late_moment"),
    [
        ("Asia/Jakarta", datetime(2026, 3, 10, 16, 59, tzinfo=UTC), datetime(2026, 3, 10, 17, 1, tzinfo=UTC)),
        ("Asia/Makassar", datetime(2026, 3, 10, 15, 59, tzinfo=UTC), datetime(2026, 3, 10, 16, 1, tzinfo=UTC)),
        ("Asia/Jayapura", datetime(2026, 3, 10, 14, 59, tzinfo=UTC), datetime(2026, 3, 10, 15, 1, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_local_midnight(settings, zone: str, last_moment: datetime, first_late_moment: datetime) -> None:
    settings.TIME_ZONE = zone
    timezone.get_default_timezone.cache_clear()
    deadline = date(2026, 3, 10)
    with clock.frozen(last_moment):
        assert clock.today() == deadline
    with clock.frozen(first_late_moment):
        assert clock.today() > deadline
        assert clock.start_of(clock.today()) > last_moment


def test_the_environment_can_hold_the_clock_still(settings) -> None:
    settings.GAWAI_NOW = datetime(2024, 2, 29, 5, tzinfo=UTC)
    assert clock.now() == settings.GAWAI_NOW
    assert clock.today() == date(2024, 2, 29)


def test_a_block_holds_the_clock_and_lets_it_go() -> None:
    outer, inner = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    with clock.frozen(outer):
        with clock.frozen(inner):
            assert clock.now() == inner
        assert clock.now() == outer
    assert abs((clock.now() - timezone.now()).total_seconds()) < 5


def test_the_register_is_not_the_clock_of_sessions_and_locks(settings) -> None:
    settings.GAWAI_NOW = datetime(2024, 2, 29, 5, tzinfo=UTC)
    assert timezone.now().year >= 2026


def test_days_past_a_date_are_never_fewer_than_none() -> None:
    due = date(2026, 2, 28)
    days = (date(2026, 2, 27), due, date(2026, 3, 1))
    assert [clock.days_past(due, day) for day in days] == [0, 0, 1]
    assert clock.days_past(None, due) == 0


def test_an_age_is_counted_in_local_days(settings) -> None:
    settings.TIME_ZONE = "Asia/Jakarta"
    timezone.get_default_timezone.cache_clear()
    just_before_midnight = datetime(2026, 3, 10, 16, 59, tzinfo=UTC)
    with clock.frozen(datetime(2026, 3, 10, 17, 1, tzinfo=UTC)):
        assert clock.age_days(just_before_midnight) == 1
        assert clock.age_days(None) is None
