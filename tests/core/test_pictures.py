"""A photo is bounded by the bytes that decoding it would take, before any of it is decoded."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from core import apart, developing, files, pictures
from core.errors import DomainError
from core.models import Attachment
from org.models import User
from tests import base
from tests.api.cast import Caller
from tests.core.test_files import everything_in, picture, upload
from tests.pictures import difference, samples, saved

pytestmark = pytest.mark.django_db
LIMIT = 40_000
SAMPLES = samples()
ALIKE = 6
"""So far from each other, of 255, are a picture and what a JPEG of it keeps."""


@pytest.fixture
def user(media: Path) -> User:
    return User.objects.create_user("kemang", "kuda-hijau-77")


def kept(content: bytes, user: User) -> Image.Image:
    attachment = files.store_image(upload(content), actor=user)
    with Image.open(attachment.file.path) as image:
        image.load()
    return image


@pytest.mark.parametrize(
    ("kind", "options"),
    [("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {}), ("WEBP", {}), ("WEBP", {"lossless": True})],
)
def test_a_picture_over_the_limit_is_refused_and_one_under_it_is_kept(
    user: User, media: Path, settings: Any, kind: str, options: dict[str, Any]
) -> None:
    settings.MAX_DECODED_BYTES = LIMIT
    assert kept(picture(kind, (40, 30), **options), user).size == (40, 30)
    before = everything_in(media)
    with pytest.raises(DomainError) as refusal:
        files.store_image(upload(picture(kind, (120, 100), **options)), actor=user)
    assert (refusal.value.code, refusal.value.faults[0].field) == ("too_many_pixels", "file")
    assert everything_in(media) == before


def test_a_progressive_jpeg_is_reckoned_with_what_it_is_collected_in(user: User, settings: Any) -> None:
    settings.MAX_DECODED_BYTES = LIMIT
    size = (90, 90)
    assert kept(picture("JPEG", size), user).size == size
    with pytest.raises(DomainError, match="piksel"):
        files.store_image(upload(picture("JPEG", size, progressive=True, subsampling=0)), actor=user)


def test_a_large_jpeg_is_scaled_while_it_is_read(user: User, settings: Any) -> None:
    settings.MAX_DECODED_BYTES = 8 * 1024 * 1024
    assert kept(picture("JPEG", (3200, 2400)), user).size == (1600, 1200)
    with pytest.raises(DomainError, match="piksel"):
        files.store_image(upload(picture("PNG", (3200, 2400))), actor=user)


@pytest.mark.parametrize("size", [(256, 4), (2048, 8)])
def test_a_grey_scan_of_sixteen_bits_keeps_its_greys(user: User, size: tuple[int, int]) -> None:
    """Pillow alone would make all of it white (findings/sixteen_bit_grey_scan.sh), or refuse to make it smaller."""
    scan = Image.new("I;16", size)
    for x in range(size[0]):
        for y in range(size[1]):
            scan.putpixel((x, y), x * 65_535 // (size[0] - 1))
    out = io.BytesIO()
    scan.save(out, "PNG")
    image = kept(out.getvalue(), user).convert("L")
    greys = [image.getpixel((image.width * part // 8, 1)) for part in range(8)]
    assert all(abs(grey - 255 * part // 8) < 16 for part, grey in enumerate(greys)), greys


@pytest.mark.parametrize("name", SAMPLES)
def test_every_kind_of_picture_is_kept_as_it_looks(name: str) -> None:
    """``tests/browser/test_pictures.py`` holds the same against what a browser draws."""
    content, seen = SAMPLES[name]
    large, small = made(content, 1600, 48)
    assert large.size == seen.size
    assert difference(large, seen) < ALIKE
    assert small.size == (48, 32)
    coarse = (12, 8)
    assert difference(small.reduce(4), seen.convert("RGB").resize(coarse, Image.Resampling.BOX)) < ALIKE


def test_the_measure_sees_a_picture_that_came_out_otherwise() -> None:
    _content, seen = SAMPLES["PNG, grey of 16 bits"]
    white = Image.new("RGB", seen.size, "white")
    assert difference(white, seen) > 10 * ALIKE
    profiled, told = SAMPLES["JPEG with a profile"]
    assert difference(Image.open(io.BytesIO(profiled)).convert("RGB"), told) > 4 * ALIKE


def test_a_scan_of_one_bit_keeps_its_lines_when_it_is_made_small() -> None:
    lines = Image.new("1", (400, 400), 1)
    for y in range(0, 400, 4):
        lines.paste(0, (0, y, 400, y + 1))
    [small] = made(saved(lines, "PNG"), 100)
    assert small.convert("L").getextrema()[0] > 150 and small.convert("L").getextrema()[1] < 230


def test_of_a_phones_jpeg_of_two_pictures_the_first_is_taken_however_large(settings: Any, user: User) -> None:
    """In full its first picture takes more than the limit; a JPEG is made small while it is read."""
    settings.MAX_DECODED_BYTES = 12 * 1024 * 1024
    content = saved(
        Image.new("RGB", (3600, 2400), "teal"), "MPO", save_all=True, append_images=[Image.new("RGB", (90, 60), "red")]
    )
    assert b"MPF" in content
    image = kept(content, user)
    assert image.size == (1600, 1067)
    assert difference(image, Image.new("RGB", image.size, "teal")) < ALIKE
    broken_behind = content[: content.rindex(b"\xff\xd8\xff") + 40]
    assert kept(broken_behind, user).size == (1600, 1067)


def test_who_does_what_the_sentence_on_too_many_pixels_says_is_served(user: User) -> None:
    flat = Image.new("RGB", (4000, 4000), "teal")
    with pytest.raises(DomainError) as refusal:
        files.store_image(upload(saved(flat, "JPEG", progressive=True, subsampling=0)), actor=user)
    said = str(refusal.value.detail)
    assert "3.000 piksel" in said and "JPEG" in said
    side = pictures.SURELY_FITS
    smaller = saved(flat.resize((side, side)), "JPEG", progressive=True, subsampling=0)
    assert kept(smaller, user).size == (1600, 1600)


def made(content: bytes, *longest_sides: int) -> list[Image.Image]:
    return [
        Image.open(io.BytesIO(each))
        for each in developing.developed(content, 96 * 1024 * 1024, *longest_sides, letter=False)
    ]


def test_a_caller_is_asked_to_come_back_while_too_many_photos_wait(media: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(apart, "LINE_SECONDS", 0.01)
    cast = base.make_cast()
    issue = base.accepted(cast, base.an_issue(cast))
    path = f"assets/{issue.items.get().asset_id}/report-condition/"
    clerk = Caller(cast.clerk)

    def sent() -> Any:
        fields = {"condition": "good", "photo": upload(picture())}
        return clerk.form(path, fields, Idempotency_Key="foto-1")

    with apart._in_line():
        answer = sent()
    problem = answer.json()
    assert (answer.status_code, problem["code"], answer["Retry-After"]) == (429, "busy", str(apart.RETRY_SECONDS))
    assert [each["field"] for each in problem["errors"]] == ["photo"]
    assert not Attachment.objects.exists()
    assert sent().status_code == 200
