"""A report: the layout of its list, and how a queryset becomes its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, Any

from django.db.models import QuerySet

from documents.layout import Cover, Layout
from org.models import Unit

CHUNK = 2000
Row = tuple[Any, ...]
Book = Callable[[IO[bytes], QuerySet, Any, Cover], tuple[int, str]]


@dataclass(frozen=True)
class Report:
    """``rows(queryset)`` yields plain tuples, one value per column, in the order of the register.

    The queryset is the one a list shows: already in the reader's scope, filtered, and with its derived columns.
    ``file_word`` begins the name of the file. ``book`` writes the Excel file itself where that is more than one list:
    ``book(file, queryset, owner, cover)`` returns the number of rows and the words of the file's name; it takes one
    object at a time.
    """

    layout: Layout
    rows: Callable[[QuerySet], Iterator[Row]]
    file_word: str
    book: Book | None = None


def streamed(queryset: QuerySet, *columns: str) -> Iterator[Row]:
    """The rows as tuples, a chunk at a time."""
    return queryset.values_list(*columns).iterator(chunk_size=CHUNK)


def labels(choices: Iterable[tuple[str, Any]]) -> dict[str | None, str]:
    """Code to label in the language of the moment, read once per export; nothing for nothing."""
    return {**{code: str(label) for code, label in choices}, "": "", None: ""}


@lru_cache(maxsize=4096)
def unit_name(name: str | None, kind: str | None) -> str | None:
    """A unit as people call it, from its columns."""
    return str(Unit(name=name, kind=kind or "")) if name else None
