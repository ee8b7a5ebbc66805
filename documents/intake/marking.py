"""Colours, comments and a column of words put into a workbook as it is: its other parts stay byte for byte.

Only the sheets that are marked, the styles and what names the new parts are written anew, so that stored values of
formulas, lists to choose from, sparklines, boxes and pictures are those of the file that was handed in.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from lxml import etree

from documents.intake.marks import column_letters, column_number

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
STYLES, CONTENT_TYPES = "xl/styles.xml", "[Content_Types].xml"
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
BEHIND_COMMENTS = ("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts",
                   "extLst")  # fmt: skip
"""What stands behind the reference to comments in a sheet, in the order that the format prescribes."""
WIDTH = 60
AUTHOR = "Gawai"
_SHAPE = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;visibility:hidden;width:240pt;height:80pt"'
    ' fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:textbox/><x:ClientData ObjectType="Note">'
    "<x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
    "</x:ClientData></v:shape>"
)
_DRAWING = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202"'
    ' path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/>'
    "</v:shapetype>{shapes}</xml>"
)


@dataclass(frozen=True)
class Mark:
    """The colour (RRGGBB) of a cell, and what is said beside it; empty: nothing."""

    colour: str
    comment: str = ""


@dataclass
class Marked:
    """What is put into one sheet: marks by row and column (from 1), and words in a new last column by row."""

    part: str
    cells: dict[tuple[int, int], Mark] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)


def mark(path: Path, sheets: list[Marked], target: IO[bytes]) -> None:
    """Write the workbook with its marks. Raises ``ValueError``, ``KeyError`` or ``etree.Error`` for one in which that
    cannot be done.
    """
    with ZipFile(path) as package, ZipFile(target, "w", ZIP_DEFLATED) as out:
        styles = _Styles(_parsed(package.read(STYLES)))
        written: dict[str, bytes] = {}
        for number, each in enumerate(sheets, 1):
            _Sheet(package, written, each, styles, number).mark()
        written[STYLES] = _bytes(styles.root)
        for item in package.infolist():
            out.writestr(item.filename, written.pop(item.filename, b"") or package.read(item))
        for name, content in written.items():
            out.writestr(name, content)


class _Styles:
    """The formats of a workbook; each gets its like in a colour once it is asked for."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.fills, self.formats = (_child(root, name) for name in ("fills", "cellXfs"))
        self._known: dict[tuple[int, str], int] = {}
        self._colours: dict[str, int] = {}

    def coloured(self, style: int, colour: str) -> int:
        found = self._known.get((style, colour))
        if found is None:
            like = copy.deepcopy(self.formats[style])
            like.set("fillId", str(self._fill(colour)))
            like.set("applyFill", "1")
            found = self._known[style, colour] = _added(self.formats, like)
        return found

    def _fill(self, colour: str) -> int:
        if colour not in self._colours:
            fill = etree.Element(_tag("fill"))
            pattern = etree.SubElement(fill, _tag("patternFill"), patternType="solid")
            etree.SubElement(pattern, _tag("fgColor"), rgb=f"FF{colour}")
            self._colours[colour] = _added(self.fills, fill)
        return self._colours[colour]


