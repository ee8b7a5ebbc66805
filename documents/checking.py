"""The jobs that check: whether every line of the journal still stands as written, and whether it explains every row."""

from __future__ import annotations

import re

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import journal, verifying
from core.errors import DomainError
from core.jobs import Progress, Result, enqueue
from core.models import Event, Job
from core.transactions import writing
from core.verifying import Looked
from wording.checks import unexplained

REGISTER = "verify_register"
NIGHTLY_FROM = 2

_ANCHOR = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


def verify(claimed: Job, progress: Progress) -> Result:
    """Check the chain, and the anchor noted earlier when there is one. Fails with the first entry that is wrong."""
    noted = claimed.params.get("anchor", "").strip()
    match = _ANCHOR.fullmatch(noted)
    if noted and not match:
        raise DomainError("invalid_anchor", _("Jangkar ditulis sebagai nomor:segel."))
    anchor = (int(match[1]), match[2]) if match else None
    last = journal.head()[0] or 1
    good = 0
    for step in journal.verify(anchor):
        if isinstance(step, journal.Broken):
            raise DomainError("broken", _("Catatan nomor %(seq)s tidak utuh.") % {"seq": step.seq})
        good = step
        if good % 500 == 0:
            progress(100 * good // last)
    return Result(rows=good)


def verify_register(claimed: Job, progress: Progress) -> Result:
    """Hold every row against the journal and keep what was found. Fails with the first row that no event explains."""

    def tell(looked: Looked) -> None:
        progress(100 * looked.done // max(looked.total, 1))

    check = verifying.check(tell, claimed.owner)
    if check.fault:
        raise DomainError("unexplained", unexplained(check.fault))
    return Result(rows=check.rows)


def nightly() -> None:
    """Have the register checked once a day, from two in the morning on by the machine's clock."""
    since = timezone.localtime().replace(hour=NIGHTLY_FROM, minute=0, second=0, microsecond=0)
    if timezone.now() < since:
        return
    with writing():
        asked = Job.objects.filter(kind=REGISTER, owner=None, created_at__gte=since)
        if Event.objects.exists() and not asked.exists():
            enqueue(REGISTER)
