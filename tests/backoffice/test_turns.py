"""Whose turn a handover's page says it is: as the worklists have it, in every state."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assets.models import Handover
from desks.worklists import worklist
from handing_over import fulfilment
from tests.backoffice.desk import Desk, page
from tests.base import Cast, again, an_issue, delivered
from tests.handing_over.scenes import HANDOVER_STATES, handover_in

YOURS, ELSEWHERE = ("Konfirmasi penerimaan paling lambat", "Giliran Anda"), "Sekarang di meja"


def all_disputed(cast: Cast) -> Handover:
    handover = an_issue(cast)
    fulfilment.dispute(handover, actor=cast.kemang_admin, common="Layar pecah")
    return handover


def coming_back(cast: Cast) -> Handover:
    return an_issue(cast, assets=[delivered(cast).items.get().asset], kind="return", to=cast.diskominfo)


def dispute_of_a_return(cast: Cast) -> Handover:
    handover = coming_back(cast)
    fulfilment.dispute(handover, actor=cast.clerk2, common="Tidak ada chargernya")
    return handover


SCENES: dict[str, Callable[[Cast], Handover]] = {
    **{state: lambda cast, state=state: handover_in(cast, state) for state in HANDOVER_STATES},  # type: ignore[misc]
    "all disputed": all_disputed, "coming back": coming_back, "dispute of a return": dispute_of_a_return,
}  # fmt: skip


@pytest.mark.parametrize("scene", SCENES)
def test_the_page_says_it_is_the_reader_s_turn_where_his_worklist_has_it(cast: Cast, desk: Desk, scene: str) -> None:
    handover = again(SCENES[scene](cast))
    told = {}
    for user in (cast.clerk, cast.clerk2, cast.kemang_admin, cast.kemang_head, cast.viewer):
        lead = str(desk.get(user, page(handover)).context["lead"])
        mine = worklist("handovers", user).all.filter(pk=handover.pk).exists()
        assert any(each in lead for each in YOURS) == mine, (user, lead)
        told[user] = lead
    if scene in ("accepted", "cancelled"):
        assert set(told.values()) == {""}
    else:
        assert all(told.values()) and ELSEWHERE in told[cast.viewer]


def test_what_is_disputed_lies_with_the_clerk_and_not_with_its_receiver(cast: Cast, desk: Desk) -> None:
    address = page(all_disputed(cast))
    assert desk.get(cast.clerk, address).context["lead"] == "Giliran Anda: jawab sanggahannya."
    assert desk.get(cast.kemang_admin, address).context["lead"] == "Sekarang di meja Pengurus Barang."
