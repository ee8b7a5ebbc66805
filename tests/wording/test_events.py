"""Every verb that the product records has its sentence, every kind of thing its word, and neither stays behind."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from django.apps import apps

from assets.states import InventoryAnswer
from core.importing import IMPORTED
from core.models import Registered
from org.models import Reference
from tests.server import ROOT
from wording.events import ENDINGS, KINDS, SENTENCES, sentence_of

MADE = {"inventory_line": InventoryAnswer.values}
"""Verbs whose second half is a value: the answer of a line."""


def trees() -> Iterator[ast.AST]:
    """The code of the product but for the room of words itself."""
    ours = [config.name for config in apps.get_app_configs() if (ROOT / config.name).is_dir()]
    assert {"core", "org", "requests_app", "planning", "wording", "documents", "demo"} <= set(ours)
    for package in set(ours) - {"wording"}:
        for path in (ROOT / package).rglob("*.py"):
            if "migrations" not in path.parts:
                yield ast.parse(path.read_text())


def journal_types() -> set[str]:
    return {model.journal_type for model in apps.get_models() if issubclass(model, Registered) and model.journal_type}


def texts(node: ast.AST) -> Iterator[str]:
    yield from (n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))


@cache
def recorded() -> set[str]:
    """Verbs said in full anywhere in the code, those handed to ``record``, those made of a type and an ending."""
    types = journal_types()
    found = {f"{each}{IMPORTED}" for each in types} | {f"{kind}.{end}" for kind in MADE for end in MADE[kind]}
    kept = {model.journal_type for model in apps.get_models() if issubclass(model, Reference) and model.journal_type}
    found |= {f"{each}.{ending}" for each in kept for ending in ("created", "changed", "removed")}
    for tree in trees():
        for text in texts(tree):
            kind, _dot, act = text.partition(".")
            if kind in types and act.isidentifier():
                found.add(text)
            assert act or not text.endswith(".") or kind not in types - set(MADE), text
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "record":
                found |= {text for text in texts(call.args[0]) if not text.startswith(".") and not text.endswith(".")}
    return found


def test_every_verb_that_is_recorded_has_a_sentence() -> None:
    verbs = recorded()
    assert {"request.decided", "unit.changed", "plan.read_back", "asset.imported", "calendar.seeded"} <= verbs
    assert {verb for verb in verbs if verb not in SENTENCES and verb.rpartition(".")[2] not in ENDINGS} == set()
    assert all(str(sentence_of(verb, {})[0]) != verb for verb in verbs)


def test_no_sentence_is_kept_for_what_is_never_recorded() -> None:
    assert set(SENTENCES) - recorded() == set()


def test_no_two_kinds_of_things_are_called_alike() -> None:
    assert len({str(each) for each in KINDS.values()}) == len(KINDS)


def test_every_kind_of_thing_that_events_are_about_has_a_word() -> None:
    about = {verb.partition(".")[0] for verb in recorded() if not verb.endswith(IMPORTED)}
    assert about & journal_types() - set(KINDS) == set()
