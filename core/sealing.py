"""Values as they are sealed: plain JSON that is the same on every machine, and commitments in place of what is hidden.

Instants in UTC with microseconds, days in ISO form, decimals as strings, files by their name, rows by their id.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.db.models.fields.files import FieldFile

compact = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
"""A value as the JSON that is sealed: sorted keys, no spaces, text as it is."""


def commitment(salt: str, value: Any) -> str:
    return hashlib.sha256(f"{salt}{compact(value)}".encode()).hexdigest()


def plain(value: Any) -> Any:
    """One value of a column as JSON has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (Decimal, FieldFile)):
        return str(value)
    if isinstance(value, Model):
        return value.pk
    return value
