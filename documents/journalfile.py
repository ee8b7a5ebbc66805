"""The journal as a file that anybody can check with ``docs/verify_journal.py``: one sealed event per line.

A line holds exactly the fields that the hash covers, and the hash. The last line is the anchor, ``seq:hash`` of the
journal when it was read. Personal values are not in it, only their commitments.
"""

from __future__ import annotations

from typing import IO, Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import journal
from core.errors import DomainError
from core.models import Event
from core.sealing import compact
from org.models import Role
from org.rules import require_whole

KIND = "journal"
_CHUNK, _BATCH = 2000, 500


def may_read(user: Any) -> str:
    """The journal leaves whole, or its links could not be checked: for auditors of the whole district."""
    return require_whole(user, Role.AUDITOR)


def after(seq: int) -> QuerySet[Event]:
    """The events after number ``seq``. ``DomainError`` when the journal has not come that far."""
    last, _hash = journal.head()
    if seq > last:
        raise DomainError("after_the_end", _("Jurnal berakhir pada nomor %(seq)s.") % {"seq": last}, field="seq__gt")
    return Event.objects.filter(seq__gt=seq)


def write_journal(target: IO[bytes], events: QuerySet[Event]) -> tuple[int, str]:
    """Write ``events`` and the anchor, in constant memory; returns how many there were and the anchor.

    Call inside ``snapshot()``, so that events and anchor are of the same instant.
    """
    seq, digest = journal.head()
    count, batch = 0, []
    for count, event in enumerate(events.order_by("seq").iterator(chunk_size=_CHUNK), 1):
        batch.append(_line({**journal.canonical(event), "hash": event.hash}))
        if count % _BATCH == 0:
            target.write(b"".join(batch))
            batch.clear()
    target.write(b"".join([*batch, _line({"anchor": f"{seq}:{digest}"})]))
    return count, f"{seq}:{digest}"


def _line(fields: dict[str, Any]) -> bytes:
    return f"{compact(fields)}\n".encode()
