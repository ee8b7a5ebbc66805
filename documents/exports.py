"""The job ``export``: a report of what its owner may see, as Excel or CSV."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from core import clock, journal
from core.errors import DomainError, NotAllowed
from core.jobs import Progress, Result, job
from core.models import Installation, Job
from documents.csvfile import Delimiter, write_csv
from documents.filenames import file_name
from documents.layout import Cover
from documents.reports import REPORTS, Report
from documents.snapshot import Spool, snapshot, spool
from documents.values import local
from documents.workbook import SafeWorkbook

Filters = dict[str, Any]
Chooser = Callable[[str, Any, Filters], QuerySet]
_choosers: list[Chooser] = []
_READ, _EVERY = 20, 500


def choose_rows_with(chooser: Chooser) -> None:
    """Say how ``(kind, user, filters)`` become a queryset. The face with the lists does, so that both show the same."""
    _choosers[:] = [chooser]


@job("export")
def export(task: Job, progress: Progress) -> Result:
    """``params``: kind, format (xlsx or csv), delimiter (comma or semicolon), filters (the list's own).

    The rows are chosen when the job runs, with the rights its owner has then.
    """
    owner, params = task.owner, task.params
    if owner is None or not owner.is_active:
        raise NotAllowed("inactive_account", _("Akun pembuat ekspor tidak aktif."))
    report = REPORTS.get(params.get("kind", ""))
    if report is None or not _choosers:
        raise DomainError("unknown_export", _("Jenis ekspor ini tidak ada."), field="kind")
    with translation.override(params.get("language") or settings.LANGUAGE_CODE), spool() as rows:
        with snapshot():
            cover = _cover(owner, params.get("filters") or {})
            rows.fill(report.rows(_choosers[0](params["kind"], owner, params.get("filters") or {})))
        return _made(report, cover, rows, params, progress)


def _made(report: Report, cover: Cover, rows: Spool, params: dict[str, Any], progress: Progress) -> Result:
    extension = "csv" if params.get("format") == "csv" else "xlsx"
    moment = f"{local(cover.as_of):%Y-%m-%d-%H%M}"
    name = file_name(_("CONTOH") if cover.sample else "", report.file_word, moment, extension=extension)
    with tempfile.NamedTemporaryFile(prefix="gawai-", suffix=f".{extension}", delete=False) as file:
        path = Path(file.name)
        try:
            _write(file, report, cover, _told(rows, rows.count, progress), params)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return Result(path, name, rows.count)


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


def _cover(owner: Any, filters: Filters) -> Cover:
    installation = Installation.current()
    return Cover(
        office=f"{installation.agency_name} · {installation.name}",
        as_of=clock.now(),
        anchor=journal.head(),
        filters=tuple((_label(name), _shown(value)) for name, value in filters.items()),
        sample=installation.sample_data,
        made_by=str(owner.person or owner.get_username()),
    )


def _label(name: str) -> str:
    known = {
        "within": _("wilayah"), "unit__code": _("kode unit"), "unit": _("unit"), "state": _("keadaan"),
        "state__in": _("keadaan"), "status": _("status"), "status__in": _("status"), "search": _("cari"),
        "as_of": _("keadaan per tanggal"), "known_at": _("sejauh tercatat sampai"),
        "overdue": _("lewat tenggat"), "late": _("terlambat"),
        "device_type__code": _("jenis perangkat"), "family": _("kelompok"), "condition": _("kondisi"),
    }  # fmt: skip
    return known.get(name, name)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
