"""The README stays in step with what it describes."""

from __future__ import annotations

import re

from django.core.management import get_commands

from demo.management.commands.load_demo import WHO
from org.models import Role
from tests.databases import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
NOT_FOR_OPERATORS = {"DEBUG", "DJANGO_DEBUG", "GAWAI_SERVING"}


def section(title: str) -> str:
    return README.split(f"## {title}\n")[1].split("\n## ")[0]


def first_words(table: str) -> set[str]:
    """The first word of each row of a table, out of its backticks."""
    return set(re.findall(r"^\| `(\w+)", table, re.MULTILINE))


def test_every_setting_that_is_read_is_explained_and_no_other() -> None:
    code = "".join((ROOT / name).read_text() for name in ("config/environment.py", "config/settings.py"))
    code += (ROOT / "demo/management/commands/load_demo.py").read_text()
    read = set(re.findall(r'(?:text|whole_number|environ\.get)\("([A-Z_]+)"', code))
    assert first_words(section("Settings")) == (read | {"DATABASE_URL"}) - NOT_FOR_OPERATORS


def test_every_command_that_is_named_exists() -> None:
    named = first_words(section("Look after it"))
    assert named <= set(get_commands())
    own = {path.stem for path in ROOT.glob("*/management/commands/[a-z]*.py")}
    assert own - named == {"run_jobs"}


def test_every_file_that_is_linked_exists() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for path in re.findall(r"\]\((?!https?:)([\w./-]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / path).is_file(), (page.name, path)


def test_every_target_of_make_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"make ([a-z-]+)", section("Start"))) <= targets


def test_the_sample_names_its_roles_in_the_words_of_the_readme() -> None:
    assert set(WHO) == set(Role)
    logins, unused = section("Logins of the sample district"), {Role.VIEWER, Role.USER_ADMIN}
    assert [words for role, words in WHO.items() if words not in logins and role not in unused] == []
