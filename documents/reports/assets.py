"""The register of devices with holder and BAST (columns of the IV.J.1.2 report that Gawai knows)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assets.states import AssetState, Condition, FundSource
from documents.layout import Column, Kind, Layout
from documents.reports.base import Report, Row, labels, streamed, unit_name

LAYOUT = Layout(
    sheet=_("Perangkat"),
    title=_("Daftar perangkat dan pemegangnya"),
    columns=(
        Column(_("Label"), Kind.CODE, 12),
        Column("NIBAR", Kind.CODE, 24),
        Column(_("Kode barang"), Kind.CODE, 19),
        Column(_("Jenis perangkat"), width=20),
        Column(_("Merek"), width=12),
        Column(_("Tipe"), width=13),
        Column(_("Nomor seri"), Kind.CODE, 15),
        Column("IMEI 1", Kind.CODE, 17),
        Column("IMEI 2", Kind.CODE, 17),
        Column(_("Kondisi"), width=13),
        Column(_("Keadaan"), width=13, note=_("Dipakai: ada pemegangnya. Disiapkan: menunggu diserahkan.")),
        Column(_("Kode unit pencatat"), Kind.CODE, 18, note=_("Unit yang mencatat perangkat dalam daftar barangnya.")),
        Column(_("Unit pencatat"), width=20),
        Column(_("Unit pemegang"), width=20),
        Column(_("Nama pemegang"), width=20),
        Column(_("Nomor BAST"), Kind.CODE, 24),
        Column(_("Tanggal BAST"), Kind.DATE, 11),
        Column(_("Tanggal perolehan"), Kind.DATE, 11),
        Column(_("Nilai perolehan"), Kind.RUPIAH, 17, total=True),
        Column(_("Sumber dana"), width=13),
    ),
)
_HANDOVER = "open_custody__began_by__handover"
_COLUMNS = (
    "tag", "nibar", "device_type__item_code__code", "device_type__name", "brand", "model", "serial_number", "imei_1",
    "imei_2", "condition", "state", "unit__code", "unit__name", "unit__kind", "open_custody__unit__name",
    "open_custody__unit__kind", "open_custody__person__name", f"{_HANDOVER}__number", f"{_HANDOVER}__handed_over_on",
    "acquired_on", "price", "fund_source",
)  # fmt: skip


def rows(assets: QuerySet) -> Iterator[Row]:
    """One row per device; ``assets`` come ``with_state()``."""
    conditions, states, sources = labels(Condition.choices), labels(AssetState.choices), labels(FundSource.choices)
    for each in streamed(assets.order_by("pk"), *_COLUMNS):
        *described, condition, state, code, unit, kind, holder, holder_kind, person, bast, bast_on = each[:19]
        acquired_on, price, source = each[19:]
        yield (
            *described, conditions[condition], states[state], code, unit_name(unit, kind),
            unit_name(holder, holder_kind), person, bast, bast_on, acquired_on, price, sources[source],
        )  # fmt: skip


ASSETS = Report(LAYOUT, rows, "perangkat")
