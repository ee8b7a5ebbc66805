"""The register from a file: devices that are new, that say something new, or that stand there already.

A device is recognised by its tag, its NIBAR or its serial number; without any of these by unit, type, make, year and
register number. What the register can correct is corrected, a new
condition becomes a condition report; unit and device type change by verbs of their own, so a file cannot change them.
An empty cell says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from assets import rules
from assets.importing_types import Types, compact
from assets.models import Asset, ConditionReport, Custody
from assets.register import CORRECTABLE, tag_of
from core import clock
from core.days import Month
from core.folded import alike_beside, has_twice, taken_words, twice_in_one
from core.folded import column as folded_column
from core.folded import of as folded_of
from core.identity import DOUBTFUL, NIBAR, TAG, is_doubtful
from core.importing import Action, FileRow, Importer, Step, check_fields, insert, said, update
from core.numbering import next_numbers
from core.plain import name_key
from core.text import folded
from org.models import Role, User
from org.rules import reach
from org.units_named import Units

IMEIS = ("imei_1", "imei_2")
IDENTIFIERS = ("nibar", "serial_number", *IMEIS)


class AssetImporter(Importer):
    """Values of a row: the fields of ``Asset``; ``unit_code`` or ``unit_name``; ``device_type`` (code or name) or
    ``item_code`` with ``item_name``; ``brand_model`` in one; ``acquired_on`` as a day or, known no better, a year.
    """

    verb = "asset.imported"
    model = Asset
    keys = (("tag",), ("nibar",))
    kinds: ClassVar = {"tag": TAG, "nibar": NIBAR}
    private = frozenset({"note"})
    own = frozenset({"tag", "nibar", "serial_number", *IMEIS})

    def __init__(self, actor: User, unit: Any = None) -> None:
        super().__init__(actor, unit)
        self.units = Units()
        self.types = Types()
        keeps = reach(actor).unit_ids(Role.ASSET_CLERK)
        self.keeps = None if keeps is None else set(keeps)
        self.said: dict[tuple[str, ...], tuple[str, int, int]] = {}
        self.given: set[str] = set()
        self.meant: dict[int, tuple[str, int, int]] = {}

    @classmethod
    def may(cls, actor: User) -> str:
        return rules.may_keep(actor)

    def survey(self, rows: list[FileRow]) -> None:
        self.given.update(tag for row in rows if (tag := _key("tag", row.values)).startswith(_key_of_tag("GW-")))

    def begin(self, rows: list[FileRow]) -> None:
        """Each device is read once: by its tag, else its NIBAR; serial numbers only where they say something new."""
        self.known: dict[str, dict[str, list[Asset]]] = {name: {} for name in ("tag", "nibar", "serial_number", "imei")}
        found: dict[int, Asset] = {}
        self._read("tag", "tag_key", {_key("tag", row.values) for row in rows}, found)
        nibars = {_key("nibar", row.values) for row in rows}
        self._read("nibar", "nibar_key", nibars - {asset.nibar_key for asset in found.values()}, found)
        for asset in found.values():
            self.known["tag"].setdefault(asset.tag_key, [asset])
            self.known["nibar"].setdefault(asset.nibar_key, [asset])
        self._read(
            "serial_number", "serial_key", {self._new(row, "serial_number", "serial_key") for row in rows}, found
        )
        self._read_unmarked(rows, found)
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
        key = _key(name, row.values)
        said = [(n, mark) for n in ("tag", "nibar") if (mark := _key(n, row.values))]
        marked = [asset for n, mark in said for asset in self.known[n].get(mark, [])]
        return "" if key in {getattr(asset, column) for asset in marked} else key

    def _read_unmarked(self, rows: list[FileRow], found: dict[int, Asset]) -> None:
        """Devices without NIBAR and serial number among which a row without a mark may mean one; holders of all."""
        self.unmarked: dict[tuple[Any, ...], list[Asset]] = {}
        bare = [row for row in rows if not _is_marked(row.values)]
        types = {kind.pk for row in bare for kind in self.types.named(row.values) or ()}
        alike = Asset.objects.filter(nibar_key="", serial_key="", imei_1_key="", device_type__in=types, retired_on=None)
        for asset in alike.defer("search_text").order_by("pk") if types else ():
            one = found.setdefault(asset.pk, asset)
            self.unmarked.setdefault(_make(asset.unit_id, one.device_type_id, f"{one.brand}{one.model}"), []).append(
                one
            )

    def settle(self, step: Step) -> None:
        existing = self._existing(step)
        if step.action == Action.FAULT:
            return
        step.label = _label(step.row.values, existing)
        if existing is None:
            self._settle_new(step)
        else:
            step.instance = existing
            self._settle_known(step, existing)

    def write(self, steps: list[Step]) -> list[Any]:
        new = [step.instance for step in steps if step.action == Action.CREATE]
        self._tag([asset for asset in new if not asset.tag])
        changed = [step for step in steps if step.action == Action.CHANGE]
        reports = self._reports([step.instance for step in changed if "condition" in step.changes])
        return [*insert(new), *update(changed), *insert(reports)]

    # Recognising

    def _existing(self, step: Step) -> Asset | None:
        """The one device of the register that the row means; says so when its marks point at several."""
        values = step.row.values
        by_name = {n: self.known[n].get(key, []) for n in ("tag", "nibar") if (key := _key(n, values))}
        marked = {asset.pk: asset for found in by_name.values() for asset in found}
        if len(marked) > 1:
            step.fault("nibar", "duplicate", _("Label dan NIBAR ini milik dua perangkat yang berbeda."))
            return None
        asset = next(iter(marked.values()), None) or self._by_serial(step, alone=not by_name)
        if asset is None and not _is_marked(values):
            return self._by_register(step)
        if asset is not None and self.keeps is not None and asset.unit_id not in self.keeps:
            name = next((n for n in by_name if by_name[n]), "serial_number")
            step.fault(name, "unique", _("Sudah dipakai perangkat lain."))
            return None
        return asset

    def _by_serial(self, step: Step, *, alone: bool) -> Asset | None:
        """By serial number and make: when it is all there is, it names the device; beside a new tag or NIBAR it is
        taken. One that is alone with its number among devices of its type is meant, whatever the make is called.
        """
        found = self.known["serial_number"].get(_key("serial_number", step.row.values), [])
        make = folded_column(Asset, "brand").of_text(_whole(step.row.values, None).get("brand", ""))
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
        """The device without marks that a row without marks means: of this unit, type, make and year the one with its
        register number; where either has none, the next that no earlier row of the file means, which is said."""
        values = _whole(step.row.values, None)
        types, unit = self.types.named(values), self._unit_meant(values)
        if not types or unit is None:
            return None
        make = f"{values.get('brand', '')}{values.get('model', '')}"
        alike = [each for kind in types for each in self.unmarked.get(_make(unit.pk, kind.pk, make), [])
                 if _years_agree(each, values)]  # fmt: skip
        number = register_key(values.get("register_number", ""))
        free = [each for each in alike if each.pk not in self.meant]
        same = [each for each in free if number and register_key(each.register_number) == number]
        unsure = [each for each in free if not (number and each.register_number)]
        chosen = next(iter(same or unsure), None)
        if chosen is not None:
            self.meant[chosen.pk] = step.row.place
            if not same:
                detail = _("Tanpa nomor seri: dianggap %(tag)s. Isi label bila perangkat lain.")
                step.warn("register_number", "assumed", detail % {"tag": chosen.tag})
        elif number:
            self._refuse_register_twice(step, unit.pk, types[0].pk, make, number)
        return chosen

    def _refuse_register_twice(self, step: Step, *mark: Any) -> None:
        first = self.said.setdefault(("register", *map(str, mark)), step.row.place)
        if first != step.row.place:
            detail = _("Nomor register ini sudah ada di baris %(n)s: perbaiki, atau isi nomor seri.")
            step.fault("register_number", "duplicate", detail % {"n": said(first)})

    def _unit_meant(self, values: dict[str, Any]) -> Any:
        code, name = values.get("unit_code", ""), values.get("unit_name", "")
        return self.units.found(code, name) if code or name else self.unit

    def _refuse_taken(self, step: Step, asset: Asset) -> None:
        """That an earlier row, or another device of the register, has the row's serial number or IMEI."""
        for each in folded_of(Asset, ("brand", "serial_number", *IMEIS)):
            each.pre_save(asset, False)
        for each in folded_of(Asset, ("serial_number", *IMEIS)):
            key = getattr(asset, each.attname) if _key(each.of, step.row.values) else ""
            name = "imei" if each.of in IMEIS else each.of
            if key and has_twice(asset, each):
                step.fault(each.of, "duplicate", twice_in_one(asset))
            elif key:
                mark = (name, key, *(getattr(asset, beside) for beside in each.beside))
                first = self.said.setdefault(mark, step.row.place)
                if first != step.row.place:
                    step.fault(each.of, "duplicate", _("Sudah ada di baris %(n)s berkas ini.") % {"n": said(first)})
                others = (a for a in self.known[name].get(key, []) if a.pk != asset.pk and alike_beside(a, asset, each))
                if (other := next(others, None)) is not None:
                    step.fault(each.of, "unique", taken_words(asset, each, other, self.actor))
            if name == "imei" and is_doubtful(getattr(asset, each.of)) and each.of in step.row.values:
                step.warn(each.of, "check_digit", DOUBTFUL)

    # New devices

    def _settle_new(self, step: Step) -> None:
        values = _whole(step.row.values, None)
        if remark := values.get("remark"):
            values.setdefault("note", remark)
        unit = self._unit(step)
        device_type = self.types.choose(step)
        if unit is None or device_type is None:
            return
        if self.keeps is not None and unit.pk not in self.keeps:
            step.fault("unit_code", "role_missing", _("Anda bukan pengurus barang unit ini."))
            return
        fields = {name: values[name] for name in (*CORRECTABLE, "tag", "condition") if name in values}
        step.instance = Asset(unit=unit, device_type=device_type, **fields)
        step.meant = {"device_type": device_type.name, "unit_code": f"{unit.code} {unit.name}"}
        if isinstance(step.row.values.get("acquired_on"), int):
            step.warn("acquired_on", "year_only", _("Hanya tahun: dicatat 1 Januari tahun itu."))
        if isinstance(step.row.values.get("acquired_on"), Month):
            step.warn("acquired_on", "month_only", _("Hanya bulan: dicatat tanggal 1 bulan itu."))
        self._tell_holder(step, None)
        self._check(step, fields)
        self._refuse_taken(step, step.instance)

    def _unit(self, step: Step) -> Any:
        values = step.row.values
        if not values.get("unit_code") and not values.get("unit_name"):
            if self.unit is None:
                step.fault("unit_code", "required", _("Isi kode unit pencatat, atau pilih unit saat mengunggah."))
            return self.unit
        return self.units.choose(step, values.get("unit_code", ""), values.get("unit_name", ""))

    def _check(self, step: Step, names: Iterable[str]) -> None:
        check_fields(step, names)
        acquired_on = step.instance.acquired_on
        if acquired_on and acquired_on > clock.today():
            step.fault("acquired_on", "in_the_future", _("Tanggal ini belum terjadi."))

    def _tag(self, assets: list[Asset]) -> None:
        """Give the next free tags; those that the file or somebody by hand has used are stepped over."""
        left = assets[::-1]
        while left:
            tags = {tag: _key_of_tag(tag) for tag in map(tag_of, next_numbers("asset", 0, len(left)))}
            used = Asset.objects.filter(tag_key__in=tags.values()).values_list("tag_key", flat=True)
            taken = set(used) | self.given
            for tag, key in tags.items():
                if key not in taken:
                    left.pop().tag = tag

    # Devices of the register

    def _settle_known(self, step: Step, asset: Asset) -> None:
        values = _whole(step.row.values, asset)
        self._take_remark(step, values, asset)
        self._refuse_moves(step, asset)
        for name in (*CORRECTABLE, "condition"):
            if name in values and name != "register_number" and not _says(asset, name, values[name]):
                step.changes[name] = [getattr(asset, name), values[name]]
        if step.action == Action.FAULT:
            return
        self._tell_register(step, asset)
        self._tell_holder(step, asset)
        if not step.changes:
            step.action = Action.SAME
            self._refuse_taken(step, asset)
        elif asset.retired_on:
            step.fault("tag", "retired", _("Perangkat ini sudah dihapus dari daftar; tidak dapat diubah."))
        else:
            step.action = Action.CHANGE
            self._change(step, asset)

    def _take_remark(self, step: Step, values: dict[str, Any], asset: Asset) -> None:
        """What the column of remarks says becomes a note where there is none; our own forms print holder and IMEI there."""
        remark = values.get("remark", "")
        held = self.held.get(asset.pk)
        known = {f"IMEI {asset.imei_1}", f"IMEI {asset.imei_2}", str(held.unit) if held else ""}
        if not remark or set(remark.split("; ")) <= known or _says(asset, "note", remark):
            return
        if asset.note:
            step.warn("remark", "kept", _("Catatan di register lain; catatan itu tidak diubah oleh keterangan ini."))
        else:
            values.setdefault("note", remark)

    def _tell_register(self, step: Step, asset: Asset) -> None:
        """A register number of the books is corrected by hand: forms print one for each that has none."""
        number = step.row.values.get("register_number", "")
        if number and asset.register_number and register_key(number) != register_key(asset.register_number):
            words = {"number": asset.register_number}
            step.warn(
                "register_number", "different", _("Nomor register di register: %(number)s; tidak diubah.") % words
            )

    def _tell_holder(self, step: Step, asset: Asset | None) -> None:
        """Who holds a device is recorded by handovers, so a file can only agree."""
        said_holder = step.row.values.get("holder", "")
        if not said_holder:
            return
        held = self.held.get(asset.pk) if asset else None
        if held is None or held.person is None or name_key(held.person.name) != name_key(said_holder):
            detail = _("Pemegang %(name)s tidak ikut dicatat: catat dengan serah terima, atau impor penyerahan lama.")
            step.warn("holder", "not_recorded", detail % {"name": said_holder})

    def _change(self, step: Step, asset: Asset) -> None:
        for name, (_old, value) in step.changes.items():
            setattr(asset, name, value)
        if any(other.pk != asset.pk for other in self.known["nibar"].get(_key("nibar", step.row.values), [])):
            step.fault("nibar", "unique", _("Sudah dipakai perangkat lain."))
        self._check(step, step.changes)
        self._refuse_taken(step, asset)

    def _refuse_moves(self, step: Step, asset: Asset) -> None:
        values = step.row.values
        if (key := _key("tag", values)) and key != asset.tag_key:
            step.fault("tag", "not_editable", _("Perangkat ini berlabel %(tag)s di register.") % {"tag": asset.tag})
        if values.get("unit_code") or values.get("unit_name"):
            unit = self.units.choose(step, values.get("unit_code", ""), values.get("unit_name", ""))
            if unit is not None and unit.pk != asset.unit_id:
                detail = _("Unit pencatat di register lain: pindahkan dengan serah terima, bukan berkas.")
                step.fault("unit_code", "not_editable", detail)
        candidates = self.types.named(values)
        if candidates is not None and asset.device_type_id not in {each.pk for each in candidates}:
            detail = _("Jenis perangkat di register lain; jenis tidak dapat diubah dengan berkas.")
            step.fault("device_type" if values.get("device_type") else "item_code", "not_editable", detail)

    def _reports(self, assets: list[Asset]) -> list[ConditionReport]:
        """One condition report per device, by the unit that holds it."""
        holders = dict(Custody.objects.filter(asset__in=assets, until__isnull=True).values_list("asset_id", "unit_id"))
        return [
            ConditionReport(
                asset=asset, unit_id=holders.get(asset.pk, asset.unit_id), condition=asset.condition,
                note=str(_("Dari berkas impor.")), reported_by=self.actor, reported_on=clock.today(),
            )
            for asset in assets
        ]  # fmt: skip


