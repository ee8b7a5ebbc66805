"""What stands below the faces works where one of them, or both, is not installed: nothing is planted from above."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.server import ROOT, clean_environment

pytestmark = [pytest.mark.slow, pytest.mark.servers]

WITHOUT = """
import os, sys, types
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
from django.conf import settings
folder, out, kinds = sys.argv[1], sys.argv[2].split(","), sys.argv[3:]
settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app not in out]
nowhere = sys.modules["nowhere"] = types.ModuleType("nowhere")
nowhere.urlpatterns, settings.ROOT_URLCONF = [], "nowhere"
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("check")
from core import guards, jobs
from tests import base
cast = base.make_cast()
base.an_asset(cast, unit=cast.kemang), base.an_asset(cast)
for kind in kinds:
    call_command("export_file", kind, f"{folder}/{kind}.csv", "--user", "pengurus", "--filter", "within=32.01.12")
call_command("export_journal", f"{folder}/jurnal.jsonl")
call_command("verify_journal")
jobs.sweep()
assert {"export", "import_read", "import_apply", "verify_journal", "calendar_changed"} <= set(jobs.handlers())
assert guards.every()
assert not [name for name in sys.modules if name.partition(".")[0] in out and name not in ("api", "api.settings")]
"""


KINDS = ("requests", "assets", "pledges", "budget_plan", "handovers", "receipts", "condition_reports")
"""Reports with columns of their own, and some of the many that are drawn from their lists alone."""


@pytest.mark.parametrize("out", ["api", "backoffice", "api,backoffice"])
def test_everything_below_works_without_a_face(tmp_path: Path, out: str) -> None:
    call = [sys.executable, "-c", WITHOUT, str(tmp_path), out, *KINDS]
    made = subprocess.run(call, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    rows = {kind: len((tmp_path / f"{kind}.csv").read_text().splitlines()) - 1 for kind in KINDS}
    assert rows == dict.fromkeys(KINDS, 0) | {"assets": 1}
    assert (tmp_path / "jurnal.jsonl").stat().st_size
