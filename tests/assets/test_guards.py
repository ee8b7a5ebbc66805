"""A return once confirmed by the unit that had the devices stays so, by whatever door."""

from __future__ import annotations

from functools import partial

from django.db import connection

from assets.models import Handover
from handing_over import fulfilment
from tests.base import Cast, again, delivered, returned
from tests.pledges.test_guards import raw, replacing, shut


def test_who_confirmed_a_return_is_neither_changed_nor_emptied(cast: Cast) -> None:
    back = returned(cast, [delivered(cast).items.get().asset])
    open_one = returned(cast, [delivered(cast).items.get().asset])
    fulfilment.confirm_return(back, actor=cast.kemang_head)
    rows = Handover.objects.filter(pk=back.pk)
    if connection.vendor == "postgresql":
        raw("SET CONSTRAINTS ALL IMMEDIATE")()
        shut(raw("TRUNCATE assets_handover CASCADE"))
    for who in (None, cast.kemang_admin):
        shut(partial(rows.update, confirmed_by=who))
        shut(raw(f"UPDATE assets_handover SET confirmed_by_id = {who.pk if who else 'NULL'}"))
    shut(raw(replacing("assets_handover", Handover, f"id = {back.pk}")))
    shut(partial(rows._raw_delete, "default"))
    assert again(back).confirmed_by == cast.kemang_head
    assert rows.update(note="Lain") == 1
    assert Handover.objects.filter(pk=open_one.pk).update(confirmed_by=cast.kemang_admin) == 1
