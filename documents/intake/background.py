"""What is done to files outside the call: large ones are read and applied, and what has expired is removed.

A job that runs twice reads again, and applies only while the session is still waiting for it.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db.models import Q
from django.utils import translation

from core import clock, jobs
from core.applying import Staging, look
from core.errors import DomainError
from core.jobs import Progress
from core.models import Job
from core.spool import Spool, spool
from core.transactions import fresh, writing
from documents.intake.annotated import annotate
from documents.intake.looking import importer_of, note, spooled, unspooled
from documents.intake.sessions import note_read, write
from documents.models import ImportSession

STAGED_AT_MOST = 3
"""How often a file is planned beside others' acts before it is planned under the lock."""
State = ImportSession.State


def read(task: Job, progress: Progress) -> None:
    """Read a large file, and mark it up when it is faulty."""
    session = ImportSession.objects.select_related("owner", "unit").filter(job=task, state=State.READING).first()
    if session is None:
        return
    with translation.override(task.params.get("language") or settings.LANGUAGE_CODE), ExitStack() as files:
        try:
            rows = files.enter_context(spool())
            tables = spooled(session, rows, progress)
            importer = importer_of(session)
            outlook = look(importer, lambda: unspooled(rows), lambda done: progress(20 + 70 * done // rows.count))
        except DomainError as refusal:
            _update(session, task, state=State.FAILED, error=str(refusal.detail)[:300])
            return
        changes = note(session, outlook, tables)
        if outlook.findings:
            made = annotate(session, outlook.findings, tables)
            changes["annotated"] = session.annotated.field.generate_filename(session, "x.xlsx")
            session.annotated.storage.save(changes["annotated"], File(made))
        _update(session, task, **changes)
        note_read(session, session.owner, "import_read")


def _update(session: ImportSession, task: Job, **changes: Any) -> None:
    with writing():
        ImportSession.objects.filter(pk=session.pk, job=task).update(**changes)


def apply_large(task: Job, progress: Progress) -> Any:
    """Apply a large file. When the register has changed so that it no longer can be, it is read again to say why."""
    session = ImportSession.objects.select_related("owner", "unit").filter(job=task, state=State.APPLYING).first()
    if session is None:
        return None
    language = task.params.get("language") or settings.LANGUAGE_CODE
    with translation.override(language), spool() as rows:
        try:
            spooled(session, rows, progress)
            for last in range(STAGED_AT_MOST, -1, -1):
                if _applied(session, task, rows, last=not last):
                    break
        except DomainError:
            with writing():
                again = jobs.enqueue("import_read", session.owner, {"language": language, "session": session.pk})
                ImportSession.objects.filter(pk=session.pk, job=task).update(state=State.READING, job=again)
            raise
    return jobs.Result(rows=session.rows)


def _applied(session: ImportSession, task: Job, rows: Spool, *, last: bool) -> bool:
    """Plan the file beside the others' acts, and write it in one go unless it was overtaken by one of these.

    The ``last`` time it is planned under the lock, where nobody overtakes.
    """
    session = fresh(session, "owner", "unit")
    with ExitStack() as files:
        ready, changed = (files.enter_context(spool()) for _each in range(2))
        importer = importer_of(session)
        made = None if last else importer.ready(ready)
        staging = Staging(importer, lambda: unspooled(rows), made, changed) if made else None
        with writing():
            session = fresh(session, "owner", "unit")
            if session.state == State.APPLYING and session.job_id == task.pk:
                if staging and not staging.holds():
                    return False
                write(session, rows, task.params.get("reason", ""), staging)
    return True


def sweep() -> None:
    """Remove what has expired: files, and sessions that nothing came of; and files that no session knows of."""
    expired = ImportSession.objects.filter(expires_at__lt=clock.now()).exclude(state=State.APPLYING)
    for session in expired.exclude(state=State.APPLIED, file="").iterator():
        for file in (session.file, session.annotated):
            if file:
                file.delete(save=False)
        if session.state == State.APPLIED:
            ImportSession.objects.filter(pk=session.pk).update(file="", annotated="", shown={}, **ImportSession.EMPTIED)
        else:
            session.delete()
    _sweep_strays(time.time() - 86_400)


def _sweep_strays(before: float) -> None:
    root = Path(settings.MEDIA_ROOT)
    for path in (root / "imports").rglob("*"):
        name = path.relative_to(root).as_posix()
        old = path.is_file() and path.stat().st_mtime < before
        if old and not ImportSession.objects.filter(Q(file=name) | Q(annotated=name)).exists():
            path.unlink(missing_ok=True)
