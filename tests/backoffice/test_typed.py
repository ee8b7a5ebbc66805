"""Nothing typed is lost: limits as the browser counts, words of ours about what is wrong, and everything kept."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import django
import pytest
from django import forms
from django.apps import apps
from django.contrib.auth.password_validation import get_default_password_validators
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.utils.translation import override

from assets.models import Asset, Handover, Receipt
from backoffice.accounts import LoginForm, OwnPasswordForm
from backoffice.choosing import RowField
from backoffice.forms import PlainForm
from backoffice.texts import TextField
from core.errors import DomainError
from pledges.models import Pledge
from requests_app import approvals
from requests_app.models import DeviceRequest
from tests.api.cast import Caller
from tests.backoffice.desk import Desk, adding, text
from tests.backoffice.test_verbs import request_fields
from tests.base import Cast, a_pledge, an_issue, endorsed, some_assets
from tests.checks import refused

LINES = 100
FULL = "\r\n".join(["x" * 19] * LINES) + "y"
"""2,000 characters as a browser counts them, 2,099 as it sends them."""


# ---- limits


def test_a_limit_counts_a_line_break_once_on_the_page(cast: Cast, desk: Desk) -> None:
    request = endorsed(cast)
    over = desk.act(cast.verifier, request, "verify", reason=FULL + "z")
    assert over.status_code == 400 and "Paling banyak 2000 huruf; ini 2001." in text(over)
    assert desk.act(cast.verifier, request, "verify", reason=FULL).status_code == 302


def test_a_limit_counts_a_line_break_once_in_the_api(cast: Cast) -> None:
    request, caller = endorsed(cast), Caller(cast.verifier)
    over = caller.post(f"requests/{request.pk}/verify/", {"reason": FULL + "z"})
    assert over.status_code == 400 and over.json()["errors"][0]["field"] == "reason"
    assert caller.post(f"requests/{request.pk}/verify/", {"reason": FULL}).status_code == 200


def test_a_limit_counts_a_line_break_once_in_a_verb(cast: Cast) -> None:
    request = endorsed(cast)
    with refused(DomainError, "max_length", field="reason"):
        approvals.verify(request, reason=FULL + "z", actor=cast.verifier)
    approvals.verify(request, reason=FULL, actor=cast.verifier)


def test_text_is_kept_with_single_line_breaks(cast: Cast, desk: Desk) -> None:
    fields = request_fields(cast, purpose="satu\r\ndua\rtiga")
    assert desk.post(cast.kemang_admin, adding(DeviceRequest), fields).status_code == 302
    assert DeviceRequest.objects.get().purpose == "satu\ndua\ntiga"


# ---- words

PROSE = re.compile(
    r"Pastikan|Bidang|Masukkan|Isikan|Kolom ini|valid\b|Ensure|This field|Enter |must be|Constraint|Batasan"
)
PARAMETERS = {
    "limit_value": 5, "show_value": 9, "max": 5, "length": 9, "value": "x", "pk": "x", "model_name": "unit",
    "field_label": "kode", "field_labels": "kode", "model": "unit", "field": "kode", "name": "x",
}  # fmt: skip


def kinds_of(base: type[Any]) -> Iterator[type[Any]]:
    for each in base.__subclasses__():
        yield each
        yield from kinds_of(each)


def form_fields() -> Iterator[tuple[str, forms.Field]]:
    """Every field of every form, by its form's name and its own."""
    import backoffice.admin  # noqa: F401  (makes the forms of all registers)

    for kind in dict.fromkeys([*kinds_of(PlainForm), LoginForm, OwnPasswordForm]):
        for name, each in kind.base_fields.items():
            yield f"{kind.__module__}.{kind.__name__}.{name}", each


def messages_of(thing: Any) -> Iterable[Any]:
    """What a field or a validator may say."""
    yield from getattr(thing, "error_messages", {}).values()
    for validator in getattr(thing, "validators", ()):
        yield from getattr(validator, "messages", {}).values()
        yield from [validator.message] if hasattr(validator, "message") else []


def said(message: Any, language: str) -> str:
    with override(language):
        return str(message % PARAMETERS) if "%(" in str_of(message) else str(message)


def str_of(message: Any) -> str:
    try:
        return str(message)
    except (TypeError, KeyError):  # words for a number want one
        return "%("


def test_no_field_of_a_form_speaks_the_frameworks_prose() -> None:
    found = {
        (place, words)
        for place, field in form_fields()
        for message in messages_of(field)
        for language in ("id", "en")
        if PROSE.search(words := said(message, language))
    }
    assert found == set()


def test_no_column_does_either() -> None:
    ours = [each for each in apps.get_models() if "." not in each._meta.app_config.name]  # type: ignore[union-attr]
    columns = [column for model in ours for column in model._meta.get_fields() if isinstance(column, models.Field)]
    used = ("invalid_choice", "null", "blank", "unique", "invalid")
    messages = [column.error_messages[name] for column in columns for name in used if name in column.error_messages]
    messages += [
        message for column in columns for message in messages_of(type("", (), {"validators": column.validators}))
    ]
    found = {
        words for message in messages for words in (said(message, "id"), said(message, "en")) if PROSE.search(words)
    }
    assert len(columns) > 100
    assert found == set()


@pytest.mark.parametrize("password", ["1", "12345678901", "password1"])
def test_a_weak_password_is_refused_in_plain_words(password: str) -> None:
    for language in ("id", "en"):
        with override(language), pytest.raises(ValidationError) as caught:
            for each in get_default_password_validators():
                each.validate(password)
        assert not PROSE.search(" ".join(caught.value.messages))


