"""Titles of columns as they are compared."""

from __future__ import annotations

import re

from core.text import folded

_UNITS = re.compile(
    r"\((?:(?:dalam |dlm )?(?:ribuan|ribu|jutaan)? ?(?:rp|rupiah)?|x ?1\.?000|tahun|ya/tidak|wib|wita|wit)\.?\)|[*:]"
)
_THOUSANDS = re.compile(r"\bribu(?:an)?\b|x ?1\.?000\b")


def in_thousands(title: str) -> bool:
    """Whether the amounts below a title are so many thousands."""
    return bool(_THOUSANDS.search(folded(title)))


def title_key(cell: object) -> str:
    """A title without case, punctuation, stars and units of measure; empty for what is no text."""
    if not isinstance(cell, str):
        return ""
    return re.sub(r"[\s./\-–]+", " ", _UNITS.sub(" ", folded(cell))).strip()
