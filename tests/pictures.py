"""One small scene in every kind of picture that is taken in, each with what a viewer shows of it."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterable
from typing import Any

from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageStat

SIZE = (96, 64)
Sample = tuple[bytes, Image.Image]


def scene(size: tuple[int, int] = SIZE) -> Image.Image:
    """Greys from black to white above, colours below."""
    shown = Image.linear_gradient("L").rotate(90).resize(size).convert("RGB")
    draw = ImageDraw.Draw(shown)
    colours = ("#c02020", "#20a040", "#2040c0", "#e0c040", "#20b0b0", "#a040a0")
    for place, colour in enumerate(colours):
        left, right = place * size[0] // 6, (place + 1) * size[0] // 6 - 1
        draw.rectangle((left, size[1] // 2, right, size[1]), fill=colour)
    return shown


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def png(depth: int, colour: int, rows: Iterable[bytes], *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of the size of the scene, written by hand: ``colour`` and ``depth`` as its header says them."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *SIZE, depth, colour, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows)))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunk(*each) for each in chunks) + body + chunk(b"IEND", b"")


def rows_of(image: Image.Image, depth: int = 8) -> list[bytes]:
    """The rows of an image as a PNG has them; of 16 bits each value stands twice, which is the same of 65,535."""
    across, content = image.width * len(image.getbands()), image.tobytes()
    rows = [content[at : at + across] for at in range(0, len(content), across)]
    return [bytes(value for each in row for value in (each, each)) for row in rows] if depth == 16 else rows


def veiled(image: Image.Image) -> Image.Image:
    """The image, less and less opaque downwards."""
    clear = image.convert("LA" if image.mode == "L" else "RGBA")
    clear.putalpha(ImageChops.invert(Image.linear_gradient("L")).resize(image.size))
    return clear


def on_white(image: Image.Image) -> Image.Image:
    white = Image.new("RGBA", image.size, "white")
    white.alpha_composite(image.convert("RGBA"))
    return white.convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures of one size are from each other: the mean over pixels and colours, of 255."""
    return sum(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean) / 3


def _ycck() -> bytes:
    """A JPEG of luminance, colour and black: what a CMYK one says of itself is said anew."""
    *inks, black = scene().convert("CMYK").split()
    light = Image.merge("RGB", inks).convert("YCbCr").split()
    turned = [ImageChops.invert(band) for band in light]  # as Pillow turns over all that it writes of CMYK
    content = saved(Image.merge("CMYK", [*turned, black]), "JPEG", quality=95)
    at = content.index(b"Adobe") + 11
    assert content[at] == 0
    return content[:at] + b"\2" + content[at + 1 :]


def _without_adobe(content: bytes) -> bytes:
    at = content.index(b"\xff\xee")
    return content[:at] + content[at + 2 + int.from_bytes(content[at + 2 : at + 4]) :]


def _turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(scene().transpose(_BACK[orientation]), "JPEG", quality=95, exif=exif)


_WAYS = Image.Transpose
_BACK = {2: _WAYS.FLIP_LEFT_RIGHT, 3: _WAYS.ROTATE_180, 4: _WAYS.FLIP_TOP_BOTTOM, 5: _WAYS.TRANSPOSE,
         6: _WAYS.ROTATE_90, 7: _WAYS.TRANSVERSE, 8: _WAYS.ROTATE_270}  # fmt: skip


def _with_red_and_green_changed(mode: str) -> Sample:
    """A picture whose profile says that its colours are others than those of a plain screen."""
    profile = _swapped()
    content = saved(scene().convert(mode), "PNG" if mode == "RGBA" else "JPEG", icc_profile=profile)
    red, green, blue = scene().split()
    return content, Image.merge("RGB", (green, red, blue))


