"""A request of a unit for devices, and its lines."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assets.models import DeviceType
from core import clock
from core.amounts import YearColumn
from core.hands import Hand
from core.models import Attachment, Registered
from core.numbers import thousands
from org.models import Person, SocialAccount, Unit
from pledges.models import PledgeLine
from requests_app.queries import RequestLineQuerySet, RequestQuerySet
from requests_app.states import LineDecision, RequestState, Situation


class DeviceRequest(Registered):
    """Numbered when submitted. ``filed_by`` is the account that drafted it, ``submitted_by`` the one that sent it off
    last, ``requester`` the person, ``on_behalf_of`` for whom."""

    journal_type = "request"
    called_by = ("number",)
    read_with = ("unit",)
    impersonal = {"number": "a number"}

    number = models.CharField(_("nomor"), max_length=30, unique=True, null=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="requests", verbose_name=_("unit"))
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    requester = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="requests", verbose_name=_("pengusul"), editable=False
    )
    on_behalf_of = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="requests_for", verbose_name=_("untuk")
    )
    purpose = models.TextField(_("alasan"), max_length=2000)
    needed_by = models.DateField(_("dibutuhkan paling lambat"), null=True, blank=True)
    state = models.CharField(
        _("keadaan"), max_length=12, choices=RequestState.choices, default=RequestState.DRAFT, editable=False
    )
    submitted_at = models.DateTimeField(_("diajukan"), null=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    endorsed_at = models.DateTimeField(_("disetujui Camat"), null=True, editable=False)
    endorsed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    letter = models.ForeignKey(
        Attachment, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("surat usulan")
    )
    verified_at = models.DateTimeField(_("diverifikasi"), null=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(_("diputuskan"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    # from with_state()
    derived_state: str
    reopened_year: int | None
    to_issue: bool

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("usulan")
        verbose_name_plural = _("usulan")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["unit", "state"], name="requests_unit_state"),
            models.Index(fields=["state", "submitted_at"], name="requests_state_submitted"),
            models.Index(fields=["updated_at", "id"], name="requests_updated"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state="draft") | Q(number__isnull=False), name="requests_numbered")
        ]

    def __str__(self) -> str:
        return self.number or f"{_('Draf')} {self.pk or ''}".strip()

    @property
    def current_state(self) -> str:
        """The state now: ``decided`` becomes ``fulfilled`` when something was approved and all of it accepted, and
        ``closed`` when no line can still deliver."""
        if self.state != RequestState.DECIDED or self.lines.can_still_deliver().exists():
            return self.state
        approved = [line for line in self.lines.with_quantities() if line.decision == LineDecision.APPROVE]
        if approved and all(line.fulfilled_quantity >= (line.approved_quantity or 0) for line in approved):
            return RequestState.FULFILLED
        return RequestState.CLOSED

    @property
    def brought_by(self) -> tuple[Hand, ...]:
        """What was done by who drafted and who submitted it."""
        filed = (Hand(self.filed_by_id, at) for at in (self.created_at, self.submitted_at))
        return *filed, Hand(self.submitted_by_id, self.submitted_at)

    @property
    def age_days(self) -> int | None:
        """Calendar days since submission; None for a draft."""
        return clock.age_days(self.submitted_at)


class RequestLine(models.Model):
    """So many devices of one type, with what is used today."""

    impersonal = {"in_use_since": "a year or a day"}

    request = models.ForeignKey(DeviceRequest, models.CASCADE, related_name="lines")
    device_type = models.ForeignKey(
        DeviceType, models.PROTECT, related_name="request_lines", verbose_name=_("jenis perangkat")
    )
    quantity = models.PositiveIntegerField(_("jumlah"), validators=[MinValueValidator(1), MaxValueValidator(1000)])
    situation = models.CharField(_("yang dipakai sekarang"), max_length=16, choices=Situation.choices)
    in_use_since = models.CharField(
        _("dipakai sejak"),
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^\d{4}(-\d{2}-\d{2})?\Z", _("Tulis tahun (2019) atau tanggal (2019-05-17)."))],
    )
    note = models.TextField(_("keterangan"), max_length=1000, blank=True)
    accounts = models.ManyToManyField(
        SocialAccount, blank=True, related_name="request_lines", verbose_name=_("untuk akun")
    )
    decision = models.CharField(_("keputusan"), max_length=8, choices=LineDecision.choices, blank=True, editable=False)
    approved_quantity = models.PositiveIntegerField(_("disetujui"), null=True, editable=False)
    reason = models.TextField(_("alasan keputusan"), max_length=1000, blank=True, editable=False)
    defer_to_year = YearColumn(_("ditunda ke tahun"), null=True, editable=False)
    closed_at = models.DateTimeField(_("ditutup"), null=True, editable=False)
    pledge_line = models.ForeignKey(
        PledgeLine, models.PROTECT, null=True, editable=False, related_name="request_lines", verbose_name=_("janji")
    )

    # from with_quantities()
    issued_quantity: int
    fulfilled_quantity: int
    outstanding: int
    unissued: int
    # from to_issue()
    left: int

    objects = RequestLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("baris usulan")
        verbose_name_plural = _("baris usulan")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_quantity__isnull=True)
                | Q(approved_quantity__gte=1, approved_quantity__lte=F("quantity")),
                name="requests_line_approved_within",
                violation_error_message=_("Jumlah disetujui antara 1 dan jumlah yang diminta."),
            )
        ]

    def __str__(self) -> str:
        return f"{thousands(self.quantity)} {self.device_type}"

    def clean(self) -> None:
        if len(self.in_use_since) == 10:
            try:
                models.DateField().to_python(self.in_use_since)
            except ValidationError as error:
                raise ValidationError({"in_use_since": error.messages}) from error
        if self.in_use_since > clock.today().isoformat():
            raise ValidationError({"in_use_since": _("Tanggal ini belum terjadi.")})
