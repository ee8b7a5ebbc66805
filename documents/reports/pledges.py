"""Pledges with both deadlines, what was delivered and how late it is, as they stood on the day asked about."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from documents.layout import Column, Kind, Layout
from documents.reports.base import Report, Row, labels, streamed, unit_name
from pledges.states import Publication, Status
from pledges.status import days_past

LAYOUT = Layout(
    sheet=_("Janji"),
    title=_("Daftar janji perangkat"),
    columns=(
        Column(_("Nomor janji"), Kind.CODE, 15),
        Column(_("Judul"), width=36),
        Column(_("Jabatan yang berjanji"), width=22),
        Column(_("Unit penanggung jawab"), width=24),
        Column(_("Penerbitan"), width=12),
        Column(_("Diucapkan, paling awal"), Kind.DATE, 12),
        Column(_("Diucapkan, paling akhir"), Kind.DATE, 12),
        Column(
            _("Tenggat awal"), Kind.DATE, 12, note=_("Tanggal yang disebut saat janji diucapkan; kosong bila tidak.")
        ),
        Column(
            _("Tenggat pertama"), Kind.DATE, 12, note=_("Tenggat awal, atau tanggal pertama yang ditetapkan kemudian.")
        ),
        Column(_("Tenggat berlaku"), Kind.DATE, 12),
        Column(_("Status"), width=26),
        Column(_("Dijanjikan"), Kind.INTEGER, 10, total=True),
        Column(_("Diserahkan"), Kind.INTEGER, 10, total=True, note=_("Sudah diterima unit; kelebihan tidak dihitung.")),
        Column(_("Belum dipenuhi"), Kind.INTEGER, 10, total=True),
        Column(_("Hari terlambat"), Kind.INTEGER, 10, note=_("Terhadap tenggat yang berlaku.")),
        Column(_("Hari lewat tenggat awal"), Kind.INTEGER, 11, note=_("Terhadap tenggat pertama.")),
        Column(_("Umur (hari)"), Kind.INTEGER, 9, note=_("Sekurangnya: sejak akhir rentang ucapan.")),
        Column(_("Diundur (kali)"), Kind.INTEGER, 9, note=_("Perubahan tenggat yang disetujui dan berlaku.")),
    ),
)
_COLUMNS = (
    "number", "title", "office__name", "responsible_unit__name", "responsible_unit__kind", "publication",
    "made_on_from", "made_on_to", "original_due_on", "first_due_on", "due_on", "status", "promised", "delivered",
    "revisions", "completed_on", "closed_on", "as_of", "said_on",
)  # fmt: skip


def rows(pledges: QuerySet) -> Iterator[Row]:
    """One row per pledge; ``pledges`` come ``judged(as_of)``, with the day itself as ``as_of``."""
    publications, statuses = labels(Publication.choices), labels(Status.choices)
    for each in streamed(pledges.order_by("pk"), *_COLUMNS):
        number, title, office, unit, kind, publication, made_from, made_to, original, first, due, status = each[:12]
        promised, delivered, revisions, completed_on, closed_on, as_of, said_on = each[12:]
        complete = completed_on and delivered >= promised
        stopped_on = closed_on or (completed_on if complete else as_of)
        yield (
            number, title, office, unit_name(unit, kind), publications[publication], made_from, made_to, original,
            first, due, statuses[status], promised, delivered, max(0, promised - delivered),
            days_past(due, stopped_on), days_past(first, stopped_on), max(0, (as_of - said_on).days), revisions,
        )  # fmt: skip


PLEDGES = Report(layout=LAYOUT, rows=rows, file_word="janji")
