"""What a handler does, as data: read by the base view that runs it and by the documentation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any

from rest_framework import serializers

from api.fields import Code, Day, Document, Flag, Input, Nothing, Paper, Photos, Related, Rupiah, Text, Whole
from api.shapes import Schema, Shape
from core import acts
from core.lists import Listing
from core.taking import MOST_LINES, InputKind, Taken

JSON = "application/json"


@dataclass(frozen=True)
class Call:
    """One way to change something: who may ask for it at all, what is sent, and the domain's verb.

    ``who(user, object)`` raises ``NotAllowed``; it asks for the role, never for the state. The object of a creation is
    what it is created under, or None. ``run(object, actor=…, **input)`` is called inside ``writing()``.
    ``shown_by``: the resource that shows what the verb made of another kind. ``many``: it is done to the rows named.
    """

    run: Callable[..., Any]
    who: Callable[[Any, Any], Any]
    input: type[Input] = Nothing
    _: KW_ONLY
    status: int = 200
    shown_by: Any = None
    many: bool = False
    idempotent: bool = True


@dataclass(frozen=True)
class Spec:
    """What a handler takes and answers.

    ``answer`` None: nothing, or a file of one of the media types ``files``.
    ``many``: a page of it, as ``listing`` has it; ``together``: all of those named, in one answer.
    """

    answer: Schema | Shape | None
    status: int = 200
    input: type[Input] = Nothing
    many: bool = False
    together: bool = False
    listing: Listing | None = None
    files: tuple[str, ...] = ()


def answers(answer: Schema | Shape | None, status: int = 200, **more: Any) -> Callable[[Any], Any]:
    """Attach a ``Spec`` to a handler that does not run a ``Call``."""

    def attach(handler: Any) -> Any:
        handler.spec = Spec(answer, status, **more)
        return handler

    return attach


def runs(call: Call) -> Callable[[Any], Any]:
    """Attach a ``Call`` to the handler that performs it."""

    def attach(handler: Any) -> Any:
        handler.act = call
        return handler

    return attach


def input_of(verb: Callable[..., Any], **own: serializers.Field) -> type[Input]:
    """What is sent for a verb of the domain, from what its function takes; ``own`` fields say what no kind can."""
    told = acts.of(verb)
    name = f"{told.model.__name__}{''.join(part.title() for part in told.name.split('-'))}Input"
    drawn = {each.name: _field(each) for each in told.takes.values() if each.name not in own}
    return type(name, (Input,), {**drawn, **own, "__doc__": told.body.__doc__})


def input_of_many(verb: Callable[..., Any], **own: serializers.Field) -> type[Input]:
    """What is sent for an act over many: which rows, each with the version that was read, and what is said for all;
    ``own`` fields say what no kind can."""
    told = acts.of(verb)
    name = f"{told.model.__name__}Many{''.join(part.title() for part in told.name.split('-'))}Input"
    drawn = {each.name: _field(each) for each in told.shared.values() if each.name not in own}
    rows = RowInput(many=True, min_length=1, max_length=MOST_LINES)
    return type(name, (Input,), {"rows": rows, **drawn, **own})


class RowInput(Input):
    """A row, and the version that was read of it: refused when it is no longer the present one."""

    id = Whole(min_value=1)
    version = Whole(min_value=1, required=False)


def _field(taken: Taken) -> serializers.Field:
    """The field that reads one value."""
    ask = taken.ask
    presence: dict[str, Any] = {"required": taken.required}
    allow_null: dict[str, Any] = {**presence, "allow_null": taken.nullable}
    match taken.kind:
        case InputKind.TEXT:
            return Text(**presence, allow_blank=not taken.required, max_length=ask.most)
        case InputKind.WHOLE:
            return Whole(**allow_null, min_value=ask.least, max_value=ask.most)
        case InputKind.RUPIAH:
            return Rupiah(**allow_null)
        case InputKind.DAY:
            return Day(**allow_null)
        case InputKind.CODE:
            return Code(**presence, choices=taken.of.choices, allow_blank=taken.nullable)
        case InputKind.FLAG:
            return Flag(**presence)
        case InputKind.ROW:
            return Related(taken.of, **allow_null)
        case InputKind.FILE if taken.several:
            return Photos(**presence, max_length=ask.most)
        case InputKind.FILE:
            return Paper(ask.instead, **allow_null) if ask.instead else Document(**allow_null)
    raise TypeError(f"{taken.name}: its act needs a serializer of its own")
