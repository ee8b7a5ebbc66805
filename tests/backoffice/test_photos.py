"""Photos on the pages: handed in several at once or one by one ahead of the form, shown small beside what was said."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from assets.models import ConditionPhoto
from core.files import UNUSED_AFTER, sweep
from core.models import Attachment
from core.taking import MOST_PHOTOS
from handing_over import fulfilment
from org.models import User
from tests.backoffice.desk import Desk, adding, page, text, verb_page
from tests.base import Cast, an_asset, an_inventory, at, delivered, returned, submitted, verified
from tests.core.test_files import picture, upload

pytestmark = pytest.mark.usefixtures("media")
ALT = re.compile(r'<img src="([^"]+)" alt="([^"]*)" loading="lazy"')


def held(cast: Cast) -> Any:
    """A phone that Kemang holds."""
    return delivered(cast).items.get().asset


def ahead(desk: Desk, by: User, subject: Any, content: bytes | None = None, name: str = "layar.jpg") -> Any:
    """The answer to one photo that is sent before the form on a condition."""
    fields = {"_keep": "photo", "photo": upload(content or picture(), name)}
    return desk.post(by, verb_page(subject, "report-condition"), fields)


def told(response: Any) -> str:
    """What is said beside the field of the photos."""
    return unescape(response.content.decode().partition('id="id_photo_error"')[2].partition("</div>")[0])


def pictures(response: Any) -> list[tuple[str, str]]:
    """The small pictures of a page: where they lie, and what is said for who cannot see them."""
    return [(unescape(where), unescape(said)) for where, said in ALT.findall(response.content.decode())]


def test_the_form_says_its_limits_before_anything_is_chosen(cast: Cast, desk: Desk) -> None:
    shown = desk.get(cast.kemang_admin, verb_page(held(cast), "report-condition"))
    assert (
        "Paling banyak 6 foto JPEG, PNG atau WebP, masing-masing sampai 10 MB dan bersama-sama sampai 32 MB."
        in text(shown).replace("\N{NO-BREAK SPACE}", " ")
    )
    [field] = re.findall(r'<input type="file"[^>]*>', shown.content.decode())
    assert " multiple" in field and 'accept="image/' in field and "capture" not in field


def test_several_photos_come_with_a_plain_form(cast: Cast, desk: Desk) -> None:
    asset = held(cast)
    sent = desk.act(
        cast.kemang_admin, asset, "report-condition", condition="good", photo=[upload(picture()), upload(picture())]
    )
    assert (sent.status_code, ConditionPhoto.objects.count()) == (302, 2)


def test_the_count_of_a_unit_takes_them_too(cast: Cast, desk: Desk) -> None:
    line = an_inventory(cast).lines.get()
    photos = [upload(picture()), upload(picture())]
    sent = desk.act(cast.kemang_admin, line, "confirm", condition="lightly_damaged", photo=photos)
    assert (sent.status_code, ConditionPhoto.objects.count()) == (302, 2)


def test_too_many_and_what_is_no_picture_are_told_by_name(cast: Cast, desk: Desk) -> None:
    asset = held(cast)
    many = [upload(picture())] * (MOST_PHOTOS + 1)
    refused = desk.act(cast.kemang_admin, asset, "report-condition", condition="good", photo=many)
    assert refused.status_code == 400 and "Paling banyak 6 foto." in told(refused)
    wrong = [upload(picture()), upload(b"<html>", "virus.jpg")]
    refused = desk.act(cast.kemang_admin, asset, "report-condition", condition="good", photo=wrong)
    assert refused.status_code == 400 and "virus.jpg: Foto harus berupa gambar" in told(refused)
    assert not asset.condition_reports.exists()


def test_a_photo_sent_ahead_is_named_by_the_form_and_stays_when_it_is_refused(cast: Cast, desk: Desk) -> None:
    asset = held(cast)
    tokens = [ahead(desk, cast.kemang_admin, asset, name=f"foto {n}.jpg").json()["token"] for n in (1, 2)]
    assert not asset.condition_reports.exists()
    form = {"photo__kept": tokens}
    refused = desk.act(cast.kemang_admin, asset, "report-condition", condition="", **form)
    assert refused.status_code == 400
    ticked = re.findall(r'name="photo-kept" value="([^"]+)" checked><span>([^<]+)', refused.content.decode())
    assert ticked == [(tokens[0], "foto 1.jpg"), (tokens[1], "foto 2.jpg")]
    sent = desk.act(cast.kemang_admin, asset, "report-condition", condition="good", **form)
    assert sent.status_code == 302
    assert [each.picture.title for each in asset.condition_reports.get().photos.all()] == ["foto 1.jpg", "foto 2.jpg"]


def test_those_sent_ahead_and_those_with_the_form_count_together(cast: Cast, desk: Desk) -> None:
    asset = held(cast)
    tokens = [ahead(desk, cast.kemang_admin, asset).json()["token"] for _n in range(MOST_PHOTOS)]
    more = {"photo__kept": tokens, "photo": upload(picture())}
    refused = desk.act(cast.kemang_admin, asset, "report-condition", condition="good", **more)
    assert refused.status_code == 400 and "Paling banyak 6 foto." in told(refused)


def test_what_is_no_picture_is_refused_as_soon_as_it_is_sent(cast: Cast, desk: Desk) -> None:
    refused = ahead(desk, cast.kemang_admin, held(cast), b"<html>")
    assert refused.status_code == 400 and refused.json()["detail"].startswith("Foto harus berupa gambar")
    assert not Attachment.objects.filter(kind="image").exists()


def test_a_refused_photo_keeps_the_form_until_it_is_dropped(cast: Cast, desk: Desk) -> None:
    asset = held(cast)
    token = ahead(desk, cast.kemang_admin, asset).json()["token"]
    form = {"condition": "good", "photo__kept": token, "photo__refused": "surat.pdf: Foto harus berupa gambar."}
    refused = desk.act(cast.kemang_admin, asset, "report-condition", **form)
    shown = text(refused)
    assert refused.status_code == 400 and not asset.condition_reports.exists()
    assert "Ada foto yang ditolak" in told(refused) and shown.count("Ada foto yang ditolak") == 2
    assert 'name="photo-refused" value="surat.pdf: Foto harus berupa gambar."' in refused.content.decode()
    assert f'value="{token}" checked' in refused.content.decode()
    del form["photo__refused"]
    assert desk.act(cast.kemang_admin, asset, "report-condition", **form).status_code == 302


def test_nobody_sends_one_ahead_who_may_not_act(cast: Cast, desk: Desk) -> None:
    asset = held(cast)
    assert ahead(desk, cast.verifier, asset).status_code == 403
    assert ahead(desk, cast.cibinong_admin, asset).status_code == 404
    assert not Attachment.objects.filter(kind="image").exists()


@pytest.mark.parametrize("field", ["condition", "note", "nothing", "_keep", ""])
def test_only_a_field_for_photos_takes_one_ahead(cast: Cast, desk: Desk, field: str) -> None:
    fields = {"_keep": field, "photo": upload(picture())}
    assert desk.post(cast.kemang_admin, verb_page(held(cast), "report-condition"), fields).status_code == 400
    assert desk.post(cast.clerk, adding(type(held(cast))), fields).status_code == 400
    assert not Attachment.objects.filter(kind="image").exists()


def test_a_token_is_its_senders_and_serves_once_and_for_a_while(cast: Cast, desk: Desk) -> None:
    asset = held(cast)
    mine = ahead(desk, cast.kemang_admin, asset).json()["token"]

    def tried(by: User, token: str) -> Any:
        return desk.act(by, asset, "report-condition", condition="good", photo__kept=token)

    for by, token in ((cast.clerk, mine), (cast.kemang_admin, f"{mine}x"), (cast.kemang_admin, "x" * 5000)):
        refused = tried(by, token)
        assert refused.status_code == 400 and "tidak disimpan lagi" in told(refused)
        assert mine not in refused.content.decode()
    assert tried(cast.kemang_admin, mine).status_code == 302
    assert tried(cast.kemang_admin, mine).status_code == 400
    old = ahead(desk, cast.kemang_admin, asset).json()["token"]
    newest = Attachment.objects.latest("pk")
    Attachment.objects.filter(pk=newest.pk).update(created_at=newest.created_at - UNUSED_AFTER + timedelta(hours=1))
    assert tried(cast.kemang_admin, old).status_code == 400
    assert asset.condition_reports.count() == 1


def test_what_was_sent_ahead_and_never_used_is_swept_with_its_small_picture(
    cast: Cast, desk: Desk, media: Path
) -> None:
    ahead(desk, cast.kemang_admin, held(cast))
    left = Attachment.objects.get(kind="image")
    Attachment.objects.filter(pk=left.pk).update(created_at=left.created_at - UNUSED_AFTER * 2)
    sweep()
    assert not (media / left.thumbnail).exists() and not Attachment.objects.filter(pk=left.pk).exists()


def test_the_page_of_a_device_shows_them_small_beside_note_and_day(cast: Cast, desk: Desk) -> None:
    asset = held(cast)
    desk.act(
        cast.kemang_admin, asset, "report-condition", condition="lightly_damaged", note="Retak di sudut",
        photo=[upload(picture()), upload(picture())],
    )  # fmt: skip
    shown = desk.get(cast.kemang_admin, page(asset))
    assert "Retak di sudut" in text(shown) and "2 Mar 2026" in text(shown)
    assert [said for _where, said in pictures(shown)] == [
        f"{asset.device_type} {asset}, Rusak ringan (RR), 2 Maret 2026, foto {n} dari 2" for n in (1, 2)
    ]
    for where, _said in pictures(shown):
        assert desk.get(cast.kemang_admin, where)["Content-Type"] == "image/jpeg"


def test_two_days_of_a_device_stand_side_by_side(cast: Cast, desk: Desk) -> None:
    asset = held(cast)
    reports = []
    for when, condition in (("2026-03-02", "good"), ("2026-04-06", "lightly_damaged"), ("2026-05-04", "badly_damaged")):
        with at(f"{when}T09:00:00+07:00"):
            desk.act(cast.kemang_admin, asset, "report-condition", condition=condition, photo=upload(picture()))
        reports.append(asset.condition_reports.latest("pk"))
    address = reverse("admin:assets_asset_read", args=[asset.pk, "photos"])
    assert address in desk.get(cast.kemang_admin, page(asset)).content.decode()

    def days(**query: str) -> list[str]:
        return [said.split(", ")[2] for _where, said in pictures(desk.get(cast.kemang_admin, address, **query))]

    assert days() == ["2 Maret 2026", "4 Mei 2026"]
    assert days(right=str(reports[1].pk)) == ["2 Maret 2026", "6 April 2026"]
    for wrong in ({"left": "x"}, {"left": "0"}, {"right": str(10**30)}, {"other": "1"}):
        assert desk.get(cast.kemang_admin, address, **wrong).status_code == 400
    assert desk.get(cast.cibinong_admin, address).status_code == 404


def test_two_reports_of_one_day_are_told_apart_by_their_time(cast: Cast, desk: Desk) -> None:
    asset = held(cast)
    for clock_time in ("09:00:00", "14:30:00"):
        with at(f"2026-03-02T{clock_time}+07:00"):
            desk.act(cast.kemang_admin, asset, "report-condition", condition="good", photo=upload(picture()))
    shown = text(desk.get(cast.kemang_admin, reverse("admin:assets_asset_read", args=[asset.pk, "photos"])))
    for said in ("2 Mar 2026 09.00 WIB", "2 Mar 2026 14.30 WIB"):
        assert shown.count(said) == 3 and f"{said} · Baik" in shown


def test_a_photo_opens_where_it_is_and_runs_nothing(cast: Cast, desk: Desk) -> None:
    asset = held(cast)
    desk.act(cast.kemang_admin, asset, "report-condition", condition="good", photo=upload(picture()))
    taken = ConditionPhoto.objects.get()
    address = reverse("admin:assets_conditionreport_photo", args=[taken.report_id, taken.pk])
    answer = desk.get(cast.kemang_admin, address)
    assert answer["Content-Disposition"].startswith("inline; filename=")
    assert answer["Content-Security-Policy"].endswith("sandbox") and answer["X-Content-Type-Options"] == "nosniff"


def test_a_device_without_photos_offers_no_comparison(cast: Cast, desk: Desk) -> None:
    asset = held(cast)
    address = reverse("admin:assets_asset_read", args=[asset.pk, "photos"])
    assert address not in desk.get(cast.kemang_admin, page(asset)).content.decode()
    assert "Belum ada foto perangkat ini." in text(desk.get(cast.kemang_admin, address))


def test_the_next_holder_sees_no_photo_of_the_former_nowhere(cast: Cast, desk: Desk) -> None:
    asset = an_asset(cast)
    delivered(cast, assets=[asset], to=cast.cibinong)
    desk.act(cast.cibinong_admin, asset, "report-condition", condition="good", photo=upload(picture()))
    returned(cast, [asset], by=cast.cibinong_admin)
    fulfilment.accept(asset.handover_items.latest("pk").handover, actor=cast.clerk)
    delivered(cast, assets=[asset])
    request = submitted(cast)
    photo = ConditionPhoto.objects.get()
    comparison = reverse("admin:assets_asset_read", args=[asset.pk, "photos"])
    for shown in (page(asset), comparison, page(request)):
        assert pictures(desk.get(cast.kemang_admin, shown)) == []
    for name in ("photo", "thumbnail"):
        address = reverse(f"admin:assets_conditionreport_{name}", args=[photo.report_id, photo.pk])
        assert desk.get(cast.kemang_admin, address).status_code == 404
        assert desk.get(cast.clerk, address).status_code == 200
    assert len(pictures(desk.get(cast.clerk, page(asset)))) == 1
    assert len(pictures(desk.get(cast.clerk, page(request)))) == 1


def test_who_decides_on_a_request_sees_what_the_unit_has(cast: Cast, desk: Desk) -> None:
    asset, request = held(cast), verified(cast)
    desk.act(cast.kemang_admin, asset, "report-condition", condition="badly_damaged", photo=upload(picture()))
    for shown in (page(request), verb_page(request, "decide")):
        [(where, said)] = pictures(desk.get(cast.approver, shown))
        assert "Rusak berat" in said and desk.get(cast.approver, where).status_code == 200
