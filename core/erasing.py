"""What the spine itself keeps of somebody who is erased, and of files made from the register."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.db import transaction

from core.models import Job, SecurityEvent
from core.personal import Erased

EXPORTS = ("export", "subject_report")


def forget_addresses(gone: Erased) -> None:
    """The machines from which the account was used; that it was used stays."""
    SecurityEvent.objects.filter(user_id=gone.user, user_id__isnull=False).exclude(address="").update(address="")


def drop_exports() -> None:
    """Files that jobs made go with the commit; an export that is running begins again."""
    for name in Job.objects.exclude(file="").values_list("file", flat=True):
        remove_after_commit(name)
    Job.objects.exclude(file="").update(file="", filename="", sha256="")
    running = Job.objects.filter(kind__in=EXPORTS, state=Job.State.RUNNING)
    running.update(state=Job.State.QUEUED, leased_until=None)


def remove_after_commit(name: str) -> None:
    """Delete a stored file once the transaction holds."""
    transaction.on_commit(lambda: default_storage.delete(name))


ERASERS = (forget_addresses,)
COPIES = (drop_exports,)
