"""F8, F11, F12: files that are wrong or meant to harm, handed in over the API: 400 that says where, nothing read in."""

from __future__ import annotations

import io
import socket
import stat
import threading
import warnings
import xml.sax
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.sax.handler import ContentHandler, feature_external_ges

import pytest
from openpyxl import Workbook, load_workbook

from assets.models import Asset
from core.models import Event
from documents.intake import container
from documents.models import ImportSession
from planning.models import Plan
from tests import base
from tests.api.cast import Cast
from tests.api.test_contract import problem
from tests.documents.files import REGISTER, device, register, upload, workbook
from tests.documents.test_intake_reading import GOOD, repacked
from tests.documents.test_planbook import written
from tests.planning.scenes import a_plan

pytestmark = pytest.mark.usefixtures("media")

FEW_MEMBERS, SPACES = 30, 30_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def handed_in(cast: Cast, content: Any, name: str = "daftar.xlsx", kind: str = "assets", by: str = "clerk") -> Any:
    return getattr(cast, by).form("imports/", {"kind": kind, "file": upload(content, name)})


def refused(answer: Any, code: str = "") -> str:
    """What is said of a file that is not even kept; it names the file, and the code when that is given."""
    problem(answer, 400)
    [fault] = answer.json()["errors"]
    assert fault["field"] == "file"
    assert code in ("", fault["code"]), fault
    assert not ImportSession.objects.exists()
    assert not Asset.objects.exists()
    return fault["detail"]


# ---- F8


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def hidden(*, beside: bool) -> bytes:
    """A register on a hidden sheet, and an empty one or another register (``beside``) that people see."""
    book = load_workbook(io.BytesIO(workbook(register(device(1)))))
    book.active.sheet_state = "hidden"
    seen = book.create_sheet("Terlihat")
    for row in register(device(2)) if beside else []:
        seen.append(row)
    book.active = 1
    return saved(book)


def without_visible_sheets() -> bytes:
    book = load_workbook(io.BytesIO(GOOD))
    book.create_chartsheet("Grafik")
    book["Sheet"].sheet_state = "hidden"
    book.active = 1
    return saved(book)


