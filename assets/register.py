"""What happens to one device apart from handovers: it is entered, corrected, damaged, lost, repaired, retired."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assets import absences, rules
from assets.models import Asset, ConditionPhoto, ConditionReport, DeviceType, HandoverItem, Receipt, ReceiptLine, Repair
from assets.states import Condition, FundSource
from core import clock, folded
from core.acts import Done, act, unchanged
from core.errors import Conflict, DomainError, faults_of
from core.journal import Private
from core.models import Attachment
from core.numbering import next_number
from core.permits import Every
from core.taking import Ask, Document, Note, Photos, Reason, Rupiah
from core.transactions import fresh
from core.validation import validate
from org.models import Unit, User


class Described(TypedDict, total=False):
    """What describes a device and may be corrected."""

    nibar: str
    brand: str
    model: str
    serial_number: str
    register_number: str
    imei_1: str
    imei_2: str
    price: Rupiah | None
    acquired_on: date | None
    warranty_until: date | None
    fund_source: FundSource | Literal[""]
    note: str


CORRECTABLE = tuple(Described.__annotations__)


@act(
    "create", _("Catat perangkat"), _("Perangkat masuk daftar unit pencatat dan tersedia di gudang."),
    done=_("Perangkat tercatat."), event="asset.created", who=rules.may_keep, under="unit",
)  # fmt: skip
def enter(
    *, actor: User, unit: Unit, device_type: DeviceType, condition: Condition = Condition.GOOD,
    tag: Annotated[str, Ask(help=_("Kosongkan untuk diberi label otomatis."))] = "", **described: Unpack[Described],
) -> Done[Asset]:  # fmt: skip
    """Enter a device into the register of ``unit``; without a ``tag`` it gets the next."""
    asset = Asset(unit=unit, device_type=device_type, condition=condition, tag=tag, **described)
    folded.settle(asset, actor)
    asset.tag = asset.tag or _next_tag()
    validate(asset)
    refuse_future(asset.acquired_on, "acquired_on")
    asset.save(force_insert=True)
    return Done(asset, {"unit": [None, unit.code], "device_type": [None, asset.device_type.code]})


@act(
    "report-condition", _("Laporkan kondisi"), _("Catat kondisi perangkat seperti yang Anda lihat sekarang."),
    done=_("Kondisi tercatat."), event="asset.condition_reported",
    who=rules.keeper_or_holder, when=rules.on_the_list,
)  # fmt: skip
def report_condition(
    asset: Asset, *, actor: User, condition: Condition,
    note: Annotated[Reason, Ask(label=_("Keterangan"))] = "",
    photo: Annotated[Photos, Ask(label=_("Foto kondisi"), help=_("Lokasi GPS dihapus."))] = (),
) -> Done[ConditionReport]:  # fmt: skip
    """Record how a device was found; its condition becomes that. By its keeper or the unit that holds it, by whose
    word its repair is over."""
    custody = asset.custody
    unit = custody.unit if custody else asset.unit
    report, changed = note_condition(asset, unit=unit, actor=actor, condition=condition, note=note, photo=photo)
    return Done(report, {"condition": changed}, related=[report], reason=note)


@act(
    "change", _("Ubah"), _("Perbaiki data perangkat."),
    done=_("Perubahan tersimpan."), event="asset.changed", who=rules.keeper, when=rules.on_the_list,
)  # fmt: skip
def correct(asset: Asset, *, actor: User, **described: Unpack[Described]) -> Done[Asset]:
    """Change descriptive fields; nothing when nothing changes."""
    known = {name: value for name, value in described.items() if name in CORRECTABLE}
    before = {name: getattr(asset, name) for name in known}
    for name, value in known.items():
        setattr(asset, name, value)
    folded.settle(asset, actor, known)
    changes = {name: [old, new] for name, old in before.items() if (new := getattr(asset, name)) != old}
    if not changes:
        return unchanged(asset)
    validate(asset)
    refuse_future(asset.acquired_on, "acquired_on")
    asset.save(update_fields=list(changes))
    return Done(asset, {n: [Private(v) for v in pair] if n == "note" else pair for n, pair in changes.items()})


@act(
    "start-repair", _("Kirim ke perbaikan"), _("Perangkat masuk perbaikan dan tidak dapat diserahkan dahulu."),
    done=_("Perangkat masuk perbaikan."), event="asset.repair_started", who=rules.keeper, when=rules.can_go_to_repair,
)  # fmt: skip
def start_repair(
    asset: Asset, *, actor: User,
    workshop: Annotated[str, Ask(column=(Repair, "workshop"))] = "",
    reason: Annotated[Reason, Ask(label=_("Kerusakan"))] = "",
) -> Done[Asset]:  # fmt: skip
    """Send a device to repair."""
    repair = Repair(asset=asset, started_on=clock.today(), workshop=workshop, note=reason)
    repair.full_clean(exclude=["ended_on"])
    repair.save(force_insert=True)
    absences.sent_to_repair(asset, actor)
    return Done(asset, {"started_on": [None, repair.started_on], "workshop": [None, Private(workshop)]})


@act(
    "end-repair", _("Selesai diperbaiki"), _("Perangkat kembali dari perbaikan."),
    done=_("Perbaikan selesai."), event="asset.repair_ended", who=rules.keeper, when=rules.in_repair,
)  # fmt: skip
def end_repair(
    asset: Asset, *, actor: User, condition: Annotated[Condition, Ask(label=_("Kondisi sesudahnya"))],
    cost: Annotated[Rupiah | None, Ask(column=(Repair, "cost"))] = None, reason: Note = "",
) -> Done[Asset]:  # fmt: skip
    """Take a device back from repair in ``condition``; ``cost`` in rupiah."""
    repair = asset.repairs.get(ended_on__isnull=True)
    repair.ended_on, repair.cost = clock.today(), cost
    repair.full_clean()
    repair.save(update_fields=["ended_on", "cost"])
    old, asset.condition = asset.condition, condition
    asset.full_clean()
    asset.save(update_fields=["condition"])
    changes = {"ended_on": [None, repair.ended_on], "cost": [None, cost], "condition": [old, condition]}
    return Done(asset, changes)


@act(
    "mark-found", _("Ditemukan kembali"), _("Perangkat yang hilang sudah ditemukan."),
    done=_("Tercatat ditemukan."), event="asset.found",
    who=rules.keeper, when=Every(rules.on_the_list, rules.lost),
)  # fmt: skip
def mark_found(asset: Asset, *, actor: User, reason: Note = "") -> Done[Asset]:
    """Record that a lost device is back."""
    old, asset.lost_on = asset.lost_on, None
    asset.save(update_fields=["lost_on"])
    absences.found(asset, actor)
    return Done(asset, {"lost_on": [old, None]})


@act(
    "mark-lost", _("Laporkan hilang"), _("Perangkat dicatat hilang sejak tanggal itu."),
    done=_("Tercatat hilang."), event="asset.lost",
    who=rules.keeper_or_holder, when=Every(rules.on_the_list, rules.not_lost),
)  # fmt: skip
def mark_lost(
    asset: Asset, *, actor: User, reason: Annotated[Reason, Ask(label=_("Apa yang terjadi?"))],
    lost_on: Annotated[date | None, Ask(label=_("Hilang sejak"), help=_("Kosongkan bila hari ini."))] = None,
) -> Done[Asset]:  # fmt: skip
    """Record that a device is gone, since ``lost_on`` or today. By its keeper or the unit that holds it."""
    asset.lost_on = lost_on or clock.today()
    refuse_future(asset.lost_on, "lost_on")
    absences.lost(asset, actor, on=asset.lost_on)
    asset.save(update_fields=["lost_on"])
    return Done(asset, {"lost_on": [None, asset.lost_on]})


@act(
    "retire", _("Hapus dari daftar"), _("Perangkat dihapus dari daftar dengan SK. Tidak dapat dibatalkan."),
    done=_("Perangkat dihapus dari daftar."), event="asset.retired",
    who=rules.keeper, when=Every(rules.on_the_list, rules.let_go),
)  # fmt: skip
def retire(
    asset: Asset, *, actor: User, decision_number: Annotated[str, Ask(column=(Asset, "retirement_number"))],
    decided_on: Annotated[date, Ask(column=(Asset, "retirement_decided_on"))],
    file: Annotated[Document, Ask(label=_("Berkas SK"))],  # type: ignore[valid-type]
    reason: Note = "",
) -> Done[Asset]:  # fmt: skip
    """Take a device off the list by a decision (SK penghapusan, Permendagri 19/2016): number, date and file.

    Refused while somebody holds it, while it is held for a handover or in repair.
    """
    refuse_future(decided_on, "decided_on")
    asset.retired_on, asset.retirement_number = clock.today(), decision_number
    asset.retirement_decided_on, asset.retirement_file = decided_on, file
    asset.full_clean()
    asset.save(update_fields=["retired_on", "retirement_number", "retirement_decided_on", "retirement_file"])
    return Done(asset, {"retired_on": [None, asset.retired_on], "retirement_number": [None, decision_number]})


@act(
    "create", _("Catat penerimaan"),
    _("Barang dari penyedia, dengan kontraknya dan perangkat yang termasuk di dalamnya."),
    done=_("Penerimaan tercatat."), event="receipt.created", who=rules.may_keep, under="unit",
)  # fmt: skip
def receive(
    *, unit: Unit, actor: User, contract_number: str, supplier: str, received_on: date, plan_line: str = "",
    note: str = "", assets: list[Asset] | None = None, lines: list[dict[str, Any]] | None = None,
) -> Done[Receipt]:  # fmt: skip
    """Record goods that came in, with the devices among them.

    ``lines`` (``device_type``, ``quantity``) say what the paper lists: what of it is not yet in the register counts as
    on its way. Refuses a device that stands on another receipt already, or on another unit's books.
    """
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
    return Done(receipt, changes, related=rows)


def _list_goods(receipt: Receipt, lines: list[dict[str, Any]]) -> None:
    for index, values in enumerate(lines):
        line = ReceiptLine(receipt=receipt, **values)
        try:
            line.full_clean()
        except ValidationError as error:
            faults = faults_of(error, prefix=f"lines.{index}")
            raise DomainError("invalid", _("Baris penerimaan tidak lengkap."), faults=faults) from error
        line.save(force_insert=True)


def note_condition(
    asset: Asset, *, unit: Unit, actor: User, condition: str, note: str, photo: Iterable[Attachment]
) -> tuple[ConditionReport, list[str]]:
    """The step without event: how ``unit`` found a device becomes its condition; returns ``[old, new]`` as well."""
    logged = log_condition(asset, unit=unit, actor=actor, condition=condition, note=note, photo=photo)
    absences.seen(asset, actor, on=clock.today())
    return logged


def log_condition(
    asset: Asset, *, unit: Unit, actor: User, condition: str, note: str = "", photo: Iterable[Attachment] = (),
    on: date | None = None, item: HandoverItem | None = None,
) -> tuple[ConditionReport, list[str]]:  # fmt: skip
    """The step without event: a device is in ``condition``, as somebody says ``on`` that day (today), who need not have
    it before them. What a paper says is told with its ``item``."""
    report = ConditionReport(
        asset=asset, unit=unit, condition=condition, note=note, reported_by=actor,
        reported_on=on or clock.today(), item=item,
    )  # fmt: skip
    validate(report)
    report.save(force_insert=True)
    for picture in photo:
        shown = ConditionPhoto(report=report, picture=picture)
        validate(shown)
        shown.save(force_insert=True)
    old, asset.condition = asset.condition, condition
    asset.save(update_fields=["condition"])
    return report, [old, condition]


def refuse_future(day: date | None, field: str) -> None:
    """Facts have happened: a day after today is refused."""
    if day and day > clock.today():
        raise DomainError("in_the_future", _("Tanggal ini belum terjadi."), field=field)


def _next_tag() -> str:
    """The next free tag such as ``GW-000123``; tags given by hand are stepped over."""
    key = folded.column(Asset, "tag")
    while Asset.objects.filter(tag_key=key.of_text(tag := tag_of(next_number("asset", 0)))).exists():
        continue
    return tag


def tag_of(number: int) -> str:
    return f"GW-{number:06d}"
