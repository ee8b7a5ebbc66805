"""What offices promised: one pledge for every status that a pledge can have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date, timedelta
from typing import Any

from assets.models import Handover
from assets.states import HandoverKind
from core import clock
from core.models import Decision
from demo.stage import Stage, Story, evenly, paper
from handing_over import fulfilment
from handing_over.items import Item
from org import proposing
from org.models import CalendarDay, Unit, User
from org.proposing import Entry
from pledges import closures, deadlines, deciding, pledging
from pledges.models import Delivery, Pledge, PledgeLine
from pledges.recomputing import recompute_deadlines
from pledges.states import Basis, RevisionKind, Strength

PHONES = "HP untuk admin medsos"


@dataclass(frozen=True)
class Promise:
    """A pledge made so many days ago. ``due``: days from today, negative in the past, None when no date was said.

    ``units``: how many kecamatan get one device each; ``delivered``: (days ago, to how many of them) each;
    ``confirmed``: after how many days each receiver says so; ``signed``: by a signed BAST alone. ``answers``: the unit
    that answers for it.
    """

    title: str
    quote: str
    _: KW_ONLY
    family: str
    units: int
    made: int
    device: str = ""
    due: int | None = None
    deadline_text: str = ""
    office: str = "Bupati"
    basis: Basis = Basis.MINUTES
    strength: Strength = Strength.FIRM
    occasion: str = "Rapat koordinasi kecamatan"
    place: str = "Cibinong"
    delivered: tuple[tuple[int, int], ...] = ()
    confirmed: int = 1
    signed: bool = False
    by_type: bool = False
    answers: str = "DISKOMINFO"


ON_TIME = Promise(
    "Laptop untuk lima kecamatan", "Lima kecamatan percontohan mendapat laptop sebelum akhir semester.",
    family="laptop", units=5, made=430, device="laptop", due=-250, deadline_text="sebelum akhir semester",
    basis=Basis.SPEECH_TEXT, delivered=((300, 3), (262, 2)),
)  # fmt: skip
LATE = Promise(
    "Tripod untuk enam kecamatan", "Tripod untuk enam kecamatan kami serahkan triwulan ini.", family="tripod", units=6,
    made=410, device="tripod", due=-260, deadline_text="triwulan ini", basis=Basis.PRESS_RELEASE,
    delivered=((280, 4), (215, 2)),
)  # fmt: skip
OVERDUE = Promise(
    "Mikrofon nirkabel untuk delapan kecamatan", "Mikrofon untuk delapan kecamatan diserahkan sebelum lomba konten.",
    family="mikrofon", units=8, made=200, device="wireless_microphone", due=-40, deadline_text="sebelum lomba konten",
    office="Kepala Dinas Komunikasi dan Informatika", delivered=((90, 3),),
)  # fmt: skip
LONG_OVERDUE = Promise(
    "Kamera untuk kecamatan wisata", "Empat kecamatan wisata kita lengkapi kamera tahun ini.", family="kamera", units=4,
    made=480, device="camera", due=-180, deadline_text="tahun ini", basis=Basis.RECORDING, occasion="Festival wisata",
    place="Cisarua", delivered=((190, 1),),
)  # fmt: skip
EXTENDED = Promise(
    "Tablet untuk lima kecamatan", "Tablet untuk lima kecamatan siap dalam delapan bulan.", family="tablet", units=5,
    made=300, device="tablet", due=-60, deadline_text="dalam delapan bulan", delivered=((70, 2),), answers="IKP",
)  # fmt: skip
DUE_SOON = Promise(
    "Lampu video untuk enam kecamatan", "Enam kecamatan mendapat lampu video sebelum bulan depan berakhir.",
    family="lampu", units=6, made=95, device="video_light", due=20, deadline_text="sebelum bulan depan berakhir",
    basis=Basis.LETTER, delivered=((30, 2),), signed=True,
)  # fmt: skip
ON_TRACK = Promise(
    "MiFi untuk sepuluh kecamatan", "Kecamatan dengan sinyal lemah kami bantu MiFi.", family="jaringan", units=10,
    made=45, device="mifi", due=150, deadline_text="tahun anggaran berjalan",
    office="Kepala Dinas Komunikasi dan Informatika",
)  # fmt: skip
UNDATED = Promise(
    "Monitor untuk empat kecamatan", "Nanti kita tambah monitor untuk ruang media.", family="layar", units=4, made=50,
    deadline_text="nanti",
)  # fmt: skip
NEEDS_DEADLINE = Promise(
    "Perekam suara untuk tiga kecamatan", "Perekam suara segera kami siapkan.", family="audio", units=3, made=130,
    deadline_text="segera", office="Sekretaris Daerah", strength=Strength.INTENTION,
)  # fmt: skip
WITHDRAWN = Promise(
    "Drone untuk dua kecamatan", "Dua kecamatan hulu mendapat drone.", family="drone", units=2, made=320, due=-100,
    deadline_text="sebelum musim hujan",
)  # fmt: skip
TAKEN_BACK = Promise(
    "Hard disk arsip untuk tiga kecamatan", "Hard disk untuk arsip foto diserahkan akhir bulan depan.",
    family="penyimpanan", units=3, made=400, device="external_disk", due=-300, deadline_text="akhir bulan depan",
    delivered=((320, 3),),
)  # fmt: skip
KEPT_UNDATED = Promise(
    "Headset untuk empat kecamatan", "Headset untuk siaran langsung kami bantu.", family="audio", units=4, made=350,
    device="headset", delivered=((290, 4),), confirmed=40, by_type=True,
)  # fmt: skip
KEPT_ON_LATE_DATE = Promise(
    "Webcam untuk tiga kecamatan", "Webcam untuk rapat daring kami bantu.", family="kamera", units=3, made=380,
    device="webcam", delivered=((230, 3),), by_type=True,
)  # fmt: skip
BEFORE_A_FEAST = Promise(
    "Perangkat siaran Lebaran untuk dua kecamatan", "Sebelum Lebaran dua kecamatan jalur mudik bisa siaran langsung.",
    family="video", units=2, made=60, basis=Basis.LETTER, occasion="Rapat persiapan mudik",
)  # fmt: skip
DRAFT = Promise(
    "Printer untuk kecamatan baru", "Kata Pak Bupati, printer menyusul.", family="pencetak", units=1, made=20,
    basis=Basis.TESTIMONY, strength=Strength.CONDITIONAL, deadline_text="menyusul",
)  # fmt: skip
SUBMITTED = Promise(
    "Perangkat siaran untuk dua kecamatan", "Dua kecamatan kami lengkapi perangkat siaran.", family="video", units=2,
    made=25, due=120, deadline_text="triwulan depan", basis=Basis.PRESS_RELEASE,
)  # fmt: skip
REJECTED = Promise(
    "Komputer untuk semua desa", "Kalau terpilih, semua desa mendapat komputer.", family="komputer", units=3, made=60,
    basis=Basis.RECORDING, strength=Strength.CONDITIONAL, deadline_text="kalau terpilih", occasion="Acara di lapangan",
)  # fmt: skip
PUBLISHED = (
    ON_TIME, LATE, OVERDUE, LONG_OVERDUE, EXTENDED, DUE_SOON, ON_TRACK, UNDATED, NEEDS_DEADLINE, WITHDRAWN, TAKEN_BACK,
    KEPT_UNDATED, KEPT_ON_LATE_DATE,
)  # fmt: skip


def stories(stage: Stage) -> Iterator[Story]:
    yield _phones(stage)
    for number, promise in enumerate(PUBLISHED):
        yield _published(stage, promise, 3 * number + 1)
    yield _extension(stage, OVERDUE, asked=12, new_due=45)
    yield _extension(stage, LONG_OVERDUE, asked=186, decided=183, decision=Decision.REJECT, new_due=-20)
    yield _extension(stage, EXTENDED, asked=75, decided=66, new_due=60)
    yield _extension(stage, KEPT_ON_LATE_DATE, asked=300, decided=295, new_due=-200, kind=RevisionKind.FIRST_SET)
    yield _correction(stage)
    yield _feast(stage)
    yield _withdrawal(stage)
    yield _recall(stage)
    yield _draft(stage)
    yield _submitted(stage)
    yield _rejected(stage)


def pledge_of(promise: Promise) -> Pledge:
    return Pledge.objects.get(title=promise.title)


def _phones(stage: Stage) -> Story:
    """The words of July 2022. How many was not said; a letter of December made it one phone for each kecamatan."""
    yield date(2023, 1, 16)
    values: dict[str, Any] = {
        "title": PHONES,
        "quote": "Admin medsos kecamatan nanti kita bantu HP, jangan pakai HP pribadi lagi.",
        "office": stage.offices["Bupati"],
        "spoken_by": stage.offices["Bupati"].tenures.earliest("starts_on").person,
        "occasion": "Bimtek pengelolaan media sosial perangkat daerah",
        "place": "Cisarua",
        "made_on_from": date(2022, 7, 1),
        "made_on_to": date(2022, 7, 31),
        "basis": "letter",
        "deadline_text": "nanti",
    }
    lines = [{"unit": unit, "family": stage.families["hp"], "quantity": 1} for unit in stage.districts()]
    verifier = stage.users["verifikator"]
    pledge = pledging.draft(actor=verifier, responsible_unit=stage.diskominfo, lines=lines, **values)
    yield date(2023, 1, 18)
    pledging.submit(pledge, actor=verifier)
    yield date(2023, 1, 25)
    pledging.publish(pledge, actor=stage.users["ppid"])


def _published(stage: Stage, promise: Promise, start: int) -> Story:
    """Recorded two days after it was said, published a week later, delivered as the promise tells."""
    yield stage.ago(promise.made - 2)
    units = evenly(stage.districts(), promise.units, start)
    pledge = _record(stage, promise, units)
    yield stage.ago(promise.made - 4)
    pledging.submit(pledge, actor=stage.users["verifikator"])
    yield stage.ago(promise.made - 9)
    pledging.publish(pledge, actor=stage.users["ppid"])
    waiting = list(pledge.lines.select_related("unit"))
    for days, number in promise.delivered:
        lines, waiting = waiting[:number], waiting[number:]
        yield stage.ago(days)
        handovers = [_deliver(stage, promise, line) for line in lines]
        yield stage.ago(days - promise.confirmed)
        for handover in handovers:
            receiver = stage.requester(handover.recipient_unit)
            if promise.signed:
                scan = paper(f"BAST bertanda tangan {handover.recipient_unit}", receiver)
                fulfilment.attach_signed(handover, scan=scan, actor=receiver)
            else:
                fulfilment.accept(handover, actor=receiver, received_on=handover.handed_over_on)


def _record(stage: Stage, promise: Promise, units: list[Unit], recorder: str = "verifikator") -> Pledge:
    kind: dict[str, Any] = {"family": stage.families[promise.family]}
    if promise.by_type:
        kind = {"device_type": stage.types[promise.device]}
    said = stage.ago(promise.made)
    return pledging.draft(
        actor=stage.users[recorder], responsible_unit=stage.units[promise.answers], title=promise.title,
        quote=promise.quote,
        office=stage.offices[promise.office], occasion=promise.occasion, place=promise.place, made_on_from=said,
        made_on_to=said, basis=promise.basis, strength=promise.strength, deadline_text=promise.deadline_text,
        original_due_on=None if promise.due is None else stage.due(promise.due),
        lines=[{"unit": unit, "quantity": 1, **kind} for unit in units],
    )  # fmt: skip


def _deliver(stage: Stage, promise: Promise, line: PledgeLine) -> Handover:
    item = Item(stage.free(promise.device)[0], accessories="Lengkap", pledge_line=line)
    return fulfilment.record_handover(
        kind=HandoverKind.ISSUE, recipient_unit=line.unit, recipient=stage.requester(line.unit).person, items=[item],
        actor=stage.users["pengurus"], handed_over_on=clock.today(),
    )  # fmt: skip


def _extension(
    stage: Stage, promise: Promise, *, asked: int, new_due: int, decided: int | None = None,
    decision: Decision = Decision.APPROVE, kind: RevisionKind = RevisionKind.EXTENSION,
) -> Story:  # fmt: skip
    yield stage.ago(asked)
    verifier = _verifier(stage)
    revision = deadlines.ask(
        pledge_of(promise), kind=kind, new_due_on=stage.due(new_due), actor=verifier,
        reason="Pengadaan menunggu perubahan anggaran", document=paper("Surat Kepala Dinas", verifier),
    )  # fmt: skip
    if decided is None:
        return
    yield stage.ago(decided)
    reason = "Sesuai jadwal pengadaan" if decision == Decision.APPROVE else "Alasan tidak didukung dokumen"
    deciding.decide(revision, decision=decision, reason=reason, actor=stage.users["sekda"])


def _withdrawal(stage: Stage) -> Story:
    yield stage.ago(153)
    reason, verifier = "Anggaran dipotong pada perubahan APBD; disampaikan dengan surat Kepala Dinas", _verifier(stage)
    letter = paper("Surat Kepala Dinas", verifier)
    closure = closures.withdraw(pledge_of(WITHDRAWN), actor=verifier, reason=reason, document=letter)
    yield stage.ago(150)
    deciding.decide(closure, decision=Decision.APPROVE, reason="Sesuai DPPA", actor=stage.users["sekda"])


def _correction(stage: Stage) -> Story:
    """The recorder had typed a week too much: the minutes, confirmed by the information officer, show the day said."""
    yield stage.ago(30)
    verifier = _verifier(stage)
    revision = deadlines.ask(
        pledge_of(OVERDUE), kind=RevisionKind.CORRECTION, new_due_on=stage.due(-47), actor=verifier,
        reason="Salah ketik tanggal lomba", document=paper("Notulen rapat", verifier),
    )  # fmt: skip
    yield stage.ago(28)
    deciding.confirm(revision, actor=stage.users["ppid"])
    yield stage.ago(25)
    deciding.decide(revision, decision=Decision.APPROVE, reason="Sesuai notulen", actor=stage.users["sekda"])


def _feast(stage: Stage) -> Story:
    """Promised before the next Lebaran; then a decree puts the feast a day later, and the date follows."""
    national = CalendarDay.objects.in_force().filter(kind=CalendarDay.Kind.NATIONAL, name__icontains="Idul Fitri")
    coming = list(national.filter(date__gt=stage.due(30)).order_by("date"))
    first = coming[0].date
    words, due = f"sebelum Lebaran {first.year}", first - timedelta(days=1)
    yield from _published(
        stage, replace(BEFORE_A_FEAST, deadline_text=words, due=(due - stage.today).days), len(PUBLISHED)
    )
    yield stage.ago(20)
    days = [
        Entry(each.date + timedelta(days=1), each.name.removesuffix(" (perkiraan)"), each.kind, day=each)
        for each in coming
        if each.date.year == first.year
    ]
    decree = "Keputusan Menteri Agama 1 (contoh)"
    proposal = proposing.propose(actor=_verifier(stage), decree=decree, days=days)
    yield stage.ago(18)
    proposing.decide(proposal, actor=stage.users["pengurus"], decision=Decision.APPROVE, reason="Sesuai keputusan")
    yield stage.ago(17)
    recompute_deadlines()


def _verifier(stage: Stage) -> User:
    return stage.users["verifikator"]


def _recall(stage: Stage) -> Story:
    """One of the delivered disks is taken back by the office: the pledge is no longer complete."""
    yield stage.ago(120)
    delivery = Delivery.objects.filter(line__pledge=pledge_of(TAKEN_BACK)).select_related("asset__unit").first()
    if delivery is None:
        raise LookupError(TAKEN_BACK.title)
    fulfilment.record_handover(
        kind=HandoverKind.RECALL, recipient_unit=delivery.asset.unit, items=[Item(delivery.asset)],
        actor=stage.users["pengurus"], handed_over_on=clock.today(), note="Dipakai untuk arsip kabupaten",
    )  # fmt: skip


def _draft(stage: Stage) -> Story:
    """Heard by the admin of Kemang and nobody else: testimony stays a draft."""
    yield stage.ago(DRAFT.made - 1)
    _record(stage, DRAFT, [stage.units["Kemang"]], recorder="kemang")


def _submitted(stage: Stage) -> Story:
    yield stage.ago(SUBMITTED.made - 1)
    pledge = _record(stage, SUBMITTED, evenly(stage.districts(), SUBMITTED.units))
    yield stage.ago(10)
    pledging.submit(pledge, actor=stage.users["verifikator"])


def _rejected(stage: Stage) -> Story:
    yield stage.ago(REJECTED.made - 1)
    pledge = _record(stage, REJECTED, evenly(stage.districts(), REJECTED.units))
    yield stage.ago(50)
    pledging.submit(pledge, actor=stage.users["verifikator"])
    yield stage.ago(45)
    reason = "Ucapan pada masa kampanye bukan janji jabatan"
    pledging.reject(pledge, actor=stage.users["ppid"], reason=reason)
