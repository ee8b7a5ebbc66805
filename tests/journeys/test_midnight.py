"""K1: late from 00:00 local of the day after the deadline: list, detail, count, filter, worklist and export alike."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core import jobs
from core.models import Job
from tests import base
from tests.api.cast import Caller, Cast
from tests.journeys.world import a_world

DUE = date(2025, 12, 31)
ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
MINUTE_BEFORE, MINUTE_AFTER = "2025-12-31T23:59:00", "2026-01-01T00:01:00"


def judged(caller: Caller, number: str) -> dict[str, tuple[str, int]]:
    """Status and days late of the pledge as each place shows them."""
    [row] = caller.get("pledges/").json()["results"]
    detail = caller.get(f"pledges/{row['id']}/").json()
    assert detail["number"] == number
    return {"list": (row["status"], row["days_late"]), "detail": (detail["status"], detail["days_late"])}


def numbers(caller: Caller, **filters: str) -> tuple[int, list[str]]:
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    page = caller.get(f"pledges/?{query}").json()
    return page["count"], [row["number"] for row in page["results"]]


def exported(caller: Caller, number: str, **filters: object) -> list[dict[str, str]]:
    """The rows of the CSV export that hold the pledge, by column."""
    answer = caller.post("exports/", {"kind": "pledges", "format": "csv", "filters": filters})
    assert answer.status_code == 202, answer.content
    assert jobs.run_due() == 1
    job = Job.objects.latest("pk")
    assert job.state == "done", job.error
    with job.file.open("rb") as file:
        lines = list(csv.reader(io.TextIOWrapper(file, "utf-8-sig")))
    header = next(line for line in lines if len([value for value in line if value]) > 5)
    return [dict(zip(header, line, strict=False)) for line in lines if number in line]


@pytest.fixture
def pledge(db, media):
    with base.at("2025-06-02"):
        cast = Cast()
        made = base.a_pledge(cast.base, original_due_on=DUE)
    return cast, made


@pytest.mark.parametrize("zone", ZONES.values(), ids=ZONES.keys())
@pytest.mark.parametrize(("moment", "late"), [(MINUTE_BEFORE, False), (MINUTE_AFTER, True)], ids=["before", "after"])
def test_a_pledge_is_late_from_midnight_of_the_zone_everywhere_alike(pledge, settings, zone, moment, late):
    cast, made = pledge
    settings.TIME_ZONE = zone
    settings.GAWAI_NOW = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))
    caller, verdict = cast.auditor, ("overdue", 1) if late else ("due_soon", 0)
    found = (1, [made.number]) if late else (0, [])

    assert judged(caller, made.number) == {"list": verdict, "detail": verdict}
    assert numbers(caller, overdue="true") == numbers(caller, late="true") == numbers(caller, status="overdue") == found
    assert numbers(caller, status="due_soon") == ((0, []) if late else (1, [made.number]))
    assert cast.verifier.get("worklists/").json()["pledges"] == {"due": int(not late), "overdue": int(late)}
    assert len(exported(caller, made.number, overdue=True)) == int(late)
    [row] = exported(caller, made.number)
    assert ("Lewat tenggat" if late else "Mendekati tenggat") in row.values()


@pytest.mark.parametrize("moment", [MINUTE_BEFORE, MINUTE_AFTER])
def test_asked_as_of_the_day_the_answer_is_the_same_at_any_hour(pledge, settings, moment):
    cast, _made = pledge
    settings.GAWAI_NOW = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Jakarta"))
    for day, count in ((DUE, 0), (DUE + timedelta(days=1), 1)):
        assert numbers(cast.auditor, overdue="true", as_of=day.isoformat())[0] == count


def test_a_loan_and_a_request_are_late_from_midnight_too(pledge, settings):
    cast, _made = pledge
    with base.at("2025-12-01"):
        base.delivered(cast.base, kind="loan", due_back_on=DUE)
    with base.at("2025-12-26"):  # a Friday: three working days for the Camat end on Wednesday, 31 December
        request = base.submitted(cast.base)
    for moment, late in ((MINUTE_BEFORE, 0), (MINUTE_AFTER, 1)):
        settings.GAWAI_NOW = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Jakarta"))
        assert cast.auditor.get("handovers/?overdue=true").json()["count"] == late
        assert cast.clerk.get("worklists/").json()["returns"]["overdue"] == late
        assert cast.kemang_head.get("worklists/").json()["requests"] == {"due": 1 - late, "overdue": late}
        assert cast.kemang_admin.get(f"requests/{request.pk}/").json()["due_on"] == DUE.isoformat()


@pytest.mark.servers
@pytest.mark.slow
@pytest.mark.parametrize(
    ("zone", "moment", "late"),
    [("WIB", MINUTE_AFTER, 1), ("WITA", MINUTE_BEFORE, 0), ("WITA", MINUTE_AFTER, 1), ("WIT", MINUTE_BEFORE, 0),
     ("WIT", MINUTE_AFTER, 1)],
)  # fmt: skip
def test_a_server_whose_machine_keeps_utc_agrees(zone, moment, late):
    local = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(ZONES[zone]))
    with a_world(TZ="UTC", TIME_ZONE=ZONES[zone], GAWAI_NOW=local.isoformat()) as world:
        pledge = world.published(original_due_on=DUE.isoformat())
        reader = world["inspektorat"]
        status = "overdue" if late else "due_soon"
        [listed] = reader.results("pledges/")

        assert (pledge["days_late"], listed["days_late"], listed["status"]) == (late, late, status)
        assert [reader.read("pledges/", **{name: "true"})["count"] for name in ("overdue", "late")] == [late, late]
        assert world["verifikator"].read("worklists/")["pledges"] == {"due": 1 - late, "overdue": late}
        for form in ("xlsx", "csv"):
            assert world.export("inspektorat", "pledges", form, overdue=True)[0]["rows"] == late
        assert datetime.fromisoformat(pledge["created_at"]).utcoffset() == local.utcoffset()
