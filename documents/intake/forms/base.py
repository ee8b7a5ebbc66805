"""What a kind of file looks like, declared once: its columns, their titles, how each is read, who takes the rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from core.errors import Text
from core.importing import Importer, Question
from core.numbers import Unread
from documents.intake.spellings import Read


@dataclass(frozen=True)
class Field:
    """One column: ``title`` in our template, ``aliases`` in files of others. ``read`` turns a cell into a value.

    ``required``: every row needs it. ``options``: what the template offers to choose from. A field that is not
    ``offered`` is read where it stands, but no column of our template; ``as_text`` keeps Excel from counting with it.
    ``identifies``: it names one thing alone, so that a merged cell means only one of its rows. ``coded``: by a code of
    goods; one of a group of goods names nothing.
    """

    name: str
    title: Text
    read: Read
    _: KW_ONLY
    aliases: tuple[str, ...] = ()
    required: bool = False
    note: Text = ""
    options: Callable[[], list[str]] | None = None
    offered: bool = True
    as_text: bool = False
    identifies: bool = False
    coded: bool = False
    width: int = 18


Values = dict[str, Any]
Answers = Mapping[str, str]
"""What was answered to questions about a file, by key."""
Warn = Callable[[str, str, Text], None]
"""Says something about the field of a row that stops nothing."""


class NotSure(Unread):
    """That what the columns of a row say together cannot be told; ``field``: where to say it."""

    def __init__(self, name: str, code: str, detail: Text) -> None:
        super().__init__(code, detail)
        self.field = name


class Unanswered(Exception):
    """That what a row says hangs on a question about the file."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.key)
        self.question = question


def _one(values: Values, _titles: dict[str, str], _warn: Warn, _answers: Answers) -> list[Values]:
    return [values]


@dataclass(frozen=True)
class Form:
    """``needs``: groups of fields of which a file must have at least one each. ``ignored``: titles passed over.

    ``subject``: the fields that say what a row is of; ``proof``: those of which a row has at least one beside it, where
    a subject alone may be the heading of a group. ``finish(values, titles, warn, answers)`` puts together what several
    columns say, and tells the things that a row stands for; ``NotSure`` or ``Unanswered`` where that cannot be told.
    ``assumed(texts above the header)``: what rows say for which there is no column, and the words for it.
    A kind without template is read back from its export.
    """

    kind: str
    label: Text
    explain: Text
    fields: tuple[Field, ...]
    importer: type[Importer]
    needs: tuple[tuple[str, ...], ...]
    subject: tuple[str, ...]
    proof: tuple[str, ...] = ()
    ignored: tuple[Text, ...] = ()
    finish: Callable[[Values, dict[str, str], Warn, Answers], list[Values]] = field(default=_one)
    assumed: Callable[[list[str]], tuple[Values, Text]] | None = None
    takes_unit: bool = False
    has_template: bool = True

    def missing(self, found: Collection[str]) -> list[str]:
        """Titles of what a file with these fields lacks; of a group the first."""
        titles = {each.name: str(each.title) for each in self.fields}
        return [titles[group[0]] for group in self.needs if not set(group) & set(found)]
