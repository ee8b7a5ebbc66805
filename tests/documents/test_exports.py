"""The job ``export``, asked for and fetched through the API: the rows of the list, for whoever may see them."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from core import journal
from core.jobs import enqueue, run_due
from core.models import Job
from documents import exports
from tests import base
from tests.api.cast import Caller
from tests.base import at
from tests.documents.sheets import header_row, opened, parsed, records

KEY = {"requests": ("number", "Nomor usulan"), "assets": ("tag", "Label"), "pledges": ("number", "Nomor janji")}


@pytest.fixture
def scene(cast, media):
    """Two kecamatan with requests, devices and pledges of their own."""
    for unit in (cast.kemang, cast.cibinong):
        base.submitted(cast, unit=unit)
        base.decided(cast, unit=cast.kemang)
        base.delivered(cast, assets=base.some_assets(cast, 2), to=unit)
        base.a_pledge(cast, lines=[{"unit": unit, "family": cast.hp.family, "quantity": 2}])
    base.a_draft_pledge(cast)
    base.asset_in(cast, "lost")
    return cast


def exported(user, **wanted) -> tuple[Job, bytes]:
    """Ask for an export, run the worker, fetch the file."""
    caller = Caller(user)
    asked = caller.post("exports/", wanted)
    assert asked.status_code == 202, asked.json()
    run_due()
    found = caller.get(asked["Location"]).json()
    assert found["state"] == "done", found
    answer = caller.get(found["file"])
    job = Job.objects.get(pk=found["id"])
    return job, b"".join(answer.streaming_content)


def keys(kind: str, content: bytes) -> set:
    """The numbers that stand in the rows of an exported workbook."""
    sheet = opened(content)
    titles = [cell.value for cell in sheet[header_row(sheet)]]
    return {row[titles.index(KEY[kind][1])] for row in records(content)} - {"NIHIL"}


def listed(user, kind: str, **filters) -> set:
    query = "&".join(f"{name}={value}" for name, value in {**filters, "limit": 100}.items())
    answer = Caller(user).get(f"{kind}/?{query}").json()
    assert answer["next"] is None
    return {row[KEY[kind][0]] for row in answer["results"]}


class TestSameRowsAsTheList:
    @pytest.mark.parametrize("kind", KEY)
    @pytest.mark.parametrize(
        "who", ["kemang_admin", "cibinong_admin", "verifier", "clerk", "auditor", "outsider", "superuser"]
    )
    def test_each_reader_gets_the_rows_of_the_own_list(self, scene, kind, who):
        user = getattr(scene, who)
        _job, content = exported(user, kind=kind, format="xlsx")
        assert keys(kind, content) == listed(user, kind)

    @pytest.mark.parametrize(
        ("kind", "filters"),
        [
            ("requests", {"state": "decided"}),
            ("requests", {"within": "32.01.12", "device_type__code": "smartphone"}),
            ("requests", {"search": "medsos"}),
            ("assets", {"state": "issued"}),
            ("assets", {"held_within": "32.01.01"}),
            ("assets", {"condition": "badly_damaged"}),
            ("pledges", {"status": "dangling"}),
            ("pledges", {"within": "32.01.12", "publication": "published"}),
            ("pledges", {"as_of": "2023-01-15", "late": "false"}),
        ],
    )
    def test_filters_choose_the_same_rows(self, scene, kind, filters):
        _job, content = exported(scene.clerk, kind=kind, filters=filters)
        assert keys(kind, content) == listed(scene.clerk, kind, **filters)

    def test_an_unknown_filter_is_refused_when_asked(self, scene):
        answer = Caller(scene.clerk).post("exports/", {"kind": "assets", "filters": {"holder__nip": "1"}})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "filters.holder__nip")
        assert not Job.objects.exists()

    def test_rights_are_those_of_the_moment_when_the_job_runs(self, scene):
        job = enqueue("export", scene.clerk, {"kind": "assets", "format": "csv", "filters": {}})
        scene.clerk.grants.all().delete()
        run_due()
        job.refresh_from_db()
        assert (job.state, job.rows) == ("done", 0)

    def test_an_account_closed_meanwhile_gets_nothing(self, scene):
        job = enqueue("export", scene.clerk, {"kind": "assets", "format": "csv", "filters": {}})
        type(scene.clerk).objects.filter(pk=scene.clerk.pk).update(is_active=False)
        run_due()
        job.refresh_from_db()
        assert (job.state, bool(job.file)) == ("failed", False)


class TestFile:
    def test_job_tells_file_name_rows_and_progress(self, scene):
        with at("2026-03-02T14:05:00"):
            job, content = exported(scene.clerk, kind="assets", format="xlsx")
        assert job.filename == "perangkat-2026-03-02-1405.xlsx"
        assert (job.rows, job.progress) == (len(records(content)), 100)

    @pytest.mark.parametrize(("delimiter", "sign"), [("comma", ","), ("semicolon", ";")])
    def test_csv_holds_the_same_rows_as_the_workbook(self, scene, delimiter, sign):
        job, content = exported(scene.clerk, kind="assets", format="csv", delimiter=delimiter)
        _job, book = exported(scene.clerk, kind="assets", format="xlsx")
        header, *rows = parsed(content, sign)
        assert header[0] == "Label" and job.filename.endswith(".csv")
        assert {row[0] for row in rows} == keys("assets", book)

    def test_names_the_journal_entry_it_rests_on(self, scene):
        seq, digest = journal.head()
        _job, content = exported(scene.clerk, kind="requests", format="xlsx")
        assert f"Jurnal {seq}:{digest}" in str(list(opened(content).values))

    def test_says_which_filters_were_used_and_who_made_it(self, scene):
        filters = {"condition": "good", "state__in": ["issued", "lost"]}
        _job, content = exported(scene.clerk, kind="assets", filters=filters)
        notes = dict(row[:2] for row in load_workbook(BytesIO(content)).worksheets[-1].values)
        assert (notes["Saringan: kondisi"], notes["Saringan: keadaan"]) == ("good", "issued, lost")
        assert notes["Dibuat oleh"] == "Ujang Suherman"

    def test_sample_data_is_marked_on_the_sheet_and_in_the_name(self, scene):
        base.settings_are(sample_data=True)
        job, content = exported(scene.clerk, kind="pledges", format="xlsx")
        assert job.filename.startswith("CONTOH-janji-")
        assert opened(content)["A3"].value == "DATA CONTOH: bukan data sebenarnya"

    def test_submission_is_the_same_instant_as_in_the_api_with_the_zone_named(self, scene):
        _job, content = exported(scene.kemang_admin, kind="requests", format="xlsx")
        sheet = opened(content)
        titles = [cell.value for cell in sheet[header_row(sheet)]]
        in_file = {row[0]: timezone.make_aware(row[titles.index("Diajukan (WIB)")]) for row in records(content)}
        rows = Caller(scene.kemang_admin).get("requests/").json()["results"]
        assert in_file == {row["number"]: datetime.fromisoformat(row["submitted_at"]) for row in rows}

    def test_csv_gives_the_instant_with_its_offset(self, scene):
        _job, content = exported(scene.kemang_admin, kind="requests", format="csv")
        header, *rows = parsed(content)
        assert {row[header.index("Diajukan")] for row in rows} == {"2026-03-02T09:00:00+07:00"}

    def test_totals_are_those_of_the_rows(self, scene):
        _job, content = exported(scene.clerk, kind="requests", format="xlsx")
        notes = dict(row[:2] for row in load_workbook(BytesIO(content)).worksheets[-1].values)
        assert (notes["Baris"], notes["Jumlah Diminta"], notes["Jumlah Disetujui"]) == (4, 4, 2)

    def test_nothing_is_left_behind_when_writing_fails(self, scene, tmp_path, monkeypatch):
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        monkeypatch.setattr(exports, "_EVERY", 0)  # a fault of our own in the middle of the rows
        job = enqueue("export", scene.clerk, {"kind": "assets", "format": "csv", "filters": {}})
        run_due()
        job.refresh_from_db()
        assert (job.state, job.error) == ("queued", "internal_error")
        assert list(tmp_path.iterdir()) == []
