"""The register from a file: devices that are new, that say something new, or that stand there already.

Which device a row means is found in ``recognising``. What the register can correct is corrected, a new condition
becomes a condition report; unit and device type change by verbs of their own, so a file cannot change them.
An empty cell says nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from assets import rules
from assets.models import Asset, ConditionReport, Custody
from assets.recognising import (
    IDENTIFIERS,
    IMEIS,
    TAKEN,
    Recognising,
    is_marked,
    key_of,
    key_of_tag,
    register_key,
    whole,
)
from assets.register import CORRECTABLE, tag_of
from core import clock
from core.days import Month
from core.folded import alike_beside, has_twice, taken_words, twice_in_one
from core.folded import of as folded_of
from core.identity import DOUBTFUL, is_doubtful
from core.importing import Action, FileRow, Step, check_fields, insert, update
from core.numbering import next_numbers, upcoming_numbers
from core.spool import Spool
from core.staging import Ready
from org.models import User

KEYS = ("tag_key", "nibar_key", "serial_key", "imei_1_key", "imei_2_key")
RESTS_ON = {"unit", "unit_succession", "device_type", "item_code", "family", "grant", "user", "person"}
"""What a plan is made from, beside the devices themselves."""


class AssetImporter(Recognising):
    """Values of a row: the fields of ``Asset``; ``unit_code`` or ``unit_name``; ``device_type`` (code or name) or
    ``item_code`` with ``item_name``; ``brand_model`` in one; ``acquired_on`` as a day or, known no better, a year.
    """

    verb = "asset.imported"
    model = Asset
    private = frozenset({"note"})
    own = frozenset({"tag", "nibar", "serial_number", "register_number", *IMEIS})

    def __init__(self, actor: User, unit: Any = None) -> None:
        super().__init__(actor, unit)
        self.given: set[str] = set()
        self.claimed: set[int] = set()
        self.named: set[int] = set()
        self.tag_keys: dict[str, str] = {}
        self.unmarked = False

    @classmethod
    def may(cls, actor: User) -> str:
        return rules.may_keep(actor)

    def survey(self, rows: list[FileRow]) -> None:
        self.given.update(tag for row in rows if (tag := key_of("tag", row.values)).startswith(key_of_tag("GW-")))

    def settle(self, step: Step) -> None:
        existing = self.existing(step)
        if step.action in (Action.FAULT, Action.ASK):
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
        made = insert(new)
        self.made.update(asset.pk for asset in made)
        return [*made, *update(changed), *insert(reports)]

    def _refuse_taken(self, step: Step, asset: Asset) -> None:
        """That an earlier row, or another device of the register, has the row's serial number or IMEI."""
        for each in folded_of(Asset, ("brand", "serial_number", *IMEIS)):
            each.pre_save(asset, False)
        for each in folded_of(Asset, ("serial_number", *IMEIS)):
            key = getattr(asset, each.attname) if key_of(each.of, step.row.values) else ""
            name = "imei" if each.of in IMEIS else each.of
            if key and has_twice(asset, each):
                step.fault(each.of, "duplicate", twice_in_one(asset))
            elif key:
                mark = (name, key, *(getattr(asset, beside) for beside in each.beside))
                first, whose = self.said.setdefault(mark, (step.row.place, asset.pk))
                again = asset.pk is not None and whose == asset.pk and not step.changes
                if first != step.row.place and not again:
                    step.fault_twice(each.of, first)
                others = (a for a in self.known[name].get(key, []) if a.pk != asset.pk and alike_beside(a, asset, each))
                if (other := next(others, None)) is not None:
                    step.fault(each.of, "unique", taken_words(asset, each, other, self.actor))
            if name == "imei" and is_doubtful(getattr(asset, each.of)) and each.of in step.row.values:
                step.warn(each.of, "check_digit", DOUBTFUL)

    # New devices

    def _settle_new(self, step: Step) -> None:
        values = whole(step.row.values, None)
        if remark := values.get("remark"):
            values.setdefault("note", remark)
        unit = self._unit(step)
        device_type = self.types.choose(step)
        if unit is None or device_type is None:
            return
        if self.keeps is not None and unit.pk not in self.keeps:
            step.fault(
                "unit_code",
                "role_missing",
                _("Anda bukan pengurus barang unit ini: minta pengurusnya mengunggah baris ini."),
            )
            return
        fields = {name: values[name] for name in (*CORRECTABLE, "tag", "condition") if name in values}
        step.instance = Asset(unit=unit, device_type=device_type, **fields)
        step.meant = {"device_type": device_type.name, "unit_code": f"{unit.code} {unit}", "unit_name": ""}
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
            found = self.unit_meant(values)
            if found is None:
                step.fault("unit_code", "required", _("Isi kode unit pencatat, atau pilih unit saat mengunggah."))
            return found
        return self.units.choose(step, values.get("unit_code", ""), values.get("unit_name", ""))

    def _check(self, step: Step, names: Iterable[str]) -> None:
        check_fields(step, names)
        acquired_on = step.instance.acquired_on
        if acquired_on and acquired_on > clock.today():
            step.fault("acquired_on", "in_the_future", _("Tanggal ini belum terjadi."))

    def _tag(self, assets: list[Asset]) -> None:
        for asset, tag in zip(assets, self.numbers(len(assets)), strict=True):
            asset.tag = tag

    def numbers(self, count: int) -> list[str]:
        """The next free tags; those that the file or somebody by hand has used are stepped over."""
        free: list[str] = []
        while len(free) < count:
            tags = {self._tag_key(tag): tag for tag in map(tag_of, next_numbers("asset", 0, count - len(free)))}
            taken = self.given | _used(tags)
            free += [tag for key, tag in tags.items() if key not in taken]
        return free

    # Made ready before the lock

    def ready(self, spool: Spool) -> Ready:
        return Ready(Asset, spool, "tag", "tag_key", self._tag_key)

    def foresee(self, count: int) -> None:
        for number in upcoming_numbers("asset", 0, count):
            self.tag_keys[tag_of(number)] = key_of_tag(tag_of(number))

    def _tag_key(self, tag: str) -> str:
        return self.tag_keys.get(tag) or key_of_tag(tag)

    def remember(self, steps: list[Step]) -> None:
        for step in steps:
            if step.instance is not None:
                self.claimed.update(hash(key) for key in _keys_of(step.instance))
                if step.instance.pk is not None:
                    self.named.add(step.instance.pk)
            self.unmarked = self.unmarked or not is_marked(step.row.values)

    def disturbed(self, touched: dict[str, set[int]]) -> bool:
        assets = touched.get(Asset.journal_type, set())
        if RESTS_ON & touched.keys() or assets & self.named or (assets and self.unmarked):
            return True
        found = Asset.objects.filter(pk__in=assets).values_list(*KEYS)
        return any(hash(key) in self.claimed for keys in found for key in _named(keys))

    # Devices of the register

    def _settle_known(self, step: Step, asset: Asset) -> None:
        values = whole(step.row.values, asset)
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
            step.fault("tag", "retired", _("Perangkat ini sudah dihapus dari daftar: hapus baris ini dari berkas."))
        else:
            step.action = Action.CHANGE
            self._change(step, asset)

    def _take_remark(self, step: Step, values: dict[str, Any], asset: Asset) -> None:
        """Remarks become a note where there is none. Our own forms print holder and IMEI there."""
        remark = values.get("remark", "")
        held = self.held.get(asset.pk)
        known = {f"IMEI {asset.imei_1}", f"IMEI {asset.imei_2}", str(held.unit) if held else ""}
        if not remark or set(remark.split("; ")) <= known or _says(asset, "note", remark):
            return
        if asset.note:
            step.warn("remark", "kept", _("Catatan di register berbeda dan tidak diubah oleh keterangan ini."))
        else:
            values.setdefault("note", remark)

    def _tell_register(self, step: Step, asset: Asset) -> None:
        """A register number of the books is corrected by hand: forms print one for each that has none."""
        number = step.row.values.get("register_number", "")
        if number and asset.register_number and register_key(number) != register_key(asset.register_number):
            words = {"number": asset.register_number}
            step.warn(
                "register_number", "different", _("Di register nomor registernya %(number)s dan tidak diubah.") % words
            )

    def _tell_holder(self, step: Step, asset: Asset | None) -> None:
        """Who holds a device is recorded by handovers, so a file can only agree."""
        said_holder = step.row.values.get("holder", "")
        if not said_holder:
            return
        if asset is None or not self.holds(asset, said_holder):
            detail = _("Pemegang %(name)s tidak ikut dicatat: catat dengan serah terima, atau impor penyerahan lama.")
            step.warn("holder", "not_recorded", detail % {"name": said_holder})

    def _change(self, step: Step, asset: Asset) -> None:
        for name, (_old, value) in step.changes.items():
            setattr(asset, name, value)
        if any(other.pk != asset.pk for other in self.known["nibar"].get(key_of("nibar", step.row.values), [])):
            step.fault("nibar", "unique", TAKEN)
        self._check(step, step.changes)
        self._refuse_taken(step, asset)

    def _refuse_moves(self, step: Step, asset: Asset) -> None:
        values = step.row.values
        if (key := key_of("tag", values)) and key != asset.tag_key:
            step.fault(
                "tag",
                "not_editable",
                _("Perangkat ini berlabel %(tag)s di register: tulis label itu, atau kosongkan.") % {"tag": asset.tag},
            )
        if values.get("unit_code") or values.get("unit_name"):
            unit = self.units.choose(step, values.get("unit_code", ""), values.get("unit_name", ""))
            if unit is not None and unit.pk != asset.unit_id:
                detail = _("Unit pencatat di register lain: pindahkan dengan serah terima, bukan berkas.")
                step.fault("unit_code", "not_editable", detail)
        candidates = self.types.named(values)
        if candidates is not None and asset.device_type_id not in {each.pk for each in candidates}:
            detail = _("Jenis perangkat di register berbeda dan tidak dapat diubah dengan berkas: kosongkan sel ini.")
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


