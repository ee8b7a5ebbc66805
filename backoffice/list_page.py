"""One page of a list: rows read once, sorted by columns that can be."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from backoffice import printing


class ListPage(ChangeList):
    """One page of a list. What rows need beside their own columns is read once for all of them."""

    model_admin: Any
    filter_specs: Any

    def get_results(self, request: HttpRequest) -> None:
        self.list_per_page = printing.MOST if printing.asked(request) else self.list_per_page
        super().get_results(request)
        self.result_list = list(self.result_list)
        self.model_admin.prepare(request, self.result_list)

    def apply_select_related(self, queryset: QuerySet) -> QuerySet:
        return queryset

    def sorts(self, asked: str) -> bool:
        """Whether each part of the order that is asked for is a column by which the list can be sorted."""
        return all(self._sorts_by(part.removeprefix("-")) for part in asked.split(".")) if asked else True

    def _sorts_by(self, number: str) -> bool:
        if not (number.isascii() and number.isdigit() and len(number) < 3 and int(number) < len(self.list_display)):
            return False
        return bool(self.get_ordering_field(self.list_display[int(number)]))
