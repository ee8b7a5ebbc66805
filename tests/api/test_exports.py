"""Exports: asked for, made by a job, fetched by whoever asked; the same rows as the list."""

from __future__ import annotations

import csv
import hashlib
import io

import pytest
from openpyxl import load_workbook

from core import jobs
from core.models import Job, SecurityEvent
from tests import base
from tests.api.cast import Cast
from tests.api.test_contract import fields, problem

pytestmark = pytest.mark.usefixtures("media")


def made(caller, **body):
    answer = caller.post("exports/", body)
    assert answer.status_code == 202, answer.content
    job = answer.json()
    assert answer["Location"].endswith(f"/api/v1/jobs/{job['id']}/")
    assert (job["state"], job["progress"], job["file"], job["rows"]) == ("queued", 0, None, None)
    jobs.run_due()
    done = caller.get(answer["Location"]).json()
    assert (done["state"], done["progress"]) == ("done", 100), done
    file = caller.get(done["file"], Accept="*/*")
    content = b"".join(file.streaming_content)
    assert hashlib.sha256(content).hexdigest() == done["sha256"]
    return done, file, content


def rows_of(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


@pytest.mark.parametrize(
    ("kind", "filters"),
    [
        ("assets", {}),
        ("assets", {"state": "issued"}),
        ("assets", {"state__in": ["issued", "in_stock"], "within": "32.01"}),
        ("assets", {"search": "GW-"}),
        ("requests", {"state": "decided"}),
        ("pledges", {"late": True}),
        ("pledges", {"as_of": "2026-01-01"}),
        ("pledges", {"known_at": "2030-01-01", "late": True}),
    ],
)
def test_an_export_holds_the_rows_of_the_list(cast: Cast, kind: str, filters: dict):
    base.delivered(cast.base)
    base.an_asset(cast.base)
    base.decided(cast.base)
    base.a_pledge(cast.base)
    for caller in (cast.clerk, cast.kemang_admin, cast.outsider):
        query = "&".join(
            f"{n}={','.join(v) if isinstance(v, list) else str(v).lower() if v is True else v}"
            for n, v in filters.items()
        )
        shown = caller.get(f"{kind}/?{query}").json()["results"]
        done, _file, content = made(caller, kind=kind, format="csv", filters=filters)
        key = "tag" if kind == "assets" else "number"
        listed = [row[key] for row in shown]
        assert done["rows"] == len(rows_of(content)) - 1
        assert sorted({cell for line in rows_of(content)[1:] for cell in line[:2]} & set(listed)) == sorted(listed)


def test_a_workbook_and_a_csv_with_semicolons(cast: Cast):
    base.an_asset(cast.base)
    done, file, content = made(cast.clerk, kind="assets", format="xlsx")
    assert file["Content-Type"].endswith("spreadsheetml.sheet")
    assert file["Content-Disposition"].startswith("attachment;")
    assert file["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in file["Cache-Control"]
    assert load_workbook(io.BytesIO(content)).sheetnames
    _done, _file, content = made(cast.clerk, kind="assets", format="csv", delimiter="semicolon")
    assert len(rows_of(content, ";")[0]) > 5
    assert done["filename"].endswith(".xlsx")


def test_a_job_is_private_to_whoever_asked(cast: Cast):
    done, _file, _content = made(cast.clerk, kind="assets")
    for caller in (cast.viewer, cast.superuser):
        problem(caller.get(done["url"]), 404)
        problem(caller.get(done["file"], Accept="*/*"), 404)
        assert caller.get("jobs/").json()["count"] == caller.get("exports/").json()["count"] == 0
    assert cast.clerk.get("exports/").json()["count"] == 1
    assert SecurityEvent.objects.filter(kind="export_downloaded", user_id=cast.clerk.user.pk).count() == 1


def test_a_file_that_is_not_there_yet_is_missing(cast: Cast):
    job = cast.clerk.post("exports/", {"kind": "assets"}).json()
    problem(cast.clerk.get(f"jobs/{job['id']}/file/", Accept="*/*"), 404)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, {"kind"}),
        ({"kind": "passwords"}, {"kind"}),
        ({"kind": "assets", "format": "pdf"}, {"format"}),
        ({"kind": "assets", "delimiter": "tab"}, {"delimiter"}),
        ({"kind": "assets", "owner": 1}, {"owner"}),
        ({"kind": "assets", "filters": {"bogus": 1, "limit": 5}}, {"filters.limit"}),
        ({"kind": "assets", "filters": {"bogus": 1}}, {"filters.bogus"}),
        ({"kind": "assets", "filters": {"id": "1e3"}}, {"filters.id"}),
        ({"kind": "assets", "filters": {"state": {"a": 1}}}, {"filters.state"}),
        ({"kind": "assets", "filters": [1]}, {"filters"}),
    ],
)
def test_an_export_is_refused_at_once_when_its_order_is_wrong(cast: Cast, body: dict, named: set):
    answer = cast.clerk.post("exports/", body)
    problem(answer, 400)
    assert fields(answer) == named
    assert Job.objects.count() == 0


def test_the_same_key_gives_the_same_job(cast: Cast):
    first = cast.clerk.post("exports/", {"kind": "assets"}, Idempotency_Key="k")
    second = cast.clerk.post("exports/", {"kind": "assets"}, Idempotency_Key="k")
    assert (first.status_code, second.status_code) == (202, 202)
    assert (first.content, first["Location"]) == (second.content, second["Location"])
    assert Job.objects.count() == 1
