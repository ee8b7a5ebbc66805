"""What of reference data stays since a pledge rests on it (pledges.md, "When delivery counts", "Succession")."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.models import DeviceType, Family
from org.fixed import Fixed
from org.models import Office, OfficeSuccession
from org.succession import Successions
from pledges.models import Pledge, PledgeLine
from pledges.states import ENDED, Publication

_WHY = _("Janji yang sudah diterbitkan menyebutnya; kode dan namanya tetap.")
_NAMED = frozenset({"code", "name", "name_en"})
_KEPT_BY = _("Perangkat jenis ini sudah diserahkan dan janji menyebut kelompoknya; kode dan namanya tetap.")
_OFFICE_NAMED = _("Janji yang sudah diterbitkan menyebutnya; namanya tetap. Catat jabatan baru sebagai penerusnya.")
_STILL_OWES = _("Jabatan ini masih punya janji yang belum tuntas; usulkan dahulu penerusnya.")
_STILL_WAITS = _("Masih ada janji jabatan ini yang menunggu diterbitkan; terbitkan atau tolak dahulu.")


def _is_promised(row: Any) -> bool:
    return row.pledgelines.filter(pledge__publication=Publication.PUBLISHED).exists()


def _keeps_promises(row: DeviceType) -> bool:
    """Whether devices of it were handed over and a published pledge names its family."""
    return _is_promised(row.family) and row.ever_handed_over


def _has_promised(office: Office) -> bool:
    return office.pledges.published().exists()


def _leaves_promises(office: Office) -> bool:
    """Whether it goes out of use with open pledges and nobody to stand for them."""
    known = Successions.load(OfficeSuccession)
    if office.active or office.pk in known.taken:
        return False
    owed = Pledge.objects.published().filter(office__in=known.standing_for(office.pk))
    return owed.judged().exclude(status__in=ENDED).exists()


def _leaves_submissions(office: Office) -> bool:
    return not office.active and office.pledges.filter(publication=Publication.SUBMITTED).exists()


def units_named(units: Collection[int]) -> set[int]:
    """Those of these units to which a published pledge promises something."""
    lines = PledgeLine.objects.filter(pledge__publication=Publication.PUBLISHED, unit__in=units)
    return set(lines.order_by().values_list("unit_id", flat=True))


NAMED_UNITS = units_named
FIXED = (
    *(Fixed(model, _NAMED, _is_promised, _WHY) for model in (Family, DeviceType)),
    Fixed(DeviceType, _NAMED, _keeps_promises, _KEPT_BY),
    Fixed(Office, frozenset({"name"}), _has_promised, _OFFICE_NAMED),
    Fixed(Office, frozenset({"active"}), _leaves_promises, _STILL_OWES),
    Fixed(Office, frozenset({"active"}), _leaves_submissions, _STILL_WAITS),
)
