"""What Diskominfo buys, and the devices that every kecamatan had when the register was opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from assets import register
from assets.models import Asset
from assets.states import FundSource, HandoverKind
from core import clock
from core.identity import check_digit
from demo.stage import Stage, Story
from handing_over import fulfilment
from handing_over.items import Item
from org.models import Unit
from planning.models import PlanLine

OPENED = date(2022, 6, 7)
OPENING = ("desktop_pc", "printer")
OPENING_IN_TURN = ("scanner", "monitor", "router", "headphone", "microphone")
STAFF = ("verifikator", "kabid", "kabid2", "perencana", "ppid")
MAKES = {
    "smartphone": ("Merpati", "M5"),
    "laptop": ("Rajawali", "Book 14"),
    "notebook": ("Rajawali", "Lite 11"),
    "tablet": ("Merpati", "Tab 10"),
    "camera": ("Cendrawasih", "C200"),
    "camcorder": ("Cendrawasih", "V40"),
    "drone": ("Elang", "Udara 2"),
    "tripod": ("Jalak", "T170"),
    "printer": ("Kutilang", "P310"),
}
OTHER_MAKE = "Nusantara"
# (days ago, contract, fund, devices by type)
PURCHASES = (
    (
        492, "027/114/SPK/DISKOMINFO", FundSource.DAU,
        {
            "laptop": 9, "tripod": 12, "camera": 4, "external_disk": 4, "headset": 5, "webcam": 4, "drone": 2,
            "gimbal": 2, "printer": 14, "scanner": 7, "desktop_pc": 6, "camera_bag": 9, "lens": 7, "camera_battery": 12,
            "capture_card": 6,
        },
    ),
    (
        312, "027/061/SPK/DISKOMINFO", FundSource.PAD,
        {
            "wireless_microphone": 8, "tablet": 6, "smartphone": 6, "printer": 6, "scanner": 4, "laptop": 6,
            "camcorder": 2, "voice_recorder": 3, "monopod": 3, "camera_bag": 4, "projector": 2,
        },
    ),
    (
        118, "000.3.2/087/SPK/DISKOMINFO", FundSource.BANKEU,
        {
            "smartphone": 12, "laptop": 5, "video_light": 8, "mifi": 6, "camera": 3, "tripod": 6, "memory_card": 8,
            "clip_on_microphone": 5, "teleprompter": 1, "video_switcher": 1, "printer": 6,
        },
    ),
)  # fmt: skip
PLANNED = (26, "000.3.2/102/SPK/DISKOMINFO", FundSource.PAD)
"""The purchase that names the line of this year's plan which it serves: days ago, contract, fund."""
FOLLOWING = {"smartphone": 2}
"""What the paper of the last purchase lists beyond the devices that have been entered into the register."""


def purchases(stage: Stage) -> Iterator[Story]:
    """Four purchases of Diskominfo and one of the Sekretariat Daerah, each with its receipt."""
    for days, contract, fund, devices in PURCHASES:
        day = stage.ago(days)
        following = FOLLOWING if days == PURCHASES[-1][0] else {}
        yield _purchase(stage, "DISKOMINFO", day, f"{contract}/{day.year}", fund, devices, following)
    day = stage.ago(250)
    yield _purchase(stage, "SETDA", day, f"027/019/SPK/SETDA/{day.year}", FundSource.DAU, {"projector": 2, "laptop": 3})
    yield _planned_purchase(stage)


def opening(stage: Stage) -> Iterator[Story]:
    """The inventory of June 2022: entered first, then handed to each kecamatan with its paper."""
    lots: list[list[Asset]] = []
    yield _opening_stock(stage, lots)
    for number in range(len(stage.districts())):
        yield _opening_handover(stage, number, lots)
    for number, login in enumerate(STAFF):
        yield _staff_handover(stage, login, OPENED + timedelta(days=6 + number))


