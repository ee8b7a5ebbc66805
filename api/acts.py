"""What a handler does, as data: read by the base view that runs it and by the documentation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from api.fields import Input, Nothing
from api.filters import Filters
from api.shapes import Schema, Shape
from core.lists import Listing

JSON = "application/json"


@dataclass(frozen=True)
class Act:
    """One way to change something: who may ask for it at all, what is sent, and the domain's verb.

    ``who(user, object)`` raises ``NotAllowed``; it asks for the role, never for the state. The object of a creation is
    what it is created under, or None. ``run(object, actor=…, **input)`` is called inside ``writing()``.
    """

    run: Callable[..., Any]
    who: Callable[[Any, Any], Any]
    input: type[Input] = Nothing
    status: int = 200
    idempotent: bool = True


@dataclass(frozen=True)
class Spec:
    """What a handler takes and answers.

    ``answer`` None: nothing, or a file of ``media_type``. ``many``: a page of it.
    """

    answer: Schema | Shape | None
    status: int = 200
    input: type[Input] = Nothing
    many: bool = False
    filters: type[Filters] | Listing | None = None
    ordering: Mapping[str, str] = field(default_factory=dict)
    media_type: str = JSON


def answers(answer: Schema | Shape | None, status: int = 200, **more: Any) -> Callable[[Any], Any]:
    """Attach a ``Spec`` to a handler that does not run an ``Act``."""

    def attach(handler: Any) -> Any:
        handler.spec = Spec(answer, status, **more)
        return handler

    return attach
