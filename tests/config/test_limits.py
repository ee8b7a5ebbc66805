"""No face says a limit of its own: how long, how much and how many is the model's, the verb's or the core's."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import ROOT

LIMITS = {"max_length", "min_length", "max_value", "min_value", "max_digits"}
OWN = {
    "api/resources/tokens.py": {"max_length=1000", "max_length=20"},
    "api/resources/requests.py": {"max_length=50"},
    "api/fields.py": {"max_digits=5", "max_value=100"},
    "backoffice/registers/fields.py": {"max_length=10000"},
}
"""What only one face asks for: a password and code at the door, accounts of a line, per cent, a text full of labels."""


def written(path: Path) -> Iterator[str]:
    """The limits that stand as numbers in calls of a module; 0 and 1 say a sign, not a limit."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.keyword) or node.arg not in LIMITS:
            continue
        if isinstance(node.value, ast.Constant) and node.value.value not in (0, 1):
            yield f"{node.arg}={node.value.value}"


@pytest.mark.parametrize("face", ["api", "backoffice"])
def test_no_face_writes_down_a_limit_that_another_place_knows(face: str) -> None:
    modules = [
        path for path in (ROOT / face).rglob("*.py") if path.name != "models.py" and "migrations" not in path.parts
    ]
    found = {str(path.relative_to(ROOT)): set(written(path)) for path in modules}
    assert {path: limits for path, limits in found.items() if limits} == {
        path: limits for path, limits in OWN.items() if path.startswith(face)
    }
