"""What of the catalogue stays (pledges.md, "When delivery counts")."""

from operator import attrgetter

from django.utils.translation import gettext_lazy as _

from assets.models import DeviceType
from org.fixed import Fixed

FIXED = (
    Fixed(
        DeviceType, frozenset({"family"}), attrgetter("ever_handed_over"),
        _("Perangkat jenis ini sudah pernah diserahkan; kelompoknya tetap. Buat jenis baru di kelompok lain."),
    ),
)  # fmt: skip
