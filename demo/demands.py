"""What kecamatan asked for: requests in every state, with everything that happened to each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from datetime import timedelta

from assets.models import Handover
from assets.states import HandoverKind
from core import clock
from demo.setting import HEADS
from demo.stage import Stage, Story, paper
from handing_over import fulfilment
from handing_over.items import Item
from org.models import Unit
from requests_app import approvals, filing
from requests_app.models import DeviceRequest, RequestLine

Line = tuple[str, int, str, str]  # device type, quantity, situation today, in use since

PURPOSES = (
    "Dokumentasi dan publikasi kegiatan kecamatan",
    "Perangkat yang dipakai sekarang sudah tidak layak",
    "Pelayanan informasi dan pengaduan lewat media sosial",
    "Siaran langsung musrenbang dan kegiatan warga",
)
BROKEN_PHONE: Line = ("smartphone", 1, "personal_broken", "2019")
OWN_PHONE: Line = ("smartphone", 1, "personal", "2021")
OLD_PRINTER: Line = ("printer", 1, "office_worn", "2016")
DELIVERED = "submit endorse+1 verify+2 approve+3 issue+5 receive+1"
# What becomes of the requests of past months, in turn
COURSES = (
    DELIVERED,
    DELIVERED,
    "submit endorse+2 verify+1 approve+4 issue+9 receive+2",
    DELIVERED,
    "submit endorse+1 send_back+2 submit+4 endorse+1 verify+2 approve+3 issue+4 receive+1",
    DELIVERED,
    "submit endorse+1 verify+3 approve_first+5 issue+6 receive+1",
    "submit endorse+1 verify+2 reject+4",
    "submit endorse+1 verify+2 approve+3 issue_one+5 receive+1 close_short+40",
    "submit endorse+3 verify+4 approve+6 issue+8 receive+3",
)
PAST_LINES: tuple[tuple[Line, ...], ...] = (
    (("printer", 1, "office_broken", "2017"),),
    (("scanner", 1, "none", ""),),
    (("camera_bag", 1, "none", ""),),
    (("desktop_pc", 1, "office_worn", "2015"),),
    (("camera_battery", 1, "none", ""),),
    (OLD_PRINTER,),
    (("capture_card", 1, "none", ""), ("teleprompter", 1, "none", "")),
    (("video_switcher", 1, "none", ""),),
    (("camera_battery", 2, "personal", "2020"),),
    (("lens", 1, "personal", "2018-05-17"),),
)


@dataclass(frozen=True)
class Demand:
    """A request filed so many days ago; ``course``: its steps, each so many days after the one before."""

    unit: str
    filed: int
    _: KW_ONLY
    course: str
    lines: tuple[Line, ...] = (BROKEN_PHONE,)
    approver: str = "kabid"


PRESENT = (
    Demand("Kemang", 9, course="submit"),
    Demand("Cibinong", 3, course="submit"),
    Demand("Citeureup", 12, course="submit", lines=(OWN_PHONE,)),
    Demand("Parung", 2, course="submit"),
    Demand("Cibinong", 25, course="submit endorse+2", lines=(("laptop", 1, "office_worn", "2017"),)),
    Demand("Sukaraja", 4, course="submit endorse+1"),
    Demand("Babakan Madang", 8, course="submit endorse+1", lines=(OWN_PHONE, ("clip_on_microphone", 1, "none", ""))),
    Demand("Jonggol", 20, course="submit endorse+1"),
    Demand("Cileungsi", 6, course="submit endorse+1 verify+2"),
    Demand("Cariu", 16, course="submit endorse+1 verify+2", lines=(OWN_PHONE,)),
    Demand("Sukamakmur", 32, course="submit endorse+1 verify+2"),
    Demand("Ciawi", 14, course="submit endorse+1 verify+2 approve+4"),
    Demand("Cisarua", 30, course="submit endorse+1 verify+2 approve+4", lines=(OWN_PHONE,)),
    Demand("Megamendung", 45, course="submit endorse+1 verify+2 approve+6", approver="kabid2"),
    Demand("Caringin", 52, course="submit endorse+1 verify+2 approve+3"),
    Demand("Ciomas", 60, course="submit endorse+1 verify+2 approve+5", approver="kabid2"),
    Demand("Dramaga", 74, course="submit endorse+2 verify+3 approve+5", lines=(OWN_PHONE,)),
    Demand(
        "Tamansari",
        28,
        course="submit endorse+1 verify+2 approve_first+4",
        lines=(BROKEN_PHONE, ("laptop", 1, "none", "")),
    ),
    Demand("Klapanunggal", 40, course="submit endorse+1 verify+2 defer+5", lines=(("laptop", 1, "none", ""),)),
    Demand(
        "Ciseeng",
        38,
        course="submit endorse+1 verify+2 defer+5",
        lines=(("camera", 1, "personal", "2020"),),
        approver="kabid2",
    ),
    Demand("Rancabungur", 18, course="submit endorse+1 send_back+3"),
    Demand("Sukajaya", 26, course="submit endorse+1 verify+2 send_back+3", lines=(OWN_PHONE,)),
    Demand("Tanjungsari", 34, course="submit endorse+1 withdraw+4"),
    Demand("Tajurhalang", 48, course="submit endorse+1 verify+2 approve+4 withdraw+8", lines=(OWN_PHONE,)),
    Demand("Cigombong", 3, course=""),
    Demand("Leuwisadeng", 5, course="", lines=(OWN_PHONE,)),
    Demand("Tenjolaya", 16, course="", lines=(("tripod", 1, "none", ""),)),
    Demand("Leuwiliang", 46, course="submit endorse+1 verify+2 approve+4 issue+25", lines=(OLD_PRINTER,)),
    Demand("Ciampea", 16, course="submit endorse+1 verify+2 approve+4 issue+6", lines=(OLD_PRINTER,)),
    Demand(
        "Cibungbulang",
        30,
        course="submit endorse+1 verify+2 approve+4 issue+9 dispute+2",
        lines=(("scanner", 1, "none", ""),),
    ),
    Demand(
        "Pamijahan", 20, course="submit endorse+1 verify+2 approve+4 prepare+5", lines=(("scanner", 1, "none", ""),)
    ),
)


def stories(stage: Stage) -> Iterator[Story]:
    """One request of every kecamatan in past months, and those that are on somebody's desk today."""
    for number, unit in enumerate(stage.districts()):
        turn = number % len(COURSES)
        approver = ("kabid", "kabid2")[number % 2]
        yield _course(
            stage, Demand(unit.name, 420 - 8 * number, course=COURSES[turn], lines=PAST_LINES[turn], approver=approver)
        )
    for demand in PRESENT:
        yield _course(stage, demand)


