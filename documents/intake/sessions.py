"""A file from its upload to the register: stored, read, shown with its faults, applied once.

What takes about a second is done in the call; anything longer by the jobs ``import_read`` and ``import_apply``. A job
that runs twice reads again, and applies only while the session is still waiting for it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core import clock, jobs, security
from core.errors import Conflict, DomainError, Fault, Missing, NotAllowed
from core.files import plain_name
from core.importing import (
    Action,
    FileRow,
    Finding,
    Importer,
    Outlook,
    Question,
    Staging,
    carry_out,
    chunked,
    look,
    refused,
)
from core.jobs import Progress
from core.models import Job
from core.permits import Permit
from core.shown import pack, still_seen, unpack
from core.spool import Spool, spool
from core.text import storable
from core.transactions import fresh, writing
from documents.exports import CONTENT_TYPES
from documents.filenames import file_name
from documents.intake import container, headers, sheets
from documents.intake.annotated import annotate
from documents.intake.container import Measured
from documents.intake.forms import FORMS, Form
from documents.intake.tables import COLUMN, LETTERS, UNREAD, Reading
from documents.models import ImportSession
from org.models import Person, Unit, User
from personal import readings

INLINE_ROWS = 1_000
INLINE_BYTES = 20 * 1024 * 1024
"""Unpacked: what is larger is read by a job."""
KEPT_FINDINGS = 1_000
STAGED_AT_MOST = 3
"""How often a file is planned beside others' acts before it is planned under the lock."""
_NOT_WAITING = _("Berkas ini tidak menunggu diterapkan: %s. Unggah lagi bila perlu.")

TAKEN = (Action.CREATE, Action.CHANGE, Action.SAME, Action.FAULT, Action.ASK)
State = ImportSession.State
TOLD = ("findings", "passed", "preview", "questions", "columns")
"""What a session says in words of the file."""
SEEN = (State.READY, State.FAULTY, State.ASKED)
"""Read, and not applied yet."""
Tell = Callable[[int], None]


def _owner(user: Any, session: ImportSession) -> str:
    """The maker, while they may still import files of this kind."""
    if session.owner_id != user.pk:
        raise NotAllowed("not_the_maker", _("Berkas ini milik orang lain: unggah berkas Anda sendiri."))
    return FORMS[session.kind].importer.may(user)


def readable(session: ImportSession, user: Any) -> bool:
    """Whether the maker may still import such files and read all that the session says of the register."""
    importer = FORMS[session.kind].importer
    return (
        session.owner_id == user.pk
        and user.acts
        and _may(FORMS[session.kind], user)
        and all(
            still_seen(importer.readable(user, apps.get_model(label)), packed)
            for label, packed in session.shown.items()
        )
    )


def note_read(session: ImportSession, user: Any, kind: str) -> None:
    """Note whom a session tells ``user`` of: those of the register that its rows are about."""
    people: list[int] = []
    for label, packed in session.shown.items():
        model, ids = apps.get_model(label), unpack(packed)
        links = (
            ["pk"] if model is Person else [each.name for each in model._meta.fields if each.related_model is Person]
        )
        for link in links:
            people += model._default_manager.filter(pk__any_of=ids).values_list(link, flat=True)
    readings.note(kind, user, people, session=session.pk)


VERBS = {
    "answer": Permit(_owner, lambda session: session.state in SEEN),
    "apply": Permit(_owner, lambda session: session.state == State.READY),
}


def may_import(user: Any) -> list[Form]:
    """The kinds of files that this person may import."""
    return [form for form in FORMS.values() if _may(form, user)]


def may_import_any(user: Any) -> bool:
    """Whether there is a kind of file that this person may import."""
    return any(_may(form, user) for form in FORMS.values())


def _may(form: Form, user: Any) -> bool:
    try:
        form.importer.may(user)
    except NotAllowed:
        return False
    return True


# ---- from the upload to the preview


