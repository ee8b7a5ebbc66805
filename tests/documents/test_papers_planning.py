"""The one-page analysis of a plan line."""

from __future__ import annotations

from documents.papers import analysis
from planning import plans
from planning.plans import Reviewed
from tests.base import Cast, a_line, a_pledge, an_asset, decided, settings_are
from tests.documents.papers import letters_of, opened, squeezed, words_of
from tests.planning.scenes import a_plan, a_price, a_rate


def test_the_analysis_opens_the_need_to_its_causes_and_its_price(cast: Cast) -> None:
    a_price(cast, price=2_500_000, year=2026, includes_ppn=False)
    a_rate()
    pledge = a_pledge(cast, promised=5)
    request = decided(cast, lines=[a_line(cast, quantity=2)])
    an_asset(cast, brand="Samsung", model="A15")
    line = a_plan(cast).lines.get()
    letters = letters_of(analysis.render(line))
    for part in (
        "ANALISIS KEBUTUHAN",
        "Baris rencana RK-2027-0001/1, tahun anggaran 2027 (Murni)",
        "Kecamatan Kemang",
        "standar kebutuhan belum ditetapkan",
        "Tersedia di gudang −1",
        "Kebutuhan riil 4",
        "4 (empat)",
        "Rp2.500.000 (SSH 2026, belum termasuk PPN)",
        "Rp11.100.000, di dalamnya PPN Rp1.100.000",
        f"Usulan {request.number}",
        f"Janji {pledge.number}: HP untuk admin media sosial",
        "Samsung A15",
        "belum ditelaah",
        "DRAF",
    ):
        assert squeezed(part) in letters, part


def test_it_keeps_to_one_page_and_counts_what_it_does_not_name(cast: Cast) -> None:
    for _each in range(20):
        decided(cast, lines=[a_line(cast, quantity=2)])
    line = a_plan(cast).lines.get()
    pdf = analysis.render(line)
    assert len(opened(pdf).pages) == 1
    assert squeezed("dan lainnya 16") in letters_of(pdf)


def test_after_the_review_it_says_what_was_approved_and_why(cast: Cast) -> None:
    decided(cast, lines=[a_line(cast, quantity=3)])
    plan = a_plan(cast)
    said = Reviewed(plan.lines.get().pk, 2, "purchase", "=1+1 pagu terbatas")
    plans.review(plan, lines=[said], actor=cast.approver)
    settings_are(sample_data=True)
    text = words_of(analysis.render(plan.lines.get()))
    assert "=1+1 pagu terbatas" in text
    assert "DATA CONTOH" in text
    assert "DRAF" not in text
    assert "harga belum ada" in text
