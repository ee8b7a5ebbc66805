"""Files say who and what by many spellings; the register knows one identity, by the rule that verbs have."""

from __future__ import annotations

from typing import Any

import pytest

from assets.models import Asset
from org.models import Person
from tests import base
from tests.documents.files import device, register
from tests.documents.test_intake_sessions import applied, handed_in, said

pytestmark = pytest.mark.usefixtures("media")

IMEIS = ["Jenis perangkat", "Merek", "Nomor seri", "IMEI 1", "IMEI 2", "Kode unit pencatat"]
PEOPLE = ["Nama", "NIP", "Jabatan", "Unit Kerja"]
NIP = "197001011990031099"


def counted(session: Any) -> dict[str, int]:
    return {name: number for name, number in session.counts.items() if number}


def phone(serial: str, *imeis: str | None, brand: str = "C") -> list[Any]:
    first, second = (*imeis, None, None)[:2]
    return ["Smartphone", brand, serial, first, second, "32.01.DISKOMINFO"]


@pytest.mark.parametrize(
    "row",
    [{"label": "gw-000001"}, {"label": "GW 000001"}, {"label": "\uff27\uff37000001"}, {"nibar": "1201000001"},
     {"nibar": None, "nomor": "sn 00001"}, {"nibar": None, "nomor": "\uff33\uff2e-00001"},
     {"nibar": None, "nomor": "SN\u200b00001", "merek": "CONTOH"}],
)  # fmt: skip
def test_the_same_device_is_known_by_any_spelling(cast, row):
    applied(cast, register(device(1)))
    session = handed_in(cast, register(device(1, **row)))
    assert session.state == "ready", session.findings
    assert "new" not in counted(session)
    sheet = [["Label", "Jenis perangkat", "Nomor seri"], [row.get("label"), "Smartphone", row.get("nomor")]]
    if row.get("label") or row.get("nomor"):
        assert counted(handed_in(cast, sheet)) == {"same": 1}


def test_the_case_of_labels_and_serials(cast):
    """``tag_serial_spellings.xlsx``: label and serial of one device of the register, nothing new."""
    base.an_asset(cast, tag="GW-000001", serial_number="CTH000001", brand="X")
    rows = [["Label", "NIBAR", "Jenis perangkat", "Merek", "Nomor seri"], ["gw-000001", None, "Smartphone", "X", None],
            [None, None, "Smartphone", "X", "cth000001"]]  # fmt: skip
    assert counted(handed_in(cast, rows)) == {"same": 2}


def test_the_case_of_imeis(cast):
    """``imei_duplicates.xlsx``: the same in both places, again in the file, and one whose check digit is wrong."""
    rows = [IMEIS, phone("IMD-1", "356938035643809", "356938035643809"), phone("IMD-2", "356938035643809"),
            phone("IMD-3", "356938035643800")]  # fmt: skip
    session = handed_in(cast, rows)
    assert said(session) == {(2, "imei_2", "duplicate"), (3, "imei_1", "duplicate"), (4, "imei_1", "check_digit")}
    assert applied(cast, [IMEIS, rows[3]]).counts["new"] == 1


def test_an_imei_of_another_device_is_refused_in_either_place(cast):
    base.an_asset(cast, tag="HP-1", imei_2="490154203237518")
    for imeis in (("49-015420-323751-8",), (None, "490154203237518"), ("49015420323751",)):
        session = handed_in(cast, [IMEIS, phone("S1", *imeis)])
        assert {(row, code) for row, _field, code in said(session)} == {(2, "unique")}
        assert "HP-1" in session.findings[0]["detail"]


def test_a_serial_number_is_one_per_make(cast):
    applied(cast, [IMEIS, phone("S1", brand="A"), phone("S1", brand="B")])
    assert Asset.objects.count() == 2
    assert said(handed_in(cast, [IMEIS, phone("S2"), phone("s2")])) == {(3, "serial_number", "duplicate")}
    assert counted(handed_in(cast, [IMEIS, phone("s-1", brand="A")])) == {"same": 1}
    tagged = register(device(2, merek="a", nomor="S1"))
    assert said(handed_in(cast, tagged)) == {(2, "serial_number", "duplicate")}


def test_what_stands_for_no_serial_number_makes_no_device_another(cast):
    rows = register(*(device(n, nibar=None, nomor=word, label=f"T-{n}") for n, word in enumerate(["-", "N/A", "n/a"])))
    assert counted(applied(cast, rows)) == {"new": 3}
    assert counted(handed_in(cast, rows)) == {"same": 3}


@pytest.mark.parametrize(
    "text",
    [NIP, "19700101 199003 1 099", "19700101.199003.1.099", f"NIP. {NIP}", "19700101-199003-1-099", f"`{NIP}"],
)
def test_the_case_of_nip_notations(cast, text):
    """``people_nip_notations.xlsx``: one person, one NIP in one form."""
    applied(cast, [PEOPLE, ["Contoh Notasi", text, "Staf", "Kec. Kemang"]], kind="people", by=cast.user_admin)
    assert Person.objects.get(name="Contoh Notasi").nip == NIP
    again = [PEOPLE, ["Contoh Notasi", "19700101 199003 1 099", "Staf", "Kec. Kemang"]]
    assert counted(handed_in(cast, again, kind="people", by=cast.user_admin)) == {"same": 1}
    twice = [PEOPLE, *(["Contoh Notasi", each, "Staf", "Kec. Kemang"] for each in (NIP, text))]
    assert said(handed_in(cast, twice, kind="people", by=cast.user_admin)) == {(3, "nip", "repeated")}
    other = [PEOPLE, ["Contoh Notasi", NIP, "Staf", "Kec. Kemang"], ["Contoh Lain", text, "Staf", "Kec. Kemang"]]
    assert (3, "nip", "duplicate") in said(handed_in(cast, other, kind="people", by=cast.user_admin))


@pytest.mark.parametrize("text", ["197002301990031099", "19700101199003100X", "970010119900", "3201123456789012"])
def test_what_cannot_be_a_nip_is_named_unless_the_file_says_that_it_is_none(cast, text):
    rows = [PEOPLE, ["A", text, "Staf", "Kec. Kemang"]]
    assert said(handed_in(cast, rows, kind="people", by=cast.user_admin)) == {(2, "nip", "invalid")}
    free = [[*PEOPLE, "Bukan NIP"], ["A", text, "Staf", "Kec. Kemang", "ya"]]
    applied(cast, free, kind="people", by=cast.user_admin)
    assert counted(handed_in(cast, free, kind="people", by=cast.user_admin)) == {"same": 1}
    assert Person.objects.get(name="A").nip == text
