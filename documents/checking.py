"""The job that walks the journal and says whether every line of it still stands as written."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from core import journal
from core.errors import DomainError
from core.jobs import Progress, Result
from core.models import Job

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
