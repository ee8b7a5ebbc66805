"""A device by what stands on it, as a scanner reads it or a person types it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from core.errors import DomainError
from core.identity import IMEI, NIBAR, SERIAL, TAG

_KEYS = {"tag_key": TAG, "serial_key": SERIAL, "imei_1_key": IMEI, "imei_2_key": IMEI, "nibar_key": NIBAR}


def scanned(code: str, user: Any) -> Asset:
    """The device, in the user's scope, whose label, serial number, IMEI or NIBAR ``code`` is, however it is spelled.

    ``DomainError`` ``not_found``, or ``ambiguous`` for a serial number that makes of two brands share.
    """
    found = list(bearing(Asset.objects.visible_to(user), code).select_related("device_type", "unit")[:2])
    if not found:
        raise DomainError("not_found", _("Tidak ada perangkat dengan label, nomor seri, IMEI atau NIBAR ini."))
    if len(found) > 1:
        detail = _("Dua perangkat memakai nomor ini: %(one)s dan %(other)s. Pindai labelnya.")
        raise DomainError("ambiguous", detail % {"one": found[0], "other": found[1]})
    return found[0]


def bearing(assets: QuerySet[Asset], code: str) -> QuerySet[Asset]:
    """Those of ``assets`` on which ``code`` stands."""
    bears = Q(pk__in=[])
    for name, kind in _KEYS.items():
        if key := kind.folded(code):
            bears |= Q(**{name: key})
    return assets.filter(bears)
