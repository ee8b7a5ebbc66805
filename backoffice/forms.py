"""Forms of verbs: plain values in, refusals of the domain beside the field they speak of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import QuerySet
from django.forms.models import fields_for_model
from django.forms.utils import ErrorDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from backoffice import numbers, texts
from backoffice.choosing import ASKED, CHOOSE, RowField
from backoffice.numbers import RupiahField, WholeField
from backoffice.photos import IMAGES, KEEP, PhotosField
from backoffice.texts import ReasonField, TextField
from core import acts
from core.amounts import limits
from core.errors import DomainError, Fault
from core.files import store_document
from core.models import Attachment
from core.strict import FIRST_DAY, LAST_DAY
from core.taking import MOST_LINES, InputKind, Taken

MOST_RADIOS = 4
AGAIN, DRAFT = "_again", "_draft"
FILLING = frozenset({"add_row", "go", "suggest", ASKED, KEEP, AGAIN, DRAFT})
"""What says that a form is not sent but drawn again with what was typed: with one more row, after signing in anew …"""


class DayField(forms.DateField):
    """A day, picked with the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not FIRST_DAY <= value <= LAST_DAY:
            detail = _("Tahunnya harus dari %(first)s sampai %(last)s.")
            raise ValidationError(detail % {"first": FIRST_DAY.year, "last": LAST_DAY.year}, code="out_of_range")


class DocumentField(forms.FileField):
    widget = forms.FileInput(attrs={"accept": f"application/pdf,{IMAGES}"})

    def stored(self, upload: Any, name: str, user: Any) -> Attachment | None:
        """The paper. ``DomainError`` of the field ``name``."""
        if not upload:
            return None
        try:
            return store_document(upload, actor=user, title=upload.name or "")
        except DomainError as error:
            raise error.told_of(name) from None


