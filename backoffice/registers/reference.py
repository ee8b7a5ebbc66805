"""Reference data: one admin class for every small table that a role keeps by hand."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from backoffice import html
from backoffice.base import BaseAdmin
from backoffice.forms import VerbForm, form_of, initial_of
from backoffice.numbers import written
from backoffice.verbs import DANGER, Button, Creation
from core import words
from core.permits import Permit
from org.reference import keep, remove, unit_of
from org.rules import require
from wording import badges


class ReferenceAdmin(BaseAdmin):
    """``columns``: what may be entered and changed. Everyone signed in may read; ``kept_by`` says who writes."""

    columns: ClassVar[tuple[str, ...]] = ()
    form_base: ClassVar[type[VerbForm]] = VerbForm

    def __init__(self, model: type[Model], admin_site: Any) -> None:
        form = form_of(model, *self.columns, base=self.form_base)
        name = model._meta.verbose_name
        keeper = Permit(lambda user, row: require(user, *row.kept_by, unit=unit_of(row)))
        self.permits = {"change": keeper, "delete": keeper}  # type: ignore[misc]
        self.buttons = (  # type: ignore[misc]
            Button(
                "change",
                _("Ubah"),
                _("Perbaiki data ini. Perubahan tercatat dalam jurnal."),
                _("Perubahan tersimpan."),
                keep,
                form,
            ),
            Button(
                "delete",
                _("Hapus"),
                _("Data ini dihapus. Yang sudah dipakai catatan lain tidak dapat dihapus."),
                _("Data dihapus."),
                remove,
                tone=DANGER,
                leaves=True,
            ),
        )
        self.creation = Creation(  # type: ignore[misc]
            _("Tambah %(name)s") % {"name": name},
            "",
            _("Data tersimpan."),
            lambda user: require(user, *model.kept_by),  # type: ignore[attr-defined]
            lambda *, actor, **values: keep(model(), actor=actor, **values),  # type: ignore[arg-type]
            form,
        )
        super().__init__(model, admin_site)

    def initial(self, verb: Button, subject: Any) -> dict[str, Any]:
        return initial_of(subject, self.columns) if verb.name == "change" else {}

    def page(self, request: Any, obj: Any) -> dict[str, Any]:
        return {"facts": [self.fact(obj, name) for name in self.columns]}

    def fact(self, obj: Any, name: str) -> tuple[Any, Any]:
        column = obj._meta.get_field(name)
        return column.verbose_name, said(obj, name)


def said(obj: Any, name: str) -> Any:
    """The value of a column in words."""
    column, value = obj._meta.get_field(name), getattr(obj, name)
    if column.choices:
        return obj.__getattribute__(f"get_{name}_display")() or "–"
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if column.get_internal_type() == "DateField":
        return words.long_date(value) or "–"
    return "–" if value in (None, "") else written(column, value)


def active(column: str = "active") -> Any:
    """A list column that says whether a row is in use."""

    @admin.display(description=_("keadaan"))
    def shown(obj: Any) -> str:
        return html.badge(badges.in_use(getattr(obj, column)))

    return shown
