"""Photos that people hand in, as small upright JPEGs without metadata; decoded by a child (``core.developing``)."""

from __future__ import annotations

from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core import apart
from core.confined import BLANK, TOO_LARGE
from core.errors import DomainError

LONGEST_SIDE = 1600


def developed(file: BinaryIO, *, letter: bool = False) -> bytes:
    """The photo (JPEG, PNG or WebP) as an upright JPEG of at most 1600 pixels a side, of pixels alone.

    Raises ``DomainError``: ``too_many_pixels`` for one that would take more than ``MAX_DECODED_BYTES`` or too long,
    ``invalid_image``, of a ``letter`` also ``blank_document``; ``TooMany``: ``busy``.
    """
    try:
        return apart.opened("core.developing", file, LONGEST_SIDE, settings.MAX_DECODED_BYTES, int(letter))
    except apart.Unopened as refused:
        if refused.why == BLANK:
            raise DomainError(
                "blank_document", _("Tidak ada apa pun yang tampak pada foto ini."), field="file"
            ) from None
        if refused.why == TOO_LARGE:
            detail = _("Foto ini memuat terlalu banyak piksel. Kecilkan atau simpan sebagai JPEG, lalu unggah lagi.")
            raise DomainError("too_many_pixels", detail, field="file") from None
        detail = _("Foto harus berupa gambar JPEG, PNG atau WebP yang utuh.")
        raise DomainError("invalid_image", detail, field="file") from None
