"""The handover record as somebody reads it who is about to sign."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date

import pytest
from django.utils import translation

from assets.models import ItemCode
from documents.papers import bast
from handing_over import fulfilment
from org.models import Grant, Office, Person, Tenure
from tests.base import LONG_AGO, again, an_asset, an_issue, at, day, delivered, returned, settings_are
from tests.documents.papers import letters_of, opened, squeezed, words_of

ADDRESS = "Jalan Tegar Beriman Nomor 1, Cibinong"


@pytest.fixture
def cast(cast):
    """The cast, with the office's settings, the heads of both offices and NIPs."""
    settings_are(name="Kabupaten Contoh", agency_name=cast.diskominfo.name, agency_address=ADDRESS)
    holds(cast.diskominfo, f"Kepala {cast.diskominfo.name}", "Endang Mulyana", status="plt")
    holds(cast.kemang, "Camat Kemang", "Asep Sunarya")
    Person.objects.filter(pk=cast.rani.pk).update(nip="198501012010012001", position="Admin media sosial")
    return cast


def holds(unit, title, name, *, since=LONG_AGO, until=None, status="definitive"):
    office, _made = Office.objects.get_or_create(name=title, unit=unit)
    person = Person.objects.filter(name=name).first() or Person.objects.create(name=name, unit=unit)
    Tenure.objects.create(office=office, person=person, status=status, starts_on=since, ends_on=until)


def a_phone(cast, **values):
    code, _made = ItemCode.objects.get_or_create(code="1.3.2.06.02.01.003", name="Telephone Mobile")
    cast.hp.item_code = code
    cast.hp.save(update_fields=["item_code"])
    known = {
        "tag": "HP-01", "brand": "Nusantara", "model": "N1", "serial_number": "SN123", "imei_1": "356938035643809",
        "nibar": "12" * 22 + "1", "price": 3_500_000, "acquired_on": date(2025, 5, 2),
    }  # fmt: skip
    return an_asset(cast, **{**known, **values})


def test_it_says_who_gave_what_to_whom_and_when(cast):
    with at("2023-11-17"):
        phone = a_phone(cast, acquired_on=day("2022-05-02"))
        handover = an_issue(cast, assets=[phone], recipient=cast.rani)
    text = words_of(bast.render(handover))
    for part in (
        "PEMERINTAH KABUPATEN CONTOH DISKOMINFO " + ADDRESS,
        "BERITA ACARA SERAH TERIMA PENGGUNAAN SEMENTARA BARANG MILIK DAERAH",
        "NOMOR: 000.2.3.2/001/DISKOMINFO/XI/2023",
        "Pada hari ini Jumat tanggal tujuh belas bulan November tahun dua ribu dua puluh tiga (17-11-2023)",
        "Nama : Ujang Suherman",
        "Nama : Rani Puspita NIP : 19850101 201001 2 001 Jabatan : Admin media sosial Unit kerja : Kecamatan Kemang",
        "selanjutnya disebut PIHAK PERTAMA. ",
        "selanjutnya disebut PIHAK KEDUA.",
        "Jumlah: 1 (satu) unit, dengan nilai perolehan Rp3.500.000 (tiga juta lima ratus ribu rupiah).",
        "menggunakan barang hanya untuk kepentingan dinas;",
        "Demikian Berita Acara ini dibuat dengan sebenarnya dalam rangkap 2 (dua)",
        "Camat Kemang,",
        "Plt. Kepala Diskominfo,",
        "Halaman 1 dari 1",
    ):
        assert part in text
    for part in ("HP-01", "Nusantara N1", "SN123", "IMEI 356938035643809", "1.3.2.06.02.01.003", "12" * 22 + "1",
                 "2022", "Baik (B)"):  # fmt: skip
        assert squeezed(part) in squeezed(text)
    assert "DATA CONTOH" not in text
    assert "DISIAPKAN" not in text


def test_the_same_facts_make_the_same_bytes_and_an_acceptance_changes_none(cast):
    handover = an_issue(cast, assets=[a_phone(cast)])
    first = bast.render(handover)
    assert bast.render(again(handover)) == first
    fulfilment.accept(handover, actor=cast.kemang_admin)
    with at("2026-05-04"):
        assert bast.render(handover) == first


def test_it_is_tagged_dated_and_titled_for_archives_and_screen_readers(cast):
    handover = an_issue(cast, on=day("2026-02-27"))
    root = opened(pdf := bast.render(handover)).trailer["/Root"]
    assert root["/Lang"] == "id-ID"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    metadata = root["/Metadata"].get_data().decode()
    assert "pdfaid:part>2" in metadata
    assert "pdfuaid:part>1" in metadata
    assert opened(pdf).metadata.title == f"Berita Acara Serah Terima {handover.number}"
    assert opened(pdf).metadata.creation_date.date() == day("2026-02-27")


def test_a_prepared_paper_has_no_number_and_places_to_fill_in(cast):
    text = words_of(bast.render(an_issue(cast, on=None)))
    assert "DISIAPKAN – BELUM BERNOMOR" in text
    assert "BAST belum bernomor" in text
    assert "NOMOR: . . ." in text
    assert "Pada hari ini . . ." in text


