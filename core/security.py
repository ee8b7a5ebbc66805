"""The security log: logins, refusals, exports and views of personal data, beside the journal of acts."""

from __future__ import annotations

from typing import Any

from core import context
from core.models import SecurityEvent

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
