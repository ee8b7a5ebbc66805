"""The child that makes a small upright JPEG of a photo: ``python -m core.developing LONGEST DECODED_BYTES LETTER``.

What decoding would take is reckoned from the header, before any of it is decoded; what was reckoned wrongly ends at the
bounds of the process.
"""

from __future__ import annotations

import io
import math
import sys

from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from core.confined import BLANK, BROKEN, TOO_LARGE, confine
from core.ink import has_ink

MODULES = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin)  # loaded before the bounds begin
FORMATS = ("JPEG", "PNG", "WEBP")
MORE_MEMORY = 112 * 1024 * 1024
SECONDS = 5
BYTES = {
    "1": 1,
    "L": 1,
    "P": 1,
    "LA": 9,
    "RGBA": 9,
    "I;16": 5,
}  # of a pixel in memory, with the copies that are made small
WEBP_BYTES = 20  # its decoder holds two canvases, and what it gives away is copied twice
COEFFICIENT_BYTES = 2


class Blank(Exception):
    """Nothing can be seen on the photo of a letter."""


class TooLarge(Exception):
    """Decoding would take more memory than it may."""


def main(longest_side: int, decoded_bytes: int, letter: int) -> int:
    """Reads the photo from standard input, writes the JPEG to standard output and returns how it ended; ``letter``: 1
    where something must be seen on it."""
    Image.MAX_IMAGE_PIXELS = None  # bytes are bounded here, not pixels
    content = sys.stdin.buffer.read()
    confine(memory=MORE_MEMORY, seconds=SECONDS)
    try:
        made = developed(content, longest_side, decoded_bytes, letter=bool(letter))
    except Blank:
        return BLANK
    except (TooLarge, MemoryError):
        return TOO_LARGE
    except Exception:
        return BROKEN
    sys.stdout.buffer.write(made)
    return 0


def developed(content: bytes, longest_side: int, decoded_bytes: int, *, letter: bool) -> bytes:
    across, down = _webp_canvas(content)  # its decoder takes its memory as soon as it is opened
    if across * down * WEBP_BYTES > decoded_bytes:
        raise TooLarge
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        wanted = _fitting(image.size, longest_side)
        coefficients = _coefficients(image)
        image.draft("RGB", wanted)
        if coefficients + _held(image) > decoded_bytes:
            raise TooLarge
        image.load()
        shown: Image.Image = image
        if image.mode == "I;16":  # converted as it is, everything but black would be white
            shown = image.point(lambda value: value * (1 / 256)).convert("L")
        shown.thumbnail((longest_side, longest_side), reducing_gap=1.0)
        return _fresh(ImageOps.exif_transpose(shown), letter)


def _fitting(size: tuple[int, int], longest_side: int) -> tuple[int, int]:
    shrunk = max(1.0, max(size) / longest_side)
    return math.ceil(size[0] / shrunk), math.ceil(size[1] / shrunk)


def _held(image: Image.Image) -> int:
    """The bytes in which an image is held while it is decoded and made small."""
    each = WEBP_BYTES if image.format == "WEBP" else BYTES.get(image.mode, 4)
    return image.width * image.height * each


def _webp_canvas(content: bytes) -> tuple[int, int]:
    """Width and height that a WebP says it has; nothing for anything else."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return 0, 0
    kind = content[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if kind == b"VP8L":
        sides = int.from_bytes(content[21:25], "little")
        return 1 + (sides & 0x3FFF), 1 + (sides >> 14 & 0x3FFF)
    across, down = (int.from_bytes(content[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    return across, down


def _coefficients(image: Image.Image) -> int:
    """The bytes that a progressive JPEG is collected in, whatever the size it is then scaled to."""
    if not isinstance(image, JpegImagePlugin.JpegImageFile) or "progressive" not in image.info:
        return 0
    layers = image.layer
    most = max(across * down for _name, across, down, _table in layers)
    share = sum(across * down for _name, across, down, _table in layers) / most
    return math.ceil(image.width * image.height * share) * COEFFICIENT_BYTES


def _fresh(image: Image.Image, letter: bool) -> bytes:
    """The picture on white, as a new one: no profile, comment or text chunk comes along."""
    shown = image.convert("RGBA")
    fresh = Image.new("RGB", shown.size, "white")
    fresh.paste(shown, mask=shown.getchannel("A"))
    if letter and not has_ink(fresh):
        raise Blank
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:4])))
