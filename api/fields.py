"""What a caller may send, field by field, and nothing else. Serializers here only read input; answers are shapes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from core import files
from core.amounts import YearColumn, limits
from core.errors import DomainError
from core.numbers import FISCAL_YEARS, MAX_RUPIAH
from core.strict import DAY_WANTED, INSTANT_WANTED, MAX_ID, parse_day, parse_id, parse_instant, shown
from core.taking import LONGEST_REASON
from core.text import clean_text

_DIGITS = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_DECIMAL = re.compile(r"[0-9]{1,19}(\.[0-9]{1,19})?", re.ASCII)


class Input(serializers.Serializer):
    """Base of all input: a field that is not declared is refused by name.

    With ``many`` it takes what a list takes too, such as ``max_length``.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if not isinstance(error.detail, dict):
                raise
            raise serializers.ValidationError({**error.detail, **_unknown(unknown)}) from None
        if unknown:
            raise serializers.ValidationError(_unknown(unknown))
        return values

    def _read_only_defaults(self) -> dict[str, Any]:
        return {}


class Nothing(Input):
    """A verb that takes no input."""


class Text(serializers.CharField):
    """Text in NFC without control characters. Numbers are not text."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            return clean_text(data)
        except DjangoValidationError as error:
            raise serializers.ValidationError(error.messages, code=error.code) from None


class Reason(Input):
    """A verb that may be explained."""

    reason = Text(required=False, allow_blank=True, max_length=LONGEST_REASON)


class Whole(serializers.IntegerField):
    """A whole number, as JSON number or plain ASCII digits; never a boolean, a float or other scripts' digits."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, str) and _DIGITS.fullmatch(data):
            data = int(data)
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        if abs(data) > MAX_ID:
            raise serializers.ValidationError(_("Bilangan di luar batas."), code="out_of_range")
        return data


class Rupiah(Whole):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=MAX_RUPIAH, **kwargs)


class Year(Whole):
    """A fiscal year."""

    def __init__(self, **kwargs: Any) -> None:
        first, last = FISCAL_YEARS
        super().__init__(min_value=first, max_value=last, **kwargs)


class Percent(serializers.DecimalField):
    """0 to 100 with two decimals, as a JSON number or plain ASCII digits with a point."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=5, decimal_places=2, min_value=0, max_value=100, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not _DECIMAL.fullmatch(str(data)):
            self.fail("invalid")
        return super().to_internal_value(data)


class Day(serializers.DateField):
    def to_internal_value(self, value: Any) -> date:
        day = parse_day(value)
        if day is None:
            raise serializers.ValidationError(DAY_WANTED, code="invalid_date")
        return day


class Instant(serializers.DateTimeField):
    def to_internal_value(self, value: Any) -> datetime:
        instant = parse_instant(value)
        if instant is None:
            raise serializers.ValidationError(INSTANT_WANTED, code="invalid_instant")
        return instant


class Flag(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if data is True or data == "true":
            return True
        if data is False or data == "false":
            return False
        self.fail("invalid", input=data)
        raise AssertionError


class Code(serializers.ChoiceField):
    """One of a closed list of lower_snake codes; with ``allow_blank`` also none of them."""

    def to_internal_value(self, data: Any) -> str:
        if data == "" and self.allow_blank:
            return data
        if not isinstance(data, str) or data not in self.choices:
            raise serializers.ValidationError(_("Kode ini tidak ada dalam daftar."), code="invalid_choice")
        return data


class Related(serializers.Field):
    """The id of a row the caller may see; the validated value is the row. Foreign and missing ids read the same.

    ``visible(user)`` gives the rows to choose from; for a model with a scoped manager it may be the model itself.
    """

    default_error_messages = {"not_found": _("Tidak ditemukan.")}

    def __init__(self, visible: Callable[[Any], QuerySet] | type[Model], **kwargs: Any) -> None:
        self.visible = visible.objects.visible_to if isinstance(visible, type) else visible  # type: ignore[attr-defined]
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Model:
        pk = data if isinstance(data, int) and not isinstance(data, bool) else parse_id(data)
        if pk is None or not 1 <= pk <= MAX_ID:
            self.fail("not_found")
        user = self.context["user"]
        rows = self.visible(user)
        found = rows.filter(pk=pk).first()
        if found is None:
            self.fail("not_found")
        return found

    def to_representation(self, value: Any) -> Any:
        raise NotImplementedError


class Photo(serializers.FileField):
    """A picture, kept as a fresh encoding."""

    store = staticmethod(files.store_image)


class Photos(serializers.ListField):
    """Pictures: in a form the same name several times."""

    child = Photo()


class Document(serializers.FileField):
    """A signed paper: a PDF, or a photo of it."""

    store = staticmethod(files.store_document)


class Paper(Document):
    """A signed paper, or the id of a row of ``instead`` that holds one."""

    def __init__(self, instead: type[Model], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.instead = Related(instead)

    def bind(self, field_name: str, parent: Any) -> None:
        super().bind(field_name, parent)
        self.instead.parent = parent

    def to_internal_value(self, data: Any) -> Any:
        return (
            super().to_internal_value(data) if isinstance(data, UploadedFile) else self.instead.to_internal_value(data)
        )


def entered_in(model: type[Model], *names: str) -> dict[str, serializers.Field]:
    """The fields that read columns of a model, with its limits, its choices and what may be left out."""
    return {name: _column(model._meta.get_field(name)) for name in names}


def _column(column: Any) -> serializers.Field:
    presence: dict[str, Any] = {"required": not (column.blank or column.has_default())}
    allow_null = {**presence, "allow_null": column.null}
    match column:
        case models.ForeignKey():
            return Related(column.related_model, **allow_null)
        case models.BooleanField():
            return Flag(**presence)
        case models.DateField():
            return Day(**allow_null)
        case models.DecimalField():
            return Percent(**allow_null)
        case models.IntegerField() if column.choices:
            codes = [code for code, _label in column.flatchoices if code is not None]
            return Whole(**allow_null, min_value=min(codes), max_value=max(codes))
        case YearColumn():
            return Year(**allow_null)
        case models.IntegerField():
            return Whole(**allow_null, **limits(column.model, column.name))
        case models.CharField() if column.choices:
            return Code(**presence, choices=column.choices, allow_blank=column.blank)
        case models.CharField() | models.TextField():
            return Text(**presence, allow_blank=column.blank, max_length=column.max_length)
    raise TypeError(f"{column}: no field reads this column")


def store_files(form: serializers.Serializer, values: dict[str, Any], actor: Any) -> dict[str, Any]:
    """``values`` with each upload kept as an ``Attachment``. Decoding takes time: call it outside a transaction."""
    kept = dict(values)
    for name, field in form.fields.items():
        sent = kept.get(str(field.source))
        if isinstance(field, Photos) and sent is not None:
            several = len(sent) > 1
            kept[str(field.source)] = tuple(
                _stored(field.child, each, f"{name}.{place}" if several else name, actor)
                for place, each in enumerate(sent)
            )
        elif isinstance(field, Photo | Document) and isinstance(sent, UploadedFile):
            kept[str(field.source)] = _stored(field, sent, name, actor)
    return kept


def _stored(field: Any, upload: UploadedFile, name: str, actor: Any) -> Any:
    try:
        return field.store(upload, actor=actor, title=upload.name or "")
    except DomainError as error:
        raise error.told_of(name) from None


def _unknown(names: Iterable[str]) -> dict[str, list[ErrorDetail]]:
    return {shown(n): [ErrorDetail(str(_("Isian ini tidak dikenal.")), "unknown_field")] for n in sorted(names)[:50]}
