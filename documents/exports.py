"""The job ``export``: a report of what its owner may see, as Excel or CSV; for auditors the journal itself."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from core import clock, journal
from core.errors import DomainError, Fault, Missing, NotAllowed
from core.jobs import Progress, Result
from core.lists import Listing
from core.models import Installation, Job
from core.shown import pack, still_seen, unpack
from core.spool import Spool, spool
from core.strict import parse_id, refuse, shown
from documents import journalfile, subjectreport
from documents.csvfile import Delimiter, write_csv
from documents.filenames import file_name
from documents.layout import Cover
from documents.reports.base import Report
from documents.reports.offered import REPORTS
from documents.snapshot import snapshot
from documents.workbook import SafeWorkbook
from personal import readings

Filters = dict[str, Any]
OFFICIAL = "id"
"""The language of official papers and sheets."""
PAGING = frozenset({"limit", "offset", "cursor", "ordering"})
_READ, _EVERY = 20, 500
CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
}


def chosen(kind: str, user: Any, filters: Filters) -> QuerySet:
    """The rows of ``kind`` that ``user`` may see and ``filters`` choose. ``DomainError`` naming each wrong filter.

    ``filters`` are the list's query parameters as JSON values: text, numbers, true and false, lists for ``__in``; of
    the journal only ``seq__gt``, as any other choice would leave no chain.
    """
    if kind == journalfile.KIND:
        return _events(user, filters)
    params = QueryDict(mutable=True)
    faults = []
    for name, value in filters.items():
        text = _as_parameter(value)
        if name in PAGING or text is None:
            faults.append(_unreadable(name))
        else:
            params[name] = text
    refuse(faults)
    try:
        return REPORTS[kind].listing.chosen(user, params)
    except DomainError as error:
        found = tuple(replace(each, field=f"filters.{each.field}") for each in error.faults)
        raise DomainError(error.code, error.detail, faults=found) from None


def _events(user: Any, filters: Filters) -> QuerySet:
    journalfile.may_read(user)
    refuse([_unreadable(name) for name, value in filters.items() if name != "seq__gt" or parse_id(str(value)) is None])
    try:
        return journalfile.after(int(filters.get("seq__gt", 0)))
    except DomainError as error:
        raise DomainError(error.code, error.detail, field="filters.seq__gt") from None


def _unreadable(name: str) -> Fault:
    return Fault(f"filters.{shown(name)}", "invalid", _("Penyaring ini tidak dapat dibaca."))


def _as_parameter(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | str):
        return str(value)
    if isinstance(value, list) and all(isinstance(each, int | str) and not isinstance(each, bool) for each in value):
        return ",".join(str(each) for each in value)
    return None


def export(task: Job, progress: Progress) -> Result:
    """``params``: kind, format (xlsx, csv; jsonl), delimiter (comma or semicolon), filters (of the list).

    ``among``: the rows that a page showed, packed, where these say less, and ``said``: by what it had chosen them.

    The rows are chosen when the job runs, with the rights its owner has then.
    """
    owner, params = task.owner, task.params
    if owner is None or not owner.acts:
        raise NotAllowed("inactive_account", _("Akun pembuat ekspor tidak aktif."))
    kind = params.get("kind", "")
    report = REPORTS.get(kind)
    if report is None and kind != journalfile.KIND:
        raise DomainError("unknown_export", _("Jenis ekspor ini tidak ada."), field="kind")
    filters = params.get("filters") or {}
    with translation.override(params.get("language") or settings.LANGUAGE_CODE):
        if report is None:
            return _journal(owner, filters)
        with spool() as rows:
            with snapshot():
                found = chosen(kind, owner, filters)
                if "among" in params:
                    found = found.filter(pk__any_of=unpack(params["among"]))
                stand_in_it = pack(found.order_by().values_list("pk", flat=True))
                if report.book and params.get("format") != "csv":
                    check(kind, "xlsx", found)
                    return replace(_bound(report, found, owner, filters), shown=stand_in_it)
                cover = _cover(owner, filters, report.listing)
                cover = replace(cover, filters=(*cover.filters, *map(tuple, params.get("said", ()))))
                rows.fill(report.rows(found))
                people = [readings.named_by(_people(found, path)) for path in report.people]
            made = replace(_made(report, cover, rows, params, progress), shown=stand_in_it)
        readings.note_named("export_made", owner, people, job=task.pk, what=kind, rows=made.rows)
        return made


def _people(found: QuerySet, path: str) -> Iterator[int]:
    """The people to whom ``path`` leads from the rows; the first too many are enough to count for everybody."""
    people = found.order_by().filter(**{f"{path}__isnull": False}).values_list(path, flat=True).distinct()
    return iter(people[: readings.MOST_NAMED + 1])


def served(made: Job, user: Any) -> tuple[Any, str, str]:
    """The file that one's own job made, with the name of the download and its type.

    ``Missing`` when there is none, and when its maker may no longer read all that stands in it.
    """
    ready = made.owner_id == user.pk and user.acts and made.state == Job.State.DONE and made.file
    if not ready or not _still_reads(user, made):
        raise Missing("not_found", _("Tidak ditemukan."))
    suffix = made.filename.rsplit(".", 1)[-1].lower()
    return made.file, made.filename, CONTENT_TYPES.get(suffix, "application/octet-stream")


def _still_reads(user: Any, made: Job) -> bool:
    kind = made.params.get("kind", "")
    try:
        if made.kind == subjectreport.KIND:
            subjectreport.may_read(user, made)
        elif kind == journalfile.KIND:
            journalfile.may_read(user)
        else:
            return still_seen(REPORTS[kind].listing.rows(user), made.shown)
    except NotAllowed:
        return False
    return True


def check(kind: str, form: str, found: QuerySet) -> None:
    """``DomainError`` when the chosen rows cannot be made into that file: a workbook of its own holds one object."""
    report = REPORTS.get(kind)
    if report and report.book and form == "xlsx" and found.count() != 1:
        raise DomainError("not_one", _("Pilih satu saja untuk Excel, atau CSV untuk semuanya."), field="filters.id")


def _bound(report: Report, found: QuerySet, owner: Any, filters: Filters) -> Result:
    """The official workbook: in Indonesian, whatever language its reader has chosen."""
    with translation.override(OFFICIAL), _kept("xlsx") as file:
        cover = _cover(owner, filters, report.listing)
        rows, words = report.book(file, found, owner, cover)  # type: ignore[misc]  # asked before
        return Result(Path(file.name), _name(cover, words, "xlsx"), rows)


def _journal(owner: Any, filters: Filters) -> Result:
    with _kept("jsonl") as file, snapshot():
        cover = _cover(owner, filters)
        count, _anchor = journalfile.write_journal(file, chosen(journalfile.KIND, owner, filters))
    return Result(Path(file.name), _name(cover, "jurnal", "jsonl"), count)


def _made(report: Report, cover: Cover, rows: Spool, params: dict[str, Any], progress: Progress) -> Result:
    extension = "csv" if params.get("format") == "csv" else "xlsx"
    with _kept(extension) as file:
        _write(file, report, cover, _told(rows, rows.count, progress), params)
    return Result(Path(file.name), _name(cover, report.word, extension), rows.count)


@contextmanager
def _kept(extension: str) -> Iterator[IO[bytes]]:
    """A new file that stays, unless the block fails."""
    with tempfile.NamedTemporaryFile(prefix="gawai-", suffix=f".{extension}", delete=False) as file:
        try:
            yield file
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _name(cover: Cover, word: str, extension: str) -> str:
    """The name of the download. A CSV has no cover, so its name carries the anchor."""
    moment = f"{clock.local(cover.as_of):%Y-%m-%d-%H%M}"
    anchor = f"{cover.anchor[0]}-{cover.anchor[1]}" if cover.anchor and extension == "csv" else ""
    return file_name(_("CONTOH") if cover.sample else "", word, moment, anchor, extension=extension)


def _write(
    file: IO[bytes], report: Report, cover: Cover, rows: Iterable[tuple[Any, ...]], params: dict[str, Any]
) -> None:
    if params.get("format") == "csv":
        delimiter = Delimiter.SEMICOLON if params.get("delimiter") == "semicolon" else Delimiter.COMMA
        write_csv(file, report.layout, rows, delimiter)  # type: ignore[arg-type]
        return
    with SafeWorkbook(cover) as book:
        book.add(report.layout, rows)
        book.save(file)


def _told(rows: Iterable[tuple[Any, ...]], count: int, progress: Progress) -> Iterator[tuple[Any, ...]]:
    for number, row in enumerate(rows):
        if number % _EVERY == 0:
            progress(_READ + (95 - _READ) * number // count)
        yield row


def _cover(owner: Any, filters: Filters, listing: Listing | None = None) -> Cover:
    installation = Installation.current()
    return Cover(
        office=f"{installation.agency_name} · {installation.name}",
        as_of=clock.now(),
        anchor=journal.head(),
        filters=tuple((_label(name, listing), _shown(value, _words(name, listing))) for name, value in filters.items()),
        sample=installation.sample_data,
        made_by=str(owner.person or owner.get_username()),
    )


def _label(name: str, listing: Listing | None) -> str:
    if name == "search":
        return _("cari")
    if listing and name in listing.parameters:
        return str(listing.parameters[name].label)
    return name


def _words(name: str, listing: Listing | None) -> dict[str, str]:
    """What the codes of a filter are called."""
    choices = listing.parameters[name].choices if listing and name in listing.parameters else ()
    return {str(code): str(label) for code, label in choices}


def _shown(value: Any, words: dict[str, str]) -> str:
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    values = value if isinstance(value, list) else str(value).split(",") if words else [value]
    return ", ".join(words.get(str(each), str(each)) for each in values)
