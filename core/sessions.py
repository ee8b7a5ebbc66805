"""Sessions in the database, found by a digest of their key: whoever reads the table cannot use one.

They end after ``SESSION_IDLE_SECONDS`` without a call and, in any case, after ``SESSION_ABSOLUTE_SECONDS``. Both are
measured by the machine's clock, not by the clock of the register.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.db.models import QuerySet
from django.utils import timezone

STARTED = "_started"
REFRESH_SECONDS = 300


class SessionStore(db.SessionStore):
    _session: dict[str, Any]

    def _get_session_from_db(self) -> Any:
        found = self._rows(self.session_key).filter(expire_date__gt=timezone.now()).first()
        if found is None:
            self._session_key = None
        return found

    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()
        if row is None:
            return {}
        data = self.decode(row.session_data)
        if (self._end(data) - row.expire_date).total_seconds() > REFRESH_SECONDS:
            self.modified = True  # written again, with a later end, when this call ends
        return data

    def exists(self, session_key: str) -> bool:
        return self._rows(session_key).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        data.setdefault(STARTED, int(timezone.now().timestamp()))
        return self.model(
            session_key=digest(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self._end(data),
        )

    def cycle_key(self) -> None:
        self._session.pop(STARTED, None)
        super().cycle_key()
        self._session.setdefault(STARTED, int(timezone.now().timestamp()))

    def delete(self, session_key: str | None = None) -> None:
        self._rows(session_key or self.session_key).delete()

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        return self._end(self._session)

    def get_expiry_age(self, **kwargs: Any) -> int:
        return max(0, int((self._end(self._session) - timezone.now()).total_seconds()))

    def _rows(self, session_key: str | None) -> QuerySet:
        return self.model.objects.filter(session_key=digest(session_key or ""))

    def _end(self, data: dict[str, Any]) -> datetime:
        now = timezone.now()
        started = data.get(STARTED, int(now.timestamp()))
        last = datetime.fromtimestamp(started + settings.SESSION_ABSOLUTE_SECONDS, tz=now.tzinfo)
        return min(now + timedelta(seconds=settings.SESSION_IDLE_SECONDS), last)


def digest(session_key: str) -> str:
    """What stands in the table for a key: 160 bits of its SHA-256."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]
