"""What a person is told about their own data."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.functional import Promise
from openpyxl import load_workbook

from assets import register
from core.models import Job, SecurityEvent
from documents import subjectreport
from org import accounts
from personal import readings
from tests.api.cast import Caller
from tests.backoffice.desk import Desk
from tests.base import Cast, a_request, again, an_asset, an_attachment, at, delivered, moment
from tests.documents.test_intake_sessions import handed_in

pytestmark = pytest.mark.django_db


def test_one_workbook_says_what_is_held_done_and_read_and_masks_others(cast: Cast, tmp_path) -> None:
    a_request(cast, purpose="Diminta Ujang Suherman, HP 081299998888, untuk Rani Puspita")
    delivered(cast, recipient=cast.rani)
    register.report_condition(an_asset(cast), actor=cast.clerk, condition="good", note="kata Rani Puspita")
    readings.note("person_viewed", cast.clerk, [cast.rani.pk], path="/admin/org/person/1/")
    readings.note("export_made", cast.planner, range(1, 5000), rows=9)
    readings.note("person_viewed", cast.clerk, [cast.auditor.person_id])

    call_command("subject_report", str(cast.rani.pk), str(tmp_path / "rani.xlsx"))

    book = load_workbook(tmp_path / "rani.xlsx")
    told = {sheet.title: "\n".join(str(cell.value) for row in sheet.rows for cell in row) for sheet in book}
    whole = "\n".join(told.values())
    assert "Rani Puspita" in told["Identitas"]
    assert "kata Rani Puspita" in told["Catatan tentang orang ini"]
    assert "Diminta U. S., HP •••, untuk Rani Puspita" in told["Catatan tentang orang ini"]
    assert "Ujang" not in whole and "08129999" not in whole
    assert told["Siapa membaca atau mengekspor"].count("U. S. · Diskominfo") == 1
    assert "T. S. · Diskominfo" in told["Siapa membaca atau mengekspor"]


@pytest.mark.usefixtures("media")
def test_who_read_in_a_file_about_somebody_and_looked_at_it_is_told(cast: Cast) -> None:
    rows = [["Nama", "NIP", "Jabatan", "Unit"], ["Rani Puspita", None, "Pengelola media", "Kemang"],
            ["Orang Baru", None, "Staf", "Kemang"]]  # fmt: skip
    session = handed_in(cast, rows, kind="people", by=cast.user_admin)
    desk, caller = Desk(cast), Caller(cast.user_admin)
    assert desk.get(cast.user_admin, reverse("admin:import", args=[session.pk])).status_code == 200
    assert desk.get(cast.user_admin, reverse("admin:import_annotated", args=[session.pk])).status_code == 200
    assert caller.get(f"imports/{session.pk}/").status_code == 200
    assert caller.get(f"imports/{session.pk}/annotated/").status_code == 200
    span = subjectreport.span()
    told = [each.kind for each in readings.of(cast.rani.pk, *span) if each.user == cast.user_admin.pk]
    assert told == ["import_read", "import_viewed", "import_downloaded", "import_viewed", "import_downloaded"]
    assert not list(readings.of(cast.clerk.person_id, *span))
    assert set(readings.KINDS) == set(subjectreport.READ_AS)


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        ("2025-06-30", "2025-06-30", 3), ("2025-06-30T08:00", "", 2), ("2025-06-30T08:00:01", "", 1),
        ("2025-06-30T01:00:00Z", "2025-06-30T08:00", 1), ("", "2025-06-30T07:59:59+07:00", 1), ("2025-07-01", "", 0),
    ],
)  # fmt: skip
def test_readings_are_told_between_days_and_times_of_the_district(
    cast: Cast, tmp_path: Path, since: str, until: str, found: int
) -> None:
    for clock_shows in ("2025-06-30T00:00:00", "2025-06-30T08:00:00", "2025-06-30T23:59:59"):
        SecurityEvent.objects.create(
            kind="person_viewed", user_id=cast.clerk.pk, at=moment(clock_shows), detail={"people": [cast.rani.pk]}
        )
    with at("2026-12-02"):
        span = [f"--{name}={text}" for name, text in (("since", since), ("until", until)) if text]
        call_command("subject_report", str(cast.rani.pk), str(tmp_path / "rani.xlsx"), *span)
        named = {name: text for name, text in (("since", since), ("until", until)) if text}
        own = Caller(cast.kemang_admin).get(f"me/personal-data/?{urlencode(named)}")
        assert [each["how"] for each in own.json()["readings"]].count("Halaman orang dibuka") == found
        page = reverse("admin:org_person_read", args=[cast.rani.pk, "personal-data"])
        shown = Desk(cast).get(cast.user_admin, f"{page}?{urlencode(named)}").content.decode()
        assert shown.count("Halaman orang dibuka") == found
    sheet = load_workbook(tmp_path / "rani.xlsx")["Siapa membaca atau mengekspor"]
    assert sum("Halaman orang dibuka" in map(str, row) for row in sheet.values) == found


@pytest.mark.parametrize(
    "text", ["besok", "2026-02-30", "2026-11-30T25:00", "2026-11-30 08:00", "2026-11-30T08", "1-1-2026"]
)
def test_what_is_no_time_is_refused_by_its_name_everywhere(cast: Cast, tmp_path: Path, text: str) -> None:
    with pytest.raises(CommandError, match="jam setempat"):
        call_command("subject_report", str(cast.rani.pk), str(tmp_path / "rani.xlsx"), f"--until={text}")
    for path in ("me/personal-data/", "me/personal-data/file/"):
        answer = Caller(cast.kemang_admin).get(f"{path}?{urlencode({'until': text})}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "until")
    page = reverse("admin:org_person_read", args=[cast.rani.pk, "personal-data"])
    shown = Desk(cast).get(cast.user_admin, f"{page}?{urlencode({'until': text})}")
    assert shown.status_code == 400
    assert "jam setempat" in shown.content.decode()


def test_every_row_says_what_it_is_about_in_words(cast: Cast) -> None:
    """A custody names its device; no raw JSON, no English, no instant for machines."""
    asset = delivered(cast, recipient=cast.rani).items.get().asset
    Job.objects.create(kind="export", owner=cast.kemang_admin, params={"person": 20, "days": {"since": "Rani"}})
    an_attachment(cast, by=cast.kemang_admin)
    accounts.set_password(cast.kemang_admin, actor=cast.user_admin, password="sandi-baru-2026-kuat")
    told = subjectreport.as_json(again(cast.rani), *subjectreport.span())
    held = {row["kind"]: row["text"] for row in told["held"]}
    assert asset.tag in held["Penguasaan"] and "Rani" in held["Pekerjaan"]
    assert [kind for kind, text in held.items() if not text] == []
    whole = str([row[name] for part in told.values() for row in part for name in row if name != "at"])
    assert not re.search(r"\{'|\d{4}-\d\d-\d\dT|Uploaded by", whole)


def test_every_table_and_every_column_that_leads_to_a_person_has_words() -> None:
    for model, links in subjectreport.links().items():
        named = [model._meta.verbose_name, *(model._meta.get_field(link).verbose_name for link, _to in links)]
        keys = [model._meta.label_lower, *(link for link, _to in links)]
        bare = [key for key, name in zip(keys, named, strict=True) if not isinstance(name, Promise)]
        assert [key for key in bare if key not in subjectreport.CALLED] == [], model
