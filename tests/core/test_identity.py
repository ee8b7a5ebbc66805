"""How names and numbers that identify are read, and which spellings are the same."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core.identity import (
    IMEI,
    NIBAR,
    NIP,
    SERIAL,
    TAG,
    TEXT,
    USER_NAME,
    Identifier,
    check_digit,
    is_doubtful,
    spellings,
    visible,
)
from tests.base import at

KINDS = {"text": TEXT, "user name": USER_NAME, "tag": TAG, "serial": SERIAL, "nibar": NIBAR, "imei": IMEI, "nip": NIP}
UNSEEN = ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u3164", "\u2800", "\ufe0f"]
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
plain = st.text("ABCXYZabcxyz0123456789", min_size=1, max_size=20)


def wide(text: str) -> str:
    """The letters and digits as East Asian keyboards write them."""
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)


@every_kind
@given(text=st.text(max_size=30))
def test_folding_is_done_once_and_never_fails(kind: Identifier, text: str) -> None:
    found = kind.folded(text)
    assert kind.folded(found) == found


@every_kind
@given(text=st.text(max_size=30))
def test_what_is_read_is_the_same_as_what_was_typed(kind: Identifier, text: str) -> None:
    try:
        read = kind.read(text)
    except ValidationError:
        return
    assert kind.read(read) == read
    assert kind.folded(read) == kind.folded(text)


@every_kind
@given(text=plain, data=st.data())
def test_case_width_and_what_nobody_sees_tell_nothing_apart(kind: Identifier, text: str, data: st.DataObject) -> None:
    place, unseen = data.draw(st.integers(0, len(text))), data.draw(st.sampled_from(UNSEEN))
    other = data.draw(st.sampled_from([text.upper(), text.lower(), wide(text), text[:place] + unseen + text[place:]]))
    assert kind.folded(other) == kind.folded(text)


@pytest.mark.parametrize("kind", [TAG, SERIAL, NIBAR], ids=["tag", "serial", "nibar"])
@given(text=plain, data=st.data())
def test_spaces_tell_nothing_apart(kind: Identifier, text: str, data: st.DataObject) -> None:
    place, space = data.draw(st.integers(0, len(text))), data.draw(st.sampled_from([" ", "\u00a0", "\u3000", "  "]))
    assert kind.folded(text[:place] + space + text[place:]) == kind.folded(text)


@given(one=plain, other=plain)
def test_other_letters_and_digits_stay_apart(one: str, other: str) -> None:
    assert (TAG.folded(one) == TAG.folded(other)) == (one.lower() == other.lower())


@given(text=st.from_regex(r"[A-Cx-z0-9][A-Cx-z0-9. -]{0,18}", fullmatch=True))
def test_a_search_finds_what_is_kept(text: str) -> None:
    kept = f"{text.lower()} {TAG.folded(text)} {NIBAR.folded(text)} {SERIAL.folded(text)}"
    for word in (text, text.upper(), wide(text)):
        assert any(each in kept for each in spellings(word))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("GW-000001", "gw000001", True),
        ("R58-N12", "R58\u2013N12", True),
        ("1-11", "11-1", False),
        ("1-11", "1\u201311", True),
        ("1--11", "1-11", True),
        ("O0", "00", False),
    ],
)
def test_a_dash_tells_apart_only_between_digits(one: str, other: str, same: bool) -> None:
    assert (TAG.folded(one) == TAG.folded(other)) is same


@pytest.mark.parametrize(
    "text", ["-", "\u2013", "--", "", "0", "000", "N/A", "n.a.", "Tidak ada", "To Be Filled By O.E.M.", "XXXX", "Nihil"]
)
def test_what_stands_for_no_serial_number_identifies_nothing(text: str) -> None:
    assert SERIAL.folded(text) == ""


@pytest.mark.parametrize("text", ["NA12", "X1", "CTH000001", "0001A"])
def test_a_serial_number_is_no_word_for_none(text: str) -> None:
    assert SERIAL.folded(text)


def test_what_is_shown_stays_as_typed_but_for_what_nobody_sees() -> None:
    assert SERIAL.read("R58-n12 \u200bX") == "R58-n12 X"
    assert visible("\uff27\uff37\u2010\uff11") == "GW-1"


@pytest.mark.parametrize(
    "name", ["r\u0430ni", "\u0440\u0430\u043d\u0438", "rani\u0301", "ra ni", "rani!", "---", "ran\u0131"]
)
def test_user_names_have_no_letters_that_pass_for_others(name: str) -> None:
    with pytest.raises(ValidationError):
        USER_NAME.read(name)


@pytest.mark.parametrize("name", ["Rani", "rani.puspita", "rani_2", "rani@contoh.go.id", "a-b+c"])
def test_user_names_are_kept_as_typed(name: str) -> None:
    assert USER_NAME.read(name) == name


@pytest.mark.parametrize("other", ["l1nda", "Iinda", "LINDA", "1inda", "linda\u200b", "\uff4cinda"])
def test_user_names_that_look_the_same_are_one(other: str) -> None:
    assert USER_NAME.folded(other) == USER_NAME.folded("linda")
    assert USER_NAME.folded("dio_0") == USER_NAME.folded("D1O_o")


@pytest.mark.parametrize(("one", "other"), [("linda", "lina"), ("tarna", "tama"), ("user1", "user2"), ("a.b", "a-b")])
def test_user_names_that_differ_stay_two(one: str, other: str) -> None:
    assert USER_NAME.folded(one) != USER_NAME.folded(other)


@given(digits=st.text("0123456789", min_size=14, max_size=14))
def test_the_check_digit_finds_every_single_slip(digits: str) -> None:
    whole = digits + check_digit(digits)
    assert not is_doubtful(whole)
    for place in range(15):
        slip = str((int(whole[place]) + 1) % 10)
        assert is_doubtful(whole[:place] + slip + whole[place + 1 :])


def test_an_imei_is_one_with_or_without_check_digit_and_version() -> None:
    """3GPP TS 23.003: the first 14 digits name the device."""
    assert check_digit("49015420323751") == "8"
    assert len({IMEI.folded(each) for each in ("490154203237518", "49015420323751", "4901542032375112")}) == 1
    assert IMEI.folded("490154203237510") != IMEI.folded("490154203237518")
    assert IMEI.read("49-015420-323751-8") == "490154203237518"
    assert IMEI.read("-") == IMEI.read("0") == IMEI.read("000000000000000") == ""


@pytest.mark.parametrize("text", ["12345", "35693803564380x", "12345678901234567", "\u0661" * 15])
def test_what_is_no_imei_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        IMEI.read(text)


@pytest.mark.parametrize(
    "text",
    ["197001011990031099", "19700101 199003 1 099", "19700101.199003.1.099", "NIP. 197001011990031099",
     "19700101-199003-1-099", "`197001011990031099", "'197001011990031099", "NIP 197001011990031099",
     "nip:197001011990031099", "197001011990031099 ", "\uff11970010119900310\u200b99"],
)  # fmt: skip
def test_a_nip_has_one_form(text: str) -> None:
    assert NIP.read(text) == NIP.folded(text) == "197001011990031099"


@pytest.mark.parametrize(
    "text",
    ["197002301990031099", "197013011990031099", "000000000000000000", "197001011990131099", "197001011990001099",
     "197001011990033099", "197001011990030099", "210001012120031099", "1970010119900310", "19700101199003109X",
     "970010119900", "197001011960031099", "189901011920031099"],
)  # fmt: skip
def test_what_cannot_be_a_nip_is_refused(text: str) -> None:
    with at("2026-03-02"), pytest.raises(ValidationError):
        NIP.read(text)


def test_a_nip_of_the_29th_of_february_and_of_a_pppk_are_real() -> None:
    assert NIP.read("198402292010012001")
    assert NIP.read("199203152022211005")
