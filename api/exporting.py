"""Which rows an export holds, of the lists that do not stand in their package yet."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from api.problems import Invalid
from api.resource import Resource
from api.resources.pledges import Pledges
from api.resources.requests import Requests
from core.errors import DomainError

SHOWN_BY: dict[str, type[Resource]] = {"requests": Requests, "pledges": Pledges}


def chosen(kind: str, user: Any, params: QueryDict) -> QuerySet:
    resource = SHOWN_BY[kind](request=SimpleNamespace(user=user, query_params=params), kwargs={})
    try:
        return resource.complete(resource.selected(params))
    except Invalid as error:
        raise DomainError(error.code, error.detail, faults=error.faults) from None
