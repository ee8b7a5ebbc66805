"""Files that are being read in, which may name anybody."""

from __future__ import annotations

from core.erasing import remove_after_commit
from documents.models import ImportSession

State = ImportSession.State


def drop_imports() -> None:
    """Files of imports go with the commit; one that was not applied is to be handed in again."""
    for session in ImportSession.objects.exclude(file=""):
        for name in filter(None, (session.file.name, session.annotated.name)):
            remove_after_commit(name)
    kept = {"file": "", "annotated": "", **ImportSession.EMPTIED}
    ImportSession.objects.filter(state=State.APPLIED).update(**kept)
    ImportSession.objects.exclude(state=State.APPLIED).delete()


COPIES = (drop_imports,)
