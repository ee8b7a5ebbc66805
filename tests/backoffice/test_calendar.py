"""The pages of the calendar: a day or a pasted list is proposed, and confirmed by somebody else who sees what moves."""

from __future__ import annotations

from core import jobs
from org.models import CalendarDay, CalendarProposal
from pledges.reading import judgement_of
from tests.backoffice.desk import Desk, adding, page, text, verb_page
from tests.base import Cast, a_pledge, at, day

LIST = "2027-01-01\tTahun Baru\n2 Maret 2027; Hari jadi; Libur daerah\n\n09/03/2027\tCuti\tcuti bersama\n"


def test_a_pasted_list_is_proposed_and_confirmed_by_another(cast: Cast, desk: Desk) -> None:
    address = adding(CalendarProposal)
    wrong = desk.post(cast.verifier, address, {"decree": "SKB 3", "days": "2027-01-01; A\nkapan-kapan; B"})
    assert wrong.status_code == 400 and "Baris 2:" in text(wrong)
    nameless = desk.post(cast.verifier, address, {"decree": "SKB 3", "days": "2027-01-01; A\n2027-01-02"})
    assert nameless.status_code == 400 and "Baris 2:" in text(nameless)
    assert desk.post(cast.verifier, address, {"decree": "", "days": LIST}).status_code == 400
    assert desk.post(cast.verifier, address, {"decree": "SKB 3/2026", "days": LIST}).status_code == 302
    proposal = CalendarProposal.objects.get()
    assert list(proposal.days.values_list("date", "kind")) == [
        (day("2027-01-01"), "national"), (day("2027-03-02"), "local"), (day("2027-03-09"), "collective_leave"),
    ]  # fmt: skip
    shown = text(desk.get(cast.clerk, verb_page(proposal, "decide")))
    assert "2 Maret 2027 · Hari jadi · Libur daerah baru" in shown
    yes = {"decision": "approve", "reason": "Sesuai"}
    assert desk.act(cast.verifier, proposal, "decide", **yes).status_code == 403
    assert desk.act(cast.clerk, proposal, "decide", **yes).status_code == 302
    assert CalendarDay.objects.in_force().count() == 3
    assert f"Diputuskan {cast.clerk}" in text(desk.get(cast.outsider, page(proposal)))


def test_past_days_by_the_page_move_nothing_and_the_page_says_so_beforehand(cast: Cast, desk: Desk) -> None:
    said = day("2026-02-16")
    with at("2026-02-17"):
        pledge = a_pledge(
            cast, made_on_from=said, made_on_to=said, deadline_text="10 hari kerja", original_due_on=day("2026-03-02")
        )
    with at("2026-03-10"):
        days = "\n".join(f"2026-02-{n}; Libur {n}; libur daerah" for n in (18, 19, 20, 23))
        desk.post(cast.verifier, adding(CalendarProposal), {"decree": "SK 1", "days": days})
        proposal = CalendarProposal.objects.get()
        assert "Janji yang tenggatnya bergeser Belum ada." in text(desk.get(cast.clerk, verb_page(proposal, "decide")))
        desk.act(cast.clerk, proposal, "decide", decision="approve", reason="x")
        jobs.run_due()
        assert (judgement_of(pledge).status, judgement_of(pledge).first_due_on) == ("overdue", day("2026-03-02"))


def test_the_list_shows_the_days_in_force_unless_asked(cast: Cast, desk: Desk) -> None:
    new = {"date": "2026-05-05", "name": "Hari jadi", "kind": "local", "decree": "SK 1"}
    desk.post(cast.verifier, adding(CalendarDay), new)
    assert "Hari jadi" not in text(desk.get(cast.viewer, "/admin/org/calendarday/"))
    assert "Hari jadi" in text(desk.get(cast.viewer, "/admin/org/calendarday/?state=proposed"))
    row = CalendarDay.objects.get()
    assert desk.act(cast.clerk, row, "confirm").status_code == 302
    assert (
        desk.act(cast.clerk, row, "change", date="2026-05-06", name="Hari jadi", kind="local", decree="").status_code
        == 400
    )
    changed = {"date": "2026-05-06", "name": "Hari jadi", "kind": "local", "decree": "SK 2"}
    assert desk.act(cast.clerk, row, "change", **changed).status_code == 302
    waiting = CalendarDay.objects.get(replaces=row)
    shown = text(desk.get(cast.verifier, verb_page(waiting, "confirm")))
    assert "6 Mei 2026 · Hari jadi · Libur daerah semula 5 Mei 2026 · Hari jadi · Libur daerah" in shown
