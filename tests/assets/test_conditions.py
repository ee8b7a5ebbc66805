"""A new condition touches one line: what the product does with it follows from what that line says."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.db import transaction

from assets.models import Asset
from assets.states import Condition
from core.errors import Conflict
from desks import worklists
from documents.intake import spellings
from documents.planbook import sources
from planning.models import PlanCause
from tests import base
from tests.planning.scenes import a_plan
from tests.server import ROOT, Server

LETTERS = ("B", "RR", "RB")
PACKAGES = [app for app in settings.INSTALLED_APPS if "." not in app and (ROOT / app).is_dir()]
WITH_TWO_MORE = """
import importlib.util, os, sys
import assets
spec = importlib.util.find_spec("assets.states")
lines = open(spec.origin).read().split("\\n")
after = next(n for n, line in enumerate(lines) if line.lstrip().startswith("BADLY_DAMAGED = "))
lines[after + 1 : after + 1] = [
    '    WET = "wet", "RR", True, _("Kena air (RR)")',
    '    BURNT = "burnt", "RB", False, _("Terbakar (RB)")',
]
states = importlib.util.module_from_spec(spec)
sys.modules["assets.states"] = assets.states = states
exec(compile("\\n".join(lines), spec.origin, "exec"), states.__dict__)
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from tests.assets.test_conditions import answers
answers()
"""


def answers() -> None:
    """Print what the product says about a wet and a burnt device. Leaves nothing behind."""
    from wording.badges import CONDITION_TONES

    with transaction.atomic():
        cast = base.make_cast()
        wet, burnt = base.an_asset(cast, condition="wet"), base.an_asset(cast, condition="burnt")
        held = base.asset_in(cast, "issued", condition="burnt")
        name = {wet.pk: "wet", burnt.pk: "burnt", held.pk: "held"}
        refused = ""
        try:
            base.an_issue(cast, assets=[burnt])
        except Conflict as refusal:
            refused = str(refusal.detail).replace(burnt.tag, "?")
        waiting = worklists.worklist("conditions", cast.clerk)
        plan = sources.PlanData(a_plan(cast), cast.planner)
        [upkeep] = sources.maintenance(plan)
        told: dict[str, Any] = {
            "available": [name[each.pk] for each in Asset.objects.available()],
            "refused": refused,
            "due": [name[each.pk] for each in waiting.due],
            "overdue": sorted(name[each.pk] for each in waiting.overdue),
            "replaced": list(PlanCause.objects.filter(kind="replacement").values_list("quantity", "detail")),
            "upkeep": [upkeep.values[column] for column in ("good", "lightly", "badly")],
            "letters": sorted((row.values["letter"], row.values["ebmd_letter"]) for row in sources.devices(plan)),
            "tones": [CONDITION_TONES[each] for each in Condition],
            "read": [spellings.condition(word) for word in ("Kena air (RR)", "burnt", "RR", "KB", "RB", "3")],
        }
        transaction.set_rollback(True)
    print(json.dumps(told))  # noqa: T201


def test_two_more_conditions_are_understood_everywhere(server: Server) -> None:
    command = [sys.executable, "-c", WITH_TWO_MORE]
    done = subprocess.run(command, env=server.environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "available": ["wet"],
        "refused": "Perangkat ? tidak tersedia: Terbakar (RB).",
        "due": ["wet"],
        "overdue": ["burnt", "held"],
        "replaced": [[1, "badly_damaged"]],
        "upkeep": [0, 1, 0],
        "letters": [["RB", "RB"], ["RB", "RB"], ["RR", "KB"]],
        "tones": ["good", "soon", "late", "soon", "late"],
        "read": ["wet", "burnt", "lightly_damaged", "lightly_damaged", "badly_damaged", "badly_damaged"],
    }


def test_every_condition_has_a_letter_of_the_forms_and_each_letter_is_read() -> None:
    assert {each.letter for each in Condition} == set(LETTERS)
    assert [Condition(spellings.condition(letter)).letter for letter in LETTERS] == list(LETTERS)


def test_no_rule_names_a_condition() -> None:
    """But for the line of the enum, the default of a new device, and the reason a plan gives."""
    words = set(Condition.values) - {Condition.GOOD.value}
    named = set()
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        if "/migrations/" in place or place.startswith("demo/"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and node.value in words:
                named.add((place, node.value))
            of_condition = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
            if of_condition and node.value.id == "Condition" and node.attr in Condition.__members__:
                named.add((place, node.attr))
    assert named == {
        ("assets/states.py", "lightly_damaged"),
        ("assets/states.py", "badly_damaged"),
        ("assets/models/register.py", "GOOD"),
        ("assets/register.py", "GOOD"),
        ("planning/states.py", "badly_damaged"),
    }
