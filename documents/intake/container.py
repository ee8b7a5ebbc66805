"""What may be opened at all: a workbook is measured as a zip of XML, and a CSV as text, before any reader sees it."""

from __future__ import annotations

import re
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass
from enum import Enum
from pathlib import Path, PurePosixPath
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core import words
from core.errors import DomainError, Text

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

_CHUNK, _OVERLAP = 1 << 20, 256
_REFERENCE = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]{1,4})([0-9]{1,10})\s*["']""")
_ROW = re.compile(rb"""<(?:[\w.-]+:)?row\b[^<>]{0,200}?\br\s*=\s*["']\s*([0-9]{1,10})""")
_ERROR = re.compile(rb"""<(?:[\w.-]+:)?c r="([A-Z]{1,3})([0-9]{1,7})"[^<>]{0,100}?\bt="e\"""")
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


class Type(Enum):
    XLSX = "xlsx"
    CSV = "csv"


@dataclass(frozen=True)
class Measured:
    """``rows``: of the longest sheet; ``errors``: per sheet file the cells that hold an error value of a formula.

    ``wholly``: every part was looked at, so that a reader may open the file.
    """

    type: Type
    _: KW_ONLY
    rows: int
    unpacked: int
    errors: dict[str, tuple[tuple[int, int], ...]]
    wholly: bool = True


def measure(path: Path, filename: str, *, glance_above: int = MAX_UNPACKED) -> Measured:
    """Check a file that came from outside and tell how large it is inside. Raises ``DomainError`` on ``file``.

    Of a workbook that unpacks to more than ``glance_above`` bytes the rows are only counted.
    """
    suffix = PurePosixPath(filename).suffix.lower()
    if suffix in (".xlsm", ".xltm", ".xlam"):
        raise _refused(
            "macros", _("Berkas ini memuat makro. Simpan sebagai Buku Kerja Excel (.xlsx) lalu unggah lagi.")
        )
    if suffix not in (".xlsx", ".csv"):
        raise _refused(
            "unreadable", _("Unggah berkas Excel (.xlsx) atau CSV. Format lain: simpan dahulu sebagai .xlsx.")
        )
    size = path.stat().st_size
    if not 0 < size <= settings.MAX_IMPORT_BYTES:
        limit = settings.MAX_IMPORT_BYTES // (1024 * 1024)
        raise _refused("too_large", _("Berkas kosong atau lebih dari %(n)s MB.") % {"n": limit})
    with path.open("rb") as file:
        start = file.read(8)
    if start == _OLE:
        raise _old_or_encrypted(path)
    if suffix == ".csv":
        return _measured_text(path, start)
    if not start.startswith(b"PK"):
        raise _refused("unreadable", _("Isi berkas ini bukan buku kerja Excel. Simpan ulang sebagai .xlsx."))
    return _measured_package(path, glance_above)


def too_many_rows() -> DomainError:
    cap = words.thousands(settings.MAX_IMPORT_ROWS)
    return _refused(
        "too_many_rows", _("Berkas ini lebih dari %(n)s baris. Pecah menjadi beberapa berkas.") % {"n": cap}
    )


def _measured_text(path: Path, start: bytes) -> Measured:
    if start.startswith(b"PK"):
        raise _refused("unreadable", _("Isi berkas ini bukan CSV. Beri akhiran .xlsx bila ini buku kerja Excel."))
    lines = 1
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if b"\x00" in chunk:
                raise _refused("unreadable", _("Isi berkas ini bukan CSV. Simpan sebagai CSV UTF-8."))
            lines += chunk.count(b"\n")
    if lines > 3 * (settings.MAX_IMPORT_ROWS + HEADROOM):  # a quoted cell may hold a few line ends
        raise too_many_rows()
    return Measured(Type.CSV, rows=lines, unpacked=path.stat().st_size, errors={})


def _measured_package(path: Path, glance_above: int) -> Measured:
    try:
        with ZipFile(path) as package:
            members = package.infolist()
            _check_members(members)
            _check_places(package, members)
            unpacked = sum(member.file_size for member in members)
            return _counted(package, members) if unpacked > glance_above else _scanned(package, members)
    except _DAMAGE as error:
        raise _refused("unreadable", _("Berkas Excel ini rusak. Buka dan simpan ulang, lalu unggah lagi.")) from error


