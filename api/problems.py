"""Every refusal of the API as RFC 9457 ``application/problem+json``, in the caller's language.

The core's refusals, DRF's, Django's and the database's all end in one shape:
``{type, title, status, detail, code, request_id, errors: [{field, code, detail}]}``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

from core import context, errors, security
from core.errors import Fault

logger = logging.getLogger("gawai.api")

CONTENT_TYPE = "application/problem+json"
RETRY_SECONDS = 2

TITLES = {
    400: _("Permintaan tidak dapat diterima"),
    401: _("Perlu masuk"),
    403: _("Tidak diizinkan"),
    404: _("Tidak ditemukan"),
    405: _("Metode tidak didukung"),
    406: _("Format jawaban tidak tersedia"),
    409: _("Bertentangan dengan keadaan sekarang"),
    412: _("Sudah berubah"),
    413: _("Terlalu besar"),
    415: _("Jenis isi tidak didukung"),
    422: _("Kunci pengulangan sudah dipakai"),
    429: _("Terlalu banyak percobaan"),
    503: _("Layanan sedang tidak tersedia"),
}
STATUS_OF = (
    (errors.NotAllowed, 403),
    (errors.Missing, 404),
    (errors.Stale, 412),
    (errors.Conflict, 409),
    (errors.TooMany, 429),
    (errors.DomainError, 400),
)
CODE_OF_STATUS = {
    400: "invalid",
    401: "not_authenticated",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "unsupported_media_type",
}


class Refusal(Exception):
    """A refusal of the API itself, with a status that the core's refusals do not have."""

    def __init__(self, status: int, code: str, detail: Any, *, faults: tuple[Fault, ...] = (), **headers: str) -> None:
        super().__init__(str(detail))
        self.status, self.code, self.detail, self.faults = status, code, detail, faults
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Invalid(Refusal):
    """The input is wrong, fault by fault."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(400, "invalid", _("Ada isian yang perlu diperbaiki."), faults=faults)


def handler(error: Exception, view: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None lets a fault of our own become a 500."""
    refusal = _refusal(error)
    if refusal is None:
        return None
    if refusal.status == 403:
        _note_refusal(refusal, view)
    if refusal.status >= 500:
        logger.error("api_unavailable", exc_info=error)
    response = Response(body(refusal), status=refusal.status, headers=refusal.headers, content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    return response


def body(refusal: Refusal) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": str(TITLES.get(refusal.status, TITLES[400])),
        "status": refusal.status,
        "detail": str(refusal.detail),
        "code": refusal.code,
        "request_id": context.current().request_id,
        "errors": [{"field": f.field, "code": f.code, "detail": str(f.detail)} for f in refusal.faults],
    }


def _refusal(error: Exception) -> Refusal | None:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, errors.DomainError):
        return _of_domain(error)
    if isinstance(error, exceptions.APIException):
        return _of_drf(error)
    if isinstance(error, ValidationError):
        return Invalid(*errors.faults_of(error))
    return _of_database(error) or _of_django(error)


def _of_domain(error: errors.DomainError) -> Refusal:
    status = next(status for kind, status in STATUS_OF if isinstance(error, kind))
    headers = {"Retry_After": str(error.retry_after)} if isinstance(error, errors.TooMany) else {}
    return Refusal(status, error.code, error.detail, faults=error.faults, **headers)


def _of_drf(error: exceptions.APIException) -> Refusal:
    if isinstance(error, exceptions.ValidationError):
        return Invalid(*_faults(error.detail, ""))
    code = str(error.get_codes())
    if code == error.default_code:
        code = CODE_OF_STATUS.get(error.status_code, code)
    challenge = getattr(error, "auth_header", None)
    headers = {"WWW_Authenticate": challenge} if challenge else {}
    if isinstance(error, exceptions.MethodNotAllowed):
        return Refusal(405, code, _("Metode ini tidak didukung di sini."))
    return Refusal(error.status_code, code, error.detail, **headers)


def _of_database(error: Exception) -> Refusal | None:
    if isinstance(error, (ProtectedError, RestrictedError)):
        return Refusal(409, "in_use", _("Masih dipakai oleh data lain."))
    if isinstance(error, IntegrityError):
        return Refusal(409, "conflict", _("Bertentangan dengan data yang sudah ada."))
    if isinstance(error, (OperationalError, InterfaceError)):
        detail = _("Basis data sedang tidak dapat dijangkau. Coba lagi sebentar.")
        return Refusal(503, "unavailable", detail, Retry_After=str(RETRY_SECONDS))
    if isinstance(error, (DataError, OverflowError, RecursionError, UnicodeError)):
        return Refusal(400, "out_of_range", _("Ada nilai di luar batas yang dapat disimpan."))
    return None


def _of_django(error: Exception) -> Refusal | None:
    if isinstance(error, Http404):
        return Refusal(404, "not_found", _("Tidak ditemukan."))
    if isinstance(error, PermissionDenied):
        return Refusal(403, "not_allowed", TITLES[403])
    if isinstance(error, RequestDataTooBig):
        return Refusal(413, "too_large", _("Isi permintaan terlalu besar."))
    if isinstance(error, (SuspiciousOperation, BadRequest, MultiPartParserError)):
        return Refusal(400, "malformed", _("Isi permintaan tidak dapat dibaca."))
    return None


def _faults(detail: Any, path: str) -> Iterator[Fault]:
    """DRF's nested error detail as flat faults with paths such as ``lines.0.quantity``."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            here = path if name == "non_field_errors" else ".".join(filter(None, (path, str(name))))
            yield from _faults(inner, here)
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, (dict, list))
            yield from _faults(inner, ".".join(filter(None, (path, str(index)))) if nested else path)
    else:
        yield Fault(path, getattr(detail, "code", None) or "invalid", str(detail))


def _note_refusal(refusal: Refusal, view: dict[str, Any]) -> None:
    request = view["request"]
    try:
        security.log_request("refused", request, method=request.method, code=refusal.code)
    except DatabaseError:
        logger.exception("refusal_not_logged")
