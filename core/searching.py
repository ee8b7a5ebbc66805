"""One search for every list: each word has to occur somewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core import identity, strict
from core.columns import where
from core.errors import Fault
from core.text import clean_text

LONGEST_SEARCH, MOST_WORDS = 200, 10

Values = Mapping[str, Any]
"""What was asked of a list: parameter to the value read; a search as its words."""
Searched = str | Callable[[str, Values], Q]
"""What a search looks into: a column, or what the condition for one word comes from."""


def words_of(text: str) -> tuple[str, ...]:
    """The words of a search. ``DomainError`` for what nobody types."""
    fault = strict.text_fault(text)
    words = () if fault else tuple(clean_text(text).split())
    if len(text) > LONGEST_SEARCH or len(words) > MOST_WORDS:
        detail = _("Pencarian paling banyak %(chars)s huruf dan %(words)s kata.")
        fault = "too_long", detail % {"chars": LONGEST_SEARCH, "words": MOST_WORDS}
    strict.refuse([Fault("search", *fault)] if fault else [])
    return words


def search(rows: QuerySet, columns: Iterable[Searched], words: Iterable[str], values: Values | None = None) -> QuerySet:
    """Rows in which every word occurs in one of ``columns``; ``%`` and ``_`` are letters like others."""
    for word in words:
        found = Q()
        for column in columns:
            found |= _occurs(rows.model, column, word) if isinstance(column, str) else column(word, values or {})
        rows = rows.filter(found)
    return rows


def spelled(column: str, word: str) -> Q:
    """That ``word`` occurs in that ``search_text``, however an identifier is spelled in it."""
    found = Q()
    for each in sorted(identity.spellings(word)):
        found |= Q(**{f"{column}__contains": each})
    return found


def _occurs(model: type[Model], column: str, word: str) -> Q:
    """``search_text`` columns are kept in lower case with the folded identifiers, under an index for parts of words."""
    if column.endswith("search_text"):
        return spelled(column, word)
    return where(model, column, "icontains", word)
