"""Codes of goods by their numbers, whatever stands between these: Permendagri 108/2016 has seven levels, 17/2007 five.

Lists of prices add an eighth level of their own. Source: domain.md section 6.1.
"""

from __future__ import annotations

import re

LEVELS, OLD_LEVELS, LONGEST = 7, 5, 40
_CODE = re.compile(r"\d[\d.,\-/\s]*\d|\d")
_WIDTHS = {10: (2, 2, 2, 2, 2), 12: (1, 1, 1, 2, 2, 2, 3), 17: (1, 1, 1, 2, 2, 2, 3, 5)}
"""How many digits each level has where nothing stands between them."""

_GROUPS = ((1, 1), (1, 3), (1, 5))
"""How codes of Permendagri 108/2016 begin."""


def numbers(code: str) -> tuple[int, ...]:
    """``1.3.2.10.01.02.002`` and ``132100102002`` as (1, 3, 2, 10, 1, 2, 2); nothing for what is no code.

    A zero in front that a spreadsheet swallowed is put back.
    """
    lean = code.strip().strip(".")
    if len(lean) > LONGEST or not _CODE.fullmatch(lean):
        return ()
    parts = re.findall(r"\d+", lean)
    if len(parts) > 1:
        return tuple(map(int, parts))
    digits = lean.zfill(10) if len(lean) == 9 else lean
    found, at = [], 0
    for width in _WIDTHS.get(len(digits), (len(digits),)):
        found.append(int(digits[at : at + width]))
        at += width
    return tuple(found)


def is_old(levels: tuple[int, ...]) -> bool:
    """Whether this is a whole code of Permendagri 17/2007, and not the group of 108/2016 that is as long."""
    return len(levels) == OLD_LEVELS and levels[:2] not in _GROUPS


def is_whole(levels: tuple[int, ...]) -> bool:
    """Whether a code names goods, and no group of them."""
    return len(levels) >= LEVELS or is_old(levels)
