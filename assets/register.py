"""What happens to one device apart from handovers: it is entered, corrected, damaged, lost, repaired, retired."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assets import rules
from assets.models import Asset, ConditionReport, Receipt, ReceiptLine, Repair
from assets.states import AssetState
from core import clock
from core.errors import Conflict, DomainError, faults_of
from core.journal import Private, record
from core.models import Attachment
from core.numbering import next_number
from core.transactions import fresh, writing
from core.validation import validate
from org.models import Unit

CORRECTABLE = (
    "nibar", "brand", "model", "serial_number", "imei_1", "imei_2", "price", "acquired_on", "fund_source", "note",
)  # fmt: skip


def enter(*, unit: Unit, actor: Any, tag: str = "", **values: Any) -> Asset:
    """Enter a device into the register of ``unit``; without a ``tag`` it gets the next. Writes ``asset.created``."""
    with writing():
        role = rules.may_keep(actor, unit)
        asset = Asset(unit=unit, tag=tag or _next_tag(), **values)
        validate(asset)
        refuse_future(asset.acquired_on, "acquired_on")
        asset.save(force_insert=True)
        changes = {"unit": [None, unit.code], "device_type": [None, asset.device_type.code]}
        record("asset.created", asset, actor=actor, role=role, changes=changes)
    return asset


def correct(asset: Asset, *, actor: Any, **values: Any) -> Asset:
    """Change descriptive fields (``CORRECTABLE``). Writes ``asset.changed``; nothing when nothing changes."""
    with writing():
        asset = fresh(asset, "unit")
        role = rules.ASSET_VERBS["change"].who(actor, asset)
        _refuse_retired(asset)
        changes = {n: [getattr(asset, n), v] for n, v in values.items() if n in CORRECTABLE and getattr(asset, n) != v}
        if not changes:
            return asset
        for name, (_old, value) in changes.items():
            setattr(asset, name, value)
        validate(asset)
        refuse_future(asset.acquired_on, "acquired_on")
        asset.save(update_fields=list(changes))
        sealed = {n: [Private(v) for v in pair] if n == "note" else pair for n, pair in changes.items()}
        record("asset.changed", asset, actor=actor, role=role, changes=sealed)
    return asset


def receive(
    *, unit: Unit, actor: Any, contract_number: str, supplier: str, received_on: date, plan_line: str = "",
    note: str = "", assets: list[Asset] | None = None, lines: list[dict[str, Any]] | None = None,
) -> Receipt:  # fmt: skip
    """Record goods that came in, with the devices among them. Writes ``receipt.created``.

    ``lines`` (``device_type``, ``quantity``) say what the paper lists: what of it is not yet in the register counts as
    on its way. Refuses a device that stands on another receipt already, or on another unit's books.
    """
    with writing():
        role = rules.may_keep(actor, unit)
        receipt = Receipt(
            unit=unit, contract_number=contract_number, supplier=supplier, received_on=received_on,
            plan_line=plan_line, note=note,
        )  # fmt: skip
        receipt.full_clean()
        refuse_future(received_on, "received_on")
        receipt.save(force_insert=True)
        _list_goods(receipt, lines or [])
        rows = [fresh(asset) for asset in assets or []]
        for row in rows:
            if row.receipt_id:
                raise Conflict("already_received", _("Perangkat %(tag)s sudah punya penerimaan.") % {"tag": row.tag})
            if row.unit_id != unit.pk:
                raise DomainError("other_unit", _("Perangkat dicatat oleh unit lain."), field="assets")
            row.receipt = receipt
            row.save(update_fields=["receipt"])
        changes = {"contract_number": [None, contract_number], "assets": [None, [row.tag for row in rows]]}
        record("receipt.created", receipt, actor=actor, role=role, changes=changes, related=rows)
    return receipt


def _list_goods(receipt: Receipt, lines: list[dict[str, Any]]) -> None:
    for index, values in enumerate(lines):
        line = ReceiptLine(receipt=receipt, **values)
        try:
            line.full_clean()
        except ValidationError as error:
            faults = faults_of(error, prefix=f"lines.{index}")
            raise DomainError("invalid", _("Baris penerimaan tidak lengkap."), faults=faults) from error
        line.save(force_insert=True)


def report_condition(
    asset: Asset, *, condition: str, actor: Any, note: str = "", photo: Attachment | None = None
) -> ConditionReport:
    """Record how a device was found; its condition becomes that. By its keeper or the unit that holds it.

    Writes ``asset.condition_reported`` with the report related.
    """
    with writing():
        asset = fresh(asset, "unit")
        role = rules.ASSET_VERBS["report-condition"].who(actor, asset)
        custody = asset.custody
        unit = custody.unit if custody else asset.unit
        report, changed = note_condition(asset, unit=unit, actor=actor, condition=condition, note=note, photo=photo)
        changes = {"condition": changed}
        record(
            "asset.condition_reported", asset, actor=actor, role=role, changes=changes, reason=note, related=[report]
        )
    return report


def note_condition(
    asset: Asset, *, unit: Unit, actor: Any, condition: str, note: str, photo: Attachment | None
) -> tuple[ConditionReport, list[str]]:
    """The step without event: how ``unit`` found a device becomes its condition; returns ``[old, new]`` as well."""
    _refuse_retired(asset)
    report = ConditionReport(
        asset=asset, unit=unit, condition=condition, note=note, photo=photo, reported_by=actor,
        reported_on=clock.today(),
    )  # fmt: skip
    validate(report)
    report.save(force_insert=True)
    old, asset.condition = asset.condition, condition
    asset.save(update_fields=["condition"])
    return report, [old, condition]


def mark_lost(asset: Asset, *, actor: Any, reason: str, lost_on: date | None = None) -> Asset:
    """Record that a device is gone. By its keeper or the unit that holds it. Writes ``asset.lost``."""
    with writing():
        asset = fresh(asset, "unit")
        role = rules.ASSET_VERBS["mark-lost"].who(actor, asset)
        _refuse_retired(asset)
        if asset.lost_on:
            raise Conflict("illegal_transition", _("Perangkat ini sudah tercatat hilang."))
        asset.lost_on = lost_on or clock.today()
        refuse_future(asset.lost_on, "lost_on")
        asset.save(update_fields=["lost_on"])
        record("asset.lost", asset, actor=actor, role=role, changes={"lost_on": [None, asset.lost_on]}, reason=reason)
    return asset


def mark_found(asset: Asset, *, actor: Any, reason: str = "") -> Asset:
    """Record that a lost device is back. Writes ``asset.found``."""
    with writing():
        asset = fresh(asset, "unit")
        role = rules.ASSET_VERBS["mark-found"].who(actor, asset)
        _refuse_retired(asset)
        if not asset.lost_on:
            raise Conflict("illegal_transition", _("Perangkat ini tidak tercatat hilang."))
        old, asset.lost_on = asset.lost_on, None
        asset.save(update_fields=["lost_on"])
        record("asset.found", asset, actor=actor, role=role, changes={"lost_on": [old, None]}, reason=reason)
    return asset


def start_repair(asset: Asset, *, actor: Any, reason: str = "", workshop: str = "") -> Asset:
    """Send a device to repair. Refuses lost devices and one already there. Writes ``asset.repair_started``."""
    with writing():
        asset = fresh(asset, "unit")
        role = rules.ASSET_VERBS["start-repair"].who(actor, asset)
        if asset.state in (AssetState.RETIRED, AssetState.LOST, AssetState.IN_REPAIR):
            raise Conflict("illegal_transition", _("Perangkat tidak dapat diperbaiki: %s.") % asset.state.label)
        repair = Repair(asset=asset, started_on=clock.today(), workshop=workshop, note=reason)
        repair.full_clean(exclude=["ended_on"])
        repair.save(force_insert=True)
        changes = {"started_on": [None, repair.started_on], "workshop": [None, Private(workshop)]}
        record("asset.repair_started", asset, actor=actor, role=role, changes=changes, reason=reason)
    return asset


def end_repair(asset: Asset, *, actor: Any, condition: str, reason: str = "", cost: int | None = None) -> Asset:
    """Take a device back from repair in ``condition``; ``cost`` in rupiah. Writes ``asset.repair_ended``."""
    with writing():
        asset = fresh(asset, "unit")
        role = rules.ASSET_VERBS["end-repair"].who(actor, asset)
        repair = asset.repairs.filter(ended_on__isnull=True).first()
        if repair is None:
            raise Conflict("illegal_transition", _("Perangkat ini tidak sedang diperbaiki."))
        repair.ended_on, repair.cost = clock.today(), cost
        repair.full_clean()
        repair.save(update_fields=["ended_on", "cost"])
        old, asset.condition = asset.condition, condition
        asset.full_clean()
        asset.save(update_fields=["condition"])
        changes = {"ended_on": [None, repair.ended_on], "cost": [None, cost], "condition": [old, condition]}
        record("asset.repair_ended", asset, actor=actor, role=role, changes=changes, reason=reason)
    return asset


def retire(
    asset: Asset, *, actor: Any, decision_number: str, decided_on: date, file: Attachment | None, reason: str = ""
) -> Asset:
    """Take a device off the list by a decision (SK penghapusan): number, date and file are required.

    Refuses while somebody holds it, while it is held for a handover or in repair. Writes ``asset.retired``.
    """
    with writing():
        asset = fresh(asset, "unit")
        role = rules.ASSET_VERBS["retire"].who(actor, asset)
        _refuse_retired(asset)
        if file is None:
            raise DomainError("required", _("Lampirkan SK penghapusan."), field="file")
        if not decision_number:
            raise DomainError("required", _("Isi nomor SK penghapusan."), field="decision_number")
        refuse_future(decided_on, "decided_on")
        if not rules.may_retire(asset):
            raise Conflict("custody_open", _("Perangkat masih dipegang, disiapkan atau diperbaiki."))
        asset.retired_on, asset.retirement_number = clock.today(), decision_number
        asset.retirement_decided_on, asset.retirement_file = decided_on, file
        asset.full_clean()
        asset.save(update_fields=["retired_on", "retirement_number", "retirement_decided_on", "retirement_file"])
        changes = {"retired_on": [None, asset.retired_on], "retirement_number": [None, decision_number]}
        record("asset.retired", asset, actor=actor, role=role, changes=changes, reason=reason)
    return asset


def refuse_future(day: date | None, field: str) -> None:
    """Facts have happened: a day after today is refused."""
    if day and day > clock.today():
        raise DomainError("in_the_future", _("Tanggal ini belum terjadi."), field=field)


def _refuse_retired(asset: Asset) -> None:
    if asset.retired_on:
        raise Conflict("illegal_transition", _("Perangkat ini sudah dihapus dari daftar."))


def _next_tag() -> str:
    """The next free tag such as ``GW-000123``; tags given by hand are stepped over."""
    while Asset.objects.filter(tag=(tag := tag_of(next_number("asset", 0)))).exists():
        continue
    return tag


def tag_of(number: int) -> str:
    return f"GW-{number:06d}"
