"""One row out of many: listed where they are few, otherwise searched by the words of its list.

Only the field's own queryset is searched, which its form narrows to what the user may choose. A browser with scripts
asks for suggestions while one types (``answer``); without, the words are sent, and the choice among what they find
follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.lists import Listing
from core.searching import search, words_of

CHOOSE = _("– pilih –")
LISTED, OFFERED = 50, 25
"""So many rows are listed; of more, so many are offered at once."""
ASKED = "_search"
"""Names the field of which a form's page is asked what it offers for the words in ``q``."""
LISTINGS: dict[type[Model], Listing] = {}
"""By what the rows of a model are searched; filled with the registers."""


@dataclass(frozen=True)
class Words:
    """What was typed since the field was drawn, instead of a choice."""

    text: str


class RowSelect(forms.Select):
    """``name`` is the key chosen, ``name-text`` what stands in the box, ``name-was`` what stood there when chosen."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        text = data.get(f"{name}-text", "").strip()
        if text == data.get(f"{name}-was", "").strip():
            return data.get(name)
        return Words(text) if text else ""

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}-text" not in data

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        field: RowField = self.choices.field  # type: ignore[attr-defined]
        rows = field.first(LISTED + 1) if field.listing else list(field.rows)
        if field.listing and len(rows) > LISTED:
            return self._searched(field, name, value, attrs)
        empty = [] if field.empty_label is None else [("", field.empty_label)]
        listed = forms.Select(self.attrs, [*empty, *field.besides, *field.options(rows)])
        return listed.get_context(name, "" if isinstance(value, Words) else value, attrs)

    def _searched(self, field: RowField, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super(forms.Select, self).get_context(name, None, attrs)
        if isinstance(value, Words):
            key, text, found = "", value.text, field.options(field.search(value.text)[:OFFERED])
        else:
            key, text, found = field.key_of(value), field.label_of(value), []
        empty = "" if field.empty_label in (None, CHOOSE) else field.empty_label
        told = {"key": key, "text": text, "found": found, "empty": empty}
        return context | {"widget": {**context["widget"], **told, "template_name": "backoffice/choose.html"}}

    def use_required_attribute(self, initial: Any) -> bool:
        return not self.is_hidden

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> list[Any]:
        """Drawn by ``get_context``."""
        return []

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        context = self.get_context(name, value, attrs)
        return self._render(context["widget"]["template_name"], context, renderer)  # type: ignore[attr-defined]


class RowField(forms.ModelChoiceField):
    """A row of ``queryset``, or the key of one of ``besides``: choices that are no rows."""

    widget = RowSelect

    def __init__(self, queryset: Any, *, besides: Iterable[tuple[str, Any]] = (), **kwargs: Any) -> None:
        self.besides = tuple(besides)
        self.user: Any = None
        super().__init__(queryset, **{"empty_label": CHOOSE, **kwargs})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Words):
            return self._meant(value.text)
        return value if value in dict(self.besides) else super().to_python(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return isinstance(data, Words) or super().has_changed(initial, data)

    @property
    def rows(self) -> QuerySet:
        """All that may be chosen."""
        return cast("QuerySet", self.queryset)

    @property
    def listing(self) -> Listing | None:
        """By what rows are searched; those of a model without a list of its own are listed, however many."""
        return LISTINGS.get(self.rows.model)

    def first(self, number: int) -> list[Any]:
        return list(self._with_unit()[:number])

    def search(self, text: str) -> QuerySet:
        """The rows that have every word of ``text``."""
        listing = LISTINGS[self.rows.model]
        return search(self._with_unit(), listing.search, words_of(text), listing.reader(self.user))

    def options(self, rows: Iterable[Any]) -> list[tuple[Any, str]]:
        return [(self.prepare_value(row), self.label_from_instance(row)) for row in rows]

    def label_from_instance(self, obj: Any) -> str:
        """Who is of a unit is told apart by it."""
        unit = obj.unit if self.listing and _has_unit(type(obj)) else None
        return f"{obj} · {unit}" if unit else str(obj)

    def key_of(self, value: Any) -> str:
        found = self.prepare_value(value)
        return "" if found is None else str(found)

    def label_of(self, value: Any) -> str:
        """What the box says for a key; nothing for one that may not be chosen."""
        key = self.key_of(value)
        if key in dict(self.besides):
            return str(dict(self.besides)[key])
        try:
            row = self._with_unit().filter(pk=key).first() if key else None
        except (ValueError, OverflowError):
            row = None
        return self.label_from_instance(row) if row else ""

    def _with_unit(self) -> QuerySet:
        return self.rows.select_related("unit") if _has_unit(self.rows.model) else self.rows

    def _meant(self, text: str) -> Any:
        """The one row that ``text`` can only mean."""
        try:
            found = list(self.search(text)[: OFFERED + 1])
        except DomainError as error:
            raise ValidationError(str(error.faults[0].detail if error.faults else error.detail)) from error
        called = [row for row in found if self.label_from_instance(row).casefold() == text.casefold()]
        if len(called) == 1 or len(found) == 1:
            return (called or found)[0]
        if not found:
            raise ValidationError(_("Tidak ada yang cocok dengan “%(text)s”."), "not_found", {"text": text})
        raise ValidationError(_("Ada beberapa yang cocok. Pilih salah satu."), "ambiguous")


def answer(request: HttpRequest, form: Any) -> HttpResponse | None:
    """What a field of ``form`` offers, where that is what the call asks."""
    name = request.POST.get(ASKED)
    if name is None:
        return None
    bound = next((each for one in (form, *form.rows) for each in one if each.html_name == name), None)
    if bound is None or not isinstance(bound.field, RowField):
        return JsonResponse({}, status=400)
    field, text = bound.field, request.POST.get("q", "")
    try:
        rows = list(field.search(text)[: OFFERED + 1])
    except DomainError as error:
        return JsonResponse({"found": [], "told": str(error.faults[0].detail if error.faults else error.detail)})
    besides = [each for each in field.besides if text.casefold() in str(each[1]).casefold()]
    found = [{"key": str(key), "label": str(label)} for key, label in (*besides, *field.options(rows[:OFFERED]))]
    return JsonResponse({"found": found, "told": _told(len(found), more=len(rows) > OFFERED)})


def _told(number: int, *, more: bool) -> str:
    if more:
        return gettext("%(n)s yang pertama; ketik lagi untuk mempersempit.") % {"n": number}
    return gettext("%(n)s pilihan.") % {"n": number} if number else gettext("Tidak ada yang cocok.")


def _has_unit(model: type[Model]) -> bool:
    try:
        return bool(model._meta.get_field("unit").many_to_one)
    except FieldDoesNotExist:
        return False
