"""What of a published pledge nobody may rewrite, by whatever door: the database refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core import guards
from core.errors import Conflict
from pledges import pledging
from pledges.models import Pledge, PledgeLine
from tests.base import Cast, a_draft_pledge, a_pledge, day

WORDS: dict[str, Any] = {
    "quote": "Lain", "made_on_from": date(2021, 1, 1), "made_on_to": date(2022, 6, 30), "basis": "letter",
    "strength": "intention", "deadline_text": "segera", "original_due_on": date(2025, 12, 31), "number": "JJ-1",
    "publication": "draft", "office_id": 0,
}  # fmt: skip


@pytest.mark.parametrize("column", WORDS)
def test_words_first_date_and_number_of_a_published_pledge_are_fixed_by_the_database(cast: Cast, column: str) -> None:
    pledge = a_pledge(cast, original_due_on=day("2023-12-31"))
    with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
        Pledge.objects.filter(pk=pledge.pk).update(**{column: WORDS[column]})
    with pytest.raises(DatabaseError, match="gawai"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE pledges_pledge SET {column} = %s WHERE id = %s", [WORDS[column], pledge.pk])


def test_lines_of_a_published_pledge_are_neither_changed_nor_deleted(cast: Cast) -> None:
    lines = PledgeLine.objects.filter(pledge=a_pledge(cast, original_due_on=day("2023-12-31")))
    for act in (lambda: lines.update(quantity=2), lambda: lines.update(unit=cast.cibinong), lines.delete):
        with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
            act()


def test_a_published_pledge_is_not_deleted_by_any_door_and_ones_own_draft_is(cast: Cast) -> None:
    pledge, draft = a_pledge(cast, original_due_on=day("2023-12-31")), a_draft_pledge(cast)
    with pytest.raises(Conflict):
        pledging.discard(pledge, actor=cast.verifier)
    with pytest.raises(DatabaseError, match="gawai"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM pledges_pledge WHERE id = %s", [pledge.pk])
    pledging.discard(draft, actor=cast.verifier)
    assert not Pledge.objects.filter(pk=draft.pk).exists()


def test_the_guards_stand_again_after_a_migration_that_lost_them(cast: Cast) -> None:
    pledge = a_pledge(cast, original_due_on=day("2023-12-31"))
    with connection.cursor() as cursor:
        suffix = " ON pledges_pledge" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER gawai_guard_pledge_words{suffix}")
    assert guards.missing(connection) == ["gawai_guard_pledge_words"]
    guards.install_after_migrate()
    assert guards.missing(connection) == []
    with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
        Pledge.objects.filter(pk=pledge.pk).update(original_due_on=day("2025-12-31"))
