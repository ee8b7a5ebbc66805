"""Inventories: every device that a unit holds is looked for by the unit itself, until a day."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assets.models.condition import ConditionReport
from assets.models.register import Asset
from assets.queries import InventoryLineQuerySet, InventoryQuerySet
from assets.states import InventoryAnswer, InventoryState
from core.models import Registered
from org.models import Unit
from org.rules import reach

TOLD_TO_THE_ASKED = frozenset({"state", "unit", "due_on", "reason"})


class Inventory(Registered):
    """One count of what ``unit`` and the units under it hold. ``due_on``: the last local day for answers in time."""

    journal_type = "inventory"
    called_by = ("number",)
    read_with = ("unit",)
    impersonal = {"number": "a number of a paper"}

    number = models.CharField(_("nomor"), max_length=20, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="inventories", verbose_name=_("unit"))
    due_on = models.DateField(_("jawab paling lambat"))
    note = models.TextField(_("catatan"), max_length=2000, blank=True)
    state = models.CharField(
        _("keadaan"), max_length=8, choices=InventoryState.choices, default=InventoryState.OPEN, editable=False
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("dibuka oleh"), editable=False
    )
    closed_at = models.DateTimeField(_("ditutup"), null=True, editable=False)

    objects = InventoryQuerySet.as_manager()

    @classmethod
    def told_to(cls, user: Any, ids: Collection[int]) -> Mapping[int, Container[str]]:
        """A unit that is asked reads nothing of what other units hold or answered."""
        units = reach(user).unit_ids()
        if units is None:
            return {}
        others = cls.objects.filter(pk__any_of=sorted(ids)).exclude(unit__in=units).values_list("pk", flat=True)
        return dict.fromkeys(others, TOLD_TO_THE_ASKED)

    class Meta:
        verbose_name = _("inventarisasi")
        verbose_name_plural = _("inventarisasi")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "due_on"], name="assets_inventory_state_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | Q(state="closed", closed_at__isnull=False),
                name="assets_inventory_closed_at",
            )
        ]

    def __str__(self) -> str:
        return self.number


class InventoryLine(Registered):
    """One device to look for, and what ``unit``, which held it when the inventory was opened, says of it."""

    journal_type = "inventory_line"
    read_with = ("inventory", "asset", "unit")

    inventory = models.ForeignKey(
        Inventory, models.PROTECT, related_name="lines", verbose_name=_("inventarisasi"), editable=False
    )
    asset = models.ForeignKey(
        Asset, models.PROTECT, related_name="inventory_lines", verbose_name=_("perangkat"), editable=False
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"), editable=False)
    answer = models.CharField(_("jawaban"), max_length=12, choices=InventoryAnswer.choices, blank=True, editable=False)
    note = models.TextField(_("keterangan"), max_length=2000, blank=True)
    report = models.ForeignKey(
        ConditionReport, models.PROTECT, null=True, related_name="+", verbose_name=_("kondisi"), editable=False
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("dijawab oleh"),
        editable=False,
    )  # fmt: skip
    answered_at = models.DateTimeField(_("dijawab"), null=True, editable=False)

    objects = InventoryLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("perangkat dalam inventarisasi")
        verbose_name_plural = _("perangkat dalam inventarisasi")
        ordering = ["id"]
        indexes = [models.Index(fields=["unit", "answer"], name="assets_inventoryline_unit")]
        constraints = [
            models.UniqueConstraint(fields=["inventory", "asset"], name="assets_inventoryline_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="assets_inventoryline_answered_at",
            ),
        ]

    def __str__(self) -> str:
        return str(self.asset)

    @property
    def journal_number(self) -> str:
        return self.asset.tag
