"""A photo is bounded by the bytes that decoding it would take, before any of it is decoded."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from core import apart, files
from core.errors import DomainError
from core.models import Attachment
from org.models import User
from tests import base
from tests.api.cast import Caller
from tests.core.test_files import everything_in, picture, upload

pytestmark = pytest.mark.django_db
LIMIT = 40_000


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
