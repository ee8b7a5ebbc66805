"""A list, said once: its rows in scope, how one searches and filters them, and its columns. The faces draw from it.

The API's parameters, fields and schema, the page's filters and columns, the columns of Excel and CSV and the filters of
an export all come from one ``Listing`` per list, which stands in the package of its model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import strict
from core.columns import AS_STORED, Column, On, ValueKind, choices_of, kind_of, label_of, stored, where
from core.errors import Fault, Text
from core.models import Registered
from core.searching import Searched, Values, search, words_of
from core.shown import visible_rows
from core.text import clean_text

MOST_VALUES = 100

EXACT = ("exact", "in")
TEXT = (*EXACT, "icontains")
RANGE = (*EXACT, "lt", "lte", "gt", "gte")
EXACT_OR_NONE = (*EXACT, "isnull")
RANGE_OR_NONE = (*RANGE, "isnull")
_SIGNS = {"lt": "<", "lte": "≤", "gt": ">", "gte": "≥", "isnull": "∅"}

_READERS: dict[ValueKind, tuple[Callable[[str], Any], Any]] = {
    ValueKind.TEXT: (clean_text, ""),
    ValueKind.CODE: (clean_text, ""),
    ValueKind.WHOLE: (strict.parse_whole, _("Harus bilangan bulat.")),
    ValueKind.RUPIAH: (strict.parse_whole, _("Harus bilangan bulat.")),
    ValueKind.YEAR: (strict.parse_whole, _("Harus bilangan bulat.")),
    ValueKind.DAY: (strict.parse_day, strict.DAY_WANTED),
    ValueKind.INSTANT: (strict.parse_instant, strict.INSTANT_WANTED),
    ValueKind.MOMENT: (strict.parse_moment, strict.INSTANT_WANTED),
    ValueKind.FLAG: ({"true": True, "false": False}.get, _("Harus true atau false.")),
    ValueKind.LINK: (strict.parse_id, _("Harus nomor baris (1 sampai 2^63-1).")),
}


@dataclass(frozen=True)
class Filter:
    """A way to choose rows: the parameter ``name``, and ``name__lookup`` for each further lookup.

    What is left out is as the model's column at ``column`` has it, by default of that ``name``; of a link the value is
    its id. ``apply(rows, value, values)`` narrows where a look-up does not, naming a derived ``column`` it needs.
    ``page`` is its parameter on the page, where only what is offered can be chosen: the closed list of its codes, or
    ``options``, of the user where they are a function, or ``rows`` of the user, by their ``code``; ``means`` says which
    parameters an offered value stands for.
    """

    name: str
    lookups: tuple[str, ...] = EXACT
    _: KW_ONLY
    column: str = ""
    apply: Callable[[QuerySet, Any, Values], QuerySet] | None = None
    kind: ValueKind = AS_STORED
    choices: Any = ()
    label: Text = ""
    page: str = ""
    options: Callable[[Any], Iterable[tuple[Any, Any]]] | Iterable[tuple[Any, Any]] = ()
    rows: Callable[[Any], QuerySet] | None = None
    means: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of(self, model: type[Model]) -> Iterable[Filter]:
        """Itself with everything said, once for each lookup."""
        path = self.column or self.name
        column = stored(model, path)
        choices = choices_of(column, self.choices)
        label, kind = self.label or label_of(model, path), self.kind or kind_of(column, choices)
        said = replace(self, column=self.column if self.apply else path, choices=choices, kind=kind, label=label)
        for lookup in ("exact",) if self.apply else self.lookups:
            yield said if lookup == "exact" else said.by(lookup)

    def by(self, lookup: str) -> Filter:
        label = format_lazy("{} {}", self.label, _SIGNS[lookup]) if lookup in _SIGNS else self.label
        return replace(self, name=f"{self.name}__{lookup}", lookups=(lookup,), label=label, page="")

    @property
    def lookup(self) -> str:
        return self.lookups[0]

    def asked(self, offered: str) -> Mapping[str, str]:
        """The list's parameters that a value offered on the page stands for."""
        return self.means.get(offered, {self.name: offered})

    def read(self, text: str) -> Any:
        """The value that ``text`` means. ``ValidationError`` when it is none of its kind."""
        if self.lookup == "isnull":
            return _read(text, ValueKind.FLAG, ())
        if self.lookup != "in":
            return _read(text, self.kind, self.choices)
        parts = text.split(",")
        if len(parts) > MOST_VALUES or not all(parts):
            raise ValidationError(_("Isi 1 sampai 100 nilai, dipisah koma."), code="invalid")
        return [_read(part, self.kind, self.choices) for part in parts]

    def narrowed(self, rows: QuerySet, value: Any, values: Values) -> QuerySet:
        if self.apply:
            return self.apply(rows, value, values)
        return rows.filter(where(rows.model, self.column, self.lookup, value))


