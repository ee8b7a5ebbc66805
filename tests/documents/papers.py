"""Reading papers back."""

from __future__ import annotations

import re
from io import BytesIO

from pypdf import PdfReader


def opened(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf), strict=True)


def words_of(pdf: bytes) -> str:
    """All text, with single spaces between the words."""
    return " ".join(" ".join(page.extract_text() for page in opened(pdf).pages).split())


def letters_of(pdf: bytes) -> str:
    """All text without any space: lines break where they like."""
    return squeezed(words_of(pdf))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def fonts_of(pdf: bytes) -> set[str]:
    """Names of the fonts used, without the prefix of a subset."""
    return {
        font["/BaseFont"].lstrip("/").partition("+")[2]
        for page in opened(pdf).pages
        for font in (each.get_object() for each in page["/Resources"]["/Font"].values())
    }
