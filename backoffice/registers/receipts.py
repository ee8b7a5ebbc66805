"""Receipts: goods that came in, what their paper lists, and the devices registered from them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assets import register
from assets.lists import RECEIPTS
from assets.models import Asset, DeviceType, Receipt, ReceiptLine
from backoffice import filters
from backoffice.base import BaseAdmin, shows
from backoffice.choosing import RowField
from backoffice.columns import in_list
from backoffice.forms import PlainForm, form_of
from backoffice.numbers import WholeField
from backoffice.registers.assets import OwnUnitForm
from backoffice.registers.fields import TagsField
from core import words
from core.amounts import limits

RECEIVED = ("unit", "contract_number", "supplier", "received_on", "plan_line", "note")


class ReceiptRow(PlainForm):
    device_type = RowField(DeviceType.objects.all(), label=_("Jenis perangkat"))
    quantity = WholeField(label=_("Jumlah"), **limits(ReceiptLine, "quantity"))


class ReceiptForm(form_of(Receipt, *RECEIVED, base=OwnUnitForm)):  # type: ignore[misc]
    """What the paper lists is filled in row by row; what of it is not registered yet counts as on its way."""

    row_form, row_title, rows_grow = ReceiptRow, _("Barang menurut surat jalan"), True

    assets = TagsField(label=_("Label perangkat yang diterima"), required=False)

    def values(self) -> dict[str, Any]:
        found = super().values()
        return found | {"assets": self.fields["assets"].resolve(found["assets"], self.user)}


@shows(Receipt)
class ReceiptAdmin(BaseAdmin):
    creates = register.receive
    forms, templates = {"create": ReceiptForm}, {"create": "backoffice/rows.html"}
    listing = RECEIPTS
    list_display = in_list(RECEIPTS, "contract_number", "supplier", "received_on", "unit")
    list_filter = filters.of(RECEIPTS)
    related = ("unit",)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        devices = Asset.objects.visible_to(request.user).filter(receipt=obj).select_related("device_type")
        listed = obj.lines.select_related("device_type")
        return {
            "tables": [
                (
                    _("Menurut surat jalan"),
                    [(str(line.device_type), words.thousands(line.quantity)) for line in listed],
                ),
                (_("Perangkat"), [(str(asset), str(asset.device_type)) for asset in devices]),
            ],
        }
