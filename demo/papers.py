"""Around the promises: what proves them, what the office did, what was answered and objected to, who heard it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from core import clock
from demo.promises import LONG_OVERDUE, OVERDUE, PHONES, SUBMITTED, WITHDRAWN, pledge_of
from demo.stage import Stage, Story, paper, photo
from pledges import papers
from pledges.models import Effort, Evidence, Pledge


def stories(stage: Stage) -> Iterator[Story]:
    yield _phones(stage)
    yield _cameras(stage)
    yield _microphones(stage)
    yield _drones(stage)
    yield _clarification(stage)


def _phones(stage: Stage) -> Story:
    """The promise of 2022: minutes, a witness, money asked, given and cut, and the ruined phone of Kemang."""
    verifier, planner, auditor = (stage.users[each] for each in ("verifikator", "perencana", "inspektorat"))
    yield date(2023, 1, 30)
    pledge = Pledge.objects.get(title=PHONES)
    file = paper("Notulen Bimtek Juli 2022", verifier)
    papers.add_evidence(
        pledge, supports=Evidence.Supports.PROMISE, file=file, note="Notulen Bimtek, halaman 4", actor=verifier
    )
    yield date(2023, 1, 31)
    statement = "Saya duduk di baris kedua; kalimatnya diucapkan dua kali."
    papers.add_witness(pledge, name="Peserta Bimtek (nama contoh)", statement=statement, actor=verifier)
    yield date(2023, 3, 6)
    papers.add_effort(
        pledge, kind=Effort.Kind.ASKED, text="Diusulkan dalam Renja: 40 HP untuk admin media sosial kecamatan.",
        amount=140_000_000, document=paper("Nota dinas usulan HP", planner), actor=planner,
    )  # fmt: skip
    yield date(2023, 9, 25)
    papers.add_effort(
        pledge, kind=Effort.Kind.BUDGETED, text="Masuk rancangan perubahan APBD, belanja modal peralatan.",
        amount=105_000_000, document=paper("RKA perubahan 2023", planner), actor=planner,
    )  # fmt: skip
    yield date(2023, 10, 30)
    papers.add_effort(
        pledge, kind=Effort.Kind.CUT, by_whom="Tim Anggaran Pemerintah Daerah", amount=105_000_000, actor=verifier,
        text="Dialihkan untuk belanja penanganan bencana.",
    )  # fmt: skip
    yield date(2023, 11, 13)
    kemang = stage.users["kemang"]
    note = "HP pribadi tahun 2019, rusak setelah dipakai untuk akun kecamatan"
    papers.add_evidence(
        pledge, supports=Evidence.Supports.HARM, file=photo("HP pribadi rusak", kemang), note=note, actor=kemang
    )
    yield date(2023, 12, 4)
    papers.respond(pledge, text="Pengadaan diusulkan kembali pada APBD tahun depan.", actor=verifier)
    yield date(2024, 2, 5)
    papers.object_to(pledge, text="Dua tahun tanpa tenggat. Tenggat perlu ditetapkan.", actor=auditor)


def _cameras(stage: Stage) -> Story:
    yield stage.ago(440)
    pledge, verifier = pledge_of(LONG_OVERDUE), stage.users["verifikator"]
    papers.add_evidence(
        pledge, supports=Evidence.Supports.PROMISE, source_url="https://contoh.example/rekaman/festival-wisata",
        file=photo("Tangkapan layar rekaman", verifier), note="Rekaman resmi, menit 12", actor=verifier,
    )  # fmt: skip
    yield stage.ago(400)
    papers.add_effort(
        pledge, kind=Effort.Kind.BUDGETED, text="Empat kamera masuk DPA.", amount=60_000_000,
        actor=stage.users["perencana"],
    )  # fmt: skip
    yield stage.ago(170)
    text = "Satu kamera sudah diserahkan; tiga lagi menunggu penyedia."
    papers.respond(pledge, text=text, actor=verifier)
    yield stage.ago(60)
    text = "Alasan penundaan tidak disertai dokumen penyedia."
    papers.object_to(pledge, text=text, actor=stage.users["inspektorat"])


def _microphones(stage: Stage) -> Story:
    yield stage.ago(89)
    pledge, clerk = pledge_of(OVERDUE), stage.users["verifikator"]
    file = paper("Surat jalan penyedia", clerk)
    papers.add_evidence(
        pledge, supports=Evidence.Supports.DELIVERY, file=file, note="Tiga mikrofon pertama", actor=clerk
    )
    yield stage.ago(30)
    asked = clock.today() - timedelta(days=2)
    text = "Lima mikrofon sisanya diusulkan pada perubahan APBD."
    papers.add_effort(pledge, kind=Effort.Kind.ASKED, text=text, effective_on=asked, amount=12_500_000, actor=clerk)


def _drones(stage: Stage) -> Story:
    yield stage.ago(160)
    text, planner = "Pagu drone dihapus pada perubahan APBD.", stage.users["perencana"]
    papers.add_effort(pledge_of(WITHDRAWN), kind=Effort.Kind.CUT, by_whom="Badan Anggaran", text=text, actor=planner)


def _clarification(stage: Stage) -> Story:
    """The office was told before publication, and adds what it meant."""
    yield stage.ago(6)
    text = "Yang dimaksud dua kecamatan adalah Kemang dan Cibinong, untuk studio bersama."
    papers.respond(pledge_of(SUBMITTED), text=text, actor=stage.users["verifikator"])
