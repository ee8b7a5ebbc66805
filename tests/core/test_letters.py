"""A letter handed in as PDF is whole, open and has ink on a page; a photo of one is as good."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from core import files
from core.errors import DomainError
from core.models import Attachment
from org.models import User
from tests.core.test_files import upload
from tests.pdfs import a_page, letter

pytestmark = pytest.mark.django_db
AREA = b"0 0 9 9 re f"

INKED = {
    "text": letter(),
    "spaced text": a_page(b"BT /F1 12 Tf [(S) -20 (urat)] TJ ET"),
    "characters of two bytes": a_page(b"BT /F1 12 Tf <00010002> Tj ET"),
    "a line": a_page(b"0 0 m 9 9 l S"),
    "black after white": a_page(b"q 1 g Q 0 0 9 9 re f"),
    "a picture": a_page(b"BI /W 1 /H 1 /CS /G /BPC 8 ID \x00 EI"),
    "a form within": a_page(b"/X Do", drawn=[AREA]),
    "a stamp": a_page(more=b"/Annots [<< /Subtype /Stamp /AP << /N 5 0 R >> >>]", drawn=[AREA]),
}
BLANK = {
    "nothing": a_page(),
    "spaces": a_page(b"BT /F1 12 Tf ( ) Tj [( ) 9 ( )] TJ ET"),
    "white paper": a_page(b"1 1 1 rg 0 0 595 842 re f"),
    "white paper in ink colours": a_page(b"0 0 0 0 k 0 0 595 842 re f"),
    "unseen text": a_page(b"BT /F1 12 Tf 3 Tr (Surat) Tj ET"),
    "an empty form within": a_page(b"/X Do", drawn=[b"q Q"]),
    "a form that is not drawn": a_page(drawn=[AREA]),
}


@pytest.fixture
def user(media: Path) -> User:
    return User.objects.create_user("kemang", "kuda-hijau-77")


def refused(content: bytes) -> str:
    with pytest.raises(DomainError) as refusal:
        files.store_document(upload(content, "surat.pdf"), actor=User.objects.get())
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
