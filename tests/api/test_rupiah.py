"""One limit for every amount, whichever way it comes in, and years within the model's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from api.fields import Input, Rupiah, Year
from assets import register
from core.amounts import RupiahColumn, YearColumn, limits
from core.numbers import FISCAL_YEARS, MAX_RUPIAH
from planning import plans
from tests import base
from tests.api.cast import Cast
from tests.api.test_contract import fields


def inputs(of: type[Input] = Input) -> Iterator[type[Input]]:
    for each in of.__subclasses__():
        yield each
        yield from inputs(each)


def test_every_amount_and_year_has_the_limits_of_its_kind() -> None:
    declared = [field for each in set(inputs()) for field in each._declared_fields.values()]
    assert {field.max_value for field in declared if isinstance(field, Rupiah)} == {MAX_RUPIAH}
    assert {(field.min_value, field.max_value) for field in declared if isinstance(field, Year)} == {FISCAL_YEARS}
    columns = [column for model in apps.get_models() for column in model._meta.concrete_fields]
    amounts = [column for column in columns if isinstance(column, RupiahColumn)]
    assert {limits(column.model, column.name)["max_value"] for column in amounts} == {MAX_RUPIAH}
    big = [column for column in columns if isinstance(column, models.PositiveBigIntegerField) and column.editable]
    assert [str(column) for column in big if column not in amounts] == []
    years = [limits(column.model, column.name) for column in columns if isinstance(column, YearColumn)]
    assert {(each["min_value"], each["max_value"]) for each in years} == {FISCAL_YEARS}


@pytest.mark.parametrize("cost", [MAX_RUPIAH + 1, 9 * 10**13, -1, "1.000", "500.000.000", 1.5])
def test_a_cost_that_a_page_refuses_is_refused_here_too(cast: Cast, cost: object) -> None:
    asset = base.an_asset(cast.base)
    register.start_repair(asset, actor=cast.base.clerk)
    answer = cast.clerk.post(f"assets/{asset.pk}/end-repair/", {"condition": "good", "cost": cost})
    assert fields(answer) == {"cost"}
    assert not asset.repairs.filter(ended_on__isnull=False).exists()


def test_the_most_that_an_amount_may_be_is_taken(cast: Cast) -> None:
    asset = base.an_asset(cast.base)
    register.start_repair(asset, actor=cast.base.clerk)
    sent = {"condition": "good", "cost": MAX_RUPIAH}
    assert cast.clerk.post(f"assets/{asset.pk}/end-repair/", sent).status_code == 200
    with base.at(base.MONDAY):
        plan = plans.create(fiscal_year=2027, ceiling=MAX_RUPIAH, actor=cast.base.planner)
        assert fields(cast.planner.patch(f"plans/{plan.pk}/", {"ceiling": MAX_RUPIAH + 1})) == {"ceiling"}
        url = f"plans/{plan.pk}/under-ceiling/?ceiling="
        assert cast.planner.get(f"{url}{MAX_RUPIAH}").status_code == 200
        assert fields(cast.planner.get(f"{url}{MAX_RUPIAH + 1}")) == {"ceiling"}
