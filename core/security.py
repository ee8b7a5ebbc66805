"""The security log, and the lock on accounts whose password is being guessed.

Both live in the database: all workers see the same count, and a restart forgets nothing.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import context
from core.errors import TooMany
from core.identity import USER_NAME
from core.models import LoginAttempt, SecurityEvent

ALLOWED_FAILURES = 10
WINDOW = timedelta(minutes=15)
LONGEST_PATH = 200


def log(kind: str, *, user: Any = None, **detail: Any) -> SecurityEvent:
    """Note a login, refusal, export or view of personal data. ``detail`` holds plain JSON values, never a secret.

    Call it outside the transaction of an act that is refused, or the rollback takes the note with it.
    """
    call = context.current()
    return SecurityEvent.objects.create(
        kind=kind,
        user_id=getattr(user, "pk", None),
        address=call.address,
        request_id=call.request_id,
        detail=detail,
    )


def log_request(kind: str, request: Any, **detail: Any) -> None:
    """Note what somebody asked for, by its address."""
    log(kind, user=request.user, path=request.path[:LONGEST_PATH], **detail)


def count_attempt(account: str) -> None:
    """Count one attempt on ``account`` before its password is looked at, so that parallel guesses count too.

    Raises ``TooMany`` from the eleventh within 15 minutes on. The name is kept as a digest: people type passwords
    into the field of the name.
    """
    key, now = _key(account), timezone.now()
    fresh = When(first_at__lte=now - WINDOW, then=Value(1))
    with transaction.atomic():
        LoginAttempt.objects.get_or_create(account=key, defaults={"first_at": now})
        LoginAttempt.objects.filter(account=key).update(
            failures=Case(fresh, default=F("failures") + 1),
            first_at=Case(When(first_at__lte=now - WINDOW, then=Value(now)), default=F("first_at")),
        )
        attempt = LoginAttempt.objects.get(account=key)
    if attempt.failures > ALLOWED_FAILURES:
        log("login_locked", account=key[:16])
        wait = (attempt.first_at + WINDOW - now).total_seconds()
        raise TooMany(
            "too_many_attempts",
            _("Terlalu banyak percobaan masuk. Coba lagi beberapa menit lagi."),
            retry_after=max(1, int(wait) + 1),
        )


def forgive(account: str) -> None:
    """The right password was given: forget the attempts."""
    LoginAttempt.objects.filter(account=_key(account)).delete()


def forget_old_attempts() -> None:
    LoginAttempt.objects.filter(first_at__lte=timezone.now() - WINDOW).delete()


def _key(account: str) -> str:
    return hashlib.sha256(USER_NAME.folded(account).encode("utf-8", "replace")).hexdigest()