class Received:
    """An upload that could be opened, measured and, when it is small, read; not yet on record."""

    def __init__(
        self,
        upload: UploadedFile,
        *,
        kind: str,
        actor: User,
        unit: Unit | None = None,
        answers: dict[str, str] | None = None,
        strict: bool = False,
    ) -> None:
        """Raises ``NotAllowed``, or ``DomainError`` on ``file`` for what cannot be read, and by its key for an answer
        that is none.

        ``answers``: as ``answer`` takes them; of a large file what its columns mean alone. ``strict``: a file is
        refused while a column it needs is unknown; else it is kept until that is answered.
        """
        self.form, self.actor, self.unit = FORMS[kind], actor, unit
        self.answers, self.strict = answers or {}, strict
        self.form.importer.may(actor)
        self.filename = plain_name(upload.name or "")[-150:]
        if (upload.size or 0) > settings.MAX_IMPORT_BYTES:
            raise container.empty_or_too_large()
        self.session = ImportSession(owner=actor, kind=kind, unit=unit, filename=self.filename)
        self.named = {key: name for key, name in self.answers.items() if key.startswith(COLUMN)}
        self.session.answers = self.named
        self.session.file.save(self.filename, File(upload), save=False)
        try:
            self._measure()
        except BaseException:
            self.discard()
            raise

    def _measure(self) -> None:
        path = Path(self.session.file.path)
        with path.open("rb") as file:
            self.session.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        measured = container.measure(path, self.filename, glance_above=INLINE_BYTES)
        self.small = measured.rows <= INLINE_ROWS + container.HEADROOM and measured.unpacked <= INLINE_BYTES
        if measured.rows > settings.MAX_IMPORT_ROWS and not self.small:  # so close to the cap that rows are counted
            with _reading(self.session) as (_tables, rows):
                for _row in rows:
                    pass
        if self.small:
            self._see(measured)
            if self.answers != self.named:
                _refuse_answers(self.session, self.answers)
                self.session.answers = {**self.session.answers, **self.answers}
                self._see(measured)
        elif self.answers:
            with _reading(self.session, measured) as (tables, _rows):
                self._refuse_unnamed(tables)

    def _see(self, measured: Measured) -> None:
        with _reading(self.session, measured) as (tables, rows):
            self._refuse_unnamed(tables)
            kept = list(rows)
            _see(self.session, look(_importer(self.session), lambda: kept), tables)

    def _refuse_unnamed(self, tables: Reading) -> None:
        """Refuse what was said of columns that are not there and, when ``strict``, a file that lacks one it needs."""
        self.session.columns = tables.columns()
        if told := self.named if self.small else self.answers:
            _refuse_answers(self.session, told)
        if not self.strict or not tables.missing:
            return
        unread = [each["key"] for each in self.session.columns if not each["field"]]
        words = {"columns": ", ".join(tables.missing), "keys": ", ".join(unread)}
        detail = (
            _("Belum diketahui kolom mana yang berisi %(columns)s. Jawab memakai kunci kolom lainnya: %(keys)s.")
            if unread
            else _("Berkas ini tidak memuat kolom %(columns)s. Tambahkan kolomnya, lalu unggah lagi.")
        )
        raise DomainError("wrong_headers", detail % words, field="file")

    def discard(self) -> None:
        self.session.file.delete(save=False)

    def keep(self) -> ImportSession:
        """Put the session on record; what is not read yet becomes a job. Call inside ``writing()``."""
        if not self.small:
            self.session.job = jobs.enqueue("import_read", self.actor, {"language": translation.get_language()})
        self.session.save(force_insert=True)
        if self.session.job:
            self.session.job.params |= {"session": self.session.pk}
            self.session.job.save(update_fields=["params"])
        detail = {"session": self.session.pk, "what": self.session.kind, "sha256": self.session.sha256}
        security.log("import_received", user=self.actor, **detail)
        note_read(self.session, self.actor, "import_read")
        return self.session


def receive(
    upload: UploadedFile,
    *,
    kind: str,
    actor: User,
    unit: Unit | None = None,
    answers: dict[str, str] | None = None,
    strict: bool = False,
) -> ImportSession:
    """Store, measure and, when it is small, read a file. Takes and raises what ``Received`` does."""
    received = Received(upload, kind=kind, actor=actor, unit=unit, answers=answers, strict=strict)
    with writing():
        return received.keep()


@contextmanager
def _reading(session: ImportSession, measured: Measured | None = None) -> Iterator[tuple[Reading, Iterator[FileRow]]]:
    """The tables of the file with their rows, no more of these than the cap."""
    path = Path(session.file.path)
    form = FORMS[session.kind]
    if not path.is_file():
        raise Conflict("file_gone", _("Berkas ini sudah tidak ada. Unggah lagi."))
    if measured is None or not measured.wholly:
        measured = container.measure(path, session.filename)
    letters = session.answers.get(LETTERS, "")
    with sheets.opened(path, measured, headers.meant(form, session.answers), letters) as found:
        tables = headers.read(found, form, session.answers)
        if not session.heading and (kept := _remembered(session, tables)):
            session.answers = {**kept, **session.answers}
            tables = headers.read(found, form, session.answers)
        yield tables, _capped(tables)


