"""The command that reads a file into the register."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from assets.models import Asset
from core.models import Event
from documents.intake import sessions
from tests.documents.files import device, register, workbook

pytestmark = pytest.mark.usefixtures("media")


def imported(tmp_path, rows, *more, kind="assets", user="pengurus") -> str:
    file = tmp_path / "daftar.xlsx"
    file.write_bytes(workbook(rows))
    said = io.StringIO()
    call_command("import_file", kind, str(file), "--user", user, *more, stdout=said)
    return said.getvalue()


def test_a_file_is_checked_and_only_written_when_asked(cast, tmp_path):
    assert "2 rows: 2 new" in imported(tmp_path, register(device(1), device(2)))
    assert not Asset.objects.exists()
    assert "Done: 2 new." in imported(tmp_path, register(device(1), device(2)), "--apply")
    assert Event.objects.latest("seq").actor_id == cast.clerk.pk
    assert "2 rows: 2 same" in imported(tmp_path, register(device(1), device(2)), "--apply")
    assert Asset.objects.count() == 2


def test_a_faulty_file_is_told_row_by_row_and_given_back_marked(cast, tmp_path):
    marked = tmp_path / "salah.xlsx"
    with pytest.raises(CommandError):
        imported(tmp_path, register(device(1, kondisi="lumayan")), "--apply", "--annotated", str(marked))
    assert load_workbook(marked).active["L2"].value.startswith("Kondisi: ")
    assert not Asset.objects.exists()


def test_a_large_file_is_carried_through_the_queue(cast, tmp_path, monkeypatch):
    monkeypatch.setattr(sessions, "INLINE_ROWS", -200)
    assert "Done: 1 new." in imported(tmp_path, register(device(1)), "--apply")
    assert Asset.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"user": "siapa"}, {"user": "pembaca"}, {"more": ("--unit", "99")}])
def test_who_may_not_imports_nothing(cast, tmp_path, wrong):
    with pytest.raises(CommandError):
        imported(tmp_path, register(device(1)), *wrong.get("more", ()), user=wrong.get("user", "pengurus"))


def test_what_is_asked_is_answered_on_the_line(cast, tmp_path):
    rows = [["Nama", "Unit Kerja"], ["Dewi", "Kemang"], ["Dewi", "Kemang"]]
    with pytest.raises(CommandError, match="--answer KEY=VALUE"):
        imported(tmp_path, rows, "--apply", kind="people", user="pengelola")
    said = imported(tmp_path, rows, "--apply", "--answer", "twice.3=same", kind="people", user="pengelola")
    assert "twice.3: " in said and "Done: 1 new, 1 skipped." in said


def test_what_a_column_means_is_said_on_the_line(cast, tmp_path):
    rows = [["Perkakas", "Merek", "Kode unit pencatat"], ["Smartphone", "Contoh", "32.01.DISKOMINFO"]]
    with pytest.raises(CommandError, match=r"Jenis perangkat.*column\.perkakas"):
        imported(tmp_path, rows)
    assert "Done: 1 new." in imported(tmp_path, rows, "--apply", "--answer", "column.perkakas=device_type")
