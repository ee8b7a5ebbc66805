"""Successors at the desk: proposed and confirmed on the page of the unit; the pledge's page says what followed."""

from __future__ import annotations

from django.urls import reverse

from core.errors import Conflict
from core.importing import FileRow
from org.importing_reference import UnitImporter
from org.models import Office, Unit, UnitSuccession
from org.reference import keep
from tests.backoffice.desk import Desk, filled, listing, on_paper, page, text, verb_page
from tests.base import Cast, a_pledge, again, at, closed, day, lines_changed, put_out_of_use, succeeded
from tests.checks import no_event, refused

TERMS = {"kind": "takes_place", "on": "2026-03-01", "decree": "Perda 3/2026", "reason": "Penggabungan"}


def test_a_successor_is_proposed_on_the_page_and_confirmed_by_another(cast: Cast, desk: Desk) -> None:
    wrong = desk.act(cast.user_admin, cast.kemang, "succeed", **{**TERMS, "decree": ""}, successor=cast.cibinong.pk)
    assert wrong.status_code == 400
    itself = desk.act(cast.user_admin, cast.kemang, "succeed", **TERMS, successor=cast.kemang.pk)
    assert itself.status_code == 400 and "Penerus harus yang lain." in text(itself)
    made = desk.act(cast.user_admin, cast.kemang, "succeed", **TERMS, successor=cast.cibinong.pk)
    succession = UnitSuccession.objects.get()
    assert (made.status_code, made["Location"]) == (302, page(succession))
    assert "Menunggu keputusan" in text(desk.get(cast.viewer, page(cast.kemang)))
    assert desk.act(cast.user_admin, cast.kemang, "confirm").status_code == 403
    assert desk.act(cast.decider, again(cast.kemang), "confirm").status_code == 302
    shown = text(desk.get(cast.viewer, page(cast.kemang)))
    assert "Kecamatan Cibinong Menggantikan · 1 Mar 2026, Perda 3/2026 · Disetujui" in shown
    assert "Kecamatan Kemang" in text(desk.get(cast.viewer, page(cast.cibinong)))
    assert "Kecamatan Cibinong" in text(desk.get(cast.viewer, listing(UnitSuccession), decision="approve"))
    assert f"Diputuskan {cast.decider}" in text(desk.get(cast.viewer, page(succession)))


def test_the_form_for_a_line_offers_its_successors_alone(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast)
    address = verb_page(pledge, "ask-line-change")
    assert "Kecamatan Cibinong" not in text(desk.get(cast.verifier, address))
    fields = on_paper(pledge, cast.verifier)
    line = {"source": pledge.lines.get().pk, "unit": cast.cibinong.pk, "quantity": 1}

    def sent() -> int:
        form = filled(desk.get(cast.verifier, address))
        rows = {name: line[name.rsplit("-", 1)[-1]] for name in form if name.rsplit("-", 1)[-1] in line}
        assert len(rows) == 3
        return desk.post(cast.verifier, address, {**form, **fields, **rows}).status_code

    assert sent() == 400
    succeeded(cast, cast.kemang, cast.cibinong)
    assert "Kecamatan Cibinong" in text(desk.get(cast.verifier, address))
    assert sent() == 302


def test_the_page_says_that_the_excuse_fell_and_why_and_since_when(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast, original_due_on=day("2026-01-31"), made_on_from=day("2026-01-01"),
                      made_on_to=day("2026-01-01"))  # fmt: skip
    put_out_of_use(cast, cast.kemang)
    closed(cast, pledge, "excuse", reason="unit_abolished")
    assert "Alasan gugur" not in text(desk.get(cast.viewer, page(pledge)))
    with at("2026-03-05"):
        succeeded(cast, again(cast.kemang), cast.cibinong, on="2026-03-04")
        shown = text(desk.get(cast.viewer, page(pledge)))
    fell = (
        "Kecamatan Kemang punya penerus sejak 4 Mar 2026: Kecamatan Cibinong (Perda 3/2026); janji ini terbuka kembali"
    )
    assert fell in shown and "Lewat tenggat" in shown
    by = f"diusulkan {cast.user_admin}, dikonfirmasi {cast.decider}"
    assert f"Kecamatan Kemang → Kecamatan Cibinong · Menggantikan · 4 Mar 2026, Perda 3/2026 · {by}" in shown


