"""What a caller sees when something goes wrong outside the API's own handler: plain words and the number of the call.

Nothing of the fault itself is shown. Paths under ``/api/`` get ``application/problem+json``, all others a page.
"""

from __future__ import annotations

import errno
import json
import sys
from http.client import responses as phrases
from typing import Any

import structlog
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from core import context, errors

logger = structlog.get_logger("gawai.faults")
RETRY_SECONDS = 2

WORDS = {
    400: ("invalid", _("Permintaan tidak dapat diterima"), _("Isi permintaan tidak dapat dibaca.")),
    403: ("not_allowed", _("Tidak diizinkan"), _("Tindakan ini tidak diizinkan untuk akun Anda.")),
    404: ("not_found", _("Tidak ditemukan"), _("Halaman atau data ini tidak ada, atau tidak untuk akun Anda.")),
    405: ("method_not_allowed", _("Metode tidak didukung"), _("Metode ini tidak didukung di sini.")),
    409: ("conflict", _("Bertentangan dengan keadaan sekarang"), _("Muat ulang halaman, lalu coba lagi.")),
    411: ("length_required", _("Panjang isi tidak disebut"), _("Panjang isi permintaan harus disebut.")),
    412: ("stale", _("Sudah berubah"), _("Data ini sudah berubah. Muat ulang halaman.")),
    413: ("too_large", _("Terlalu besar"), _("Isi permintaan terlalu besar.")),
    414: ("address_too_long", _("Alamat terlalu panjang"), _("Alamat permintaan ini terlalu panjang.")),
    431: ("headers_too_large", _("Kepala permintaan terlalu besar"), _("Kepala permintaan ini terlalu besar.")),
    429: ("too_many_attempts", _("Terlalu banyak percobaan"), _("Coba lagi beberapa menit lagi.")),
    500: ("internal_error", _("Terjadi kesalahan"), _("Kesalahan ini sudah tercatat. Coba lagi sebentar.")),
    503: ("unavailable", _("Layanan sedang tidak tersedia"), _("Coba lagi sebentar.")),
}
UNSENT = _(
    "Peramban tidak mengirim cookie Gawai, atau halaman itu dibuka sebelum Anda terakhir masuk. Belum ada yang "
    "disimpan. Izinkan cookie untuk alamat ini, buka lagi halamannya, lalu kirim sekali lagi."
)
# The first that fits counts, so a kind stands before its base.
STATUS_OF: tuple[tuple[type[BaseException], int], ...] = (
    (errors.NotAllowed, 403),
    (errors.Missing, 404),
    (errors.Stale, 412),
    (errors.Conflict, 409),
    (errors.TooMany, 429),
    (errors.DomainError, 400),
    (IntegrityError, 409),
    (DataError, 400),
    (OperationalError, 503),
    (InterfaceError, 503),
    (RequestDataTooBig, 413),
    (Http404, 404),
    (PermissionDenied, 403),
    (SuspiciousOperation, 400),
    (BadRequest, 400),
    (MultiPartParserError, 400),
    (UnreadablePostError, 400),
    (OverflowError, 400),
    (RecursionError, 400),
    (UnicodeError, 400),
)


def status_of(error: BaseException | None) -> int | None:
    """The status for an error that is the caller's, or the database's passing one; None for a fault of our own."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
        return 503
    return next((status for kind, status in STATUS_OF if isinstance(error, kind)), None)


def answer(request: HttpRequest, status: int, error: BaseException | None = None) -> HttpResponse:
    """The page or problem for ``status``; a refusal of the domain gives its own words and code."""
    response = HttpResponse(status=status)
    fill(request, response, error)
    if isinstance(error, errors.TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        logger.error("unavailable", kind=type(error).__name__)
    return response


def fill(request: HttpRequest, response: HttpResponse, error: BaseException | None = None) -> None:
    """Give an empty error answer its content."""
    problem = document(response.status_code, context.current().request_id, error)
    if request.path.startswith("/api/"):
        response.content = json.dumps(problem, ensure_ascii=False).encode()
        response.headers["Content-Type"] = "application/problem+json"
    else:
        response.content = render_to_string("errors/fault.html", problem).encode()
        response.headers["Content-Type"] = "text/html; charset=utf-8"
    response.headers["Cache-Control"] = "no-store"


def document(status: int, request_id: str, error: BaseException | None = None) -> dict[str, Any]:
    """The problem document (RFC 9457) of ``status``, with the words of the refusal where it is one."""
    title: errors.Text
    detail: errors.Text
    code, title, detail = WORDS.get(status, (f"http_{status}", "", ""))
    faults: tuple[errors.Fault, ...] = ()
    if isinstance(error, errors.DomainError):
        code, detail, faults = error.code, error.detail, error.faults
        title = error.title or title
    return {
        "type": "about:blank",
        "title": str(title or phrases.get(status, "")),
        "status": status,
        "detail": str(detail),
        "code": code,
        "request_id": request_id,
        "errors": [{"field": f.field, "code": f.code, "detail": str(f.detail)} for f in faults],
    }


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, status_of(exception) or 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Says nothing of rights: whose form it is was not even asked. A view may know better, as ``unsent(request)``."""
    known: Any = getattr(getattr(request.resolver_match, "func", None), "unsent", None)
    refusal = errors.NotAllowed("csrf_failed", UNSENT, title=_("Belum terkirim"))
    return (known(request) if known else None) or answer(request, 403, refusal)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Reached from middleware too, whose errors no ``process_exception`` sees."""
    error = sys.exc_info()[1]
    status = status_of(error)
    if status is None:
        logger.error("internal_error", exc_info=error)
    return answer(request, status or 500, error)
