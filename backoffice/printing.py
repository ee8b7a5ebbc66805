"""A list on paper: the rows it shows as it is filtered now, on one page with what it is, of which day, and by what."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from core import clock

MOST = 1_000
"""Rows on one page to print; longer lists are for Excel."""


def printed(admin: Any, request: HttpRequest) -> HttpResponse:
    """The page of the list, without pages and without anything to press."""
    if "p" in request.GET:
        raise BadRequest
    request.printed = True  # type: ignore[attr-defined]
    answer: Any = admin.changelist_view(request)
    answer.context_data |= {"today": clock.today(), "sieve": _sieve(answer.context_data["listed"]), "most": MOST}
    return answer


def asked(request: HttpRequest) -> bool:
    return getattr(request, "printed", False)


def template_of(request: HttpRequest) -> str:
    return "backoffice/printed.html" if asked(request) else "backoffice/list.html"


def address(admin: Any, listed: Any) -> str:
    """Where the list is printed as it is filtered and sorted now."""
    return reverse(f"admin:{admin._name}_printed") + listed.get_query_string(remove=["p"])


def _sieve(listed: Any) -> list[tuple[Any, Any]]:
    """By what the list is filtered, in words."""
    return [(each.title, each.said) for each in listed.filter_specs if each.value()]
