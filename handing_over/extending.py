"""More time for a loan: asked by the unit that has the devices, decided by the clerk who lent them (api.md)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.models import Handover, LoanExtension
from assets.queries import still_with
from assets.rules import may_keep
from assets.states import GIVEN, HandoverKind
from core import asked, clock
from core.acts import Done, act
from core.errors import DomainError, NotAllowed
from core.journal import Private
from core.models import Decision
from core.permits import Every, refusing
from core.taking import Reason
from org.models import Role, User
from org.rules import belongs_to, require


def _borrower(user: Any, loan: Handover) -> str:
    """Somebody who speaks for the unit that has the devices."""
    if not belongs_to(user, loan.recipient_unit):
        raise NotAllowed("not_the_holder", _("Hanya unit peminjam yang meminta perpanjangan."))
    return require(user, Role.REQUESTER, Role.UNIT_HEAD, unit=loan.recipient_unit)


def _lender(user: Any, extension: LoanExtension) -> str:
    return may_keep(user, extension.handover.from_unit)


@refusing(_("Hanya pinjaman yang belum kembali yang dapat diperpanjang."))
def _is_out(loan: Handover) -> bool:
    return loan.kind == HandoverKind.LOAN and loan.items.filter(still_with(), state__in=GIVEN).exists()


@refusing(_("Pinjaman ini sudah kembali."))
def _still_out(extension: LoanExtension) -> bool:
    return _is_out(extension.handover)


_none_asked = asked.none_undecided(
    "extensions", _("Masih ada perpanjangan yang belum diputuskan."), "extension_undecided"
)


@act(
    "extend", _("Minta perpanjangan"),
    _("Pengurus Barang yang meminjamkan memutuskan; sampai saat itu tanggal kembali yang sekarang tetap berlaku."),
    done=_("Permintaan tercatat."), event="handover.extension_asked",
    who=_borrower, when=Every(_is_out, _none_asked),
)  # fmt: skip
def extend(loan: Handover, *, actor: User, new_due_back_on: date, reason: Reason) -> Done[LoanExtension]:
    """Ask to give the devices of a loan back later. Nothing changes until it is decided."""
    if loan.due_back_on and new_due_back_on <= max(loan.due_back_on, clock.today()):
        detail = _("Tanggal baru harus sesudah tanggal kembali yang berlaku dan sesudah hari ini.")
        raise DomainError("too_early", detail, field="new_due_back_on")
    extension = LoanExtension(
        handover=loan, due_back_on=loan.due_back_on, new_due_back_on=new_due_back_on, reason=reason, asked_by=actor
    )
    extension.full_clean()
    extension.save(force_insert=True)
    return Done(extension, {"new_due_back_on": [None, new_due_back_on]}, related=[extension])


@act(
    "decide", _("Putuskan"), _("Bila disetujui, perangkat kembali paling lambat pada tanggal baru."),
    done=_("Keputusan tercatat."), event="handover.extension_decided",
    who=asked.by_another(_lender), when=Every(asked.undecided, _still_out), many=True,
)  # fmt: skip
def decide(extension: LoanExtension, *, actor: User, decision: Decision, reason: Reason) -> Done[LoanExtension]:
    """Decide what another asked; approved, the loan is due on the new day. The event is the handover's."""
    loan, old = extension.handover, extension.handover.due_back_on
    if asked.decide(extension, decision, reason, actor):
        loan.due_back_on = extension.new_due_back_on
        loan.save(update_fields=["due_back_on"])
    changes = {
        "decision": [None, decision],
        "due_back_on": [old, loan.due_back_on],
        "reason_asked": [None, Private(extension.reason)],
    }
    return Done(extension, changes, about=loan, related=[extension])
