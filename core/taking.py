"""What a verb takes, read off its signature: the kind of each value, whether it must be given, its words and limits."""

from __future__ import annotations

import enum
import inspect
import types
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db.models import Choices, Field, Model
from django.utils.translation import gettext_lazy as _

from core.amounts import limits
from core.errors import Fault, Text, faults_of
from core.models import Attachment
from core.numbers import MAX_RUPIAH
from core.text import one_break

LONGEST_REASON = 2000
MOST_LINES, MOST_ROWS, MOST_PHOTOS = 100, 1000, 6
"""So many lines that a person enters, rows that are named, or photos, one act takes at most."""
REQUIRED = inspect.Parameter.empty


class InputKind(enum.Enum):
    """What a value can be. An act that takes something else has a form and a serializer of its own."""

    TEXT = "text"
    WHOLE = "whole number"
    RUPIAH = "rupiah"
    DAY = "day"
    CODE = "one of a closed list"
    FLAG = "yes or no"
    ROW = "row of the register"
    FILE = "file"


_KINDS = (
    (Choices, InputKind.CODE), (Attachment, InputKind.FILE), (Model, InputKind.ROW), (bool, InputKind.FLAG),
    (int, InputKind.WHOLE), (date, InputKind.DAY), (str, InputKind.TEXT),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Ask:
    """How a value is asked for, beside its type: words and limits. ``column`` lends those of ``(model, name)``.

    ``instead``: a row of this model may be named in place of a file.
    ``most`` and ``least`` are characters of a text, the value of a number, or how many files. Without ``column`` a
    value has the words and limits of the column of its own name on what the verb acts on or makes, where there is one.
    """

    label: Text | None = None
    help: Text | None = None
    column: tuple[type[Model], str] | None = None
    most: int | None = None
    least: int | None = None
    rupiah: bool | None = None
    instead: type[Model] | None = None

    def over(self, other: Ask) -> Ask:
        """``other``, with all that this one says instead."""
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        return replace(
            other, **{name: value for name, value in said.items() if value not in ("", None) and value is not False}
        )


Reason = Annotated[str, Ask(label=_("Alasan"), most=LONGEST_REASON)]
Note = Annotated[str, Ask(label=_("Catatan"), most=LONGEST_REASON)]
Rupiah = Annotated[int, Ask(rupiah=True, least=0, most=MAX_RUPIAH)]
Photos = Annotated[tuple[Attachment, ...], Ask(most=MOST_PHOTOS)]
Document = Annotated[Attachment, Ask(help=_("Foto atau PDF."))]  # mypy's Django plugin refuses words for it: ignore


@dataclass(frozen=True)
class Taken:
    """One value that a verb takes; ``of`` is its type: the choices of a code, the model of a row.

    ``nullable``: it may be none, also where it is required; a code then is empty.
    """

    name: str
    of: Any
    ask: Ask
    default: Any
    nullable: bool

    @property
    def required(self) -> bool:
        return self.default is REQUIRED

    @property
    def kind(self) -> InputKind | None:
        """None: not one that faces can ask for by themselves."""
        if self.ask.rupiah:
            return InputKind.RUPIAH
        of = get_args(self.of)[0] if self.several else self.of
        return next((kind for base, kind in _KINDS if isinstance(of, type) and issubclass(of, base)), None)

    @property
    def several(self) -> bool:
        """Whether it is any number of files."""
        return get_origin(self.of) is tuple

    def read(self, value: Any) -> Any:
        """``value`` as it is measured and handed to the verb."""
        return one_break(value) if isinstance(value, str) else value

    def faults(self, value: Any) -> Iterable[Fault]:
        """What is wrong with ``value``."""
        value = self.read(value)
        empty = value in (None, ()) or (isinstance(value, str) and not value.strip())
        if empty and (self.nullable or not self.required):
            return []
        if self.kind is InputKind.CODE and value not in self.of.values:
            return [Fault(self.name, "invalid_choice", _("Kode ini tidak ada dalam daftar."))]
        if empty:
            return [Fault(self.name, "required", _("Wajib diisi."))]
        if self.several and self.ask.most is not None and len(value) > self.ask.most:
            return [Fault(self.name, "too_many", _("Paling banyak %(number)s foto.") % {"number": self.ask.most})]
        try:
            for check in self._checks():
                check(value)
        except ValidationError as error:
            return faults_of(error, prefix=self.name)
        return []

    def _checks(self) -> Iterable[Callable[[Any], None]]:
        if self.kind is InputKind.TEXT and self.ask.most is not None:
            yield MaxLengthValidator(self.ask.most)
        if self.kind in (InputKind.WHOLE, InputKind.RUPIAH):
            yield from [] if self.ask.most is None else [MaxValueValidator(self.ask.most)]
            yield from [] if self.ask.least is None else [MinValueValidator(self.ask.least)]


def taken_by(function: Callable[..., Any], *lenders: type[Model]) -> dict[str, Taken]:
    """The values that ``function`` takes by name, in its order, without ``actor``.

    A value has the words and limits of the column of its name on the first of ``lenders`` that has one.

    Of ``**values: Unpack[TypedDict]`` each may be given or not.
    """
    hints = get_type_hints(function, include_extras=True)
    found: dict[str, Taken] = {}
    for each in inspect.signature(function).parameters.values():
        if each.kind is each.VAR_KEYWORD:
            described = get_type_hints(get_args(hints[each.name])[0], include_extras=True)
            found |= {name: _taken(name, hint, None, lenders) for name, hint in described.items()}
        elif each.kind is each.KEYWORD_ONLY and each.name != "actor":
            found[each.name] = _taken(each.name, hints[each.name], each.default, lenders)
    return found


def refuse_unnamed(taken: Iterable[Taken]) -> None:
    """``TypeError`` for a value that faces ask for and that neither a column nor ``Ask(label=…)`` names."""
    unnamed = [each.name for each in taken if each.kind and not each.ask.label]
    if unnamed:
        raise TypeError(f"{', '.join(unnamed)}: say Ask(label=…), no column lends a name")


def faults_in(model: type[Model], column: str, value: Any, *, field: str) -> list[Fault]:
    """What is wrong with a value that is kept in that column; the faults are told of ``field``."""
    text = Annotated[str, Ask(column=(model, column))]
    return list(_taken(field, text, "", [model]).faults(value))


def _taken(name: str, hint: Any, default: Any, lenders: Iterable[type[Model]]) -> Taken:
    plain, asks, nullable = _unwrapped(hint)
    columns = [each.column for each in asks if each.column] or [(model, name) for model in lenders]
    ask = next((lent for column in columns if (lent := _lent(*column))), Ask())
    for each in asks:
        ask = each.over(ask)
    return Taken(name, plain, ask, default, nullable)


def _unwrapped(hint: Any) -> tuple[Any, list[Ask], bool]:
    """The plain type of an annotation, what is asked with it, the widest first, and whether it may be None."""
    if get_origin(hint) is Annotated:
        plain, asks, nullable = _unwrapped(get_args(hint)[0])
        return plain, [*asks, *(each for each in get_args(hint)[1:] if isinstance(each, Ask))], nullable
    if get_origin(hint) in (Union, types.UnionType):
        some = [each for each in get_args(hint) if each is not types.NoneType and get_origin(each) is not Literal]
        plain, asks, nullable = _unwrapped(some[0])
        return plain, asks, nullable or len(some) < len(get_args(hint))
    return hint, [], False


def _lent(model: type[Model], name: str) -> Ask | None:
    """The words and limits of a column; None where there is none of that name."""
    try:
        column: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if not isinstance(column, Field):
        return None
    bounds = limits(model, name)
    most, least = bounds.get("max_value", column.max_length), bounds.get("min_value")
    return Ask(label=column.verbose_name, help=column.help_text, most=most, least=least)
