"""A report: the layout of its list, and how a queryset becomes its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import IO, Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils import translation
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _

from core.columns import Column, On, ValueKind, called_by, stored
from core.errors import Text
from core.lists import Listing
from documents import layout
from documents.layout import CellKind, Cover, Layout
from org.models import Person, Unit, User

CHUNK = 2000
SheetRow = tuple[Any, ...]
Book = Callable[[IO[bytes], QuerySet, Any, Cover], tuple[int, str]]

_KINDS = {
    ValueKind.TEXT: CellKind.TEXT,
    ValueKind.CODE: CellKind.CODE,
    ValueKind.CHOICE: CellKind.TEXT,
    ValueKind.WHOLE: CellKind.INTEGER,
    ValueKind.RUPIAH: CellKind.RUPIAH,
    ValueKind.YEAR: CellKind.INTEGER,
    ValueKind.PERCENT: CellKind.PERCENT,
    ValueKind.DAY: CellKind.DATE,
    ValueKind.INSTANT: CellKind.DATETIME,
    ValueKind.FLAG: CellKind.TEXT,
    ValueKind.LINK: CellKind.TEXT,
}


@dataclass(frozen=True, kw_only=True)
class Report:
    """``rows(queryset)`` yields plain tuples, one value per column, in the order of the register.

    The queryset is what ``listing`` chose: in the reader's scope, filtered, and with its derived columns.
    ``file_word`` begins the name of the file; empty: what the list is called in Indonesian. ``book`` writes the Excel
    file itself where that is more than one list: ``book(file, queryset, owner, cover)`` returns the number of rows and
    the words of the file's name; it takes one object at a time. ``people``: the paths that lead to the people whom its
    rows name. ``lines`` is the list whose rows it shows, where each object that was chosen unfolds into several.
    """

    layout: Layout
    listing: Listing
    rows: Callable[[QuerySet], Iterator[SheetRow]]
    file_word: str = ""
    book: Book | None = None
    people: tuple[str, ...] = ()
    lines: Listing | None = None

    @property
    def word(self) -> str:
        """What begins the name of the file, in Indonesian whatever the reader's language."""
        with translation.override(settings.LANGUAGE_CODE):
            return self.file_word or slugify(str(self.layout.title))


def listed(
    listing: Listing, *, sheet: Text = "", title: Text = "", file_word: str = "", people: tuple[str, ...] = ()
) -> Report:
    """The report that shows a list as it is, one row per object, or for each row that hangs on it and has columns."""
    named: Any = listing.model._meta.verbose_name_plural
    called = title or capfirst(named)
    return Report(
        listing=listing,
        layout=layout_of(listing, sheet=sheet or called, title=called),
        rows=lambda rows: read(listing.shown(On.SHEET), listing.for_sheet(rows.order_by("pk", *_hanging(listing)))),
        file_word=file_word,
        people=(*people, *_people_in(listing)),
    )


def _hanging(listing: Listing) -> list[str]:
    """The relations to rows that hang on each of the list, several of them perhaps."""
    firsts = dict.fromkeys(path.partition("__")[0] for each in listing.shown(On.SHEET) for path in each.sources)
    return [name for name in firsts if getattr(stored(listing.model, name), "one_to_many", False)]


def _people_in(listing: Listing) -> tuple[str, ...]:
    """The paths that lead from a row to the people whom its columns name."""
    links = [each for each in listing.shown(On.SHEET) if each.kind is ValueKind.LINK]
    own = ["pk"] if listing.model is Person else []
    found = [f"{each.sources[0]}__person" for each in links if each.to is User]
    return (*own, *found, *(each.sources[0] for each in links if each.to is Person))


def layout_of(listing: Listing, *, sheet: Text, title: Text) -> Layout:
    return Layout(sheet=sheet, title=title, columns=tuple(on_sheet(each) for each in listing.shown(On.SHEET)))


def on_sheet(column: Column) -> layout.Column:
    label: Any = column.label
    coded = column.kind is ValueKind.LINK and "code" in called_by(column.to)
    kind = CellKind.CODE if coded else _KINDS[column.kind]
    return layout.Column(capfirst(label), kind, column.width, total=column.total, note=column.note)


def read(columns: Sequence[Column], queryset: QuerySet) -> Iterator[SheetRow]:
    """The rows, each as the values of ``columns`` as people read them."""
    readers = [_reader(each) for each in columns]
    names = list(dict.fromkeys(source for sources, _make in readers for source in sources))
    places = [[names.index(source) for source in sources] for sources, _make in readers]
    plain = itemgetter(*(first for first, *_more in places))
    made = [(at, make) for at, (sources, make) in enumerate(readers) if make and len(sources) == 1]
    joined = [(at, make, places[at]) for at, (sources, make) in enumerate(readers) if make and len(sources) > 1]
    for row in streamed(queryset, *names):
        values = list(plain(row))
        for at, make in made:
            values[at] = make(values[at])
        for at, make, sources in joined:
            values[at] = make(*[row[place] for place in sources])
        yield tuple(values)


def _reader(column: Column) -> tuple[tuple[str, ...], Callable[..., Any] | None]:
    """What a column is read from, and by what."""
    if column.kind is ValueKind.CHOICE:
        return column.sources, labels(column.choices).__getitem__
    if column.kind is ValueKind.LINK:
        parts, make = _NAMES.get(column.to) or _as_called(column.to)
        return tuple(f"{column.source}__{part}" for part in parts), make
    written, make = _WRITTEN.get(column.kind), column.make
    if make and written:
        return column.sources, lambda *values: written(make(*values))
    return column.sources, make or written


def streamed(queryset: QuerySet, *columns: str) -> Iterator[SheetRow]:
    """The rows as tuples, a chunk at a time."""
    return queryset.values_list(*columns).iterator(chunk_size=CHUNK)


def labels(choices: Iterable[tuple[str, Any]]) -> dict[str | None, str]:
    """Code to label in the language of the moment, read once per export; nothing for nothing."""
    return {**{code: str(label) for code, label in choices}, "": "", None: ""}


@lru_cache(maxsize=4096)
def unit_name(name: str | None, kind: str | None) -> str | None:
    """A unit as people call it, from its columns."""
    return str(Unit(name=name, kind=kind or "")) if name else None


def _as_called(model: type[Model]) -> tuple[tuple[str, ...], Callable[..., Any] | None]:
    """The columns by which rows of ``model`` are called, and how these become what people call one."""
    parts = called_by(model)
    if len(parts) == 1:
        return parts, None

    @lru_cache(maxsize=4096)
    def said(*values: Any) -> str | None:
        return None if values[0] is None else str(model(**dict(zip(parts, values, strict=True))))

    return parts, said


_NAMES: dict[type[Model], tuple[tuple[str, ...], Callable[..., Any] | None]] = {
    Unit: (("name", "kind"), unit_name),
    User: (("person__name", "username"), lambda person, username: person or username),
}
"""How a link is called where that is not how its model says it."""
_WRITTEN: dict[ValueKind, Callable[[Any], Any]] = {
    ValueKind.FLAG: lambda value: None if value is None else str(_("ya") if value else _("tidak")),
    ValueKind.PERCENT: lambda value: None if value is None else value / 100,
}
"""How values are written that a spreadsheet knows otherwise."""