def _read(text: str, kind: ValueKind, choices: Iterable[tuple[Any, Any]]) -> Any:
    if kind is ValueKind.CHOICE:
        value, complaint = text if text in {code for code, _label in choices} else None, strict.CHOICE_WANTED
    else:
        read, complaint = _READERS[kind]
        value = read(text)
    if value is None:
        raise ValidationError(complaint, code="invalid")
    return value


_SINCE = Filter(
    "updated_since",
    apply=lambda rows, at, _values: rows.filter(updated_at__gte=at),
    kind=ValueKind.INSTANT,
    label=_("diperbarui sejak"),
)


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The list of one kind of object.

    ``derived(rows, values)`` adds the columns that the table does not hold; where they depend on who reads,
    ``reader(user)`` says by what, as values beside those of the parameters. ``ordering`` names the API's sorts.
    ``for_sheet(rows)`` adds the names that only a file shows; a page looks them up for its few rows.
    ``scope(user)``: the rows that the user may read, where these are not what the model itself says.
    """

    model: type[Model]
    columns: tuple[Column, ...] = ()
    filters: tuple[Filter, ...] = ()
    search: tuple[Searched, ...] = ()
    ordering: Mapping[str, str]
    derived: Callable[[QuerySet, Values], QuerySet] = lambda rows, _values: rows
    reader: Callable[[Any], Values] = lambda _user: {}
    scope: Callable[[Any], QuerySet] | None = None
    for_sheet: Callable[[QuerySet], QuerySet] = lambda rows: rows

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(each.of(self.model) for each in self.columns))

    @cached_property
    def parameters(self) -> dict[str, Filter]:
        """Every filter with each of its lookups, by the parameter's name."""
        filters = [*self.filters, *([_SINCE] if issubclass(self.model, Registered) else [])]
        return {each.name: each for one in filters for each in one.of(self.model)}

    def shown(self, on: On) -> tuple[Column, ...]:
        return tuple(each for each in self.columns if each.on & on)

    def rows(self, user: Any) -> QuerySet:
        """The rows this user may read."""
        return self.scope(user) if self.scope else visible_rows(self.model, user)

    def chosen(self, user: Any, params: QueryDict) -> QuerySet:
        """The rows this user may read and ``params`` choose, with all columns.

        ``DomainError`` naming each wrong parameter.
        """
        values = {**self.reader(user), **self.read(params)}
        return self.complete(self.select(self.rows(user), values), values)

    def read(self, params: QueryDict, also: Iterable[str] = ()) -> Values:
        """The values of the parameters; ``also`` names those that somebody else reads. ``DomainError`` as above."""
        known = {*self.parameters, *also, *(["search"] if self.search else [])}
        strict.check_parameters(params, known, may_be_empty={"cursor", "search"})
        values: dict[str, Any] = {}
        faults = []
        for name in (each for each in params if each in self.parameters):
            try:
                values[name] = self.parameters[name].read(str(params[name]))
            except ValidationError as error:
                faults.append(Fault(name, error.code or "invalid", str(error.message)))
        strict.refuse(faults)
        return values | ({"search": words_of(str(params["search"]))} if params.get("search") else {})

    def select(self, rows: QuerySet, values: Values) -> QuerySet:
        """``rows`` narrowed by these values, with the derived columns when one of them looks at such a column."""
        asked = {name: self.parameters[name] for name in values if name in self.parameters}
        if any(each.column and stored(self.model, each.column.split("__")[0]) is None for each in asked.values()):
            rows = self.complete(rows, values)
        for name, each in asked.items():
            rows = each.narrowed(rows, values[name], values)
        return search(rows, self.search, values.get("search", ()), values)

    def complete(self, rows: QuerySet, values: Values) -> QuerySet:
        """``rows`` with the derived columns, unless it has them already."""
        return rows if rows.query.annotations else self.derived(rows, values)
