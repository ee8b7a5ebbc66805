"""What makes a page or a photo of one more than an empty sheet: something that differs from the rest of it."""

from __future__ import annotations

from PIL import Image

LEAST = 24
"""By so much of 255 the lightest and the darkest place differ in some colour where there is ink."""


def has_ink(sheet: Image.Image) -> bool:
    """Whether anything can be seen on the sheet, which is decoded by now."""
    return any(high - low >= LEAST for low, high in sheet.convert("RGB").getextrema())  # type: ignore[misc]