def test_the_words_looked_for_are_those_of_the_framework() -> None:
    """The control of the three above."""
    theirs = gettext.translation("django", Path(django.__file__).parent / "conf" / "locale", ["id"])
    for message in ("This field is required.", "Enter a valid email address.", "Enter a whole number."):
        assert PROSE.search(theirs.gettext(message)) and PROSE.search(message)


def test_every_text_and_every_row_has_the_one_kind_of_field() -> None:
    plain = {place for place, field in form_fields() if type(field) in (forms.CharField, forms.ModelChoiceField)}
    assert {each for each in plain if "password" not in each} == set()
    assert any(isinstance(field, RowField) for _place, field in form_fields())
    assert any(isinstance(field, TextField) for _place, field in form_fields())


# ---- what is wrong

ANCHOR = re.compile(r'<a href="#([^"]+)">([^<]+)</a>')


def summary(response: Any) -> dict[str, str]:
    """The links above a refused form: where each leads, and what it says."""
    html = response.content.decode()
    [found] = re.findall(r'<div class="g-alert g-summary".*?</div>', html, flags=re.S)
    return dict(ANCHOR.findall(found))


@pytest.mark.parametrize("model", [DeviceRequest, Pledge, Handover, Asset, Receipt])
def test_an_empty_form_comes_back_with_links_to_its_fields(cast: Cast, desk: Desk, model: Any) -> None:
    who = {DeviceRequest: cast.kemang_admin, Pledge: cast.verifier}.get(model, cast.clerk)
    refusal = desk.post(who, adding(model), {"rows": "1", "lines-0-quantity": "0"})
    html, links = refusal.content.decode(), summary(refusal)
    assert refusal.status_code == 400 and links
    assert "Perlu diperbaiki: " in html.split("</title>")[0]
    for address, words in links.items():
        assert f'id="{address}"' in html
        assert f'{re.sub("_[0-9]+$", "", address)}_error"' in html and ": " in words


def test_a_refused_form_keeps_what_was_typed_and_says_what_is_wrong_at_its_field(cast: Cast, desk: Desk) -> None:
    refusal = desk.post(cast.kemang_admin, adding(DeviceRequest), request_fields(cast, **{"lines-0-quantity": "0"}))
    html = refusal.content.decode()
    assert summary(refusal) == {"id_lines-0-quantity": "Jumlah: Paling sedikit 1."}
    [field] = re.findall(r'<input[^>]* id="id_lines-0-quantity"[^>]*>', html)
    assert 'aria-invalid="true"' in field and "id_lines-0-quantity_error" in field
    assert "HP pribadi sudah rusak" in html and 'value="2019"' in html


@pytest.mark.parametrize("wish", ["add_row", "_again", "_draft"])
def test_what_is_still_being_filled_in_is_not_called_wrong(cast: Cast, desk: Desk, wish: str) -> None:
    shown = desk.post(cast.kemang_admin, adding(DeviceRequest), {"rows": "1", "purpose": "Baru separuh", wish: "1"})
    assert shown.status_code == 200
    assert "g-alert" not in shown.content.decode() and "g-error" not in shown.content.decode()
    assert "Baru separuh" in text(shown)
    assert not DeviceRequest.objects.exists()


def test_a_row_that_is_added_begins_as_the_first_did(cast: Cast, desk: Desk) -> None:
    shown = desk.post(cast.kemang_admin, adding(DeviceRequest), request_fields(cast, add_row="1"))
    assert re.findall(r'name="lines-1-quantity" value="([^"]*)"', shown.content.decode()) == ["1"]


def test_who_unticks_all_is_told_at_the_boxes(cast: Cast, desk: Desk) -> None:
    refusal = desk.act(cast.kemang_admin, an_issue(cast), "accept", received_on="2026-03-02")
    html = refusal.content.decode()
    assert summary(refusal) == {"id_items_0": "Yang sudah Anda terima: Pilih perangkat yang sudah diterima."}
    [boxes] = re.findall(r'<fieldset [^>]*aria-describedby="id_items_error">.*?</fieldset>', html, flags=re.S)
    assert 'id="id_items_error"' in boxes and "Pilih perangkat yang sudah diterima." in boxes


def test_a_dispute_of_nothing_is_told_where_one_writes(cast: Cast, desk: Desk) -> None:
    handover = an_issue(cast, assets=some_assets(cast, 2))
    refusal = desk.act(cast.kemang_admin, handover, "dispute")
    assert refusal.status_code == 400
    assert [each.endswith("-reason") for each in summary(refusal)] == [True]


def test_a_file_that_a_browser_does_not_give_back_is_named(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast)
    sent = {
        "kind": "extension",
        "reason": "",
        "document": SimpleUploadedFile("surat 45.pdf", b"%PDF-", "application/pdf"),
    }
    first = desk.act(cast.verifier, pledge, "ask-revision", **sent)
    assert first.status_code == 400 and "Pilih lagi berkas “surat 45.pdf”" in text(first)
    again_ = desk.act(cast.verifier, pledge, "ask-revision", kind="extension", **{"document-lost": "surat 45.pdf"})
    assert "Pilih lagi berkas “surat 45.pdf”" in text(again_)


def test_the_page_of_a_verb_lets_the_browser_remember(cast: Cast, desk: Desk) -> None:
    html = desk.get(cast.kemang_admin, adding(DeviceRequest)).content.decode()
    assert 'autocomplete="off"' not in html
    assert f'data-draft="{cast.kemang_admin.pk}"' in html
