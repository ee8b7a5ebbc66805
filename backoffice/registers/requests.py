"""Requests: the list with the desk each one lies on, its page, and every verb from draft to handover."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backoffice import html
from backoffice.base import BaseAdmin, address_of
from backoffice.exporting import named
from backoffice.filters import choice, within
from backoffice.forms import NoteForm, ReasonForm
from backoffice.registers import issuing, requesting
from backoffice.verbs import DANGER, PRIMARY, Button, Creation
from core import clock, words
from core.permits import Permit
from desks import worklists
from desks.limits import ServiceLimits
from requests_app import approvals, filing, need, rules
from requests_app.models import DeviceRequest, RequestLine
from requests_app.states import LineDecision, RequestState
from wording import badges
from wording.roles import at_desk


def _desk_filter(rows: QuerySet, value: str, user: Any) -> QuerySet:
    waiting = worklists.worklists(user)["requests"]
    chosen = rows.filter(pk__in=waiting.overdue.values("pk"))
    return chosen if value == "overdue" else chosen | rows.filter(pk__in=waiting.due.values("pk"))


DESK = choice("desk", _("Antrean"), [("mine", _("Menunggu saya")), ("overdue", _("Lewat batas waktu"))], _desk_filter)
STATE = choice("state", _("Keadaan"), RequestState.choices, lambda rows, value, _user: rows.filter(derived_state=value))


def describe(request: DeviceRequest, lines: list[RequestLine], limits: ServiceLimits) -> None:
    """Hang on a request what is said of it everywhere: its devices, its badge, its desk, its last day."""
    request.lines_read = lines
    request.devices = ", ".join(str(line) for line in lines)
    state, step = request.derived_state, limits.step_of(request)
    name, role = (step.name, step.role) if step else ("", "")
    if name == "issue" and not any(unissued(line) for line in lines) and any(line.outstanding for line in lines):
        name, role = "receive", "receiver"
    if state == RequestState.SENT_BACK:
        role = "requester"
    request.step, request.desk_role = step, role
    late = step is not None and step.overdue(clock.today()) and name != "receive"
    request.late = late
    request.badge = html.badge(badges.request(state, name, late=late))


def unissued(line: RequestLine) -> int:
    """Approved devices of a line that nobody has handed over yet."""
    if line.decision != LineDecision.APPROVE or line.closed_at:
        return 0
    return max(0, (line.approved_quantity or 0) - line.issued_quantity)


def lines_of(requests: list[DeviceRequest]) -> dict[int, list[RequestLine]]:
    found: dict[int, list[RequestLine]] = defaultdict(list)
    lines = RequestLine.objects.filter(request__in=requests).select_related("device_type", "pledge_line__pledge")
    for line in lines.with_quantities():
        found[line.request_id].append(line)
    return found


def _attach_letter(request: DeviceRequest, *, actor: Any, letter: Any, reason: str = "") -> Any:
    return filing.endorse(request, actor=actor, letter=letter, reason=reason)


PERMITS = {**rules.VERBS, "issue": Permit(issuing.may_issue, issuing.has_something_to_issue)}
VERBS = (
    Button(
        "submit",
        _("Ajukan"),
        _("Usulan mendapat nomor dan dikirim ke meja berikutnya."),
        _("Usulan terkirim."),
        filing.submit,
        tone=PRIMARY,
    ),
    Button(
        "endorse",
        _("Tanda tangani"),
        _("Anda menyetujui usulan ini atas nama unit. Usulan lalu diverifikasi Diskominfo."),
        _("Usulan sudah ditandatangani."),
        filing.endorse,
        requesting.EndorseForm,
        PRIMARY,
    ),
    Button(
        "verify",
        _("Verifikasi"),
        _("Anda menyatakan usulan ini lengkap dan wajar. Usulan lalu menunggu keputusan."),
        _("Usulan diverifikasi."),
        approvals.verify,
        NoteForm,
        PRIMARY,
    ),
    Button(
        "decide",
        _("Putuskan"),
        _("Setujui, tolak atau tunda setiap perangkat. Keputusan dan alasannya dibaca pengusul."),
        _("Keputusan tercatat."),
        approvals.decide,
        requesting.DecideForm,
        PRIMARY,
        "backoffice/decide.html",
    ),
    Button(
        "issue",
        _("Serahkan perangkat"),
        _("Perangkat yang dipilih diserahkan dengan BAST bernomor; penerima mengonfirmasi."),
        _("Serah terima tercatat."),
        issuing.issue,
        issuing.IssueForm,
        PRIMARY,
        "backoffice/issue.html",
    ),
    Button(
        "change",
        _("Ubah"),
        _("Perbaiki isi usulan sebelum diajukan."),
        _("Perubahan tersimpan."),
        filing.change,
        requesting.ChangeForm,
        template="backoffice/request_form.html",
    ),
    Button(
        "attach-letter",
        _("Lampirkan surat"),
        _("Lampirkan surat usulan yang sudah ditandatangani Camat (foto atau PDF)."),
        _("Surat terlampir."),
        _attach_letter,
        requesting.LetterForm,
    ),
    Button(
        "send-back",
        _("Kembalikan"),
        _("Usulan kembali ke unit untuk diperbaiki; tulis apa yang kurang."),
        _("Usulan dikembalikan."),
        approvals.send_back,
        ReasonForm,
    ),
    Button(
        "close-short",
        _("Tutup sisa"),
        _("Sisa yang belum diserahkan tidak akan diserahkan lagi. Tidak dapat dibatalkan."),
        _("Sisa ditutup."),
        approvals.close_short,
        ReasonForm,
        DANGER,
    ),
    Button(
        "withdraw",
        _("Cabut usulan"),
        _("Usulan dicabut dan tidak diproses lagi. Tidak dapat dibatalkan."),
        _("Usulan dicabut."),
        filing.withdraw,
        ReasonForm,
        DANGER,
    ),
    Button(
        "delete", _("Hapus draf"), _("Draf ini dihapus."), _("Draf dihapus."), filing.discard, tone=DANGER, leaves=True
    ),
)


class RequestAdmin(BaseAdmin):
    permits, buttons = PERMITS, VERBS
    creation = Creation(
        _("Ajukan perangkat"),
        _("Isi perangkat yang dibutuhkan. Setelah disimpan, periksa lalu ajukan."),
        _("Draf tersimpan. Periksa, lalu tekan Ajukan."),
        rules.may_file,
        filing.draft,
        requesting.RequestForm,
        "backoffice/request_form.html",
    )
    list_display = ("what", "unit", "status", "desk", "waiting")
    list_filter = (DESK, STATE, within("unit"))
    search_fields = ("number", "purpose", "unit__code", "unit__name")
    search_help_text = _("Cari nomor, unit, alasan")
    related = ("unit", "requester", "on_behalf_of", "letter")
    export_kind = "requests"
    export_words = {"q": named("search"), "state": named("state"), "unit": named("within")}
    files = ("letter",)
    nothing = _("Belum ada usulan di sini.")

    def annotated(self, queryset: QuerySet) -> QuerySet:
        return queryset.with_state()

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        lines, limits = lines_of(rows), ServiceLimits()
        for row in rows:
            describe(row, lines[row.pk], limits)

    @admin.display(description=_("usulan"))
    def what(self, obj: Any) -> str:
        return f"{obj} · {obj.devices}"

    @admin.display(description=_("keadaan"))
    def status(self, obj: Any) -> str:
        return obj.badge

    @admin.display(description=_("sekarang"))
    def desk(self, obj: Any) -> str:
        return at_desk(obj.desk_role) if obj.desk_role else ""

    @admin.display(description=_("umur"))
    def waiting(self, obj: Any) -> str:
        return words.age(obj.age_days)

    def actions_of(self, user: Any, obj: Any) -> list[str]:
        found = super().actions_of(user, obj)
        return [verb for verb in found if not (verb == "attach-letter" and "endorse" in found)]

    def initial(self, verb: Button, subject: Any) -> dict[str, Any]:
        return requesting.initial_of_request(subject) if verb.name == "change" else {}

    def beside(self, verb: Any, subject: Any, form: Any) -> dict[str, Any]:
        if verb is self.creation or verb.name == "change":
            return requesting.beside_form(form, subject)
        if verb.name in ("endorse", "verify", "decide", "submit"):
            return {"summary": self.read(subject)}
        return {}

    def after(self, verb: Button, subject: Any, result: Any) -> str:
        if verb.name == "issue":
            return address_of(result)
        return super().after(verb, subject, result)

    def read(self, obj: Any) -> dict[str, Any]:
        """A request with everything its page and the pages of its verbs show."""
        describe(obj, lines_of([obj])[obj.pk], ServiceLimits())
        reasons = need.reasons_of(obj, clock.today())
        return {"lines": obj.lines_read, "reasons": reasons, "score": sum(r.points for r in reasons)}

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        read = self.read(obj)
        return {
            "badge": obj.badge,
            "title": obj.devices or str(obj),
            "lead": requesting.lead(obj),
            "facts": requesting.facts(obj),
            "part": "backoffice/parts/request.html",
            **read,
        }
