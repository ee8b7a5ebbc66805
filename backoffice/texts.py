"""Text in forms: cleaned before it is measured, so that a limit counts what will be kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.taking import LONGEST_REASON
from core.text import clean_text

WHY = _("Alasan")
LONGEST_LINE = 300
"""Longer text is entered in a box of several lines."""


class Cleaned:
    """Without control characters, in one normal form, each line break one character."""

    def to_python(self, value: Any) -> Any:
        return clean_text(super().to_python(value))  # type: ignore[misc]


class TextField(Cleaned, forms.CharField):
    """Any text. On several lines where it may be long."""

    def __init__(self, **kwargs: Any) -> None:
        longest = kwargs.get("max_length")
        if longest is None or longest > LONGEST_LINE:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**{**kwargs, "empty_value": ""})


class MailField(Cleaned, forms.EmailField):
    """An address for mail."""


class ReasonField(TextField):
    """Why. Kept in the journal and shown to those whom it concerns."""

    def __init__(self, *, label: Any = WHY, **kwargs: Any) -> None:
        super().__init__(label=label, max_length=LONGEST_REASON, **kwargs)


def field_for(column: models.Field) -> type[forms.CharField] | None:
    """The kind of field in which a column's text is entered; none for columns that hold no text, or a closed list."""
    if column.choices:
        return None
    if isinstance(column, models.EmailField):
        return MailField
    return TextField if isinstance(column, models.CharField | models.TextField) else None
