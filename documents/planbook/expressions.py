"""Formulas of a form: arithmetic over declared columns, turned into what a spreadsheet reads.

Only a layout's own text comes here, never data; and of that only columns, numbers, operators, text in quotes and a
short list of functions pass, so that no layout can reach outside the workbook.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.translation import gettext as _

from core.errors import DomainError

FUNCTIONS = frozenset({"SUM", "SUMIF", "ROUND", "IF", "MAX", "MIN", "ABS"})
_NAMED = re.compile(r"\{(?:([a-z_0-9]+)\.)?([a-z_0-9]+)(:?)\}")
_QUOTED = re.compile(r'"[^"]*"')
_FUNCTION = re.compile(r"([A-Z]+)\(")
_REST = re.compile(r"[\d\s+\-*/(),.<>=&]*")

Resolve = Callable[[str, str, bool], str]


def translate(formula: str, resolve: Resolve) -> str:
    """``formula`` with each ``{sheet.column}`` replaced by what ``resolve(sheet, column, whole)`` answers."""
    check(formula)
    return _NAMED.sub(lambda found: resolve(found[1] or "", found[2], bool(found[3])), formula)


def check(formula: str) -> None:
    """``DomainError`` for anything but arithmetic."""
    bare = _QUOTED.sub("", _NAMED.sub("", formula))
    called = set(_FUNCTION.findall(bare))
    rest = _FUNCTION.sub("(", bare)
    if called - FUNCTIONS or not _REST.fullmatch(rest):
        raise DomainError("invalid_formula", _("Rumus %(formula)s tidak diizinkan.") % {"formula": formula})
