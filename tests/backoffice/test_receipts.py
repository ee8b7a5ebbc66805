"""What a published pledge's page says of receipts names labels, papers and persons only to who reads the handover."""

from __future__ import annotations

from assets import register
from assets.models import Asset, DeviceType, Handover
from handing_over import fulfilment
from org.reference import keep
from pledges.models import Pledge
from tests.backoffice.desk import Desk, links, page, text
from tests.base import Cast, a_pledge, an_asset, an_attachment, an_issue, at, delivered, returned


def told_of(cast: Cast) -> tuple[Pledge, list[Asset], list[Handover]]:
    """A pledge with a receipt of each kind that is worth a word, its devices and papers."""
    with at("2026-03-01"):
        pledge = a_pledge(cast, promised=6)
        line = pledge.lines.get()
        devices = [an_asset(cast) for _ in range(5)]
        papers = [delivered(cast, assets=devices[:1], pledge_line=line)]
        papers.append(an_issue(cast, assets=devices[1:2], pledge_line=line))
        papers.append(an_issue(cast, assets=devices[2:3], pledge_line=line))
        papers.append(delivered(cast, assets=devices[3:4], pledge_line=line))
        kind = keep(DeviceType(), actor=cast.clerk, code="gagang_hp", name="Gagang HP", family=cast.hp.family)
        devices.append(an_asset(cast, device_type=kind))
        papers.append(delivered(cast, assets=devices[5:], pledge_line=line))
        register.start_repair(devices[0], actor=cast.clerk)
    with at("2026-03-02"):
        fulfilment.attach_signed(papers[1], scan=an_attachment(cast, by=cast.clerk2), actor=cast.clerk2)
        papers.append(returned(cast, devices[3:4]))
    return pledge, devices, papers


def test_the_page_names_them_to_who_reads_the_handover_and_only_the_kind_to_others(cast: Cast, desk: Desk) -> None:
    pledge, devices, papers = told_of(cast)
    secret = [each.tag for each in devices[:4]] + [each.number for each in papers] + [str(cast.clerk), str(cast.clerk2)]
    for who in (cast.outsider, cast.cibinong_admin):
        shown = desk.get(who, page(pledge))
        said = text(shown)
        assert [each for each in secret if each in said] == [], who
        assert not {page(each) for each in papers} & set(links(shown))
        told = said[said.index("Catatan penerimaan") :]
        assert f"{devices[0].device_type} · 1 Mar 2026" in told
        assert "dalam perbaikan sejak 1 Maret 2026" in told
        assert "menurut BAST bertanda tangan; penerima belum menyatakannya" in told
        assert "tidak dihitung untuk janji: menunggu konfirmasi unit penerima" in told
        assert "tidak dihitung lagi sejak 2 Mar 2026: Pengembalian" in told
    for who in (cast.kemang_admin, cast.viewer, cast.clerk):
        shown = desk.get(who, page(pledge))
        said = text(shown)
        assert [each.tag for each in devices[:4] if each.tag not in said] == []
        assert papers[-1].number in said and f"dilampirkan {cast.clerk2}" in said
        told = {page(papers[n]) for n in range(4)}
        assert told <= set(links(shown))
        assert all(desk.get(who, address).status_code == 200 for address in told)