def test_a_cancelled_paper_says_so(cast):
    handover = an_issue(cast)
    fulfilment.cancel(handover, actor=cast.clerk, reason="Salah catat")
    text = words_of(bast.render(handover))
    assert "DIBATALKAN" in text
    assert handover.number in text


def test_a_disputed_device_is_named_but_not_why(cast):
    handover = an_issue(cast, assets=[a_phone(cast), an_asset(cast)])
    second = handover.items.last()
    fulfilment.dispute(handover, reasons={second.pk: "Kotaknya kosong"}, actor=cast.kemang_admin)
    text = words_of(bast.render(handover))
    assert "Barang nomor 2 disanggah oleh penerima" in text
    assert "Kotaknya" not in text


def test_sample_data_is_marked_on_every_page(cast):
    settings_are(sample_data=True)
    pages = opened(bast.render(an_issue(cast, assets=[an_asset(cast) for _ in range(40)]))).pages
    assert len(pages) > 1
    assert all("DATA CONTOH" in page.extract_text() for page in pages)
    assert all("Kode barang" in page.extract_text() for page in pages[:-1]), "the head of the table comes again"


@pytest.mark.parametrize(
    ("values", "title", "said"),
    [
        (
            {"kind": "loan", "due_back_on": date(2026, 6, 30)},
            "PENGGUNAAN SEMENTARA",
            "paling lambat tanggal 30 Juni 2026",
        ),
        ({"legal_act": "pinjam_pakai"}, "PINJAM PAKAI", "mengembalikan barang apabila diminta"),
        (
            {"legal_act": "pengalihan_status", "decision_number": "030/7/2026"},
            "PENGALIHAN STATUS PENGGUNAAN",
            "berdasarkan keputusan Nomor 030/7/2026",
        ),
    ],
)
def test_title_and_terms_follow_the_legal_act(cast, values, title, said):
    text = words_of(bast.render(an_issue(cast, **values)))
    assert f"SERAH TERIMA {title} BARANG MILIK DAERAH" in text
    assert said in text


def test_a_transferred_status_brings_the_device_onto_the_receivers_books_without_a_duty_to_return_it(cast):
    handover = an_issue(cast, legal_act="pengalihan_status", decision_number="030/7/2026")
    text = words_of(bast.render(handover))
    assert "mencatat barang dalam daftar barang pengguna pada Kecamatan Kemang" in text
    assert "mengembalikan barang" not in text


def test_within_one_office_only_its_own_head_acknowledges(cast):
    text = words_of(bast.render(an_issue(cast, to=cast.diskominfo, recipient=cast.verifier.person)))
    assert "SERAH TERIMA PENGGUNAAN BARANG MILIK DAERAH" in text
    assert text.count("Mengetahui,") == 1
    assert "Camat" not in text


@pytest.mark.parametrize(("kind", "title"), [("return", "PENGEMBALIAN"), ("recall", "PENARIKAN")])
def test_what_comes_back_is_given_by_its_holder_and_received_by_the_clerk(cast, kind, title):
    asset = a_phone(cast)
    delivered(cast, assets=[asset], recipient=cast.rani)
    text = words_of(bast.render(returned(cast, [asset], kind=kind)))
    assert f"SERAH TERIMA {title} BARANG MILIK DAERAH" in text
    assert text.index("Nama : Rani Puspita") < text.index("PIHAK PERTAMA") < text.index("Nama : Ujang Suherman")
    assert "DISKOMINFO " + ADDRESS in text, "the paper is that of the office that keeps the devices"
    assert "berkewajiban" not in text


def test_a_return_that_the_holder_brings_leaves_a_place_for_the_clerk(cast):
    asset = a_phone(cast)
    delivered(cast, assets=[asset], recipient=cast.rani)
    text = words_of(bast.render(returned(cast, [asset], by=cast.kemang_admin)))
    assert text.index("Nama : Rani Puspita") < text.index("PIHAK PERTAMA")
    assert "Nama : . . ." in text


def test_between_two_kecamatan_the_keeping_office_writes_and_acknowledges(cast):
    asset = a_phone(cast)
    delivered(cast, assets=[asset], recipient=cast.rani)
    handover = an_issue(cast, assets=[asset], kind="transfer", to=cast.cibinong, recipient=cast.cibinong_admin.person)
    text = words_of(bast.render(handover))
    assert "SERAH TERIMA PEMINDAHAN PENGGUNAAN SEMENTARA" in text
    assert "DISKOMINFO " + ADDRESS in text
    assert text.index("Nama : Rani Puspita") < text.index("Nama : Dodi Permana")
    assert text.count("Mengetahui,") == 3


def test_the_heads_of_the_day_sign_not_those_of_today(cast):
    Tenure.objects.filter(office__unit=cast.kemang).update(ends_on=date(2026, 3, 31))
    holds(cast.kemang, "Camat Kemang", "Nunung Nurhayati", since=date(2026, 4, 1), status="pj")
    handover = an_issue(cast, on=day("2026-03-02"))
    with at("2026-04-06"):
        later = an_issue(cast)
        old, new = words_of(bast.render(handover)), words_of(bast.render(later))
    assert "Asep Sunarya" in old
    assert "Nunung" not in old
    assert "Pj. Camat Kemang," in new
    assert "Nunung Nurhayati" in new


