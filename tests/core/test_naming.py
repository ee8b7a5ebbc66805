"""Somebody is found in texts in whatever dress name, number and address stand there, and nobody else is."""

from __future__ import annotations

import pytest

from core.naming import GONE, Known

NAME, NIP, PHONE, MAIL = "Zulkarnaen Wiratmaja", "198501012005011001", "0812-7788-9911", "zulwira@contoh.go.id"
KNOWN = (NAME, NIP, PHONE, MAIL)
DRESSES = [
    "zulkarnaen wiratmaja", "ZULKARNAEN  WIRATMAJA", "Wiratmaja, Zulkarnaen", "Zulkarnaén Wiratmaja",
    "Zulkarnae\u0301n Wiratmaja", "Zulkarna'en Wiratmaja", "Zulkarna\u2019en Wiratmaja", "Zulkarnaen\u00a0Wiratmaja",
    "Zulkar\u200bnaen Wirat\u00admaja", "Zulkarnaen\nWiratmaja", "zulkarnaen_wiratmaja", "Zulkarnaen-Wiratmaja",
    "ZulkarnaenWiratmaja", "\uff3aulkarnaen Wiratmaja", "Zul Karnaen Wiratmaja",
    "198501012005011001", "19850101 200501 1 001", "19850101.200501.1.001", "19850101-200501-1-001",
    "1985 0101 2005 0110 01", "\uff11\uff19850101 200501 1 001", "0812-7788-9911", "+62 812 7788 9911",
    "62812.7788.9911", "0812 (7788) 9911", "+62 (0) 812-7788-9911", "+62\u2011812\u20117788\u20119911",
    "0812/77889911", "812-7788-9911", "ZulWira@Contoh.go.id",
]  # fmt: skip
ALIKE = [
    "Zulkarnaen", "Wiratmaja", "Zulkarnaen Wiratmajaya", "Zulkarnaen dan Wiratmaja", "1985010120050110012",
    "119850101200501100", "0812778899", "20812778899110", "wira@contoh.go.id",
]  # fmt: skip


@pytest.mark.parametrize("dress", DRESSES)
def test_a_person_is_found_in_every_dress(dress: str) -> None:
    assert Known(*KNOWN).without(f"Kata {dress} tadi") == f"Kata {GONE} tadi"


@pytest.mark.parametrize("other", ALIKE)
def test_what_is_only_like_it_is_left(other: str) -> None:
    assert Known(*KNOWN).without(f"Kata {other} tadi") == f"Kata {other} tadi"


@pytest.mark.parametrize(
    ("stored", "text", "left"),
    [
        ("Zulkarnaen Wiratmaja", "Drs. H. Zulkarnaen Wiratmaja, M.Si.", f"Drs. H. {GONE}, M.Si."),
        ("Dr. Ma'ruf Nurhayati, S.Kom.", "maruf nur hayati", GONE),
        ("Dr. Ma'ruf Nurhayati, S.Kom.", "kata Dr. Ma\u2019ruf Nurhayati S.Kom.", f"kata {GONE}."),
        ("Siti Aminah S.Sos", "kata Siti Aminah", f"kata {GONE}"),
        ("Andi Budi Citra Dewi Eka", "Eka, Andi Budi Citra Dewi", GONE),
        ("A1234567", "paspor A1234567", f"paspor {GONE}"),
    ],
)
def test_titles_are_no_part_of_a_name_and_the_order_of_its_words_does_not_count(
    stored: str, text: str, left: str
) -> None:
    assert Known(stored).without(text) == left


@pytest.mark.parametrize(
    ("stored", "other", "text", "left"),
    [
        ("Suharto", "Suharto Wibowo", "Suharto dan Suharto Wibowo", f"{GONE} dan Suharto Wibowo"),
        ("Suharto", "Budi Suharto", "Budi Suharto, Suharto", f"Budi Suharto, {GONE}"),
        ("Joko Susilo", "Joko Susilo, S.E.", "Joko Susilo dan Susilo Joko", "Joko Susilo dan Susilo Joko"),
        ("Joko Susilo", "Susilo Joko", "Joko Susilo dan Susilo Joko", f"{GONE} dan Susilo Joko"),
        ("Joko Susilo, S.Sos.", "Joko Susilo", "Joko Susilo, S.Sos. dan Joko Susilo", f"{GONE}. dan Joko Susilo"),
    ],
)
def test_what_another_is_called_is_left_to_them(stored: str, other: str, text: str, left: str) -> None:
    assert Known(stored, others=[other]).without(text) == left


def test_numbers_and_names_are_found_in_nested_json_too() -> None:
    told = {"a": ["kata Zulkarnaen Wiratmaja", int(NIP), 7, True, None], NAME: {"b": 0.5}}
    assert Known(*KNOWN).without(told) == {"a": [f"kata {GONE}", GONE, 7, True, None], GONE: {"b": 0.5}}


def test_what_is_short_is_looked_for_nowhere() -> None:
    known = Known("Ani", "07", "", "-")
    assert known.without("Ani 07 - dan ani") == "Ani 07 - dan ani"
    assert not known.rows(["note"]).children[1:]
