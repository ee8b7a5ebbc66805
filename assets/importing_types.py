"""Device types as files name them: by word, by code of goods whatever its writing, or by the name of the goods."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from assets import item_codes
from assets.models import DeviceType, ItemCode
from core.importing import Step
from core.text import folded


@lru_cache(maxsize=10_000)
def compact(words: str) -> str:
    """Words as names of goods are compared: ``Lap Top`` is ``laptop``."""
    return re.sub(r"[\W_]", "", folded(words))


_word = lru_cache(maxsize=10_000)(folded)


class Types:
    """All device types, read once."""

    def __init__(self) -> None:
        self.by_word: dict[str, list[DeviceType]] = {}
        self.by_name: dict[str, list[DeviceType]] = {}
        self.by_code: dict[tuple[int, ...], list[DeviceType]] = {}
        official: dict[str, list[DeviceType]] = {}
        for each in DeviceType.objects.select_related("item_code").order_by("pk"):
            words = {each.code, each.name, each.name_en} - {""}
            for word in {folded(word) for word in words}:
                self.by_word.setdefault(word, []).append(each)
            for name in {compact(word) for word in words}:
                self.by_name.setdefault(name, []).append(each)
            if each.item_code:
                self.by_code.setdefault(item_codes.numbers(each.item_code.code), []).append(each)
                official.setdefault(compact(each.item_code.name), []).append(each)
        self.by_name = official | self.by_name
        self.known_codes = {item_codes.numbers(code) for code in ItemCode.objects.values_list("code", flat=True)}

    def named(self, values: dict[str, Any]) -> list[DeviceType] | None:
        """The types that the row may mean; None when it names none."""
        if word := values.get("device_type"):
            return self.by_word.get(_word(word), [])
        code, name = values.get("item_code", ""), compact(values.get("item_name", ""))
        if not code:
            return self.by_name.get(name, []) if name else None
        levels = self._levels(code)
        if levels in self.by_code or levels in self.known_codes:
            found = self.by_code.get(levels, [])
            narrowed = [each for each in found if compact(each.name) == name]
            return narrowed or found
        return self.by_name.get(name, [])

    def _levels(self, code: str) -> tuple[int, ...]:
        """The code by its numbers; a longer one of a price list belongs to the goods above it."""
        levels = item_codes.numbers(code)
        return levels if levels in self.known_codes else levels[: item_codes.LEVELS]

    def choose(self, step: Step) -> DeviceType | None:
        """The type of a new thing. A row whose code or name is of no device type is not for this register: skipped."""
        values = step.row.values
        found = self.named(values)
        if found is None:
            step.fault("device_type", "required", _("Isi jenis perangkat atau kode barang."))
        elif not found and values.get("device_type"):
            step.fault(
                "device_type",
                "unknown",
                _("Jenis perangkat ini tidak ada dalam katalog: tulis nama dari katalog, atau tambahkan dahulu."),
            )
        elif not found:
            self._skip(step, values)
        elif len(found) > 1 and values.get("device_type"):
            step.fault("device_type", "ambiguous", _("Beberapa jenis bernama sama; isi kodenya."))
        else:
            self._tell(step, values, found)
            return found[0]
        return None

    def _skip(self, step: Step, values: dict[str, Any]) -> None:
        if values.get("item_code"):
            detail = _("Kode barang ini bukan perangkat dalam katalog: dilewati.")
        else:
            detail = _("Nama barang ini tidak ada dalam katalog: dilewati.")
        step.skip("item_code" if values.get("item_code") else "item_name", "not_a_device", detail)

    def _tell(self, step: Step, values: dict[str, Any], found: list[DeviceType]) -> None:
        code = values.get("item_code", "")
        if len(found) > 1:
            detail = _("Kode barang ini dipakai beberapa jenis; dicatat sebagai %(type)s.")
            step.warn("item_code", "ambiguous", detail % {"type": found[0].name})
        elif code and self._levels(code) not in self.known_codes and not values.get("device_type"):
            detail = _("Kode barang ini tidak dikenal; menurut namanya dicatat sebagai %(type)s.")
            step.warn("item_code", "by_name", detail % {"type": found[0].name})
