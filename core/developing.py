"""The child that makes small upright JPEGs of a photo: ``python -m core.developing DECODED_BYTES LETTER SIDE …``.

What decoding would take is reckoned from the header, before any of it is decoded; what was reckoned wrongly ends at the
bounds of the process. Of a file with several pictures it is the first. What a viewer would show is kept: the colours of
its profile, what lies behind it is white.
"""

from __future__ import annotations

import io
import math
import sys
from itertools import chain

from PIL import Image, ImageCms, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from core.confined import BLANK, BROKEN, LENGTH_BYTES, TOO_LARGE, confine
from core.ink import has_ink

MODULES = (PngImagePlugin, WebPImagePlugin)  # loaded before the bounds begin
FORMATS = ("PNG", "WEBP")
JPEG = b"\xff\xd8\xff"
MORE_MEMORY = 112 * 1024 * 1024
SECONDS = 5
BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2}  # of a pixel as it is decoded
PLAIN_BYTES = {"1": 1, "L": 0, "RGB": 0, "CMYK": 0, "RGBA": 5, "LA": 9, "P": 9, "I;16": 5}
"""Of a pixel that is made plain, with the copy in which transparency is made small."""
REDUCED_BYTES = 4
WEBP_BYTES = 20  # its decoder holds two canvases, and what it gives away is copied twice
COEFFICIENT_BYTES = 2
STRIP = 16
SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}
SRGB = ImageCms.createProfile("sRGB")


class Blank(Exception):
    """Nothing can be seen on the photo of a letter."""


class TooLarge(Exception):
    """Decoding would take more memory than it may."""


def main(decoded_bytes: int, letter: int, *longest_sides: int) -> int:
    """Reads the photo from standard input, writes a JPEG of each side, after its length, to standard output and returns
    how it ended; ``letter``: 1 where something must be seen on it."""
    Image.MAX_IMAGE_PIXELS = None  # bytes are bounded here, not pixels
    content = sys.stdin.buffer.read()
    confine(memory=MORE_MEMORY, seconds=SECONDS)
    try:
        made = developed(content, decoded_bytes, *longest_sides, letter=bool(letter))
    except Blank:
        return BLANK
    except (TooLarge, MemoryError):
        return TOO_LARGE
    except Exception:
        return BROKEN
    for each in made:
        sys.stdout.buffer.write(len(each).to_bytes(LENGTH_BYTES) + each)
    return 0


def developed(content: bytes, decoded_bytes: int, *longest_sides: int, letter: bool) -> list[bytes]:
    """A JPEG for each of the ``longest_sides``, of which the first is the largest."""
    shown, profile, exif = _read(content, decoded_bytes, longest_sides[0])
    shown.thumbnail((longest_sides[0], longest_sides[0]))
    shown = _in_srgb(_on_white(shown), profile)
    if letter and not has_ink(shown):
        raise Blank
    shown.info["exif"] = exif
    ImageOps.exif_transpose(shown, in_place=True)
    made = []
    for each in longest_sides:
        shown.thumbnail((each, each))
        made.append(_fresh(shown))
    return made


def _read(content: bytes, decoded_bytes: int, longest_side: int) -> tuple[Image.Image, bytes | None, bytes]:
    """The picture in plain pixels and not much larger than ``longest_side``, its profile and its EXIF."""
    across, down = _webp_canvas(content)  # its decoder takes its memory as soon as it is opened
    if across * down * WEBP_BYTES > decoded_bytes:
        raise TooLarge
    with _opened(content) as image:
        coefficients = _coefficients(image)
        image.draft("RGB", _fitting(image.size, longest_side))
        times = max(1, max(image.size) // longest_side)
        if coefficients + _held(image, times) > decoded_bytes:
            raise TooLarge
        image.load()
        return _reduced(image, times), image.info.get("icc_profile"), image.getexif().tobytes()


def _opened(content: bytes) -> Image.Image:
    """The file's first picture. What lies behind that of a phone's JPEG (MPO) is not even looked for."""
    if content.startswith(JPEG):
        return JpegImagePlugin.JpegImageFile(io.BytesIO(content))
    return Image.open(io.BytesIO(content), formats=FORMATS)


def _fitting(size: tuple[int, int], longest_side: int) -> tuple[int, int]:
    shrunk = max(1.0, max(size) / longest_side)
    return math.ceil(size[0] / shrunk), math.ceil(size[1] / shrunk)


def _held(image: Image.Image, times: int) -> int:
    """The bytes in which an image is held while it is decoded and made ``times`` smaller."""
    pixels = image.width * image.height
    if image.format == "WEBP":
        return pixels * WEBP_BYTES
    plain = PLAIN_BYTES.get(image.mode, 9) if times == 1 else REDUCED_BYTES
    return pixels * BYTES.get(image.mode, 4) + pixels * plain // times**2


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


def _reduced(image: Image.Image, times: int) -> Image.Image:
    """The picture ``times`` smaller, of plain pixels; a strip at a time, so that no second one of its size is held."""
    if times == 1:
        return _plain(image)
    strips = (
        image.crop((0, top, image.width, min(image.height, top + STRIP * times)))
        for top in range(0, image.height, STRIP * times)
    )
    parts = (_plain(strip).reduce(times) for strip in strips)
    first = next(parts)
    plain = Image.new(first.mode, (first.width, math.ceil(image.height / times)))
    for place, part in enumerate(chain([first], parts)):
        plain.paste(part, (0, place * STRIP))
    return plain


def _plain(part: Image.Image) -> Image.Image:
    """The same in a mode whose pixels can be mixed: grey, RGB, CMYK or RGBA."""
    if part.mode == "I;16":  # converted as it is, everything but black would be white
        return part.point(lambda value: value * (1 / 256)).convert("L")
    if part.has_transparency_data:
        return part.convert("RGBA")
    return part.convert("L" if part.mode == "1" else "RGB") if part.mode not in SPACES else part


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in the colours of every screen. A profile that says nothing of its pixels is passed over, as viewers
    do."""
    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile or b""))
        if theirs.profile.xcolor_space.strip() == SPACES[image.mode]:
            shown = ImageCms.profileToProfile(image, theirs, SRGB, outputMode="RGB")
            return shown or image
    except (OSError, ImageCms.PyCMSError):
        pass
    return image.convert("RGB")


def _fresh(image: Image.Image) -> bytes:
    """The picture as a new one: no profile, comment or text chunk comes along."""
    fresh = Image.new("RGB", image.size)
    fresh.paste(image)
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
