"""The days on which the offices rest, as data. Each version is a row, proposed by one, confirmed by another."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock, words
from core.decrees import DecreeColumn
from core.models import Asked, Decision, Registered
from org.models.reference import ReferenceQuerySet


class CalendarProposal(Asked):
    """Days that are new, changed or gone by one decree; they count once another person confirms them."""

    journal_type = "calendar_proposal"
    called_by = ("decree",)

    decree = DecreeColumn(_("nomor keputusan"), max_length=150)
    reason = models.TextField(_("keterangan"), max_length=2000, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta(Asked.Meta):
        verbose_name = _("usulan kalender")
        verbose_name_plural = _("usulan kalender")

    def __str__(self) -> str:
        return self.decree


class CalendarDayQuerySet(ReferenceQuerySet):
    def in_force(self) -> CalendarDayQuerySet:
        """The days as they are now: confirmed, not replaced, not gone."""
        return self.filter(confirmed_at__isnull=False, ended_at__isnull=True, removed=False)

    def with_state(self) -> CalendarDayQuerySet:
        """``state`` of each version (``CalendarDay.State``)."""
        state = CalendarDay.State
        return self.annotate(
            state=models.Case(
                models.When(
                    Q(confirmed_at=None, proposal__decision=Decision.REJECT), then=models.Value(state.REJECTED)
                ),
                models.When(confirmed_at=None, then=models.Value(state.PROPOSED)),
                models.When(Q(ended_at__isnull=False) | Q(removed=True), then=models.Value(state.PAST)),
                default=models.Value(state.IN_FORCE),
                output_field=models.CharField(),
            )
        )


class CalendarDay(Registered):
    """One version of a day on which the offices rest. Nothing is overwritten: a change is a version that ``replaces``
    another, a removal one that is ``removed``.

    ``proposal`` None: seeded from public sources, an ``estimated`` day where they say so; nobody confirms it.
    ``confirmed_at``: from this instant it was known; ``ended_at``: from this one another version, or none, stood for
    it. ``came_in``, ``went_in``: by which entry of the journal, where a reader has looked that up.
    """

    came_in, went_in = 0, 0

    journal_type = "calendar_day"
    kept_by: ClassVar[tuple[str, ...]] = ("verifier", "asset_clerk")
    announces = "calendar_changed"
    read_with = ("proposal",)

    class Kind(models.TextChoices):
        NATIONAL = "national", _("Libur nasional")
        COLLECTIVE_LEAVE = "collective_leave", _("Cuti bersama")
        LOCAL = "local", _("Libur daerah")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Menunggu konfirmasi")
        IN_FORCE = "in_force", _("Berlaku")
        PAST = "past", _("Tidak berlaku lagi")
        REJECTED = "rejected", _("Ditolak")

    date = models.DateField(_("tanggal"))
    name = models.CharField(_("nama"), max_length=150)
    kind = models.CharField(_("jenis"), max_length=16, choices=Kind.choices)
    works = models.BooleanField(_("tetap masuk kerja"), default=False)
    decree = models.CharField(_("keputusan"), max_length=150, blank=True, editable=False)
    estimated = models.BooleanField(_("perkiraan"), default=False, editable=False)
    proposal = models.ForeignKey(
        CalendarProposal, models.PROTECT, null=True, related_name="days", verbose_name=_("usulan"), editable=False
    )
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name=_("menggantikan"), editable=False
    )
    removed = models.BooleanField(_("dihapus"), default=False, editable=False)
    confirmed_at = models.DateTimeField(_("dikonfirmasi"), null=True, default=clock.now, editable=False)
    ended_at = models.DateTimeField(_("berakhir"), null=True, editable=False)

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("hari libur")
        verbose_name_plural = _("kalender kerja")
        ordering = ["date", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["date", "name"],
                condition=Q(confirmed_at__isnull=False, ended_at__isnull=True, removed=False),
                name="org_calendar_day_once",
                violation_error_message=_("Hari ini sudah tercatat dengan nama yang sama."),
            )
        ]

    def __str__(self) -> str:
        return f"{words.numeric_date(self.date)} {self.name}"

    @property
    def journal_unit_id(self) -> None:
        return None
