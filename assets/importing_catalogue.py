"""Device types and standard prices (SSH) from a file."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.importing_types import Types
from assets.models import DeviceType, Family, ItemCode, StandardPrice
from core.importing import FileRow, Question, Step
from core.numbers import rupiah
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
    """Values: the fields of ``StandardPrice``; the type by code or name, or by ``item_code`` with ``item_name``.

    A list may have several specifications for one type and year, each under its ID: which of them counts for plans is
    asked once; of the ID that counted the year before it is taken to be that.
    """

    verb = "standard_price.imported"
    model = StandardPrice

    def begin(self, rows: list[FileRow]) -> None:
        self.types = Types()
        self.known: dict[tuple[int, int], dict[str, StandardPrice]] = {}
        for each in StandardPrice.objects.select_related("device_type").order_by("pk"):
            self.known.setdefault((each.device_type_id, each.year), {})[each.component_id] = each
        self.offered: dict[tuple[int, int], dict[str, FileRow]] = {}
        for row in rows:
            for kind in (self.types.named(row.values) or ())[:1]:
                group = self.offered.setdefault((kind.pk, row.values.get("year", 0)), {})
                group.setdefault(row.values.get("component_id", ""), row)

    def resolved(self, step: Step) -> dict[str, Any]:
        values = dict(step.row.values)
        device_type = self.types.choose(step)
        for name in ("device_type", "item_code", "item_name"):
            values.pop(name, None)
        return {**values, "device_type": device_type}

    def existing(self, step: Step, values: dict[str, Any]) -> Any:
        key, component = (values["device_type"].pk, values["year"]), values.get("component_id", "")
        offered, known = self.offered.get(key, {}), self.known.get(key, {})
        first = offered.get(component, step.row)
        if first.place != step.row.place:
            step.fault_twice("device_type", first.place)
            return None
        alone = next(iter(known.values())) if len(known) == len(offered) == 1 else None
        found = known.get(component) or (alone if not (component and alone and alone.component_id) else None)
        if found is None or len(offered) > 1:
            values["chosen"] = self._chosen(step, key, values) == component
            if not values["chosen"] and len(offered) == 1:
                detail = _("Dicatat; untuk rencana tetap dipakai harga lain dari jenis dan tahun ini.")
                step.warn("component_id", "not_chosen", detail)
        return found

    def _chosen(self, step: Step, key: tuple[int, int], values: dict[str, Any]) -> str | None:
        """The ID of the price that counts for a type and year; None while that is asked."""
        counting = next((each.component_id for each in self.known.get(key, {}).values() if each.chosen), None)
        offered = self.offered.get(key, {})
        if counting is not None or len(offered) < 2:
            return counting if counting is not None else next(iter(offered), "")
        before = next((each for each in self.known.get((key[0], key[1] - 1), {}).values() if each.chosen), None)
        words = {"type": values["device_type"], "year": key[1]}
        question = Question(
            f"price.{values['device_type'].code}.{key[1]}",
            _("Beberapa harga untuk %(type)s tahun %(year)s. Yang mana dipakai untuk rencana?") % words,
            tuple((component or "-", _priced(row)) for component, row in offered.items()),
            default=before.component_id if before and before.component_id in offered else "",
        )
        answer = self.ask(step, question)
        return "" if answer == "-" else answer or None


def _priced(row: FileRow) -> str:
    """A price as one chooses it."""
    values = row.values
    parts = [values.get("component_id", ""), values.get("specification", ""), rupiah(values.get("price"))]
    return " · ".join(filter(None, parts))
