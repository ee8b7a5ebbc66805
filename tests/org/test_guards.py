"""What was proposed, confirmed and ended in the calendar stands as it was written, by whatever door."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from org.models import CalendarDay, CalendarProposal
from tests.base import Cast, a_day_off, day, day_removed, moment


def refuses(rows: Any, **values: Any) -> None:
    with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
        rows.update(**values) if values else rows._raw_delete(rows.db)


def test_no_version_of_a_day_and_no_proposal_is_rewritten_or_deleted(cast: Cast) -> None:
    row = a_day_off(cast, "2026-05-05")
    mine = CalendarDay.objects.filter(pk=row.pk)
    for name, value in {
        "date": day("2026-02-01"), "name": "Lain", "kind": "national", "works": True, "decree": "SK 0",
        "estimated": True, "removed": True, "proposal_id": None, "confirmed_at": moment("2026-01-01"),
    }.items():  # fmt: skip
        refuses(mine, **{name: value})
    refuses(mine)
    day_removed(cast, row)
    refuses(mine, ended_at=None)
    proposal = CalendarProposal.objects.filter(pk=row.proposal_id)
    for name, value in {"decree": "SK 0", "decision": "", "decided_by": cast.verifier}.items():
        refuses(proposal, **{name: value})
    refuses(proposal)
