"""What happens around every call: its number and line in the log, limits, language, and answers to faults."""

from __future__ import annotations

import ipaddress
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import trans_real

from core import context, faults, signing_in
from core.context import Call

GetResponse = Callable[[HttpRequest], HttpResponseBase]
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SEND_SECONDS = 120
_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SECRET_LIKE = re.compile(r"[A-Za-z0-9_=-]{24,}")
logger = structlog.get_logger("gawai.calls")


class CallMiddleware:
    """The outermost layer: request id in and out, one log line, content for bare error answers, no stray caching."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        device = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
        call = Call(request_id=_request_id(request), address=client_address(request), device=device)
        started = time.monotonic()
        with context.serving(call), structlog.contextvars.bound_contextvars(request_id=call.request_id):
            response = self.get_response(request)
            if isinstance(response, HttpResponse) and _is_bare_error(response):
                faults.fill(request, response)
            _log_line(request, response, call, time.monotonic() - started)
        signing_in.hand_out(request, response)
        response.headers["X-Request-ID"] = call.request_id
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "private, no-store")
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
        _allow_slow_reader(request)
        return response


class BodyLimitMiddleware:
    """Refuses unknown methods, bodies of unknown length and bodies over the limit, without reading them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        status = self._refusal(request)
        return faults.answer(request, status) if status else self.get_response(request)

    def _refusal(self, request: HttpRequest) -> int | None:
        if request.method not in METHODS:
            return 405
        if request.META.get("HTTP_TRANSFER_ENCODING"):
            return 411
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit()):
            return 400
        multipart = request.content_type == "multipart/form-data"
        return 413 if int(length[:20]) > (settings.MAX_UPLOAD_BYTES if multipart else settings.MAX_BODY_BYTES) else None


class LanguageMiddleware:
    """Indonesian, unless a page's reader chose otherwise (a cookie) or a program asks for it (``Accept-Language``).

    The browser's own language does not count for pages: offices work on machines set up in English. ``Vary`` of the
    API names that header and those by which callers are known, for caches that keep what they are told not to.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        api = request.path.startswith("/api/")
        wanted = _accepted(request) if api else [request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")]
        known = dict(settings.LANGUAGES)
        language = next((each for each in wanted if each in known), settings.LANGUAGE_CODE)
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
            _render(response)
        response.headers.setdefault("Content-Language", language)
        if api:
            patch_vary_headers(response, ("Accept-Language", "Authorization", "Cookie"))
        return response


class FaultMiddleware:
    """The innermost layer: refusals and passing faults of the database become answers; the rest is a 500."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        status = faults.status_of(error)
        return faults.answer(request, status, error) if status else None


def client_address(request: HttpRequest) -> str:
    """The caller's address. ``X-Forwarded-For`` counts only behind ``NUM_PROXIES`` proxies, from its right end."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.NUM_PROXIES:
        passed = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if each.strip()]
        if len(passed) >= settings.NUM_PROXIES and _is_address(passed[-settings.NUM_PROXIES]):
            return passed[-settings.NUM_PROXIES]
    return address


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _request_id(request: HttpRequest) -> str:
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    return given if _SAFE_ID.fullmatch(given) else uuid.uuid4().hex


def _accepted(request: HttpRequest) -> list[str]:
    header = request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:200]
    return [code.split("-")[0] for code, _ in trans_real.parse_accept_lang_header(header)]


def _render(response: HttpResponseBase) -> None:
    render: Any = getattr(response, "render", None)
    if render and not getattr(response, "is_rendered", True):
        render()


def _is_bare_error(response: HttpResponse) -> bool:
    return response.status_code in faults.WORDS and not response.content


def _log_line(request: HttpRequest, response: HttpResponseBase, call: Call, seconds: float) -> None:
    user: Any = request.__dict__.get("_cached_user") or request.__dict__.get("user")
    logger.info(
        "call",
        method=request.method,
        path=_SECRET_LIKE.sub("…", request.path)[:200],
        status=response.status_code,
        ms=round(seconds * 1000),
        user=user.pk if isinstance(getattr(user, "pk", None), int) else None,
        address=call.address,
    )


def _allow_slow_reader(request: HttpRequest) -> None:
    """The server waits only seconds for a request to arrive (gunicorn.conf.py); sending may take its time."""
    socket = request.META.get("gunicorn.socket")
    if socket is not None:
        socket.settimeout(SEND_SECONDS)
