"""The page of a unit and of a person: what it holds, asked, was promised and is owed, as far as the reader sees it."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import SecurityEvent
from tests import base
from tests.backoffice.desk import Desk, page, text
from tests.base import Cast


def scene(cast: Cast) -> dict[str, Any]:
    """What Kemang holds through Rani, asked for, was promised and was handed."""
    held = base.an_asset(cast)
    paper = base.delivered(cast, assets=[held], to=cast.kemang, recipient=cast.rani)
    pledge = base.a_pledge(cast, lines=[{"unit": cast.kemang, "family": cast.hp.family, "quantity": 3}])
    asked = base.decided(cast, lines=[base.a_line(cast, quantity=2)], on_behalf_of=cast.rani)
    return {"held": held, "paper": paper, "pledge": pledge, "asked": asked}


def test_a_unit_s_page_leads_to_what_it_holds_asked_was_promised_and_is_owed(cast: Cast, desk: Desk) -> None:
    made = scene(cast)
    answer = desk.get(cast.kemang_admin, page(cast.kemang))
    shown, said = answer.content.decode(), text(answer)
    for thing in made.values():
        assert f'href="{page(thing)}"' in shown, thing
    assert "Memegang 1 perangkat. Dijanjikan 3, diterima 0. Disetujui dan belum diterima: 2." in said
    assert str(cast.rani) in said and "diterima 0 dari 3" in said


def test_a_person_s_page_leads_to_what_they_hold_and_what_was_asked_for_them(cast: Cast, desk: Desk) -> None:
    made = scene(cast)
    answer = desk.get(cast.kemang_admin, page(cast.rani))
    shown = answer.content.decode()
    for name in ("held", "paper", "asked"):
        assert f'href="{page(made[name])}"' in shown, name
    read = SecurityEvent.objects.filter(kind="person_viewed", user_id=cast.kemang_admin.pk).latest("pk")
    assert read.detail["people"] == [cast.rani.pk]


def test_nobody_reads_there_what_is_out_of_reach(cast: Cast, desk: Desk) -> None:
    made = scene(cast)
    shown = desk.get(cast.cibinong_admin, page(cast.kemang)).content.decode()
    for name in ("held", "paper", "asked"):
        assert f'href="{page(made[name])}"' not in shown, name
    assert made["held"].tag not in shown and str(cast.rani) not in shown


def test_who_does_not_reach_a_unit_is_told_so_and_no_zeros(cast: Cast, desk: Desk) -> None:
    scene(cast)
    said = text(desk.get(cast.cibinong_admin, page(cast.kemang)))
    for title in ("Perangkat yang dipegang", "Usulan", "BAST"):
        assert f"{title} Tidak ditampilkan untuk peran Anda." in said, title
    assert "Memegang" not in said and "Disetujui dan belum diterima" not in said
    assert "Dijanjikan 3, diterima 0." in said and "Hanya yang boleh dilihat peran Anda." in said
    own = text(desk.get(cast.outsider, page(cast.outsider.person)))
    assert "Perangkat yang dipegang Tidak ditampilkan untuk peran Anda." in own and "Memegang" not in own
    for shown in (page(cast.kemang), page(cast.rani)):
        assert "peran Anda" not in text(desk.get(cast.kemang_admin, shown))


def test_a_unit_s_page_asks_as_often_for_three_of_each_as_for_one(cast: Cast, desk: Desk) -> None:
    counted = []
    for more in (1, 2):
        for _ in range(more):
            scene(cast)
        desk.get(cast.kemang_admin, page(cast.kemang))
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(cast.kemang_admin, page(cast.kemang)).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]
