"""``Idempotency-Key``: one effect and one answer for any number of equal calls; refusals are not kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from api import idempotency
from api.models import Answer
from core.journal import head
from core.management.commands.run_jobs import tidy
from core.models import Event
from org.models import Unit
from requests_app.models import DeviceRequest
from tests import base
from tests.api.cast import Cast
from tests.api.test_contract import new_unit, problem
from tests.pdfs import letter_file


def test_twenty_equal_calls_have_one_effect_and_one_answer(cast: Cast):
    body = {
        "unit": cast.kemang.pk,
        "purpose": "Konten",
        "lines": [{"device_type": cast.hp.pk, "quantity": 1, "situation": "none"}],
    }
    answers = [cast.kemang_admin.post("requests/", body, Idempotency_Key="a-1") for _ in range(20)]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len({(answer["Location"], answer["ETag"]) for answer in answers}) == 1
    assert ["Idempotency-Replayed" in answer for answer in answers] == [False] + [True] * 19
    assert DeviceRequest.objects.count() == 1
    assert Event.objects.filter(verb="request.drafted").count() == 1


def test_the_order_of_fields_and_a_form_instead_of_json_make_no_difference_where_values_are_text(cast: Cast):
    body = {"name": "Contoh", "kind": "district", "code": "32.01.99", "parent": str(cast.root.pk)}
    first = cast.user_admin.post("units/", body, Idempotency_Key="k")
    again = cast.user_admin.post("units/", dict(reversed(body.items())), Idempotency_Key="k")
    form = cast.user_admin.form("units/", body, Idempotency_Key="k")
    assert (first.status_code, again.status_code, form.status_code) == (201, 201, 201), form.content
    assert first.content == again.content == form.content


def test_other_content_under_the_same_key_is_a_422(cast: Cast):
    assert cast.user_admin.post("units/", new_unit(cast), Idempotency_Key="k").status_code == 201
    problem(
        cast.user_admin.post("units/", new_unit(cast, name="Lain"), Idempotency_Key="k"), 422, "idempotency_key_reused"
    )
    assert Unit.objects.filter(name="Lain").count() == 0


def test_a_key_belongs_to_its_caller_and_its_address(cast: Cast):
    place = base.a_request(cast.base)
    other = base.a_request(cast.base)
    first = cast.kemang_admin.post(f"requests/{place.pk}/submit/", {}, Idempotency_Key="k")
    second = cast.kemang_admin.post(f"requests/{other.pk}/submit/", {}, Idempotency_Key="k")
    assert first.json()["id"] != second.json()["id"]
    problem(cast.kemang_head.post(f"requests/{place.pk}/submit/", {}, Idempotency_Key="k"), 409)


def test_a_verb_that_no_longer_applies_is_still_replayed(cast: Cast):
    place = base.a_request(cast.base)
    first = cast.kemang_admin.post(f"requests/{place.pk}/submit/", {}, Idempotency_Key="k")
    seq = head()
    again = cast.kemang_admin.post(f"requests/{place.pk}/submit/", {}, Idempotency_Key="k")
    assert (again.status_code, again["Idempotency-Replayed"]) == (200, "true")
    assert again.content == first.content
    assert head() == seq
    problem(cast.kemang_admin.post(f"requests/{place.pk}/submit/", {}, Idempotency_Key="k2"), 409)


def test_refusals_are_not_kept(cast: Cast):
    problem(cast.user_admin.post("units/", new_unit(cast, name=""), Idempotency_Key="k"), 400)
    problem(cast.viewer.post("units/", new_unit(cast), Idempotency_Key="k"), 403)
    assert Answer.objects.count() == 0
    assert cast.user_admin.post("units/", new_unit(cast), Idempotency_Key="k").status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "é"])
def test_a_key_that_is_none_is_refused(cast: Cast, key: str):
    problem(cast.user_admin.post("units/", new_unit(cast), Idempotency_Key=key), 400)


def test_patch_takes_no_notice_of_the_key(cast: Cast):
    for name in ("Satu", "Dua"):
        answer = cast.user_admin.patch(f"units/{cast.kemang.pk}/", {"name": name}, Idempotency_Key="k")
        assert answer.json()["name"] == name


def test_the_same_file_replays_and_another_does_not(cast: Cast, media):
    asset = base.an_asset(cast.base)

    def retire(words: str):
        body = {"decision_number": "SK 1", "decided_on": "2026-01-05", "file": letter_file(words)}
        return cast.clerk.form(f"assets/{asset.pk}/retire/", body, Idempotency_Key="k")

    assert retire("satu").status_code == 200
    assert retire("satu")["Idempotency-Replayed"] == "true"
    problem(retire("dua"), 422)


def test_somebody_faster_with_the_same_key_wins_and_is_replayed(cast: Cast, monkeypatch):
    """The race as it is after the look-up: the other call commits between our look-up and our transaction."""
    looked_up = idempotency.find

    def nothing_yet(request, key):
        monkeypatch.setattr(idempotency, "find", looked_up)
        assert cast.user_admin.post("units/", new_unit(cast), Idempotency_Key="k").status_code == 201

    monkeypatch.setattr(idempotency, "find", nothing_yet)
    answer = cast.user_admin.post("units/", new_unit(cast), Idempotency_Key="k")
    assert (answer.status_code, answer["Idempotency-Replayed"]) == (201, "true")
    assert Unit.objects.filter(code="32.01.99").count() == 1


def test_answers_are_forgotten_after_a_week(cast: Cast):
    cast.user_admin.post("units/", new_unit(cast), Idempotency_Key="k")
    assert idempotency.forget_old() == 0
    Answer.objects.update(created_at=timezone.now() - timedelta(days=8))
    tidy()
    assert not Answer.objects.exists()
