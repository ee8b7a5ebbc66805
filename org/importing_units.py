"""Units from a CSV file: read and checked as a whole, then put into the tree, or nothing at all."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass

from django.core.exceptions import ValidationError

from core.errors import Conflict, DomainError, Fault
from core.text import clean_text
from core.transactions import writing
from org.models import Unit
from org.models.grants import OPERATOR
from org.placing import above_one, nearest
from org.reference import put

COLUMNS = ("code", "name", "kind")
MAX_BYTES = 5_000_000
MAX_ROWS = 100_000
MAX_CODE, MAX_NAME = 40, 150
CODE = re.compile(r"[0-9A-Z]+(\.[0-9A-Z]+)*")
FORMULA_STARTS = ("=", "+", "-", "@")


@dataclass(frozen=True)
class UnitRow:
    """One unit as a file names it. ``number`` is its row in the file, the header being row 1; ``kind`` may be empty."""

    number: int
    _: KW_ONLY
    code: str
    name: str
    kind: str = ""

    @property
    def place(self) -> str:
        return f"row {self.number}" if self.number else "--root"


@dataclass
class Imported:
    """How many units an import added, changed and found as they were."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0


def read_units(content: bytes) -> list[UnitRow]:
    """The rows of a CSV file with the columns ``code,name[,kind]``; UTF-8, comma or semicolon, empty rows skipped.

    Raises ``DomainError`` with a fault for every row that cannot be read.
    """
    lines = _lines(content)
    header = [cell.strip().lower() for cell in lines[0]] if lines else []
    if sorted(header) not in (["code", "name"], ["code", "kind", "name"]):
        raise _refused(Fault("row 1", "bad_header", "the header must be code,name or code,name,kind"))
    rows, faults = [], []
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            rows.append(_row(number, header, cells))
        except ValueError as error:
            faults.append(Fault(f"row {number}", "bad_row", str(error)))
    if not rows and not faults:
        faults.append(Fault("row 2", "empty", "the file holds no units"))
    if faults:
        raise _refused(*faults)
    return rows


def import_units(
    root: UnitRow, rows: Iterable[UnitRow], *, progress: Callable[[int, int], None] = lambda done, total: None
) -> Imported:
    """Put ``root`` and the units under it into the tree: new ones are added, known ones get the name of the file.

    A unit's parent is the nearest whose code its own begins with. A kind that the file does not give follows from the
    code; units already there keep theirs. Raises ``DomainError`` with every fault, and then changes nothing.
    Writes one event per unit added or changed, by the system in the role ``operator``.
    """
    with writing():
        known = {unit.code: unit for unit in Unit.objects.all()}
        rows = sorted(rows, key=lambda row: row.code.count("."))
        kinds = _kinds(root, rows, known)
        imported = Imported()
        for done, row in enumerate([root, *rows], start=1):
            _put(row, kinds[row.code], known, imported)
            progress(done, len(rows) + 1)
    return imported


def check_code(code: str) -> str:
    """``code`` if it can be the code of a unit; ``ValueError`` says why not."""
    if not CODE.fullmatch(code) or len(code) > MAX_CODE:
        raise ValueError(f"{code[:50]!r} is no code: digits or capital letters, separated by full stops")
    return code


def check_name(name: str) -> str:
    """``name`` cleaned, if it can be the name of a unit; ``ValueError`` says why not."""
    try:
        name = clean_text(name)
    except ValidationError:
        raise ValueError("the name holds control characters") from None
    if not name or len(name) > MAX_NAME or "\n" in name or "\t" in name:
        raise ValueError(f"the name must be one line of 1 to {MAX_NAME} characters")
    if name.startswith(FORMULA_STARTS):
        raise ValueError(f"the name {name[:50]!r} looks like a formula")
    return name