class _Sheet:
    """One sheet that is marked; what it adds to the package goes into ``written``."""

    def __init__(
        self, package: ZipFile, written: dict[str, bytes], marked: Marked, styles: _Styles, number: int
    ) -> None:
        self.package, self.written, self.marked, self.styles, self.number = package, written, marked, styles, number
        self.root = _parsed(package.read(marked.part))
        self.data = _child(self.root, "sheetData")

    def mark(self) -> None:
        rows = {int(row.get("r")): row for row in self.data}
        last = max((column for row in rows.values() for column in _columns(row)), default=0) + 1
        for (number, column), mark in self.marked.cells.items():
            cell = _cell(self._row(rows, number), number, column)
            cell.set("s", str(self.styles.coloured(int(cell.get("s", 0)), mark.colour)))
        for number, words in self.marked.words.items():
            _say(_cell(self._row(rows, number), number, last), words)
        for row in rows.values():
            row.attrib.pop("spans", None)  # how far it reaches is no longer so
        self._widen(last)
        if any(mark.comment for mark in self.marked.cells.values()) and self.root.find(_tag("legacyDrawing")) is None:
            self._comment()
        self.written[self.marked.part] = _bytes(self.root)

    def _row(self, rows: dict[int, Any], number: int) -> Any:
        if number not in rows:
            row = etree.Element(_tag("row"), r=str(number))
            before = [each for each in rows if each < number]
            self.data.insert(self.data.index(rows[max(before)]) + 1 if before else 0, row)
            rows[number] = row
        return rows[number]

    def _widen(self, last: int) -> None:
        columns = self.root.find(_tag("cols"))
        if columns is None:
            columns = etree.Element(_tag("cols"))
            self.data.addprevious(columns)
        if all(int(each.get("max")) < last for each in columns):
            etree.SubElement(columns, _tag("col"), min=str(last), max=str(last), width=str(WIDTH), customWidth="1")

    def _comment(self) -> None:
        said = {place: mark.comment for place, mark in sorted(self.marked.cells.items()) if mark.comment}
        comments, drawing = f"xl/commentsGawai{self.number}.xml", f"xl/drawings/vmlDrawingGawai{self.number}.vml"
        self.written[comments] = _comments(said)
        shapes = (_SHAPE.format(id=1025 + n, row=row - 1, column=column - 1) for n, (row, column) in enumerate(said))
        self.written[drawing] = _DRAWING.format(shapes="".join(shapes)).encode()
        self._link("comments", comments)
        reference = etree.Element(_tag("legacyDrawing"))
        reference.set(f"{{{LINKS}}}id", self._link("vmlDrawing", drawing))
        behind = next((each for name in BEHIND_COMMENTS if (each := self.root.find(_tag(name))) is not None), None)
        if behind is not None:
            behind.addprevious(reference)
        else:
            self.root.append(reference)
        self._declare(comments)

    def _link(self, kind: str, part: str) -> str:
        """Tie a part to the sheet; returns the name of the tie."""
        place = PurePosixPath(self.marked.part)
        name = f"{place.parent}/_rels/{place.name}.rels"
        known = self.written.get(name) or (self.package.read(name) if name in self.package.namelist() else b"")
        root = _parsed(known) if known else etree.Element(f"{{{PACKAGE}}}Relationships", nsmap={None: PACKAGE})
        tie = f"gawai{len(root) + 1}"
        etree.SubElement(root, f"{{{PACKAGE}}}Relationship", Id=tie, Type=f"{LINKS}/{kind}", Target=f"/{part}")
        self.written[name] = _bytes(root)
        return tie

    def _declare(self, comments: str) -> None:
        root = _parsed(self.written.get(CONTENT_TYPES) or self.package.read(CONTENT_TYPES))
        if not any(each.get("Extension", "").lower() == "vml" for each in root):
            root.insert(0, etree.Element(f"{{{TYPES}}}Default", Extension="vml", ContentType=VML_TYPE))
        etree.SubElement(root, f"{{{TYPES}}}Override", PartName=f"/{comments}", ContentType=COMMENTS_TYPE)
        self.written[CONTENT_TYPES] = _bytes(root)


def _comments(said: dict[tuple[int, int], str]) -> bytes:
    root = etree.Element(_tag("comments"), nsmap={None: MAIN})
    etree.SubElement(etree.SubElement(root, _tag("authors")), _tag("author")).text = AUTHOR
    listed = etree.SubElement(root, _tag("commentList"))
    for (row, column), words in said.items():
        comment = etree.SubElement(listed, _tag("comment"), ref=f"{column_letters(column)}{row}", authorId="0")
        etree.SubElement(etree.SubElement(comment, _tag("text")), _tag("t")).text = words
    return _bytes(root)


def _cell(row: Any, number: int, column: int) -> Any:
    """The cell of a row in that column, put in where there is none."""
    behind = 0
    for cell, here in zip(row, _columns(row), strict=True):
        if here == column:
            return cell
        if here < column:
            behind += 1
    cell = etree.Element(_tag("c"), r=f"{column_letters(column)}{number}")
    row.insert(behind, cell)
    return cell


def _say(cell: Any, words: str) -> None:
    """Literal text, whatever it begins with."""
    cell.set("t", "inlineStr")
    text = etree.SubElement(etree.SubElement(cell, _tag("is")), _tag("t"))
    text.text = words
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _columns(row: Any) -> Iterator[int]:
    """The columns of the cells of a row; one without an address stands beside the one before."""
    column = 0
    for cell in row:
        address = cell.get("r", "").rstrip("0123456789")
        column = column_number(address.encode()) if address else column + 1
        yield column


def _child(root: Any, name: str) -> Any:
    found = root.find(_tag(name))
    if found is None:
        raise ValueError(f"no {name}")
    return found


def _added(group: Any, element: Any) -> int:
    """Put an element at the end of a counted group; returns its number."""
    group.append(element)
    group.set("count", str(len(group)))
    return len(group) - 1


def _tag(name: str) -> str:
    return f"{{{MAIN}}}{name}"


def _parsed(content: bytes) -> Any:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def _bytes(root: Any) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
