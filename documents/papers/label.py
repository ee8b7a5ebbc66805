"""The label stuck on a device: 70 by 37 mm, as on common sheets of 24."""

from __future__ import annotations

from assets.models import Asset
from core import clock
from core.models import Installation
from documents.papers.parties import letterhead
from documents.papers.typesetting import plain, qr, typeset


def render(asset: Asset) -> bytes:
    """The label of ``asset`` as a PDF of one small page. Its QR code is the tag alone, as the search field takes it."""
    asset = Asset.objects.select_related("device_type__item_code", "unit__parent__parent").get(pk=asset.pk)
    item_code = asset.device_type.item_code
    data = {
        "sample": Installation.current().sample_data,
        "letterhead": letterhead(asset.unit.agency()),
        "tag": plain(asset.tag),
        "name": plain(asset.device_type.name),
        "make": plain(f"{asset.brand} {asset.model}"),
        "nibar": plain(asset.nibar),
        "item_code": item_code.code if item_code else "",
        "year": str(asset.acquired_on.year) if asset.acquired_on else "",
        "qr": qr(asset.tag, border=2),
    }
    return typeset("label.typ", data, day=clock.local_date(asset.created_at))
