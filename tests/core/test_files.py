"""Files that people hand in: only real pictures, encoded anew; PDFs as they are; names of our own."""

from __future__ import annotations

import io
import os
import time
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from PIL import Image, PngImagePlugin

from core import clock, files
from core.errors import DomainError
from core.models import Attachment
from org.models import User
from tests.base import moment
from tests.pdfs import letter

pytestmark = pytest.mark.django_db
EVIL = b"<script>alert(1)</script>"


@pytest.fixture
def user(media: Path) -> User:
    return User.objects.create_user("kemang", "kuda-hijau-77")


def picture(kind: str = "JPEG", size: tuple[int, int] = (80, 60), colour: str = "red", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **options)
    return out.getvalue()


def letter_photo(kind: str = "JPEG", ink: str = "black", paper: str = "white") -> bytes:
    """A sheet of paper with a line on it."""
    sheet, out = Image.new("RGB", (80, 60), paper), io.BytesIO()
    sheet.paste(ink, (10, 20, 70, 24))
    sheet.save(out, kind)
    return out.getvalue()


def upload(content: bytes, name: str = "foto.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def stored(attachment: Attachment) -> bytes:
    with attachment.file.open("rb") as file:
        return file.read()


def everything_in(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.html", EVIL)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_real_pictures_are_kept_as_jpeg(user: User, kind: str) -> None:
    attachment = files.store_image(upload(picture(kind)), actor=user, title="Kardus")
    assert attachment.kind == "image"
    assert attachment.size == len(stored(attachment))
    with Image.open(attachment.file.path) as image:
        assert (image.format, image.size) == ("JPEG", (80, 60))


@pytest.mark.parametrize(
    "content",
    [
        b"", EVIL, b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%PDF-1.7\n%%EOF", b"MZ" + bytes(500),
        zipped(), picture()[:-400], picture()[:20], picture("GIF"), picture("BMP"), picture("TIFF"),
        b"\xff\xd8\xff" + EVIL, b"GIF89a/*" + EVIL,
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["foto.jpg", "foto.php.jpg"])
def test_anything_else_is_refused_and_leaves_nothing(user: User, media: Path, content: bytes, name: str) -> None:
    with pytest.raises(DomainError) as refusal:
        files.store_image(upload(content, name), actor=user)
    assert refusal.value.code in ("invalid_image", "too_large")
    assert not everything_in(media)
    assert not Attachment.objects.exists()


def test_what_is_appended_or_hidden_in_a_picture_is_gone(user: User) -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", EVIL.decode())
    samples = [
        picture() + EVIL + zipped(),
        picture("PNG", pnginfo=text) + EVIL,
        picture("JPEG", comment=EVIL),
        picture("WEBP", xmp=EVIL),
        picture("JPEG", icc_profile=EVIL * 20),
    ]
    for sample in samples:
        assert EVIL in sample
        content = stored(files.store_image(upload(sample), actor=user))
        assert EVIL not in content
        assert b"PK\x03\x04" not in content


def test_a_turned_picture_stands_upright_without_any_exif(user: User) -> None:
    source = Image.new("RGB", (60, 40), "white")
    source.paste("red", (0, 0, 60, 10))  # a red stripe on top of the stored rows
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise: the stripe belongs on the right
    exif[0x013B] = "Sari"
    exif.get_ifd(0x8825)[1] = "S"
    exif.get_ifd(0x8825)[2] = (6.0, 28.0, 30.0)
    exif.get_ifd(0x8769)[0xA431] = "SERIAL-123"
    out = io.BytesIO()
    source.save(out, "JPEG", exif=exif, quality=95)
    assert b"Sari" in out.getvalue()
    attachment = files.store_image(upload(out.getvalue()), actor=user)
    with Image.open(attachment.file.path) as image:
        assert image.size == (40, 60)
        assert not image.getexif()
        right, left = image.getpixel((37, 30)), image.getpixel((3, 30))
    assert right[1] < 100 < left[1]
    assert not [mark for mark in (b"Exif", b"Sari", b"SERIAL") if mark in stored(attachment)]


def test_large_pictures_are_made_small_and_transparent_ones_white(user: User) -> None:
    attachment = files.store_image(upload(picture(size=(4000, 3000))), actor=user)
    with Image.open(attachment.file.path) as image:
        assert image.size == (1600, 1200)
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(files.store_image(upload(out.getvalue()), actor=user).file.path) as image:
        assert min(image.getpixel((5, 5))) > 250


def test_a_file_over_the_limit_is_refused(user: User, settings) -> None:
    settings.MAX_FILE_BYTES = 500
    with pytest.raises(DomainError) as refusal:
        files.store_image(upload(picture(size=(400, 400))), actor=user)
    assert refusal.value.code == "too_large"


NAMES = [
    "../../x.jpg", "/etc/x.jpg", "C:\\x.jpg", "a\x00b.jpg", "x" * 5000 + ".jpg", "con", ".htaccess",
    "a\u2024\u2024/x.jpg", "\u202egpj.exe",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_name_on_the_disk_is_our_own(user: User, media: Path, name: str) -> None:
    attachment = files.store_image(upload(picture(), name), actor=user, title=name)
    large, small = sorted(everything_in(media))
    assert (large.name, small.name) == (f"{large.stem}.jpg", f"{large.stem}.small.jpg")
    assert len(large.stem) == 32
    assert not [path for path in (large, small) if path.stat().st_mode & 0o077]
    assert not set(attachment.title) & set("/\\\0\r\n")
    assert len(attachment.title) <= 150


def test_a_letter_may_be_a_pdf_or_a_photo(user: User) -> None:
    pdf = letter()
    attachment = files.store_document(upload(pdf, "surat.pdf"), actor=user, title="Surat")
    assert (attachment.kind, stored(attachment)) == ("pdf", pdf)
    assert files.store_document(upload(letter_photo()), actor=user).kind == "image"
    for content in (b"%PDF-1.7\nno end", EVIL, EVIL + pdf):
        with pytest.raises(DomainError):
            files.store_document(upload(content), actor=user)


def test_a_download_cannot_be_run_sniffed_or_cached(user: User) -> None:
    response = files.download_response(files.store_image(upload(picture()), actor=user, title='Kardus "baru"\r\nX: 1'))
    assert response["Content-Type"] == "image/jpeg"
    sha256 = Attachment.objects.get().sha256
    assert response["Content-Disposition"] == f'attachment; filename="lampiran-image-{sha256[:12]}.jpg"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"".join(response.streaming_content).startswith(b"\xff\xd8")


def test_a_file_deleted_behind_our_back_is_404(user: User) -> None:
    attachment = files.store_image(upload(picture()), actor=user)
    Path(attachment.file.path).unlink()
    with pytest.raises(Http404):
        files.download_response(attachment)


@pytest.mark.parametrize(
    "name",
    ['Kec. "A"; x=1.xlsx', "a\r\nSet-Cookie: x.xlsx", "Kécamatan Ünïcode.xlsx", "字" * 300 + ".xlsx",
     "x" * 300 + ".xlsx", "..", "", "a/b\\c.xlsx", "\ud800.xlsx", "100% (1).xlsx"],
)  # fmt: skip
def test_any_text_becomes_a_valid_download_name(name: str) -> None:
    header = files.disposition(name)
    assert header.startswith("attachment")
    assert len(header.encode("ascii")) <= 255
    assert "\n" not in header
    assert "\r" not in header


def test_what_nothing_refers_to_is_swept_after_a_day(user: User, media: Path) -> None:
    old = files.store_image(upload(picture()), actor=user)
    young = files.store_image(upload(picture()), actor=user)
    stray = media / "attachments" / "stray.jpg"
    stray.write_bytes(b"x")
    Attachment.objects.filter(pk=old.pk).update(created_at=old.created_at - files.UNUSED_AFTER * 2)
    yesterday = time.time() - files.UNUSED_AFTER.total_seconds() * 2
    os.utime(stray, (yesterday, yesterday))
    files.sweep()
    assert list(Attachment.objects.all()) == [young]
    assert set(everything_in(media)) == {Path(young.file.path), media / young.thumbnail}


def test_what_was_just_handed_in_is_kept_also_where_the_register_lives_on_another_day(user: User) -> None:
    with clock.frozen(moment("2025-01-06T09:00:00+07:00")):
        young = files.store_image(upload(picture()), actor=user)
        files.sweep()
        assert files.handed_in(young.pk, actor=user) == young


def test_the_number_of_a_paper_stays_in_the_name_of_its_download() -> None:
    assert 'filename="BAST 000.2.3.2-064-DISKOMINFO-IX-2026.pdf"' in files.disposition(
        "BAST 000.2.3.2/064/DISKOMINFO/IX/2026.pdf"
    )


def test_the_hash_in_the_name_of_a_csv_arrives_whole() -> None:
    name = f"CONTOH-perangkat-2026-11-22-0905-12345-{'0123456789abcdef' * 4}.csv"
    assert f'filename="{name}"' in files.disposition(name)
