"""Text as it may enter the register: Unicode NFC, no control characters, no lone surrogates."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def one_break(value: str) -> str:
    """``value`` with each line break as the one character that a browser counts it as; it sends two."""
    return value.replace("\r\n", "\n").replace("\r", "\n")


def clean_text(value: str) -> str:
    """``value`` in NFC, line ends as LF, outer space gone. Raises ``ValidationError`` on forbidden characters."""
    if value.isascii() and value.isprintable():
        return value.strip()
    if FORBIDDEN.search(value):
        raise ValidationError(_("Teks memuat karakter kendali yang tidak dapat disimpan."), code="control_character")
    return unicodedata.normalize("NFC", one_break(value)).strip()


def storable(value: Any) -> Any:
    """A value of JSON with a sign of replacement for each forbidden character in its texts: what a file says."""
    if isinstance(value, str):
        return FORBIDDEN.sub("\ufffd", value)
    if isinstance(value, dict):
        return {storable(name): storable(each) for name, each in value.items()}
    return [storable(each) for each in value] if isinstance(value, (list, tuple)) else value


def folded(value: str) -> str:
    """Text as it is compared: one case, compatible forms as one, underscores as spaces, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", value).casefold().replace("_", " ").split())
