"""The kind promised is the kind of the day it was published (pledges.md, "When delivery counts")."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assets.models import DeviceType, Family
from org.fixed import Fixed
from pledges.models import Pledge
from pledges.states import Publication

_WHY = _("Janji yang sudah diterbitkan menyebutnya; kode dan namanya tetap.")
_NAMED = frozenset({"code", "name"})


def _is_promised(row: Any) -> bool:
    return row.pledgelines.filter(pledge__publication=Publication.PUBLISHED).exists()


def acts_on_kinds(pledge: Pledge) -> Q | None:
    """Which events are acts of the catalogue, since the pledge was published, about a kind that it names; None before.

    They say what will count for it, and stand in no relation to it.
    """
    if pledge.published_at is None:
        return None
    families = pledge.lines.filter(family__isnull=False).values("family")
    types = DeviceType.objects.filter(Q(pk__in=pledge.lines.values("device_type")) | Q(family__in=families))
    about = Q(subject_type=Family.journal_type, subject_id__in=families)
    about |= Q(subject_type=DeviceType.journal_type, subject_id__in=types.values("pk"))
    return about & Q(at__gt=pledge.published_at)


FIXED = tuple(Fixed(model, _NAMED, _is_promised, _WHY) for model in (Family, DeviceType))
