"""Names that every spreadsheet program takes for a sheet."""

from __future__ import annotations

import re
from collections.abc import Collection

from documents.values import storable

MAX_LENGTH = 31
_REFUSED = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]")
_RESERVED = frozenset({"history", "riwayat"})


def sheet_name(wanted: str, taken: Collection[str], fallback: str = "Lembar") -> str:
    """``wanted`` made valid (31 UTF-16 units, no ``[]:*?/\\``, no outer apostrophe) and unlike all in ``taken``."""
    base = _REFUSED.sub("-", storable(wanted)).strip().strip("'").strip() or fallback
    used = {each.casefold() for each in taken} | _RESERVED
    name, copy = _cut(base, MAX_LENGTH), 1
    while name.casefold() in used:
        copy += 1
        suffix = f" ({copy})"
        name = _cut(base, MAX_LENGTH - len(suffix)) + suffix
    return name


def _cut(name: str, units: int) -> str:
    while len(name.encode("utf-16-le")) > units * 2:
        name = name[:-1]
    return name.strip().rstrip("'").strip()
