"""A budget plan: the need of a fiscal year as it was calculated, adjusted, reviewed and frozen, with its causes."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, DeviceType, Family, Receipt
from assets.models.catalogue import ACCOUNT_CODE
from assets.states import FundSource
from core.amounts import RupiahColumn, YearColumn
from core.models import Registered
from core.numbers import thousands
from org.models import Unit
from planning.amounts import Amount, amount
from planning.models.budget import NeedStandard, SubActivity
from planning.queries import PlanCauseQuerySet, PlanLineQuerySet, PlanQuerySet
from planning.states import CauseKind, Fulfilment, PlanState, ProposalOrigin, Stage
from pledges.models import PledgeLine
from requests_app.models import RequestLine


class Plan(Registered):
    """The plan of one agency for one fiscal year and round. A frozen one is a version that never changes again.

    ``unit`` is the agency whose budget (DPA) pays unless a line says otherwise; ``within`` the unit under which the
    needs lie. ``anchor_seq`` and ``anchor_hash`` name the last event of the journal when the need was calculated.
    """

    journal_type = "plan"
    called_by = ("number",)
    read_with = ("unit", "within", "sub_activity")
    impersonal = {"number": "a number", "anchor_hash": "a digest"}

    number = models.CharField(_("nomor"), max_length=30, unique=True, editable=False)
    fiscal_year = YearColumn(_("tahun anggaran"))
    stage = models.CharField(_("tahap"), max_length=10, choices=Stage.choices, default=Stage.MURNI)
    edition = models.PositiveSmallIntegerField(_("versi ke"), default=1, editable=False)
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="later", verbose_name=_("versi sebelumnya")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="plans", verbose_name=_("unit yang menganggarkan"))
    within = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("wilayah kebutuhan"))
    sub_activity = models.ForeignKey(
        SubActivity, models.PROTECT, null=True, blank=True, related_name="plans", verbose_name=_("sub kegiatan")
    )
    fund_source = models.CharField(_("sumber dana"), max_length=16, choices=FundSource.choices, blank=True)
    ceiling = RupiahColumn(_("pagu"), null=True, blank=True)
    note = models.TextField(_("catatan"), max_length=2000, blank=True)
    state = models.CharField(
        _("keadaan"), max_length=10, choices=PlanState.choices, default=PlanState.DRAFT, editable=False
    )
    calculated_at = models.DateTimeField(_("dihitung"), null=True, editable=False)
    anchor_seq = models.PositiveBigIntegerField(default=0, editable=False)
    anchor_hash = models.CharField(max_length=64, blank=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("dibuat oleh")
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("ditelaah oleh"),
    )
    reviewed_at = models.DateTimeField(_("ditelaah"), null=True, editable=False)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("ditetapkan oleh"),
    )
    frozen_at = models.DateTimeField(_("ditetapkan"), null=True, editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("rencana kebutuhan")
        verbose_name_plural = _("rencana kebutuhan")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "fiscal_year", "stage"],
                condition=~Q(state="frozen"),
                name="planning_plan_one_open",
                violation_error_message=_("Masih ada rencana yang belum ditetapkan untuk tahun dan tahap ini."),
            ),
            models.UniqueConstraint(
                fields=["unit", "fiscal_year", "stage", "edition"], name="planning_plan_edition_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} · TA {self.fiscal_year} {self.get_stage_display()}"

    @property
    def journal_unit_id(self) -> int | None:
        return self.within_id


def line_number(plan: str, position: int) -> str:
    """What a contract or a receipt names, such as ``RK-2027-0001/12``."""
    return f"{plan}/{position}"


class PlanLine(models.Model):
    """The need of one unit for one device type (for a family, where no type of it is known).

    The figures are counts of devices at ``calculated_at``: see ``CauseKind`` for what each holds; ``need`` is the sum
    of the counted causes. ``proposed`` is what the planner asks for, ``approved`` what the review left of it.
    ``unit_price`` is whole rupiah, None where no price is on record. ``adjusted`` names the fields that the planner set
    by hand, which a new calculation leaves as they are.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(_("nomor urut"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    family = models.ForeignKey(Family, models.PROTECT, related_name="+", verbose_name=_("kelompok"))
    device_type = models.ForeignKey(
        DeviceType, models.PROTECT, null=True, related_name="+", verbose_name=_("jenis perangkat")
    )
    standard = models.PositiveIntegerField(_("standar kebutuhan"), null=True)
    standard_basis = models.CharField(_("dasar standar"), max_length=200, blank=True)
    usable = models.PositiveIntegerField(_("dapat dioptimalkan"), default=0)
    requested = models.PositiveIntegerField(_("usulan disetujui"), default=0)
    under_decision = models.PositiveIntegerField(_("usulan belum diputuskan"), default=0)
    pledged = models.PositiveIntegerField(_("janji"), default=0)
    replacement = models.PositiveIntegerField(_("penggantian"), default=0)
    standard_gap = models.PositiveIntegerField(_("kekurangan terhadap standar"), default=0)
    budgeted = models.PositiveIntegerField(_("sudah dianggarkan"), default=0)
    stock = models.PositiveIntegerField(_("dari gudang"), default=0)
    incoming = models.PositiveIntegerField(_("dalam penerimaan"), default=0)
    need = models.PositiveIntegerField(_("kebutuhan riil"), default=0)
    score = models.PositiveSmallIntegerField(_("skor kebutuhan"), default=0)
    waiting_days = models.PositiveIntegerField(_("hari menunggu"), default=0)
    proposed = models.PositiveIntegerField(_("diusulkan"), default=0, validators=[MaxValueValidator(100_000)])
    approved = models.PositiveIntegerField(_("disetujui"), null=True, validators=[MaxValueValidator(100_000)])
    fulfilment = models.CharField(_("cara pemenuhan"), max_length=14, choices=Fulfilment.choices, blank=True)
    review_reason = models.CharField(_("alasan penelaahan"), max_length=500, blank=True)
    unit_price = RupiahColumn(_("harga satuan"), null=True, validators=[MinValueValidator(1)])
    price_year = models.PositiveSmallIntegerField(_("tahun harga"), null=True)
    price_includes_ppn = models.BooleanField(_("harga termasuk PPN"), default=True)
    ppn_percent = models.DecimalField(_("PPN (%)"), max_digits=5, decimal_places=2, null=True)
    component_id = models.CharField(_("ID komponen SSH"), max_length=40, blank=True)
    specification = models.CharField(_("spesifikasi"), max_length=300, blank=True)
    tkdn_percent = models.DecimalField(_("TKDN (%)"), max_digits=5, decimal_places=2, null=True)
    account_code = models.CharField(_("kode rekening"), max_length=24, blank=True, validators=[ACCOUNT_CODE])
    fund_source = models.CharField(_("sumber dana"), max_length=16, choices=FundSource.choices, blank=True)
    proposal_origin = models.CharField(
        _("asal usulan"), max_length=10, choices=ProposalOrigin.choices, default=ProposalOrigin.RENJA
    )
    budgeting_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("unit yang menganggarkan")
    )
    note = models.CharField(_("keterangan"), max_length=500, blank=True)
    adjusted = models.JSONField(_("disesuaikan perencana"), default=list, editable=False)

    objects = PlanLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("baris rencana")
        verbose_name_plural = _("baris rencana")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "unit", "device_type"],
                condition=Q(device_type__isnull=False),
                name="planning_planline_type_once",
            ),
            models.UniqueConstraint(
                fields=["plan", "unit", "family"],
                condition=Q(device_type__isnull=True),
                name="planning_planline_family_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.unit} · {self.device_type or self.family}"

    @property
    def number(self) -> str:
        return line_number(self.plan.number, self.position)

    journal_number = number

    @property
    def planned(self) -> int:
        """What goes into the budget: what the review lets be bought, before the review what is proposed."""
        if self.approved is None:
            return self.proposed
        return self.approved if self.fulfilment == Fulfilment.PURCHASE else 0

    def amount(self, quantity: int | None = None) -> Amount | None:
        """What ``quantity`` (``planned`` by default) costs; None when the price or the rate of PPN is not on record."""
        wanted = self.planned if quantity is None else quantity
        return amount(wanted, self.unit_price, includes_ppn=self.price_includes_ppn, ppn_percent=self.ppn_percent)


class PlanCause(models.Model):
    """One reason for a figure of a line: the request line, pledge line, device, receipt, standard or plan line.

    ``quantity`` is signed; the sum over the counted kinds is the line's ``need``. ``detail`` says why a device counts
    (``WornReason``).
    """

    line = models.ForeignKey(PlanLine, models.CASCADE, related_name="causes")
    kind = models.CharField(_("sebab"), max_length=14, choices=CauseKind.choices)
    quantity = models.IntegerField(_("jumlah"))
    detail = models.CharField(_("rincian"), max_length=14, blank=True)
    request_line = models.ForeignKey(RequestLine, models.PROTECT, null=True, related_name="+")
    pledge_line = models.ForeignKey(PledgeLine, models.PROTECT, null=True, related_name="+")
    asset = models.ForeignKey(Asset, models.PROTECT, null=True, related_name="+")
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, related_name="+")
    need_standard = models.ForeignKey(NeedStandard, models.PROTECT, null=True, related_name="+")
    plan_line = models.ForeignKey(PlanLine, models.PROTECT, null=True, related_name="+")

    objects = PlanCauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("sebab kebutuhan")
        verbose_name_plural = _("sebab kebutuhan")
        ordering = ["line", "id"]
        indexes = [models.Index(fields=["line", "kind"], name="planning_cause_line_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {thousands(self.quantity)}"
