"""Pages say why a device does not count for its promise, since when, and who can say otherwise."""

from __future__ import annotations

from django.test import Client

from assets import register
from assets.models import DeviceType
from org.models import User
from org.reference import keep
from tests.api.cast import Caller
from tests.base import Cast, a_pledge, an_asset, an_issue, at, delivered


def page(user: User, path: str) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(f"/admin/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_whoever_receives_a_device_of_a_waiting_type_reads_whom_to_ask(cast: Cast) -> None:
    with at("2026-03-01"):
        pledge = a_pledge(cast)
    with at("2026-03-02"):
        kind = keep(DeviceType(), actor=cast.clerk, code="gagang_hp", name="Gagang HP", family=cast.hp.family)
        paper = an_issue(cast, assets=[an_asset(cast, device_type=kind)], pledge_line=pledge.lines.get())
        said = f"pengurus barang selain {cast.clerk} mengonfirmasinya"
        assert said in page(cast.kemang_admin, f"assets/handover/{paper.pk}/do/accept/")
        answer = Caller(cast.kemang_admin).post(f"handovers/{paper.pk}/accept/").json()
        assert [each["waits_for"]["id"] for each in answer["items"]] == [kind.pk]
        for path in (f"assets/handover/{paper.pk}/change/", f"pledges/pledge/{pledge.pk}/change/"):
            assert said in page(cast.kemang_admin, path)
        assert "menunggu konfirmasi" in page(cast.verifier, "assets/devicetype/?unconfirmed=1")
        listed = Caller(cast.verifier).get("device-types/?unconfirmed=true").json()["results"]
        assert [each["id"] for each in listed] == [kind.pk]
        shown = Caller(cast.verifier).post(f"device-types/{kind.pk}/confirm/").json()
        assert (shown["unconfirmed"], shown["confirmed_by"]["id"]) == (False, cast.verifier.pk)
        after = Caller(cast.kemang_admin).get(f"handovers/{paper.pk}/").json()
        assert [each["waits_for"] for each in after["items"]] == [None]
        assert "Dikonfirmasi termasuk kelompoknya" in page(cast.verifier, f"pledges/pledge/{pledge.pk}/change/")


def test_the_pages_of_pledge_and_device_say_why_it_stands_still_and_the_unit_finds_its_buttons(cast: Cast) -> None:
    with at("2026-03-01"):
        pledge, asset = a_pledge(cast), an_asset(cast)
        delivered(cast, assets=[asset], pledge_line=pledge.lines.get())
        register.start_repair(asset, actor=cast.clerk)
    with at("2026-05-31"):
        said = "dalam perbaikan sejak 1 Maret 2026, belum dinyatakan kembali oleh unit"
        for path in (f"assets/asset/{asset.pk}/change/", f"pledges/pledge/{pledge.pk}/change/"):
            assert f"{said}; untuk janji tidak dihitung sejak 31 Mei 2026" in page(cast.kemang_admin, path)
        device = f"assets/asset/{asset.pk}/"
        own = page(cast.kemang_admin, f"{device}change/")
        assert f"/admin/{device}do/confirm-back/" in own
        assert f"/admin/{device}do/agree-repair/" in own
        assert f"/admin/{device}do/confirm-back/" not in page(cast.clerk, f"{device}change/")
        assert "di mana sekarang?" in page(cast.kemang_admin, "")
        [absence] = Caller(cast.kemang_admin).get(f"assets/{asset.pk}/").json()["absences"]
        assert (absence["kind"], absence["began_on"], absence["stops_on"]) == ("repair", "2026-03-01", "2026-05-31")
