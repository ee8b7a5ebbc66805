"""The budget: what the planner keeps for it, this year's plan as it was frozen, and the draft for the next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from assets.states import FundSource
from demo.stage import FIRST_DAY, Stage, Story
from org.models import Unit
from org.reference import keep
from planning import plans
from planning.models import AccountCode, NeedStandard, Plan, PpnRate, SubActivity
from planning.states import Fulfilment

PPN = (date(2022, 4, 1), Decimal("11.00"), "UU 7/2021 tentang Harmonisasi Peraturan Perpajakan")
LEGAL_BASIS = "Peraturan Bupati Contoh Nomor 45 Tahun 2024 (DATA CONTOH)"
STANDARDS = {"smartphone": 1, "laptop": 1}  # for each kecamatan
SINCE = 2025
ACCOUNTS = {
    "5.2.02.05.02.0006": "Belanja Modal Alat Rumah Tangga Lainnya (Home Use)",
    "5.2.02.06.01.0001": "Belanja Modal Peralatan Studio Audio",
    "5.2.02.06.01.0002": "Belanja Modal Peralatan Studio Video dan Film",
    "5.2.02.06.01.0003": "Belanja Modal Peralatan Studio Gambar",
    "5.2.02.06.02.0001": "Belanja Modal Alat Komunikasi Telephone",
    "5.2.02.10.01.0002": "Belanja Modal Personal Computer",
    "5.2.02.10.01.0003": "Belanja Modal Komputer Unit Lainnya",
    "5.2.02.10.02.0003": "Belanja Modal Peralatan Personal Computer",
    "5.2.02.10.02.0004": "Belanja Modal Peralatan Jaringan",
    "5.2.02.10.02.0005": "Belanja Modal Peralatan Komputer Lainnya",
}
# Of these codes only the affair, 2.16, is certain: the names say that they are examples
PROGRAMME = ("2.16.02", "Program Pengelolaan Informasi dan Komunikasi Publik (contoh)")
ACTIVITY = ("2.16.02.2.01", "Pengelolaan Informasi dan Komunikasi Publik Pemerintah Daerah Kabupaten/Kota (contoh)")
SUB_ACTIVITIES = {
    "2.16.02.2.01.0004": "Pengelolaan Konten dan Perencanaan Media Komunikasi Publik (contoh)",
    "2.16.02.2.01.0005": "Pengelolaan Media Komunikasi Publik (contoh)",
}
CEILING = 350_000_000
APPROVED = 15
"""So many of this year's lines were approved, the most urgent; the others were put off."""


def stories(stage: Stage) -> Iterator[Story]:
    yield _kept(stage)
    yield _this_year(stage)
    yield _next_year(stage)


def _kept(stage: Stage) -> Story:
    """Rates, codes and the tree when the register was opened; the standards when their regulation came."""
    planner = stage.users["perencana"]
    yield FIRST_DAY + timedelta(days=1)
    effective_from, percent, basis = PPN
    keep(PpnRate(), actor=planner, effective_from=effective_from, percent=percent, legal_basis=basis)
    for code, name in ACCOUNTS.items():
        keep(AccountCode(), actor=planner, code=code, name=name)
    tree = {"activity_code": ACTIVITY[0], "activity_name": ACTIVITY[1], "programme_code": PROGRAMME[0],
            "programme_name": PROGRAMME[1]}  # fmt: skip
    for code, name in SUB_ACTIVITIES.items():
        keep(SubActivity(), actor=planner, code=code, name=name, **tree)
    yield stage.ago(420)
    for code, quantity in STANDARDS.items():
        keep(
            NeedStandard(), actor=planner, device_type=stage.types[code], unit_kind=Unit.Kind.DISTRICT,
            quantity=quantity, legal_basis=LEGAL_BASIS, from_year=SINCE,
        )  # fmt: skip


def _this_year(stage: Stage) -> Story:
    """Calculated a year ago, reviewed with what the money reached, frozen."""
    planner = stage.users["perencana"]
    yield stage.ago(400)
    plan = _plan(stage, stage.today.year, "Usulan untuk RKBMD tahun ini")
    yield stage.ago(385)
    said = [
        plans.Reviewed(line.pk, 0, Fulfilment.POSTPONED, "Pagu belum cukup; diusulkan lagi tahun depan.")
        for line in plan.lines.filter(proposed__gt=0)[APPROVED:]
    ]
    plans.review(plan, lines=said, actor=stage.users["kabid"], reason="Yang paling mendesak didahulukan.")
    yield stage.ago(371)
    plans.freeze(plan, actor=planner, reason="Dasar RKA Diskominfo")


def _next_year(stage: Stage) -> Story:
    """A draft with its ceiling, one line of which the planner has cut by hand."""
    planner = stage.users["perencana"]
    yield stage.ago(12)
    plan = _plan(stage, stage.today.year + 1, "Draf untuk dibahas dengan bidang", ceiling=CEILING)
    yield stage.ago(9)
    line = plan.lines.filter(proposed__gt=0, unit_price__isnull=False).last()
    if line:
        cut = {"id": line.pk, "proposed": line.proposed - 1, "note": "Dipinjam bergantian dengan kecamatan sebelah"}
        plans.adjust(plan, lines=[cut], actor=planner, reason="Hasil pembahasan dengan bidang")


def _plan(stage: Stage, year: int, note: str, ceiling: int | None = None) -> Plan:
    branch = SubActivity.objects.get(code="2.16.02.2.01.0005")
    return plans.create(
        fiscal_year=year, sub_activity=branch, fund_source=FundSource.PAD, ceiling=ceiling, note=note,
        actor=stage.users["perencana"],
    )  # fmt: skip
