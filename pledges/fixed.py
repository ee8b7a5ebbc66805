"""The kind promised is the kind of the day it was published (pledges.md, "When delivery counts")."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.models import DeviceType, Family
from org.fixed import Fixed
from pledges.models import PledgeLine
from pledges.states import Publication

_WHY = _("Janji yang sudah diterbitkan menyebutnya; kode dan namanya tetap.")
_NAMED = frozenset({"code", "name"})


def _family_is_promised(row: Any) -> bool:
    return PledgeLine.objects.filter(family=row, pledge__publication=Publication.PUBLISHED).exists()


def _type_is_promised(row: Any) -> bool:
    return PledgeLine.objects.filter(device_type=row, pledge__publication=Publication.PUBLISHED).exists()


FIXED = (Fixed(Family, _NAMED, _family_is_promised, _WHY), Fixed(DeviceType, _NAMED, _type_is_promised, _WHY))
