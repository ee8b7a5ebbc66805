"""Judgements as attributes: computed when read, unless a query already brought the value along under the same name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class derived(Generic[T]):  # noqa: N801  (used like ``property``)
    """Like ``property``, but an annotation of the same name on the instance wins. Nothing is cached."""

    def __init__(self, rule: Callable[[Any], T]) -> None:
        self.rule = rule
        self.__doc__ = rule.__doc__

    def __get__(self, instance: Any, owner: type | None = None) -> T:
        return self if instance is None else self.rule(instance)  # type: ignore[return-value]
