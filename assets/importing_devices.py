"""The register from a file: devices that are new, that say something new, or that stand there already.

A device is recognised by its tag, its NIBAR or its serial number. What the register can correct is corrected, a new
condition becomes a condition report; unit and device type change by verbs of their own, so a file cannot change them.
An empty cell says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from assets import rules
from assets.models import Asset, ConditionReport, Custody, DeviceType, ItemCode
from assets.register import CORRECTABLE, tag_of
from core import clock
from core.importing import Action, FileRow, Importer, Step, check_fields, insert, update
from core.numbering import next_numbers
from core.text import folded
from org.models import Role, User
from org.rules import reach
from org.units_named import Units


class AssetImporter(Importer):
    """Values of a row: the fields of ``Asset``; ``unit_code`` or ``unit_name``; ``device_type`` (code or name) or
    ``item_code`` with ``item_name``; ``brand_model`` in one; ``acquired_on`` as a day or, known no better, a year.
    """

    verb = "asset.imported"
    keys = (("tag",), ("nibar",))
    private = frozenset({"note"})

    def __init__(self, actor: User, unit: Any = None) -> None:
        super().__init__(actor, unit)
        self.units = Units()
        self.types = Types()
        keeps = reach(actor).unit_ids(Role.ASSET_CLERK)
        self.keeps = None if keeps is None else set(keeps)
        self.serials: dict[str, int] = {}
        self.given: set[str] = set()

    @classmethod
    def may(cls, actor: User) -> str:
        return rules.may_keep(actor)

    def survey(self, rows: list[FileRow]) -> None:
        self.given.update(tag for row in rows if (tag := row.values.get("tag", "")).startswith("GW-"))

    def begin(self, rows: list[FileRow]) -> None:
        """Each device is read once: by its tag, else its NIBAR; serial numbers only where they say something new."""
        self.known: dict[str, dict[str, list[Asset]]] = {"tag": {}, "nibar": {}, "serial_number": {}}
        found: dict[int, Asset] = {}
        self._read("tag", {row.values["tag"] for row in rows if row.values.get("tag")}, found)
        nibars = {row.values["nibar"] for row in rows if row.values.get("nibar")}
        self._read("nibar", nibars - {asset.nibar for asset in found.values()}, found)
        for asset in found.values():
            self.known["tag"].setdefault(asset.tag, [asset])
            self.known["nibar"].setdefault(asset.nibar, [asset])
        self._read("serial_number", {serial for row in rows if (serial := self._new_serial(row))}, found)

    def _read(self, name: str, wanted: set[str], found: dict[int, Asset]) -> None:
        for asset in Asset.objects.filter(**{f"{name}__in": wanted}).defer("search_text") if wanted else ():
            one = found.setdefault(asset.pk, asset)
            self.known[name].setdefault(getattr(one, name), []).append(one)

    def _new_serial(self, row: FileRow) -> str:
        """The row's serial number, unless the device it means has that already."""
        serial = row.values.get("serial_number", "")
        marked = [a for n in ("tag", "nibar") for a in self.known[n].get(row.values.get(n, ""), [])]
        return "" if serial in {asset.serial_number for asset in marked} else serial

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
        by_name = {n: self.known[n].get(values[n], []) for n in ("tag", "nibar") if values.get(n)}
        marked = {asset.pk: asset for found in by_name.values() for asset in found}
        if len(marked) > 1:
            step.fault("nibar", "duplicate", _("Label dan NIBAR ini milik dua perangkat yang berbeda."))
            return None
        asset = next(iter(marked.values()), None) or self._by_serial(step, alone=not by_name)
        if asset is not None and self.keeps is not None and asset.unit_id not in self.keeps:
            name = next((n for n in by_name if by_name[n]), "serial_number")
            step.fault(name, "unique", _("Sudah dipakai perangkat lain."))
        return asset

    def _by_serial(self, step: Step, *, alone: bool) -> Asset | None:
        """By serial number: when it is all there is, it names the device; beside a new tag or NIBAR it is taken."""
        serial = step.row.values.get("serial_number")
        if not serial:
            return None
        found = self.known["serial_number"].get(serial, [])
        first = self.serials.setdefault(serial, step.row.number)
        if first != step.row.number:
            step.fault("serial_number", "duplicate", _("Sudah ada di baris %(n)s berkas ini.") % {"n": first})
        elif len(found) > 1 or (found and not alone):
            step.fault("serial_number", "duplicate", _("Nomor seri ini sudah dipakai perangkat lain."))
        elif found:
            return found[0]
        return None

    # New devices

    def _settle_new(self, step: Step) -> None:
        values = _whole(step.row.values, None)
        unit = self._unit(step)
        device_type = self.types.choose(step)
        if unit is None or device_type is None:
            return
        if self.keeps is not None and unit.pk not in self.keeps:
            step.fault("unit_code", "role_missing", _("Anda bukan pengurus barang unit ini."))
            return
        fields = {name: values[name] for name in (*CORRECTABLE, "tag", "condition") if name in values}
        step.instance = Asset(unit=unit, device_type=device_type, **fields)
        if isinstance(step.row.values.get("acquired_on"), int):
            step.warn("acquired_on", "year_only", _("Hanya tahun: dicatat 1 Januari tahun itu."))
        self._check(step, fields)

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
            tags = [tag_of(number) for number in next_numbers("asset", 0, len(left))]
            taken = set(Asset.objects.filter(tag__in=tags).values_list("tag", flat=True)) | self.given
            for tag in tags:
                if tag not in taken:
                    left.pop().tag = tag

    # Devices of the register

    def _settle_known(self, step: Step, asset: Asset) -> None:
        values = _whole(step.row.values, asset)
        self._refuse_moves(step, asset)
        for name in (*CORRECTABLE, "condition"):
            if name in values and not _says(getattr(asset, name), values[name]):
                step.changes[name] = [getattr(asset, name), values[name]]
        if step.action == Action.FAULT:
            return
        if not step.changes:
            step.action = Action.SAME
        elif asset.retired_on:
            step.fault("tag", "retired", _("Perangkat ini sudah dihapus dari daftar; tidak dapat diubah."))
        else:
            step.action = Action.CHANGE
            self._change(step, asset)

    def _change(self, step: Step, asset: Asset) -> None:
        for name, (_old, value) in step.changes.items():
            setattr(asset, name, value)
        for name in ("nibar", "serial_number"):
            _old, value = step.changes.get(name, ("", ""))
            if value and any(other.pk != asset.pk for other in self.known[name].get(value, [])):
                step.fault(name, "unique", _("Sudah dipakai perangkat lain."))
        self._check(step, step.changes)

    def _refuse_moves(self, step: Step, asset: Asset) -> None:
        values = step.row.values
        if values.get("tag", asset.tag) != asset.tag:
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


