"""What becomes of devices: loans, moves, returns, papers gone wrong, damage, repair, loss and the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Q

from assets import inventories, register
from assets.models import Asset, Handover
from assets.states import Condition, HandoverKind
from core import clock
from demo.stage import Stage, Story, paper
from handing_over import fulfilment
from handing_over.items import Item
from org.models import Unit

# (kecamatan, device, lent so many days ago, due back days from today, came back so many days ago)
LOANS = (
    ("Cibinong", "camcorder", 75, -20, None),
    ("Cisarua", "drone", 40, -3, None),
    ("Ciawi", "projector", 15, 7, None),
    ("Jonggol", "voice_recorder", 12, 60, None),
    ("Kemang", "voice_recorder", 100, -70, 72),
)
GOOD, WORN, BROKEN = Condition.GOOD, Condition.LIGHTLY_DAMAGED, Condition.BADLY_DAMAGED
# (what a kecamatan's admin found, days ago)
REPORTS = (
    (GOOD, 200), (WORN, 160), (GOOD, 150), (GOOD, 140), (BROKEN, 95),
    (WORN, 80), (GOOD, 75), (GOOD, 66), (WORN, 55), (BROKEN, 41), (GOOD, 33),
    (WORN, 21), (GOOD, 19), (BROKEN, 11), (WORN, 6), (GOOD, 4),
)  # fmt: skip
NOTES = {
    GOOD: "Berfungsi baik",
    WORN: "Layar bergaris, masih dapat dipakai",
    BROKEN: "Mati total setelah listrik padam",
}


def stories(stage: Stage) -> Iterator[Story]:
    for unit, code, lent, due, back in LOANS:
        yield _loan(stage, stage.units[unit], code, lent, due, back)
    yield from _moves(stage)
    yield from _faulty_papers(stage)
    districts = stage.districts()
    for number, (condition, days) in enumerate(REPORTS):
        yield _report(stage, districts[(7 * number + 3) % 40], condition, days)
    for number, (sent, back) in enumerate(((170, 150), (120, 101), (90, 60), (35, None), (18, None), (7, None))):
        yield _repair(stage, districts[(7 * number + 6) % 40], sent, back)
    for number, (lost, found) in enumerate(((260, None), (130, 118), (44, None), (13, None))):
        yield _loss(stage, districts[(9 * number + 2) % 40], lost, found)
    yield _inventory(stage, "Kemang", 120, 14, closed=True)
    yield _inventory(stage, "Cibinong", 9, 21, closed=False)
    for number, days in enumerate((240, 230, 110, 105)):
        yield _retirement(stage, districts[(10 * number + 8) % 40], days)


def _moves(stage: Stage) -> Iterator[Story]:
    units = stage.units
    yield _transfer(stage, units["Ciampea"], units["Dramaga"], 145, accepted=True)
    yield _transfer(stage, units["Tenjo"], units["Jasinga"], 5, accepted=False)
    yield _new_books(stage, units["Cileungsi"], 210)
    yield _new_books(stage, units["Gunungputri"], 88)
    yield _return(stage, units["Nanggung"], 60, accepted=True)
    yield _return(stage, units["Rumpin"], 3, accepted=False)
    yield _recall(stage, units["Cigudeg"], 50)
    yield _change_of_holder(stage, units["Cibinong"], 33)
    for unit, days in (("Bojonggede", 6), ("Ciomas", 2)):
        yield _prepared(stage, units[unit], "tripod", days)


def _faulty_papers(stage: Stage) -> Iterator[Story]:
    units = stage.units
    yield _cancelled(stage, units["Parung"], 85, handed_over=True)
    yield _cancelled(stage, units["Ciseeng"], 31, handed_over=False)
    yield _disputed(stage, units["Caringin"], 64, settled=True)
    yield _disputed(stage, units["Cijeruk"], 8, settled=False)
    yield _signed(stage, units["Tamansari"], 29)
    for unit, days in (("Kemang", 4), ("Megamendung", 16)):
        yield _unconfirmed(stage, units[unit], days)


def _hand(
    stage: Stage, kind: HandoverKind, unit: Unit, assets: list[Asset], *, prepared: bool = False, **terms: Any
) -> Handover:
    """A handover by the asset clerk to the kecamatan's admin (or back to Diskominfo)."""
    terms = {"recipient": stage.requester(unit).person} | terms if unit != stage.diskominfo else terms
    return fulfilment.record_handover(
        kind=kind, recipient_unit=unit, items=[Item(asset, accessories="Lengkap") for asset in assets],
        actor=stage.users["pengurus"], handed_over_on=None if prepared else clock.today(), **terms,
    )  # fmt: skip


