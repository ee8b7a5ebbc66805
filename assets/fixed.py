"""What of the catalogue stays (pledges.md, "When delivery counts")."""

from django.utils.translation import gettext_lazy as _

from assets.models import DeviceType, HandoverItem
from org.fixed import Fixed


def _ever_handed_over(row: DeviceType) -> bool:
    return HandoverItem.objects.filter(asset__device_type=row, handover__handed_over_on__isnull=False).exists()


FIXED = (
    Fixed(
        DeviceType, frozenset({"family"}), _ever_handed_over,
        _("Perangkat jenis ini sudah pernah diserahkan; kelompoknya tetap. Buat jenis baru di kelompok lain."),
    ),
)  # fmt: skip
