"""Names of downloads, safe on every disk; ``core.files.disposition`` makes the header."""

from __future__ import annotations

import re
import unicodedata

from documents.values import storable

MAX_BYTES = 120
_REFUSED = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*;%\'\u2028\u2029\ufffd]+')
_UNSEEN = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def file_name(*words: str, extension: str) -> str:
    """``words`` joined with hyphens, without what a disk or header refuses; at most 120 bytes with the extension."""
    joined = "-".join(filter(None, (_clean(each) for each in words)))
    room = MAX_BYTES - len(extension.encode()) - 1
    stem = joined.encode()[:room].decode(errors="ignore").strip(".- ")
    return f"{stem or 'berkas'}.{extension}"


def _clean(words: str) -> str:
    visible = _UNSEEN.sub("", unicodedata.normalize("NFC", storable(words)))
    return re.sub(r"[\s-]+", "-", _REFUSED.sub("-", visible)).strip(".- ")
