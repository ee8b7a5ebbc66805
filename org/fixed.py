"""Columns of reference data that stay once something rests on them; each package says its own in its ``fixed``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from core.discovery import of_each_package
from core.errors import Text
from org.models import Reference


@dataclass(frozen=True)
class Fixed:
    """``columns`` of a row of ``model`` stay while ``holds`` says so of it, as it would be.

    ``why``, which may depend on the row, is told to who would change one."""

    model: type[Reference]
    columns: frozenset[str]
    holds: Callable[[Any], bool]
    why: Text | Callable[[Any], Text]


def staying(row: Reference, changed: Collection[str]) -> Iterator[tuple[str, Text]]:
    """Of ``changed`` the columns of a kept ``row`` that stay, each with why."""
    if row.pk is None:
        return
    for each in (one for some in of_each_package("fixed", "FIXED") for one in some):
        names = sorted(each.columns.intersection(changed))
        if isinstance(row, each.model) and names and each.holds(row):
            why = each.why(row) if callable(each.why) else each.why
            yield from ((name, why) for name in names)
