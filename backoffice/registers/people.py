"""Accounts and grants, through the verbs that keep anyone from administering above or beside themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import HASH_SESSION_KEY, update_session_auth_hash
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice import filters, html
from backoffice.base import BaseAdmin, address_of, shows
from backoffice.forms import VerbForm, form_for
from backoffice.registers.organisation import UnitForm
from backoffice.verbs import DANGER, PRIMARY, Button
from core import acts, clock, words
from core.permits import Permit
from org import accounts, tokens
from org.administering import may_administer, not_erased, roles_of
from org.lists import GRANTS, TOKENS, USERS
from org.models import Grant, Role, Token, User
from org.rules import reach
from org.telling import history
from personal import readings
from wording import badges
from wording.nothing import NOTHING, or_nothing
from wording.timeline import actors_of, entries_told


class AccountForm(VerbForm):
    """An account is for somebody in the units administered; a password is never shown, and kept as it is typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "email" in self.fields:
            self.fields["email"].widget.input_type = "email"
            self.fields["person"].empty_label = _("Tanpa orang")
        if "password" in self.fields:
            attrs = {"autocomplete": "new-password", "maxlength": accounts.LONGEST_PASSWORD}
            self.fields["password"].widget = forms.PasswordInput(attrs=attrs)

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        units = reach(self.user).units(Role.USER_ADMIN)
        people = queryset.filter(active=True)
        return people if units is None else people.filter(unit__in=units)

    def values(self) -> dict[str, Any]:
        found = super().values()
        return found | ({"password": self.data.get("password", "")} if "password" in found else {})


