"""The cases of pledges.md about words, edits and figures; each subject whole in the file named after it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from core.errors import Conflict
from org.calendar import public_days
from org.models import CalendarDay
from pledges import papers, pledging
from pledges.figure_rows import rows_of
from pledges.figures import figures_of
from pledges.models import Pledge
from pledges.suggesting import suggestion_for
from tests.base import Cast, a_draft_pledge, again, an_attachment, day
from tests.checks import refused
from tests.pledges.test_cases import deliver, due, seen


def test_tahun_ini_bulan_depan_and_februari_said_on_24_august_2022(cast: Cast) -> None:
    said = {"made_on_from": day("2022-08-24"), "made_on_to": day("2022-08-24")}
    answers = {"tahun ini": "2022-12-31", "bulan depan": "2022-09-30", "Februari": "2023-02-28"}
    for words, answer in answers.items():
        assert str(suggestion_for(words, **said).due_on) == answer
        assert seen(due(cast, answer, deadline_text=words, **said), answer).status == "due_soon"


def test_5_working_days_from_friday_5_april_2024_are_monday_22_april(cast: Cast) -> None:
    friday = day("2024-04-05")
    CalendarDay.objects.bulk_create(public_days(range(2024, 2025)))
    assert suggestion_for("5 hari kerja", friday, friday).due_on == day("2024-04-22")


def test_phones_and_internet_quota_in_one_sentence_are_two_pledges_with_one_quote_and_one_paper(cast: Cast) -> None:
    quote, paper = "HP dan kuota internet untuk setiap admin.", an_attachment(cast)
    phones, quota = due(cast, quote=quote), due(cast, quote=quote, title="Kuota internet", lines=[])
    for pledge in (phones, quota):
        papers.add_evidence(pledge, supports="promise", file=paper, actor=cast.verifier)
    deliver(cast, phones, 1, "2023-11-01")
    assert [seen(each, "2024-01-10").status for each in (phones, quota)] == ["kept_on_time", "overdue"]
    assert phones.number != quota.number
    assert {each.evidence.get().file for each in (phones, quota)} == {paper}


def test_the_first_date_of_a_published_pledge_is_refused_by_the_trigger(cast: Cast) -> None:
    pledge = due(cast)
    with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
        Pledge.objects.filter(pk=pledge.pk).update(original_due_on=day("2025-12-31"))
    assert again(pledge).original_due_on == day("2023-12-31")


def test_a_published_pledge_is_never_deleted_and_ones_own_draft_is(cast: Cast) -> None:
    published, draft = due(cast), a_draft_pledge(cast)
    with refused(Conflict, "not_a_draft"):
        pledging.discard(published, actor=cast.verifier)
    pledging.discard(draft, actor=cast.verifier)
    assert not Pledge.objects.filter(pk=draft.pk).exists()


def test_while_nothing_is_due_yet_there_is_no_rate(cast: Cast) -> None:
    due(cast, "2026-12-31")
    found = figures_of(rows_of(Pledge.objects.all(), day("2026-03-02")), day("2026-03-02"))
    assert (found.n, found.on_time.n, found.on_time.percent) == (1, 0, None)
