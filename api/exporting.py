"""Which rows an export holds: the same that the list of the API shows for the same filters; of the journal all."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from api.fields import parse_id
from api.parsing import shown
from api.problems import Invalid
from api.resource import Resource
from api.resources.assets import Assets
from api.resources.planning import Plans
from api.resources.pledges import Pledges
from api.resources.requests import Requests
from core.errors import DomainError, Fault
from documents import journalfile

SHOWN_BY: dict[str, type[Resource]] = {"requests": Requests, "assets": Assets, "pledges": Pledges, "budget_plan": Plans}
PAGING = frozenset({"limit", "offset", "cursor", "ordering"})


def chosen(kind: str, user: Any, filters: dict[str, Any]) -> QuerySet:
    """The rows of ``kind`` that ``user`` may see and ``filters`` choose. Raises DomainError naming each wrong filter.

    ``filters`` are the list's query parameters as JSON values: text, numbers, true and false, lists for ``__in``.
    """
    params = QueryDict(mutable=True)
    faults = []
    if kind == journalfile.KIND:
        return _events(user, filters)
    for name, value in filters.items():
        text = _as_parameter(value)
        if name in PAGING or text is None:
            faults.append(Fault(f"filters.{shown(name)}", "invalid", _("Penyaring ini tidak dapat dibaca.")))
        else:
            params[name] = text
    if faults:
        raise _wrong(faults)
    resource = SHOWN_BY[kind](request=SimpleNamespace(user=user, query_params=params), kwargs={})
    try:
        return resource.complete(resource.selected(params))
    except Invalid as error:
        raise _wrong([Fault(f"filters.{f.field}", f.code, f.detail) for f in error.faults]) from None


def _wrong(faults: list[Fault]) -> DomainError:
    return DomainError("invalid", _("Ada isian yang perlu diperbaiki."), faults=tuple(faults))


def _events(user: Any, filters: dict[str, Any]) -> QuerySet:
    """The events after number ``seq__gt``; no other choice would leave a chain."""
    journalfile.may_read(user)
    faults = [
        Fault(f"filters.{shown(name)}", "invalid", _("Penyaring ini tidak dapat dibaca."))
        for name, value in filters.items()
        if name != "seq__gt" or parse_id(str(value)) is None
    ]
    if faults:
        raise _wrong(faults)
    try:
        return journalfile.after(int(filters.get("seq__gt", 0)))
    except DomainError as error:
        raise DomainError(error.code, error.detail, field="filters.seq__gt") from None


def _as_parameter(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | str):
        return str(value)
    if isinstance(value, list) and all(isinstance(each, int | str) and not isinstance(each, bool) for each in value):
        return ",".join(str(each) for each in value)
    return None
