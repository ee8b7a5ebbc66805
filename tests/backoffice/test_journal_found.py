"""The journal is found by day, person and unit, events lead to their object, jobs are called by what they make."""

from __future__ import annotations

from django.urls import reverse

from backoffice.downloads import name_of
from core.jobs import enqueue
from core.models import Event, Job
from documents.reports.offered import REPORTS
from tests import base
from tests.backoffice.desk import Desk, listing, page, text
from tests.base import Cast, at


def test_the_journal_is_found_by_day_person_and_unit(cast: Cast, desk: Desk) -> None:
    with at("2026-02-20"):
        early = base.submitted(cast)
    late = base.submitted(cast, unit=cast.cibinong)
    for query, there, not_there in (
        ({"until": "2026-02-20"}, early, late), ({"since": "2026-02-21"}, late, early),
        ({"unit": "32.01.12"}, early, late), ({"unit": "32.01.01"}, late, early),
        ({"q": str(cast.kemang_admin)}, early, late), ({"q": "diajukan", "until": "2026-02-20"}, early, late),
    ):  # fmt: skip
        said = text(desk.get(cast.auditor, listing(Event), **query))
        assert there.number in said and not_there.number not in said, query
    for wrong in ({"since": "kemarin"}, {"until": "2026-02-30"}, {"unit": "99"}):
        assert desk.get(cast.auditor, listing(Event), **wrong).status_code == 400


def test_every_event_leads_to_its_object_where_the_reader_sees_it(cast: Cast, desk: Desk) -> None:
    request = base.submitted(cast)
    event = Event.objects.filter(subject_type="request").latest("pk")
    for where in (listing(Event), page(event)):
        assert f'href="{page(request)}"' in desk.get(cast.auditor, where).content.decode(), where
    said = text(desk.get(cast.auditor, page(event)))
    assert "Diajukan" in said


def test_every_job_is_called_by_what_it_makes(cast: Cast, desk: Desk) -> None:
    for kind in (*REPORTS, "journal"):
        job = Job(kind="export", params={"kind": kind, "format": "xlsx"})
        assert str(name_of(job)) not in ("export", kind, "Pekerjaan lain"), kind
    enqueue("export", cast.clerk, {"kind": "handovers", "format": "csv", "filters": {}})
    said = text(desk.get(cast.clerk, reverse("admin:jobs")))
    assert "Serah terima · CSV" in said and "export" not in said
