"""A pledge: what an office said, in its own words, and what that means in devices."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assets.models import DeviceType, Family
from core.clock import years_after
from core.models import Attachment, Decision, Registered
from core.models.registered import AllBut
from core.numbers import thousands
from org.models import Office, Person, Unit
from org.rules import reach
from pledges.queries import PledgeQuerySet
from pledges.states import LATEST_DATE_YEARS, Basis, Publication, Strength
from pledges.words.said import DeadlineRule

MADE_RANGE = timedelta(days=366)


class Pledge(Registered):
    """Words, first date and promised quantity are immutable once published, by database triggers.

    ``made_on_from..made_on_to``: a range where the day is not known ("some time in 2022"); age counts from its end.
    ``original_due_on``: the last day given when the promise was made; empty when none was said. ``read_due_on``: what
    the words came to by calendar, tenures and settings when they were recorded; empty where they gave no date.
    ``recorded_in``: the unit of the recorder's person when the draft was made. ``taken_over_at``: when another first
    became its recorder, from when on what was said stays as drafted. ``sent_back_at``: when the verifier gave the draft
    back to its recorder, until that one changes it.
    """

    journal_type = "pledge"
    called_by = ("number", "title")
    read_with = ("responsible_unit", "office__unit")
    impersonal = {"number": "a number", "quote": "stays as it was spoken", "deadline_text": "stays as it was spoken"}

    number = models.CharField(_("nomor"), max_length=30, unique=True, null=True, editable=False)
    title = models.CharField(_("judul"), max_length=200)
    quote = models.TextField(_("ucapan"), max_length=4000)
    office = models.ForeignKey(Office, models.PROTECT, related_name="pledges", verbose_name=_("jabatan yang berjanji"))
    spoken_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="pledges_spoken", verbose_name=_("diucapkan oleh")
    )
    occasion = models.CharField(_("acara"), max_length=200, blank=True)
    place = models.CharField(_("tempat"), max_length=200, blank=True)
    made_on_from = models.DateField(_("diucapkan, paling awal"))
    made_on_to = models.DateField(_("diucapkan, paling akhir"))
    basis = models.CharField(_("dasar"), max_length=16, choices=Basis.choices)
    strength = models.CharField(_("kekuatan"), max_length=12, choices=Strength.choices, default=Strength.FIRM)
    deadline_text = models.CharField(_("tenggat menurut ucapan"), max_length=300, blank=True)
    deadline_rule = models.CharField(
        _("aturan tenggat"), max_length=40, choices=DeadlineRule.choices, blank=True, editable=False
    )
    read_due_on = models.DateField(null=True, editable=False)
    original_due_on = models.DateField(_("tenggat awal"), null=True, blank=True)
    budget_ref = models.CharField(_("rujukan anggaran"), max_length=150, blank=True)
    responsible_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="pledges_answered", verbose_name=_("unit penanggung jawab")
    )
    publication = models.CharField(
        _("penerbitan"), max_length=10, choices=Publication.choices, default=Publication.DRAFT, editable=False
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("dicatat oleh"), editable=False
    )
    recorded_in = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit pencatat"), editable=False
    )
    taken_over_at = models.DateTimeField(_("diambil alih"), null=True, editable=False)
    sent_back_at = models.DateTimeField(_("dikembalikan"), null=True, editable=False)
    sent_back_reason = models.TextField(_("alasan dikembalikan"), max_length=2000, blank=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    submitted_at = models.DateTimeField(_("diajukan"), null=True, editable=False)
    notice_days = models.PositiveSmallIntegerField(
        _("pemberitahuan (hari kerja)"), null=True, editable=False,
        help_text=_("Yang berlaku ketika janji ini diajukan."),
    )  # fmt: skip
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    published_at = models.DateTimeField(_("diterbitkan"), null=True, editable=False)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("janji")
        verbose_name_plural = _("janji")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(made_on_to__gte=F("made_on_from")),
                name="pledges_pledge_made_range",
                violation_error_message=_("Akhir rentang ucapan tidak boleh sebelum awalnya."),
            ),
            models.CheckConstraint(
                condition=Q(original_due_on__isnull=True) | Q(original_due_on__gte=F("made_on_from")),
                name="pledges_pledge_due_after_made",
                violation_error_message=_("Tenggat tidak boleh sebelum janji diucapkan."),
            ),
            models.CheckConstraint(
                condition=~Q(strength="conditional") | Q(original_due_on__isnull=True),
                name="pledges_pledge_condition_gives_the_date",
            ),
            models.CheckConstraint(
                condition=Q(publication="draft") | Q(number__isnull=False), name="pledges_pledge_numbered"
            ),
        ]
        indexes = [models.Index(fields=["publication", "original_due_on"], name="pledges_pledge_pub_due")]

    def __str__(self) -> str:
        return f"{self.number or _('Draf')} {self.title}"

    @classmethod
    def told_to(cls, user: Any, ids: Collection[int]) -> Mapping[int, Container[str]]:
        """Who spoke is told to those whose grants reach the office, like who held it."""
        units = reach(user).unit_ids()
        if units is None:
            return {}
        others = cls.objects.filter(pk__any_of=sorted(ids)).exclude(office__unit__in=units).values_list("pk", flat=True)
        return dict.fromkeys(others, AllBut({"spoken_by"}))

    @property
    def journal_unit_id(self) -> int | None:
        return self.responsible_unit_id

    @property
    def closed(self) -> Any:
        """The approved request (``Closure``) that closed the pledge; None while it is open."""
        found = (each for each in self.closures.all() if each.decision == Decision.APPROVE and each.stands)
        return next(found, None)

    @property
    def closing_document(self) -> Attachment | None:
        """The paper on which the pledge was closed."""
        return self.closed.paper if self.closed else None

    def clean(self) -> None:
        if self.made_on_from and self.made_on_to and self.made_on_to - self.made_on_from > MADE_RANGE:
            too_long = ValidationError(_("Rentang hari ucapan paling lama 366 hari."), code="range_too_long")
            raise ValidationError({"made_on_to": too_long})
        latest = self.made_on_to and years_after(self.made_on_to, LATEST_DATE_YEARS)
        if latest and self.original_due_on and self.original_due_on > latest:
            too_far = ValidationError(_("Paling lama sepuluh tahun sesudah janji diucapkan."), code="too_far")
            raise ValidationError({"original_due_on": too_far})
        if self.strength == Strength.CONDITIONAL and self.original_due_on:
            detail = _("Janji bersyarat tidak punya tenggat awal; tulis batasnya pada tenggat menurut ucapan.")
            raise ValidationError({"original_due_on": detail})
        if self.basis == Basis.TESTIMONY and self.publication == Publication.PUBLISHED:
            raise ValidationError({"basis": _("Kesaksian saja tidak cukup untuk diterbitkan.")})


class Promised(models.Model):
    """So many devices of a family (or of one device type) for one unit."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="%(class)ss", verbose_name=_("unit penerima"))
    family = models.ForeignKey(
        Family,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("kelompok perangkat"),
    )
    device_type = models.ForeignKey(
        DeviceType,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("jenis perangkat"),
    )
    quantity = models.PositiveIntegerField(_("jumlah"), validators=[MinValueValidator(1), MaxValueValidator(100_000)])

    class Meta:
        abstract = True
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(family__isnull=False, device_type__isnull=True)
                | Q(family__isnull=True, device_type__isnull=False),
                name="%(app_label)s_%(class)s_one_kind",
                violation_error_message=_("Isi kelompok atau jenis perangkat, salah satu."),
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="%(app_label)s_%(class)s_quantity"),
        ]

    def __str__(self) -> str:
        return f"{thousands(self.quantity)} {self.device_type or self.family} · {self.unit}"


class PledgeLine(Promised):
    """A line of the promise as it was said, or one that a line change added (in effect from a day, known since then).

    ``quantity`` never changes; what counts on a day is ``promised`` (queries.py): less what later lines took over.
    """

    pledge = models.ForeignKey(Pledge, models.CASCADE, related_name="lines")
    change = models.ForeignKey("pledges.LineChange", models.PROTECT, null=True, blank=True, related_name="made")
    taken_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="taken_over")
    effective_on = models.DateField(_("berlaku sejak"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("dicatat"), null=True, blank=True)

    class Meta(Promised.Meta):
        verbose_name = _("baris janji")
        verbose_name_plural = _("baris janji")

    @property
    def kind_for_unit(self) -> tuple[int, int | None, int | None]:
        """What is promised to whom: equal for lines that are one and the same in two records of a promise."""
        return self.unit_id, self.family_id, self.device_type_id

    def covers(self, device_type: DeviceType) -> bool:
        """Whether a device of this type is what the line promises."""
        return self.device_type_id == device_type.pk if self.device_type_id else self.family_id == device_type.family_id
