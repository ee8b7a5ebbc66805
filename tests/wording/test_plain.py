"""The room of words and everything below it know neither HTML nor pages nor addresses."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model

from tests.server import ROOT

FORBIDDEN = (
    "django.utils.html", "django.utils.safestring", "django.template", "django.shortcuts", "django.urls",
    "django.contrib.admin",
)  # fmt: skip
ALLOWED = {("core/faults.py", "django.template")}  # the page of a refusal that no face has seen


def layers() -> list[str]:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    return contract["layers"]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("package", layers()[layers().index("wording") :])
def test_no_page_is_known_here(package: str) -> None:
    found = {
        (str(path.relative_to(ROOT)), forbidden)
        for path in (ROOT / package).rglob("*.py")
        for name in imported(path)
        for forbidden in FORBIDDEN
        if f"{name}.".startswith(f"{forbidden}.")
    }
    assert found - ALLOWED == set()


SAID_ONCE = re.compile(r'Rp\{|"j [FM] Y|%d/%m/%Y|:,\}"\.replace|\|date:"j|\bg-badge g-\{')


def test_money_days_and_badges_are_spelled_in_one_place_each() -> None:
    folders = [ROOT / name for layer in layers() for name in layer.split(" | ")] + [ROOT / "templates"]
    files = [path for folder in folders for kind in ("py", "html") for path in folder.rglob(f"*.{kind}")]
    found = {str(path.relative_to(ROOT)) for path in files if SAID_ONCE.search(path.read_text())}
    assert found == {"core/words.py", "core/numbers.py", "backoffice/html.py"}


@pytest.mark.parametrize("model", [m for m in apps.get_models() if "quantity" in {f.name for f in m._meta.fields}])
def test_a_thing_says_its_count_as_pages_do(model: type[Model]) -> None:
    related = {f.name: f.related_model(pk=1) for f in model._meta.fields if f.related_model}  # type: ignore[operator]
    assert "1.000" in str(model(quantity=1000, **related))