def _lines(content: bytes) -> list[list[str]]:
    if len(content) > MAX_BYTES:
        raise _refused(Fault("file", "too_large", f"the file is larger than {MAX_BYTES:,} bytes"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise _refused(Fault(f"row {row}", "not_utf8", "the file is not UTF-8 text; save it as CSV UTF-8")) from error
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        lines = list(reader)
    except csv.Error as error:
        raise _refused(Fault(f"row {reader.line_num}", "bad_csv", f"the row cannot be read ({error})")) from error
    if len(lines) > MAX_ROWS + 1:
        raise _refused(Fault("file", "too_long", f"the file has more than {MAX_ROWS:,} rows"))
    return lines


def _row(number: int, header: list[str], cells: list[str]) -> UnitRow:
    if len(cells) != len(header):
        raise ValueError(f"{len(cells)} cells instead of {len(header)}")
    values = dict(zip(header, cells, strict=True))
    kind = values.get("kind", "").strip()
    if kind and kind not in Unit.Kind.values:
        raise ValueError(f"unknown kind {kind[:50]!r}; one of {', '.join(Unit.Kind.values)}")
    return UnitRow(number, code=check_code(values["code"].strip()), name=check_name(values["name"]), kind=kind)


def _kinds(root: UnitRow, rows: list[UnitRow], known: dict[str, Unit]) -> dict[str, str]:
    """The kind of every unit named. Raises ``DomainError`` with all faults of codes, parents and kinds."""
    units = dict(known)
    _come(root, units)
    if root.code not in known and (one := above_one(root.code, known.values(), [row.code for row in rows])):
        raise _refused(Fault(root.place, "above_one", f"the file names no unit beside {one.code} under {root.code}"))
    seen, faults = {root.code: root}, []
    for row in rows:
        why = _fault(row, root, seen, units)
        if why:
            faults.append((row.number, Fault(row.place, "bad_unit", why)))
        else:
            seen[row.code] = row
            _come(row, units)
    if faults:
        raise _refused(*(fault for _number, fault in sorted(faults, key=lambda each: each[0])))
    return {code: unit.kind for code, unit in units.items()}


def _come(row: UnitRow, units: dict[str, Unit]) -> None:
    """Put the unit of a row among ``units``, with the kind that it gets."""
    there = units.get(row.code)
    kind = row.kind or (there.kind if there else guessed_kind(row.code, nearest(row.code, units)))
    units[row.code] = Unit(code=row.code, kind=kind)


def _fault(row: UnitRow, root: UnitRow, seen: dict[str, UnitRow], units: dict[str, Unit]) -> str:
    if row.code in seen:
        return f"the code {row.code} stands in {seen[row.code].place} already"
    if not row.code.startswith(f"{root.code}."):
        return f"the code {row.code} does not lie under the root {root.code}"
    if not (row.kind or row.code in units or guessed_kind(row.code, nearest(row.code, units))):
        return f"the kind of {row.code} does not follow from its code; add a column kind"
    return ""


def guessed_kind(code: str, parent: Unit | None) -> str:
    """What a unit right under ``parent`` is by its code (Kemendagri): empty when it does not follow.

    ``32`` is a province, ``32.01`` a kabupaten, ``32.01.12`` a district, ``32.01.12.1006`` an urban village,
    ``32.01.12.2001`` a village; letters make an agency of a government, a division of an agency.
    """
    if parent is None:
        return Unit.Kind.PROVINCE if re.fullmatch(r"\d\d", code) else Unit.Kind.REGENCY
    rest = code.removeprefix(f"{parent.code}.")
    below = {Unit.Kind.PROVINCE: Unit.Kind.REGENCY, Unit.Kind.REGENCY: Unit.Kind.DISTRICT}
    if parent.kind in below and re.fullmatch(r"\d\d", rest):
        return below[Unit.Kind(parent.kind)]
    if parent.kind == Unit.Kind.DISTRICT and re.fullmatch(r"[12]\d{3}", rest):
        return Unit.Kind.URBAN_VILLAGE if rest[0] == "1" else Unit.Kind.VILLAGE
    if rest.replace(".", "").isdigit() and parent.kind not in (Unit.Kind.AGENCY, Unit.Kind.DIVISION):
        return ""
    return Unit.Kind.AGENCY if parent.kind in below else Unit.Kind.DIVISION


def _put(row: UnitRow, kind: str, known: dict[str, Unit], imported: Imported) -> None:
    unit = known.get(row.code)
    if unit and (unit.name, unit.kind) == (row.name, kind):
        imported.unchanged += 1
        return
    try:
        if unit:
            known[row.code] = put(unit, role=OPERATOR, name=row.name, kind=kind)
            imported.changed += 1
        else:
            known[row.code] = put(Unit(), role=OPERATOR, code=row.code, name=row.name, kind=kind)
            imported.created += 1
    except ValidationError as error:
        raise _refused(Fault(row.place, "bad_unit", " ".join(error.messages))) from error
    except Conflict as error:
        raise _refused(Fault(row.place, error.code, error.detail)) from error


def _refused(*faults: Fault) -> DomainError:
    return DomainError("file_refused", "Nothing was imported.", faults=faults)
