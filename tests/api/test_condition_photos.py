"""Photos of a device's condition: several in a report, with thumbnails, for who reads the report and nobody else."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from assets import register
from assets.models import Asset, ConditionPhoto
from core.models import Attachment, EventFact, SecurityEvent
from core.taking import MOST_PHOTOS
from tests import base
from tests.api.cast import Caller, Cast
from tests.api.test_contract import problem
from tests.core.test_files import picture, upload

COLOURS = ("red", "green", "blue")


def held(cast: Cast) -> Asset:
    """A phone that Kemang holds."""
    return base.delivered(cast.base).items.get().asset


def photos(number: int) -> list[SimpleUploadedFile]:
    return [upload(picture(size=(1200, 900), colour=COLOURS[n % 3]), f"layar-{n}.jpg") for n in range(number)]


def reported(by: Caller, asset: Asset, files: list[SimpleUploadedFile], **more: str) -> Any:
    return by.form(f"assets/{asset.pk}/report-condition/", {"condition": "lightly_damaged", "photo": files}, **more)


def shown(answer: Any) -> Image.Image:
    assert answer.status_code == 200, answer.content
    return Image.open(io.BytesIO(b"".join(answer.streaming_content)))


def test_a_report_has_several_photos_in_their_order_each_with_its_thumbnail(cast: Cast, media: Path) -> None:
    asset = held(cast)
    assert reported(cast.kemang_admin, asset, photos(3)).status_code == 200
    report = cast.kemang_admin.get(f"condition-reports/{asset.condition_reports.get().pk}/").json()
    assert [each["id"] for each in report["photos"]] == sorted(each["id"] for each in report["photos"])
    assert report["photo"] == report["photos"][0]["url"]
    for each, colour in zip(report["photos"], COLOURS, strict=True):
        large = shown(cast.kemang_admin.get(each["url"], Accept="image/*"))
        small = shown(cast.kemang_admin.get(each["thumbnail"], Accept="image/*"))
        assert (large.size, small.size) == ((1200, 900), (480, 360))
        wanted = Image.new("RGB", (1, 1), colour).getpixel((0, 0))
        assert all(abs(a - b) < 6 for a, b in zip(small.getpixel((9, 9)), wanted, strict=True))
    [row] = cast.kemang_admin.get("condition-reports/").json()["results"]
    assert row["photo"] == report["photo"]


def test_a_report_without_photos_says_so(cast: Cast) -> None:
    report = register.report_condition(held(cast), actor=cast.base.kemang_admin, condition="good")
    found = cast.kemang_admin.get(f"condition-reports/{report.pk}/").json()
    assert (found["photo"], found["photos"]) == (None, [])


def test_more_photos_than_one_act_takes_are_refused_before_any_is_kept(cast: Cast, media: Path) -> None:
    asset = held(cast)
    found = problem(reported(cast.kemang_admin, asset, photos(MOST_PHOTOS + 1)), 400)
    assert [each["field"] for each in found["errors"]] == ["photo"]
    assert not asset.condition_reports.exists() and not Attachment.objects.exists()


def test_which_of_several_is_no_picture_is_named(cast: Cast, media: Path) -> None:
    asset = held(cast)
    good, bad = photos(1)[0], upload(b"<html>", "x.jpg")
    found = problem(reported(cast.kemang_admin, asset, [good, bad]), 400)
    assert [(each["field"], each["code"]) for each in found["errors"]] == [("photo.1", "invalid_image")]
    assert not asset.condition_reports.exists()


def test_what_is_no_file_is_refused(cast: Cast) -> None:
    asset = held(cast)
    answer = cast.kemang_admin.post(
        f"assets/{asset.pk}/report-condition/", {"condition": "good", "photo": ["layar.jpg"]}
    )
    assert [each["field"] for each in problem(answer, 400)["errors"]] == ["photo.0"]


def test_the_same_photos_sent_again_under_their_key_are_one_report(cast: Cast, media: Path) -> None:
    asset = held(cast)
    for _time in range(2):
        assert reported(cast.kemang_admin, asset, photos(2), Idempotency_Key="k").status_code == 200
    assert asset.condition_reports.count() == 1
    problem(reported(cast.kemang_admin, asset, photos(3), Idempotency_Key="k"), 422)


@pytest.mark.parametrize("part", ["", "thumbnail/"])
def test_photo_and_thumbnail_are_for_who_reads_the_report(cast: Cast, media: Path, part: str) -> None:
    asset = held(cast)
    reported(cast.kemang_admin, asset, photos(1))
    photo = ConditionPhoto.objects.get()
    address = f"condition-reports/{photo.report_id}/photos/{photo.pk}/{part}"
    for reader in (cast.kemang_admin, cast.clerk):
        answer = reader.get(address, Accept="image/*")
        assert (answer.status_code, answer["Content-Type"], answer["X-Content-Type-Options"]) == (
            200, "image/jpeg", "nosniff",
        )  # fmt: skip
        assert answer["Cache-Control"] == "private, no-store" and "sandbox" in answer["Content-Security-Policy"]
        assert answer["Content-Disposition"].startswith("attachment")
    foreign = problem(cast.cibinong_admin.get(address, Accept="image/*"), 404)
    missing = problem(cast.cibinong_admin.get(f"condition-reports/999999/photos/1/{part}", Accept="image/*"), 404)
    assert {**foreign, "request_id": ""} == {**missing, "request_id": ""}


def test_a_photo_is_found_under_its_own_report_alone(cast: Cast, media: Path) -> None:
    first, second = held(cast), held(cast)
    for asset in (first, second):
        reported(cast.kemang_admin, asset, photos(1))
    foreign = second.condition_reports.get().photos.get().pk
    for pk in (foreign, 0, -1, "x", 10**20):
        for part in ("", "thumbnail/"):
            address = f"condition-reports/{first.condition_reports.get().pk}/photos/{pk}/{part}"
            problem(cast.kemang_admin.get(address, Accept="image/*"), 404)


def test_of_files_the_security_log_notes_the_photo_and_not_each_thumbnail(cast: Cast, media: Path) -> None:
    reported(cast.kemang_admin, held(cast), photos(1))
    photo = ConditionPhoto.objects.get()
    address = f"condition-reports/{photo.report_id}/photos/{photo.pk}/"
    for part in ("", "thumbnail/"):
        cast.kemang_admin.get(address + part, Accept="image/*")
    [noted] = SecurityEvent.objects.filter(kind="file_read")
    assert noted.detail["path"].endswith(address)


def test_without_its_thumbnail_a_photo_stands_in_and_without_the_photo_there_is_none(cast: Cast, media: Path) -> None:
    reported(cast.kemang_admin, held(cast), photos(1))
    photo = ConditionPhoto.objects.get()
    address = f"condition-reports/{photo.report_id}/photos/{photo.pk}/thumbnail/"
    (media / photo.picture.thumbnail).unlink()
    assert shown(cast.kemang_admin.get(address, Accept="image/*")).size == (1200, 900)
    Path(photo.picture.file.path).unlink()
    problem(cast.kemang_admin.get(address, Accept="image/*"), 404)
    assert cast.kemang_admin.get(f"condition-reports/{photo.report_id}/").status_code == 200


def test_the_event_of_a_report_tells_of_its_photos(cast: Cast, media: Path) -> None:
    reported(cast.kemang_admin, held(cast), photos(2))
    told = EventFact.objects.filter(object_type="assets.conditionphoto")
    assert {each.event.verb for each in told} == {"asset.condition_reported"}
    assert {each.object_id for each in told} == set(ConditionPhoto.objects.values_list("pk", flat=True))
    assert all("picture__sha256" in each.values for each in told)
