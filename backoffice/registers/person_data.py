"""All that is held about one person: who read it between two days, and the report to hand over, for the officer in
charge and for the person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backoffice.readings import Reading
from core import clock, words
from core.errors import DomainError, NotAllowed
from core.jobs import enqueue
from documents import subjectreport
from org.models import Person, User
from personal import readings
from personal.officer import is_officer, oneself_or_officer

LEAD = _("Siapa membuka, mencetak atau mengekspor data orang ini, dari hari pertama sampai hari terakhir.")
SPAN = ("since", "until")
MOST_SHOWN = 500


def may(user: Any, person: Person) -> bool:
    try:
        oneself_or_officer(user, person)
    except NotAllowed:
        return False
    return True


def _span(given: Any) -> tuple[Any, Any]:
    return subjectreport.span(*(given.get(name, "") for name in SPAN))


def read(request: HttpRequest, person: Person) -> dict[str, Any]:
    """Who read or took along data of the person; to the person others are masked."""
    if not may(request.user, person):
        raise PermissionDenied
    report = {"report_address": reverse("admin:org_person_workbook", args=[person.pk]), "lead": LEAD}
    try:
        since, until = _span(request.GET)
    except DomainError as error:
        wrong = {fault.field: fault.detail for fault in error.faults}
        return {**report, "wrong": wrong, **{name: request.GET.get(name, "") for name in SPAN}, "status": 400}
    found = list(readings.of(person.pk, since, until))[-MOST_SHOWN:]
    users = User.objects.select_related("person__unit").in_bulk({each.user for each in found if each.user})
    subject = subjectreport.Subject(person, since, until)
    full = is_officer(request.user)
    rows = [
        {
            "at": words.instant(each.at),
            "how": subjectreport.READ_AS[each.kind],
            "by": _named(users.get(each.user or 0)) if full else subject.by(each.user, ""),
            "detail": ", ".join(f"{name}={value}" for name, value in each.detail.items()) if full else "",
        }
        for each in reversed(found)
    ]
    readings.note("readings_read", request.user, [person.pk])
    return {
        **report, "rows": rows,
        "since": request.GET.get("since") or clock.local_date(since).isoformat(),
        "until": request.GET.get("until") or clock.local_date(until).isoformat(),
    }  # fmt: skip


def _named(user: User | None) -> str:
    if user is None:
        return str(_("operator"))
    return " · ".join(filter(None, (str(user), str(user.person.unit) if user.person else "")))


def ask_for_report(request: HttpRequest, person: Person) -> HttpResponse:
    """Put the report into the queue; it is downloaded where exports are."""
    if request.method != "POST":
        raise BadRequest
    if not may(request.user, person):
        raise PermissionDenied
    try:
        _span(request.POST)
    except DomainError as error:
        raise BadRequest from error
    days = {name: request.POST.get(name, "") for name in SPAN}
    enqueue(subjectreport.KIND, request.user, {"person": person.pk, **days, "language": get_language() or ""})
    messages.success(request, _("Berkas sedang disiapkan. Muat ulang halaman ini bila belum selesai."))
    return HttpResponseRedirect(reverse("admin:jobs"))


READING = Reading(
    "personal-data", _("Data pribadi"), template="backoffice/person_data.html", read=read, parameters=frozenset(SPAN)
)
