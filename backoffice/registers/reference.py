"""Reference data: one admin class for every small table that a role keeps by hand."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from backoffice import filters, html
from backoffice.base import BaseAdmin
from backoffice.forms import VerbForm, form_of, initial_of
from backoffice.verbs import DANGER, Button, Creation
from core.lists import Listing
from core.permits import Permit
from org.reference import entered, keep, keeper, known, remove, unused
from wording import badges


class ReferenceAdmin(BaseAdmin):
    """Everyone signed in may read; ``kept_by`` says who writes. The form asks for what may be entered."""

    listing: ClassVar[Listing]  # type: ignore[misc]  # here always
    form_base: ClassVar[type[VerbForm]] = VerbForm

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.list_filter = filters.of(cls.listing)

    def __init__(self, model: type[Model], admin_site: Any) -> None:
        form = form_of(model, *entered(model), base=self.form_base)  # type: ignore[arg-type]
        name = model._meta.verbose_name
        self.permits = {**self.permits, "change": Permit(keeper, known), "delete": Permit(keeper, unused)}  # type: ignore[misc]
        self.buttons = (  # type: ignore[misc]
            *self.buttons,
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
            lambda user: keeper(user, model),  # type: ignore[arg-type]
            lambda *, actor, **values: keep(model(), actor=actor, **values),  # type: ignore[type-var, arg-type]
            form,
        )
        super().__init__(model, admin_site)

    def initial(self, verb: Button, subject: Any) -> dict[str, Any]:
        return initial_of(subject, entered(type(subject))) if verb.name == "change" else {}

    @admin.display(description=_("keadaan"))
    def state(self, obj: Any) -> str:
        return html.badge(badges.in_use(obj.active))