def _held(unit: Unit, number: int = 1) -> list[Asset]:
    """The devices that the unit has held longest and that nothing has happened to yet."""
    held = Asset.objects.with_state().filter(custodies__unit=unit, custodies__until__isnull=True)
    held = held.filter(Q(state="issued"), condition=GOOD, deliveries__isnull=True).order_by("pk")
    if len(found := list(held[:number])) < number:
        raise LookupError(f"{unit} holds no {number} devices in order on {clock.today()}")
    return found


def _loan(stage: Stage, unit: Unit, code: str, lent: int, due: int, back: int | None) -> Story:
    yield stage.ago(lent)
    assets = stage.free(code)
    handover = _hand(
        stage, HandoverKind.LOAN, unit, assets, due_back_on=stage.due(due), note="Peliputan kegiatan kecamatan"
    )
    yield stage.ago(lent - 1)
    fulfilment.accept(handover, actor=stage.requester(unit))
    if back is None:
        return
    yield stage.ago(back)
    returned = _by_requester(stage, unit, assets)
    yield stage.ago(back - 1)
    fulfilment.accept(returned, actor=stage.users["pengurus"])


def _by_requester(stage: Stage, unit: Unit, assets: list[Asset]) -> Handover:
    """A return that the unit itself files."""
    items = [Item(asset, condition=asset.condition, accessories="Lengkap") for asset in assets]
    return fulfilment.record_handover(
        kind=HandoverKind.RETURN, recipient_unit=stage.diskominfo, items=items, actor=stage.requester(unit),
        handed_over_on=clock.today(), note="Tidak dipakai lagi",
    )  # fmt: skip


def _transfer(stage: Stage, giver: Unit, receiver: Unit, days: int, *, accepted: bool) -> Story:
    yield stage.ago(days)
    handover = _hand(stage, HandoverKind.TRANSFER, receiver, _held(giver))
    if accepted:
        yield stage.ago(days - 2)
        fulfilment.accept(handover, actor=stage.requester(receiver))


def _new_books(stage: Stage, unit: Unit, days: int) -> Story:
    """The status of use passes to the kecamatan: the device moves to its books."""
    yield stage.ago(days)
    number = f"030/{days}/KPTS/{clock.today().year}"
    terms = {"legal_act": "pengalihan_status", "decision_number": number}
    handover = _hand(stage, HandoverKind.ISSUE, unit, stage.free("printer"), prepared=False, **terms)
    yield stage.ago(days - 1)
    fulfilment.accept(handover, actor=stage.requester(unit))


def _return(stage: Stage, unit: Unit, days: int, *, accepted: bool) -> Story:
    yield stage.ago(days)
    handover = _by_requester(stage, unit, _held(unit))
    if accepted:
        yield stage.ago(days - 1)
        fulfilment.accept(handover, actor=stage.users["pengurus"])


def _change_of_holder(stage: Stage, unit: Unit, days: int) -> Story:
    """The Camat takes a device over from the admin."""
    yield stage.ago(days)
    camat = stage.users["camat-cibinong"]
    handover = _hand(stage, HandoverKind.CHANGE_OF_HOLDER, unit, _held(unit), recipient=camat.person)
    yield stage.ago(days - 1)
    fulfilment.accept(handover, actor=camat)


def _recall(stage: Stage, unit: Unit, days: int) -> Story:
    """Recorded by the asset clerk, so that another confirms what came back."""
    yield stage.ago(days)
    handover = _hand(stage, HandoverKind.RECALL, stage.diskominfo, _held(unit), note="Diperlukan di pusat")
    yield stage.ago(days - 2)
    fulfilment.accept(handover, actor=stage.users["admin"])


def _prepared(stage: Stage, unit: Unit, code: str, days: int) -> Story:
    yield stage.ago(days)
    _hand(stage, HandoverKind.ISSUE, unit, stage.free(code), prepared=True)


def _cancelled(stage: Stage, unit: Unit, days: int, *, handed_over: bool) -> Story:
    yield stage.ago(days)
    handover = _hand(stage, HandoverKind.ISSUE, unit, stage.free("monopod"), prepared=not handed_over)
    yield stage.ago(days - 1)
    fulfilment.cancel(handover, actor=stage.users["pengurus"], reason="Salah kecamatan")


