"""An inventory at the desks: opened by the clerk, answered by the kecamatan on its first screen's call, closed."""

from __future__ import annotations

from assets.models import Inventory
from tests.backoffice.desk import Desk, adding, page, text, verb_page, verbs_on
from tests.base import Cast, delivered, some_assets


def test_an_inventory_is_opened_answered_and_closed_at_the_desks(cast: Cast, desk: Desk) -> None:
    delivered(cast, assets=some_assets(cast, 2))
    opened = desk.post(cast.clerk, adding(Inventory), {"unit": cast.kemang.pk, "due_on": "2026-03-31"})
    inventory = Inventory.objects.get()
    assert opened.status_code == 302 and opened["Location"] == page(inventory)
    assert "Inventarisasi: perangkatnya masih ada?" in text(desk.get(cast.kemang_admin, "/admin/"))

    shown = desk.get(cast.kemang_admin, page(inventory))
    assert verbs_on(shown) == {"confirm", "not-found"} and "Belum dijawab" in text(shown)
    first, second = inventory.lines.order_by("pk")
    assert desk.get(cast.kemang_admin, verb_page(first, "confirm")).status_code == 200
    answered = desk.act(cast.kemang_admin, first, "confirm", condition="good")
    assert answered["Location"] == page(inventory)
    assert desk.act(cast.kemang_admin, second, "not-found", reason="Dicari").status_code == 302
    assert "2 dari 2 · 1 tidak ditemukan" in text(desk.get(cast.clerk, page(inventory)))

    assert desk.get(cast.cibinong_admin, page(inventory)).status_code == 404
    assert desk.act(cast.kemang_admin, inventory, "close").status_code == 403
    assert desk.act(cast.clerk, inventory, "close").status_code == 302
    closed = text(desk.get(cast.clerk, page(inventory)))
    assert "Ditutup" in closed and f"tidak ditemukan: {second.asset.tag}" in closed
    assert verbs_on(desk.get(cast.kemang_admin, page(inventory))) == set()
