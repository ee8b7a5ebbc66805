"""Columns of a kind that has its own limits wherever it stands, and the limits of any column."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from core.numbers import FISCAL_YEARS, MAX_RUPIAH


class RupiahColumn(models.PositiveBigIntegerField):
    """An amount that somebody enters, in whole rupiah."""

    default_validators = [MaxValueValidator(MAX_RUPIAH)]


class YearColumn(models.PositiveSmallIntegerField):
    """A fiscal year."""

    default_validators = [MinValueValidator(FISCAL_YEARS[0]), MaxValueValidator(FISCAL_YEARS[1])]


def limits(model: type[models.Model], name: str) -> dict[str, Any]:
    """``min_value`` and ``max_value`` of a column, as far as it has them."""
    found: dict[str, Any] = {}
    for each in model._meta.get_field(name).validators:  # type: ignore[union-attr]
        if isinstance(each, MinValueValidator):
            found["min_value"] = max(each.limit_value, found.get("min_value", each.limit_value))
        elif isinstance(each, MaxValueValidator):
            found["max_value"] = min(each.limit_value, found.get("max_value", each.limit_value))
    return found


def longest(model: type[models.Model], name: str) -> int | None:
    """How many characters a column of text holds."""
    return model._meta.get_field(name).max_length  # type: ignore[union-attr]
