"""Which device of the register a row of a file means.

It is recognised by its tag, its NIBAR or its serial number; without any of these by who holds it, or by unit, type,
make, year and register number. Where that cannot be told it is asked.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property, lru_cache
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from assets.importing_types import Types, compact
from assets.models import Asset, Custody
from assets.registers import register_numbers
from core.days import Month
from core.folded import column as folded_column
from core.folded import taken_words
from core.identity import NIBAR, TAG
from core.importing import FileRow, Importer, Question, Step, said
from core.plain import name_key
from core.text import folded
from org.models import Role, User
from org.rules import reach
from org.units_named import Units

IMEIS = ("imei_1", "imei_2")
IDENTIFIERS = ("nibar", "serial_number", *IMEIS)
TAKEN = _("Sudah dipakai perangkat lain: periksa nomor ini, atau tanyakan kepada pengurus barangnya.")


class Recognising(Importer):
    """Looks up the devices that the rows of a chunk may mean, and finds the one of each row."""

    keys = (("tag",), ("nibar",))
    kinds: ClassVar = {"tag": TAG, "nibar": NIBAR}

    def __init__(self, actor: User, unit: Any = None) -> None:
        super().__init__(actor, unit)
        self.units = Units()
        self.types = Types()
        keeps = reach(actor).unit_ids(Role.ASSET_CLERK)
        self.keeps = None if keeps is None else set(keeps)
        self.said: dict[tuple[str, ...], tuple[tuple[str, int, int], int | None]] = {}
        self.meant: set[tuple[str, int]] = set()
        self.made: set[int] = set()

    def begin(self, rows: list[FileRow]) -> None:
        """Each device is read once: by its tag, else its NIBAR; serial numbers only where they say something new."""
        self.known: dict[str, dict[str, list[Asset]]] = {name: {} for name in ("tag", "nibar", "serial_number", "imei")}
        found: dict[int, Asset] = {}
        self._read("tag", "tag_key", {key_of("tag", row.values) for row in rows}, found)
        nibars = {key_of("nibar", row.values) for row in rows}
        self._read("nibar", "nibar_key", nibars - {asset.nibar_key for asset in found.values()}, found)
        for asset in found.values():
            self.known["tag"].setdefault(asset.tag_key, [asset])
            self.known["nibar"].setdefault(asset.nibar_key, [asset])
        self._read(
            "serial_number", "serial_key", {self._new(row, "serial_number", "serial_key") for row in rows}, found
        )
        self._read_alike(rows, found)
        imeis = {self._new(row, name, f"{name}_key") for row in rows for name in IMEIS}
        for name in IMEIS:
            self._read("imei", f"{name}_key", imeis, found)
        self.held: dict[int, Custody] = {}
        if any("holder" in row.values or "remark" in row.values for row in rows):
            held = Custody.objects.filter(asset__in=found, until__isnull=True).select_related("unit", "person")
            self.held = {each.asset_id: each for each in held}

    def _read(self, name: str, column: str, wanted: set[str], found: dict[int, Asset]) -> None:
        wanted = wanted - {""}
        for asset in Asset.objects.filter(**{f"{column}__in": wanted}).defer("search_text") if wanted else ():
            one = found.setdefault(asset.pk, asset)
            self.known[name].setdefault(getattr(one, column), []).append(one)

    def _new(self, row: FileRow, name: str, column: str) -> str:
        """What the row says in ``name``, unless the device it means has that already."""
        key = key_of(name, row.values)
        said = [(n, mark) for n in ("tag", "nibar") if (mark := key_of(n, row.values))]
        marked = [asset for n, mark in said for asset in self.known[n].get(mark, [])]
        return "" if key in {getattr(asset, column) for asset in marked} else key

    def _read_alike(self, rows: list[FileRow], found: dict[int, Asset]) -> None:
        """Devices of the types of which a row without a mark may mean one, by what they are."""
        bare = [row for row in rows if not is_marked(row.values)]
        types = {kind.pk for row in bare for kind in self.types.named(row.values) or ()}
        wanted = Asset.objects.filter(device_type__in=types, retired_on=None).defer("search_text").order_by("pk")
        self.alike: dict[tuple[Any, ...], list[Asset]] = {}
        for asset in wanted if types else ():
            one = found.setdefault(asset.pk, asset)
            self.alike.setdefault(_make(one.device_type_id, f"{one.brand}{one.model}"), []).append(one)

    def existing(self, step: Step) -> Asset | None:
        """The one device of the register that the row means; says so when its marks point at several."""
        values = step.row.values
        by_name = {n: self.known[n].get(key, []) for n in ("tag", "nibar") if (key := key_of(n, values))}
        marked = {asset.pk: asset for found in by_name.values() for asset in found}
        if len(marked) > 1:
            step.fault(
                "nibar",
                "duplicate",
                _("Label dan NIBAR ini milik dua perangkat yang berbeda: perbaiki atau kosongkan salah satunya."),
            )
            return None
        asset = next(iter(marked.values()), None) or self._by_serial(step, alone=not by_name)
        if asset is None and not is_marked(values):
            return self._by_register(step)
        if asset is not None and self.keeps is not None and asset.unit_id not in self.keeps:
            name = next((n for n in by_name if by_name[n]), "serial_number")
            step.fault(name, "unique", TAKEN)
            return None
        return asset

    def _by_serial(self, step: Step, *, alone: bool) -> Asset | None:
        """By serial number and make: when it is all there is, it names the device; beside a new tag or NIBAR it is
        taken. One that is alone with its number among devices of its type is meant, whatever the make is called.
        """
        found = self.known["serial_number"].get(key_of("serial_number", step.row.values), [])
        make = folded_column(Asset, "brand").of_text(whole(step.row.values, None).get("brand", ""))
        same = [each for each in found if not make or each.brand_key in (make, "")]
        if alone and not same and len(found) == 1:
            types = self.types.named(step.row.values)
            same = [each for each in found if types is None or each.device_type_id in {kind.pk for kind in types}]
        if len(same) > 1 or (same and not alone):
            other = taken_words(same[0], folded_column(Asset, "serial_number"), same[0], self.actor)
            step.fault("serial_number", "duplicate", other)
        elif same:
            return same[0]
        return None

    def _by_register(self, step: Step) -> Asset | None:
        """The device that a row without marks means: of its type, make and year the one that its holder has, or of its
        unit the one with its register number; where either has none, the next that no earlier row of the file means,
        which is said."""
        values = whole(step.row.values, None)
        types, unit = self.types.named(values), self.unit_meant(values)
        if not types:
            return None
        make = f"{values.get('brand', '')}{values.get('model', '')}"
        alike = [each for kind in types for each in self.alike.get(_make(kind.pk, make), [])
                 if _years_agree(each, values) and each.pk not in self.made
                 and (step.row.sheet, each.pk) not in self.meant]  # fmt: skip
        number = register_key(values.get("register_number", ""))
        mine = [each for each in alike if unit is not None and each.unit_id == unit.pk]
        same = [each for each in alike if self.holds(each, values.get("holder", ""))]
        same += [each for each in mine if self._is_numbered(each, number)]
        unsure = [each for each in mine if not (number and (each.register_number or _marks_of(each)))]
        chosen = next(iter(same or unsure), None)
        if chosen is not None:
            self.meant.add((step.row.sheet, chosen.pk))
            return chosen if same else self._asked(step, chosen)
        if number and unit is not None:
            self._refuse_register_twice(step, unit.pk, types[0].pk, make, number)
        return None

    def _asked(self, step: Step, asset: Asset) -> Asset | None:
        """What whoever handed the file in says of all rows that may mean a device like one of the register, or not."""
        question = Question(
            "unmarked",
            _("Ada baris tanpa nomor seri yang mirip perangkat tercatat, misalnya %(tag)s. Perangkat yang sama?")
            % {"tag": asset.tag},
            (("same", _("Ya, sama: jangan dicatat lagi")), ("other", _("Bukan: catat sebagai perangkat baru"))),
            row=step.row.number, sheet=step.row.sheet, about=(asset,),
        )  # fmt: skip
        return asset if self.ask(step, question) == "same" else None

    def holds(self, asset: Asset, name: str) -> bool:
        """Whether the one called so has the device now."""
        held = self.held.get(asset.pk) if name else None
        return held is not None and held.person is not None and name_key(held.person.name) == name_key(name)

    def _refuse_register_twice(self, step: Step, *mark: Any) -> None:
        first, _same = self.said.setdefault(("register", *map(str, mark)), (step.row.place, None))
        if first != step.row.place:
            detail = _("Nomor register ini sudah ada di baris %(n)s: perbaiki, atau isi nomor seri.")
            step.fault("register_number", "duplicate", detail % {"n": said(first)})

    def unit_meant(self, values: dict[str, Any]) -> Any:
        """The unit that a row names, else that which stands above its table, else that chosen for the file."""
        code, name, above = (values.get(each, "") for each in ("unit_code", "unit_name", "unit_above"))
        if code or name:
            return self.units.found(code, name)
        return (self.units.found("", above) if above else None) or self.unit

    @cached_property
    def printed(self) -> dict[int, int]:
        """The register number that our own forms print of a device that has none in the register."""
        return register_numbers()

    def _is_numbered(self, asset: Asset, number: str) -> bool:
        if not number:
            return False
        own = asset.register_number or str(self.printed.get(asset.pk, ""))
        return register_key(own) == number


def register_key(number: str) -> str:
    """A register number as it is compared: without zeros before it."""
    return number.strip().upper().lstrip("0")


def _make(kind: int, words: str) -> tuple[Any, ...]:
    return kind, compact(words)


def _marks_of(asset: Asset) -> str:
    return asset.nibar_key or asset.serial_key or asset.imei_1_key


def _years_agree(asset: Asset, values: dict[str, Any]) -> bool:
    """Whether both were acquired in one year, as far as both tell."""
    told = values.get("acquired_on")
    return not (told and asset.acquired_on) or told.year == asset.acquired_on.year


def is_marked(values: dict[str, Any]) -> bool:
    """Whether a row has a number that names one device."""
    return any(key_of(name, values) for name in ("tag", *IDENTIFIERS))


def key_of(name: str, values: dict[str, Any]) -> str:
    """The folded form of what a row says in ``name``; empty where it says nothing."""
    text = values.get(name)
    return _key(name, text) if text else ""


@lru_cache(maxsize=12_000)
def _key(name: str, text: str) -> str:
    return folded_column(Asset, name).of_text(text)


def key_of_tag(tag: str) -> str:
    return key_of("tag", {"tag": tag})


def whole(values: dict[str, Any], asset: Asset | None) -> dict[str, Any]:
    """The values as fields of a device, as far as the row says something other than ``asset`` does."""
    whole = dict(values)
    joined = whole.pop("brand_model", "")
    if joined and (asset is None or folded(joined) not in (folded(f"{asset.brand} {asset.model}"),
                                                          folded(f"{asset.brand}/{asset.model}"))):  # fmt: skip
        brand, _sign, model = joined.partition("/" if "/" in joined else " ")
        whole.setdefault("brand", brand.strip())
        whole.setdefault("model", model.strip())
    year = whole.get("acquired_on")
    known = asset.acquired_on if asset else None
    if isinstance(year, int):
        whole["acquired_on"] = known if known and known.year == year else date(year, 1, 1)
    elif isinstance(year, Month):
        agrees = known and (known.year, known.month) == (year.year, year.month)
        whole["acquired_on"] = known if agrees else date(year.year, year.month, 1)
    return whole
