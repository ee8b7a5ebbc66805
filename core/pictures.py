"""Photos that people hand in, as small upright JPEGs without metadata; decoded by a child (``core.developing``)."""

from __future__ import annotations

from typing import BinaryIO, NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core import apart, words
from core.confined import BLANK, LENGTH_BYTES, TOO_LARGE
from core.errors import DomainError

LONGEST_SIDE, THUMBNAIL_SIDE = 1600, 480
SURELY_FITS = 3000
"""A JPEG of so many pixels a side is never too large, however it is written."""


class Developed(NamedTuple):
    photo: bytes
    thumbnail: bytes


def developed(file: BinaryIO, *, letter: bool = False) -> Developed:
    """The photo (JPEG, PNG or WebP) as upright JPEGs of at most 1600 and 480 pixels a side, of pixels alone.

    Raises ``DomainError``: ``too_many_pixels`` for one that would take more than ``MAX_DECODED_BYTES`` or too long,
    ``invalid_image``, of a ``letter`` also ``blank_document``; ``TooMany``: ``busy``.
    """
    try:
        sides = LONGEST_SIDE, THUMBNAIL_SIDE
        made = apart.opened("core.developing", file, settings.MAX_DECODED_BYTES, int(letter), *sides)
    except apart.Unopened as refused:
        if refused.why == BLANK:
            raise DomainError(
                "blank_document",
                _("Tidak ada apa pun yang tampak pada foto ini. Ambil foto yang lebih jelas."),
                field="file",
            ) from None
        if refused.why == TOO_LARGE:
            detail = _(
                "Foto ini memuat terlalu banyak piksel. Perkecil sampai sisi terpanjangnya %(side)s piksel, simpan "
                "sebagai JPEG, lalu unggah lagi."
            )
            raise DomainError(
                "too_many_pixels", detail % {"side": words.thousands(SURELY_FITS)}, field="file"
            ) from None
        detail = _(
            "Foto harus berupa gambar JPEG, PNG atau WebP yang utuh. Buka foto ini, simpan lagi sebagai JPEG, lalu "
            "unggah lagi."
        )
        raise DomainError("invalid_image", detail, field="file") from None
    end = LENGTH_BYTES + int.from_bytes(made[:LENGTH_BYTES])
    return Developed(made[LENGTH_BYTES:end], made[end + LENGTH_BYTES :])
