"""A verb as the back office shows it: a button, a page that says what will happen, a form, and the domain's function.

Who may press it and when is not said here but in the packages' ``rules``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from backoffice.forms import VerbForm

Text = str | Promise
PRIMARY, PLAIN, DANGER = TONES = ("primary", "plain", "danger")


@dataclass(frozen=True)
class Button:
    """``run(subject, actor=…, **values of the form)``; ``explain`` is one sentence on what it does.

    ``leaves``: the subject is gone afterwards.
    """

    name: str
    label: Text
    explain: Text
    done: Text
    run: Callable[..., Any]
    form: type[VerbForm] = VerbForm
    tone: str = PLAIN
    template: str = "backoffice/verb.html"
    leaves: bool = False


@dataclass(frozen=True)
class Creation:
    """How a row of a register comes to be. ``who(user)`` returns the role or raises ``NotAllowed``."""

    label: Text
    explain: Text
    done: Text
    who: Callable[[Any], str]
    run: Callable[..., Any]
    form: type[VerbForm]
    template: str = "backoffice/verb.html"
    prefill: Callable[[Any, Mapping[str, str]], dict[str, Any]] = field(default=lambda _user, _query: {})
