"""The guard of the sign-in: how often somebody may try a password, by account name and by place.

A place is the caller's address (of an IPv6 address its /64, which one subscriber has to himself), or a device that
signed in to that very account before and carries a signed cookie. Everything is counted in the database: all workers
see the same, and a restart forgets nothing. Names, addresses and devices are kept as digests only: people type
passwords into the field of the name. The limits are those of D6 in reliability.md; they lift with time alone.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db.models import Count, Max, Q
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import context
from core.errors import TooMany
from core.identity import USER_NAME
from core.models import KnownDevice, LoginAttempt, SignIn
from core.security import log

WINDOW = timedelta(minutes=15)
WRONG_TRIES = 10
"""Of one name, from one place, within ``WINDOW``."""
FAILED_NAMES = 30
"""Different ones from one address within ``WINDOW``: with more, only known devices may try from there."""
SIEGE = timedelta(days=1)
WRONG_TRIES_IN_ALL = 100
"""Of one name, from everywhere, within ``SIEGE``: from then on only known devices may try."""
DEVICES_KEPT = 100
"""Of one account; programs that keep no cookie look like a new device each time."""
_HANDED_OUT = "_signed_in_on"
_SOON = _("Terlalu banyak percobaan masuk. Coba lagi beberapa menit lagi.")
_WORDS = {
    "place": _SOON,
    "names": _SOON,
    "besieged": _(
        "Terlalu banyak kata sandi salah untuk nama ini dalam sehari. Masuklah dari perangkat yang pernah dipakai "
        "masuk, atau coba lagi besok."
    ),
}


def begin(name: str) -> LoginAttempt:
    """Count one try of ``name`` before its password is looked at, so that parallel guesses count too.

    Raises ``TooMany`` when this name may not be tried from here now, whether the password is right or not.
    """
    account, now = account_key(name), timezone.now()
    known = _known_device(account)
    attempt = LoginAttempt.objects.create(account=account, place=known or _address(), tried_at=now)
    why, free_at = _refusal(attempt, known=bool(known))
    if free_at is None:
        return attempt
    attempt.delete()
    log("login_locked", account=account[:16], why=why)
    raise TooMany("too_many_attempts", _WORDS[why], retry_after=max(1, int((free_at - now).total_seconds()) + 1))


def failed(attempt: LoginAttempt, user: Any) -> None:
    """The password was wrong, or there is no such active account (``user`` None or not)."""
    LoginAttempt.objects.filter(pk=attempt.pk).update(failed_at=timezone.now())
    log("login_failed", user=user)
    if _wrong_in_all().filter(account=attempt.account)[:WRONG_TRIES_IN_ALL].count() == WRONG_TRIES_IN_ALL:
        log("login_besieged", user=user, account=attempt.account[:16])


def succeeded(attempt: LoginAttempt) -> None:
    """The password was right: this try counts for nothing, and the wrong ones from the same place are forgotten."""
    same = LoginAttempt.objects.filter(account=attempt.account, place=attempt.place)
    same.filter(Q(failed_at__isnull=False) | Q(pk=attempt.pk)).delete()


def know_device(request: Any, user: Any, name: str) -> None:
    """Remember that ``user`` signed in as ``name`` from this caller's device; ``hand_out`` gives it its cookie."""
    account, secret = account_key(name), _secret() or secrets.token_urlsafe(32)
    device = _digest("device", secret)
    SignIn.objects.create(user_id=user.pk, device=device)
    KnownDevice.objects.update_or_create(account=account, device=device, defaults={"signed_in_at": timezone.now()})
    kept = KnownDevice.objects.filter(account=account).order_by("-signed_in_at", "-pk")[:DEVICES_KEPT]
    KnownDevice.objects.filter(account=account).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    if request is not None:
        setattr(request, _HANDED_OUT, secret)


def hand_out(request: Any, response: HttpResponseBase) -> None:
    """Give a device that signed in with this call the cookie by which it is known again."""
    secret = getattr(request, _HANDED_OUT, "")
    if secret:
        response.set_cookie(
            settings.DEVICE_COOKIE_NAME,
            _signer().sign(secret),
            max_age=settings.DEVICE_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def besieged() -> set[str]:
    """The ``account_key`` of each name of which so many were wrong that only known devices may try it."""
    wrong = _wrong_in_all().order_by().values("account").annotate(n=Count("pk")).filter(n__gte=WRONG_TRIES_IN_ALL)
    return set(wrong.values_list("account", flat=True))


def forget_old() -> None:
    """What no limit looks at any more goes."""
    now = timezone.now()
    LoginAttempt.objects.filter(tried_at__lte=now - SIEGE - WINDOW).delete()
    KnownDevice.objects.filter(signed_in_at__lte=now - timedelta(seconds=settings.DEVICE_COOKIE_AGE)).delete()


def forget(user: Any) -> None:
    """Nothing stays of where and when an account signed in, or tried to."""
    account = account_key(user.username)
    LoginAttempt.objects.filter(account=account).delete()
    KnownDevice.objects.filter(account=account).delete()
    SignIn.objects.filter(user_id=user.pk).delete()


def account_key(name: str) -> str:
    """One digest for all spellings of an account name."""
    return _digest("account", USER_NAME.folded(name))


def _refusal(attempt: LoginAttempt, *, known: bool) -> tuple[str, datetime | None]:
    """Why this try is one too many, and when the next may be made; None when it is not."""
    tries, since = LoginAttempt.objects.order_by(), attempt.tried_at - WINDOW
    own = tries.filter(account=attempt.account, place=attempt.place, tried_at__gt=since).order_by("-tried_at", "-pk")
    if over := own.values_list("tried_at", flat=True)[WRONG_TRIES : WRONG_TRIES + 1]:
        return "place", over[0] + WINDOW
    if known:
        return "", None
    names = tries.filter(place=attempt.place, failed_at__gt=since).values("account").annotate(last=Max("failed_at"))
    if over := names.order_by("-last").values_list("last", flat=True)[FAILED_NAMES : FAILED_NAMES + 1]:
        return "names", over[0] + WINDOW
    wrong = _wrong_in_all().filter(account=attempt.account).order_by("-failed_at").values_list("failed_at", flat=True)
    if over := wrong[WRONG_TRIES_IN_ALL - 1 : WRONG_TRIES_IN_ALL]:
        return "besieged", over[0] + SIEGE
    return "", None


def _wrong_in_all() -> Any:
    return LoginAttempt.objects.filter(failed_at__gt=timezone.now() - SIEGE)


def _known_device(account: str) -> str:
    """The place that this caller's device is to ``account``; empty where it never signed in there."""
    secret = _secret()
    device = _digest("device", secret) if secret else ""
    return device if secret and KnownDevice.objects.filter(account=account, device=device).exists() else ""


def _secret() -> str:
    """What the caller's cookie holds, when it is one of ours and not too old."""
    try:
        return _signer().unsign(context.current().device, max_age=settings.DEVICE_COOKIE_AGE)
    except BadSignature:
        return ""


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="gawai.device")


def _address() -> str:
    """The caller's address as a place."""
    address = context.current().address
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return _digest("address", address)
    if isinstance(found, ipaddress.IPv6Address):
        shared = found.ipv4_mapped or ipaddress.IPv6Network((int(found) >> 64 << 64, 64))
        return _digest("address", str(shared))
    return _digest("address", str(found))


def _digest(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode("utf-8", "replace")).hexdigest()
