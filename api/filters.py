"""Filters of lists: declared fields with declared lookups, each value read strictly. Nothing else reaches a query."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from api.columns import parameters_of
from api.problems import Invalid
from core import searching
from core.errors import Fault
from core.lists import Listing
from core.searching import Searched
from core.strict import MAX_ID, check_parameters, parse_day, parse_id, parse_instant
from core.text import clean_text
from org.models.units import subtree

MAX_VALUES = 100

EXACT = ["exact", "in"]
TEXT = ["exact", "in", "icontains"]
RANGE = ["exact", "in", "lt", "lte", "gt", "gte"]
RANGE_OR_NONE = [*RANGE, "isnull"]
RELATION = ["exact", "in"]
RELATION_OR_NONE = ["exact", "in", "isnull"]


class _Field(forms.Field):
    """A value that ``read`` understands; anything else is a fault of that parameter."""

    complaint: Any = _("Nilai ini tidak dapat dibaca.")

    def read(self, value: str) -> Any:
        raise NotImplementedError

    def clean(self, value: Any) -> Any:
        if value in (None, ""):
            return None
        found = self.read(value)
        if found is None:
            raise ValidationError(self.complaint, code="invalid")
        return found


class IdField(_Field):
    complaint = _("Harus nomor baris (1 sampai 2^63-1).")

    def read(self, value: str) -> Any:
        return parse_id(value)


class WholeField(_Field):
    complaint = _("Harus bilangan bulat.")

    def read(self, value: str) -> Any:
        whole = int(value) if re.fullmatch(r"-?[0-9]{1,19}", value, re.ASCII) else MAX_ID + 1
        return whole if abs(whole) <= MAX_ID else None


class DayField(_Field):
    complaint = _("Tanggal harus berbentuk YYYY-MM-DD.")

    def read(self, value: str) -> Any:
        return parse_day(value)


class InstantField(_Field):
    complaint = _("Waktu harus berbentuk RFC 3339 dengan zona, misalnya 2026-01-31T08:00:00+07:00.")

    def read(self, value: str) -> Any:
        return parse_instant(value)


class FlagField(_Field):
    complaint = _("Harus true atau false.")

    def read(self, value: str) -> Any:
        return {"true": True, "false": False}.get(value)


class TextField(_Field):
    def read(self, value: str) -> Any:
        return clean_text(value)


class CodeField(_Field):
    complaint = _("Kode ini tidak ada dalam daftar.")

    def __init__(self, choices: Iterable[tuple[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.codes = {code for code, _label in choices}

    def read(self, value: str) -> Any:
        return value if value in self.codes else None


class _Filter(django_filters.Filter):
    """``schema`` describes one value of the parameter."""

    schema: dict[str, Any] = {"type": "string"}

    @property
    def parameter_schema(self) -> dict[str, Any]:
        return self.schema


class IdFilter(_Filter):
    field_class = IdField
    schema = {"type": "integer", "format": "int64", "minimum": 1}


class WholeFilter(_Filter):
    field_class = WholeField
    schema = {"type": "integer", "format": "int64"}


class DayFilter(_Filter):
    field_class = DayField
    schema = {"type": "string", "format": "date"}


class InstantFilter(_Filter):
    field_class = InstantField
    schema = {"type": "string", "format": "date-time"}


class FlagFilter(_Filter):
    field_class = FlagField
    schema = {"type": "boolean"}


class TextFilter(_Filter):
    field_class = TextField


class CodeFilter(_Filter):
    field_class = CodeField

    def __init__(self, *args: Any, choices: Iterable[tuple[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, choices=list(choices), **kwargs)

    @property
    def parameter_schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": [code for code, _label in self.extra["choices"]]}


class ListField(forms.Field):
    """Several values of one kind, separated by commas."""

    def __init__(self, *, of: forms.Field, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.of = of

    def clean(self, value: Any) -> Any:
        if value in (None, ""):
            return None
        parts = value.split(",")
        if len(parts) > MAX_VALUES or not all(parts):
            raise ValidationError(_("Isi 1 sampai 100 nilai, dipisah koma."), code="invalid")
        return [self.of.clean(part) for part in parts]


class ListFilter(_Filter):
    """``name__in=a,b``."""

    field_class = ListField

    def __init__(self, *args: Any, of: _Filter, **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **kwargs)

    @property
    def field(self) -> forms.Field:
        return ListField(of=self.of.field, required=False)

    @property
    def parameter_schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.of.parameter_schema, "maxItems": MAX_VALUES}


class WithinFilter(_Filter):
    """``within=32.01.10``: rows of the unit with this code and of all under it."""

    field_class = TextField

    def filter(self, queryset: QuerySet, value: Any) -> QuerySet:
        return queryset if value is None else queryset.filter(subtree(value, field=f"{self.field_name}__code"))


def _defaults() -> dict[type[models.Field], dict[str, Any]]:
    by_column: dict[type[django_filters.Filter], tuple[type[models.Field], ...]] = {
        IdFilter: (models.BigAutoField, models.ForeignKey, models.OneToOneField),
        WholeFilter: (models.IntegerField, models.PositiveIntegerField, models.BigIntegerField,
                      models.PositiveBigIntegerField, models.PositiveSmallIntegerField),
        DayFilter: (models.DateField,),
        InstantFilter: (models.DateTimeField,),
        FlagFilter: (models.BooleanField,),
        TextFilter: (models.CharField, models.TextField),
    }  # fmt: skip
    return {column: {"filter_class": each} for each, columns in by_column.items() for column in columns}


class Filters(django_filters.FilterSet):
    """Base of filter sets. Only the parameters that were sent take part; unknown and empty ones are refused."""

    FILTER_DEFAULTS = _defaults()

    def __init__(self, data: QueryDict, queryset: QuerySet) -> None:
        all_filters = type(self).base_filters
        self.is_bound, self.data, self.queryset, self.request, self.form_prefix = True, data, queryset, None, None
        self.filters = {name: copy.copy(all_filters[name]) for name in data if name in all_filters}
        for each in self.filters.values():
            each.model, each.parent = queryset.model, self

    @classmethod
    def filter_for_lookup(cls, field: models.Field, lookup_type: str) -> tuple[Any, dict[str, Any]]:
        if lookup_type == "isnull":
            return FlagFilter, {}
        single = _single(field)
        if lookup_type == "in":
            return ListFilter, {"of": single}
        return type(single), dict(single.extra) if isinstance(single, CodeFilter) else {}


def _single(field: models.Field) -> _Filter:
    choices: Any = getattr(field, "choices", None)
    if choices:
        return CodeFilter(choices=choices)
    return next(each["filter_class"]() for column, each in Filters.FILTER_DEFAULTS.items() if isinstance(field, column))


def apply(filters: type[Filters], params: QueryDict, queryset: QuerySet, *, also: Iterable[str] = ()) -> QuerySet:
    """``queryset`` narrowed by the query parameters. 400 naming each one that is unknown or unreadable.

    ``also``: parameters that somebody else reads.
    """
    check_parameters(params, {*filters.base_filters, *also}, may_be_empty={"cursor", "search"})
    chosen = filters(params, queryset)
    if not chosen.filters:
        return queryset
    errors = chosen.errors.get_json_data()
    if errors:
        raise Invalid(*(Fault(name, e["code"] or "invalid", e["message"]) for name, es in errors.items() for e in es))
    return chosen.qs


def ask_derived(filters: type[Filters], params: QueryDict) -> bool:
    """Whether a parameter filters by a column that only the derived ones bring along."""
    model = filters._meta.model
    stored = {field.name for field in model._meta.get_fields()} | {"pk"} if model else set()
    asked = (filters.base_filters[name] for name in params if name in filters.base_filters)
    return any(str(each.field_name).split("__")[0] not in stored for each in asked)


def search(queryset: QuerySet, columns: Iterable[Searched], text: str) -> QuerySet:
    """Rows in which every word of ``text`` occurs in one of ``columns``."""
    return searching.search(queryset, columns, searching.words_of(text))


def parameters(filters: type[Filters] | Listing) -> Mapping[str, dict[str, Any]]:
    """Name and schema of each filter, for the documentation."""
    if isinstance(filters, Listing):
        return parameters_of(filters)
    return {name: each.parameter_schema for name, each in filters.base_filters.items()}
