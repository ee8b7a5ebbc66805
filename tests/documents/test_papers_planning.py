"""The one-page analysis of a plan line."""

from __future__ import annotations

from assets import register
from documents.papers import analysis
from planning import plans
from planning.plans import Reviewed
from tests.base import Cast, a_line, a_pledge, an_asset, day, decided, settings_are
from tests.documents.papers import letters_of, opened, squeezed, words_of
from tests.planning.scenes import a_frozen_plan, a_plan, a_price, a_rate


def test_the_analysis_opens_the_need_to_its_causes_and_its_price(cast: Cast) -> None:
    a_price(cast, price=2_500_000, year=2026, includes_ppn=False)
    a_rate()
    pledge = a_pledge(cast, promised=5)
    request = decided(cast, lines=[a_line(cast, quantity=2)])
    an_asset(cast, brand="Samsung", model="A15")
    line = a_plan(cast).lines.get()
    letters = letters_of(analysis.render(line, cast.planner))
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
    pdf = analysis.render(line, cast.planner)
    assert len(opened(pdf).pages) == 1
    assert squeezed("dan lainnya 16") in letters_of(pdf)


def test_it_counts_without_a_name_what_its_reader_does_not_see(cast: Cast) -> None:
    pledge = a_pledge(cast, promised=9)
    own = decided(cast, lines=[a_line(cast, quantity=2)])
    stock = an_asset(cast, brand="Merek Gudang", model="Seri Rahasia")
    register.receive(
        unit=cast.diskominfo, contract_number="SPK-77", supplier="CV Penyedia", received_on=day("2026-03-01"),
        lines=[{"device_type": cast.hp, "quantity": 3}], actor=cast.clerk,
    )  # fmt: skip
    line = a_plan(cast, within=cast.kemang).lines.get()
    whole, told = (letters_of(analysis.render(line, who)) for who in (cast.planner, cast.kemang_admin))

    for secret in (stock.tag, "Merek Gudang", "Seri Rahasia", "SPK-77", "CV Penyedia"):
        assert squeezed(secret) in whole, secret
        assert squeezed(secret) not in told, secret
    assert "diluarwilayahAnda" not in whole
    for part in ("Tersedia di gudang di luar wilayah Anda 1", "Sudah diterima, belum didaftar di luar wilayah Anda 3",
                 f"Usulan {own.number}", f"Janji {pledge.number}", "Kebutuhan riil 5"):  # fmt: skip
        assert squeezed(part) in told, part


def test_an_earlier_plan_of_a_wider_area_is_counted_without_its_number(cast: Cast) -> None:
    decided(cast)
    first = a_frozen_plan(cast)
    line = a_plan(cast, stage="perubahan", within=cast.kemang).lines.get()
    number = squeezed(f"Rencana {first.lines.get().number}")
    assert number in letters_of(analysis.render(line, cast.planner))
    told = letters_of(analysis.render(line, cast.kemang_admin))
    assert number not in told
    assert squeezed("belum diterima di luar wilayah Anda 1") in told


def test_after_the_review_it_says_what_was_approved_and_why(cast: Cast) -> None:
    decided(cast, lines=[a_line(cast, quantity=3)])
    plan = a_plan(cast)
    said = Reviewed(plan.lines.get().pk, 2, "purchase", "=1+1 pagu terbatas")
    plans.review(plan, lines=[said], actor=cast.approver)
    settings_are(sample_data=True)
    text = words_of(analysis.render(plan.lines.get(), cast.planner))
    assert "=1+1 pagu terbatas" in text
    assert "DATA CONTOH" in text
    assert "DRAF" not in text
    assert "harga belum ada" in text
