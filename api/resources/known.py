"""``as_of`` and ``known_at``: the register as it stood on a day, as it was on record at an instant or a day's end."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from api import shapes
from api.columns import parameter
from api.problems import Invalid
from core.errors import Fault
from core.lists import Filter
from pledges.lists import PLEDGES

AS_OF, KNOWN_AT = (PLEDGES.parameters[name] for name in ("as_of", "known_at"))
PARAMETER: dict[str, shapes.Schema] = {KNOWN_AT.name: parameter(KNOWN_AT)}


def read(asked: Filter, params: Any) -> Any:
    """The value of one parameter; None when it is not given. 400 when it cannot be read."""
    given = params.get(asked.name)
    try:
        return asked.read(given) if given else None
    except ValidationError as error:
        raise Invalid(Fault(asked.name, error.code or "invalid", str(error.message))) from None


def read_known_at(params: Any) -> datetime | None:
    """The instant that ``known_at`` names, a day by its end; None when it is not given. 400 otherwise."""
    return read(KNOWN_AT, params)


def read_as_of(params: Any) -> date | None:
    """The day that ``as_of`` names; None when it is not given. 400 otherwise."""
    return read(AS_OF, params)


def recorded(rows: QuerySet, known_at: datetime | None) -> QuerySet:
    """Of rows that are only ever added, those that were on record then."""
    return rows if known_at is None else rows.filter(created_at__lte=known_at)


class AsKnown:
    """Mixin of resources that take ``known_at``."""

    request: Any

    @cached_property
    def known_at(self) -> datetime | None:
        return read_known_at(self.request.query_params)
