"""The command that writes a list into a file."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from core.models import SecurityEvent
from tests.base import Cast, an_asset, decided
from tests.planning.scenes import a_plan

pytestmark = pytest.mark.usefixtures("media")


def exported(kind: str, file: Path, *more: str, user: str = "pengurus") -> str:
    said = io.StringIO()
    call_command("export_file", kind, str(file), "--user", user, *more, stdout=said)
    return said.getvalue()


def test_a_list_is_written_with_the_rows_of_the_account(cast: Cast, tmp_path: Path) -> None:
    an_asset(cast, unit=cast.kemang)
    an_asset(cast)
    file = tmp_path / "perangkat.csv"
    said = exported("assets", file, "--filter", "within=32.01.12", "--semicolon")
    assert "1 rows" in said
    assert hashlib.sha256(file.read_bytes()).hexdigest() in said
    assert file.read_text("utf-8-sig").splitlines()[1].count(";") > 10
    own = tmp_path / "kemang.csv"
    assert "0 rows" in exported("requests", own, user="cibinong")
    assert list(SecurityEvent.objects.values_list("kind", flat=True)).count("export_asked") == 2


def test_the_workbook_of_a_plan_is_written_by_its_id(cast: Cast, tmp_path: Path) -> None:
    decided(cast)
    plan = a_plan(cast)
    file = tmp_path / "usulan.xlsx"
    exported("budget_plan", file, "--filter", f"id={plan.pk}", user="perencana")
    assert "Rincian RKA" in load_workbook(file).sheetnames


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"more": ("--filter", "warna=merah")}, "filters.warna: "), ({"more": ("--filter", "within")}, "NAME=VALUE"),
     ({"user": "siapa"}, "siapa"), ({"name": "a.pdf"}, ".csv"), ({"name": "ada.csv"}, "exists")],
)  # fmt: skip
def test_what_cannot_be_makes_no_file(cast: Cast, tmp_path: Path, wrong: dict[str, Any], said: str) -> None:
    (tmp_path / "ada.csv").write_text("lama")
    file = tmp_path / wrong.get("name", "baru.csv")
    with pytest.raises(CommandError, match=said):
        exported("assets", file, *wrong.get("more", ()), user=wrong.get("user", "pengurus"))
    assert not (tmp_path / "baru.csv").exists()
    assert (tmp_path / "ada.csv").read_text() == "lama"
