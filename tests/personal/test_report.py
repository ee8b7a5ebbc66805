"""What a person is told about their own data."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from assets import register
from personal import readings
from tests.base import Cast, a_request, an_asset, delivered

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
