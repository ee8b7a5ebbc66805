"""The check of the register as a job: by night, by the auditor's button, and what the first page says of it."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from core import jobs
from core.journal import record
from core.models import Installation, Job, RegisterCheck
from core.transactions import writing
from documents.checking import NIGHTLY_FROM, REGISTER, nightly
from tests.base import Cast, make_cast
from tests.core.tampering import lift_guards

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Cast:
    """The cast, whose bare rows stand in one event."""
    with writing():
        cast = make_cast()
        record("installation.changed", Installation.current(), actor=None)
    return cast


def test_a_clean_register_is_kept_as_clean_with_who_asked(told: Cast) -> None:
    jobs.enqueue(REGISTER, told.auditor)
    jobs.run_due()
    check, job = RegisterCheck.objects.get(), Job.objects.get()
    assert (job.state, job.rows) == ("done", check.rows)
    assert (check.asked_by, check.erased, check.fault) == (told.auditor, 0, None)
    assert check.rows > 50
    assert check.started_at <= check.finished_at


def test_the_first_row_that_no_event_explains_is_kept_as_data_and_said_in_words(told: Cast) -> None:
    lift_guards()
    type(told.kemang).objects.filter(pk=told.kemang.pk).update(name="Lain")
    jobs.enqueue(REGISTER)
    jobs.run_due()
    check, job = RegisterCheck.objects.get(), Job.objects.get()
    assert check.asked_by is None
    assert check.fault == {
        "kind": "columns", "label": "org.unit", "pk": told.kemang.pk, "number": told.kemang.code, "columns": ["name"],
        "event": None,
    }  # fmt: skip
    said = f"Unit {told.kemang.code} tidak lagi seperti yang tercatat: nama."
    assert (job.state, job.error) == ("failed", said)


def test_every_night_has_one_check_and_an_empty_register_none() -> None:
    def asked() -> int:
        return Job.objects.filter(kind=REGISTER).count()

    begun = timezone.localtime().replace(hour=NIGHTLY_FROM, minute=0, second=0, microsecond=0)
    nightly()
    assert asked() == 0
    with writing():
        record("installation.changed", Installation(pk=1), actor=None)
    call_command("run_jobs", stdout=StringIO())
    nightly()
    assert asked() == (timezone.now() >= begun)
    Job.objects.filter(kind=REGISTER).update(created_at=begun - timedelta(minutes=1))
    before = asked()
    nightly()
    assert asked() == before + (timezone.now() >= begun)
