"""Bearer tokens: made, recognised, revoked. Measured by the machine's clock, not by the register's."""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import security
from core.acts import Done, act
from core.errors import Conflict, DomainError
from core.prepared import first
from core.taking import Reason
from core.transactions import writing
from org import administering as rules
from org.models import Token, User

logger = logging.getLogger("gawai.tokens")

PREFIX = "gw_"
LONGEST = timedelta(days=365)
USUAL = timedelta(days=30)
USED_RESOLUTION = timedelta(minutes=1)
MOST = 20
"""So many live tokens an account has at most."""


def issue(
    user: Any, *, name: str, scope: str = Token.Scope.WRITE, expires_at: datetime | None = None,
    by_signing_in: bool = False,
) -> tuple[Token, str]:  # fmt: skip
    """A new token of ``user`` and the secret to show once. Refuses a life of more than a year, or none at all.

    ``Conflict`` where the account has ``MOST`` live ones; signing in then takes the place of the one made by signing
    in that was used longest ago, where there is such a one.
    """
    now = timezone.now()
    expires_at = expires_at or now + USUAL
    if not now < expires_at <= now + LONGEST:
        raise DomainError("expiry_out_of_range", _("Masa berlaku token paling lama satu tahun."), field="expires_at")
    secret = PREFIX + secrets.token_urlsafe(32)
    with writing():
        live = Token.objects.filter(user=user).live()
        if live.count() >= MOST:
            _make_room(live, by_signing_in)
        token = Token.objects.create(
            user=user, name=name, scope=scope, digest=digest(secret), expires_at=expires_at,
            credentials_since=user.credentials_since, by_signing_in=by_signing_in,
        )  # fmt: skip
    security.log("token_created", user=user, token=token.pk, scope=scope)
    return token, secret


@act(
    "revoke", _("Cabut token"), _("Program yang memakai token ini langsung tidak dapat masuk lagi."),
    done=_("Token dicabut."), event="user.token_revoked", who=rules.may_revoke, when=rules.not_revoked,
)  # fmt: skip
def revoke(token: Token, *, actor: User, reason: Reason = "") -> Done[Token]:
    """End a token at once: one's own, or one of an account that the actor administers."""
    _end(token)
    security.log("token_revoked", user=actor, token=token.pk)
    return Done(token, {"token": [token.pk, None]}, about=token.user)


def recognise(secret: str) -> Token | None:
    """The live token behind ``secret``, with its account as it is now; None when it opens nothing (any more)."""
    token = first(_with_digest, Token, ("user", "user__person"), digest(secret))
    if token is None:
        return None
    if not token.live:
        security.log("token_refused", user=token.user, token=token.pk)
        return None
    _note_use(token)
    return token


def _make_room(live: QuerySet[Token], by_signing_in: bool) -> None:
    oldest = live.filter(by_signing_in=True).order_by(Coalesce("last_used_at", "created_at"), "pk").first()
    if not by_signing_in or oldest is None:
        words = _("Akun ini sudah punya %(most)s token yang berlaku. Cabut dahulu yang tidak dipakai lagi.")
        raise Conflict("too_many_tokens", words % {"most": MOST})
    _end(oldest)
    security.log("token_replaced", user=oldest.user, token=oldest.pk)


def _end(token: Token) -> None:
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])


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
