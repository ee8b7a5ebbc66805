"""Read a workbook or CSV into the register, as an account that may."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.core.management.base import CommandError

from core import commands
from core.errors import DomainError
from core.taking_part import see_through
from documents.intake import sessions
from documents.intake.forms import FORMS
from documents.intake.tables import COLUMN
from documents.management.accounts import account
from documents.models import ImportSession
from org.models import Unit, User

SHOWN_FINDINGS = 50
State = ImportSession.State


class Command(commands.Command):
    help = (
        "Check a file (.xlsx, .csv) and, with --apply, write all its rows or none. Acts as the account given, with its "
        "rights and under its name; a second run of the same file changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=list(FORMS))
        parser.add_argument("file", type=Path)
        parser.add_argument("--user", required=True, metavar="USERNAME", help="the account that imports")
        parser.add_argument("--unit", metavar="CODE", help="the unit of rows that name none")
        parser.add_argument("--apply", action="store_true", help="write the rows when none is faulty")
        parser.add_argument(
            "--answer", action="append", default=[], metavar="KEY=VALUE", help="answers a question, or names a column"
        )
        parser.add_argument(
            "--annotated", type=Path, metavar="FILE", help="where to put the file with its faults marked"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        actor, unit = account(options["user"]), _unit(options["unit"])
        answers = dict(_pair(each) for each in options["answer"])
        named = {key: answers.pop(key) for key in list(answers) if key.startswith(COLUMN)}
        try:
            session = self._waited(_received(options["file"], options["kind"], actor, unit, named))
            if answers:
                session = self._waited(sessions.answer(session, actor=actor, answers=answers))
            self._tell(session)
            if options["annotated"] and session.file:
                options["annotated"].write_bytes(sessions.annotated(session).read())
            if session.state in (State.FAULTY, State.FAILED):
                raise CommandError("Nothing was written.")
            if session.state == State.ASKED:
                raise CommandError("Nothing was written: answer what is asked with --answer KEY=VALUE.")
            if options["apply"]:
                session = self._waited(sessions.apply(session, actor=actor))
                if session.state != State.APPLIED:
                    self._tell(session)
                    raise CommandError("Nothing was written.")
                self.stdout.write(f"Done: {_counts(session)}.")
        except DomainError as error:
            raise CommandError(f"{error.detail}") from error

    def _waited(self, session: ImportSession) -> ImportSession:
        """The session once it has got where it was going."""
        while session.state in (State.READING, State.APPLYING):
            if session.stalled or session.job is None:
                raise CommandError("The job of this file has failed; see the log.")
            see_through(session.job, self.stdout.write)
            session = ImportSession.objects.select_related("owner", "unit", "job").get(pk=session.pk)
        return session

    def _tell(self, session: ImportSession) -> None:
        if session.error:
            self.stdout.write(session.error)
        self.stdout.write(f"{session.filename} ({session.sha256}): {session.rows} rows: {_counts(session)}")
        for each in session.findings[:SHOWN_FINDINGS]:
            word = "warning" if each["warning"] else "fault"
            place = each["cell"] or f"row {each['row']}"
            self.stdout.write(
                f"  {each['sheet']} {place} {each['field']}: {word}: {each['detail']}".replace("   ", "  ")
            )
        hidden = session.faults + session.warnings - SHOWN_FINDINGS
        if hidden > 0:
            self.stdout.write(f"  and {hidden} more")
        for each in session.passed[:SHOWN_FINDINGS]:
            self.stdout.write(f"  {each['sheet']} row {each['row']}: passed over: {each['detail']} {each['text']}")
        if session.passed_count > SHOWN_FINDINGS:
            self.stdout.write(f"  and {session.passed_count - SHOWN_FINDINGS} more passed over")
        for each in session.questions:
            choices = ", ".join(f"{choice['value']} ({choice['label']})" for choice in each["choices"])
            said = each["answer"] or each["default"]
            self.stdout.write(f"  {each['key']}: {each['text']} {choices}{f': {said}' if said else ''}")


def _counts(session: ImportSession) -> str:
    return ", ".join(f"{number} {action}" for action, number in session.counts.items())


def _pair(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign:
        raise CommandError(f"--answer {text!r} is not KEY=VALUE.")
    return key, value


def _unit(code: str | None) -> Unit | None:
    if code is None:
        return None
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise CommandError(f"There is no unit {code!r}.")
    return unit


def _received(path: Path, kind: str, actor: User, unit: Unit | None, answers: dict[str, str]) -> ImportSession:
    try:
        with path.open("rb") as file:
            upload = UploadedFile(File(file), path.name, size=path.stat().st_size)
            return sessions.receive(upload, kind=kind, actor=actor, unit=unit, answers=answers, strict=True)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