WRONG = {
    "wrong headers": (workbook([["Nama", "Alamat"], ["HP", "Kemang"]]), "x.xlsx", "wrong_headers"),
    "a header missing": (workbook([REGISTER[3:7], device(1)[3:7]]), "x.xlsx", "wrong_headers"),
    "no table": (workbook([]), "x.xlsx", "wrong_headers"),
    "headers alone": (workbook([REGISTER]), "x.xlsx", "no_rows"),
    "no sheet that is seen": (without_visible_sheets(), "x.xlsx", "no_sheet"),
    "the only table hidden": (hidden(beside=False), "x.xlsx", "hidden_sheet"),
    "a sheet that is not in the file": (repacked(drop="xl/worksheets/sheet1.xml"), "x.xlsx", ""),
    "xlsm by name": (GOOD, "x.xlsm", "macros"),
    "xlsm by content": (repacked(extra={"xl/vbaProject.bin": b"x"}), "x.xlsx", "macros"),
    "xls": (OLE, "x.xls", ""),
    "xls called xlsx": (OLE, "x.xlsx", "unreadable"),
    "csv called xlsx": (b"Label;Jenis perangkat\r\nA;hp\r\n", "x.xlsx", "unreadable"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_file_that_is_no_register_is_refused_and_told_why(cast: Cast, kind: str):
    """F8"""
    content, name, code = WRONG[kind]
    detail = refused(handed_in(cast, content, name), code)
    assert (code == "wrong_headers") == ("Jenis perangkat" in detail)


def test_a_budget_workbook_without_its_sheet_is_refused(cast: Cast):
    """F8"""
    base.decided(cast.base)
    book = load_workbook(io.BytesIO(written(a_plan(cast.base), cast.base)))
    del book["Rincian RKA"]
    before = list(Plan.objects.values())
    refused(handed_in(cast, saved(book), kind="budget_plan", by="planner"))
    assert list(Plan.objects.values()) == before


def merged(sheet: Any) -> None:
    sheet.merge_cells("F2:F3")


FAULTY = {
    "one bad row of 500": (
        workbook(register(*(device(n, kondisi="lumayan" if n == 377 else "B") for n in range(1, 501)))),
        {"rows.378.condition": "invalid_choice"},
    ),
    "two bad cells": (
        workbook(register(device(1), device(2, nilai="murah", tanggal="31/02/2023"))),
        {"rows.3.price": "invalid", "rows.3.acquired_on": "invalid_date"},
    ),
    "merged cells": (
        workbook(register(device(1), device(2)), prepare=merged),
        {"rows.2.serial_number": "merged", "rows.3.serial_number": "merged"},
    ),
    "one device told twice": (workbook(register(device(1), device(1, merek="Lain"))), {"rows.3.nibar": "duplicate"}),
}  # fmt: skip


@pytest.mark.parametrize("kind", FAULTY)
def test_a_faulty_register_says_row_and_column_and_nothing_of_it_is_read_in(cast: Cast, kind: str):
    """F8"""
    content, wanted = FAULTY[kind]
    session = handed_in(cast, content).json()
    before = Event.objects.count()
    answer = cast.clerk.post(f"{session['url']}apply/")
    problem(answer, 400)
    found = {each["field"]: each["code"] for each in answer.json()["errors"]}
    assert wanted.items() <= found.items()
    assert {name.split(".")[1] for name in found} == {name.split(".")[1] for name in wanted}
    assert all(each["detail"] for each in answer.json()["errors"])
    assert (Asset.objects.count(), Event.objects.count()) == (0, before)


def test_one_row_over_the_cap_is_refused_and_at_the_cap_it_is_not(cast: Cast, settings):
    """F8"""
    settings.MAX_IMPORT_ROWS = 300
    rows = register(*(device(n) for n in range(1, 302)))
    assert "300" in refused(handed_in(cast, rows), "too_many_rows")
    assert handed_in(cast, rows[:-1]).json()["counts"] == {"new": 300}


def test_a_hidden_sheet_is_not_read_in(cast: Cast):
    """F8"""
    session = handed_in(cast, hidden(beside=True)).json()
    assert cast.clerk.post(f"{session['url']}apply/").status_code == 200
    assert [asset.nibar for asset in Asset.objects.all()] == ["12.01.000002"]


@pytest.mark.parametrize("name", ["daftar.xlsx", "daftar.csv"])
def test_the_same_file_again_creates_nothing(cast: Cast, name: str):
    """F8"""
    rows: Any = register(*(device(n) for n in range(1, 41)))
    if name.endswith("csv"):
        rows = "".join(";".join(cell or "" for cell in row) + "\r\n" for row in rows).encode()
    told = []
    for _time in range(2):
        session = handed_in(cast, rows, name).json()
        done = cast.clerk.post(f"{session['url']}apply/")
        told.append((done.status_code, done.json()["counts"], list(Asset.objects.values()), Event.objects.count()))
    (first, made, assets, events), (second, again, assets_then, events_then) = told
    assert (first, made, second, again) == (200, {"new": 40}, 200, {"same": 40})
    assert (len(assets), assets_then, events_then) == (40, assets, events)


# ---- F11


class Listener:
    """Counts who connects to it."""

    def __init__(self) -> None:
        self.connections = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}/dtd"
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _from = self.socket.accept()
            except OSError:
                return
            with connection:
                self.connections += 1
                connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nharta!")


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()
    try:
        yield listener
    finally:
        listener.socket.shutdown(socket.SHUT_RDWR)
        listener.socket.close()
        listener.thread.join()


SECRET = "isi-berkas-lain"

# each declares &a; given the address of a listener and of a file with the secret
ATTACKS = {
    "an entity": lambda _address, _file: '<!DOCTYPE x [<!ENTITY a "ha">]>',
    "a file": lambda _address, file: f'<!DOCTYPE x [<!ENTITY a SYSTEM "{file}">]>',
    "a listener": lambda address, _file: f'<!DOCTYPE x [<!ENTITY a SYSTEM "{address}">]>',
    "a foreign document type": lambda address, _file: f'<!DOCTYPE x SYSTEM "{address}">',
    "a parameter entity": lambda address, _file: f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{address}"> %p;]>',
}
PARTS = (
    "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/theme/theme1.xml",
    "[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", "docProps/core.xml",
)  # fmt: skip


@pytest.fixture
def other_file(tmp_path: Path) -> str:
    """The address of a file that no reader of a workbook has a reason to open."""
    (tmp_path / "lain.txt").write_text(SECRET)
    return (tmp_path / "lain.txt").as_uri()


def declaring(text: str, document_type: str) -> str:
    """An XML part that declares an entity and uses it where its first element has text or ends."""
    start = text.index("?>") + 2 if text.startswith("<?xml") else 0
    body = text[start:]
    at = body.rindex("</")
    return text[:start] + document_type + body[:at] + "&a;" + body[at:]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("part", PARTS)
def test_entities_are_refused_in_every_part_and_nothing_is_fetched(cast: Cast, attack: str, part: str, other_file: str):
    """F11"""
    with listening() as listener:
        document_type = ATTACKS[attack](listener.address, other_file)

        def spoiled(name: str, content: bytes) -> bytes:
            return declaring(content.decode(), document_type).encode() if name == part else content

        content = repacked(spoiled)
        answer = handed_in(cast, content)
        detail = refused(answer)
    assert content != GOOD and part in zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert SECRET not in answer.content.decode() and SECRET not in detail
    assert listener.connections == 0


def moved(document_type: str, *, encoding: str = "utf-8", to: str = "xl/media/image1.png") -> bytes:
    """The workbook with its sheet under the name of a picture."""

    def change(name: str, content: bytes) -> bytes:
        if name in ("xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
            return content.replace(b"/xl/worksheets/sheet1.xml", f"/{to}".encode())
        return content

    with zipfile.ZipFile(io.BytesIO(GOOD)) as package:
        sheet = declaring(package.read("xl/worksheets/sheet1.xml").decode(), document_type)
    return repacked(change, extra={to: sheet.encode(encoding)}, drop="xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_sheet_that_calls_itself_a_picture_is_no_way_around(cast: Cast, attack: str, encoding: str, other_file: str):
    """F11"""
    with listening() as listener:
        answer = handed_in(cast, moved(ATTACKS[attack](listener.address, other_file), encoding=encoding))
        refused(answer)
    assert listener.connections == 0


def test_shared_strings_are_no_way_around_either(cast: Cast, other_file: str):
    """F11"""
    strings = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t></t></si></sst>'
    for attack in ATTACKS.values():
        spoiled = declaring(strings, attack("http://127.0.0.1:9/", other_file)).encode()
        refused(handed_in(cast, repacked(extra={"xl/sharedStrings.xml": spoiled})))


def test_a_reader_that_trusts_is_found_out_by_the_listener(other_file: str):
    """F11: the control."""

    class Heard(ContentHandler):
        text = ""

        def characters(self, content: str) -> None:
            self.text += content

    with listening() as listener:
        heard = {}
        for attack in ("a file", "a listener"):
            parser = xml.sax.make_parser()  # noqa: S317
            parser.setFeature(feature_external_ges, True)
            parser.setContentHandler(found := Heard())
            document = declaring("<x></x>", ATTACKS[attack](listener.address, other_file))
            parser.parse(io.BytesIO(document.encode()))
            heard[attack] = found.text
    assert listener.connections == 1
    assert heard["a file"] == SECRET and heard["a listener"] == "harta!"


# ---- F12


def in_directory(offset: int, value: bytes, *, local: int | None = None) -> bytes:
    """The good workbook with bytes of the last entry of its directory changed, and of its local header."""
    content = bytearray(GOOD)
    at = content.rindex(b"PK\x01\x02")
    content[at + offset : at + offset + len(value)] = value
    if local is not None:
        begins = int.from_bytes(content[at + 42 : at + 46], "little")
        content[begins + local : begins + local + len(value)] = value
    return bytes(content)


def with_entry(name: str, mode: int = 0) -> bytes:
    out = io.BytesIO(GOOD)
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    with warnings.catch_warnings(), zipfile.ZipFile(out, "a") as package:
        warnings.simplefilter("ignore")
        package.writestr(info, b"xl/workbook.xml")
    return out.getvalue()


def crowded() -> bytes:
    """A few entries more than ``FEW_MEMBERS``."""
    return repacked(extra={f"xl/{number}": b"" for number in range(FEW_MEMBERS)})


def swelling(told: int = SPACES) -> bytes:
    """A small part of spaces that packs well, with a size of its own telling in both places."""
    content = repacked(extra={"xl/media/image1.png": b" " * SPACES})
    return content.replace(SPACES.to_bytes(4, "little"), told.to_bytes(4, "little"))


@pytest.fixture
def low_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that small and harmless files are over."""
    monkeypatch.setattr(container, "MAX_MEMBERS", FEW_MEMBERS)
    monkeypatch.setattr(container, "SMALL", SPACES // 2)


ARCHIVES = {
    "a size too small": lambda: in_directory(24, (12).to_bytes(4, "little")),
    "a size too small in both places": lambda: in_directory(24, (12).to_bytes(4, "little"), local=22),
    "a size too large": lambda: in_directory(24, (10**6).to_bytes(4, "little"), local=22),
    "a packed size too large": lambda: in_directory(20, (10**6).to_bytes(4, "little"), local=18),
    "a size beyond all bounds": lambda: in_directory(24, (2**32 - 2).to_bytes(4, "little")),
    "swelling under a false size": lambda: swelling(told=1_000),
    "swelling": swelling,
    "an entry twice": lambda: with_entry("xl/worksheets/sheet1.xml"),
    "an entry twice but for its case": lambda: with_entry("XL/Worksheets/Sheet1.xml"),
    "too many entries": crowded,
    "a name upwards": lambda: with_entry("../catatan.txt"),
    "a name upwards from within": lambda: with_entry("xl/../../catatan.txt"),
    "a name upwards in Windows": lambda: with_entry("xl\\..\\..\\catatan.txt"),
    "an absolute name": lambda: with_entry("/catatan.txt"),
    "an absolute name in Windows": lambda: with_entry("C:/catatan.txt"),
    "a symbolic link": lambda: with_entry("xl/media/image1.png", stat.S_IFLNK | 0o777),
    "encrypted": lambda: in_directory(8, b"\x01\x00", local=6),
    "encrypted as a whole": lambda: OLE + "EncryptedPackage".encode("utf-16-le"),
    "cut off": lambda: GOOD[:-40],
    "parts that overlap": lambda: in_directory(42, (0).to_bytes(4, "little")),
    "a part beyond the end": lambda: in_directory(42, (0xFFFFFF).to_bytes(4, "little")),
}


@pytest.mark.usefixtures("low_limits")
@pytest.mark.parametrize("kind", ARCHIVES)
def test_an_archive_that_lies_is_refused(cast: Cast, kind: str, media: Any):
    """F12"""
    answer = handed_in(cast, ARCHIVES[kind]())
    refused(answer)
    assert not [path for path in media.rglob("*") if path.is_file()]


@pytest.mark.usefixtures("low_limits")
def test_the_workbook_they_were_made_of_is_a_good_one(cast: Cast):
    """F11, F12: the control."""
    assert handed_in(cast, GOOD).json()["counts"] == {"new": 1}
    assert handed_in(cast, repacked()).json()["counts"] == {"new": 1}
    drawn = b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd"><svg/>'
    assert handed_in(cast, repacked(extra={"xl/media/image1.svg": drawn})).json()["counts"] == {"new": 1}
