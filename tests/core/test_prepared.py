"""Statements that are kept: told apart by the function of the query, what is given to it, and the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from core import clock, prepared
from core.prepared import RowsOfIds
from org.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def units() -> list[Unit]:
    """A kabupaten with one kecamatan."""
    root = Unit.objects.create(code="32.01", name="Contoh", kind="regency")
    return [root, Unit.objects.create(code="32.01.01", name="Kemang", kind="district", parent=root)]


def _of_kind(kind: str, code: str) -> QuerySet:
    return Unit.objects.filter(kind=kind, code=code)


def _every() -> QuerySet:
    return Unit.objects.order_by("pk")


def _twin(narrow: bool) -> Callable[[], QuerySet]:
    """Two functions that share name, module and place, and make different queries."""
    if narrow:

        def query() -> QuerySet:
            return Unit.objects.filter(kind="district")

    else:

        def query() -> QuerySet:
            return Unit.objects.all()

    return query


def _inside(query: Callable[..., QuerySet], *values: object, given: tuple = ()) -> set[int]:
    return {pk for (pk,) in prepared.rows(query, ("pk",), *values, given=given)}


def test_functions_of_one_name_have_statements_of_their_own(units: list[Unit]) -> None:
    narrow, wide = _twin(True), _twin(False)
    assert (narrow.__qualname__, narrow.__module__) == (wide.__qualname__, wide.__module__)
    for _again in range(2):
        assert _inside(narrow) == {units[1].pk}
        assert _inside(wide) == {each.pk for each in units}


def test_what_is_given_makes_another_statement_and_a_value_does_not(units: list[Unit]) -> None:
    code = units[1].code
    with CaptureQueriesContext(connection) as asked:
        assert _inside(_of_kind, code, given=("district",)) == {units[1].pk}
        assert _inside(_of_kind, code, given=("agency",)) == set()
        assert _inside(_of_kind, "none", given=("district",)) == set()
    first, second, third = (each["sql"] for each in asked)
    assert first != second
    assert third == first.replace(code, "none")


def test_rows_of_ids_are_told_apart_by_their_column(units: list[Unit]) -> None:
    root, kemang = (each.pk for each in units)
    assert list(RowsOfIds(_every, [root]).values_list("pk")) == [(root,)]
    assert list(RowsOfIds(_every, [root], "parent_id").values_list("pk")) == [(kemang,)]


def _touched_today() -> QuerySet:
    return Unit.objects.filter(updated_at__gte=clock.start_of(clock.today()))


def test_a_query_that_asks_for_the_day_is_made_anew_on_the_next(units: list[Unit]) -> None:
    Unit.objects.update(updated_at=datetime(2026, 3, 10, 5, tzinfo=UTC))
    found = []
    for day in (10, 11):
        with clock.frozen(datetime(2026, 3, day, 6, tzinfo=UTC)):
            found.append(len(_inside(_touched_today)))
    assert found == [2, 0]


def test_a_query_that_carries_what_was_not_given_is_refused() -> None:
    code = "32.01"
    for query in (lambda: Unit.objects.filter(code=code), lambda code=code: Unit.objects.filter(code=code), Unit):
        with pytest.raises(TypeError, match="all it needs as arguments"):
            prepared.rows(query, ("pk",))
        with pytest.raises(TypeError, match="all it needs as arguments"):
            RowsOfIds(query, [1]).values_list("pk")
