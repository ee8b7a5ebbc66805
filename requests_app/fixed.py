"""What of units stays while requests of theirs, or of units in use under them, are open: none goes out of use with
what it asked for and no successor."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.errors import Text
from org.fixed import Fixed
from org.models import Unit
from org.models.units import subtree
from org.succession import taken_over
from requests_app.models import DeviceRequest
from requests_app.queries import RequestQuerySet


def _open(unit: Unit) -> RequestQuerySet:
    here = Q(unit=unit.pk) | Q(subtree(unit.code, field="unit__code"), unit__active=True)
    return DeviceRequest.objects.filter(here).still_open()


def _ends_with_requests(unit: Unit) -> bool:
    return not unit.active and not taken_over(unit) and _open(unit).exists()


def _asks_for(unit: Unit) -> Text:
    numbers = [number or str(_("draf")) for number in _open(unit).order_by("pk").values_list("number", flat=True)[:5]]
    return _(
        "Usulan unit ini atau di bawahnya belum selesai (%(numbers)s): selesaikan atau cabut dahulu, atau tetapkan "
        "penerusnya."
    ) % {"numbers": ", ".join(numbers)}


FIXED = (Fixed(Unit, frozenset({"active"}), _ends_with_requests, _asks_for),)
