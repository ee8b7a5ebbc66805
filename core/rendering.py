"""The child that draws the pages of a PDF and looks at them: ``python -m core.rendering FOLDER``.

So what is white, covered, cut off or beside the page is seen to be no ink. What cannot be drawn within the bounds, and
what has more pages than are looked at, is not judged.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import typst
from PIL import Image, PngImagePlugin
from pypdf import PdfReader

from core.confined import BLANK, BROKEN, confine
from core.ink import has_ink
from core.leafing import is_annotated

MODULES = (PngImagePlugin,)  # loaded before the bounds begin
MORE_MEMORY = 112 * 1024 * 1024
SECONDS = 5
MOST_PAGES = 20
SHEET = """#set page(width: auto, height: auto, margin: 0pt, fill: white)
#image("letter.pdf", page: {page}, width: 595pt, height: 842pt, fit: "stretch")"""


def main(folder: str) -> int:
    """Reads the PDF from standard input, puts it into ``folder``, which is empty and removed by the caller, and returns
    how it ended; 0: a page on which something can be seen."""
    content = sys.stdin.buffer.read()
    Path(folder, "letter.pdf").write_bytes(content)
    confine(memory=MORE_MEMORY, seconds=SECONDS)
    try:
        pages = PdfReader(io.BytesIO(content)).pages
        if len(pages) > MOST_PAGES:
            return BROKEN
        compiler = typst.Compiler(root=folder, ignore_system_fonts=True)
        seen = (is_annotated(page) or has_ink(_drawn(compiler, number)) for number, page in enumerate(pages, start=1))
        return 0 if any(seen) else BLANK
    except Exception:
        return BROKEN


def _drawn(compiler: typst.Compiler, page: int) -> Image.Image:
    drawn = compiler.compile(input=SHEET.format(page=page).encode(), format="png", ppi=72)
    return Image.open(io.BytesIO(drawn), formats=["PNG"])  # type: ignore[arg-type]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
