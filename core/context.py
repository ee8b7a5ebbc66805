"""What is known of the call being served: request id and caller's address. Set by the faces, read by the journal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    request_id: str = ""
    address: str = ""


_call: ContextVar[Call] = ContextVar("call", default=Call())  # noqa: B039  (frozen)


def current() -> Call:
    return _call.get()


@contextmanager
def serving(call: Call) -> Iterator[None]:
    token = _call.set(call)
    try:
        yield
    finally:
        _call.reset(token)
