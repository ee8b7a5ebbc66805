"""Numbers in forms: text as people write numbers, read by the one reader of ``core.numbers`` and echoed as understood.

No field is ``type=number``: a browser would hand on ``500.000.000`` as five hundred.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator
from django.db import models

from core import numbers
from core.amounts import RupiahColumn, YearColumn


class NumberField(forms.Field):
    """Text that ``read`` understands within ``min_value`` to ``max_value``, shown as ``write`` puts it."""

    read: ClassVar[Callable[[str], Any]]
    write: ClassVar[Callable[[Any], str]]
    lowest: ClassVar[int] = 0
    highest: ClassVar[int]
    widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def __init__(self, *, min_value: int | None = None, max_value: int | None = None, **kwargs: Any) -> None:
        self.min_value = self.lowest if min_value is None else max(min_value, self.lowest)
        self.max_value = self.highest if max_value is None else min(max_value, self.highest)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        number = value.strip()
        if not number:
            return None
        try:
            understood = type(self).read(number.removeprefix("-"))
        except numbers.Unread as unread:
            raise ValidationError(str(unread), code=unread.code) from unread
        if number.startswith("-"):
            raise self._beyond(self.min_value, MinValueValidator)
        return understood

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and value < self.min_value:
            raise self._beyond(self.min_value, MinValueValidator)
        if value is not None and value > self.max_value:
            raise self._beyond(self.max_value, MaxValueValidator)

    def _beyond(self, limit: int, kind: type[BaseValidator]) -> ValidationError:
        return ValidationError(str(kind.message), code=kind.code, params={"limit_value": type(self).write(limit)})

    def prepare_value(self, value: Any) -> Any:
        try:
            understood = self.to_python(value)
        except ValidationError:
            return value
        return value if understood is None else type(self).write(understood)


class WholeField(NumberField):
    """A count: ``1000``, ``1.000``."""

    read, write = numbers.read_whole, numbers.thousands
    highest = 2**31 - 1


class RupiahField(NumberField):
    """Whole rupiah: ``500000000``, ``Rp 500.000.000``, ``1,5 jt``. The field says the unit, its label does not."""

    read, write = numbers.read_rupiah, numbers.rupiah
    highest = numbers.MAX_RUPIAH
    widget = forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "Rp"})


class YearField(NumberField):
    """A fiscal year, in four digits."""

    read, write = numbers.read_year, str
    lowest, highest = numbers.FISCAL_YEARS


class PercentField(NumberField):
    """0 to 100 with two decimals at most: ``11,5``, ``11.5``. The field says the unit, its label does not."""

    read, write = numbers.read_percent, numbers.decimal
    highest = 100
    widget = forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "%"})


def field_for(column: models.Field) -> type[NumberField] | None:
    """The kind of field in which a column's numbers are entered; none for columns that hold no numbers."""
    if isinstance(column, RupiahColumn):
        return RupiahField
    if isinstance(column, YearColumn):
        return YearField
    if isinstance(column, models.DecimalField):
        return PercentField
    return WholeField if isinstance(column, models.IntegerField) and not column.choices else None


def percent(value: Any) -> str:
    """With all its decimals."""
    return f"{numbers.decimal(value)}\N{NO-BREAK SPACE}%"


def written(column: models.Field, value: Any) -> str:
    """A number as a page says it: in the form in which it is echoed where it is entered."""
    if isinstance(column, models.DecimalField):
        return percent(value)
    kind = field_for(column)
    return kind.write(value) if kind else str(value)
