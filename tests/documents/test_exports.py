"""The job ``export``, asked for and fetched through the API: the rows of the list, for whoever may see them."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from itertools import product
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from assets.models import Handover
from core import journal
from core.jobs import enqueue, run_due
from core.models import Job
from documents import exports
from org.models import Person
from planning import plans
from tests import base
from tests.api.cast import Caller
from tests.backoffice.desk import Desk, page, text
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
        assert (notes["Saringan: kondisi"], notes["Saringan: keadaan"]) == ("Baik (B)", "Dipakai, Hilang")
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


class TestPlans:
    """G7 for the budget: A, B and Diskominfo find in its files what they find in its lists, and nothing hidden."""

    READERS = ("kemang_admin", "kemang_head", "cibinong_admin", "planner", "clerk", "verifier", "auditor", "outsider")

    @pytest.fixture
    def planned(self, scene):
        """A plan for the whole district, and one of each kecamatan for itself; everybody's numbers are known."""
        for number, person in enumerate(Person.objects.order_by("pk")):
            Person.objects.filter(pk=person.pk).update(
                nip=f"19800101{number:010d}", phone=f"+62811{number:07d}", position=f"Jabatan {number:03d}"
            )
        own = base.some_assets(scene, 2, unit=scene.kemang)
        base.delivered(scene, assets=own[:1], to=scene.kemang, recipient=scene.rani)
        return [
            plans.create(fiscal_year=2027, actor=scene.planner),
            *(
                plans.create(fiscal_year=year, unit=unit, within=unit, actor=scene.planner)
                for unit, year in ((scene.kemang, 2027), (scene.kemang, 2028), (scene.cibinong, 2027))
            ),
        ]

    def lines(self, user, **filters) -> set[str]:
        """The numbers of the plan lines that the lists show."""
        caller = Caller(user)
        query = "&".join(f"{name}={value}" for name, value in {**filters, "limit": 100}.items())
        pages = [caller.get(f"plans/{row['id']}/lines/?limit=100").json() for row in listed_plans(caller, query)]
        assert all(page["next"] is None for page in pages)
        return {line["number"] for page in pages for line in page["results"]}

    def test_the_list_as_a_file_holds_the_lines_of_the_plans_in_the_list(self, planned, scene):
        chosen = [{}, {"fiscal_year": 2028}, {"unit__code": "32.01.12"}, {"within": "32.01.01"}, {"state": "frozen"}]
        found = {}
        for who, filters in product(self.READERS, chosen):
            user = getattr(scene, who)
            _job, content = exported(user, kind="budget_plan", format="csv", filters=filters)
            header, *rows = parsed(content)
            found[who] = [row[header.index("Nomor baris")] for row in rows]
            assert sorted(found[who]) == sorted(self.lines(user, **filters)), (who, filters)
        assert found["outsider"] == []

    def test_the_workbook_holds_what_its_reader_finds_in_the_lists(self, planned, scene):
        read = dict.fromkeys(self.READERS, 0)
        for who, plan in product(self.READERS, planned):
            user = getattr(scene, who)
            if plan.pk not in {row["id"] for row in listed_plans(Caller(user))}:
                answer = Caller(user).post("exports/", {"kind": "budget_plan", "filters": {"id": plan.pk}})
                assert (answer.status_code, answer.json()["code"]) == (400, "not_one")
                continue
            read[who] += 1
            book = self.workbook(user, plan.pk)
            lines = Caller(user).get(f"plans/{plan.pk}/lines/?limit=100").json()["results"]
            assert under(book["Rincian RKA"], "Kunci baris") == {str(line["id"]) for line in lines}
            books = listed(user, "assets", within=plan.within.code, state__in=NOT_RETIRED)
            cards = [book[name] for name in book.sheetnames if name.startswith("KIB B")]
            assert sum(len(under(card, "Nomor Register")) for card in cards) == len(books)
            assert under(book["Janji"], "Nomor") == listed(user, "pledges", publication="published")
        assert read == dict(zip(self.READERS, (2, 2, 1, 4, 4, 4, 4, 0), strict=True))

    def workbook(self, user, plan: int):
        _job, content = exported(user, kind="budget_plan", format="xlsx", filters={"id": plan})
        return load_workbook(BytesIO(content))

    def test_of_people_a_reader_learns_no_more_than_the_papers_of_handovers_say(self, planned, scene):
        """Number and position stand on the BAST of whoever holds a device, and under a plan; a telephone nowhere."""
        lists = [{"kind": kind, "format": form} for kind in KEY for form in ("xlsx", "csv")]
        told_of = {}
        for who in self.READERS:
            user = getattr(scene, who)
            for order in [*lists, {"kind": "budget_plan", "format": "csv"}]:
                assert not self.people_in(exported(user, **order)[1], "nip", "phone", "position"), (who, order)
            signers = {scene.kemang_head.person_id, scene.cibinong_head.person_id}
            known = signers | set(Handover.objects.visible_to(user).values_list("recipient", flat=True))
            told_of[who] = set()
            for row in listed_plans(Caller(user)):
                _job, content = exported(user, kind="budget_plan", format="xlsx", filters={"id": row["id"]})
                assert not self.people_in(content, "phone"), who
                told_of[who] |= self.people_in(content, "nip", "position")
            assert told_of[who] <= known, who
        assert told_of["kemang_admin"] == {scene.rani.pk, scene.kemang_head.person_id}
        assert told_of["cibinong_admin"] == {scene.cibinong_head.person_id}
        assert told_of["planner"] == {scene.rani.pk, *signers}

    def people_in(self, content: bytes, *hidden: str) -> set[int]:
        """Of whom a file tells one of the fields that the lists hide."""
        said = everything(content)
        said += said.replace(" ", "")
        return {person.pk for person in Person.objects.all() if any(getattr(person, name) in said for name in hidden)}


