"""One page for every verb: look up, ask the rule, show the form, call the verb, put its refusal beside the field."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice import choosing, photos, queues
from backoffice.forms import FILLING, VerbForm
from backoffice.models import SentForm
from backoffice.verbs import Button, Creation
from core import security
from core.amounts import longest
from core.errors import Conflict, DomainError, NotAllowed, Stale
from core.faults import status_of
from core.permits import admit
from core.transactions import fresh, writing
from org.models import User
from org.models.grants import StandIn
from wording.lately import told_of
from wording.roles import held_as

KEEP_TOKENS = timedelta(days=1)
LONGEST_TOKEN = longest(SentForm, "token")


def act(admin: Any, request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Show the page of a verb of one object, or do it."""
    subject = admin.find(request, pk)
    verb = next((each for each in admin.buttons if each.name == name), None)
    if verb is None:
        raise Http404
    role = _ask(request, admin.permits[name].who, request.user, subject)
    queue = queues.queue_in(request)
    kept = queue.query if queue else ""
    if request.method != "POST" and not admin.permits[name].when(subject):
        late = Conflict("illegal_transition", _("Tindakan itu tidak berlaku pada keadaan sekarang."))
        messages.warning(request, told_of(late, subject, request.user))
        return HttpResponseRedirect(admin.address(subject) + kept)
    form = _form(verb.form, request, admin.initial(verb, subject), subject)
    if answered := asked_beside(request, form):
        return answered
    status = 200
    if is_sent(request):
        try:
            result = _do(admin, request, verb, subject, form)
        except (DomainError, ValidationError) as error:
            status = refused(request, form, error, subject)
        else:
            messages.success(request, verb.done)
            return HttpResponseRedirect(admin.after(verb, subject, result) + kept)
    version = fresh_version(subject) if is_sent(request) else _shown_version(request, subject)
    context = {"verb": verb, "subject": subject, "version": version, "title": admin.heading(verb, subject)}
    context |= {"stands_in": _stands_in(role)}
    context |= {"queue": queue, "following": queue and queues.following(admin.admin_site, request, queue, subject)}
    if admin.repeats:
        context |= {"register": admin, "repeated": admin.shown(request, subject)}
    return _page(admin, request, verb.template, {**context, **admin.beside(verb, subject, form)}, form, status)


def create(admin: Any, request: HttpRequest) -> HttpResponse:
    """Show the form that makes a new row, or make it; the same form sent twice makes one."""
    making: Creation = admin.creation
    role = _ask(request, lambda user, _subject: making.who(user), request.user, None)
    form = _form(making.form, request, making.prefill(request.user, request.GET), None)
    if answered := asked_beside(request, form):
        return answered
    status = 200
    if is_sent(request):
        try:
            address, said = _make(admin, request, making, form)
        except (DomainError, ValidationError) as error:
            status = refused(request, form, error)
        else:
            messages.success(request, said)
            return HttpResponseRedirect(address)
    token = request.POST.get("_token") or secrets.token_urlsafe(24)
    context = {"verb": making, "subject": None, "token": token[:LONGEST_TOKEN], "title": making.label}
    context |= {"stands_in": _stands_in(role)}
    return _page(admin, request, making.template, {**context, **admin.beside(making, None, form)}, form, status)


class Unfilled(DomainError):
    """The form itself does not hold; its fields already say why."""

    def __init__(self) -> None:
        super().__init__("invalid", "")


def asked_beside(request: HttpRequest, form: Any) -> HttpResponse | None:
    """What the page of a form answers beside it: the choices a field offers, that a photo is kept; else None."""
    return choosing.answer(request, form) or photos.answer(request, form)


def is_sent(request: HttpRequest) -> bool:
    """Whether the form is to be acted on, and not only to be drawn again."""
    return request.method == "POST" and not FILLING & request.POST.keys()


def _shown_version(request: HttpRequest, subject: Any) -> Any:
    """The version that the form had when it was first shown, for as long as it is only filled in."""
    return request.POST.get("_version") or fresh_version(subject)


