"""What a list shows: its columns, each with the kind of its values, said once for every face."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, replace
from enum import Enum, Flag, auto
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils.text import format_lazy

from core.amounts import RupiahColumn, YearColumn
from core.errors import Text

AS_STORED: Any = None
"""As the model's column says."""


class ValueKind(Enum):
    """What a value is. ``CODE`` is text that must keep every digit, ``CHOICE`` one of a closed list, ``RUPIAH`` whole
    rupiah, ``YEAR`` a fiscal year, ``MOMENT`` an instant or the end of a day, ``LINK`` a row of another table."""

    TEXT = auto()
    CODE = auto()
    CHOICE = auto()
    WHOLE = auto()
    RUPIAH = auto()
    YEAR = auto()
    PERCENT = auto()
    DAY = auto()
    INSTANT = auto()
    MOMENT = auto()
    FLAG = auto()
    LINK = auto()


_KINDS: tuple[tuple[type[models.Field], ValueKind], ...] = (
    (models.BooleanField, ValueKind.FLAG),
    (models.DateTimeField, ValueKind.INSTANT),
    (models.DateField, ValueKind.DAY),
    (models.DecimalField, ValueKind.PERCENT),
    (models.ForeignKey, ValueKind.LINK),
    (models.AutoField, ValueKind.LINK),
    (RupiahColumn, ValueKind.RUPIAH),
    (YearColumn, ValueKind.YEAR),
    (models.IntegerField, ValueKind.WHOLE),
)


_CODES = ("code", "number", "decree")
"""How columns of text are named in which every digit counts."""
_WIDTHS = {ValueKind.TEXT: 28, ValueKind.CODE: 18, ValueKind.LINK: 26, ValueKind.CHOICE: 20, ValueKind.RUPIAH: 17,
           ValueKind.INSTANT: 17}  # fmt: skip


class On(Flag):
    """Where a column is shown: in the API's rows or only in its details, on the page, in Excel and CSV."""

    ROW, DETAIL, PAGE, SHEET = auto(), auto(), auto(), auto()
    ALL = ROW | PAGE | SHEET


@dataclass(frozen=True)
class Column:
    """One value of a row. What is left out is as the model's column at ``source`` has it, by default of that ``name``.

    ``make(*source)`` computes the value from several. ``to`` is the model that a link leads to. ``width`` (characters),
    ``note`` and ``total`` are for the workbook.
    """

    name: str
    on: On = On.ALL
    _: KW_ONLY
    source: str | tuple[str, ...] = ""
    make: Callable[..., Any] | None = None
    kind: ValueKind = AS_STORED
    label: Text = ""
    choices: Any = ()
    to: type[models.Model] = AS_STORED
    null: bool = AS_STORED
    width: int = AS_STORED
    note: Text = ""
    total: bool = False

    def of(self, model: type[models.Model]) -> Column:
        """Itself with everything said."""
        source = self.source or self.name
        column: Any = stored(model, source) if isinstance(source, str) else None
        choices = choices_of(column, self.choices)
        kind = self.kind or kind_of(column, choices)
        return replace(
            self,
            source=source,
            choices=choices,
            kind=kind,
            label=self.label or getattr(column, "verbose_name", self.name),
            to=self.to or (column.related_model if column else AS_STORED),
            width=self.width or _WIDTHS.get(kind, 14),
            null=(column is None or column.null or "__" in source) if self.null is None else self.null,
        )

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source,) if isinstance(self.source, str) else self.source


def choices_of(column: Any, said: Any) -> tuple[tuple[Any, Any], ...]:
    """Codes and labels: of the choices ``said``, or of the model's column."""
    return tuple(getattr(said or column, "choices", None) or ())


def kind_of(column: Any, choices: Any) -> ValueKind:
    if choices:
        return ValueKind.CHOICE
    if isinstance(column, models.CharField) and column.name.rpartition("_")[2] in _CODES:
        return ValueKind.CODE
    return next((kind for each, kind in _KINDS if isinstance(column, each)), ValueKind.TEXT)


def steps(model: type[models.Model], path: str) -> list[Any]:
    """The model fields along ``path``. Raises FieldDoesNotExist at a derived column."""
    found = []
    for step in path.split("__"):
        field: Any = model._meta.pk if step == "pk" else model._meta.get_field(step)
        found.append(field)
        model = field.related_model or model
    return found


def stored(model: type[models.Model], path: str) -> Any:
    """The model field at the end of ``path``; None for a derived column."""
    try:
        return steps(model, path)[-1]
    except FieldDoesNotExist:
        return None


def called_by(model: type[models.Model]) -> tuple[str, ...]:
    """The columns by which a row is called where others lead to it."""
    return getattr(model, "called_by", ("name",))


def where(model: type[models.Model], path: str, lookup: str, value: Any) -> Q:
    """The condition on the column at ``path``; of rows that hang on each, that one of them meets it: no row twice."""
    first, _dot, rest = path.partition("__")
    relation = stored(model, first)
    if relation is None or not relation.one_to_many:
        return Q(**{f"{path}__{lookup}": value})
    found = relation.related_model._base_manager.filter(**{f"{rest}__{lookup}": value})
    return Q(pk__in=found.order_by().values(relation.field.attname))


def label_of(model: type[models.Model], path: str) -> Text:
    """What the columns along ``path`` are called."""
    if stored(model, path) is None:
        return path
    names = [
        getattr(step, "verbose_name", None) or step.related_model._meta.verbose_name for step in steps(model, path)
    ]
    return names[0] if len(names) == 1 else format_lazy(" · ".join("{}" for _name in names), *names)
