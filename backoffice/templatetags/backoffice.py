"""What the pages of the back office say and link."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.utils import label_for_field, lookup_field
from django.db.models import DateField, Model
from django.forms import BoundField, FileField, Select, SelectMultiple
from django.template.base import Parser, Token
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from backoffice import html, returning
from backoffice.forms import Problems, problems_of
from backoffice.numbers import written
from backoffice.photos import PhotosField, sent_ahead
from backoffice.returning import BY
from core import words
from core.columns import label_of
from requests_app.models import RequestLine
from wording import badges
from wording.nothing import NOTHING

ICONS = "backoffice/icons.svg"

register = template.Library()
register.filter("instant", words.instant)
register.filter("day", words.short_date)
register.filter("long_day", words.long_date)
register.filter("rupiah", words.rupiah)
register.filter("age", words.age)
register.filter("days", words.days)
register.filter("unbroken", html.unbroken)


class Together(template.Node):
    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        return mark_safe(html.together(self.nodelist.render(context)))  # noqa: S308  (what was rendered safely)


@register.tag
def together(parser: Parser, token: Token) -> Together:
    """``{% together %}…{% endtogether %}``: numbers stay with what they count."""
    nodelist = parser.parse(("endtogether",))
    parser.delete_first_token()
    return Together(nodelist)


@register.filter
def thousands(number: int) -> str:
    return words.thousands(int(number))


@register.filter
def decided(line: RequestLine) -> str:
    """The badge of what was decided of a line."""
    said = badges.request_line(line)
    return html.badge(said) if said else ""


@register.filter
def plural_of(model: type[Model]) -> Any:
    return model._meta.verbose_name_plural


@register.filter
def headers(rows: Any) -> Any:
    return list(result_headers(rows))


@register.filter
def rows(listed: Any) -> list[dict[str, Any]]:
    """The rows of a list as cells with their labels, ready to be a table or a stack of cards."""
    register_ = listed.model_admin
    labels = [label_for_field(name, listed.model, register_) for name in listed.list_display]
    return [
        {
            "address": register_.address(obj),
            "name": register_.called(obj),
            "chosen": f"{obj.pk}.{version}" if (version := getattr(obj, "version", None)) else str(obj.pk),
            "cells": [
                {"label": label, "value": _value(name, obj, register_)}
                for name, label in zip(listed.list_display, labels, strict=True)
            ],
        }
        for obj in listed.result_list
    ]


@register.simple_tag
def in_list(register_: Any, obj: Any) -> SafeString:
    """What the list shows of a row, in one line."""
    values = (_value(name, obj, register_) for name in register_.list_display)
    return format_html_join(" · ", "{}", ((html.unbroken(each),) for each in values if stands(each)))


@register.filter
def stands(value: Any) -> bool:
    """Whether there is something to show."""
    return bool(value) and value != NOTHING


@register.filter
def page_numbers(listed: Any) -> list[int | None]:
    """The numbers of the pages around this one, with the first and the last; None for those left out."""
    pages = listed.paginator.get_elided_page_range(listed.page_num, on_each_side=2, on_ends=1)
    return [each if isinstance(each, int) else None for each in pages]


def _value(name: str, obj: Any, register_: Any) -> Any:
    field, _attribute, value = lookup_field(name, obj, register_)
    if field is not None and field.choices:
        return getattr(obj, f"get_{field.name}_display")()
    if isinstance(field, DateField):
        return words.short_date(value)
    if value is None or value == "":
        return NOTHING
    return written(field, value) if field is not None else value


@register.filter
def searched(register_: Any) -> Any:
    """What the box of a search says: the register's own words, or those of the columns it looks through."""
    if register_.search_help_text:
        return register_.search_help_text
    columns = [each for each in register_.search_fields if isinstance(each, str)]
    names = dict.fromkeys(str(label_of(register_.model, each.partition("__")[0])) for each in columns)
    return gettext("Cari %(what)s") % {"what": ", ".join(names)}


@register.filter
def optional(field: BoundField) -> bool:
    """Whether a field may be left empty: not a list that offers nothing for it."""
    widget = field.field.widget
    if isinstance(widget, Select) and not isinstance(widget, SelectMultiple):
        return not field.field.required and any(value in ("", None) for value, _label in widget.choices)
    return not field.field.required


@register.simple_tag
def page_address(listed: Any, number: int) -> str:
    return listed.get_query_string({"p": number})


@register.simple_tag
def photo_address(photo: Any, *, small: bool = False) -> str:
    """Where a photo of a condition report lies, or the small one of it."""
    name = "thumbnail" if small else "photo"
    return reverse(f"admin:assets_conditionreport_{name}", args=[photo.report_id, photo.pk])


@register.simple_tag
def file_address(register_: Any, obj: Any, field: str) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_file", args=[obj.pk, field])


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of the drawings of ``icons.svg``; what it means stands beside it in words."""
    return format_html('<svg class="g-icon" aria-hidden="true"><use href="{}#{}"/></svg>', static(ICONS), name)


@register.filter
def problems(form: Any) -> Problems | None:
    """What is wrong with a form that was sent; None where nothing is."""
    return problems_of(form)


@register.filter
def lost(field: BoundField) -> str:
    """The name of the file that was chosen when the form was last sent; a browser never gives it back."""
    if not field.form.is_bound or not isinstance(field.field, FileField | PhotosField):
        return ""
    chosen = field.form.files.get(field.html_name)
    return str(chosen.name if chosen else field.form.data.get(f"{field.html_name}-lost", ""))[:200]


register.filter("sent_ahead", sent_ahead)


@register.simple_tag(takes_context=True)
def typed_by(context: Any) -> str:
    """Who fills a form in, for when the session ends meanwhile."""
    return format_html('<input type="hidden" name="{}" value="{}">', BY, returning.typed_by(context["request"].user))


@register.filter
def kind(field: Any) -> str:
    """How a form field is drawn."""
    widget = type(field.field.widget).__name__
    if widget in ("RadioSelect", "CheckboxSelectMultiple"):
        return "choices"
    return {"CheckboxInput": "tick", "HiddenInput": "hidden", "PhotosInput": "photos"}.get(widget, "plain")
