"""The office's own: settings of the installation, the journal, the security log."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from backoffice import filters
from backoffice.base import REGISTERS, BaseAdmin, linked, shows
from backoffice.columns import said
from backoffice.downloads import may_export, may_verify
from backoffice.forms import form_of, initial_of
from backoffice.verbs import PRIMARY, Button
from core import journal, words
from core.columns import Column
from core.errors import Missing
from core.installation import CHANGEABLE, change_installation
from core.models import Event, Installation, SecurityEvent
from core.permits import Permit
from documents.lists import DETAIL_WORDS, SECURITY, SECURITY_WORDS, reads_security
from org import telling
from org.models import Role, Token, User
from org.rules import reach, require_whole
from personal import readings
from wording.events import detail_of, sentence_of, subject_of
from wording.hands import others_of, through
from wording.lists import EVENTS
from wording.nothing import or_nothing
from wording.roles import held_as
from wording.timeline import actors_of, entries_told


def may_configure(user: Any, _installation: Any = None) -> str:
    """The user admin of the whole district, or the superuser."""
    return require_whole(user, Role.USER_ADMIN)


def _configure(_installation: Installation, *, actor: Any, **values: Any) -> Installation:
    return change_installation(actor=actor, role=may_configure(actor), **values)


@shows(Installation)
class InstallationAdmin(BaseAdmin):
    """One row, which is there from the start in the eyes of everyone."""

    permits = {"change": Permit(may_configure)}
    buttons = (
        Button(
            "change",
            _("Ubah pengaturan"),
            _("Berlaku langsung untuk semua orang."),
            _("Pengaturan tersimpan."),
            _configure,
            form_of(Installation, *CHANGEABLE),
            PRIMARY,
        ),
    )

    def may_read(self, user: Any) -> bool:
        return bool(reach(user).held) or user.is_superuser

    def find(self, request: HttpRequest, pk: int) -> Installation:
        if pk != 1 or not self.may_read(request.user):
            raise Missing("not_found", _("Tidak ditemukan."))
        return Installation.current()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(self.address(Installation(pk=1)))

    def initial(self, verb: Button, subject: Any) -> dict[str, Any]:
        return initial_of(subject, CHANGEABLE)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        shown = [Column(name).of(Installation) for name in CHANGEABLE]
        facts = [(each.label, said(each, obj)) for each in shown]
        return {"title": _("Pengaturan"), "facts": facts}


@shows(Event)
class EventAdmin(BaseAdmin):
    """The journal as a list; nothing can be added, changed or taken out, here or anywhere."""

    list_display = ("entry", "when", "happened", "about", "by")
    listing = EVENTS
    list_filter = filters.of(EVENTS)
    search_help_text = _("Cari nomor, peristiwa, nama orang")
    ordering = ("-seq",)
    list_before = "backoffice/parts/anchor.html"

    def may_read(self, user: Any) -> bool:
        return bool(reach(user).held) or user.is_superuser

    def visible(self, user: Any) -> QuerySet:
        return EVENTS.rows(user)

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        people = actors_of(rows)
        for row in rows:
            row.through = through(others_of(row.changes), people)
            row.actor_name = str(people[row.actor_id]) if row.actor_id in people else ""
            row.absent = people.get(row.acting_for_id)
        _find_subjects(rows, request.user)

    def list_extras(self, request: HttpRequest, rows: Any) -> dict[str, Any]:
        seq, digest = journal.head()
        return {"anchor": f"{seq}:{digest}", "before": self.list_before} | {
            "may_verify": may_verify(request.user),
            "may_export": may_export(request.user),
        }

    @admin.display(description=_("nomor"))
    def entry(self, obj: Any) -> str:
        return f"#{obj.pk}"

    @admin.display(description=_("waktu"))
    def when(self, obj: Any) -> str:
        return words.instant(obj.at)

    @admin.display(description=_("peristiwa"))
    def happened(self, obj: Any) -> Any:
        return sentence_of(obj.verb, {})[0]

    @admin.display(description=_("tentang"))
    def about(self, obj: Any) -> str:
        """What it is about, leading there where the reader sees it."""
        return linked(obj.subject, subject_of(obj)) if getattr(obj, "subject", None) else subject_of(obj)

    @admin.display(description=_("oleh"))
    def by(self, obj: Any) -> str:
        return " · ".join(filter(None, (obj.actor_name, held_as(obj.role, obj.absent), obj.through)))

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        self.prepare(request, [obj])
        readings.note("journal_read", request.user, readings.told_of([(obj.subject_type, obj.subject_id)]))
        [told] = entries_told([obj], request.user)
        changes, reason = told.changes, told.reason
        sentence, _tone = sentence_of(obj.verb, changes)
        return {
            "title": f"#{obj.pk} {sentence}",
            "lead": detail_of(obj.verb, changes, told.event),
            "facts": [
                (_("Waktu"), words.instant(obj.at)),
                (_("Oleh"), self.by(obj) or _("sistem")),
                (_("Tindakan"), sentence),
                (_("Tentang"), self.about(_with_subject(told.event, obj))),
                (_("Kode tindakan"), obj.verb),
                *([(_("Alasan"), reason)] if reason else []),
                (_("Nomor panggilan"), or_nothing(obj.request_id)),
                (_("Segel sebelumnya"), obj.prev_hash),
                (_("Segel"), obj.hash),
            ],
        }


def _find_subjects(rows: list[Any], user: Any) -> None:
    """Hang on each event the thing it is about, if that has a page and the user sees it; one query for each kind."""
    named: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        named[row.subject_type].add(row.subject_id)
    shown = {kind: model for kind, model in telling.kinds().items() if model in REGISTERS and kind in named}
    found = {
        (kind, pk): model(pk=pk)
        for kind, model in shown.items()
        for pk in model.readable(user).filter(pk__in=named[kind]).order_by().values_list("pk", flat=True)
    }
    for row in rows:
        row.subject = found.get((row.subject_type, row.subject_id))


def _with_subject(told: Any, event: Any) -> Any:
    told.subject = event.subject
    return told


@shows(SecurityEvent)
class SecurityAdmin(BaseAdmin):
    """Logins, refusals, exports and views of personal data: for the superuser and auditors of the whole district."""

    list_display = ("when", "kind_said", "who", "address")
    listing, list_filter = SECURITY, filters.of(SECURITY)
    search_help_text = _("Cari kejadian, akun, alamat")
    ordering = ("-id",)

    def may_read(self, user: Any) -> bool:
        return reads_security(user)

    def visible(self, user: Any) -> QuerySet:
        return SECURITY.rows(user)

    def object_page(self, request: HttpRequest, pk: int) -> Any:
        if not self.may_read(request.user):
            raise Http404
        return super().object_page(request, pk)

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        people = User.objects.select_related("person").in_bulk({row.user_id for row in rows if row.user_id})
        for row in rows:
            row.user_name = str(people[row.user_id]) if row.user_id in people else ""

    @admin.display(description=_("waktu"))
    def when(self, obj: Any) -> str:
        return words.instant(obj.at)

    @admin.display(description=_("kejadian"))
    def kind_said(self, obj: Any) -> Any:
        return SECURITY_WORDS.get(obj.kind, obj.kind)

    @admin.display(description=_("akun"))
    def who(self, obj: Any) -> str:
        return obj.user_name

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        self.prepare(request, [obj])
        scopes = dict(Token.Scope.choices)
        detail = [
            (DETAIL_WORDS.get(name, name), scopes.get(value, value) if name == "scope" else value)
            for name, value in obj.detail.items()
        ]
        return {
            "title": self.kind_said(obj),
            "facts": [
                (_("Waktu"), words.instant(obj.at)),
                (_("Akun"), or_nothing(obj.user_name)),
                (_("Alamat"), or_nothing(obj.address)),
                (_("Nomor panggilan"), or_nothing(obj.request_id)),
                *detail,
            ],
        }
