"""The kind promised is the kind of the day it was published (pledges.md, "When delivery counts")."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.models import DeviceType, Family
from org.fixed import Fixed
from pledges.states import Publication

_WHY = _("Janji yang sudah diterbitkan menyebutnya; kode dan namanya tetap.")
_NAMED = frozenset({"code", "name", "name_en"})


def _is_promised(row: Any) -> bool:
    return row.pledgelines.filter(pledge__publication=Publication.PUBLISHED).exists()


FIXED = tuple(Fixed(model, _NAMED, _is_promised, _WHY) for model in (Family, DeviceType))