def _disputed(stage: Stage, unit: Unit, days: int, *, settled: bool) -> Story:
    yield stage.ago(days)
    handover = _hand(stage, HandoverKind.ISSUE, unit, stage.free("camera_bag", 2))
    yield stage.ago(days - 1)
    item = handover.items.order_by("pk").first()
    fulfilment.dispute(handover, reasons={item.pk: "Tali tas putus"} if item else {}, actor=stage.requester(unit))
    if settled:
        yield stage.ago(days - 6)
        fulfilment.accept(handover, actor=stage.requester(unit))


def _signed(stage: Stage, unit: Unit, days: int) -> Story:
    """Confirmed in the register and on paper: the signed BAST is attached by the receiver."""
    yield stage.ago(days)
    handover = _hand(stage, HandoverKind.ISSUE, unit, stage.free("camera_battery"))
    yield stage.ago(days - 1)
    fulfilment.accept(handover, actor=stage.requester(unit))
    yield stage.ago(days - 3)
    scan = paper(f"BAST bertanda tangan Kecamatan {unit.name}", stage.requester(unit))
    fulfilment.attach_signed(handover, scan=scan, actor=stage.requester(unit))


def _unconfirmed(stage: Stage, unit: Unit, days: int) -> Story:
    yield stage.ago(days)
    _hand(stage, HandoverKind.ISSUE, unit, stage.free("memory_card", 2))


def _report(stage: Stage, unit: Unit, condition: Condition, days: int) -> Story:
    yield stage.ago(days)
    asset = _held(unit)[0]
    register.report_condition(asset, condition=condition, note=NOTES[condition], actor=stage.requester(unit))


def _repair(stage: Stage, unit: Unit, sent: int, back: int | None) -> Story:
    yield stage.ago(sent + 2)
    asset = _held(unit)[0]
    actor = stage.requester(unit)
    register.report_condition(asset, condition=WORN, note="Sering mati sendiri", actor=actor)
    yield stage.ago(sent)
    clerk = stage.users["pengurus"]
    register.start_repair(asset, actor=clerk, reason="Diperbaiki di bengkel rekanan", workshop="Servis Contoh")
    if back is not None:
        yield stage.ago(back)
        register.end_repair(asset, actor=clerk, condition=GOOD, cost=350_000, reason="Ganti catu daya")


def _loss(stage: Stage, unit: Unit, lost: int, found: int | None) -> Story:
    yield stage.ago(lost)
    asset = _held(unit)[0]
    actor = stage.requester(unit)
    register.mark_lost(asset, actor=actor, reason="Hilang saat kegiatan lapangan; laporan kehilangan dibuat")
    if found is not None:
        yield stage.ago(found)
        register.mark_found(asset, actor=stage.users["pengurus"], reason="Ditemukan di kendaraan dinas")


def _inventory(stage: Stage, name: str, days: int, room: int, *, closed: bool) -> Story:
    """A count of one kecamatan's devices; the open one is half answered."""
    yield stage.ago(days)
    unit, clerk = stage.units[name], stage.users["pengurus"]
    inventory = inventories.open_inventory(unit=unit, due_on=clock.today() + timedelta(days=room), actor=clerk)
    yield stage.ago(days - 3)
    actor = stage.requester(unit)
    lines = list(inventory.lines.order_by("pk"))
    for line in lines[: len(lines) if closed else (len(lines) + 1) // 2]:
        if line == lines[-1]:
            inventories.not_found(line, actor=actor, reason="Dicari di kantor dan gudang")
        else:
            inventories.confirm(line, actor=actor)
    if closed:
        yield stage.ago(days - room - 1)
        inventories.close(inventory, actor=clerk)


def _retirement(stage: Stage, unit: Unit, days: int) -> Story:
    """Badly damaged, returned by its unit, taken off the list by a decision."""
    yield stage.ago(days)
    asset, actor = _held(unit)[0], stage.requester(unit)
    register.report_condition(asset, condition=BROKEN, note="Tidak dapat diperbaiki", actor=actor)
    yield stage.ago(days - 4)
    asset.refresh_from_db()
    handover = _by_requester(stage, unit, [asset])
    yield stage.ago(days - 5)
    clerk = stage.users["pengurus"]
    fulfilment.accept(handover, actor=clerk)
    yield stage.ago(days - 30)
    number = f"030/{days}/KPTS/{clock.today().year}"
    decision = paper(f"Keputusan penghapusan {number}", clerk)
    register.retire(
        asset, actor=clerk, decision_number=number, decided_on=clock.today(), file=decision, reason="Rusak berat"
    )
