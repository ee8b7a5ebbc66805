"""Accounts and grants, through the verbs that keep anyone from administering above or beside themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from backoffice import html
from backoffice.base import BaseAdmin
from backoffice.filters import choice, equals, within
from backoffice.forms import DayField, ReasonForm, VerbForm, fields_of
from backoffice.registers.organisation import UnitForm
from backoffice.verbs import DANGER, PRIMARY, Button, Creation
from core import clock, words
from core.permits import Permit
from org import accounts
from org.models import Grant, Person, Role, Unit, User
from org.rules import reach, require
from wording import badges


class AccountForm(VerbForm):
    email = forms.EmailField(label=_("Surel (opsional)"), required=False)
    person = forms.ModelChoiceField(
        Person.objects.all(), label=_("Orang"), required=False, empty_label=_("Tanpa orang")
    )

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        units = reach(self.user).units(Role.USER_ADMIN)
        people = queryset.filter(active=True)
        return people if units is None else people.filter(unit__in=units)


def _secret(label: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, max_length=128, strip=False, widget=widget)


class NewAccountForm(AccountForm):
    username = fields_of(User, "username")["username"]
    password = _secret(_("Kata sandi awal"))
    field_order = ("username", "password", "email", "person")

    def values(self) -> dict[str, Any]:
        return super().values() | {"password": self.data.get("password", "")}


class PasswordForm(VerbForm):
    password = _secret(_("Kata sandi baru"))

    def values(self) -> dict[str, Any]:
        return {"password": self.data.get("password", "")}


class GrantForm(UnitForm):
    """A role in a unit and everything under it, from a day to a day."""

    role = forms.ChoiceField(label=_("Peran"), choices=Role.choices)
    unit = forms.ModelChoiceField(Unit.objects.all(), label=_("Unit"), empty_label=_("– pilih –"))
    starts_on = DayField(label=_("Mulai"))
    ends_on = DayField(label=_("Sampai (opsional)"), required=False)
    acting_for = forms.ModelChoiceField(
        User.objects.all(), label=_("Menggantikan (Plh./Plt., opsional)"), required=False, empty_label=_("Tidak ada")
    )


class NewGrantForm(GrantForm):
    user = forms.ModelChoiceField(User.objects.all(), label=_("Pengguna"), empty_label=_("– pilih –"))
    field_order = ("user", "role", "unit", "starts_on", "ends_on", "acting_for")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("starts_on", clock.today())


def _give(*, actor: Any, user: User, **terms: Any) -> Grant:
    return accounts.grant(user, actor=actor, **terms)


def _activate(user: User, *, actor: Any, reason: str) -> User:
    return accounts.set_active(user, active=True, actor=actor, reason=reason)


def _deactivate(user: User, *, actor: Any, reason: str) -> User:
    return accounts.set_active(user, active=False, actor=actor, reason=reason)


class UserAdmin(BaseAdmin):
    permits = {
        "change": Permit(accounts.may_administer),
        "set-password": Permit(accounts.may_administer),
        "activate": Permit(accounts.may_administer, lambda user: not user.is_active),
        "deactivate": Permit(accounts.may_administer, lambda user: user.is_active),
    }
    buttons = (
        Button(
            "change",
            _("Ubah"),
            _("Perbaiki surel atau orang pemilik akun."),
            _("Perubahan tersimpan."),
            accounts.change_user,
            AccountForm,
        ),
        Button(
            "set-password",
            _("Ganti kata sandi"),
            _("Semua sesi akun ini berakhir; ia masuk dengan kata sandi baru."),
            _("Kata sandi diganti."),
            accounts.set_password,
            PasswordForm,
        ),
        Button(
            "activate", _("Aktifkan"), _("Akun ini dapat masuk lagi."), _("Akun aktif."), _activate, ReasonForm, PRIMARY
        ),
        Button(
            "deactivate",
            _("Nonaktifkan"),
            _("Akun ini langsung tidak dapat masuk lagi; sesinya berakhir."),
            _("Akun nonaktif."),
            _deactivate,
            ReasonForm,
            DANGER,
        ),
    )
    creation = Creation(
        _("Tambah pengguna"),
        _("Akun baru belum punya hak; beri peran sesudahnya."),
        _("Akun dibuat."),
        lambda user: require(user, Role.USER_ADMIN),
        accounts.create_user,
        NewAccountForm,
    )
    list_display = ("username", "person", "unit", "state")
    list_filter = (
        equals("is_active", _("Keadaan"), [("1", _("Aktif")), ("0", _("Tidak aktif"))], "active"),
        within("person__unit"),
        choice(
            "role",
            _("Peran"),
            Role.choices,
            lambda rows, role, _user: rows.filter(pk__in=Grant.objects.at().filter(role=role).values("user")),
        ),
    )
    search_fields = ("username", "person__name")
    related = ("person__unit",)

    @admin.display(description=_("unit"))
    def unit(self, obj: Any) -> Any:
        return obj.person.unit if obj.person_id else ""

    @admin.display(description=_("keadaan"))
    def state(self, obj: Any) -> str:
        return html.badge(badges.account(obj))

    def initial(self, verb: Button, subject: Any) -> dict[str, Any]:
        return {"email": subject.email, "person": subject.person_id}

    def page(self, request: Any, obj: Any) -> dict[str, Any]:
        grants = Grant.objects.visible_to(request.user).filter(user=obj).select_related("unit").order_by("starts_on")
        held = [(str(grant), _term(grant)) for grant in grants]
        return {
            "badge": self.state(obj),
            "facts": [
                (_("Nama pengguna"), obj.username),
                (_("Orang"), obj.person or "–"),
                (_("Surel"), obj.email or "–"),
            ],
            "tables": [(_("Hak peran"), held)],
        }


class GrantAdmin(BaseAdmin):
    permits = {"end": Permit(accounts.may_end, lambda grant: not grant.ends_on or grant.ends_on >= clock.today())}
    buttons = (
        Button(
            "end",
            _("Akhiri"),
            _("Hak ini berakhir sekarang juga."),
            _("Hak peran diakhiri."),
            accounts.end_grant,
            ReasonForm,
            DANGER,
        ),
    )
    creation = Creation(
        _("Beri hak peran"),
        _("Peran berlaku di unit yang dipilih dan semua unit di bawahnya."),
        _("Hak peran diberikan."),
        lambda user: require(user, Role.USER_ADMIN),
        _give,
        NewGrantForm,
    )
    list_display = ("user", "role", "unit", "term", "state")
    list_filter = (equals("role", _("Peran"), Role.choices), within("unit"))
    search_fields = ("user__username", "user__person__name", "unit__name")
    related = ("user__person", "unit", "acting_for__person")

    @admin.display(description=_("masa"))
    def term(self, obj: Any) -> str:
        return _term(obj)

    @admin.display(description=_("keadaan"))
    def state(self, obj: Any) -> str:
        return html.badge(badges.grant(obj))

    def page(self, request: Any, obj: Any) -> dict[str, Any]:
        return {
            "badge": self.state(obj),
            "facts": [
                (_("Pengguna"), obj.user),
                (_("Peran"), obj.get_role_display()),
                (_("Unit"), obj.unit),
                (_("Masa"), _term(obj)),
                (_("Menggantikan"), obj.acting_for or "–"),
            ],
        }


def _term(grant: Grant) -> str:
    end = words.short_date(grant.ends_on)
    return (
        f"{words.short_date(grant.starts_on)} – {end}" if end else f"{_('sejak')} {words.short_date(grant.starts_on)}"
    )
