"""What may be opened at all: a workbook is measured as a zip of XML, and a CSV as text, before any reader sees it."""

from __future__ import annotations

import re
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, field
from enum import Enum
from pathlib import Path, PurePosixPath
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core import words
from core.errors import DomainError, Text
from documents.intake.marks import Marks, Scan, column_number

MAX_MEMBERS = 2_000
MAX_UNPACKED = 256 * 1024 * 1024
MAX_RATIO = 200
"""Rows of a register that repeat themselves shrink to a fortieth; beyond this a file was made to swell."""
SMALL = 1024 * 1024
MAX_COLUMNS = 256
MAX_CELLS = 8_000_000
"""Cells of the rectangle that holds all others: readers keep the whole of it in memory."""
HEADROOM = 100
"""Rows beside the data: titles, header, totals."""

_CHUNK, _OVERLAP = 1 << 20, 9_000
"""A formula has up to 8,192 letters."""
_REFERENCE = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]{1,4})([0-9]{1,10})\s*["']""")
_ROW = re.compile(rb"""<(?:[\w.-]+:)?row\b[^<>]{0,200}?\br\s*=\s*["']\s*([0-9]{1,10})""")
_HOLLOW_CELL = re.compile(rb"""<c(?: (?:r="[A-Z]{1,3}[0-9]{1,7}"|s="[0-9]{1,6}"|t="[a-z]{1,9}")){1,3} ?(?:/>|></c>)""")
_HOLLOW_ROW = re.compile(rb"""<row(?: [\w:.-]{1,30}="[\w.: -]{0,40}"){0,12} ?(?:/>|>\s*</row>)""")
_ENTITY = re.compile(rb"<!\s*ENTITY", re.IGNORECASE)
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([^"']+)""", re.IGNORECASE)
_LOCAL = struct.Struct("<4s5H3I2H")
"""The header before each part: signature, version, flags, method, time, date, CRC, sizes, lengths of name and extra."""
_ZIP64 = 0xFFFFFFFF
_DAMAGE = (
    BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SPREADSHEETML = b"urn:schemas-microsoft-com:office:spreadsheet"
_MARKUP = re.compile(rb"\s*<(?:!doctype html|html|head|body|meta|style|title|table|div|center|font|p|b|h[1-6])\b", re.I)
SUFFIXES = (".xlsx", ".xls", ".ods", ".csv", ".txt", ".tsv", ".xml", ".htm", ".html")
PLAIN = (".csv", ".txt", ".tsv", ".xls")
"""Under these names a text is a table of lines; programs call such files .xls too."""
MACROS = (".xlsm", ".xltm", ".xlam")
LESS_UNPACKED = 64 * 1024 * 1024
"""Of what is read by Python, which is slower."""


class Type(Enum):
    XLSX = "xlsx"
    CSV = "csv"
    XLS = "xls"
    ODS = "ods"
    HTML = "html"
    XML = "xml"


@dataclass(frozen=True)
class Measured:
    """``rows``: of the longest sheet, or as many as it may have; ``marks``: by the path of a sheet in the package.

    ``wholly``: every part was looked at, so that a reader may open the file.
    """

    type: Type
    _: KW_ONLY
    rows: int
    unpacked: int
    marks: dict[str, Marks] = field(default_factory=dict)
    wholly: bool = True


def measure(path: Path, filename: str, *, glance_above: int = MAX_UNPACKED) -> Measured:
    """Check a file that came from outside and tell how large it is inside. Raises ``DomainError`` on ``file``.

    Of a workbook that unpacks to more than ``glance_above`` bytes the rows are only counted.
    """
    suffix = PurePosixPath(filename).suffix.lower()
    if suffix in MACROS:
        raise _refused(
            "macros", _("Berkas ini memuat makro. Simpan sebagai Buku Kerja Excel (.xlsx) lalu unggah lagi.")
        )
    if suffix not in SUFFIXES:
        raise _refused(
            "unreadable",
            _("Unggah berkas Excel (.xlsx, .xls), .ods atau CSV. Format lain: simpan dahulu sebagai .xlsx."),
        )
    size = path.stat().st_size
    if not 0 < size <= settings.MAX_IMPORT_BYTES:
        raise empty_or_too_large()
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(_OLE):
        return _measured_compound(path, size)
    if start.startswith(b"PK"):
        return _measured_package(path, glance_above)
    lean = start.removeprefix(b"\xef\xbb\xbf")
    if _SPREADSHEETML in lean:
        return Measured(Type.XML, rows=_occurrences(path, b"<Row"), unpacked=size)
    if _MARKUP.match(lean):
        return Measured(Type.HTML, rows=_occurrences(path, b"<tr"), unpacked=size)
    if suffix in PLAIN:
        return _measured_text(path, size)
    raise _refused("unreadable", _("Isi berkas ini bukan buku kerja Excel. Simpan ulang sebagai .xlsx."))


def _measured_compound(path: Path, size: int) -> Measured:
    """Excel's format before 2007; a workbook of today with a password is wrapped alike."""
    with path.open("rb") as file:
        if _ENCRYPTED in file.read(SMALL):
            raise encrypted()
    return Measured(Type.XLS, rows=size // 100, unpacked=size)


def _occurrences(path: Path, tag: bytes) -> int:
    with path.open("rb") as file:
        return sum(chunk.lower().count(tag.lower()) for chunk in iter(lambda: file.read(_CHUNK), b""))


def empty_or_too_large() -> DomainError:
    limit = settings.MAX_IMPORT_BYTES // (1024 * 1024)
    detail = _("Berkas kosong atau lebih dari %(n)s MB: periksa isinya, atau pecah menjadi beberapa berkas.")
    return _refused("too_large", detail % {"n": limit})


def too_many_rows() -> DomainError:
    cap = words.thousands(settings.MAX_IMPORT_ROWS)
    return _refused(
        "too_many_rows", _("Berkas ini lebih dari %(n)s baris. Pecah menjadi beberapa berkas.") % {"n": cap}
    )


def _measured_text(path: Path, size: int) -> Measured:
    lines = 1
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if b"\x00" in chunk:
                raise _refused("unreadable", _("Isi berkas ini bukan CSV. Simpan sebagai CSV UTF-8."))
            lines += chunk.count(b"\n")
    if lines > 3 * (settings.MAX_IMPORT_ROWS + HEADROOM):  # a quoted cell may hold a few line ends
        raise too_many_rows()
    return Measured(Type.CSV, rows=lines, unpacked=size)


def _measured_package(path: Path, glance_above: int) -> Measured:
    try:
        with ZipFile(path) as package:
            members = package.infolist()
            _check_members(members)
            _check_places(package, members)
            unpacked = sum(member.file_size for member in members)
            if any(member.filename == "content.xml" for member in members):
                return _measured_open_document(package, members)
            return _counted(package, members) if unpacked > glance_above else _scanned(package, members)
    except _DAMAGE as error:
        raise _refused("unreadable", _("Berkas Excel ini rusak. Buka dan simpan ulang, lalu unggah lagi.")) from error


def _check_members(members: list[ZipInfo]) -> None:
    names = [member.filename for member in members]
    if len(members) > MAX_MEMBERS or len({name.lower() for name in names}) < len(names):
        raise _refused(
            "unreadable", _("Susunan berkas Excel ini tidak wajar. Buka di Excel, simpan ulang, lalu unggah lagi.")
        )
    unpacked = 0
    for member in members:
        name, unpacked = member.filename, unpacked + member.file_size
        if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
            raise _refused(
                "unreadable", _("Susunan berkas Excel ini tidak wajar. Buka di Excel, simpan ulang, lalu unggah lagi.")
            )
        if stat.S_ISLNK(member.external_attr >> 16):
            raise _refused(
                "unreadable", _("Susunan berkas Excel ini tidak wajar. Buka di Excel, simpan ulang, lalu unggah lagi.")
            )
        if member.flag_bits & 1:
            raise encrypted()
        if member.file_size > SMALL and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise _swollen()
    if unpacked > MAX_UNPACKED:
        raise _swollen()
    if any(PurePosixPath(name.lower()).name in ("vbaproject.bin", "vbadata.xml") for name in names):
        raise _refused(
            "macros", _("Berkas ini memuat makro. Simpan sebagai Buku Kerja Excel (.xlsx) lalu unggah lagi.")
        )
    if not {"[content_types].xml", "content.xml"} & {name.lower() for name in names}:
        raise _refused("unreadable", _("Isi berkas ini bukan buku kerja Excel. Simpan ulang sebagai .xlsx."))


def _check_places(package: ZipFile, members: list[ZipInfo]) -> None:
    """Each part ends before the next begins, and its own header tells the sizes that the directory tells."""
    ordered = sorted(members, key=lambda member: member.header_offset)
    ends = [member.header_offset for member in ordered[1:]] + [package.start_dir]
    for member, end in zip(ordered, ends, strict=True):
        package.fp.seek(member.header_offset)  # type: ignore[union-attr]
        header = _LOCAL.unpack(package.fp.read(_LOCAL.size))  # type: ignore[union-attr]
        sizes, names = header[7:9], sum(header[9:])
        if member.header_offset + _LOCAL.size + names + member.compress_size > end:
            raise BadZipFile("overlapping parts")
        told_later = header[2] & 8 or _ZIP64 in sizes
        if not told_later and sizes != (member.compress_size, member.file_size):
            raise BadZipFile("two sizes for one part")


def _counted(package: ZipFile, members: list[ZipInfo]) -> Measured:
    rows, unpacked = 0, 0
    for member in members:
        here = 0
        for _window, chunk in _windows(package, member):
            unpacked += len(chunk)
            here += chunk.count(b"<row") + chunk.count(b":row ")
        rows = max(rows, here)
    if rows > settings.MAX_IMPORT_ROWS + HEADROOM:
        return _scanned(package, members)
    return Measured(Type.XLSX, rows=rows, unpacked=unpacked, wholly=False)


def _measured_open_document(package: ZipFile, members: list[ZipInfo]) -> Measured:
    """A workbook of LibreOffice: only its content is read, by a reader that counts the cells as they come."""
    rows, unpacked = 0, 0
    for member in members:
        if member.filename in ("content.xml", "META-INF/manifest.xml"):
            for window, chunk in _windows(package, member):
                unpacked += len(chunk)
                rows += chunk.count(b"<table:table-row")
                if _DECLARATION.search(window):
                    raise _refused(
                        "unreadable", _("Berkas ini memuat deklarasi yang tidak diizinkan. Simpan ulang sebagai .xlsx.")
                    )
                if b"encryption-data" in window and member.filename != "content.xml":
                    raise encrypted()
    if unpacked > LESS_UNPACKED:
        raise _swollen()
    return Measured(Type.ODS, rows=rows, unpacked=unpacked)


def _scanned(package: ZipFile, members: list[ZipInfo]) -> Measured:
    """Read every part once: real sizes, no document types or entities, UTF-8 alone, and how far the sheets reach."""
    rows, unpacked, marks = 0, 0, {}
    for member in members:
        extent, picture, scan = _Extent(), None, Scan()  # any part may be a sheet: the workbook names it by its path
        for window, chunk in _windows(package, member):
            unpacked += len(chunk)
            if picture is None:
                _check_encoding(window)
                picture = member.filename.startswith("xl/media/") and _is_drawing(window)
            if (_ENTITY if picture else _DECLARATION).search(window):
                raise _refused(
                    "unreadable",
                    _("Berkas Excel ini memuat deklarasi yang tidak diizinkan. Simpan ulang sebagai .xlsx."),
                )
            extent.widen(window)
            scan.take(window)
        if extent.too_far:
            extent = _reached(package, member)
        extent.check()
        rows = max(rows, extent.last_row)
        marks[member.filename] = scan.marks
    return Measured(Type.XLSX, rows=rows, unpacked=unpacked, marks=marks)


def _reached(package: ZipFile, member: ZipInfo) -> _Extent:
    """How far the cells with a value reach: formatted rows and cells without one are none."""
    extent = _Extent()
    for window, _chunk in _windows(package, member):
        extent.widen(_HOLLOW_ROW.sub(b"", _HOLLOW_CELL.sub(b"", window)))
    return extent


def _windows(package: ZipFile, member: ZipInfo) -> Iterator[tuple[bytes, bytes]]:
    """The part in pieces: each with the end of the one before, so that nothing is cut in two, and by itself."""
    before, size = b"", 0
    with package.open(member) as part:
        while chunk := part.read(_CHUNK):
            yield before + chunk, chunk
            before, size = (before + chunk)[-_OVERLAP:], size + len(chunk)
    if size != member.file_size:
        raise BadZipFile("not the size that was told")


def _check_encoding(start: bytes) -> None:
    declared = _ENCODING.match(start.removeprefix(b"\xef\xbb\xbf")[:200])
    foreign = declared and declared.group(1).lower() not in (b"utf-8", b"utf8", b"us-ascii")
    if foreign or start[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<"):
        raise _refused(
            "unreadable", _("Berkas Excel ini memakai penyandian yang tidak didukung. Simpan ulang sebagai .xlsx.")
        )


def _is_drawing(start: bytes) -> bool:
    """Whether this is an SVG, which may name its document type: no reader of sheets looks into one."""
    if _ENTITY.search(start):
        return False
    names: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, _attributes: names.append(name)
    with suppress(expat.ExpatError):
        parser.Parse(start)
    return names[:1] == ["svg"]


class _Extent:
    """The furthest cell that a sheet names."""

    def __init__(self) -> None:
        self.columns: set[bytes] = set()
        self.last_row = 0

    def widen(self, window: bytes) -> None:
        found = _REFERENCE.findall(window)
        self.columns.update([letters for letters, _digits in found])
        rows = [number for _letters, number in found] + _ROW.findall(window)
        self.last_row = max([self.last_row, *map(int, set(rows))])

    @property
    def widest(self) -> int:
        return max((column_number(letters) for letters in self.columns), default=0)

    @property
    def too_far(self) -> bool:
        widest, most = self.widest, settings.MAX_IMPORT_ROWS + HEADROOM
        return widest > MAX_COLUMNS or self.last_row > most or widest * self.last_row > MAX_CELLS

    def check(self) -> None:
        if self.last_row > settings.MAX_IMPORT_ROWS + HEADROOM and self.widest <= MAX_COLUMNS:
            raise too_many_rows()
        if self.too_far:
            detail = _("Lembar ini terlalu lebar. Hapus kolom dan baris kosong di luar tabel.")
            raise _refused("too_wide", detail)


def encrypted() -> DomainError:
    return _refused("encrypted", _("Berkas ini dikunci dengan sandi. Hapus sandinya, simpan, lalu unggah lagi."))


def _swollen() -> DomainError:
    return _refused("too_large", _("Isi berkas ini terlalu besar setelah dibuka. Pecah menjadi beberapa berkas."))


def _refused(code: str, detail: Text) -> DomainError:
    return DomainError(code, detail, field="file")
