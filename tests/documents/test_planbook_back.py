"""The planner's corrected workbook read back: the difference first, then into the draft, once."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from core import journal
from core.errors import Conflict, DomainError
from core.models import Event
from documents.intake import sessions
from documents.models import ImportSession
from org.models import Role
from planning import plans, reading
from planning.models import Plan
from tests.base import Cast, a_line, again, decided, user
from tests.documents.files import upload
from tests.documents.test_planbook import table_of, written
from tests.planning.scenes import a_plan, a_price

pytestmark = pytest.mark.usefixtures("media")


@pytest.fixture
def plan(cast: Cast) -> Plan:
    """Two phones for Kemang at three million and one for Cibinong."""
    a_price(cast)
    decided(cast, lines=[a_line(cast, quantity=2)])
    decided(cast, unit=cast.cibinong)
    return a_plan(cast)


def filled(content: bytes, unit: str, **cells: Any) -> bytes:
    """The workbook with cells of the unit's row filled in, by the column's title."""
    book = load_workbook(BytesIO(content))
    sheet = book["Rincian RKA"]
    columns, rows = table_of(sheet)
    [row] = [row for row in rows if sheet.cell(row, columns["Untuk unit"]).value == unit]
    for title, value in cells.items():
        cell = sheet.cell(row, columns[title.replace("_", " ")])
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def handed_in(cast: Cast, content: bytes, by: Any = None) -> ImportSession:
    return sessions.receive(upload(content, "usulan.xlsx"), kind="budget_plan", actor=by or cast.planner)


def test_the_same_workbook_changes_nothing(cast: Cast, plan: Plan) -> None:
    session = handed_in(cast, written(plan, cast))
    assert (session.state, session.counts) == ("ready", {"same": 2})
    before = Event.objects.count()
    sessions.apply(session, actor=cast.planner)
    assert Event.objects.count() == before
    assert plan.lines.exclude(adjusted=[]).count() == 0


def test_what_was_filled_in_is_shown_first_and_then_stands_in_the_draft(cast: Cast, plan: Plan) -> None:
    content = filled(written(plan, cast), "Kecamatan Kemang", Volume=5, Harga_satuan=2_500_000, Sumber_dana="PAD",
                     Asal_usulan="Pokok pikiran DPRD (pokir)", Keterangan="=1+1 cadangan")  # fmt: skip
    session = handed_in(cast, content)
    assert session.counts == {"changed": 1, "same": 1}
    [step] = session.preview
    assert step["changes"]["proposed"] == ["2", "5"]
    assert step["changes"]["unit_price"] == ["3000000", "2500000"]
    assert plan.lines.get(unit=cast.kemang).proposed == 2
    sessions.apply(session, actor=cast.planner)
    line = plan.lines.get(unit=cast.kemang)
    assert (line.proposed, line.unit_price, line.price_year, line.fund_source) == (5, 2_500_000, None, "pad")
    assert line.proposal_origin == "pokir"
    assert line.adjusted == ["fund_source", "note", "proposal_origin", "proposed", "unit_price"]
    assert reading.figures_of(plan).total == 5 * 2_500_000 + 3_000_000
    assert journal.history(plan).last().verb == "plan.read_back"
    assert again(plan).version == plan.version + 1


def test_it_is_applied_once(cast: Cast, plan: Plan) -> None:
    session = handed_in(cast, filled(written(plan, cast), "Kecamatan Kemang", Volume=5))
    session = sessions.apply(session, actor=cast.planner)
    with pytest.raises(Conflict):
        sessions.apply(session, actor=cast.planner)


def test_a_workbook_of_a_plan_calculated_anew_in_another_order_is_refused(cast: Cast, plan: Plan) -> None:
    content = filled(written(plan, cast), "Kecamatan Cibinong", Volume=5)
    decided(cast, lines=[a_line(cast, in_use_since="2015")])
    plans.recalculate(plan, actor=cast.planner)
    session = handed_in(cast, content)
    assert {finding["code"] for finding in session.findings} == {"stale"}
    with pytest.raises(DomainError):
        sessions.apply(session, actor=cast.planner)
    assert not plan.lines.filter(proposed=5).exists()


def test_a_plan_reviewed_meanwhile_is_refused_and_nothing_is_half_written(cast: Cast, plan: Plan) -> None:
    session = handed_in(cast, filled(written(plan, cast), "Kecamatan Kemang", Volume=5))
    plans.review(plan, actor=cast.approver)
    with pytest.raises(DomainError) as caught:
        sessions.apply(session, actor=cast.planner)
    assert {fault.code for fault in caught.value.faults} == {"illegal_transition"}
    assert plan.lines.get(unit=cast.kemang).proposed == 2


@pytest.mark.parametrize(
    ("title", "value"),
    [("Volume", -1), ("Volume", 2.5), ("Volume", 1_000_000), ("Harga_satuan", -5), ("Kode_rekening", "lima"),
     ("Sumber_dana", "kas kecil")],
)  # fmt: skip
def test_a_cell_that_cannot_be_is_named_by_its_row(cast: Cast, plan: Plan, title: str, value: Any) -> None:
    session = handed_in(cast, filled(written(plan, cast), "Kecamatan Kemang", **{title: value}))
    assert session.state == "faulty"
    assert len(session.findings) == 1
    assert session.findings[0]["row"] > 1


def test_a_line_of_a_plan_out_of_reach_is_no_line(cast: Cast, plan: Plan) -> None:
    other = user(username="perencana-kemang", unit=cast.kemang, roles=(Role.PLANNER,))
    session = handed_in(cast, filled(written(plan, cast), "Kecamatan Kemang", Volume=5), by=other)
    assert {finding["code"] for finding in session.findings} == {"unknown"}
