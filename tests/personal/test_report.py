"""What a person is told about their own data."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.utils.functional import Promise
from openpyxl import load_workbook

from assets import register
from core.models import Job
from documents import subjectreport
from org import accounts
from personal import readings
from tests.base import Cast, a_request, again, an_asset, an_attachment, delivered

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


def test_every_row_says_what_it_is_about_in_words(cast: Cast) -> None:
    """A custody names its device; no raw JSON, no English, no instant for machines."""
    asset = delivered(cast, recipient=cast.rani).items.get().asset
    Job.objects.create(kind="export", owner=cast.kemang_admin, params={"person": 20, "days": {"since": "Rani"}})
    an_attachment(cast, by=cast.kemang_admin)
    accounts.set_password(cast.kemang_admin, actor=cast.user_admin, password="sandi-baru-2026-kuat")
    told = subjectreport.as_json(again(cast.rani), *subjectreport.span(None, None))
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
