"""Who may do what when, as data: a package's ``rules.VERBS`` names each verb once, for verbs, pages and API alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from core.errors import NotAllowed


def always(_thing: Any) -> bool:
    return True


class Every:
    """The condition that all of ``parts`` hold, asked in this order."""

    def __init__(self, *parts: Callable[[Any], bool]) -> None:
        self.parts = parts

    def __call__(self, thing: Any) -> bool:
        return all(part(thing) for part in self.parts)


@dataclass(frozen=True)
class Permit:
    """``who(user, thing)`` returns the role under which the user acts, or raises ``NotAllowed``; ``when(thing)`` says
    whether the thing's state allows the verb now."""

    who: Callable[[Any, Any], str]
    when: Callable[[Any], bool] = always


Permits = Mapping[str, Permit]


def may(permits: Permits, verb: str, user: Any, thing: Any) -> bool:
    """Whether the user is one who may do this to this thing, whatever its state."""
    try:
        permits[verb].who(user, thing)
    except NotAllowed:
        return False
    return True


def actions(permits: Permits, user: Any, thing: Any) -> list[str]:
    """The verbs this user may do to the thing now. A condition that several verbs share is looked at once."""
    holds = cache(lambda part: part(thing))

    def now(when: Callable[[Any], bool]) -> bool:
        return all(holds(part) for part in (when.parts if isinstance(when, Every) else (when,)))

    return [verb for verb, permit in permits.items() if may(permits, verb, user, thing) and now(permit.when)]
