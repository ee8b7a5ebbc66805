"""What is said about a list: the lines above it and the notes sheet behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass

from django.utils.translation import gettext as _

from core import words
from documents.layout import CellKind, Column, Cover, Layout
from documents.stream import Number, Said
from documents.styles import Role
from documents.values import UNSTORABLE


@dataclass(frozen=True)
class Summary:
    """What one list held: sheet, title, number of rows, computed totals, notes on its columns."""

    sheet: str
    title: str
    _: KW_ONLY
    rows: int
    totals: tuple[tuple[str, CellKind, Number], ...]
    notes: tuple[tuple[str, str], ...]


def sample_words() -> str:
    return _("DATA CONTOH: bukan data sebenarnya")


def top_lines(layout: Layout, cover: Cover) -> Iterator[Said]:
    yield Said(str(layout.title), Role.TITLE)
    yield Said(cover.office, Role.OFFICE)
    if cover.sample:
        yield Said(sample_words(), Role.SAMPLE)
    read = _("Data per %(instant)s") % {"instant": words.long_instant(cover.as_of)}
    yield Said(" · ".join(filter(None, (read, anchor_words(cover)))), Role.SMALL)
    yield Said(_("Saringan: %(filters)s") % {"filters": filter_words(cover)}, Role.SMALL)


def heading(column: Column, cover: Cover) -> str:
    """The column's title; of a time with its zone."""
    title = str(column.title)
    return f"{title} ({words.zone(cover.as_of)})" if column.kind is CellKind.DATETIME else title


def anchor_words(cover: Cover) -> str:
    """The journal's last entry when the data was read, to hold against a later journal."""
    return _("Jurnal %(seq)s:%(hash)s") % {"seq": cover.anchor[0], "hash": cover.anchor[1]} if cover.anchor else ""


def filter_words(cover: Cover) -> str:
    return "; ".join(f"{label} = {value}" for label, value in cover.filters) or _("tidak ada")


def notes(
    cover: Cover, summaries: Sequence[Summary], remarks: Sequence[tuple[str, str]] = ()
) -> Iterator[tuple[Said, ...]]:
    """The lines of the notes sheet: whose data, of when, which choice, what each list held, then ``remarks``."""
    yield (Said(_("Catatan"), Role.TITLE),)
    if cover.sample:
        yield (Said(sample_words(), Role.SAMPLE),)
    yield _note(_("Instansi"), cover.office)
    yield _note(_("Data per"), words.long_instant(cover.as_of))
    yield _note(_("Zona waktu"), words.zone(cover.as_of))
    if cover.made_by:
        yield _note(_("Dibuat oleh"), cover.made_by)
    if not cover.filters:
        yield _note(_("Saringan"), _("tidak ada"))
    for label, value in cover.filters:
        yield _note(_("Saringan: %(label)s") % {"label": label}, value)
    if cover.anchor:
        yield _note(_("Jurnal (nomor:hash)"), f"{cover.anchor[0]}:{cover.anchor[1]}")
    for label, value in remarks:
        yield _note(label, value)
    for each in summaries:
        yield from _summary_lines(each)
    unstorable = _("Teks disimpan apa adanya. Karakter yang tidak dapat disimpan diganti %(character)s.")
    yield _note(_("Teks"), unstorable % {"character": UNSTORABLE})


def _summary_lines(summary: Summary) -> Iterator[tuple[Said, ...]]:
    yield ()
    yield (Said(summary.sheet, Role.TERM), Said(summary.title, Role.NOTE))
    yield (Said(_("Baris"), Role.TERM), Said(summary.rows, Role.NOTE, CellKind.INTEGER))
    for title, kind, value in summary.totals:
        yield (Said(_("Jumlah %(column)s") % {"column": title}, Role.TERM), Said(value, Role.NOTE, kind))
    for title, note in summary.notes:
        yield _note(title, note)


def _note(label: str, value: str) -> tuple[Said, Said]:
    return Said(label, Role.TERM), Said(value, Role.NOTE)