def test_without_a_recorded_tenure_who_holds_the_grant_signs_for_the_unit(cast):
    Tenure.objects.filter(office__unit=cast.kemang).delete()
    handover = an_issue(cast, recipient=cast.rani)
    assert "Camat Kemang, " in words_of(bast.render(handover))
    assert "Asep Sunarya" in words_of(bast.render(handover))
    Grant.objects.create(
        user=cast.kemang_admin, role="unit_head", unit=cast.kemang, starts_on=day("2026-03-01"),
        ends_on=day("2026-03-09"), acting_for=cast.kemang_head,
    )  # fmt: skip
    handover = an_issue(cast)
    assert "Jabatan : Plh. Camat Kemang, untuk Asep Sunarya" in words_of(bast.render(handover)), (
        "a unit is represented by who acts as head"
    )


def test_missing_facts_leave_dashes_and_are_counted(cast):
    handover = an_issue(cast, assets=[an_asset(cast), a_phone(cast)])
    text = words_of(bast.render(handover))
    assert "(1 di antaranya belum tercatat nilainya)" in text
    assert "–" in text


def test_the_paper_is_indonesian_whatever_the_reader_speaks(cast):
    handover = an_issue(cast)
    with translation.override("en"):
        assert "Baik (B)" in words_of(bast.render(handover))


def test_the_code_to_compare_changes_with_the_devices(cast):
    phone = a_phone(cast)
    handover = an_issue(cast, assets=[phone])
    items = list(handover.items.select_related("asset"))
    code = bast.check_code(handover, items)
    assert f"Kode periksa {code}" in words_of(bast.render(handover))
    items[0].asset.serial_number = "SN124"
    assert bast.check_code(handover, items) != code


@pytest.mark.parametrize(
    ("address", "carried"),
    [("http://127.0.0.1:8000", False), ("http://localhost", False), ("https://gawai.contoh.go.id", True)],
)
def test_the_qr_code_names_no_person_and_an_address_only_when_others_can_reach_it(cast, settings, address, carried):
    settings.BASE_URL = address
    handover = an_issue(cast, recipient=cast.rani)
    said = bast.scanned(handover, 1, "AAAA-BBBB")
    assert said.startswith(f"BAST {handover.number}\nTanggal 2026-03-02\n")
    assert "Rani" not in said
    assert (address in said) == carried
    assert ("http" in said) == carried


def test_queries_do_not_grow_with_the_devices(cast, django_assert_num_queries):
    for assets in ([an_asset(cast)], [an_asset(cast) for _ in range(3)]):
        handover = an_issue(cast, assets=assets, recipient=cast.rani)
        with django_assert_num_queries(14):
            bast.render(handover)


HOSTILE = (
    '#read("/etc/passwd")',
    "*tebal* _miring_ $x^2$ @rujuk `kode` <label> = judul",
    r"\u{41} // catatan /* catatan */ #{panic()} #import \"x\"",
    "'\"}]}) ${7*7} {{7*7}} %s",
    "x" * 300,
)
OTHER_SCRIPTS = ("مرحبا بالعالم", "שלום עולם", "👍🏽 ❤️ 👨‍👩‍👧", "漢字 ไทย ꦗꦮ \ue000")


def full_of(cast, text):
    """The paper of a handover where every field that takes free text has ``text``."""
    asset = a_phone(cast, brand=text[:100], model=text[:100], serial_number=text[:100])
    Person.objects.filter(pk=cast.rani.pk).update(name=text[:150], position=text[:150])
    settings_are(agency_address=text[:200])
    handover = an_issue(cast, assets=[asset], recipient=cast.rani, note=text)
    handover.items.update(accessories=text[:300])
    return bast.render(handover)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_printed_as_it_was_written(cast, text):
    assert letters_of(full_of(cast, text)).count(squeezed(text[:100])) >= 4


@pytest.mark.parametrize("text", OTHER_SCRIPTS)
def test_every_script_can_be_printed(cast, text):
    assert len(opened(full_of(cast, text)).pages) == 1


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed")
@pytest.mark.parametrize("text", OTHER_SCRIPTS)
def test_every_character_can_be_copied_from_the_paper_even_one_shown_as_a_box(cast, text):
    command = ["pdftotext", "-", "-"]
    copied = subprocess.run(command, input=full_of(cast, text), capture_output=True, check=True).stdout.decode()
    assert set(squeezed(text)) <= set(copied)


def test_marks_that_turn_the_line_around_are_left_out(cast):
    handover = an_issue(cast, note="aman\u202egpj.exe\u2069")
    assert "Catatan: amangpj.exe" in words_of(bast.render(handover))


def test_a_very_old_handover_can_be_printed(cast):
    assert "(31-12-1958)" in words_of(bast.render(an_issue(cast, on=day("1958-12-31"))))
