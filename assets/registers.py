"""The register number of a device (nomor register): 0001, 0002 … per unit that keeps it and item code.

It is counted from what the journal says happened, in its order: a device takes the next number where it first comes to
stand under a unit and a code, and that number is nobody else's, also after it went to other books, off the list, or to
another code. So what was reported once stays as it was reported.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from assets.models import Asset, DeviceType
from core.models import EventFact

Group = tuple[Any, Any, Any]
"""A unit, and an item code or, where a type has none yet, the type itself."""


def register_numbers() -> dict[int, int]:
    """The number of each device, by id, under the unit and the code where it stands now. What no event tells of was
    there before all that was told."""
    taken = _Taken()
    known = {
        pk: (unit, kind) for pk, unit, kind in Asset.objects.order_by("pk").values_list("pk", "unit", "device_type")
    }
    happened = list(_happened())
    told = {(model, pk) for model, pk, _values in happened}
    for kind, code in DeviceType.objects.values_list("pk", "item_code"):
        if (DeviceType, kind) not in told:
            taken.coded(kind, code)
    for pk, (unit, kind) in known.items():
        if (Asset, pk) not in told:
            taken.booked(pk, unit, kind)
    for model, pk, values in happened:
        if model is DeviceType:
            taken.coded(pk, values["item_code_id"])
        else:
            taken.booked(pk, values["unit_id"], values.get("device_type_id"))
    return {pk: taken.numbers[pk, taken.group(pk)] for pk in known}


class _Taken:
    """The numbers that were given so far, and where each device stands."""

    def __init__(self) -> None:
        self.units: dict[int, Any] = {}
        self.kinds: dict[int, Any] = {}
        self.codes: dict[Any, Any] = {}
        self.of_kind: defaultdict[Any, list[int]] = defaultdict(list)
        self.counted: Counter[Group] = Counter()
        self.numbers: dict[tuple[int, Group], int] = {}

    def booked(self, device: int, unit: Any, kind: Any) -> None:
        """A device came on the books of a unit."""
        if device not in self.kinds:
            self.kinds[device] = kind
            self.of_kind[kind].append(device)
        self.units[device] = unit
        self._arrive(device)

    def coded(self, kind: Any, code: Any) -> None:
        """A type got an item code, and all devices of it with it."""
        if self.codes.get(kind) != code:
            self.codes[kind] = code
            for device in self.of_kind[kind]:
                self._arrive(device)

    def group(self, device: int) -> Group:
        kind = self.kinds[device]
        code = self.codes.get(kind)
        return self.units[device], code, None if code else kind

    def _arrive(self, device: int) -> None:
        group = self.group(device)
        if (device, group) not in self.numbers:
            self.counted[group] += 1
            self.numbers[device, group] = self.counted[group]


def _happened() -> Iterator[tuple[Any, int, dict[str, Any]]]:
    """Every word of the journal on the books of a device and on the code of a type, in its order."""
    tables = {Asset._meta.label_lower: (Asset, "unit_id"), DeviceType._meta.label_lower: (DeviceType, "item_code_id")}
    facts = EventFact.objects.filter(object_type__in=tables).order_by("event_id", "-object_type", "object_id", "pk")
    for table, pk, values in facts.values_list("object_type", "object_id", "values").iterator():
        model, column = tables[table]
        if values and column in values:
            yield model, pk, values
