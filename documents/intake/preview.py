"""What a file would do, as people look at it: rows alike in all but what is their own together, values in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import words
from core.columns import ValueKind, choices_of, kind_of, stored
from core.errors import Text
from core.importing import Action
from documents.intake.forms import FORMS
from documents.models import ImportSession

Told = tuple[Text, str]
"""The title of a field and what is said in it."""
Turned = tuple[Text, str, str]
"""The title of a field, what the register says and what it would say."""


@dataclass(frozen=True)
class Row:
    """One row of a group: where it stands, what it is called and what is its own."""

    sheet: str
    number: int
    label: str
    _: KW_ONLY
    values: list[Told]
    changes: list[Turned]


@dataclass
class Group:
    """Rows of which the same becomes. ``values`` and ``changes``: what they have in common."""

    action: Action
    values: list[Told]
    changes: list[Turned]
    rows: list[Row] = field(default_factory=list)


def groups_of(session: ImportSession) -> list[Group]:
    """The rows of the preview, alike ones together, in the order of the file."""
    form = FORMS[session.kind]
    own, model = form.importer.own, form.importer.model
    titles: dict[str, Text] = {each.name: each.title for each in form.fields}
    found: dict[Any, Group] = {}
    for step in session.preview:
        values, changes = step["values"], step["changes"]
        if step["action"] == Action.CREATE:
            changes = {}
        elif step["action"] == Action.CHANGE:
            values = {}
        alike = {name: value for name, value in values.items() if name not in own}
        turned = {name: pair for name, pair in changes.items() if name not in own}
        key = (step["action"], *alike.items(), *((name, *pair) for name, pair in turned.items()))
        group = found.get(key)
        if group is None:
            group = found[key] = Group(
                Action(step["action"]), _told(model, titles, alike), _turned(model, titles, turned)
            )
        group.rows.append(
            Row(
                step["sheet"], step["row"], step["label"],
                values=_told(model, titles, {name: each for name, each in values.items() if name in own}),
                changes=_turned(model, titles, {name: each for name, each in changes.items() if name in own}),
            )
        )  # fmt: skip
    return list(found.values())


@dataclass
class Remark:
    """Something said of one field, with the places in the file of which it holds; none: of the file as a whole."""

    title: Text
    detail: str
    warning: bool
    places: list[str] = field(default_factory=list)


def remarks_of(session: ImportSession) -> list[Remark]:
    """What is wrong or odd, said once for all the places of which it holds; what stops the file first."""
    titles: dict[str, Text] = {each.name: each.title for each in FORMS[session.kind].fields}
    found: dict[Any, Remark] = {}
    for each in sorted(session.findings, key=lambda each: each["warning"]):
        title = titles.get(each["field"], "")
        remark = found.setdefault((title, each["detail"]), Remark(title, each["detail"], each["warning"]))
        if each["row"]:
            place = each["cell"] or _("baris %(n)s") % {"n": each["row"]}
            remark.places.append(f"{each['sheet']} {place}".strip())
    return list(found.values())


def done_of(session: ImportSession) -> str:
    """What an applied file has done, every row of it counted."""
    counts = {action: session.counts.get(action.value, 0) for action in Action}
    written = counts[Action.CREATE] + counts[Action.CHANGE]
    if not written:
        said = [_("Tidak ada yang berubah")]
    else:
        said = [ngettext("%(n)s baris disimpan", "%(n)s baris disimpan", written) % {"n": words.thousands(written)}]
    said += [f"{words.thousands(counts[each])} {each.label}" for each in (Action.SAME, Action.SKIP) if counts[each]]
    return f"{', '.join(said)}."


def _told(model: type[Model] | None, titles: Mapping[str, Text], values: Mapping[str, str]) -> list[Told]:
    return [(titles.get(name, name), said(model, name, text)) for name, text in values.items() if text]


def _turned(model: type[Model] | None, titles: Mapping[str, Text], changes: Mapping[str, list[str]]) -> list[Turned]:
    return [(titles.get(name, name), *(said(model, name, text) for text in pair)) for name, pair in changes.items()]  # type: ignore[misc]


def said(model: type[Model] | None, name: str, text: str) -> str:
    """A value of a file in words, as the column of ``model`` it is for says it; as it stands where there is none."""
    column = stored(model, name) if model else None
    if column is None or not text:
        return text
    choices = choices_of(column, ())
    match kind_of(column, choices):
        case ValueKind.CHOICE:
            return str(dict(choices).get(text, text))
        case ValueKind.RUPIAH if text.isdigit():
            return words.rupiah(int(text))
        case ValueKind.DAY if len(text) == len("2021-05-12"):
            return words.long_date(date.fromisoformat(text))
        case ValueKind.FLAG:
            return _("ya") if text == str(True) else _("tidak")
        case _:
            return text
