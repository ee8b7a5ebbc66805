"""Files to be read in: upload, faults in words, progress, confirmation, result. For their maker alone."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from backoffice import choosing, html
from backoffice.acting import is_sent
from backoffice.choosing import RowField
from backoffice.forms import NoteForm, VerbForm
from core.errors import DomainError
from core.files import file_response
from core.importing import NOT_SHOWN, Action
from core.permits import actions
from documents.exports import CONTENT_TYPES
from documents.intake import sessions
from documents.intake.container import SUFFIXES
from documents.intake.forms import FORMS, TEMPLATED
from documents.intake.preview import done_of, groups_of, remarks_of
from documents.intake.tables import UNREAD
from documents.intake.templates import template, template_name
from documents.models import ImportSession
from org.models import Unit, User
from wording.badges import Badge, Tone

State = ImportSession.State
TONES = {
    State.READING: Tone.SOON,
    State.READY: Tone.BRAND,
    State.FAULTY: Tone.LATE,
    State.ASKED: Tone.SOON,
    State.APPLYING: Tone.SOON,
    State.APPLIED: Tone.GOOD,
    State.FAILED: Tone.LATE,
}
SHOWN = 40


class UploadForm(VerbForm):
    kind = forms.ChoiceField(label=_("Isi berkas"), widget=forms.RadioSelect)
    unit = RowField(
        Unit.objects.filter(active=True), required=False, label=_("Unit"), empty_label=_("– menurut berkas –"),
        help_text=_("Untuk baris yang tidak menyebut unit, misalnya KIB B."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("Berkas"),
        widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES)}),
        help_text=_("Excel (.xlsx, .xls), .ods atau CSV. Isinya diperiksa dahulu; belum ada yang disimpan."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = sessions.may_import(self.user)
        self.fields["kind"].choices = [(form.kind, form.label) for form in kinds]
        if not any(form.takes_unit for form in kinds):
            del self.fields["unit"]

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        return super().choices_of(name, queryset).order_by("code")


class AnswerField(forms.ChoiceField):
    """An answer that is wanted, but not with each of the others."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class AnswerForm(VerbForm):
    """One field for each question of a file."""

    def __init__(self, *args: Any, session: ImportSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = {f"answer-{number}": each["key"] for number, each in enumerate(session.questions)}
        for name, each in zip(self.keys, session.questions, strict=True):
            self.fields[name] = AnswerField(
                label=_asked(each), widget=forms.RadioSelect,
                choices=[(choice["value"], choice["label"]) for choice in each["choices"]],
                initial=each["answer"] or each["default"],
            )  # fmt: skip

    def answers(self) -> dict[str, str]:
        return {self.keys[name]: value for name, value in self.values().items() if value}


class ColumnsForm(VerbForm):
    """What each column of a file means."""

    def __init__(self, *args: Any, session: ImportSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = [(UNREAD, _("– tidak dibaca –")), *((each.name, each.title) for each in FORMS[session.kind].fields)]
        self.columns = {f"column-{number}": each for number, each in enumerate(_of_each_key(session.columns))}
        for name, each in self.columns.items():
            label = _("%(column)s · %(title)s") % each
            self.fields[name] = forms.ChoiceField(
                label=label, choices=fields, initial=each["field"] or UNREAD, required=False
            )

    def answers(self) -> dict[str, str]:
        """What is said otherwise than the columns were taken for."""
        said = {
            self.columns[name]["key"]: (value, self.columns[name]["field"] or UNREAD)
            for name, value in self.values().items()
        }
        return {key: value for key, (value, taken) in said.items() if value and value != taken}


def may_import(user: Any) -> bool:
    return sessions.may_import_any(user)


def screen(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The upload, and one's own files, newest first."""
    if not may_import(request.user):
        raise PermissionDenied
    form = UploadForm(*((request.POST, request.FILES) if request.method == "POST" else ()), user=request.user)
    if offered := choosing.answer(request, form):
        return offered
    if is_sent(request) and form.is_valid():
        try:
            values = form.values()
            session = sessions.receive(values.pop("file"), actor=cast("User", request.user), **values)
            return HttpResponseRedirect(reverse("admin:import", args=[session.pk]))
        except DomainError as error:
            form.refuse(error)
    mine = [_shown(each) for each in _mine(request).select_related("job")[:50]]
    more = {"form": form, "sessions": mine, "forms": sessions.may_import(request.user), "title": _("Impor")}
    return TemplateResponse(
        request, "backoffice/imports.html", context | more, status=400 if form.is_bound and form.errors else 200
    )


def one(request: HttpRequest, pk: int, context: dict[str, Any]) -> HttpResponse:
    """What a file says, what is wrong with it, and the button that applies it."""
    session = _one(request, pk)
    answering = request.POST.get("answer", "")
    form = NoteForm(*_sent(request, on=not answering), user=request.user)
    asked = AnswerForm(*_sent(request, on=answering == "questions"), user=request.user, session=session)
    columns = ColumnsForm(*_sent(request, on=answering == "columns"), user=request.user, session=session)
    answered: Any = columns if answering == "columns" else asked
    if is_sent(request) and (answered if answering else form).is_valid():
        user = cast("User", request.user)
        try:
            if answering:
                sessions.answer(session, actor=user, answers=answered.answers())
            else:
                session = sessions.apply(session, actor=user, **form.values())
                if session.state == State.APPLIED:
                    messages.success(request, done_of(session))
        except DomainError as error:
            messages.error(request, str(error.detail))
        return HttpResponseRedirect(reverse("admin:import", args=[pk]))
    sessions.note_read(session, request.user, "import_viewed")
    groups = groups_of(session)
    counts = [(action.label, session.counts[action.value]) for action in Action if session.counts.get(action.value)]
    more = {
        "session": _shown(session), "remarks": remarks_of(session), "groups": groups, "counts": counts, "form": form,
        "asked": asked if session.questions and _may(session, request, "answer") else None,
        "columns": columns if session.columns and _may(session, request, "answer") else None,
        "unclear": any(each["code"] == "wrong_headers" for each in session.findings),
        "steps_hidden": max(0, _telling(session) - len(session.preview)),
        "passed_hidden": max(0, session.passed_count - len(session.passed)),
        "hidden": max(0, session.faults + session.warnings - len(session.findings)), "title": session.filename,
        "may_apply": _may(session, request, "apply"),
        "waiting": session.state in (State.READING, State.APPLYING) and not session.stalled,
        "places_shown": f":{SHOWN}", "SHOWN": SHOWN,
        "file_kept": bool(session.file),
    }  # fmt: skip
    return TemplateResponse(request, "backoffice/import.html", context | more)


def _sent(request: HttpRequest, *, on: bool) -> tuple[Any, ...]:
    return (request.POST,) if on and request.method == "POST" else ()


def _may(session: ImportSession, request: HttpRequest, verb: str) -> bool:
    return verb in actions(sessions.VERBS, request.user, session)


def _telling(session: ImportSession) -> int:
    """How many rows the preview would show if it showed all."""
    return sum(number for action, number in session.counts.items() if action not in NOT_SHOWN)


def _of_each_key(columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({each["key"]: each for each in reversed(columns)}.values())[::-1]


def _asked(question: dict[str, Any]) -> str:
    where = [question["sheet"], _("Baris %(n)s") % {"n": question["row"]} if question["row"] else ""]
    return ": ".join(filter(None, [" · ".join(str(each) for each in where if each), question["text"]]))


def annotated(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The same workbook with its faults marked."""
    try:
        return file_response(*sessions.annotated_file(_one(request, pk), request.user))
    except DomainError as error:
        raise Http404 from error


def empty(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The template of a kind."""
    form = TEMPLATED.get(kind)
    if form is None or form not in sessions.may_import(request.user):
        raise Http404
    return file_response(ContentFile(template(form)), template_name(form), CONTENT_TYPES["xlsx"])


def _mine(request: HttpRequest) -> QuerySet:
    return ImportSession.objects.visible_to(request.user)


def _one(request: HttpRequest, pk: int) -> ImportSession:
    session = _mine(request).select_related("job", "owner", "unit").filter(pk=pk).first()
    if session is None or not sessions.readable(session, request.user):
        raise Http404
    return session


def _shown(session: Any) -> Any:
    state = State.FAILED if session.stalled else State(session.state)
    session.badge = html.badge(Badge(state.label, TONES[state]))
    session.label = FORMS[session.kind].label
    return session
