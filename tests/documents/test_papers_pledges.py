"""The two papers of a pledge: what the office did for it, and the list that one holder hands to the next."""

from __future__ import annotations

from datetime import date

from documents.papers import efforts, succession
from org.models import Office, Tenure
from pledges import papers
from tests.base import Cast, a_draft_pledge, a_pledge, an_attachment, closed, day, delivered, revised, settings_are
from tests.documents.papers import letters_of, opened, squeezed, words_of


def test_sudah_diupayakan_says_the_words_the_status_and_every_effort_with_its_money(cast: Cast) -> None:
    pledge = a_pledge(cast, original_due_on=day("2023-12-31"), occasion="Bimtek", place="Cisarua")
    revised(cast, pledge, to=day("2026-01-31"), on="2026-01-05")
    papers.add_effort(
        pledge, kind="budgeted", amount=105_000_000, text="Masuk DPA", effective_on=day("2024-02-01"),
        document=an_attachment(cast), actor=cast.planner,
    )  # fmt: skip
    papers.add_effort(
        pledge, kind="cut", by_whom="TAPD", text="Dialihkan", effective_on=day("2023-10-30"), actor=cast.verifier
    )
    papers.respond(pledge, text="Diusulkan lagi\nTahun depan", actor=cast.verifier)
    papers.add_witness(pledge, name="Budi Saksi", statement="Saya dengar", actor=cast.verifier)
    text, letters = words_of(efforts.render(pledge)), letters_of(efforts.render(pledge))
    for part in (
        "SUDAH DIUPAYAKAN",
        f"Upaya memenuhi janji nomor {pledge.number}",
        "“Nanti setiap admin media sosial kecamatan kita beri HP.”",
        "Bupati",
        "1 Januari 2022 – 31 Desember 2022",
        "Bimtek, Cisarua",
        "31 Desember 2023",
        "Lewat tenggat, 30 hari lewat tenggat; 792 hari lewat tenggat pertama",
        "0 dari 1",
        "Dipotong oleh TAPD Dialihkan",
        "Rp105.000.000",
        "sha256 aaaaaaaaaaaaaaaa",
        "2 Maret 2026",
        "Tahun depan",
        "Mengetahui",
        "Kepala Diskominfo",
    ):
        assert squeezed(part) in letters, part
    assert text.index("Dialihkan") < text.index("Masuk DPA")
    assert "Budi" not in text
    assert "DATA CONTOH" not in text
    settings_are(sample_data=True)
    assert "DATA CONTOH" in words_of(efforts.render(pledge))


def test_a_corrected_date_stands_in_both_papers_beside_the_one_recorded(cast: Cast) -> None:
    """The old way: "Tenggat awal" and the new date, and the true one nowhere."""
    pledge = a_pledge(cast, original_due_on=day("2026-01-31"))
    revised(cast, pledge, kind="correction", to=day("2026-01-15"))
    for text in (letters_of(efforts.render(pledge)), letters_of(succession.render(cast.bupati))):
        assert squeezed("15 Januari 2026 (tercatat 31 Januari 2026, dikoreksi 2 Maret 2026)") in text
        assert squeezed("Tenggat awal") not in text and squeezed("Tenggat pertama") in text


def test_without_efforts_it_says_so_and_a_draft_is_marked(cast: Cast) -> None:
    text = words_of(efforts.render(a_draft_pledge(cast, quote='=HYPERLINK("x") \N{MOBILE PHONE} \u202eterbalik')))
    assert "Belum ada upaya yang tercatat." in text
    assert "Belum ada tanggapan yang tercatat." in text
    assert "DRAF" in text
    assert "\u202e" not in text


def test_the_efforts_and_answers_of_a_merged_record_are_there_with_its_number(cast: Cast) -> None:
    old, stayed = a_pledge(cast), a_pledge(cast)
    papers.add_effort(old, kind="asked", text="Diusulkan", actor=cast.planner)
    papers.add_effort(stayed, kind="asked", text="Diusulkan lagi", actor=cast.planner)
    papers.respond(old, text="Sedang diusahakan", actor=cast.verifier)
    closed(cast, old, "merge", into=stayed, reason="Satu ucapan")
    letters, own = letters_of(efforts.render(stayed)), letters_of(efforts.render(old))
    assert squeezed(f"2 Maret 2026 dari {old.number} Diusulkan Diusulkan") in letters
    assert squeezed(f"2 Maret 2026, dari {old.number} Sedang diusahakan") in letters
    assert (letters.count(f"dari{old.number}"), "Diusulkanlagi" in letters) == (2, True)
    assert ("Sedangdiusahakan" in own, "Diusulkanlagi" in own, f"dari{old.number}" in own) == (True, False, False)


def test_the_handover_list_holds_the_open_pledges_of_the_office_and_both_holders(cast: Cast) -> None:
    tenure(cast, cast.bupati, "decider", "2018-01-01")
    tenure(cast, cast.bupati, "planner", "2026-03-01", "pj")
    late = a_pledge(cast, title="HP yang terlambat", original_due_on=day("2023-12-31"))
    undated = a_pledge(cast, title="HP tanpa tenggat")
    kept = a_pledge(cast, title="HP yang ditepati")
    delivered(cast, pledge_line=kept.lines.get())
    gone = closed(cast, a_pledge(cast, title="HP yang dicabut"), "withdraw", reason="x")
    draft = a_draft_pledge(cast, title="HP dalam draf")
    other = a_pledge(cast, title="HP jabatan lain", office=Office.objects.create(name="Sekda", unit=cast.setda))
    pdf = succession.render(cast.bupati)
    letters = letters_of(pdf)
    for part in (
        "DAFTAR SERAH TERIMA JANJI", "Bupati, keadaan pada 2 Maret 2026", late.number, late.title, undated.title,
        "31 Desember 2023", "Terlambat lebih dari 90 hari", "792 hari lewat tenggat", "1.157 hari sejak diucapkan",
        "Jumlah 2 janji yang belum tuntas.", "Yang menyerahkan", "Yang menerima", "Pj. Bupati,", "Bambang Irawan",
        "Teguh Santoso",
    ):  # fmt: skip
        assert squeezed(part) in letters, part
    for pledge in (kept, gone, draft, other):
        assert squeezed(pledge.title) not in letters
    assert opened(pdf).metadata.title == "Daftar serah terima janji Bupati"


def test_an_office_without_open_pledges_or_holders_gets_a_list_to_fill_in(cast: Cast) -> None:
    text = words_of(succession.render(cast.bupati))
    assert "Tidak ada janji yang belum tuntas pada jabatan ini." in text
    assert text.count("NIP.") == 2


def tenure(cast: Cast, office: Office, who: str, starts: str, status: str = "definitive") -> Tenure:
    return Tenure.objects.create(
        office=office, person=getattr(cast, who).person, status=status, starts_on=date.fromisoformat(starts)
    )