def test_the_page_names_who_put_a_promised_unit_out_of_use_and_into_use_again(cast: Cast, desk: Desk) -> None:
    before = a_pledge(cast)
    put_out_of_use(cast, cast.kemang)
    with at("2026-03-05"):
        keep(again(cast.kemang), actor=cast.superuser, active=True)
        told = text(desk.get(cast.viewer, page(before)))
        assert f"Kecamatan Kemang tidak dipakai lagi · 2 Mar 2026 · {cast.user_admin}" in told
        assert f"Kecamatan Kemang dipakai lagi · 5 Mar 2026 · {cast.superuser}" in told
    with at("2026-03-06"):
        assert "dipakai lagi" not in text(desk.get(cast.viewer, page(a_pledge(cast))))


def test_the_pages_of_offices_and_figures_show_pledges_under_the_successor(cast: Cast, desk: Desk) -> None:
    old, new = (Office.objects.create(name=name, unit=cast.diskominfo) for name in ("Kadis Lama", "Kadis Baru"))
    pledge = a_pledge(cast, office=old)
    refused = desk.act(cast.user_admin, old, "change", name="Kadis Lama", unit=cast.diskominfo.pk)
    assert refused.status_code == 409 and "usulkan dahulu penerusnya" in text(refused)
    succeeded(cast, old, new)
    put_out_of_use(cast, old)
    assert f"{pledge} Menggantung · Kadis Lama" in text(desk.get(cast.viewer, page(new)))
    assert "Kadis Baru (juga janji Kadis Lama)" in text(desk.get(cast.viewer, reverse("admin:figures")))
    assert "Kini pada jabatan Kadis Baru" in text(desk.get(cast.viewer, page(pledge)))
    assert "Kadis Baru" not in text(desk.get(cast.viewer, page(a_pledge(cast))))


def test_a_unit_promised_something_is_renamed_only_in_sight_and_leaves_its_name_to_nobody(
    cast: Cast, desk: Desk
) -> None:
    pledge = a_pledge(cast)
    with at("2026-03-05"):
        keep(cast.kemang, actor=cast.user_admin, name="Arsip")
        shown = text(desk.get(cast.kemang_admin, page(pledge)))
    assert "Arsip (dulu Kemang)" in shown
    assert "Unit 32.01.12: Diubah" in shown
    new = {"code": "32.01.77", "name": "kecamatan KEMANG", "kind": "district"}
    with no_event(), refused(Conflict, "similar_name", field="name"):
        keep(Unit(), actor=cast.user_admin, **new)
    [step] = UnitImporter(cast.user_admin).plan([FileRow(2, new)])
    assert [each.code for each in step.findings] == ["similar_name"]
    keep(again(cast.kemang), actor=cast.user_admin, name="Kemang")


def test_who_gave_its_lines_away_stays_listed_with_where_they_went(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast, promised=2)
    succeeded(cast, cast.kemang, cast.cibinong)
    line = {"source": pledge.lines.get(), "unit": cast.cibinong, "quantity": 2}
    lines_changed(cast, pledge, kind="move", lines=[line])
    shown = text(desk.get(cast.viewer, page(pledge)))
    assert "Kemang 0/0" in shown and "dipindahkan ke Kecamatan Cibinong: 2, 2 Mar 2026" in shown
    assert "dari Kecamatan Kemang" in shown and "Penerima: 0 dari 1" in shown
    assert "Kecamatan Kemang → Kecamatan Cibinong: 2" in shown
    assert "Kecamatan Kemang → Kecamatan Cibinong" in text(desk.get(cast.viewer, page(pledge.line_changes.get())))
