"""The register of devices, and the receipts by which they came in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Lower
from django.utils.translation import gettext_lazy as _

from assets.models.catalogue import DeviceType
from assets.models.custody import Custody
from assets.past import CONDITION_AND_DAYS, PLATE, held_spans
from assets.queries import AssetQuerySet, ReceiptQuerySet
from assets.states import FROM_STOCK, AssetState, Condition, FundSource, HandoverState
from core import folded, identity
from core.amounts import RupiahColumn
from core.derived import derived
from core.folded import Folded
from core.models import Attachment, Registered
from core.models.registered import Spans
from core.numbers import thousands
from core.prepared import first
from org.models import Unit


def _joined(*names: str) -> F | Concat:
    """The columns with spaces between, halved again and again: SQLite reads no deep nesting."""
    if len(names) == 1:
        return F(names[0])
    half = len(names) // 2
    return Concat(_joined(*names[:half]), Value(" "), _joined(*names[half:]))


class Receipt(Registered):
    """Goods that came in: by which contract, from whom, for which line of a plan."""

    journal_type = "receipt"
    called_by = ("contract_number",)
    impersonal = {"contract_number": "a number of a paper", "plan_line": "a number of a plan"}

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="receipts", verbose_name=_("unit"))
    contract_number = models.CharField(_("nomor kontrak"), max_length=100)
    supplier = models.CharField(_("penyedia"), max_length=150)
    received_on = models.DateField(_("tanggal terima"))
    plan_line = models.CharField(_("baris rencana"), max_length=100, blank=True)
    note = models.TextField(_("catatan"), max_length=2000, blank=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("penerimaan barang")
        verbose_name_plural = _("penerimaan barang")
        ordering = ["-received_on", "-id"]

    def __str__(self) -> str:
        return self.contract_number

    @property
    def journal_number(self) -> str:
        return self.contract_number


class ReceiptLine(models.Model):
    """So many devices of one type on a receipt; those not yet in the register are on their way."""

    receipt = models.ForeignKey(Receipt, models.CASCADE, related_name="lines")
    device_type = models.ForeignKey(DeviceType, models.PROTECT, related_name="+", verbose_name=_("jenis perangkat"))
    quantity = models.PositiveIntegerField(_("jumlah"), validators=[MinValueValidator(1), MaxValueValidator(100_000)])

    class Meta:
        verbose_name = _("baris penerimaan")
        verbose_name_plural = _("baris penerimaan")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["receipt", "device_type"],
                name="assets_receiptline_once",
                violation_error_message=_("Jenis perangkat ini sudah ada pada penerimaan."),
            )
        ]

    def __str__(self) -> str:
        return f"{thousands(self.quantity)} {self.device_type}"


class Asset(Registered):
    """One device. ``unit`` is on whose books it stands; who holds it now is its open custody.

    Its state is derived: ``retired, lost, in_repair, issued, held, in_stock``, first match wins.
    """

    journal_type = "asset"
    called_by = ("tag", "brand", "model")
    read_with = ("unit",)
    untold = dict.fromkeys(
        ("tag_key", "nibar_key", "brand_key", "serial_key", "imei_1_key", "imei_2_key"), "follows from what it folds"
    )
    impersonal = dict.fromkeys(
        (
            "tag",
            "nibar",
            "brand",
            "model",
            "serial_number",
            "register_number",
            "imei_1",
            "imei_2",
            "retirement_number",
            *untold,
        ),
        "names the device",
    )
    hands_on = CONDITION_AND_DAYS
    told_past = CONDITION_AND_DAYS | PLATE

    tag = models.CharField(_("label"), max_length=40)
    nibar = models.CharField(_("NIBAR"), max_length=50, blank=True)
    device_type = models.ForeignKey(
        DeviceType, models.PROTECT, related_name="assets", verbose_name=_("jenis perangkat")
    )
    brand = models.CharField(_("merek"), max_length=100, blank=True)
    model = models.CharField(_("tipe"), max_length=100, blank=True)
    serial_number = models.CharField(_("nomor seri"), max_length=100, blank=True)
    register_number = models.CharField(_("nomor register"), max_length=20, blank=True)
    imei_1 = models.CharField("IMEI 1", max_length=24, blank=True)
    imei_2 = models.CharField("IMEI 2", max_length=24, blank=True)
    condition = models.CharField(_("kondisi"), max_length=16, choices=Condition.choices, default=Condition.GOOD)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assets", verbose_name=_("unit pencatat"))
    price = RupiahColumn(_("nilai perolehan"), null=True, blank=True)
    acquired_on = models.DateField(_("tanggal perolehan"), null=True, blank=True)
    warranty_until = models.DateField(_("garansi sampai"), null=True, blank=True)
    fund_source = models.CharField(_("sumber dana"), max_length=16, choices=FundSource.choices, blank=True)
    receipt = models.ForeignKey(
        Receipt, models.PROTECT, null=True, blank=True, related_name="assets", verbose_name=_("penerimaan")
    )
    note = models.TextField(_("catatan"), max_length=2000, blank=True)
    lost_on = models.DateField(_("hilang sejak"), null=True, editable=False)
    retired_on = models.DateField(_("dihapus pada"), null=True, editable=False)
    retirement_number = models.CharField(_("nomor SK penghapusan"), max_length=100, blank=True, editable=False)
    retirement_decided_on = models.DateField(_("tanggal SK penghapusan"), null=True, editable=False)
    retirement_file = models.ForeignKey(Attachment, models.PROTECT, null=True, editable=False, related_name="+")
    tag_key = Folded("tag", identity.TAG)
    nibar_key = Folded("nibar", identity.NIBAR)
    brand_key = Folded("brand", alone=False)
    serial_key = Folded("serial_number", identity.SERIAL, beside=("brand_key",))
    imei_1_key = Folded("imei_1", identity.IMEI, across=("imei_2_key",))
    imei_2_key = Folded("imei_2", identity.IMEI, across=("imei_1_key",))
    search_text = models.GeneratedField(
        expression=Lower(
            _joined(
                "tag",
                "nibar",
                "serial_number",
                "imei_1",
                "imei_2",
                "brand",
                "model",
                "tag_key",
                "nibar_key",
                "serial_key",
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("perangkat")
        verbose_name_plural = _("perangkat")
        ordering = ["id"]
        constraints = [
            folded.once("assets_asset_tag_once", "tag_key"),
            folded.once("assets_asset_nibar_once", "nibar_key"),
            folded.once("assets_asset_serial_once", "serial_key", "brand_key"),
            folded.once("assets_asset_imei_1_once", "imei_1_key"),
            folded.once("assets_asset_imei_2_once", "imei_2_key"),
            models.CheckConstraint(
                condition=Q(imei_1_key="") | ~Q(imei_1_key=F("imei_2_key")), name="assets_asset_two_imei"
            ),
            models.CheckConstraint(
                condition=Q(retired_on__isnull=True) | ~Q(retirement_number=""),
                name="assets_asset_retired_by_decision",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "id"], name="assets_asset_unit_id"),
            models.Index(fields=["device_type", "id"], name="assets_asset_type_id"),
            models.Index(fields=["updated_at", "id"], name="assets_asset_updated"),
            models.Index(fields=["condition", "id"], name="assets_asset_condition"),
            models.Index(fields=["tag"], name="assets_asset_tag"),
            models.Index(fields=["serial_number"], name="assets_asset_serial"),
        ]

    def __str__(self) -> str:
        return f"{self.tag} {self.brand} {self.model}".strip()

    @classmethod
    def spans(cls, user: Any, ids: Collection[int]) -> Mapping[int, Spans]:
        return held_spans(user, ids)

    @property
    def journal_number(self) -> str:
        return self.tag

    @derived
    def state(self) -> AssetState:
        """The state now, by the rule of ``AssetQuerySet.with_state``."""
        rows = type(self).objects.with_state().filter(pk=self.pk)
        return AssetState(rows.values_list("state", flat=True).get())

    @property
    def came_by(self) -> Any:
        """The item of the issue or loan by which it last left the stock, moves from unit to unit since included."""
        given = self.handover_items.filter(handover__kind__in=FROM_STOCK)
        given = given.exclude(state__in=[HandoverState.PREPARED, HandoverState.CANCELLED])
        return given.select_related("handover__from_unit").order_by("-pk").first()

    @property
    def custody(self) -> Custody | None:
        """The open custody, with unit and person; None when nobody holds the device."""
        return first(_open_custody, Custody, ("unit", "person"), self.pk)


def _open_custody(asset_id: int) -> models.QuerySet[Custody]:
    return Custody.objects.filter(asset=asset_id, until__isnull=True)
