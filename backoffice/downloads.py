"""Downloads: what a person asked for, how far it is, and the file when it is done, for its owner alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from backoffice import html
from core import security
from core.errors import Missing, NotAllowed
from core.files import file_response
from core.jobs import enqueue
from core.models import Job
from documents import journalfile, subjectreport
from documents.checking import REGISTER
from documents.exports import served
from documents.reports.offered import REPORTS
from org.models import Role
from org.rules import reach
from personal import readings, retention
from wording import badges

NAMES = {
    journalfile.KIND: _("Seluruh jurnal, untuk diperiksa"),
    "budget_plan": _("Buku kerja usulan kebutuhan"),
    subjectreport.KIND: _("Laporan data pribadi"),
    retention.JOB: _("Penghapusan menurut masa simpan"),
    "import_read": _("Pemeriksaan berkas impor"),
    "import_apply": _("Penyimpanan berkas impor"),
    "verify_journal": _("Pemeriksaan keutuhan catatan"),
    REGISTER: _("Pemeriksaan register"),
}
FAULTS = {"worker_died": _("Pekerjaan terhenti."), "internal_error": _("Terjadi kesalahan; coba lagi.")}


def screen(user: Any) -> dict[str, Any]:
    """The user's own jobs, newest first."""
    jobs: list[Any] = list(Job.objects.filter(owner=user).order_by("-id")[:50])
    for job in jobs:
        job.badge = html.badge(badges.job(job.state))
        job.name = name_of(job)
        job.fault = FAULTS.get(job.error, job.error)
    return {"jobs": jobs, "unfinished": any(job.state in ("queued", "running") for job in jobs)}


def name_of(job: Job) -> Any:
    """What the job makes, in words: the list it writes, by its title and form."""
    kind = job.params.get("kind", "") if job.kind == "export" else job.kind
    if kind in NAMES or kind not in REPORTS:
        return NAMES.get(kind, _("Pekerjaan lain"))
    form = "CSV" if job.params.get("format") == "csv" else "Excel"
    return f"{REPORTS[kind].layout.title} · {form}"


def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file of one's own job, while one may still read all that stands in it."""
    job = Job.objects.filter(pk=pk, owner=request.user).first()
    if job is None:
        raise Http404
    try:
        file = served(job, request.user)
    except Missing as error:
        raise Http404 from error
    security.log("export", user=request.user, job=job.pk, rows=job.rows, **readings.again(job))
    return file_response(*file)


def may_verify(user: Any) -> bool:
    """Auditors verify the journal, and the superuser."""
    return user.is_superuser or any(held.role == Role.AUDITOR for held in reach(user).held)


def may_export(user: Any) -> bool:
    """Whether the whole journal may leave with this person."""
    try:
        journalfile.may_read(user)
    except NotAllowed:
        return False
    return True


def export_journal(request: HttpRequest) -> HttpResponse:
    """Have the whole journal written into a file that anybody can check."""
    if not may_export(request.user):
        raise PermissionDenied
    if request.method == "POST":
        job = enqueue("export", request.user, {"kind": journalfile.KIND, "format": "jsonl", "filters": {}})
        security.log("export_asked", user=request.user, job=job.pk, what=journalfile.KIND)
        messages.success(request, _("Berkas sedang disiapkan. Muat ulang halaman ini bila belum selesai."))
    return HttpResponseRedirect(reverse("admin:jobs"))


def verify_journal(request: HttpRequest) -> HttpResponse:
    """Have the whole journal checked; the result appears among the user's jobs."""
    if not may_verify(request.user):
        raise PermissionDenied
    if request.method == "POST":
        enqueue("verify_journal", request.user, {"anchor": request.POST.get("anchor", "")[:100]})
        messages.success(request, _("Pemeriksaan dimulai. Hasilnya muncul di sini."))
    return HttpResponseRedirect(reverse("admin:jobs"))


def verify_register(request: HttpRequest) -> HttpResponse:
    """Have every row of the register held against the journal; the result appears on the first page too."""
    if not may_verify(request.user):
        raise PermissionDenied
    if request.method == "POST":
        enqueue(REGISTER, request.user)
        messages.success(request, _("Pemeriksaan dimulai. Hasilnya muncul di sini."))
    return HttpResponseRedirect(reverse("admin:jobs"))
