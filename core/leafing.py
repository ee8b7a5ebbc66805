"""The child that looks for a page with ink in a PDF: ``python -m core.leafing``.

Ink is what a content stream paints: text that is not only spaces, a line or area that is not white, a picture, a
shading; in forms within and in annotations as on the page. What can be seen of it ``core.rendering`` tells.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pypdf import PdfReader
from pypdf.errors import DependencyError
from pypdf.generic import ArrayObject, ByteStringObject, ContentStream, DictionaryObject, StreamObject, TextStringObject

from core.confined import BLANK, BROKEN, LOCKED, TOO_LARGE, confine

MORE_MEMORY = 112 * 1024 * 1024
SECONDS = 5
MUCH = 256 * 1024  # bytes of content that no empty page has
DEEPEST = 8
INVISIBLE = (3, 7)
SPACES = frozenset(b" \t\r\n\0\xa0")
SPACE_GLYPH = frozenset(b"\0\3")  # the space of most fonts whose characters have two bytes
FILLS, STROKES = (b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"), (b"S", b"s", b"B", b"B*", b"b", b"b*")
FILL_COLOURS, STROKE_COLOURS = (b"g", b"rg", b"k", b"sc", b"scn"), (b"G", b"RG", b"K", b"SC", b"SCN")
SHOWS_TEXT = (b"Tj", b"TJ", b"'", b'"')
PAINTS = (b"sh", b"INLINE IMAGE")


@dataclass(frozen=True)
class Pen:
    """What is painted with at a place of a content stream."""

    white_fill: bool = False
    white_stroke: bool = False
    visible: bool = True


def main() -> int:
    """Reads the PDF from standard input and returns how it ended; 0: a page with ink."""
    content = sys.stdin.buffer.read()
    confine(memory=MORE_MEMORY, seconds=SECONDS)
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            return LOCKED
        return 0 if any(_page_has_ink(page) for page in reader.pages) else BLANK
    except DependencyError:
        return LOCKED
    except MemoryError:
        return TOO_LARGE
    except Exception:
        return BROKEN


def _page_has_ink(page: Any) -> bool:
    return _has_ink(page.get("/Contents"), page.get("/Resources"), 0) or is_annotated(page)


def is_annotated(page: Any) -> bool:
    """Whether a stamp, a note or a filled field leaves ink on the page."""
    return any(_annotation_has_ink(each.get_object()) for each in _array(page.get("/Annots")))


def _annotation_has_ink(annotation: Any) -> bool:
    shown = _dictionary(_dictionary(annotation.get("/AP")).get("/N"))
    states = [shown] if isinstance(shown, StreamObject) else [_dictionary(each) for each in shown.values()]
    return any(_has_ink(each, each.get("/Resources"), 1) for each in states if isinstance(each, StreamObject))


def _has_ink(stream: Any, resources: Any, depth: int) -> bool:
    if stream is None or depth > DEEPEST:
        return False
    stream = stream.get_object()
    parts = stream if isinstance(stream, ArrayObject) else [stream]
    if sum(len(part.get_object().get_data()) for part in parts) > MUCH:
        return True
    forms = _dictionary(_dictionary(resources).get("/XObject"))
    return _paints(ContentStream(stream, None).operations, forms, depth)


def _paints(operations: Iterable[tuple[Any, bytes]], forms: DictionaryObject, depth: int) -> bool:
    pen, kept = Pen(), []
    for operands, operator in operations:
        if operator == b"q":
            kept.append(pen)
        elif operator == b"Q":
            pen = kept.pop() if kept else pen
        elif operator == b"Do":
            if _drawn(forms.get(operands[0]), depth):
                return True
        elif _leaves_ink(operator, operands, pen):
            return True
        else:
            pen = _after(operator, operands, pen)
    return False


def _leaves_ink(operator: bytes, operands: Any, pen: Pen) -> bool:
    if operator in SHOWS_TEXT:
        return pen.visible and not pen.white_fill and _is_text(operands)
    if operator in FILLS and not pen.white_fill:
        return True
    return (operator in STROKES and not pen.white_stroke) or operator in PAINTS


def _after(operator: bytes, operands: Any, pen: Pen) -> Pen:
    """The pen that goes on after an operator that paints nothing."""
    if operator in FILL_COLOURS:
        return replace(pen, white_fill=_is_white(operands))
    if operator in STROKE_COLOURS:
        return replace(pen, white_stroke=_is_white(operands))
    if operator == b"cs":
        return replace(pen, white_fill=False)
    if operator == b"CS":
        return replace(pen, white_stroke=False)
    return replace(pen, visible=operands[0] not in INVISIBLE) if operator == b"Tr" and operands else pen


def _is_white(colour: Any) -> bool:
    try:
        parts = [float(each) for each in colour]
    except (TypeError, ValueError):  # a pattern
        return False
    return all(part >= 1 for part in parts) if len(parts) in (1, 3) else not any(parts)


def _is_text(operands: Any) -> bool:
    for each in operands:
        if isinstance(each, ArrayObject):
            if _is_text(each):
                return True
        elif isinstance(each, ByteStringObject | TextStringObject):
            found = set(each.original_bytes)
            if not (found <= SPACES or found <= SPACE_GLYPH):
                return True
    return False


def _drawn(drawing: Any, depth: int) -> bool:
    """Whether what is drawn by its name leaves ink: a picture, or a form with ink in it."""
    drawing = drawing.get_object() if drawing is not None else None
    if not isinstance(drawing, StreamObject):
        return False
    return drawing.get("/Subtype") != "/Form" or _has_ink(drawing, drawing.get("/Resources"), depth + 1)


def _dictionary(value: Any) -> DictionaryObject:
    found = value.get_object() if value is not None else None
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _array(value: Any) -> Iterable[Any]:
    found = value.get_object() if value is not None else None
    return found if isinstance(found, ArrayObject) else ()


if __name__ == "__main__":
    sys.exit(main())
