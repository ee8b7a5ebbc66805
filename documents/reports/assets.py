"""The register of devices with holder and BAST (columns of the IV.J.1.2 report that Gawai knows)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from assets import lists
from documents.reports.base import listed

ASSETS = listed(
    lists.ASSETS, sheet=_("Perangkat"), title=_("Daftar perangkat dan pemegangnya"), file_word="perangkat",
    people=("open_custody__person",),
)  # fmt: skip
