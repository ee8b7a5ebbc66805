"""What stands beside a pledge wherever it is listed: a date corrected or given later, a record that came when it was
done."""

from __future__ import annotations

import pytest

from pledges.models import Pledge
from tests.backoffice.desk import Desk, listing, page, text
from tests.base import Cast, a_pledge, at, closed, day, delivered, revised

MENDED = "tercatat 31 Januari 2026, dikoreksi 2 Maret 2026"
AFTER = "dicatat sesudah terpenuhi"


@pytest.mark.parametrize("place", ["list", "office", "unit"])
def test_the_recorded_date_stands_beside_a_corrected_one_in_every_list(cast: Cast, desk: Desk, place: str) -> None:
    revised(cast, a_pledge(cast, original_due_on=day("2026-01-31")), kind="correction", to=day("2026-01-15"))
    who = cast.kemang_admin if place == "unit" else cast.viewer
    address = listing(Pledge) if place == "list" else "/admin/"
    assert f"46 hari lewat tenggat · {MENDED}" in text(desk.get(who, address))


def test_a_date_given_later_says_so_and_that_the_promise_had_dangled_until_it_is_kept(cast: Cast, desk: Desk) -> None:
    soon = a_pledge(cast, made_on_from=day("2026-01-01"), made_on_to=day("2026-01-01"))
    dangling = a_pledge(cast)
    for pledge in (soon, dangling):
        revised(cast, pledge, kind="first_set", to=day("2026-12-31"))
    listed = text(desk.get(cast.viewer, listing(Pledge)))
    assert "tenggat diberikan 60 hari sesudah janji diucapkan" in listed
    assert "menggantung 1.157 hari sebelum diberi tenggat" in listed
    assert "Menggantung 1.157 hari sebelum diberi tenggat." in text(desk.get(cast.viewer, page(dangling)))
    assert "sebelum diberi tenggat" not in text(desk.get(cast.viewer, page(soon)))
    delivered(cast, pledge_line=dangling.lines.get())
    assert "sebelum diberi tenggat" not in text(desk.get(cast.viewer, listing(Pledge)))
    assert "Tenggat diberikan 1.157 hari sesudah janji diucapkan." in text(desk.get(cast.viewer, page(dangling)))


def test_a_date_from_words_spoken_later_is_not_the_original_one_of_the_merged_promise(cast: Cast, desk: Desk) -> None:
    old, new = a_pledge(cast), a_pledge(cast, made_on_from=day("2026-03-02"), made_on_to=day("2026-03-02"),
                                        original_due_on=day("2026-06-30"))  # fmt: skip
    closed(cast, old, "merge", into=new)
    shown = text(desk.get(cast.viewer, page(new)))
    assert "Tenggat susulan 30 Juni 2026" in shown and "Tenggat awal" not in shown
    assert "Tenggat diberikan 1.157 hari sesudah janji diucapkan." in shown


def test_a_pledge_put_on_record_when_it_was_done_is_marked(cast: Cast, desk: Desk) -> None:
    for on in (day("2026-02-27"), day("2026-03-02")):
        pledge = a_pledge(cast, original_due_on=day("2026-03-31"))
        delivered(cast, pledge_line=pledge.lines.get(), on=on)
        marked = on == day("2026-02-27")
        assert ("Dicatat sesudah terpenuhi, jadi" in text(desk.get(cast.viewer, page(pledge)))) == marked
    assert text(desk.get(cast.viewer, listing(Pledge))).count(AFTER) == 1


def test_the_time_line_of_a_corrected_pledge_calls_the_recorded_date_so(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast, original_due_on=day("2026-01-31"))
    revised(cast, pledge, kind="correction", to=day("2026-01-15"))
    with at("2026-03-03"):
        shown = text(desk.get(cast.viewer, page(pledge)))
    assert "Dibetulkan menjadi 15 Januari 2026. Tercatat 31 Januari 2026." in shown
