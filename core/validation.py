"""Validation of a row that a verb has just built, without asking the database for what is already known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, UniqueConstraint


def validate(instance: Model) -> None:
    """``full_clean`` for rows whose related rows are loaded and whose uneditable fields the verb itself set.

    Saves one look-up per relation and the constraints that no input can break. Raises ``ValidationError``.
    """
    kept = {field.name for field in instance._meta.fields if not field.editable}
    loaded = {
        field.name
        for field in instance._meta.fields
        if field.is_relation and instance._state.fields_cache.get(field.name) is not None
    }
    errors: dict[str, Any] = {}
    checks: tuple[tuple[Callable[..., None], set[str] | None], ...] = (
        (instance.clean_fields, kept | loaded),
        (instance.clean, None),
        (instance.validate_unique, kept),
        (instance.validate_constraints, kept | _left_empty(instance)),
    )
    for check, excluded in checks:
        try:
            if excluded is None:
                check()
            else:
                check(exclude=excluded | set(errors))
        except ValidationError as error:
            errors = error.update_error_dict(errors)
    if errors:
        raise ValidationError(errors)


def _left_empty(instance: Model) -> set[str]:
    """Fields that must be unique when filled in, and are not filled in."""
    unique = [each.fields for each in instance._meta.constraints if isinstance(each, UniqueConstraint)]
    return {fields[0] for fields in unique if len(fields) == 1 and getattr(instance, fields[0]) in ("", None)}
