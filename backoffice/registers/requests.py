"""Requests: the list with the desk each one lies on, its page, and every verb from draft to handover."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import admin
from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice import filters, html, queues
from backoffice.base import BaseAdmin, address_of, shows
from backoffice.columns import in_list
from backoffice.registers import requesting
from backoffice.registers.condition_photos import with_shots
from backoffice.registers.issuing import DeliveryForm, IssueForm
from backoffice.verbs import DANGER, PRIMARY, Button
from core import acts, clock, words
from desks import chains
from desks.limits import ServiceLimits
from handing_over import issuing
from requests_app import approvals, beside, filing, need
from requests_app.lists import REQUESTS
from requests_app.models import DeviceRequest, RequestLine
from requests_app.states import RequestState
from wording import badges
from wording.roles import at_desk


def describe(request: Any, lines: list[RequestLine], limits: ServiceLimits) -> None:
    """Hang on a request what is said of it everywhere: its devices, its badge, its desk, its last day."""
    request.lines_read = lines
    request.devices = ", ".join(str(line) for line in lines)
    state, step = request.derived_state, limits.step_of(request)
    name, role = (step.name, step.role) if step else ("", "")
    if name == "issue" and not any(line.unissued for line in lines) and any(line.outstanding for line in lines):
        name, role = "receive", "receiver"
    if state == RequestState.SENT_BACK:
        role = "requester"
    request.step, request.desk_role = step, role
    late = step is not None and step.overdue(clock.today()) and name != "receive"
    request.late = late
    request.badge = html.badge(badges.request(state, name, late=late))


def lines_of(requests: list[DeviceRequest]) -> dict[int, list[RequestLine]]:
    found: dict[int, list[RequestLine]] = defaultdict(list)
    lines = RequestLine.objects.filter(request__in=requests).select_related("device_type", "pledge_line__pledge")
    for line in lines.with_quantities():
        found[line.request_id].append(line)
    return found


def _marks(obj: DeviceRequest, user: Any) -> list[tuple[Any, Any]]:
    """For the auditor: why the chain of this request should be looked at."""
    marks = chains.marked(user).get(obj.pk, ())
    return [(_("Perlu diperiksa"), " ".join(str(each.label) for each in marks))] if marks else []


@shows(DeviceRequest)
class RequestAdmin(BaseAdmin):
    verbs, creates = acts.on(DeviceRequest, filing, approvals, issuing), filing.draft
    forms = {
        "create": requesting.RequestForm,
        "change": requesting.ChangeForm,
        "endorse": requesting.EndorseForm,
        "decide": requesting.DecideForm,
        "issue": IssueForm,
    }
    tones = {
        **dict.fromkeys(("submit", "endorse", "verify", "decide", "issue"), PRIMARY),
        **dict.fromkeys(("close-short", "withdraw", "delete"), DANGER),
    }
    templates = {
        **dict.fromkeys(("create", "change"), "backoffice/request_form.html"),
        "decide": "backoffice/decide.html",
        "issue": "backoffice/issue.html",
    }
    many_forms, many_templates = {"issue": DeliveryForm}, {"issue": "backoffice/deliver.html"}
    listing = REQUESTS
    list_display = ("what", *in_list(REQUESTS, "unit"), "status", "due", "need", "waiting")
    list_filter = filters.of(REQUESTS)
    search_help_text = _("Cari nomor, unit, perangkat, alasan")
    related = ("unit", "requester", "on_behalf_of", "letter")
    files = ("letter",)
    nothing = _("Belum ada usulan di sini.")

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        lines, limits, doubles = lines_of(rows), ServiceLimits(), beside.doubles_among(rows, request.user)
        for row in rows:
            describe(row, lines[row.pk], limits)
            row.doubles = doubles.get(row.pk, [])
            row.score = sum(each.points for each in need.reasons_of_read(row, lines[row.pk], clock.today()))

    @admin.display(description=_("usulan"))
    def what(self, obj: Any) -> str:
        double = [gettext("mungkin ganda")] if obj.doubles else []
        return " · ".join([str(obj), obj.devices, *double])

    @admin.display(description=_("keadaan"), ordering="course")
    def status(self, obj: Any) -> str:
        where = at_desk(obj.desk_role) if obj.desk_role else ""
        return format_html('<span>{} <span class="g-under g-muted">{}</span></span>', obj.badge, where)

    @admin.display(description=_("tenggat"))
    def due(self, obj: Any) -> str:
        return queues.due(obj.step.due_on, waits=obj.late) if obj.step else ""

    @admin.display(description=_("kebutuhan"))
    def need(self, obj: Any) -> str:
        return str(obj.score)

    @admin.display(description=_("umur"), ordering="submitted_at")
    def waiting(self, obj: Any) -> str:
        return html.on_one_line(words.age(obj.age_days))

    def called(self, obj: Any) -> str:
        return f"{obj} · {obj.unit}"

    def actions_of(self, user: Any, obj: Any) -> list[str]:
        found = super().actions_of(user, obj)
        return [verb for verb in found if not (verb == "attach-letter" and "endorse" in found)]

    def initial(self, verb: Button, subject: Any) -> dict[str, Any]:
        return requesting.initial_of_request(subject) if verb.name == "change" else {}

    def beside(self, verb: Any, subject: Any, form: Any) -> dict[str, Any]:
        if verb is self.creation or verb.name == "change":
            return requesting.beside_form(form, subject)
        if verb.name in ("endorse", "verify", "decide", "submit"):
            return {
                "summary": self.read(subject),
                "doubles": beside.doubles_among([subject], form.user).get(subject.pk),
                "pictured": with_shots(beside.photos_of(subject.unit, form.user)),
            }
        return {}

    def after(self, verb: Button, subject: Any, result: Any) -> str:
        if verb.name == "issue":
            return address_of(result)
        return super().after(verb, subject, result)

    def read(self, obj: Any) -> dict[str, Any]:
        """A request with everything its page and the pages of its verbs show."""
        describe(obj, lines_of([obj])[obj.pk], ServiceLimits())
        prefetch_related_objects(obj.lines_read, "accounts")
        reasons = need.reasons_of(obj, clock.today())
        return {"lines": obj.lines_read, "reasons": reasons, "score": sum(r.points for r in reasons)}

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        read = self.read(obj)
        return {
            "badge": obj.badge,
            "title": obj.devices or str(obj),
            "lead": requesting.lead(obj),
            "facts": [*requesting.facts(obj), *_marks(obj, request.user)],
            "part": "backoffice/parts/request.html",
            "doubles": beside.doubles_of(obj, request.user),
            "tables": requesting.tables(obj, request.user),
            "pictured": with_shots(beside.photos_of(obj.unit, request.user)),
            **read,
        }