class Types:
    """Device types by their code, their names and their item code."""

    def __init__(self) -> None:
        self.by_word: dict[str, list[DeviceType]] = {}
        self.by_item_code: dict[str, list[DeviceType]] = {}
        for each in DeviceType.objects.select_related("item_code").order_by("pk"):
            for word in {folded(each.code), folded(each.name), folded(each.name_en)} - {""}:
                self.by_word.setdefault(word, []).append(each)
            if each.item_code:
                self.by_item_code.setdefault(each.item_code.code, []).append(each)
        self.item_codes = set(ItemCode.objects.values_list("code", flat=True))

    def named(self, values: dict[str, Any]) -> list[DeviceType] | None:
        """The types that the row may mean; None when it names none."""
        if word := values.get("device_type"):
            return self.by_word.get(folded(word), [])
        if code := values.get("item_code"):
            found = self.by_item_code.get(code, [])
            narrowed = [each for each in found if folded(each.name) == folded(values.get("item_name", ""))]
            return narrowed or found
        return None

    def choose(self, step: Step) -> DeviceType | None:
        """The type of a new device. A row whose item code is of no device type is not for this register: skipped."""
        values = step.row.values
        found = self.named(values)
        if found is None:
            step.fault("device_type", "required", _("Isi jenis perangkat atau kode barang."))
        elif not found and values.get("device_type"):
            step.fault("device_type", "unknown", _("Jenis perangkat ini tidak ada dalam katalog."))
        elif not found:
            step.skip("item_code", "not_a_device", _("Kode barang ini bukan perangkat dalam katalog: dilewati."))
        elif len(found) > 1 and values.get("device_type"):
            step.fault("device_type", "ambiguous", _("Beberapa jenis bernama sama; isi kodenya."))
        else:
            if len(found) > 1:
                detail = _("Kode barang ini dipakai beberapa jenis; dicatat sebagai %(type)s.")
                step.warn("item_code", "ambiguous", detail % {"type": found[0].name})
            return found[0]
        return None


def _says(known: Any, value: Any) -> bool:
    """Whether the register says ``value`` already; a mark before text that looks like a formula is none of it."""
    return known == value or (isinstance(value, str) and known == f"'{value}")


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
    if isinstance(year, int):
        known = asset.acquired_on if asset else None
        whole["acquired_on"] = known if known and known.year == year else date(year, 1, 1)
    return whole


def _label(values: dict[str, Any], asset: Asset | None) -> str:
    if asset is not None:
        return str(asset)
    words = [values.get(name, "") for name in ("tag", "brand", "model", "brand_model", "serial_number")]
    return " ".join(filter(None, words))[:150]