def _used(tags: Collection[str]) -> set[str]:
    """Those of these keys that a device has; a range of ten thousands is asked for at once."""
    if not tags:
        return set()
    used = Asset.objects.filter(tag_key__gte=min(tags), tag_key__lte=max(tags)).values_list("tag_key", flat=True)
    return set(used) & set(tags)


def _keys_of(asset: Asset) -> Iterator[tuple[str, str]]:
    return _named(getattr(asset, name) for name in KEYS)


def _named(keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Keys with what they are of; one IMEI is as good as the other."""
    names = (name.removesuffix("_1_key").removesuffix("_2_key") for name in KEYS)
    return ((name, key) for name, key in zip(names, keys, strict=True) if key)


def _says(asset: Asset, name: str, value: Any) -> bool:
    """Whether the register says ``value`` already, of an identifier in whatever spelling; a mark before text that looks
    like a formula is none of it.
    """
    known = getattr(asset, name)
    if known == value or (isinstance(value, str) and known == f"'{value}"):
        return True
    key = key_of(name, {name: value}) if name in IDENTIFIERS else ""
    return bool(key) and key == key_of(name, {name: known})


def _label(values: dict[str, Any], asset: Asset | None) -> str:
    if asset is not None:
        return str(asset)
    words = [values.get(name, "") for name in ("tag", "brand", "model", "brand_model", "serial_number")]
    return " ".join(filter(None, words))[:150]
