"""Papers that an object's page offers as PDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from backoffice.verbs import Text
from core.files import file_response


def for_all_who_see_it(_user: Any, _obj: Any) -> bool:
    return True


@dataclass(frozen=True)
class Printed:
    """``render(obj)`` makes the PDF; ``may(user, obj)`` says who of those who see the object may have it.

    ``personal``: it names only what the reader may see, so it is made by ``render(obj, user)``.
    """

    name: str
    label: Text
    render: Callable[..., bytes]
    _: KW_ONLY
    may: Callable[[Any, Any], bool] = for_all_who_see_it
    personal: bool = False


def send(admin: Any, request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """The paper called ``name`` of one object."""
    obj = admin.find(request, pk)
    wanted = next((each for each in admin.printed if each.name == name and each.may(request.user, obj)), None)
    if wanted is None or request.method not in ("GET", "HEAD"):
        raise Http404
    pdf = wanted.render(obj, request.user) if wanted.personal else wanted.render(obj)
    return file_response(ContentFile(pdf), f"{wanted.label} {obj}.pdf", "application/pdf")