class PlainForm(forms.Form):
    """Related rows only from the caller's scope."""

    required_css_class = "required"
    fields: dict[str, Any]
    data: Any
    _errors: Any

    def __init__(self, *args: Any, user: Any, subject: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.user, self.subject = user, subject
        for name, each in self.fields.items():
            if isinstance(each, forms.ModelChoiceField):
                each.queryset = self.choices_of(name, cast("QuerySet", each.queryset))
            if isinstance(each, RowField):
                each.user = user

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        """What may be chosen in a field for a related row: by default every row in the caller's scope."""
        return queryset.visible_to(self.user)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the verb is called with. Files are stored here, before the verb's transaction."""
        found = dict(self.cleaned_data)
        for name, each in self.fields.items():
            if isinstance(each, PhotosField | DocumentField):
                found[name] = each.stored(found.get(name), name, self.user)
        return found

    def blame(self, field: str, detail: Any) -> None:
        self.add_error(field if field in self.fields else None, str(detail))


class VerbForm(PlainForm):
    """The form of one verb. ``rows``: one small form per line, when ``row_form`` is given; on the page they stand after
    the field ``rows_after``, or after all fields.

    Rows have keys: those of ``row_keys``, or 0, 1, 2 … when the page lets people add some.
    """

    row_form: ClassVar[type[PlainForm] | None] = None
    row_title: ClassVar[Any] = ""
    rows_name: ClassVar[str] = "lines"
    rows_after: ClassVar[str] = ""
    rows_grow: ClassVar[bool] = False

    def __init__(self, *args: Any, query: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        self.query = query or {}
        super().__init__(*args, **kwargs)
        self.rows = self._make_rows(self.row_form) if self.row_form else []
        if FILLING & self.data.keys():
            self._leave_unjudged()

    def _leave_unjudged(self) -> None:
        """What is still being filled in is not called wrong."""
        for each in (self, *self.rows):
            each._errors, each.cleaned_data = ErrorDict(), {}

    def row_keys(self) -> list[Any]:
        """The keys of the rows shown; a page with growing rows begins with one."""
        shown = self.data.get("rows", "") if self.is_bound else str(len(self.initial.get(self.rows_name, [])) or 1)
        number = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 4 else 1
        return list(range(min(MOST_LINES, number + ("add_row" in self.data))))

    def row_context(self, key: Any) -> dict[str, Any]:
        """What else the form of one row is made with."""
        given = self.initial.get(self.rows_name, [])
        known = isinstance(key, int) and self.rows_grow and key < len(given)
        return {"initial": given[key] if known else {}}

    def row_data(self, key: Any) -> tuple[Any, ...]:
        """What was sent that the form of one row reads; nothing before anything was, or of a row just added."""
        sent = f"{self.rows_name}-{key}-"
        added = "add_row" in self.data and not any(name.startswith(sent) for name in self.data)
        return (self.data, self.files) if self.is_bound and not added else ()

    def _make_rows(self, row_form: type[PlainForm]) -> list[Any]:
        return [self._make_row(row_form, key) for key in self.row_keys()]

    def _make_row(self, row_form: type[PlainForm], key: Any) -> Any:
        return row_form(
            *self.row_data(key),
            user=self.user,
            subject=self.subject,
            prefix=f"{self.rows_name}-{key}",
            use_required_attribute=False,
            empty_permitted=self.rows_grow,
            **self.row_context(key),
        )

    @property
    def used_rows(self) -> list[Any]:
        return [row for row in self.rows if not self.rows_grow or row.has_changed()]

    def is_valid(self) -> bool:
        rows_hold = [row.is_valid() for row in self.used_rows]
        return super().is_valid() and all(rows_hold)

    def values(self) -> dict[str, Any]:
        found = super().values()
        if self.row_form:
            found[self.rows_name] = [row.values() for row in self.used_rows]
        return found

    def refuse(self, error: DomainError | ValidationError) -> None:
        """Put the words of a refusal, and nothing else, where they belong: beside a field, in a row, above the form."""
        for each in (self, *self.rows):
            each.full_clean()
            each.errors.clear()
        faults = error.faults if isinstance(error, DomainError) else _faults(error)
        if isinstance(error, DomainError) and not faults:
            faults = (Fault("", error.code, error.detail),)
        for fault in faults:
            head, _dot, rest = fault.field.partition(".")
            index, _dot, name = rest.partition(".")
            row = self._row(index) if head == self.rows_name else None
            if row is None:
                self.blame(head, fault.detail)
            else:
                row.blame(name, fault.detail)

    def _row(self, index: str) -> Any:
        used = self.used_rows
        return used[int(index)] if index.isdigit() and int(index) < len(used) else None


class NoteForm(VerbForm):
    reason = ReasonField(required=False, label=_("Catatan"))


def form_for(
    verb: Callable[..., Any], base: type[VerbForm] = VerbForm, *, but: Iterable[str] = (), many: bool = False
) -> type[Any]:
    """The form of a verb of the domain, from what its function takes; the form itself asks for what is in ``but``.
    ``many``: what is said once for several subjects."""
    told = acts.of(verb)
    takes = told.shared if many else told.takes
    drawn = {each.name: _asked(each) for each in takes.values() if each.name not in but}
    return type(f"{told.model.__name__}Form", (base,), drawn)


def _asked(taken: Taken) -> forms.Field:
    """The field that asks for one value."""
    ask = taken.ask
    said: dict[str, Any] = {
        "label": capfirst(cast("str", ask.label)), "help_text": ask.help,
        "required": taken.required and not taken.nullable, "initial": None if taken.required else taken.default,
    }  # fmt: skip
    match taken.kind:
        case InputKind.TEXT:
            return TextField(max_length=ask.most, **said)
        case InputKind.WHOLE | InputKind.RUPIAH:
            kind = RupiahField if taken.kind is InputKind.RUPIAH else WholeField
            return kind(min_value=ask.least, max_value=ask.most, **said)
        case InputKind.DAY:
            return DayField(**said)
        case InputKind.CODE:
            return _choice(taken, said)
        case InputKind.FLAG:
            return forms.BooleanField(**{**said, "required": False})
        case InputKind.ROW:
            return RowField(taken.of.objects.all(), **said)
        case InputKind.FILE if taken.several:
            return PhotosField(most=cast("int", ask.most), **said)
        case InputKind.FILE:
            return DocumentField(**said)
    raise TypeError(f"{taken.name}: its act needs a form of its own")


def _choice(taken: Taken, said: dict[str, Any]) -> forms.Field:
    """Few codes of which one must be chosen stand side by side."""
    if taken.required and not taken.nullable:
        few = len(taken.of.choices) <= MOST_RADIOS
        widget: forms.Widget = forms.RadioSelect() if few else forms.Select()
        return forms.ChoiceField(choices=taken.of.choices, widget=widget, **said)
    empty = [] if taken.default else [("", CHOOSE)]
    return forms.ChoiceField(choices=[*empty, *taken.of.choices], **said)


def fields_of(model: type[models.Model], *names: str, **widgets: Any) -> dict[str, Any]:
    """Form fields for columns of a model, with its labels, limits and choices."""
    return fields_for_model(model, fields=names, formfield_callback=_field, widgets=widgets or None)


def form_of(model: type[models.Model], *names: str, base: type[VerbForm] = VerbForm) -> type[Any]:
    """A verb's form made of columns of a model."""
    return type(f"{model.__name__}Form", (base,), fields_of(model, *names))


def initial_of(instance: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(instance, name) for name in names}


def _field(column: Any, **kwargs: Any) -> Any:
    if isinstance(column, models.DateField):
        kwargs["form_class"] = DayField
    elif isinstance(column, models.TextField):
        kwargs["widget"] = forms.Textarea(attrs={"rows": 3})
    elif isinstance(column, models.ForeignKey):
        kwargs |= {"form_class": RowField, "empty_label": CHOOSE}
    if number := numbers.field_for(column):
        return models.Field.formfield(column, form_class=number, **limits(column.model, column.name), **kwargs)
    if text := texts.field_for(column):
        kwargs["form_class"] = text
    made = column.formfield(**kwargs)
    if isinstance(made, forms.TypedChoiceField):
        offered = cast("Iterable[tuple[Any, Any]]", made.choices)
        made.choices = [(value, label if value else CHOOSE) for value, label in offered]
    return made


def _faults(error: ValidationError) -> tuple[Fault, ...]:
    if not hasattr(error, "error_dict"):
        return tuple(Fault("", "invalid", " ".join(each.messages)) for each in error.error_list)
    return tuple(
        Fault("" if name == NON_FIELD_ERRORS else name, each.code or "invalid", " ".join(each.messages))
        for name, errors in error.error_dict.items()
        for each in errors
    )


@dataclass(frozen=True)
class Problems:
    """What is wrong with a form: sentences on the whole, and those on fields with where each stands on the page."""

    whole: list[str]
    fields: list[tuple[str, str]]


def problems_of(form: Any) -> Problems | None:
    """In the order of the page; None where nothing is wrong."""
    if not form or not form.is_bound:
        return None
    rows = [row for row in getattr(form, "used_rows", ()) if row.is_bound]
    names = list(form.fields)
    above = names.index(form.rows_after) + 1 if getattr(form, "rows_after", "") else len(names)
    fields = [*_wrong(form, names[:above])]
    for row in rows:
        name = getattr(row, "heading", "") or (f"{form.row_title} {rows.index(row) + 1}" if len(rows) > 1 else "")
        whole_row = [str(words) for words in row.non_field_errors()]
        fields += [(row.prefix, words if words.startswith(name) else f"{name}: {words}") for words in whole_row]
        fields += [(address, ", ".join(filter(None, (name, words)))) for address, words in _wrong(row, row.fields)]
    fields += _wrong(form, names[above:])
    whole = [str(words) for words in form.non_field_errors()]
    return Problems(whole, fields) if whole or fields else None


def _wrong(form: Any, names: Iterable[str]) -> Iterable[tuple[str, str]]:
    for field in (form[name] for name in names):
        one_of_many = isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
        address = f"{field.auto_id}_0" if one_of_many else field.id_for_label
        for words in field.errors:
            yield ("", str(words)) if field.is_hidden else (address, f"{field.label}: {words}")
