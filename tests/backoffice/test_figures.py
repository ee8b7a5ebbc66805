"""The page of figures: sentences with what they count, never a percentage of nothing, holders for those who reach."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from org.models import Tenure
from pledges import pledging
from tests.backoffice.desk import Desk, links, text
from tests.base import Cast, a_draft_pledge, a_pledge, at, closed, day, delivered, revised, settings_are, user

PAGE = "/admin/figures/"


def tenure(cast: Cast) -> Tenure:
    return Tenure.objects.create(office=cast.bupati, person=cast.rani, starts_on=day("2020-01-01"))


def some_pledges(cast: Cast) -> None:
    """One kept, one of two devices overdue since January and moved once, one without a date, one withdrawn."""
    kept, late = (
        a_pledge(cast, promised=number, original_due_on=day(due))
        for number, due in ((1, "2026-03-31"), (2, "2026-01-31"))
    )
    delivered(cast, pledge_line=kept.lines.get())
    revised(cast, late, to=day("2026-12-31"))
    a_pledge(cast)
    closed(cast, a_pledge(cast, promised=4), "withdraw", reason="Anggaran dipotong")


def test_figures_are_sentences_with_what_they_count_and_the_day(cast: Cast, desk: Desk) -> None:
    some_pledges(cast)
    seen = text(desk.get(cast.viewer, PAGE))
    for sentence in (
        "4 janji yang diterbitkan, keadaan per 2 Maret 2026",
        "1 dari 3 janji tegas ditepati sampai tenggat awal (33,3 %). n = 3: janji tegas yang tenggat awalnya sudah "
        "lewat atau yang sudah ditepati atau dicabut; di antaranya 0 dengan tenggat dikoreksi; janji bersyarat 0 "
        "dari 4 (0 %), niat 0 dari 4 (0 %); per 2 Mar 2026",
        "1 dari 2 janji tegas ditepati sampai tenggat yang berlaku (50 %).",
        "Bila yang tidak dapat dilaksanakan ikut dihitung: 1 dari 3 (33,3 %).",
        "1 dari 7 perangkat diterima sampai tenggat awal, juga bila janjinya belum utuh ditepati (14,3 %).",
        "Dicatat sesudah terpenuhi: tidak ada. n = 0: janji tegas yang dicatat sesudah perangkat terakhirnya",
        "1 dari 4 perangkat yang dijanjikan sudah diterima (25 %).",
        "1 janji terlambat terhadap tenggat awal: median 30 hari, paling lama 30 hari.",
        "Utang janji: 60 hari perangkat. n = 1:",
        "2 dari 4 janji diucapkan tanpa tenggat (50 %).",
        "1 dari 4 janji menggantung (25 %).",
        "0 dari 4 janji menggantung sebelum diberi tenggat, dan belum ditepati (0 %).",
        "1 janji dicabut, 0 tidak dapat dilaksanakan.",
        "lebih dari setahun 2 janji",
    ):
        assert sentence in seen, sentence


def test_the_debt_of_a_withdrawn_pledge_is_a_sentence_of_its_own(cast: Cast, desk: Desk) -> None:
    gone = a_pledge(cast, original_due_on=day("2026-01-31"))
    assert "Utang janji yang dicabut" not in text(desk.get(cast.viewer, PAGE))
    closed(cast, gone, "withdraw", reason="Anggaran dipotong")
    seen = text(desk.get(cast.viewer, PAGE))
    assert "Utang janji: 0 hari perangkat. n = 0:" in seen
    assert "Utang janji yang dicabut: 30 hari perangkat. n = 1: janji yang dicabut;" in seen


def test_an_excuse_adds_the_strict_share_and_an_extension_its_number(cast: Cast, desk: Desk) -> None:
    late, excused = (a_pledge(cast, original_due_on=day("2026-01-31")) for _ in range(2))
    revised(cast, late, to=day("2026-02-28"), on="2026-02-02")
    closed(cast, excused, "excuse", reason="court_order")
    seen = text(desk.get(cast.viewer, PAGE))
    assert "0 dari 1 janji tegas ditepati sampai tenggat awal (0 %)." in seen
    assert "Bila yang tidak dapat dilaksanakan ikut dihitung: 0 dari 2 (0 %)." in seen
    assert "tenggat yang berlaku (0 %). Tenggatnya diundur 1 kali." in seen


def test_what_is_corrected_loose_or_recorded_late_stands_beside_the_rates(cast: Cast, desk: Desk) -> None:
    mended = a_pledge(cast, original_due_on=day("2026-01-31"))
    revised(cast, mended, kind="correction", to=day("2025-12-31"))
    a_pledge(cast, strength="intention"), a_pledge(cast, strength="conditional")
    revised(cast, a_pledge(cast), kind="first_set", to=day("2026-12-31"))
    done = a_pledge(cast, original_due_on=day("2026-03-31"), promised=1)
    delivered(cast, pledge_line=done.lines.get(), on=day("2026-02-27"))
    seen = text(desk.get(cast.viewer, PAGE))
    for sentence in (
        "0 dari 1 janji tegas ditepati sampai tenggat awal (0 %). n = 1:",
        "di antaranya 1 dengan tenggat dikoreksi; janji bersyarat 1 dari 5 (20 %), niat 1 dari 5 (20 %); per",
        "Dicatat sesudah terpenuhi: 1 dari 1 ditepati sampai tenggat awal (100 %). n = 1:",
        "1 dari 5 janji bersyarat (20 %).",
        "1 dari 5 janji baru niat (20 %).",
        "1 dari 5 janji menggantung sebelum diberi tenggat, dan belum ditepati (20 %).",
        "0 dari 1 (0 %), 1 dikoreksi",
    ):
        assert sentence in seen, sentence


def test_where_nothing_is_due_there_is_no_percentage(cast: Cast, desk: Desk) -> None:
    assert "Belum ada janji yang diterbitkan" in text(desk.get(cast.viewer, PAGE))
    a_pledge(cast, original_due_on=day("2026-12-31"))
    seen = text(desk.get(cast.viewer, PAGE))
    assert "Ditepati sampai tenggat awal: belum ada yang sampai tenggat. n = 0" in seen
    assert "Perangkat menurut tenggat awal: belum ada yang sampai tenggat." in seen
    assert "Tidak ada janji yang terlambat terhadap tenggat awal." in seen


def test_each_office_has_its_row(cast: Cast, desk: Desk) -> None:
    some_pledges(cast)
    secretary = cast.bupati._meta.model.objects.create(name="Sekretaris Daerah", unit=cast.setda)
    a_pledge(cast, office=secretary, original_due_on=day("2026-12-31"))
    seen = text(desk.get(cast.viewer, PAGE))
    assert (
        "Bupati 4 2 tanpa tenggat, 1 menggantung, 0 menggantung sebelum diberi tenggat; janji bersyarat 0 dari 4 (0 "
        "%), niat 0 dari 4 (0 %) 1 dari 3 (33,3 %), 0 dikoreksi 1 dari 2 (50 %), 0 dikoreksi 1 dari 4 (25 %) "
        "1 janji, paling lama 30 hari 60 hari perangkat"
    ) in seen
    assert "Sekretaris Daerah 1 0 tanpa tenggat, 0 menggantung, " in seen
    assert "(0 %) belum ada yang sampai tenggat" in seen


def test_holders_are_named_to_those_whose_grant_reaches_the_office(cast: Cast, desk: Desk) -> None:
    some_pledges(cast), tenure(cast)
    seen = text(desk.get(cast.viewer, PAGE))
    assert (
        "Rani Puspita Bupati, Definitif 1 Jan 2020 – sekarang 4 janji; ditepati 1 dari 3 (33,3 %), 0 dikoreksi;" in seen
    )
    of_kemang = user(username="pembaca-kemang", unit=cast.kemang, roles=("viewer",))
    elsewhere = text(desk.get(of_kemang, PAGE))
    assert "1 dari 3 janji tegas" in elsewhere
    assert "Rani Puspita" not in elsewhere and "Per pemangku" not in elsewhere


def test_what_was_not_published_shows_as_two_numbers_alone(cast: Cast, desk: Desk) -> None:
    refused = pledging.submit(a_draft_pledge(cast, title="Laptop rahasia"), actor=cast.verifier)
    pledging.reject(refused, actor=cast.publisher, reason="Tidak jelas")
    a_draft_pledge(cast, title="Kamera rahasia", basis="testimony")
    seen = text(desk.get(cast.viewer, PAGE))
    assert "1 pengajuan ditolak, 1 janji hanya berdasarkan kesaksian. n = 2: janji yang tidak diterbitkan" in seen
    assert "rahasia" not in seen and "Bupati" not in seen


def test_an_earlier_day_may_be_looked_at(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast, promised=2)
    with at("2026-04-20"):
        delivered(cast, pledge_line=pledge.lines.get())
        today, before = (text(desk.get(cast.viewer, PAGE, **query)) for query in ({}, {"as_of": "2026-03-31"}))
    assert "Belum diterima: 1 dari 2 perangkat pada 20 Apr 2026; 0 dari 0 pada 31 Mei 2025." in today
    assert "31 Mar 2026 2 2" in today
    assert "0 dari 2 perangkat yang dijanjikan sudah diterima" in before and "Hari ini" in before
    assert "keadaan per 31 Maret 2026" in before and "20 Apr 2026 " not in before


@pytest.mark.parametrize("given", ["2026-03-03", "0001-01-01", "9999-12-31", "kemarin", "=HYPERLINK()"])
def test_a_day_that_is_none_or_still_to_come_is_refused_beside_its_field(cast: Cast, desk: Desk, given: str) -> None:
    answer = desk.get(cast.viewer, PAGE, as_of=given)
    assert answer.status_code == 400
    assert 'id="id_as_of_error"' in answer.content.decode()
    assert "keadaan per 2 Maret 2026" in text(answer)


def test_the_page_is_for_the_office_and_in_its_menu(cast: Cast, desk: Desk) -> None:
    assert PAGE in links(desk.get(cast.viewer, "/admin/"))
    for outside in (cast.kemang_admin, cast.kemang_head, cast.outsider):
        assert desk.get(outside, PAGE).status_code == 403
        assert PAGE not in links(desk.get(outside, "/admin/"))
    assert desk.get(cast.viewer, PAGE, unit="32.01").status_code == 400
    assert desk.post(cast.viewer, PAGE).status_code == 400
    settings_are(pledge_noun="komitmen")
    assert "Angka komitmen pimpinan" in text(desk.get(cast.viewer, PAGE))


def test_the_page_asks_the_database_as_often_for_three_pledges_as_for_one(cast: Cast, desk: Desk) -> None:
    tenure(cast), a_pledge(cast)
    counted = []
    for more in (0, 2):
        for _ in range(more):
            a_pledge(cast)
        desk.get(cast.viewer, PAGE)
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(cast.viewer, PAGE).status_code == 200
        counted.append(len(queries))
    assert counted == [23, 23]
