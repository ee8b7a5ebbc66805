"""States of a budget plan, the causes of a need and the ways to fulfil it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """In which round of the budget (APBD) the plan is made."""

    MURNI = "murni", _("Murni")
    PERGESERAN = "pergeseran", _("Pergeseran")
    PERUBAHAN = "perubahan", _("Perubahan")

    @classmethod
    def before(cls, stage: str) -> list[str]:
        """The rounds of the same year that come before ``stage``."""
        order = list(cls.values)
        return order[: order.index(stage)]


class ProposalOrigin(models.TextChoices):
    """On which way a proposal came into the budget."""

    RENJA = "renja", _("Renja perangkat daerah")
    MUSRENBANG = "musrenbang", _("Musrenbang")
    POKIR = "pokir", _("Pokok pikiran DPRD (pokir)")
    COMMITMENT = "komitmen", _("Komitmen pimpinan")


class PlanState(models.TextChoices):
    DRAFT = "draft", _("Draf")
    REVIEWED = "reviewed", _("Ditelaah")
    FROZEN = "frozen", _("Ditetapkan")


PLAN_MOVES = {
    PlanState.DRAFT: frozenset({PlanState.REVIEWED}),
    PlanState.REVIEWED: frozenset({PlanState.DRAFT, PlanState.FROZEN}),
}


class Fulfilment(models.TextChoices):
    """Cara pemenuhan: how a reviewed need is to be met (RKBMD, hasil penelaahan, column 17)."""

    PURCHASE = "purchase", _("Pengadaan")
    REALLOCATION = "reallocation", _("Pengalihan barang yang ada")
    REPAIR = "repair", _("Perbaikan")
    RENTAL = "rental", _("Sewa")
    GRANT = "grant", _("Hibah")
    POSTPONED = "postponed", _("Ditunda")
    NONE = "none", _("Tidak dipenuhi")


FROM_OUTSIDE = (Fulfilment.PURCHASE, Fulfilment.RENTAL, Fulfilment.GRANT)
"""Ways by which devices come that are not in the register yet."""
UNMET = (Fulfilment.POSTPONED, Fulfilment.NONE)


class CauseKind(models.TextChoices):
    """Why a number stands where it stands. ``quantity`` of a cause is signed: supply is negative."""

    REQUEST = "request", _("Usulan disetujui, belum diserahkan")
    PLEDGE = "pledge", _("Janji yang belum dipenuhi")
    REPLACEMENT = "replacement", _("Penggantian")
    STANDARD = "standard", _("Kekurangan terhadap standar kebutuhan")
    BUDGETED = "budgeted", _("Sudah dianggarkan, belum diterima")
    STOCK = "stock", _("Tersedia di gudang")
    INCOMING = "incoming", _("Sudah diterima, belum didaftar")
    USABLE = "usable", _("Perangkat yang dapat dioptimalkan")
    UNDER_DECISION = "under_decision", _("Usulan yang belum diputuskan")


CLAIMS = (CauseKind.REQUEST, CauseKind.PLEDGE, CauseKind.REPLACEMENT, CauseKind.STANDARD)
SUPPLIES = (CauseKind.BUDGETED, CauseKind.STOCK, CauseKind.INCOMING)
COUNTED = (*CLAIMS, *SUPPLIES)
"""The kinds whose sum is the real need; the others are shown beside it."""


class WornReason(models.TextChoices):
    """Why a device in use has to be replaced, first match wins."""

    LOST = "lost", _("Hilang")
    BADLY_DAMAGED = "badly_damaged", _("Rusak berat")
    LIFE_OVER = "life_over", _("Masa manfaat habis")
