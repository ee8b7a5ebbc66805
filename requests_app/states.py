"""Where a request can stand, what is used today, and how a line is decided."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class RequestState(models.TextChoices):
    """``fulfilled`` and ``closed`` are derived from ``decided``; the others are stored."""

    DRAFT = "draft", _("Draf")
    SUBMITTED = "submitted", _("Diajukan")
    SENT_BACK = "sent_back", _("Dikembalikan untuk diperbaiki")
    VERIFIED = "verified", _("Diverifikasi")
    DECIDED = "decided", _("Diputuskan")
    FULFILLED = "fulfilled", _("Terpenuhi")
    CLOSED = "closed", _("Selesai")
    WITHDRAWN = "withdrawn", _("Dicabut")


_S = RequestState
UNDECIDED = frozenset({_S.DRAFT, _S.SUBMITTED, _S.SENT_BACK, _S.VERIFIED})
REQUEST_MOVES = {
    _S.DRAFT: frozenset({_S.SUBMITTED}),
    _S.SENT_BACK: frozenset({_S.SUBMITTED, _S.WITHDRAWN}),
    _S.SUBMITTED: frozenset({_S.VERIFIED, _S.SENT_BACK, _S.WITHDRAWN}),
    _S.VERIFIED: frozenset({_S.DECIDED, _S.SENT_BACK, _S.WITHDRAWN}),
    _S.DECIDED: frozenset({_S.WITHDRAWN}),
}


class Situation(models.TextChoices):
    """What the person works with today."""

    NONE = "none", _("Belum ada sama sekali")
    PERSONAL = "personal", _("Perangkat pribadi")
    PERSONAL_BROKEN = "personal_broken", _("Perangkat pribadi yang rusak")
    OFFICE_BROKEN = "office_broken", _("Perangkat kantor yang rusak")
    OFFICE_WORN = "office_worn", _("Perangkat kantor yang usang")


class LineDecision(models.TextChoices):
    APPROVE = "approve", _("Disetujui")
    REJECT = "reject", _("Ditolak")
    DEFER = "defer", _("Ditunda")
