"""States, conditions and acts of devices, and which move may follow which."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Condition(models.TextChoices):
    """How a device fares. ``letter``: B, RR or RB, by which the forms of Permendagri 47/2021 write it.

    ``fit``: for use. What is not fit gets no new holder, is no stock, and is replaced.
    """

    letter: str
    fit: bool

    def __new__(cls, value: str, *properties: Any) -> Condition:
        member = str.__new__(cls, value)
        member._value_, (member.letter, member.fit) = value, properties
        return member

    GOOD = "good", "B", True, _("Baik (B)")
    LIGHTLY_DAMAGED = "lightly_damaged", "RR", True, _("Rusak ringan (RR)")
    BADLY_DAMAGED = "badly_damaged", "RB", False, _("Rusak berat (RB)")

    @property
    def rank(self) -> int:
        """The higher, the worse."""
        return list(type(self)).index(self)

    @property
    def worn(self) -> bool:
        """Fit for use, and damaged."""
        return self.fit and self.letter != "B"

    @classmethod
    def which(cls, **properties: Any) -> list[Condition]:
        """The conditions with these properties."""
        return [each for each in cls if all(getattr(each, name) == value for name, value in properties.items())]


class AssetState(models.TextChoices):
    """Derived, first match wins in this order."""

    RETIRED = "retired", _("Dihapus")
    LOST = "lost", _("Hilang")
    IN_REPAIR = "in_repair", _("Dalam perbaikan")
    ISSUED = "issued", _("Dipakai")
    HELD = "held", _("Disiapkan untuk diserahkan")
    IN_STOCK = "in_stock", _("Di gudang")


class Missing(models.TextChoices):
    """Why a unit does not have a device that was handed over to it."""

    REPAIR = "repair", _("Dalam perbaikan")
    LOSS = "loss", _("Hilang menurut pengurus barang")


REPAIR_DAYS = 90
"""Local days after which a device in repair does not count for its pledge any more; its unit may agree once to as many
again (pledges.md)."""


class FundSource(models.TextChoices):
    PAD = "pad", "PAD"
    DAU = "dau", "DAU"
    DAU_EARMARKED = "dau_earmarked", _("DAU yang ditentukan penggunaannya")
    DAK_FISIK = "dak_fisik", "DAK Fisik"
    DAK_NONFISIK = "dak_nonfisik", "DAK Nonfisik"
    DBH = "dbh", "DBH"
    DBH_CHT = "dbh_cht", "DBH CHT"
    INSENTIF_FISKAL = "insentif_fiskal", _("Insentif fiskal")
    BANKEU = "bankeu", _("Bantuan keuangan")
    HIBAH = "hibah", _("Hibah")
    BLUD = "blud", "BLUD"
    OTHER = "other", _("Lainnya")


class HandoverKind(models.TextChoices):
    ISSUE = "issue", _("Penyerahan")
    RETURN = "return", _("Pengembalian")
    TRANSFER = "transfer", _("Pemindahan")
    LOAN = "loan", _("Peminjaman")
    RECALL = "recall", _("Penarikan")
    CHANGE_OF_HOLDER = "change_of_holder", _("Pergantian pemegang")

    @property
    def takes_from_stock(self) -> bool:
        return self in FROM_STOCK

    @property
    def gives_custody(self) -> bool:
        return self not in COMES_BACK


COMES_BACK = (HandoverKind.RETURN, HandoverKind.RECALL)
"""The kinds by which devices go back to the unit that keeps them."""

FROM_STOCK = (HandoverKind.ISSUE, HandoverKind.LOAN)
"""The kinds by which devices leave the stock. The others take them from who holds them."""


class LegalAct(models.TextChoices):
    """Legal basis of a handover (Permendagri 19/2016): which act applies is for the legal desk to choose."""

    USE = "penggunaan", _("Penggunaan (dalam satu perangkat daerah)")
    TEMPORARY_USE = "penggunaan_sementara", _("Penggunaan sementara")
    STATUS_TRANSFER = "pengalihan_status", _("Pengalihan status penggunaan")
    LOAN_FOR_USE = "pinjam_pakai", _("Pinjam pakai (antarpemerintah)")
    RETURN = "pengembalian", _("Pengembalian")


class HandoverState(models.TextChoices):
    """Of a handover and, each on its own, of its items."""

    PREPARED = "prepared", _("Disiapkan")
    HANDED_OVER = "handed_over", _("Diserahkan")
    ACCEPTED = "accepted", _("Diterima")
    DISPUTED = "disputed", _("Disanggah")
    CANCELLED = "cancelled", _("Dibatalkan")


_S = HandoverState
HANDOVER_MOVES = {
    _S.PREPARED: frozenset({_S.HANDED_OVER, _S.CANCELLED}),
    _S.HANDED_OVER: frozenset({_S.ACCEPTED, _S.DISPUTED, _S.CANCELLED}),
    _S.ACCEPTED: frozenset({_S.ACCEPTED, _S.DISPUTED}),
    _S.DISPUTED: frozenset({_S.HANDED_OVER, _S.ACCEPTED, _S.DISPUTED, _S.CANCELLED}),
}
AWAITING = (_S.HANDED_OVER, _S.DISPUTED)
GIVEN = (_S.HANDED_OVER, _S.ACCEPTED, _S.DISPUTED)
DISPUTE_DAYS = 14
"""Local days after accepting a device in which its receiver may still say that it is dead (pledges.md)."""


HEADS_DISPUTE_DAYS = 180
"""Local days after a handover, its recording and the scan by which it counts, from which on only the head of the unit
says that a device never came (pledges.md)."""
PROMPT_DAYS = 14
"""Local days after a handover in which its receiver may leave the day of receipt unsaid; later words show their lag."""


class InventoryState(models.TextChoices):
    OPEN = "open", _("Dibuka")
    CLOSED = "closed", _("Ditutup")


class InventoryAnswer(models.TextChoices):
    """What a unit says of one device in an inventory."""

    CONFIRMED = "confirmed", _("Ada")
    NOT_FOUND = "not_found", _("Tidak ditemukan")


INVENTORY_MOVES = {InventoryState.OPEN: frozenset({InventoryState.CLOSED})}
