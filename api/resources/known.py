"""``known_at``: the register as it was on record at an instant, or at the end of a day."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from api import shapes
from api.filters import InstantField
from api.problems import Invalid
from core import clock
from core.errors import Fault
from core.strict import parse_day, parse_instant

PARAMETER: dict[str, shapes.Schema] = {"known_at": {"anyOf": [shapes.DATE, {"type": "string", "format": "date-time"}]}}


def read_known_at(params: Any) -> datetime | None:
    """The instant that ``known_at`` names, a day by its end; None when it is not given. 400 otherwise."""
    given = params.get("known_at")
    if not given:
        return None
    day = parse_day(given)
    instant = clock.end_of(day) if day else parse_instant(given)
    if instant is None:
        raise Invalid(Fault("known_at", "invalid", InstantField.complaint))
    return instant


def recorded(rows: QuerySet, known_at: datetime | None) -> QuerySet:
    """Of rows that are only ever added, those that were on record then."""
    return rows if known_at is None else rows.filter(created_at__lte=known_at)


class AsKnown:
    """Mixin of resources that take ``known_at``."""

    request: Any

    @cached_property
    def known_at(self) -> datetime | None:
        return read_known_at(self.request.query_params)
