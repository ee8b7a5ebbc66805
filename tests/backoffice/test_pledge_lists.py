"""What is asked and put on record about pledges is searched and filtered on its page as in the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pledges import deadlines, papers
from pledges.models import DeadlineRevision, Effort, Evidence, LineChange, Pledge, Witness
from tests.api.cast import Caller
from tests.backoffice.desk import Desk, listing, text
from tests.base import Cast, a_pledge, an_attachment, day, lines_changed, revised, succeeded


def _revision(cast: Cast, pledge: Pledge) -> None:
    revised(cast, pledge, to=day("2027-01-31"))


def _line_change(cast: Cast, pledge: Pledge) -> None:
    if not cast.kemang.successions.exists():
        succeeded(cast, cast.kemang, cast.cibinong)
    moved = {"source": pledge.lines.get(), "unit": cast.cibinong, "quantity": 1}
    lines_changed(cast, pledge, kind="move", lines=[moved])


def _evidence(cast: Cast, pledge: Pledge) -> None:
    papers.add_evidence(pledge, supports="harm", file=an_attachment(cast), actor=cast.verifier)


def _effort(cast: Cast, pledge: Pledge) -> None:
    papers.add_effort(pledge, kind="asked", text="Renja", actor=cast.planner)


def _witness(cast: Cast, pledge: Pledge) -> None:
    papers.add_witness(pledge, name="Budi", statement="Saya dengar", actor=cast.verifier)


LISTS: dict[Any, tuple[str, Callable[[Cast, Pledge], None]]] = {
    DeadlineRevision: ("deadline-revisions", _revision),
    LineChange: ("line-changes", _line_change),
    Evidence: ("evidence", _evidence),
    Effort: ("efforts", _effort),
    Witness: ("witnesses", _witness),
}


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_a_search_finds_them_by_number_and_title_of_their_pledge(cast: Cast, desk: Desk, model: Any) -> None:
    path, add = LISTS[model]
    one, other = (a_pledge(cast, title=title, original_due_on=day("2026-12-31")) for title in ("Gawai", "Kamera"))
    add(cast, one), add(cast, other)
    for term in (one.number, f"gawai {one.number}"):
        assert "1 baris" in text(desk.get(cast.publisher, listing(model), q=term))
        for pledge, found in ((one, 1), (other, 0)):
            address = f"pledges/{pledge.pk}/{path}/?search={term}"
            assert Caller(cast.publisher).get(address).json()["count"] == found, (pledge.title, term)


def test_what_waits_for_a_decision_is_found_alike(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast, original_due_on=day("2026-12-31"))
    revised(cast, pledge, to=day("2027-01-31"))
    terms = {"kind": "extension", "new_due_on": day("2027-02-28"), "reason": "Menunggu anggaran"}
    deadlines.ask(pledge, actor=cast.verifier, **terms, document=an_attachment(cast))
    found = Caller(cast.decider).get(f"pledges/{pledge.pk}/deadline-revisions/?open=true").json()
    assert [row["decision"] for row in found["results"]] == [None]
    decided = Caller(cast.decider).get(f"pledges/{pledge.pk}/deadline-revisions/?open=false").json()
    assert [row["decision"] for row in decided["results"]] == ["approve"]
    seen = text(desk.get(cast.decider, listing(DeadlineRevision), decision="open"))
    assert "1 baris" in seen and "Menunggu keputusan" in seen


@pytest.mark.parametrize(("status", "asked"), [
    ("late", "late=true"), ("kept", "status__in=kept_on_time,kept_late,kept_undated,kept_on_late_date"),
    ("dangling", "status=dangling"),
])  # fmt: skip
def test_a_status_chosen_on_the_page_is_asked_of_published_pledges(
    cast: Cast, desk: Desk, status: str, asked: str
) -> None:
    a_pledge(cast), a_pledge(cast, original_due_on=day("2026-02-27")), a_pledge(cast, original_due_on=day("2026-12-31"))
    told = Caller(cast.viewer).get(f"pledges/?{asked}&publication=published").json()["count"]
    seen = text(desk.get(cast.viewer, listing(Pledge), status=status))
    assert (f"{told} baris" if told else "Tidak ada yang cocok") in seen