def _remembered(session: ImportSession, tables: Reading) -> dict[str, str]:
    """What its maker said of the columns of the last file of this heading, which is noted on the session."""
    keys = "\n".join(each["key"] for each in tables.columns())
    session.heading = hashlib.sha256(keys.encode()).hexdigest()
    before = ImportSession.objects.filter(owner=session.owner, kind=session.kind, heading=session.heading)
    last = before.exclude(pk=session.pk).order_by("-pk").values_list("answers", flat=True).first() or {}
    return {key: name for key, name in last.items() if key.startswith(COLUMN)}


def _capped(tables: Reading) -> Iterator[FileRow]:
    number = 0
    for number, row in enumerate(tables.rows(), 1):
        if number > settings.MAX_IMPORT_ROWS:
            raise container.too_many_rows()
        yield row
    if not number and not tables.missing and not tables.passed:
        raise DomainError(
            "no_rows", _("Tidak ada baris data di bawah judul kolom. Isi barisnya, lalu unggah lagi."), field="file"
        )


def _importer(session: ImportSession) -> Importer:
    importer = FORMS[session.kind].importer(session.owner, session.unit)
    importer.answers = session.answers
    return importer


def _see(session: ImportSession, outlook: Outlook, tables: Reading) -> dict[str, Any]:
    """Note on the session what applying it would do; returns the columns that say so."""
    if tables.missing:
        detail = _("Belum diketahui kolom mana yang berisi %(columns)s: pilih di bawah “Arti kolom”.")
        said = detail % {"columns": ", ".join(tables.missing)}
        outlook.find(Finding(0, "", "wrong_headers", detail=said))
    elif not any(outlook.counts[action] for action in TAKEN):
        detail = _("Tidak ada baris yang diambil dari berkas ini: periksa alasan tiap baris yang dilewati.")
        outlook.find(Finding(0, "", "nothing_taken", detail=detail))
    for note in tables.notes():
        outlook.find(note)
    seen: dict[str, Any] = {
        "state": _state(outlook),
        "rows": outlook.rows,
        "counts": dict(outlook.counts),
        "findings": [_plain(finding, tables) for finding in outlook.findings[:KEPT_FINDINGS]],
        "passed": [{**vars(each), "detail": str(each.detail)} for each in tables.passed],
        "passed_count": tables.passed_count,
        "faults": outlook.faults,
        "warnings": outlook.warnings,
        "preview": outlook.shown,
        "questions": _questions(session, [*tables.questions(), *outlook.questions.values()]),
        "columns": tables.columns(),
        "heading": session.heading,
        "answers": session.answers,
        "shown": {model._meta.label: pack(ids) for model, ids in outlook.named.items()},
    }
    seen |= {name: storable(seen[name]) for name in TOLD}
    for name, value in seen.items():
        setattr(session, name, value)
    return seen


def _state(outlook: Outlook) -> State:
    if outlook.faults:
        return State.FAULTY
    return State.ASKED if outlook.counts[Action.ASK.value] else State.READY


def _questions(session: ImportSession, asked: list[Question]) -> list[dict[str, Any]]:
    """What is asked now, and what was answered before, so that the answer can be taken back."""
    found = {question.key: _asked(question, session.answers) for question in asked}
    answered = {each["key"]: each for each in session.questions if each["key"] in session.answers}
    return [*found.values(), *(each for key, each in answered.items() if key not in found)]


def _asked(question: Question, answers: dict[str, str]) -> dict[str, Any]:
    return {
        "key": question.key, "text": str(question.text), "sheet": question.sheet, "row": question.row,
        "choices": [{"value": value, "label": str(label)} for value, label in question.choices],
        "default": question.default, "answer": answers.get(question.key, ""),
    }  # fmt: skip


def _plain(finding: Finding, tables: Reading) -> dict[str, Any]:
    return {**vars(finding), "detail": str(finding.detail), "cell": tables.cell(finding)}


