"""From which device an account signed in: a device is known again by a long-lived signed cookie of its own.

The cookie holds a random secret and grants nothing; the table has a digest of it. What keeps no cookie is a new device
each time.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpResponseBase

from core.models import SignIn

_HANDED_OUT = "_signed_in_on"


def note(request: Any, user: Any) -> None:
    """Keep that ``user`` signed in from the caller's device; ``hand_out`` gives it its cookie."""
    secret = _secret(request) or secrets.token_urlsafe(32)
    SignIn.objects.create(user_id=user.pk, device=hashlib.sha256(f"device:{secret}".encode()).hexdigest())
    if request is not None:
        setattr(request, _HANDED_OUT, secret)


def hand_out(request: Any, response: HttpResponseBase) -> None:
    """Give a device that signed in with this call the cookie by which it is known again."""
    secret = getattr(request, _HANDED_OUT, "")
    if secret:
        response.set_cookie(
            settings.DEVICE_COOKIE_NAME, _signer().sign(secret), max_age=settings.DEVICE_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
        )  # fmt: skip


def _secret(request: Any) -> str:
    """What the caller's cookie holds, when it is one of ours and not too old."""
    try:
        cookie = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "") if request is not None else ""
        return _signer().unsign(cookie, max_age=settings.DEVICE_COOKIE_AGE)
    except BadSignature:
        return ""


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="gawai.device")
