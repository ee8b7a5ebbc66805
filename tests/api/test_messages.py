"""Whatever the API refuses in Indonesian is said in Indonesian, also what its library says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation
from rest_framework import serializers

from api.resource import Resource
from api.urls import router
from tests.api.cast import Cast
from tests.base import an_issue


def inputs() -> dict[str, type[Any]]:
    """Every input that a handler of the API takes."""
    resources = [each for _prefix, each, _name in router.registry if issubclass(each, Resource)]
    handlers = [getattr(each, name) for each in resources for name in dir(each) if not name.startswith("_")]
    told = [getattr(each, "act", None) or getattr(each, "spec", None) for each in handlers]
    return {each.input.__name__: each.input for each in told if hasattr(each, "input")}


def fields_in(field: Any) -> Iterator[serializers.Field]:
    yield field
    for inner in getattr(field, "fields", {}).values():
        yield from fields_in(inner)
    if getattr(field, "child", None):
        yield from fields_in(field.child)


def said(field: serializers.Field, language: str) -> dict[str, str]:
    with translation.override(language):
        return {code: str(message) for code, message in field.error_messages.items()}


@pytest.mark.parametrize("name", sorted(inputs()))
def test_each_message_of_each_field_is_translated(name: str) -> None:
    for field in fields_in(inputs()[name]()):
        english = said(field, "en")
        left = {code for code, message in said(field, "id").items() if message == english[code]}
        assert not left, (type(field), left)


@pytest.mark.parametrize(
    ("items", "detail"), [([5], "Harus objek JSON, bukan int."), ([], "Daftar ini tidak boleh kosong.")]
)
def test_a_dispute_is_refused_in_indonesian(cast: Cast, items: list[Any], detail: str) -> None:
    handover = an_issue(cast.base)
    answer = cast.kemang_admin.post(f"handovers/{handover.pk}/dispute/", {"items": items, "reason": "Rusak"})
    assert [each["detail"] for each in answer.json()["errors"]] == [detail]
