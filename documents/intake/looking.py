"""What the stored file of a session says, and what applying it would do, noted on the session."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.applying import chunked, look
from core.errors import Conflict, DomainError
from core.importing import Action, FileRow, Finding, Importer, Outlook, Question
from core.shown import pack
from core.spool import Spool
from core.text import storable
from documents.intake import container, headers, sheets
from documents.intake.container import Measured
from documents.intake.forms import FORMS
from documents.intake.tables import COLUMN, LETTERS, Reading
from documents.models import ImportSession

KEPT_FINDINGS = 1_000
TAKEN = (Action.CREATE, Action.CHANGE, Action.SAME, Action.FAULT, Action.ASK)
State = ImportSession.State
TOLD = ("findings", "passed", "preview", "questions", "columns")
"""What a session says in words of the file."""
Tell = Callable[[int], None]


@contextmanager
def tables_of(session: ImportSession, measured: Measured | None = None) -> Iterator[tuple[Reading, Iterator[FileRow]]]:
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


def importer_of(session: ImportSession) -> Importer:
    importer = FORMS[session.kind].importer(session.owner, session.unit)
    importer.answers = session.answers
    return importer


def look_at(session: ImportSession, tables: Reading, rows: Iterator[FileRow]) -> dict[str, Any]:
    """``note`` what applying a small file would do; its rows are kept in memory."""
    kept = list(rows)
    return note(session, look(importer_of(session), lambda: kept), tables)


def note(session: ImportSession, outlook: Outlook, tables: Reading) -> dict[str, Any]:
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


def spooled(session: ImportSession, rows: Spool, progress: Tell) -> Reading:
    """Put the rows of the file aside, read once; ``unspooled`` gives them back."""
    with tables_of(session) as (tables, found):
        for chunk in chunked(found, 2_000):
            rows.fill((row,) for row in chunk)
            progress(10)
    return tables


def unspooled(rows: Spool) -> Iterator[FileRow]:
    return (row for (row,) in rows)
