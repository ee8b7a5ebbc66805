"""Every Indonesian text of the product has its English one, and the compiled catalogue is that of the text."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from tests.databases import ROOT

PACKAGES = [app for app in settings.INSTALLED_APPS if "." not in app and (ROOT / app).is_dir()]
CALLS = {"_", "gettext", "gettext_lazy", "pgettext", "pgettext_lazy", "ngettext", "ngettext_lazy"}
IN_TEMPLATE = re.compile(r"""\{%\s*(?:translate|trans)\s+(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"


def texts_of_code() -> Iterator[tuple[str, str]]:
    """Every literal handed to gettext, with the file it stands in."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                    first = node.args[1 if node.func.id.startswith("pgettext") else 0]
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        yield first.value, str(path.relative_to(ROOT))


def texts_of_templates() -> Iterator[tuple[str, str]]:
    for folder in PACKAGES:
        for path in (ROOT / folder).rglob("*.html"):
            for double, single in IN_TEMPLATE.findall(path.read_text()):
                yield (double or single).replace('\\"', '"'), str(path.relative_to(ROOT))


def catalogue(path: Path) -> dict[str, str]:
    """msgid to msgstr (the first of several forms) of a .po file."""
    entries: dict[str, str] = {}
    for block in re.split(r"\n\s*\n", path.read_text()):
        fields: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            if line.startswith("msgstr[") and not line.startswith("msgstr[0]"):
                name = ""
            elif match := re.match(r'(msgid|msgstr|msgctxt|msgid_plural)(?:\[0\])? (".*")', line):
                name = match[1]
                fields.setdefault(name, "")
                line = match[2]
            if name and line.startswith('"'):
                fields[name] += ast.literal_eval(line)
        if fields.get("msgid"):
            assert "#, fuzzy" not in block, fields["msgid"]
            entries[fields["msgid"]] = fields.get("msgstr", "")
    return entries


def test_every_text_has_its_english() -> None:
    known = catalogue(CATALOGUE)
    missing = {text: place for text, place in [*texts_of_code(), *texts_of_templates()] if text and not known.get(text)}
    assert missing == {}


def test_the_compiled_catalogue_is_up_to_date() -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    stale = [text for text, english in catalogue(CATALOGUE).items() if english and compiled.gettext(text) != english]
    assert [text for text in stale if compiled.ngettext(text, text, 1) != catalogue(CATALOGUE)[text]] == []


COUNTED = re.compile(
    r"(?:(\w+) )?%\(\w+\)s (?:\w+ )?"
    r"(?:pledges|devices|device-days|lines|rows|days|years|times|faults|events|things|units|requests|submissions)\b"
)
LIMITS = {"of", "most", "to", "than"}


def test_a_count_that_may_be_one_has_its_singular() -> None:
    """In Indonesian one text serves every number: "1 pledges wait" was what English made of it."""
    in_one_form = [block for block in re.split(r"\n\s*\n", CATALOGUE.read_text()) if "msgid_plural" not in block]
    said = [match for block in in_one_form for match in COUNTED.finditer(block.partition("\nmsgstr ")[2])]
    assert [match[0] for match in said if match[1] not in LIMITS] == []
