"""Files of lists are made where no face is installed: an export names a list and its filters, and asks nobody above."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from documents.reports import REPORTS
from tests.server import ROOT, clean_environment

pytestmark = pytest.mark.slow

ALONE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
from django.conf import settings
settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app not in ("api", "backoffice")]
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests import base
cast = base.make_cast()
base.an_asset(cast, unit=cast.kemang), base.an_asset(cast)
for kind in sys.argv[2:]:
    call_command("export_file", kind, f"{sys.argv[1]}/{kind}.csv", "--user", "pengurus", "--filter", "within=32.01.12")
assert {name for name in sys.modules if name.startswith(("api.", "backoffice"))} <= {"api.settings"}
"""


def test_an_export_is_made_by_its_list_without_any_face(tmp_path: Path) -> None:
    kinds = list(REPORTS)
    call = [sys.executable, "-c", ALONE, str(tmp_path), *kinds]
    made = subprocess.run(call, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    rows = {kind: len((tmp_path / f"{kind}.csv").read_text().splitlines()) - 1 for kind in kinds}
    assert rows == dict.fromkeys(kinds, 0) | {"assets": 1}
