"""Pages that fail in every way, for the tests of what a caller sees then."""

from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500  # noqa: F401
from config.urls import urlpatterns as product
from core.errors import Conflict, DomainError, Missing, NotAllowed, Stale, TooMany

SECRET = "SELECT password FROM org_user at /srv/gawai/core.py"
FAULTS: dict[str, tuple[int, Exception]] = {
    "bad-request": (400, BadRequest(SECRET)),
    "denied": (403, PermissionDenied(SECRET)),
    "too-big": (413, RequestDataTooBig(SECRET)),
    "crash": (500, RuntimeError(SECRET)),
    "crash-of-ours": (500, ValueError(SECRET)),
    "database-away": (503, OperationalError(SECRET)),
    "connection-lost": (503, InterfaceError(SECRET)),
    "disk-full": (503, OSError(28, SECRET)),
    "out-of-range": (400, DataError(SECRET)),
    "overflow": (400, OverflowError(SECRET)),
    "too-deep": (400, RecursionError(SECRET)),
    "domain": (400, DomainError("wrong_day", "Tanggal salah.", field="day")),
    "not-allowed": (403, NotAllowed("own_request", "Tidak boleh.")),
    "missing": (404, Missing("not_found", "Tidak ada.")),
    "conflict": (409, Conflict("already_issued", "Sudah diserahkan.")),
    "stale": (412, Stale("stale", "Sudah berubah.")),
    "too-many": (429, TooMany("too_many_attempts", "Terlalu sering.", retry_after=77)),
}


def failing(request: HttpRequest, name: str) -> HttpResponse:
    raise FAULTS[name][1]


def only_get(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    return HttpResponseNotAllowed(["GET"]) if request.method != "GET" else HttpResponse("baik")


def body(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.POST)))


urlpatterns = [
    path("test/only-get/", only_get),
    path("test/body/", body),
    path("test/<name>/", failing),
    path("api/test/only-get/", only_get),
    path("api/test/<name>/", failing),
    *product,
]