def register_key(number: str) -> str:
    """A register number as it is compared: without zeros before it."""
    return number.strip().upper().lstrip("0")


def _make(unit: int, kind: int, words: str) -> tuple[Any, ...]:
    return unit, kind, compact(words)


def _years_agree(asset: Asset, values: dict[str, Any]) -> bool:
    """Whether both were acquired in one year, as far as both tell."""
    told = values.get("acquired_on")
    return not (told and asset.acquired_on) or told.year == asset.acquired_on.year


def _is_marked(values: dict[str, Any]) -> bool:
    """Whether a row has a number that names one device."""
    return any(_key(name, values) for name in ("tag", *IDENTIFIERS))


def _key(name: str, values: dict[str, Any]) -> str:
    """The folded form of what a row says in ``name``; empty where it says nothing."""
    text = values.get(name)
    return folded_column(Asset, name).of_text(text) if text else ""


def _key_of_tag(tag: str) -> str:
    return _key("tag", {"tag": tag})


def _says(asset: Asset, name: str, value: Any) -> bool:
    """Whether the register says ``value`` already, of an identifier in whatever spelling; a mark before text that looks
    like a formula is none of it.
    """
    known = getattr(asset, name)
    if known == value or (isinstance(value, str) and known == f"'{value}"):
        return True
    key = _key(name, {name: value}) if name in IDENTIFIERS else ""
    return bool(key) and key == _key(name, {name: known})


def _whole(values: dict[str, Any], asset: Asset | None) -> dict[str, Any]:
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


def _label(values: dict[str, Any], asset: Asset | None) -> str:
    if asset is not None:
        return str(asset)
    words = [values.get(name, "") for name in ("tag", "brand", "model", "brand_model", "serial_number")]
    return " ".join(filter(None, words))[:150]
