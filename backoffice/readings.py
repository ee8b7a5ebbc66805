"""Pages that are read off an object and have a page of their own, such as what a plan changes against the last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from backoffice.verbs import Text


@dataclass(frozen=True)
class Reading:
    """``read(request, obj)`` gives what the page shows, and its ``status`` where that is not 200; ``parameters`` may
    stand in its address."""

    name: str
    label: Text
    _: KW_ONLY
    template: str
    read: Callable[[HttpRequest, Any], dict[str, Any]]
    parameters: frozenset[str] = frozenset()


def show(admin: Any, request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The page called ``name`` of one object, for who may read the object."""
    obj = admin.find(request, pk)
    wanted = next((each for each in admin.readings if each.name == name), None)
    if wanted is None:
        raise Http404
    if request.method not in ("GET", "HEAD") or not set(request.GET) <= wanted.parameters:
        raise BadRequest
    read = wanted.read(request, obj)
    context = {
        **admin.admin_site.each_context(request),
        "title": wanted.label,
        "thing": obj,
        "back": admin.address(obj),
        **read,
    }
    return TemplateResponse(request, wanted.template, context, status=read.get("status"))