def _swapped() -> bytes:
    """The profile of sRGB with the names of its red and green primaries changed."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"tmp.").replace(b"gXYZ", b"rXYZ").replace(b"tmp.", b"gXYZ")


def samples() -> dict[str, Sample]:
    """By its name a file, and the picture that a viewer shows of it."""
    plain, grey = scene(), scene().convert("L")
    few = plain.quantize(16)
    bits = grey.convert("1")
    clear, clear_grey = veiled(plain), veiled(grey)
    other = Image.new("RGB", SIZE, "black")
    hole = plain.copy()
    hole.paste("white", (0, 32, 16, 64))
    made: dict[str, Sample | Callable[[], Sample]] = {
        "PNG, 1 bit": (saved(bits, "PNG"), bits),
        "PNG, grey of 8 bits": (saved(grey, "PNG"), grey),
        "PNG, grey of 16 bits": (png(16, 0, rows_of(grey, 16)), grey),
        "PNG, grey of 8 bits, one clear": (saved(grey, "PNG", transparency=0), _clear_of(grey, 0)),
        "PNG, grey of 16 bits, one clear": (
            png(16, 0, rows_of(grey, 16), (b"tRNS", b"\0\0")), _clear_of(grey, 0)
        ),
        "PNG, grey and alpha of 8 bits": (saved(clear_grey, "PNG"), on_white(clear_grey)),
        "PNG, grey and alpha of 16 bits": (png(16, 4, rows_of(clear_grey, 16)), on_white(clear_grey)),
        "PNG, palette": (saved(few, "PNG"), few.convert("RGB")),
        "PNG, palette of 4 bits": (saved(few, "PNG", bits=4), few.convert("RGB")),
        "PNG, palette, one clear": (saved(few, "PNG", transparency=3), _clear_index(few, 3)),
        "PNG, palette, each its own alpha": (
            saved(few, "PNG", transparency=bytes(range(0, 256, 16))), _with_alphas(few, bytes(range(0, 256, 16)))
        ),
        "PNG, RGB of 8 bits": (saved(plain, "PNG"), plain),
        "PNG, RGB of 16 bits": (png(16, 2, rows_of(plain, 16)), plain),
        "PNG, RGB of 8 bits, one clear": (saved(plain, "PNG", transparency=(0xC0, 0x20, 0x20)), hole),
        "PNG, RGB of 16 bits, one clear": (
            png(16, 2, rows_of(plain, 16), (b"tRNS", bytes.fromhex("c0c020202020"))), hole
        ),
        "PNG, RGBA of 8 bits": (saved(clear, "PNG"), on_white(clear)),
        "PNG, RGBA of 16 bits": (png(16, 6, rows_of(clear, 16)), on_white(clear)),
        "PNG, animated": (saved(plain, "PNG", save_all=True, append_images=[other]), plain),
        "PNG, RGBA with a profile": _with_red_and_green_changed("RGBA"),
        "JPEG, grey": (saved(grey, "JPEG", quality=95), grey),
        "JPEG": (saved(plain, "JPEG", quality=95), plain),
        "JPEG, progressive": (saved(plain, "JPEG", quality=95, progressive=True), plain),
        "JPEG, RGB kept as RGB": (saved(plain, "JPEG", quality=95, keep_rgb=True), plain),
        "JPEG, CMYK": (saved(plain.convert("CMYK"), "JPEG", quality=95), plain),
        "JPEG, CMYK without Adobe's mark": (_without_adobe(saved(plain.convert("CMYK"), "JPEG", quality=95)), plain),
        "JPEG, YCCK": (_ycck(), plain),
        "JPEG of two pictures (MPO)": (saved(plain, "MPO", save_all=True, append_images=[other], quality=95), plain),
        "JPEG with a profile": _with_red_and_green_changed("RGB"),
        "JPEG with a profile of another space": (saved(grey, "JPEG", quality=95, icc_profile=_swapped()), grey),
        **{f"JPEG, turned ({each})": (_turned(each), plain) for each in _BACK},
        "WebP": (saved(plain, "WEBP", quality=95), plain),
        "WebP, lossless": (saved(plain, "WEBP", lossless=True), plain),
        "WebP, alpha": (saved(clear, "WEBP", quality=95), on_white(clear)),
        "WebP, lossless, alpha": (saved(clear, "WEBP", lossless=True), on_white(clear)),
        "WebP, animated": (saved(plain, "WEBP", save_all=True, append_images=[other], lossless=True), plain),
        "WebP with a profile": (
            saved(plain, "WEBP", lossless=True, icc_profile=_swapped()), _with_red_and_green_changed("RGB")[1]
        ),
    }  # fmt: skip
    return made


def _clear_of(image: Image.Image, value: int) -> Image.Image:
    return image.point([255 if each == value else each for each in range(256)])


def _clear_index(image: Image.Image, index: int) -> Image.Image:
    return _with_alphas(image, bytes(0 if each == index else 255 for each in range(256)))


def _with_alphas(image: Image.Image, alphas: bytes) -> Image.Image:
    shown = image.convert("RGBA")
    shown.putalpha(Image.frombytes("L", image.size, image.tobytes()).point([*alphas, *[255] * (256 - len(alphas))]))
    return on_white(shown)
