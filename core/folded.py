"""Columns that keep an identifier in its folded form, and the one question whether somebody has it already.

A folded column follows from the column that people enter, by whatever way a row is saved; the database holds it unique.
Under the writer's lock ``settle`` refuses with words before the database has to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Fault, Text
from core.identity import TEXT, Identifier

LONGEST = 100


class Folded(models.CharField):
    """The folded form of the column ``of``, which is read as ``kind``.

    ``beside``: the columns that make it unique together with it. ``across``: other columns in which no row, the same
    one included, may have it. ``alone``: whether it identifies anything by itself. ``free``: a column that says that
    any text stands there.
    """

    def __init__(
        self, of: str = "", kind: Identifier = TEXT, *, beside: tuple[str, ...] = (), across: tuple[str, ...] = (),
        alone: bool = True, free: str = "", **options: Any,
    ) -> None:  # fmt: skip
        self.of, self.kind, self.beside, self.across = of, kind, beside, across
        self.alone, self.free = alone, free
        usual: dict[str, Any] = {"max_length": LONGEST, "default": "", "db_default": "", "editable": False}
        super().__init__(**usual | options)

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options

    def clone(self) -> Any:
        _name, _path, _args, options = super().deconstruct()
        return type(self)(self.of, self.kind, beside=self.beside, across=self.across, alone=self.alone, free=self.free,
                          **options)  # fmt: skip

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = self.of_text(str(getattr(model_instance, self.of) or ""))
        setattr(model_instance, self.attname, value)
        return value

    def of_text(self, text: str) -> str:
        """What the column says of ``text``; of a form that is too long for it a digest."""
        value = self.kind.folded(text)
        return value if len(value) <= LONGEST else hashlib.sha256(value.encode()).hexdigest()

    def reads(self, row: models.Model) -> Identifier:
        return TEXT if self.free and getattr(row, self.free) else self.kind


def of(model: type[models.Model], names: Collection[str] | None = None) -> list[Folded]:
    """The folded columns of ``model``; with ``names`` only those that are read anew with one of these."""
    return [each for each in _all(model) if names is None or each.of in names or each.free in names]


@cache
def _all(model: type[models.Model]) -> tuple[Folded, ...]:
    return tuple(each for each in model._meta.concrete_fields if isinstance(each, Folded))


@cache
def column(model: type[models.Model], name: str) -> Folded:
    """The folded column that follows from ``name``."""
    return of(model, (name,))[0]


def settle(row: models.Model, actor: Any, names: Collection[str] | None = None) -> None:
    """Read the identifiers of ``row`` (only the columns ``names``), and refuse what another row has.

    ``ValidationError`` for what is no such identifier, ``Conflict`` for what is taken. The one who has it is named only
    to an ``actor`` who may see it.
    """
    errors: dict[str, Any] = {}
    before = [getattr(row, each.attname) for each in of(type(row))]
    for each in of(type(row), names):
        try:
            if each.alone:
                setattr(row, each.of, each.reads(row).read(str(getattr(row, each.of) or "")))
        except ValidationError as error:
            errors[each.of] = error.error_list
    if errors:
        raise ValidationError(errors)
    after = [each.pre_save(row, False) for each in of(type(row))]
    if row.pk is None or before != after:
        _refuse_taken(row, actor)


def _refuse_taken(row: models.Model, actor: Any) -> None:
    wanted = [each for each in of(type(row)) if each.alone and getattr(row, each.attname)]
    asked = Q()
    for each in wanted:
        asked |= _same(row, each)
    others = list(type(row)._base_manager.filter(asked).exclude(pk=row.pk).order_by("pk")) if wanted else []
    faults = [Fault(each.of, "duplicate", twice_in_one(row)) for each in wanted if has_twice(row, each)]
    for each in wanted:
        other = next((other for other in others if _has(other, row, each)), None)
        if other is not None:
            faults.append(Fault(each.of, "already_used", taken_words(row, each, other, actor)))
    if faults:
        raise Conflict(faults[0].code, faults[0].detail, faults=tuple(faults))


def _same(row: models.Model, each: Folded) -> Q:
    value = getattr(row, each.attname)
    found = Q(**{each.attname: value})
    for name in each.beside:
        mine = getattr(row, name)
        found &= Q(**{f"{name}__in": [mine, ""]}) if mine else Q()
    for name in each.across:
        found |= Q(**{name: value})
    return found


def _has(other: models.Model, row: models.Model, each: Folded) -> bool:
    value = getattr(row, each.attname)
    alike = getattr(other, each.attname) == value and alike_beside(other, row, each)
    return alike or any(getattr(other, name) == value for name in each.across)


def alike_beside(other: models.Model, row: models.Model, each: Folded) -> bool:
    """Whether both have the same beside it; what is not known of one may be the same."""
    pairs = ((getattr(other, name), getattr(row, name)) for name in each.beside)
    return all(theirs == mine or not (theirs and mine) for theirs, mine in pairs)


def has_twice(row: models.Model, each: Folded) -> bool:
    """Whether ``row`` itself says it in an earlier column as well."""
    return any(name < each.attname and getattr(row, name) == getattr(row, each.attname) for name in each.across)


def twice_in_one(row: models.Model) -> Text:
    return _("Nomor ini sudah ada di isian lain dari %(thing)s yang sama.") % {"thing": row._meta.verbose_name}


def taken_words(row: Any, each: Folded, other: Any, actor: Any) -> str:
    """That ``other`` has what ``row`` says in ``each``, by name where ``actor`` may see it."""
    said = {"field": capfirst(str(row._meta.get_field(each.of).verbose_name)), "model": row._meta.verbose_name}
    if actor is not None and type(other).objects.visible_to(actor).filter(pk=other.pk).exists():
        return str(_("%(field)s ini sudah dipakai %(thing)s.") % {**said, "thing": other})
    return str(_("%(field)s ini sudah dipakai %(model)s lain.") % said)


def named_of(model: type[models.Model], names: Iterable[str]) -> set[str]:
    """The folded columns that are written when ``names`` are."""
    return {each.name for each in of(model, set(names))}


def once(name: str, *keys: str) -> models.UniqueConstraint:
    """Two rows never have the same ``keys``, of which the first may be empty."""
    return models.UniqueConstraint(fields=keys, condition=Q(**{f"{keys[0]}__gt": ""}), name=name)
