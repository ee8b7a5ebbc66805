"""The one door to typst: data in as JSON, a PDF out, byte for byte the same for the same data.

What people wrote reaches the template as strings, never as markup, and the template's ``root`` shows it no file but
the templates themselves. The PDF is tagged and held to PDF/A-2a and PDF/UA-1 by typst, which refuses what breaks them.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import segno
import typst

from documents.values import storable

TEMPLATES = Path(__file__).parent / "templates"
FONTS = Path(__file__).parent / "fonts"
STANDARDS: list[Any] = ["a-2a", "ua-1"]
# Invisible marks that turn the reading order of what follows them.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_lock = Lock()


@cache
def _compiler() -> typst.Compiler:
    """Made at the first paper, so never before the app server forks: typst keeps threads that a fork would lose."""
    return typst.Compiler(root=TEMPLATES, font_paths=[FONTS], ignore_system_fonts=True)


def typeset(template: str, data: dict[str, Any], *, day: date) -> bytes:
    """``data`` set by ``template`` as a PDF dated ``day``. ``data`` may hold nothing but JSON."""
    written = json.dumps({**data, "day": [day.year, day.month, day.day]}, ensure_ascii=False)
    made_at = datetime.combine(day, time.min, tzinfo=UTC)
    with _lock:
        pdf = _compiler().compile(
            input=TEMPLATES / template,
            format="pdf",
            sys_inputs={"data": written},
            pdf_standards=STANDARDS,
            timestamp=made_at,
        )
    if not isinstance(pdf, bytes):
        raise TypeError("a paper is one file")
    return pdf


def plain(text: object) -> str:
    """``text`` on one line, without marks that would turn the line around."""
    return " ".join(_TURNS.sub("", storable(str(text))).split())


def paragraphs(text: str) -> list[str]:
    """The non-empty lines of ``text``."""
    return [line for line in (plain(each) for each in text.splitlines()) if line]


def qr(text: str, *, border: int = 0) -> str:
    """``text`` as a QR code, an SVG drawing with ``border`` empty modules around it."""
    return segno.make(text, error="m", micro=False).svg_inline(border=border, omitsize=True)