def _check_members(members: list[ZipInfo]) -> None:
    names = [member.filename for member in members]
    if len(members) > MAX_MEMBERS or len({name.lower() for name in names}) < len(names):
        raise _refused("unreadable", _("Susunan berkas Excel ini tidak wajar."))
    unpacked = 0
    for member in members:
        name, unpacked = member.filename, unpacked + member.file_size
        if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
            raise _refused("unreadable", _("Susunan berkas Excel ini tidak wajar."))
        if stat.S_ISLNK(member.external_attr >> 16):
            raise _refused("unreadable", _("Susunan berkas Excel ini tidak wajar."))
        if member.flag_bits & 1:
            raise _encrypted()
        if member.file_size > SMALL and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise _swollen()
    if unpacked > MAX_UNPACKED:
        raise _swollen()
    if any(PurePosixPath(name.lower()).name in ("vbaproject.bin", "vbadata.xml") for name in names):
        raise _refused(
            "macros", _("Berkas ini memuat makro. Simpan sebagai Buku Kerja Excel (.xlsx) lalu unggah lagi.")
        )
    if "[content_types].xml" not in (name.lower() for name in names):
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
        raise too_many_rows()
    return Measured(Type.XLSX, rows=rows, unpacked=unpacked, errors={}, wholly=False)


def _scanned(package: ZipFile, members: list[ZipInfo]) -> Measured:
    """Read every part once: real sizes, no document types or entities, UTF-8 alone, and how far the sheets reach."""
    rows, unpacked, errors = 0, 0, {}
    for member in members:
        extent, picture = _Extent(), None  # any part may be a sheet: the workbook names it by its path
        for window, chunk in _windows(package, member):
            unpacked += len(chunk)
            if picture is None:
                _check_encoding(window)
                picture = member.filename.startswith("xl/media/") and _is_drawing(window)
            if (_ENTITY if picture else _DECLARATION).search(window):
                raise _refused("unreadable", _("Berkas Excel ini memuat deklarasi yang tidak diizinkan."))
            extent.widen(window)
        extent.check()
        rows = max(rows, extent.last_row)
        errors[member.filename] = tuple(extent.errors)
    return Measured(Type.XLSX, rows=rows, unpacked=unpacked, errors=errors)


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
        raise _refused("unreadable", _("Berkas Excel ini memakai penyandian yang tidak didukung."))


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
        self.errors: list[tuple[int, int]] = []

    def widen(self, window: bytes) -> None:
        found = _REFERENCE.findall(window)
        self.columns.update([letters for letters, _digits in found])
        rows = [number for _letters, number in found] + _ROW.findall(window)
        self.last_row = max([self.last_row, *map(int, set(rows))])
        if len(self.errors) < 1_000 and b't="e"' in window:
            places = [(int(row), column_number(letters)) for letters, row in _ERROR.findall(window)]
            self.errors += [each for each in places if each not in self.errors[-20:]]

    def check(self) -> None:
        widest = max((column_number(letters) for letters in self.columns), default=0)
        if self.last_row > settings.MAX_IMPORT_ROWS + HEADROOM and widest <= MAX_COLUMNS:
            raise too_many_rows()
        if widest > MAX_COLUMNS or widest * self.last_row > MAX_CELLS:
            detail = _("Lembar ini terlalu lebar. Hapus kolom dan baris kosong di luar tabel.")
            raise _refused("too_wide", detail)


def column_number(letters: bytes) -> int:
    """``A`` is 1, ``AA`` 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _old_or_encrypted(path: Path) -> DomainError:
    with path.open("rb") as file:
        if _ENCRYPTED in file.read(SMALL):
            return _encrypted()
    return _refused("old_format", _("Ini berkas Excel lama (.xls). Simpan sebagai .xlsx lalu unggah lagi."))


def _encrypted() -> DomainError:
    return _refused("encrypted", _("Berkas ini dikunci dengan sandi. Hapus sandinya, simpan, lalu unggah lagi."))


def _swollen() -> DomainError:
    return _refused("too_large", _("Isi berkas ini terlalu besar setelah dibuka."))


def _refused(code: str, detail: Text) -> DomainError:
    return DomainError(code, detail, field="file")
