"""The letter of a request, the label of a device, and what all papers share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import typst

from core import journal
from documents.papers import bast, label, letter
from documents.papers.parties import head_title, identity_number
from documents.papers.typesetting import FONTS, TEMPLATES, typeset
from org.models import Person, SocialAccount, Unit
from requests_app import filing
from tests.base import a_line, a_request, an_asset, at, day, delivered, endorsed, settings_are, submitted
from tests.documents.papers import fonts_of, letters_of, opened, words_of

LABEL = {
    "sample": False, "letterhead": {"government": "PEMERINTAH", "office": "DINAS", "address": ""}, "tag": "T",
    "name": "HP", "make": "", "nibar": "", "item_code": "", "year": "", "qr": "<svg xmlns='http://www.w3.org/2000/svg'/>",
}  # fmt: skip


# ---- the letter


def test_the_letter_asks_the_office_for_the_lines_of_the_request(cast):
    account = SocialAccount.objects.create(unit=cast.kemang, platform="instagram", handle="@kec.kemang")
    lines = [
        a_line(cast, quantity=2, in_use_since="2019", accounts=[account], note="Layar pecah"),
        a_line(cast, device_type=cast.tripod, situation="none"),
    ]
    with at("2023-11-17"):
        request = submitted(cast, a_request(cast, lines=lines, needed_by=date(2024, 1, 31)))
    text = words_of(letter.render(request))
    for part in (
        "PEMERINTAH KABUPATEN KECAMATAN KEMANG",
        "Kemang, 17 November 2023",
        "Kepada Yth. Kepala Dinas Komunikasi dan Informatika",
        "untuk Kecamatan Kemang dengan alasan sebagai berikut: Mengelola media sosial kecamatan",
        "1 Smartphone 2 unit Perangkat pribadi yang rusak 2019 Instagram @kec.kemang Layar pecah",
        "2 Tripod 1 unit Belum ada sama sekali – –",
        "Jumlah seluruhnya 3 (tiga) perangkat.",
        "paling lambat tanggal 31 Januari 2024",
        "Usulan disusun oleh Rani Puspita",
        "Camat Kemang, Asep Sunarya",
        f"Nomor usulan {request.number}",
    ):
        assert part in text
    assert "DRAF" not in text


def test_papers_carry_the_entry_of_the_journal_they_rest_on(cast):
    request = submitted(cast)
    entry = journal.head()
    assert f"Jurnal{entry[0]}:{entry[1]}" in letters_of(letter.render(request))
    handover = delivered(cast)
    given = journal.history(handover).get(verb="handover.handed_over")
    assert f"Jurnal{given.seq}:{given.hash}" in letters_of(bast.render(handover))
    assert given.seq < journal.head()[0]
    assert "Jurnal" not in words_of(letter.render(a_request(cast)))


def test_the_letter_of_a_draft_is_marked_and_undated(cast):
    text = words_of(letter.render(a_request(cast)))
    assert "DRAF" in text
    assert "Kemang, . . ." in text
    assert "Usulan belum bernomor" in text


def test_the_letter_of_a_withdrawn_request_is_marked(cast):
    request = filing.withdraw(submitted(cast), actor=cast.kemang_admin, reason="Sudah ada")
    assert "DICABUT" in words_of(letter.render(request))


def test_who_endorsed_the_request_is_its_signer(cast):
    request = endorsed(cast)
    Person.objects.filter(pk=cast.kemang_head.person_id).update(nip="197001011995031001")
    assert "Camat Kemang, Asep Sunarya NIP. 19700101 199503 1 001" in words_of(letter.render(request))


def test_a_desa_asks_under_the_letterhead_of_its_kecamatan(cast):
    text = words_of(letter.render(submitted(cast, a_request(cast, unit=cast.village))))
    assert "KECAMATAN KEMANG" in text
    assert "untuk Desa Tegal" in text
    assert "Camat Kemang, Asep Sunarya" in text


def test_a_unit_s_own_address_and_the_rank_of_its_head_stand_on_its_letter(cast):
    Unit.objects.filter(pk=cast.kemang.pk).update(address="Jalan Raya Kemang 7")
    Person.objects.filter(pk=cast.kemang_head.person_id).update(rank="Pembina (IV/a)")
    text = words_of(letter.render(endorsed(cast)))
    assert "KECAMATAN KEMANG Jalan Raya Kemang 7" in text
    assert "Asep Sunarya Pembina (IV/a)" in text


def test_the_same_request_makes_the_same_letter(cast):
    request = submitted(cast)
    first = letter.render(request)
    with at("2026-07-01"):
        assert letter.render(request) == first


def test_a_long_reason_keeps_its_paragraphs_and_its_signs(cast):
    reason = '#read("/etc/passwd")\n\n*satu*  $dua$\n' + "kata " * 380
    text = words_of(letter.render(submitted(cast, a_request(cast, purpose=reason))))
    assert '#read("/etc/passwd") *satu* $dua$ kata kata' in text


# ---- the label


def test_the_label_has_tag_name_number_and_office_on_one_small_page(cast):
    settings_are(name="Kabupaten Contoh", sample_data=True)
    asset = an_asset(cast, tag="HP-01", nibar="9" * 45, brand="Nusantara", acquired_on=day("2025-05-02"))
    pdf = label.render(asset)
    [page] = opened(pdf).pages
    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [70, 37]
    for part in ("MILIKPEMERINTAHKABUPATENCONTOH", "DISKOMINFO", "HP-01", "Smartphone", "Nusantara", "9" * 45, "2025"):
        assert part in letters_of(pdf)
    assert "DATACONTOH" in letters_of(pdf)
    assert label.render(asset) == pdf


def test_the_longest_texts_never_grow_a_second_label(cast):
    settings_are(agency_name="D" * 150)
    asset = an_asset(cast, tag="W" * 40, nibar="W" * 50, brand="W" * 100, model="W " * 50)
    assert len(opened(label.render(asset)).pages) == 1
    assert "W" * 40 in letters_of(label.render(asset))


# ---- all papers


def test_only_our_own_fonts_are_used_and_every_character_has_a_shape(cast):
    asset = an_asset(cast, tag="漢字👍", brand="محمد שלום")
    known = {path.stem for path in FONTS.glob("*.ttf")}
    used = {name.removesuffix("-Identity-H") for name in fonts_of(label.render(asset))}
    assert used <= known
    assert {"NotoSans-Bold", "NotoEmoji-Regular", "NotoSansArabic-Regular", "NotoSansHebrew-Regular"} <= used
    assert "GawaiBox-Regular" in used


def test_the_fonts_stay_small_and_carry_their_licence():
    assert sum(path.stat().st_size for path in FONTS.iterdir()) < 1_500_000
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text()


def test_a_template_reaches_no_file_outside_its_folder(tmp_path):
    escape = '#read("/../typesetting.py")'
    with pytest.raises(typst.TypstError, match=r"escape|not found|denied"):
        typst.Compiler(root=TEMPLATES).compile(input=escape.encode())


def test_papers_made_at_once_do_not_mix(db):
    def made(number: int) -> str:
        return words_of(typeset("label.typ", {**LABEL, "tag": f"HP-{number:04d}"}, day=date(2026, 3, 2)))

    with ThreadPoolExecutor(8) as pool:
        for number, text in enumerate(pool.map(made, range(40))):
            assert f"HP-{number:04d}" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("198501012010012001", ["NIP", "19850101 201001 2 001"]),
        ("19850101 201001 2 001", ["NIP", "19850101 201001 2 001"]),
        ("3201121234567890", ["Nomor Identitas", "3201121234567890"]),
        ("", ["NIP", ""]),
    ],
)
def test_a_number_of_eighteen_digits_is_a_nip(text, shown):
    assert identity_number(text) == shown


@pytest.mark.parametrize(
    ("kind", "name", "title"),
    [
        ("district", "Kemang", "Camat Kemang"),
        ("urban_village", "Atang Senjaya", "Lurah Atang Senjaya"),
        ("village", "Desa Tegal", "Kepala Desa Tegal"),
        ("agency", "Dinas Kesehatan", "Kepala Dinas Kesehatan"),
        ("agency", "Sekretariat Daerah", "Sekretaris Daerah"),
        ("agency", "Inspektorat", "Inspektur"),
        ("division", "Bidang PIKP", "Kepala Bidang PIKP"),
        ("regency", "Kabupaten Contoh", ""),
    ],
)
def test_each_kind_of_unit_has_its_head(kind, name, title):
    assert head_title(Unit(kind=kind, name=name, code="1")) == title
