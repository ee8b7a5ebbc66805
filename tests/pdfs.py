"""Small PDFs by hand: letters with some words on one page, and pages that hold what a test says."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.files.uploadedfile import SimpleUploadedFile

PAGE = b"""<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >>
/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> %s >>"""


def a_page(content: bytes = b"", *, more: bytes = b"", drawn: Iterable[bytes] = ()) -> bytes:
    """A PDF of one page with these operators; ``more`` of its dictionary; ``drawn``: what ``/X`` is, as operators."""
    forms = [_stream(b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] ", each) for each in drawn]
    pages = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", PAGE % more]
    objects = [*pages, _stream(b"", content), *forms]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


def letter(words: str = "Surat") -> bytes:
    """A letter with these words (ASCII) on it."""
    return a_page(b"BT /F1 14 Tf 60 760 Td (%s) Tj ET" % words.encode("ascii"))


def letter_file(words: str = "Surat", name: str = "surat.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, letter(words), "application/pdf")


def _stream(head: bytes, content: bytes) -> bytes:
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (head, len(content), content)
