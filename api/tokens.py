"""Bearer tokens: made, recognised, revoked. Measured by the machine's clock, not by the register's."""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from api.models import Token
from core import security
from core.errors import Conflict, DomainError
from core.prepared import first

logger = logging.getLogger("gawai.api")

PREFIX = "gw_"
LONGEST = timedelta(days=365)
USUAL = timedelta(days=30)
USED_RESOLUTION = timedelta(minutes=1)


def issue(
    user: Any, *, name: str, scope: str = Token.Scope.WRITE, expires_at: datetime | None = None
) -> tuple[Token, str]:
    """A new token of ``user`` and the secret to show once. Refuses a life of more than a year, or none at all."""
    now = timezone.now()
    expires_at = expires_at or now + USUAL
    if not now < expires_at <= now + LONGEST:
        raise DomainError("expiry_out_of_range", _("Masa berlaku token paling lama satu tahun."), field="expires_at")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(user=user, name=name, scope=scope, digest=digest(secret), expires_at=expires_at)
    security.log("token_created", user=user, token=token.pk, scope=scope)
    return token, secret


def revoke(token: Token, *, actor: Any) -> None:
    """End a token at once. Refuses one that has been revoked."""
    if not Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
        raise Conflict("illegal_transition", _("Token ini sudah dicabut."))
    security.log("token_revoked", user=actor, token=token.pk)


def recognise(secret: str) -> Token | None:
    """The usable token behind ``secret``, with its account as it is now; None when it opens nothing (any more)."""
    token = first(_with_digest, Token, ("user", "user__person"), digest(secret))
    if token is None:
        return None
    if token.revoked_at or token.expires_at <= timezone.now() or not token.user.is_active:
        security.log("token_refused", user=token.user, token=token.pk)
        return None
    _note_use(token)
    return token


def _with_digest(wanted: str) -> QuerySet:
    return Token.objects.filter(digest=wanted).order_by()


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _note_use(token: Token) -> None:
    """Keep the time of the last use, to the minute. A database that cannot be written must not stop reading."""
    before = timezone.now() - USED_RESOLUTION
    if token.last_used_at and token.last_used_at > before:
        return
    unused = Q(last_used_at__isnull=True) | Q(last_used_at__lte=before)
    try:
        Token.objects.filter(unused, pk=token.pk).update(last_used_at=timezone.now())
    except DatabaseError:
        logger.warning("token_use_not_noted")
