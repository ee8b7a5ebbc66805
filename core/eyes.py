"""Whose eyes an act takes: for four eyes the actor is not the only one who did it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from core.discovery import of_each_package


def counted_as(user: Any) -> frozenset[int]:
    """The accounts (ids) whose eyes the act of ``user`` takes: their own, and those that a package names besides.

    A package names them in the module ``eyes`` as ``EYES``, functions of the user. Read once per user instance.
    """
    cached = getattr(user, "_counted_as", None)
    if cached is None:
        besides = (pk for function in _eyes() for pk in function(user))
        cached = user._counted_as = frozenset((user.pk, *besides))
    return cached


@cache
def _eyes() -> tuple[Callable[[Any], Iterable[int]], ...]:
    return tuple(function for some in of_each_package("eyes", "EYES") for function in some)


def one_of(user: Any, *others: int | None) -> bool:
    """Whether the user, or somebody whose eyes they take, is one of ``others`` (user ids)."""
    return not counted_as(user).isdisjoint(others)