class GrantForm(form_for(accounts.grant, UnitForm)):  # type: ignore[misc]
    """A role in a unit and everything under it, from a day to a day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("starts_on", clock.today())
        self.fields["acting_for"].empty_label = _("Tidak ada")
        mine = roles_of(self.user)
        role = self.fields["role"]
        role.choices = [(value, label) for value, label in role.choices if not value or value in mine]

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        found = super().choices_of(name, queryset)
        return found.acting() if name == "user" else found  # type: ignore[attr-defined]


@shows(User)
class UserAdmin(BaseAdmin):
    verbs, creates = acts.on(User, accounts), accounts.create_user
    permits = {"set-password": Permit(may_administer, not_erased)}  # one's own has a page that asks for the old one
    forms = {
        "create": form_for(accounts.create_user, AccountForm),
        "change": form_for(accounts.change_user, AccountForm),
        "set-password": form_for(accounts.set_password, AccountForm),
    }
    tones = {"activate": PRIMARY, "deactivate": DANGER}
    listing = USERS
    list_display = ("username", "person", "unit", "state")
    list_filter = filters.of(USERS)
    related = ("person__unit",)

    def prepare(self, request: Any, rows: list[Any]) -> None:
        readings.note("people_listed", request.user, [row.person_id for row in rows], path=request.path)

    @admin.display(description=_("unit"))
    def unit(self, obj: Any) -> Any:
        return obj.person.unit if obj.person_id else ""

    @admin.display(description=_("keadaan"))
    def state(self, obj: Any) -> str:
        return html.badge(badges.account(obj))

    def initial(self, verb: Button, subject: Any) -> dict[str, Any]:
        return {"email": subject.email, "person": subject.person_id}

    def act_view(self, request: Any, pk: int, verb: str) -> Any:
        """Whoever ends the other sessions of their own account goes on in this one."""
        answer = super().act_view(request, pk, verb)
        own = User.objects.acting().filter(pk=pk).first() if pk == request.user.pk else None
        if own and own.get_session_auth_hash() != request.session.get(HASH_SESSION_KEY):
            update_session_auth_hash(request, own)
        return answer

    def page(self, request: Any, obj: Any) -> dict[str, Any]:
        readings.note("person_viewed", request.user, [obj.person_id])
        grants = Grant.objects.visible_to(request.user).filter(user=obj).select_related("unit").order_by("starts_on")
        held = [(str(grant), _term(grant)) for grant in grants]
        return {
            "badge": self.state(obj),
            "facts": [
                (_("Nama pengguna"), obj.username),
                (_("Orang"), or_nothing(obj.person)),
                (_("Surel"), or_nothing(obj.email)),
            ],
            "tables": [(_("Hak peran"), held), (_("Token API"), self._tokens(request, obj))],
        }

    def _tokens(self, request: Any, obj: Any) -> list[tuple[Any, Any]]:
        """The newest; the others are in the list of tokens."""
        made = Token.objects.visible_to(request.user).filter(user=obj).select_related("user").order_by("-pk")
        return [
            (format_html('<a class="g-link" href="{}">{}</a>', address_of(each), each), badges.token(each).text)
            for each in made[: tokens.MOST]
        ]


@shows(Token)
class TokenAdmin(BaseAdmin):
    """Who may open what from outside: one's own tokens, and those of the accounts that one administers."""

    verbs = acts.on(Token, tokens)
    tones = {"revoke": DANGER}
    listing = TOKENS
    list_display = ("name", "user", "scope", "made", "expires", "used", "state")
    list_filter = filters.of(TOKENS)
    related = ("user__person__unit",)

    @admin.display(description=_("dibuat"))
    def made(self, obj: Any) -> str:
        return words.short_date(clock.local_date(obj.created_at))

    @admin.display(description=_("berlaku sampai"))
    def expires(self, obj: Any) -> str:
        return words.short_date(clock.local_date(obj.expires_at))

    @admin.display(description=_("terakhir dipakai"))
    def used(self, obj: Any) -> str:
        return words.instant(obj.last_used_at) if obj.last_used_at else ""

    @admin.display(description=_("keadaan"))
    def state(self, obj: Any) -> str:
        return html.badge(badges.token(obj))

    def page(self, request: Any, obj: Any) -> dict[str, Any]:
        return {
            "badge": self.state(obj),
            "parent": obj.user,
            "parent_address": address_of(obj.user),
            "facts": [
                (_("Dibuat"), words.instant(obj.created_at)),
                (_("Berlaku sampai"), words.instant(obj.expires_at)),
                (_("Terakhir dipakai"), or_nothing(self.used(obj))),
                (_("Dicabut"), words.instant(obj.revoked_at) if obj.revoked_at else NOTHING),
                *(_revoked(obj, request.user) if obj.revoked_at else ()),
            ],
        }


def _revoked(token: Token, user: Any) -> list[tuple[Any, Any]]:
    """Who revoked a token and why, as far as the user reads it; nothing where another took its place."""
    events = history(token.user, user).filter(verb="user.token_revoked")
    found = [event for event in events if event.changes.get("token", [None])[0] == token.pk]
    people = actors_of(found)
    return [
        fact
        for told in entries_told(found, user, token.user)
        for fact in ((_("Dicabut oleh"), people.get(told.event.actor_id or 0)), (_("Alasan"), told.reason))
        if fact[1]
    ]


@shows(Grant)
class GrantAdmin(BaseAdmin):
    verbs, creates = acts.on(Grant, accounts), accounts.grant
    forms = {"create": GrantForm}
    tones = {"end": DANGER}
    listing = GRANTS
    list_display = ("user", "role", "unit", "term", "state")
    list_filter = filters.of(GRANTS)
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
                (_("Masa"), _term(obj)),
                (_("Menggantikan"), or_nothing(obj.acting_for)),
                *([(_("Tetap berlaku sesudah pindah"), obj.kept_because)] if obj.kept_because else []),
            ],
        }


def _term(grant: Grant) -> str:
    start, end = words.short_date(grant.starts_on), words.short_date(grant.last_day)
    if grant.last_day and grant.last_day < grant.starts_on:
        return gettext("mulai %(start)s, dibatalkan %(end)s") % {"start": start, "end": end}
    return f"{start} – {end}" if end else f"{_('sejak')} {start}"
