"""A letter handed in as PDF is whole, open and has ink on a page; a photo of one is as good."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import typst
from PIL import Image
from pypdf import PdfReader, PdfWriter

from core import files
from core.errors import DomainError
from core.models import Attachment
from core.rendering import MOST_PAGES
from org.models import User
from tests.core.test_files import letter_photo, picture, upload
from tests.pdfs import a_page, letter

pytestmark = pytest.mark.django_db
AREA, WHITE = b"0 0 9 9 re f", b"1 g 0 0 595 842 re f"


def scan(photo: bytes) -> bytes:
    """A PDF of one page that is this photo."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(photo)) as image:
        image.save(out, "PDF")
    return out.getvalue()


INKED = {
    "text": letter(),
    "spaced text": a_page(b"BT /F1 12 Tf [(S) -20 (urat)] TJ ET"),
    "characters of two bytes": typst.compile(b"Surat", pdf_standards="1.7"),
    "a line": a_page(b"0 0 m 9 9 l S"),
    "black after white": a_page(b"q 1 g Q 0 0 9 9 re f"),
    "a picture": a_page(b"BI /W 1 /H 1 /CS /G /BPC 8 ID \x00 EI"),
    "a form within": a_page(b"/X Do", drawn=[AREA]),
    "a stamp": a_page(more=b"/Annots [<< /Subtype /Stamp /Rect [9 9 90 90] /AP << /N 5 0 R >> >>]", drawn=[AREA]),
    "a stamp on white paper": a_page(
        WHITE, more=b"/Annots [<< /Subtype /Stamp /Rect [9 9 90 90] /AP << /N 5 0 R >> >>]", drawn=[AREA]
    ),
    "a scan": scan(letter_photo()),
    "pale grey": a_page(b"0.85 g 0 0 99 99 re f"),
}
BLANK = {
    "nothing": a_page(),
    "spaces": a_page(b"BT /F1 12 Tf ( ) Tj [( ) 9 ( )] TJ ET"),
    "white paper": a_page(b"1 1 1 rg 0 0 595 842 re f"),
    "white paper in ink colours": a_page(b"0 0 0 0 k 0 0 595 842 re f"),
    "unseen text": a_page(b"BT /F1 12 Tf 3 Tr (Surat) Tj ET"),
    "an empty form within": a_page(b"/X Do", drawn=[b"q Q"]),
    "a form that is not drawn": a_page(drawn=[AREA]),
    "text beside the page": a_page(b"BT /F1 12 Tf 900 900 Td (Surat) Tj ET"),
    "text under white paper": a_page(b"BT /F1 12 Tf 60 700 Td (Surat) Tj ET " + WHITE),
    "text cut off": a_page(b"0 0 1 1 re W n BT /F1 12 Tf 60 700 Td (Surat) Tj ET"),
    "text all but white": a_page(b"0.99 g BT /F1 12 Tf 60 700 Td (Surat) Tj ET"),
    "text see-through": a_page(b"BT /F1 12 Tf 0 Tz 60 700 Td (Surat) Tj ET"),
    "a white picture": a_page(b"595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \xff EI"),
    "a scan of white paper": scan(picture(colour="white")),
}
PHOTOS = {
    "white": picture(colour="white"),
    "white without loss": picture("PNG", colour="white"),
    "white of the web": picture("WEBP", colour="white"),
    "black": picture(colour="black"),
    "all but white ink": letter_photo(ink="#f4f4f4"),
}


@pytest.fixture
def user(media: Path) -> User:
    return User.objects.create_user("kemang", "kuda-hijau-77")


def refused(content: bytes, name: str = "surat.pdf") -> str:
    with pytest.raises(DomainError) as refusal:
        files.store_document(upload(content, name), actor=User.objects.get())
    assert not Attachment.objects.exists()
    assert [each.field for each in refusal.value.faults] == ["file"]
    return refusal.value.code


@pytest.mark.parametrize("what", INKED)
def test_a_page_with_ink_is_a_letter_and_kept_as_it_is(user: User, what: str) -> None:
    attachment = files.store_document(upload(INKED[what], "surat.pdf"), actor=user)
    with attachment.file.open("rb") as file:
        assert file.read() == INKED[what]


@pytest.mark.parametrize("what", BLANK)
def test_a_page_without_ink_is_no_letter(user: User, what: str) -> None:
    assert refused(BLANK[what]) == "blank_document"


@pytest.mark.parametrize("what", PHOTOS)
def test_a_photo_on_which_nothing_can_be_seen_is_no_letter_but_may_be_one_of_a_device(user: User, what: str) -> None:
    assert refused(PHOTOS[what], "surat.jpg") == "blank_document"
    assert files.store_image(upload(PHOTOS[what]), actor=user).pk


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_of_a_sheet_with_ink_is_a_letter(user: User, kind: str) -> None:
    assert files.store_document(upload(letter_photo(kind), "surat.jpg"), actor=user).kind == "image"


def test_a_letter_of_more_pages_than_are_drawn_is_judged_by_what_it_paints(user: User, tmp_path: Path) -> None:
    under_paper = BLANK["text under white paper"]
    assert refused(copied(under_paper, 2, tmp_path)) == "blank_document"
    assert refused(copied(a_page(WHITE), MOST_PAGES + 1, tmp_path)) == "blank_document"
    assert files.store_document(upload(copied(under_paper, MOST_PAGES + 1, tmp_path)), actor=user).pk


def copied(content: bytes, times: int, folder: Path) -> bytes:
    """A PDF of so many pages like this one."""
    writer = PdfWriter()
    for _ in range(times):
        writer.append(io.BytesIO(content))
    writer.write(folder / "many.pdf")
    return (folder / "many.pdf").read_bytes()


def test_one_page_with_ink_is_enough(user: User, tmp_path: Path) -> None:
    writer = PdfWriter()
    for content in (a_page(), letter()):
        (tmp_path / "one.pdf").write_bytes(content)
        writer.append(PdfReader(tmp_path / "one.pdf"))
    writer.write(tmp_path / "two.pdf")
    assert files.store_document(upload((tmp_path / "two.pdf").read_bytes()), actor=user).pk


def test_a_locked_letter_says_that_it_is_locked(user: User, tmp_path: Path) -> None:
    (tmp_path / "open.pdf").write_bytes(letter())
    writer = PdfWriter(clone_from=tmp_path / "open.pdf")
    writer.encrypt("rahasia", algorithm="RC4-128")
    writer.write(tmp_path / "locked.pdf")
    assert refused((tmp_path / "locked.pdf").read_bytes()) == "locked_document"


@pytest.mark.parametrize("content", [b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n", b"%PDF-1.7\n%%EOF", letter()[:200]])
def test_a_torso_is_no_pdf(user: User, content: bytes) -> None:
    assert refused(content) == "invalid_document"
