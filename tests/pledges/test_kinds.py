"""The kind promised is the kind of the day it was published: nobody makes a tripod a phone afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core.errors import Conflict
from org.reference import keep
from tests.base import Cast, a_draft_pledge, a_pledge, again, an_asset, delivered
from tests.checks import no_event, one_event, refused


def test_a_family_or_type_that_a_published_pledge_names_keeps_code_and_name(cast: Cast) -> None:
    a_pledge(cast)
    a_pledge(cast, lines=[{"unit": cast.kemang, "device_type": cast.tablet, "quantity": 1}])
    for row in (cast.hp.family, cast.tablet):
        for name in ("code", "name", "name_en"):
            with no_event(), refused(Conflict, "in_use", field=name):
                keep(row, actor=cast.clerk, **{name: "lain"})
    with one_event("device_type.changed", by=cast.clerk, role="asset_clerk"):
        keep(cast.hp, actor=cast.clerk, name="Telepon")


def test_what_only_a_draft_names_can_still_be_renamed(cast: Cast) -> None:
    a_draft_pledge(cast)
    with one_event("family.changed", by=cast.clerk, role="asset_clerk"):
        keep(cast.hp.family, actor=cast.clerk, name="Telepon genggam")


def test_a_type_that_was_ever_handed_over_keeps_its_family(cast: Cast) -> None:
    with one_event("device_type.changed", by=cast.clerk, role="asset_clerk"):
        keep(cast.tripod, actor=cast.clerk, family=cast.tablet.family)
    delivered(cast, assets=[an_asset(cast, device_type=cast.tripod)])
    with no_event(), refused(Conflict, "in_use", field="family"):
        keep(again(cast.tripod), actor=cast.clerk, family=cast.hp.family)


@pytest.mark.parametrize(
    ("table", "column", "kind"),
    [
        ("assets_family", "name", "family"), ("assets_family", "code", "family"),
        ("assets_devicetype", "family_id", "hp"),
    ],
)  # fmt: skip
def test_no_door_leads_around_it(cast: Cast, table: str, column: str, kind: str) -> None:
    a_pledge(cast)
    delivered(cast)
    row: Any = cast.hp.family if kind == "family" else cast.hp
    value = cast.tablet.family_id if column == "family_id" else "lain"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, row.pk])
    with pytest.raises(DatabaseError), transaction.atomic():
        type(row)._base_manager.filter(pk=row.pk).update(**{column: value})
