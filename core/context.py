"""What is known of the call being served. Set by the faces, read by the journal and the guard of the sign-in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    """Request id, the caller's address, and what its cookie says of its device (``core.signing_in`` checks it)."""

    request_id: str = ""
    address: str = ""
    device: str = ""


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
