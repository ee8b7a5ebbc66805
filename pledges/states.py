"""What a pledge can be: stored publication and kinds, derived statuses."""

from __future__ import annotations

from enum import nonmember

from django.db import models
from django.utils.translation import gettext_lazy as _

from org.models.grants import Role


class Basis(models.TextChoices):
    """What the words rest on. Testimony alone stays internal, and is counted."""

    MINUTES = "minutes", _("Notulen")
    LETTER = "letter", _("Surat")
    SPEECH_TEXT = "speech_text", _("Naskah sambutan")
    PRESS_RELEASE = "press_release", _("Siaran pers resmi")
    RECORDING = "recording", _("Rekaman resmi")
    TESTIMONY = "testimony", _("Kesaksian")


RECORDERS = (Role.VERIFIER, Role.REQUESTER, Role.UNIT_HEAD, Role.PUBLISHER)
"""Who may put words on record."""


class Strength(models.TextChoices):
    FIRM = "firm", _("Tegas")
    CONDITIONAL = "conditional", _("Bersyarat")
    INTENTION = "intention", _("Niat")


FIRMNESS = (Strength.INTENTION, Strength.CONDITIONAL, Strength.FIRM)
"""From the least firm on."""


class Publication(models.TextChoices):
    DRAFT = "draft", _("Draf")
    SUBMITTED = "submitted", _("Diajukan")
    PUBLISHED = "published", _("Diterbitkan")
    REJECTED = "rejected", _("Ditolak")


_P = Publication
PUBLICATION_MOVES = {
    _P.DRAFT: frozenset({_P.SUBMITTED}),
    _P.SUBMITTED: frozenset({_P.PUBLISHED, _P.REJECTED}),
}


class RevisionKind(models.TextChoices):
    FIRST_SET = "first_set", _("Tenggat pertama ditetapkan")
    EXTENSION = "extension", _("Perpanjangan")
    ADVANCE = "advance", _("Dimajukan")
    RESTATED = "restated", _("Dijanjikan ulang")
    CORRECTION = "correction", _("Pembetulan catatan")


MOVED_BACK = (RevisionKind.EXTENSION, RevisionKind.RESTATED)


class ClosureKind(models.TextChoices):
    WITHDRAWN = "withdrawn", _("Dicabut")
    MERGED = "merged", _("Digabung")
    EXCUSED = "excused", _("Tidak dapat dilaksanakan")


class Excuse(models.TextChoices):
    """The closed list of reasons for which a promise may be excused; no budget, retirement and transfer are not in it.

    A budget cut is a withdrawal with explanation.
    """

    FORCE_MAJEURE = "force_majeure", _("Keadaan kahar")
    CHANGE_OF_LAW = "change_of_law", _("Perubahan peraturan")
    UNIT_ABOLISHED = "unit_abolished", _("Unit penerima dihapus tanpa penerus")
    COURT_ORDER = "court_order", _("Putusan pengadilan")


class LineChangeKind(models.TextChoices):
    CLARIFICATION = "clarification", _("Jumlah diperjelas")
    MOVE = "move", _("Pindah ke unit penerus")


class Status(models.TextChoices):
    """Derived, first match wins in the order of pledges.md; ``status.py`` and ``queries.py`` hold the rule."""

    MERGED = "merged", _("Digabung")
    WITHDRAWN = "withdrawn", _("Dicabut")
    EXCUSED = "excused", _("Tidak dapat dilaksanakan")
    TAKEN_BACK = "taken_back", _("Perangkat diambil kembali")
    KEPT_ON_TIME = "kept_on_time", _("Ditepati tepat waktu")
    KEPT_LATE = "kept_late", _("Ditepati terlambat")
    KEPT_UNDATED = "kept_undated", _("Ditepati tanpa tenggat")
    KEPT_ON_LATE_DATE = "kept_on_late_date", _("Ditepati sesuai tenggat susulan")
    UNDATED = "undated", _("Tanpa tenggat")
    NEEDS_DEADLINE = "needs_deadline", _("Perlu tenggat")
    DANGLING = "dangling", _("Menggantung")
    OVERDUE = "overdue", _("Lewat tenggat")
    LONG_OVERDUE = "long_overdue", _("Terlambat lebih dari 90 hari")
    EXTENDED = "extended", _("Diperpanjang; tenggat awal terlewati")
    DUE_SOON = "due_soon", _("Mendekati tenggat")
    ON_TRACK = "on_track", _("Berjalan")

    PAST_DUE = nonmember(frozenset({"overdue", "long_overdue"}))
    KEPT = nonmember(frozenset({"kept_on_time", "kept_late", "kept_undated", "kept_on_late_date"}))
    CLOSED = nonmember(frozenset({"merged", "withdrawn", "excused"}))


ENDED = Status.CLOSED | Status.KEPT
DUE_SOON_DAYS = 30
LONG_OVERDUE_DAYS = 90
LATEST_DATE_YEARS = 10
NEEDS_DEADLINE_AFTER_DAYS = 90
DANGLING_AFTER_DAYS = 180
RECORDING_GRACE_DAYS = 14
