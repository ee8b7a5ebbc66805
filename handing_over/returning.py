"""The unit that has a device gives it back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Handover, HandoverItem
from assets.states import Condition, HandoverKind
from core.acts import Done, act
from core.taking import Ask, Reason
from handing_over import rules
from handing_over.fulfilment import recorded
from handing_over.items import Item
from org.models import User


@act(
    "give-back", _("Kembalikan"), _("Perangkat dikembalikan; Pengurus Barang mengonfirmasi penerimaannya."),
    done=_("Pengembalian tercatat."), event="handover.handed_over", who=rules.holder_of, when=rules.in_use,
)  # fmt: skip
def give_back(
    asset: Asset, *, actor: User, handed_over_on: Annotated[date, Ask(label=_("Tanggal pengembalian"))],
    note: Annotated[Reason, Ask(label=_("Mengapa dikembalikan?"))],
    condition: Annotated[Condition | Literal[""], Ask(column=(HandoverItem, "condition"))] = "",
) -> Done[Handover]:  # fmt: skip
    """Give a device back to the unit that keeps it, in ``condition`` (as on record): a return, filed by the unit that
    holds it."""
    return recorded(
        actor, HandoverKind.RETURN, [Item(asset, condition=condition)], handed_over_on=handed_over_on, note=note
    )
