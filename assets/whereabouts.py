"""Where a device is, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from assets.states import AssetState, Condition


def whereabouts(asset: Any) -> str:
    """ "dipakai Kecamatan Cibinong (Rani)", "di gudang Diskominfo", "hilang"."""
    state = AssetState(asset.state)
    if state == AssetState.IN_STOCK:
        where = gettext("di gudang %(unit)s") % {"unit": asset.unit}
        return where if Condition(asset.condition).fit else f"{where}, {asset.get_condition_display()}"
    held = asset.custody
    if state == AssetState.ISSUED and held:
        return gettext("dipakai %(holder)s") % {"holder": f"{held.unit} ({held.person})" if held.person else held.unit}
    return str(state.label).lower()
