"""Device types and standard prices (SSH) from a file."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.importing_types import Types
from assets.models import DeviceType, Family, ItemCode, StandardPrice
from core.importing import FileRow, Step, said
from core.text import folded
from org.importing_reference import ReferenceImporter


class DeviceTypeImporter(ReferenceImporter):
    """Values: the fields of ``DeviceType``; ``family`` and ``item_code`` by code, the family also by name."""

    verb = "device_type.imported"
    model = DeviceType
    keys = (("code",),)

    def begin(self, rows: list[FileRow]) -> None:
        self.known = {each.code: each for each in DeviceType.objects.select_related("family", "item_code")}
        self.families = {folded(word): each for each in Family.objects.all() for word in (each.name, each.code)}
        wanted = {row.values.get("item_code") for row in rows}
        self.item_codes = {each.code: each for each in ItemCode.objects.filter(code__in=wanted - {None})}

    def existing(self, step: Step, values: dict[str, Any]) -> Any:
        return self.known.get(values["code"])

    def resolved(self, step: Step) -> dict[str, Any]:
        values = dict(step.row.values)
        if word := values.get("family"):
            values["family"] = self.families.get(folded(word))
            if values["family"] is None:
                step.fault("family", "unknown", _("Kelompok perangkat ini tidak ada."))
        elif values["code"] not in self.known:
            step.fault("family", "required", _("Isi kelompok perangkat."))
        if code := values.get("item_code"):
            values["item_code"] = self.item_codes.get(code)
            if values["item_code"] is None:
                step.fault("item_code", "unknown", _("Kode barang ini tidak ada."))
        return values


class StandardPriceImporter(ReferenceImporter):
    """Values: the fields of ``StandardPrice``; the type by code or name, or by ``item_code`` with ``item_name``."""

    verb = "standard_price.imported"
    model = StandardPrice

    def begin(self, rows: list[FileRow]) -> None:
        self.types = Types()
        years = {row.values.get("year") for row in rows} - {None}
        prices = StandardPrice.objects.filter(year__in=years).select_related("device_type")
        self.known = {(each.device_type_id, each.year): each for each in prices}
        self.priced: dict[tuple[int, int], int] = {}

    def resolved(self, step: Step) -> dict[str, Any]:
        values = dict(step.row.values)
        device_type = self.types.choose(step)
        for name in ("device_type", "item_code", "item_name"):
            values.pop(name, None)
        return {**values, "device_type": device_type}

    def existing(self, step: Step, values: dict[str, Any]) -> Any:
        key = values["device_type"].pk, values["year"]
        first = self.priced.setdefault(key, step.row.place)
        if first != step.row.place:
            step.fault("device_type", "duplicate", _("Sudah ada di baris %(n)s berkas ini.") % {"n": said(first)})
        return self.known.get(key)