def device(stage: Stage, unit: Unit, type_code: str, *, acquired_on: date, fund_source: FundSource) -> Asset:
    """One device entered into the register of ``unit``, with numbers of its own."""
    number = Asset.objects.count() + 1
    brand, model = MAKES.get(type_code, (OTHER_MAKE, f"{type_code[:3].upper()}-{100 + len(type_code)}"))
    begins = f"350000{number:08d}"
    imei = begins + check_digit(begins) if type_code == "smartphone" else ""
    return register.enter(
        unit=unit, actor=stage.users["pengurus"], device_type=stage.types[type_code], brand=brand, model=model,
        serial_number=f"CTH{number:06d}", imei_1=imei, price=round(stage.prices[type_code] * 95 // 100, -4),
        acquired_on=acquired_on, fund_source=fund_source,
        nibar=f"1201320100000000000000{acquired_on.year}{number:019d}" if number % 2 else "",
    )  # fmt: skip


def _purchase(
    stage: Stage, unit: str, day: date, contract: str, fund: FundSource, devices: dict[str, int],
    following: Mapping[str, int] = MappingProxyType({}),
) -> Story:  # fmt: skip
    yield day
    lines = {code: number + following.get(code, 0) for code, number in devices.items()}
    _receive(stage, unit, day, contract, fund, devices, lines, plan_line=f"5.2.02.10.01.0002 ({day.year})")


def _planned_purchase(stage: Stage) -> Story:
    """What the most urgent line of this year's frozen plan has approved, once its year has begun."""
    days, contract, fund = PLANNED
    day = stage.ago(days)
    if day.year < stage.today.year:
        return
    yield day
    approved = PlanLine.objects.filter(plan__fiscal_year=day.year, approved__gt=0)
    line = approved.select_related("plan", "device_type").order_by("position").first()
    if line and line.device_type:
        devices = {line.device_type.code: line.planned}
        _receive(stage, "DISKOMINFO", day, f"{contract}/{day.year}", fund, devices, devices, plan_line=line.number)


def _receive(
    stage: Stage, unit: str, day: date, contract: str, fund: FundSource, devices: dict[str, int],
    listed: dict[str, int], plan_line: str,
) -> None:  # fmt: skip
    """Enter the ``devices`` and their receipt, whose paper has ``listed`` so many of each."""
    bought = [
        device(stage, stage.units[unit], code, acquired_on=day, fund_source=fund)
        for code, number in devices.items()
        for _one in range(number)
    ]
    register.receive(
        unit=stage.units[unit], actor=stage.users["pengurus"], contract_number=contract, supplier="CV Contoh Sejahtera",
        received_on=day, plan_line=plan_line, assets=bought,
        lines=[{"device_type": stage.types[code], "quantity": number} for code, number in listed.items()],
    )  # fmt: skip


def _opening_stock(stage: Stage, lots: list[list[Asset]]) -> Story:
    yield OPENED
    for number in range(len(stage.districts())):
        acquired = date(2019 + number % 3, 3, 15)
        codes = (*OPENING, OPENING_IN_TURN[number % len(OPENING_IN_TURN)])
        lots.append(
            [device(stage, stage.diskominfo, code, acquired_on=acquired, fund_source=FundSource.DAU) for code in codes]
        )
    for _one in STAFF:
        device(stage, stage.diskominfo, "notebook", acquired_on=date(2021, 5, 3), fund_source=FundSource.PAD)


def _opening_handover(stage: Stage, number: int, lots: list[list[Asset]]) -> Story:
    first = OPENED + timedelta(days=6 + number // 8)
    yield first
    unit = stage.districts()[number]
    items = [Item(asset, accessories="Kabel daya") for asset in lots[number]]
    handover = fulfilment.record_handover(
        kind=HandoverKind.ISSUE, recipient_unit=unit, recipient=stage.requester(unit).person, items=items,
        actor=stage.users["pengurus"], handed_over_on=clock.today(), note="Serah terima saat register dibuka",
    )  # fmt: skip
    yield first
    fulfilment.accept(handover, actor=stage.requester(unit))


def _staff_handover(stage: Stage, login: str, day: date) -> Story:
    yield day
    user = stage.users[login]
    handover = fulfilment.record_handover(
        kind=HandoverKind.ISSUE, recipient_unit=stage.diskominfo, recipient=user.person, actor=stage.users["pengurus"],
        items=[Item(stage.free("notebook")[0], accessories="Tas, pengisi daya")], handed_over_on=day,
    )  # fmt: skip
    yield day
    fulfilment.accept(handover, actor=user)
