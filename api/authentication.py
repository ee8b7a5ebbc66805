"""Who is calling: a bearer token, or the session cookie with its CSRF token. Nothing else is offered."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from org import tokens
from org.models import Token


class BearerToken(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Any, Token] | None:
        scheme, _space, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = tokens.recognise(secret.strip()) if secret.strip().startswith(tokens.PREFIX) else None
        if token is None:
            raise AuthenticationFailed(_("Token ini tidak berlaku."))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="gawai"'


def _next(_request: HttpRequest) -> HttpResponse:
    """What the check would lead to; it is asked for its refusal only."""
    return HttpResponse()


class SessionCookie(BaseAuthentication):
    """The browser's session. Every unsafe call needs ``X-CSRFToken``; the body is not read to find it."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        user = getattr(request._request, "user", None)
        if user is None or not user.is_authenticated or not user.acts:
            return None
        check = CSRFCheck(_next)
        headers_only: Any = _WithoutBody(request._request)
        check.process_request(headers_only)
        if check.process_view(headers_only, _next, (), {}):
            raise PermissionDenied(_("Token CSRF tidak ada atau tidak cocok."), code="csrf_failed")
        return user, None


class _WithoutBody:
    """The call as the CSRF check needs it: its headers, never its body."""

    POST = QueryDict()

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def __getattr__(self, name: str) -> Any:
        return getattr(self._request, name)
