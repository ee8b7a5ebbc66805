"""A file from its upload to the register: stored, read, shown with its faults, applied once.

What takes about a second is done in the call; anything longer by the jobs ``import_read`` and ``import_apply``
(``background``). What the file says is told by ``looking``.
"""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core import clock, jobs, security
from core.applying import Staging, carry_out, refused
from core.errors import Conflict, DomainError, Fault, Missing, NotAllowed
from core.files import plain_name
from core.importing import Finding, Outlook
from core.permits import Permit
from core.shown import still_seen, unpack
from core.spool import Spool, spool
from core.transactions import fresh, writing
from documents.exports import CONTENT_TYPES
from documents.filenames import file_name
from documents.intake import container
from documents.intake.annotated import annotate
from documents.intake.container import Measured
from documents.intake.forms import FORMS, Form
from documents.intake.looking import importer_of, look_at, spooled, tables_of, unspooled
from documents.intake.tables import COLUMN, UNREAD, Reading
from documents.models import ImportSession
from org.models import Person, Unit, User
from personal import readings

INLINE_ROWS = 1_000
INLINE_BYTES = 20 * 1024 * 1024
"""Unpacked: what is larger is read by a job."""
_NOT_WAITING = _("Berkas ini tidak menunggu diterapkan: %s. Unggah lagi bila perlu.")

State = ImportSession.State
SEEN = (State.READY, State.FAULTY, State.ASKED)
"""Read, and not applied yet."""


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
            with tables_of(self.session) as (_tables, rows):
                for _row in rows:
                    pass
        if self.small:
            self._see(measured)
            if self.answers != self.named:
                _refuse_answers(self.session, self.answers)
                self.session.answers = {**self.session.answers, **self.answers}
                self._see(measured)
        elif self.answers:
            with tables_of(self.session, measured) as (tables, _rows):
                self._refuse_unnamed(tables)

    def _see(self, measured: Measured) -> None:
        with tables_of(self.session, measured) as (tables, rows):
            self._refuse_unnamed(tables)
            look_at(self.session, tables, rows)

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
            with tables_of(session) as (tables, rows):
                self.seen = look_at(session, tables, rows)

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
        spooled(session, rows, lambda _done: None)


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
        write(session, rows, reason)
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


def write(session: ImportSession, rows: Spool, reason: str, staging: Staging | None = None) -> None:
    """Carry out what the file says and note it on the session. Call inside ``writing()``."""
    changes = {"file": [None, session.sha256], "kind": [None, session.kind]}
    importer = staging.importer if staging else importer_of(session)
    importer.actor = session.owner  # as the rights are now
    outlook = carry_out(importer, lambda: unspooled(rows), session, changes=changes, reason=reason, staging=staging)
    session.counts, session.state, session.applied_at = dict(outlook.counts), State.APPLIED, clock.now()
    session.save(update_fields=["counts", "state", "applied_at"])


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
    with tables_of(session) as (tables, _rows):
        return annotate(session, findings, tables)