NOT_RETIRED = "in_stock,held,issued,in_repair,lost"


def listed_plans(caller, query: str = "limit=100") -> list[dict]:
    return caller.get(f"plans/?{query}").json()["results"]


def under(sheet, title: str) -> set:
    """The texts below a column's title, to the end of the list."""
    [head] = [cell for row in sheet.iter_rows() for cell in row if cell.value == title]
    below = sheet.iter_rows(head.row + 1, min_col=head.column, max_col=head.column, values_only=True)
    return {value for (value,) in below if isinstance(value, str)}


def everything(content: bytes) -> str:
    """All that a file says."""
    if not content.startswith(b"PK"):
        return content.decode()
    with ZipFile(BytesIO(content)) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist())


class TestTimes:
    @pytest.mark.parametrize(
        ("zone", "name", "clock"),
        [("Asia/Jakarta", "WIB", "07.30"), ("Asia/Makassar", "WITA", "08.30"), ("Asia/Jayapura", "WIT", "09.30")],
    )
    def test_file_screen_and_api_tell_one_instant_and_name_the_zone(self, cast, media, settings, zone, name, clock):
        """G6"""
        settings.TIME_ZONE = zone
        instant = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
        with at(instant.isoformat()):
            request = base.submitted(cast)
            _job, book = exported(cast.kemang_admin, kind="requests", format="xlsx")
            _job, plain = exported(cast.kemang_admin, kind="requests", format="csv")
            told = Caller(cast.kemang_admin).get(f"requests/{request.pk}/").json()["submitted_at"]
            shown = text(Desk(cast).get(cast.kemang_admin, page(request)))
        [row], sheet = records(book), opened(book)
        titles = [cell.value for cell in sheet[header_row(sheet)]]
        header, [line] = parsed(plain)[0], parsed(plain)[1:]
        assert timezone.make_aware(row[titles.index(f"Diajukan ({name})")]) == instant
        assert f"pukul {clock} {name}" in str(list(sheet.values))
        for written in (told, line[header.index("Diajukan")]):
            assert datetime.fromisoformat(written) == instant
            assert datetime.fromisoformat(written).utcoffset() == instant.astimezone(ZoneInfo(zone)).utcoffset()
        assert f"2 Mar 2026 {clock} {name}" in shown