def _course(stage: Stage, demand: Demand) -> Story:
    yield stage.ago(demand.filed)
    steps = Steps(stage, demand)
    days = demand.filed
    for step in demand.course.split():
        name, _plus, later = step.partition("+")
        days -= int(later or 0)
        yield stage.ago(days)
        getattr(steps, name)()


class Steps:
    """The acts that can follow one another on one request, each by the person whose turn it is."""

    def __init__(self, stage: Stage, demand: Demand) -> None:
        self.stage = stage
        self.unit: Unit = stage.units[demand.unit]
        self.requester = stage.requester(self.unit)
        self.approver = stage.users[demand.approver]
        self.verifier, self.clerk = stage.users["verifikator"], stage.users["pengurus"]
        self.handover: Handover | None = None
        self.request: DeviceRequest = filing.draft(
            unit=self.unit, lines=[self._line(line) for line in demand.lines], actor=self.requester,
            purpose=PURPOSES[demand.filed % len(PURPOSES)], needed_by=clock.today() + timedelta(days=60),
        )  # fmt: skip

    def submit(self) -> None:
        filing.submit(self.request, actor=self.requester)

    def endorse(self) -> None:
        """By the Camat's tap where the Camat has an account, by the signed letter elsewhere."""
        if self.unit.name in HEADS:
            filing.endorse(self.request, actor=self.stage.users[f"camat-{self.unit.name.lower()}"])
        else:
            letter = paper(f"Surat usulan Kecamatan {self.unit.name}", self.requester)
            filing.endorse(self.request, actor=self.requester, letter=letter)

    def verify(self) -> None:
        approvals.verify(self.request, actor=self.verifier)

    def send_back(self) -> None:
        reason = "Lengkapi kondisi perangkat yang dipakai sekarang"
        approvals.send_back(self.request, actor=self.verifier, reason=reason)

    def approve(self) -> None:
        self._decide([approvals.Decided(line.pk, "approve", line.quantity) for line in self._lines()])

    def approve_first(self) -> None:
        first, *rest = self._lines()
        reason = "Belum masuk prioritas tahun ini"
        rejected = [approvals.Decided(line.pk, "reject", reason=reason) for line in rest]
        self._decide([approvals.Decided(first.pk, "approve", first.quantity), *rejected])

    def reject(self) -> None:
        reason = "Perangkat ini sudah tersedia untuk dipinjam di Diskominfo"
        self._decide([approvals.Decided(line.pk, "reject", reason=reason) for line in self._lines()])

    def defer(self) -> None:
        year = clock.today().year + 1
        reason = "Anggaran tahun ini sudah habis"
        self._decide([approvals.Decided(n.pk, "defer", reason=reason, defer_to_year=year) for n in self._lines()])

    def withdraw(self) -> None:
        filing.withdraw(self.request, actor=self.requester, reason="Kebutuhan sudah dipenuhi dari anggaran kecamatan")

    def issue(self) -> None:
        self._issue([(line, line.approved_quantity or 0) for line in self._lines() if line.decision == "approve"])

    def issue_one(self) -> None:
        self._issue([(self._lines()[0], 1)])

    def prepare(self) -> None:
        self._issue([(line, line.quantity) for line in self._lines()], handed_over=False)

    def receive(self) -> None:
        fulfilment.accept(self._handover(), actor=self.requester)

    def dispute(self) -> None:
        handover = self._handover()
        reasons = {item.pk: "Adaptor tidak ada di dalam dus" for item in handover.items.all()}
        fulfilment.dispute(handover, reasons=reasons, actor=self.requester)

    def close_short(self) -> None:
        reason = "Sisa tidak diadakan; barang tidak lagi diproduksi"
        approvals.close_short(self.request, actor=self.approver, reason=reason)

    def _line(self, line: Line) -> dict[str, object]:
        code, quantity, situation, since = line
        accounts = list(self.unit.social_accounts.order_by("pk"))
        return {
            "device_type": self.stage.types[code], "quantity": quantity, "situation": situation, "in_use_since": since,
            "accounts": accounts,
        }  # fmt: skip

    def _lines(self) -> list[RequestLine]:
        return list(self.request.lines.select_related("device_type").order_by("pk"))

    def _decide(self, lines: list[approvals.Decided]) -> None:
        approvals.decide(self.request, lines=lines, actor=self.approver)

    def _issue(self, wanted: list[tuple[RequestLine, int]], *, handed_over: bool = True) -> None:
        items = [
            Item(asset, accessories="Lengkap", request_line=line)
            for line, number in wanted
            for asset in self.stage.free(line.device_type.code, number)
        ]
        self.handover = fulfilment.record_handover(
            kind=HandoverKind.ISSUE, recipient_unit=self.unit, recipient=self.requester.person, items=items,
            actor=self.clerk, handed_over_on=clock.today() if handed_over else None,
        )  # fmt: skip

    def _handover(self) -> Handover:
        if self.handover is None:
            raise LookupError(f"nothing was issued on {self.request}")
        return self.handover
