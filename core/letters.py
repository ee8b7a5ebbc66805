"""PDFs that people hand in as letters: whole, open, and with ink on a page; read by one child and
drawn by another (``core.leafing``, ``core.rendering``)."""

from __future__ import annotations

import hashlib
import tempfile
from collections import OrderedDict
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from core import apart
from core.confined import BLANK, LOCKED, TOO_LARGE
from core.errors import DomainError

REFUSALS = {
    BLANK: (
        "blank_document",
        _("Tidak ada tulisan atau gambar yang tampak pada PDF ini. Pindai suratnya sekali lagi."),
    ),
    LOCKED: ("locked_document", _("PDF ini dikunci dengan sandi. Simpan tanpa sandi, lalu unggah lagi.")),
    TOO_LARGE: ("too_complex", _("PDF ini terlalu rumit untuk diperiksa. Pindai atau cetak ulang menjadi PDF biasa.")),
}
KNOWN = 500
"""Of so many letters a worker remembers that it opened them."""
_letters: OrderedDict[bytes, None] = OrderedDict()
BROKEN = ("invalid_document", _("Berkas ini bukan PDF yang utuh."))


def check(file: BinaryIO) -> None:
    """``DomainError`` for a PDF that is no letter: ``invalid_document``, ``blank_document``, ``locked_document``,
    ``too_complex``; ``TooMany``: ``busy``. The very same bytes are not opened again: one letter goes with many forms.
    """
    start, end = file.read(5), _last(file, 2048)
    if start != b"%PDF-" or b"%%EOF" not in end:
        raise DomainError(*BROKEN, field="file")
    file.seek(0)
    digest = hashlib.sha256(file.read()).digest()
    if digest in _letters:
        return
    try:
        apart.opened("core.leafing", file)
    except apart.Unopened as refused:
        raise DomainError(*REFUSALS.get(refused.why, BROKEN), field="file") from None
    if _looks_blank(file):
        raise DomainError(*REFUSALS[BLANK], field="file")
    _letters[digest] = None
    if len(_letters) > KNOWN:
        _letters.popitem(last=False)


def _looks_blank(file: BinaryIO) -> bool:
    """Whether all pages were drawn and nothing can be seen on any."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            apart.opened("core.rendering", file, folder)
        except apart.Unopened as ended:
            return ended.why == BLANK
    return False


def _last(file: BinaryIO, number: int) -> bytes:
    length = file.seek(0, 2)
    file.seek(max(0, length - number))
    return file.read()