def read(task: Job, progress: Progress) -> None:
    """Read a large file, and mark it up when it is faulty."""
    session = ImportSession.objects.select_related("owner", "unit").filter(job=task, state=State.READING).first()
    if session is None:
        return
    with translation.override(task.params.get("language") or settings.LANGUAGE_CODE), ExitStack() as files:
        try:
            rows = files.enter_context(spool())
            tables = _spooled(session, rows, progress)
            importer = _importer(session)
            outlook = look(importer, lambda: _unspooled(rows), lambda done: progress(20 + 70 * done // rows.count))
        except DomainError as refusal:
            _update(session, task, state=State.FAILED, error=str(refusal.detail)[:300])
            return
        changes = _see(session, outlook, tables)
        if outlook.findings:
            made = annotate(session, outlook.findings, tables)
            changes["annotated"] = session.annotated.field.generate_filename(session, "x.xlsx")
            session.annotated.storage.save(changes["annotated"], File(made))
        _update(session, task, **changes)
        note_read(session, session.owner, "import_read")


def _spooled(session: ImportSession, rows: Spool, progress: Tell) -> Reading:
    """Put the rows of the file aside, read once."""
    with _reading(session) as (tables, found):
        for chunk in chunked(found, 2_000):
            rows.fill((row,) for row in chunk)
            progress(10)
    return tables


def _unspooled(rows: Spool) -> Iterator[FileRow]:
    return (row for (row,) in rows)


def _update(session: ImportSession, task: Job, **changes: Any) -> None:
    with writing():
        ImportSession.objects.filter(pk=session.pk, job=task).update(**changes)


# ---- what the file leaves open


def answer(session: ImportSession, *, actor: User, answers: dict[str, str]) -> ImportSession:
    """Answer questions of a file by their keys, before it is applied, and read it again with the answers.

    Raises ``DomainError`` that names each key which is none of its questions and each answer which is no choice.
    """
    return Answered(session, answers, actor=actor).keep()


class Answered:
    """A file read again with what was answered; not yet on record. A large one is read by a job."""

    def __init__(self, session: ImportSession, answers: dict[str, str], *, actor: User) -> None:
        VERBS["answer"].who(actor, session)
        self.session, self.actor = session, actor
        _refuse_answers(session, answers)
        session.answers = {**session.answers, **answers}
        self.small = (session.rows or 0) <= INLINE_ROWS
        if self.small and session.state in SEEN:
            with _reading(session) as (tables, rows):
                kept = list(rows)
            self.seen = _see(session, look(_importer(session), lambda: kept), tables)

    def keep(self) -> ImportSession:
        with writing():
            session = fresh(self.session, "owner", "unit", "job")
            if session.state not in SEEN:
                raise Conflict("illegal_transition", _NOT_WAITING % session.get_state_display())
            changes: dict[str, Any] = {"answers": self.session.answers}
            if self.small:
                changes |= self.seen
            else:
                params = {"session": session.pk, "language": translation.get_language()}
                changes |= {"state": State.READING, "job": jobs.enqueue("import_read", self.actor, params)}
            if session.annotated:
                transaction.on_commit(partial(session.annotated.storage.delete, str(session.annotated.name)))
                changes["annotated"] = ""
            ImportSession.objects.filter(pk=session.pk).update(version=F("version") + 1, **changes)
        return fresh(session, "owner", "unit", "job")


def _refuse_answers(session: ImportSession, answers: dict[str, str]) -> None:
    asked = {each["key"]: [choice["value"] for choice in each["choices"]] for each in session.questions}
    fields = [UNREAD, *(each.name for each in FORMS[session.kind].fields)]
    asked |= {each["key"]: fields for each in session.columns}
    unknown = _("Berkas ini tidak menanyakan ini: pakai kunci dari daftar pertanyaan atau kolomnya.")
    no_choice = _("Pilih salah satu jawaban yang ditawarkan.")
    faults = [Fault(key, "unknown", unknown) for key in answers if key not in asked]
    faults += [
        Fault(key, "invalid_choice", no_choice)
        for key, value in answers.items()
        if key in asked and value not in asked[key]
    ]
    if faults or not answers:
        detail = _("Jawab salah satu pertanyaan berkas ini.")
        raise DomainError("wrong_answers", detail, faults=tuple(faults), field="" if faults else "answers")


# ---- from the preview to the register


def apply(session: ImportSession, *, actor: User, reason: str = "") -> ImportSession:
    """Write what the file says: all rows or none, once. A large file is applied by a job.

    Refuses a file that is faulty (400), applied already or not read yet (409). Writes the event of its kind, with every
    row touched related; none when the register says all of it already.
    """
    with ExitStack() as files:
        rows = files.enter_context(spool())
        prepare(session, rows)
        return apply_rows(session, rows, actor=actor, reason=reason)


def prepare(session: ImportSession, rows: Spool) -> None:
    """Read the rows of a small file that waits to be applied, before any transaction."""
    if session.state == State.READY and (session.rows or 0) <= INLINE_ROWS and session.file:
        _spooled(session, rows, lambda _done: None)


def apply_rows(session: ImportSession, rows: Spool, *, actor: User, reason: str = "") -> ImportSession:
    """``apply`` with the rows of a small file read before the transaction."""
    with writing():
        session = fresh(session, "owner", "unit", "job")
        VERBS["apply"].who(actor, session)
        _refuse_unready(session)
        if not rows.count:
            session.job = jobs.enqueue("import_apply", actor, {"session": session.pk, "reason": reason})
            session.state = State.APPLYING
            session.save(update_fields=["job", "state"])
            return session
        _write(session, rows, reason)
    return session


def _refuse_unready(session: ImportSession) -> None:
    if session.expires_at < clock.now():
        raise Conflict("expired", _("Berkas ini sudah kedaluwarsa. Unggah lagi."))
    if session.state == State.FAULTY:
        outlook = Outlook(findings=[Finding(**each) for each in session.findings], faults=session.faults)
        raise refused(outlook)
    if session.state == State.ASKED:
        raise Conflict("unanswered", _("Jawab dahulu pertanyaan tentang berkas ini."))
    if session.state != State.READY and not (session.state == State.APPLYING and session.stalled):
        raise Conflict("illegal_transition", _NOT_WAITING % session.get_state_display())


def _write(session: ImportSession, rows: Spool, reason: str, staging: Staging | None = None) -> None:
    changes = {"file": [None, session.sha256], "kind": [None, session.kind]}
    importer = staging.importer if staging else _importer(session)
    importer.actor = session.owner  # as the rights are now
    outlook = carry_out(importer, lambda: _unspooled(rows), session, changes=changes, reason=reason, staging=staging)
    session.counts, session.state, session.applied_at = dict(outlook.counts), State.APPLIED, clock.now()
    session.save(update_fields=["counts", "state", "applied_at"])


def apply_large(task: Job, progress: Progress) -> Any:
    """Apply a large file. When the register has changed so that it no longer can be, it is read again to say why."""
    session = ImportSession.objects.select_related("owner", "unit").filter(job=task, state=State.APPLYING).first()
    if session is None:
        return None
    language = task.params.get("language") or settings.LANGUAGE_CODE
    with translation.override(language), spool() as rows:
        try:
            _spooled(session, rows, progress)
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
        importer = _importer(session)
        made = None if last else importer.ready(ready)
        staging = Staging(importer, lambda: _unspooled(rows), made, changed) if made else None
        with writing():
            session = fresh(session, "owner", "unit")
            if session.state == State.APPLYING and session.job_id == task.pk:
                if staging and not staging.holds():
                    return False
                _write(session, rows, task.params.get("reason", ""), staging)
    return True


# ---- the same file with its faults


def annotated_file(session: ImportSession, user: Any) -> tuple[Any, str, str]:
    """``annotated`` for ``user``, with the name of the download and its type. ``Missing`` when nothing is kept any
    more."""
    if not session.file:
        raise Missing("not_found", _("Tidak ditemukan."))
    as_it_came = not session.annotated and not session.findings
    kind = session.filename.rpartition(".")[2].lower() if as_it_came else "xlsx"
    name = file_name("impor", session.kind.replace("_", "-"), str(session.pk), extension=kind)
    try:
        made = File(annotated(session))
    except OSError as error:  # somebody removed it behind the product's back
        raise Missing("not_found", _("Tidak ditemukan.")) from error
    note_read(session, user, "import_downloaded")
    return made, name, CONTENT_TYPES.get(kind, "application/octet-stream")


def annotated(session: ImportSession) -> Any:
    """The file as it came, with faults and warnings coloured, commented and in a column; an open binary file."""
    if session.annotated or not session.findings:
        return (session.annotated or session.file).open("rb")
    findings = [Finding(**each) for each in session.findings]
    with _reading(session) as (tables, _rows):
        return annotate(session, findings, tables)


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
