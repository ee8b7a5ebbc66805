"""The buttons "Unduh Excel" and "CSV": of a list the same rows with the same filters, of an object its workbook; made
by a job."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import security
from core.jobs import enqueue
from core.lists import Listing
from core.shown import pack

FORMATS: Mapping[str, Mapping[str, str]] = {
    "xlsx": {"format": "xlsx"}, "csv": {"format": "csv", "delimiter": "semicolon"}
}  # fmt: skip
"""What the buttons ask for; Excel here reads a CSV by semicolons."""
Told = Callable[[str], Mapping[str, Any]]


def named(parameter: str) -> Told:
    """A filter of the list that the export knows under the name ``parameter``."""
    return lambda value: {parameter: value}


def names_of(listing: Listing) -> dict[str, Told]:
    """The page's parameters as those of the list."""
    return {"q": named("search"), **{each.page: each.asked for each in listing.parameters.values() if each.page}}


def export(admin: Any, request: HttpRequest) -> HttpResponse:
    """Put the export of the list, as it is filtered now, into the queue."""
    if request.method != "POST" or not admin.has_view_permission(request):
        raise BadRequest
    known = admin.parameters() - {"p", "o"}
    chosen = {name: str(value) for name, value in request.POST.items() if name in known and value}
    chosen = {**admin.usual, **chosen}
    form = FORMATS.get(request.POST.get("format", "xlsx"))
    if form is None:
        raise BadRequest
    told = names_of(admin.listing)
    filters: dict[str, Any] = {}
    for name, value in chosen.items():
        filters.update(told[name](value) if name in told else {})
    beyond = chosen.keys() - told.keys()
    return _asked(admin.export_kind, request, filters, {**form, **_these(admin, request, chosen, beyond)})


def export_one(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Put the workbook of one object into the queue."""
    if request.method != "POST":
        raise BadRequest
    return _asked(admin.workbook_kind, request, {"id": admin.find(request, pk).pk}, FORMATS["xlsx"])


def _asked(kind: str, request: HttpRequest, filters: dict[str, Any], form: Mapping[str, Any]) -> HttpResponse:
    params = {"kind": kind, **form, "filters": filters, "language": get_language() or ""}
    job = enqueue("export", request.user, params)
    security.log("export_asked", user=request.user, job=job.pk, what=kind, filters=filters)
    messages.success(request, _("Berkas sedang disiapkan. Muat ulang halaman ini bila belum selesai."))
    return HttpResponseRedirect(reverse("admin:jobs"))


def _these(admin: Any, request: HttpRequest, chosen: dict[str, str], beyond: Collection[str]) -> dict[str, Any]:
    """For filters that the export has no word for, such as one's own queue: the rows themselves, and what it says."""
    if not beyond:
        return {}
    query = QueryDict(mutable=True)
    query.update(chosen)
    request.GET = query  # type: ignore[assignment]
    listed = admin.get_changelist_instance(request)
    said = [(str(each.title), str(each.said)) for each in listed.filter_specs if each.parameter_name in beyond]
    return {"among": pack(listed.queryset.order_by().values_list("pk", flat=True)), "said": said}