def fresh_version(subject: Any) -> int | None:
    """The version to send along: a form that was shown before somebody else's act is refused."""
    return getattr(type(subject)._base_manager.filter(pk=subject.pk).first(), "version", None)


def _ask(request: HttpRequest, who: Any, user: Any, subject: Any) -> str:
    try:
        return who(user, subject)
    except NotAllowed as refusal:
        note_refusal(request, refusal)
        raise


def _stands_in(role: str) -> str:
    """As what somebody acts who holds the role only in another's place: "Plh. Camat, untuk Asep Sunarya"."""
    if not isinstance(role, StandIn):
        return ""
    return held_as(role, User.objects.select_related("person").get(pk=role.acting_for))


def note_refusal(request: HttpRequest, refusal: NotAllowed) -> None:
    """A refused attempt to act goes to the security log; merely looking at a page that is not there does not."""
    if request.method == "POST":
        security.log_request("refused", request, method=request.method, code=refusal.code)


def _form(kind: type[VerbForm], request: HttpRequest, initial: dict[str, Any], subject: Any) -> VerbForm:
    bound = (request.POST, request.FILES) if request.method == "POST" else ()
    begins = {} if bound else initial
    return kind(*bound, user=request.user, subject=subject, initial=begins, query=request.GET)


def _do(admin: Any, request: HttpRequest, verb: Button, subject: Any, form: VerbForm) -> Any:
    when = admin.permits[verb.name].when
    admit(when, subject)
    values = values_of(form)
    shown = request.POST.get("_version", "")
    with writing():
        now = subject if subject._state.adding else fresh(subject)
        admit(when, now)
        if shown and shown != str(getattr(now, "version", shown)):
            raise Stale(
                "stale", _("Data ini sudah berubah sejak halaman dibuka. Periksa lagi, lalu kirim sekali lagi.")
            )
        return verb.run(subject, actor=request.user, **values)


def _make(admin: Any, request: HttpRequest, making: Creation, form: VerbForm) -> tuple[str, str]:
    """Where what was made stands, and what is said of it."""
    token = request.POST.get("_token", "")[:LONGEST_TOKEN]
    values = values_of(form)
    with writing():
        sent = SentForm.objects.filter(token=token, user=request.user).first() if token else None
        if sent:
            return sent.address, str(making.done)
        made = making.run(actor=request.user, **values)
        address = admin.address(made)
        if token:
            SentForm.objects.filter(sent_at__lt=timezone.now() - KEEP_TOKENS).delete()
            SentForm.objects.create(token=token, user=request.user, address=address)
    return address, str(admin.done(making, made))


def values_of(form: VerbForm) -> dict[str, Any]:
    if not form.is_valid():
        raise Unfilled
    return form.values()


def refused(
    request: HttpRequest, form: VerbForm, error: DomainError | ValidationError, subject: Any = None
) -> int:  # fmt: skip
    """Put a refusal on its form; the status it is answered with. Who comes too late is told who did what when."""
    if isinstance(error, NotAllowed):
        note_refusal(request, error)
    if isinstance(error, Stale | Conflict) and not error.faults:
        error.detail = told_of(error, subject, request.user)
    if not isinstance(error, Unfilled):
        form.refuse(error)
    return status_of(error) or 400


def _page(
    admin: Any, request: HttpRequest, template: str, context: dict[str, Any], form: VerbForm, status: int
) -> HttpResponse:
    subject = context["subject"]
    kept = context["queue"].query if context.get("queue") else ""
    back = admin.address(subject) + kept if subject else admin.list_address()
    more = {"form": form, "back": back, "list_name": admin.model._meta.verbose_name_plural}
    multipart = form.is_multipart() or any(row.is_multipart() for row in form.rows)
    full = {**admin.admin_site.each_context(request), **context, **more, "multipart": multipart}
    return TemplateResponse(request, template, full, status=status)
