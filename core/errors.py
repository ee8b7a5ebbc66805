"""The one family of refusals. A verb that cannot do what it was asked raises one of these.

Faces translate them: ``DomainError`` 400, ``NotAllowed`` 403, ``Missing`` 404, ``Stale`` 412, ``Conflict`` 409,
``TooMany`` 429.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the input: ``field`` is a path such as ``lines.0.quantity``."""

    field: str
    code: str
    detail: Text


class DomainError(Exception):
    """The input is understood and wrong. Carries one fault or several.

    ``title``: of the page that says so, where that of its kind would not be true. ``refused``: of an act over many,
    each row (None: there is none) that ruled it out with its own refusal, by its id.
    """

    refused: Mapping[int, tuple[Any, DomainError]] = {}

    def __init__(
        self, code: str, detail: Text, *, field: str = "", faults: tuple[Fault, ...] = (), title: Text = ""
    ) -> None:
        super().__init__(str(detail))
        self.code = code
        self.title = title
        self.detail = detail
        self.faults = faults or ((Fault(field, code, detail),) if field else ())

    def told_of(self, field: str) -> Self:
        """This refusal, of the field that the caller knows it by."""
        self.faults = (Fault(field, self.code, self.detail),)
        return self


class NotAllowed(DomainError):
    """This person may see the thing, but not do this to it."""


class Missing(DomainError):
    """There is no such thing in this person's scope."""


class Stale(DomainError):
    """The thing has changed since the caller read it."""


class Conflict(DomainError):
    """The thing's state, or somebody faster, rules this out."""


class TooMany(DomainError):
    """Tried too often; ``retry_after`` is the number of seconds to wait."""

    def __init__(self, code: str, detail: Text, *, retry_after: int) -> None:
        super().__init__(code, detail)
        self.retry_after = retry_after


def faults_of(error: ValidationError, *, prefix: str = "") -> tuple[Fault, ...]:
    """The faults of a Django ``ValidationError``, one per message, with field paths under ``prefix``."""
    if not hasattr(error, "error_dict"):
        return tuple(Fault(prefix, each.code or "invalid", _text(each)) for each in error.error_list)
    found = []
    for name, errors in error.error_dict.items():
        path = prefix if name == NON_FIELD_ERRORS else ".".join(filter(None, (prefix, name)))
        found += [Fault(path, each.code or "invalid", _text(each)) for each in errors]
    return tuple(found)


def _text(error: ValidationError) -> str:
    return " ".join(str(message) for message in error.messages)
