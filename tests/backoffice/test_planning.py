"""Plans in the back office: figures in words, lines that open to their causes, grids to adjust and review them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assets.models import Family, Receipt, StandardPrice
from core.models import Event, Job, SecurityEvent
from org.models import Unit
from planning import plans
from planning.models import AccountCode, NeedStandard, Plan, PlanLine, PpnRate, SubActivity
from tests.backoffice.desk import Desk, adding, filled, links, listing, page, text, verb_page, verbs_on
from tests.base import Cast, a_line, a_pledge, again, an_asset, day, decided, delivered
from tests.documents.papers import letters_of


@pytest.fixture
def plan(cast: Cast) -> Plan:
    """Kemang asked for three phones, was promised five, one lies in the store: need 7 at Rp5.000.000 and 11 %."""
    StandardPrice.objects.create(device_type=cast.hp, year=2027, price=5_000_000, includes_ppn=False)
    PpnRate.objects.create(effective_from=day("2022-04-01"), percent=11)
    decided(cast, lines=[a_line(cast, quantity=3)])
    a_pledge(cast, promised=5)
    an_asset(cast)
    return plans.create(fiscal_year=2027, actor=cast.planner)


def reading(plan: Plan, name: str) -> str:
    return reverse("admin:planning_plan_read", args=[plan.pk, name])


def row(plan: Plan, **fields: Any) -> dict[str, Any]:
    """The fields of the plan's only line, as the grid sends them."""
    return {f"lines-{plan.lines.get().pk}-{name}": value for name, value in fields.items()}


def test_a_planner_makes_a_plan_for_the_next_year(cast: Cast, desk: Desk) -> None:
    decided(cast)
    form = desk.get(cast.planner, adding(Plan))
    assert 'value="2027"' in form.content.decode()
    made = desk.post(cast.planner, adding(Plan), {"fiscal_year": "2027", "stage": "murni", "ceiling": "10000000"})
    plan = Plan.objects.get()
    assert made["Location"] == page(plan)
    assert (plan.unit, plan.within, plan.ceiling, plan.lines.count()) == (cast.diskominfo, cast.root, 10_000_000, 1)
    again_ = desk.post(cast.planner, adding(Plan), {"fiscal_year": "2027", "stage": "murni"})
    assert again_.status_code == 409
    assert "belum ditetapkan" in text(again_)
    past = desk.post(cast.planner, adding(Plan), {"fiscal_year": "2025", "stage": "murni"})
    assert "sudah lewat" in text(past)
    assert desk.get(cast.verifier, adding(Plan)).status_code == 403


def test_its_page_says_the_figures_first_and_offers_what_one_may_do(cast: Cast, desk: Desk, plan: Plan) -> None:
    shown = desk.get(cast.planner, page(plan))
    assert "Kebutuhan 7 perangkat; direncanakan 7 seharga Rp38.850.000 (di dalamnya PPN Rp3.850.000)." in text(shown)
    assert f"Kebutuhan menurut kelompok {cast.hp.family} 7 dari 7, Rp38.850.000" in text(shown)
    assert verbs_on(shown) == {"change", "recalculate", "adjust", "delete"}
    assert verbs_on(desk.get(cast.approver, page(plan))) == {"review"}
    assert verbs_on(desk.get(cast.viewer, page(plan))) == set()
    assert page(plan.lines.get()) in links(shown)
    listed = text(desk.get(cast.viewer, listing(Plan)))
    assert "RK-2027-0001" in listed and "Rp38.850.000" in listed
    assert "RK-2027-0001" not in text(desk.get(cast.kemang_admin, listing(Plan)))
    assert desk.get(cast.kemang_admin, page(plan)).status_code == 404


def test_a_line_opens_to_everything_behind_its_number(cast: Cast, desk: Desk, plan: Plan) -> None:
    line = plan.lines.get()
    shown = desk.get(cast.viewer, page(line))
    seen = text(shown)

    assert "Usulan disetujui, belum diserahkan +3" in seen
    assert "Janji yang belum dipenuhi +5" in seen
    assert "Tersedia di gudang −1" in seen
    assert "Kebutuhan riil 7" in seen
    for cause in line.causes.all():
        thing = next(filter(None, (cause.request_line, cause.pledge_line, cause.asset)))
        thing = getattr(thing, "request", None) or getattr(thing, "pledge", None) or thing
        assert page(thing) in links(shown)
        assert desk.get(cast.viewer, page(thing)).status_code == 200
    address = f"{verb_page(plan, 'adjust')}?line={line.pk}"
    assert address not in links(shown)
    assert address in links(desk.get(cast.planner, page(line)))


def test_devices_in_use_and_undecided_requests_stand_beside_the_sum(cast: Cast, desk: Desk) -> None:
    NeedStandard.objects.create(
        device_type=cast.hp, of_unit=cast.kemang, quantity=3, legal_basis="Perbup 7/2026", from_year=2026
    )
    delivered(cast)
    line = plans.create(fiscal_year=2027, actor=cast.planner).lines.get()
    seen = text(desk.get(cast.viewer, page(line)))
    assert "Kekurangan terhadap standar kebutuhan +2" in seen
    assert "Kebutuhan riil 2 Tidak ikut dihitung Perangkat yang dapat dioptimalkan 1" in seen
    assert "3 (Perbup 7/2026)" in seen


def test_a_kecamatan_sees_its_own_plan_without_the_names_of_others(cast: Cast, desk: Desk, plan: Plan) -> None:
    plans.delete(plan, actor=cast.planner)
    own = plans.create(fiscal_year=2027, within=cast.kemang, actor=cast.planner)
    shown = desk.get(cast.kemang_admin, page(own.lines.get()))
    stock = own.lines.get().causes.get(kind="stock").asset
    assert "Di luar wilayah Anda −1" in text(shown)
    assert stock.tag not in text(shown) and page(stock) not in links(shown)
    assert stock.tag in text(desk.get(cast.planner, page(own.lines.get())))
    printed = reverse("admin:planning_planline_print", args=[own.lines.get().pk, "analysis"])
    told, whole = (letters_of(desk.get(who, printed).getvalue()) for who in (cast.kemang_admin, cast.planner))
    assert "diluarwilayahAnda1" in told and stock.tag not in told
    assert stock.tag in whole


def test_the_grid_adjusts_lines_and_says_what_is_wrong_beside_the_field(cast: Cast, desk: Desk, plan: Plan) -> None:
    address = verb_page(plan, "adjust")
    form = desk.get(cast.planner, address)
    assert f'aria-label="Diusulkan, {cast.kemang} · Smartphone"' in form.content.decode()
    wrong = desk.post(
        cast.planner,
        address,
        row(plan, proposed="6", unit_price="5000000", account_code="lima"),
    )
    assert wrong.status_code == 400
    assert f'id_lines-{plan.lines.get().pk}-account_code_error' in wrong.content.decode()  # fmt: skip
    assert again(plan.lines.get()).proposed == 7
    sent = row(plan, proposed="6", unit_price="", account_code="5.2.02.06.02.0001", note="Menyusul")
    done = desk.post(cast.planner, address, {**sent, "reason": "Rapat"})
    assert done["Location"] == page(plan)
    line = plan.lines.get()
    assert (line.proposed, line.unit_price, line.account_code, line.note) == (6, None, "5.2.02.06.02.0001", "Menyusul")
    assert line.adjusted == ["account_code", "note", "proposed", "unit_price"]
    seen = text(desk.get(cast.planner, page(plan)))
    assert "1 baris belum ada harganya." in seen and "Baris disesuaikan perencana" in seen
    for query in ("?p=0", "?p=x", "?line=x", "?line=9999999999999999999999"):
        assert desk.get(cast.planner, address + query).status_code == 400, query


def test_everything_of_one_line_is_set_on_a_form_of_its_own(cast: Cast, desk: Desk, plan: Plan) -> None:
    line = plan.lines.get()
    address = f"{verb_page(plan, 'adjust')}?line={line.pk}"
    assert address in links(desk.get(cast.planner, page(line)))
    sent = filled(desk.get(cast.planner, address))
    name = f"lines-{line.pk}"
    shown = {field.removeprefix(f"{name}-") for field in sent if field.startswith(name)}
    assert {"price_includes_ppn", "specification", "fund_source", "proposal_origin", "budgeting_unit"} < shown
    wrong = desk.post(cast.planner, address, {**sent, f"{name}-fund_source": "kas"})
    assert wrong.status_code == 400 and f"id_{name}-fund_source_error" in wrong.content.decode()
    sent |= {f"{name}-fund_source": "pad", f"{name}-proposal_origin": "pokir", f"{name}-price_includes_ppn": "on",
             f"{name}-specification": "RAM 8 GB", f"{name}-budgeting_unit": ""}  # fmt: skip
    assert desk.post(cast.planner, address, sent)["Location"] == page(plan)
    line = again(line)
    assert (line.fund_source, line.proposal_origin, line.price_includes_ppn) == ("pad", "pokir", True)
    assert (line.specification, line.budgeting_unit) == ("RAM 8 GB", cast.diskominfo)
    assert line.adjusted == ["fund_source", "price_includes_ppn", "proposal_origin", "specification"]


def test_a_form_shown_before_somebody_elses_act_is_refused(cast: Cast, desk: Desk, plan: Plan) -> None:
    version = again(plan).version
    plans.recalculate(plan, actor=cast.superuser)
    sent = {**row(plan, proposed="1", unit_price="5000000"), "_version": version}
    late = desk.post(cast.planner, verb_page(plan, "adjust"), sent)
    assert late.status_code == 412
    assert plan.lines.get().proposed == 7


def a_long_plan(cast: Cast, more: int) -> Plan:
    """One phone for each kecamatan: the two of the cast and ``more`` besides."""
    Unit.objects.bulk_create(
        Unit(code=f"32.01.{100 + n}", name=f"Kecamatan {n:02}", kind="district", parent=cast.root) for n in range(more)
    )
    NeedStandard.objects.create(
        device_type=cast.hp, unit_kind="district", quantity=1, legal_basis="Perbup 7/2026", from_year=2026
    )
    return plans.create(fiscal_year=2027, actor=cast.planner)


def test_the_grid_pages_through_a_long_plan(cast: Cast, desk: Desk) -> None:
    plan = a_long_plan(cast, 40)
    first, second = (text(desk.get(cast.planner, f"{verb_page(plan, 'adjust')}?p={n}")) for n in (1, 2))

    assert "Baris 1–40 Baris 41–42" in first
    assert "Kecamatan 37" in first and "Kecamatan 37" not in second
    assert "Kecamatan 38" not in first and "Kecamatan 38" in second
    assert "15 paling mendesak dari 42 baris." in text(desk.get(cast.planner, page(plan)))


def test_every_line_of_a_long_plan_is_reviewed_page_by_page_and_sent_once(cast: Cast, desk: Desk) -> None:
    plan = a_long_plan(cast, 80)
    address = verb_page(plan, "review")
    lines = list(plan.lines.all())
    first, second, third = (f"lines-{lines[n].pk}" for n in (0, 45, 81))

    shown = desk.get(cast.approver, address)
    assert "Berikutnya: baris 41–80 Baris 1–40 Baris 41–80 Baris 81–82" in text(shown)
    assert "di halaman lain yang tidak Anda ubah disetujui seperti diusulkan" in text(shown)
    sent = {**filled(shown), f"{first}-approved": "0", f"{first}-reason": "Masih ada", "reason": "Rapat"}
    shown = desk.post(cast.approver, address, {**sent, "go": "3"})
    assert (shown.status_code, again(plan).state) == (200, "draft")
    assert "Berikutnya" not in text(shown) and "Diubah di halaman lain: 1 baris." in text(shown)
    sent = filled(shown)
    assert set(sent) & {f"{first}-approved", f"{second}-approved", f"{third}-approved"} == {f"{third}-approved"}
    assert sent["reason"] == "Rapat"
    shown = desk.post(cast.approver, address, {**sent, f"{third}-approved": "satu", "go": "2"})
    sent = {**filled(shown), f"{second}-approved": "0"}

    wrong = desk.post(cast.approver, address, sent)
    assert wrong.status_code == 400
    assert "Baris 81–82" in text(wrong) and f"id_{third}-approved_error" in wrong.content.decode()
    assert filled(wrong)[f"{third}-approved"] == "satu"
    refused = desk.post(cast.approver, address, {**filled(wrong), f"{third}-approved": "1"})
    assert refused.status_code == 400 and "Beri alasan" in text(refused)
    sent = filled(refused)
    assert sent[f"{second}-approved"] == "0" and f"{third}-approved" not in sent
    done = desk.post(
        cast.approver, address, {**sent, f"{second}-reason": "Dipinjami", f"{second}-fulfilment": "rental"}
    )
    assert done["Location"] == page(plan)

    found = {line.pk: (line.approved, line.fulfilment, line.review_reason) for line in plan.lines.all()}
    assert found[lines[0].pk] == (0, "purchase", "Masih ada")
    assert found[lines[45].pk] == (0, "rental", "Dipinjami")
    assert {found[line.pk] for n, line in enumerate(lines) if n not in (0, 45)} == {(1, "purchase", "")}
    assert Event.objects.get(verb="plan.reviewed").reason


def test_the_history_of_a_plan_says_neighbouring_lines_together(cast: Cast, desk: Desk) -> None:
    plan = a_long_plan(cast, 13)
    said = [plans.Reviewed(line.pk, 0, "postponed", "Pagu") for line in plan.lines.all()]
    plans.review(plan, lines=said, actor=cast.approver)
    assert "Baris 1–15" in text(desk.get(cast.planner, page(plan)))


def test_a_plan_recalculated_between_two_pages_is_not_reviewed(cast: Cast, desk: Desk) -> None:
    plan = a_long_plan(cast, 40)
    address = verb_page(plan, "review")
    shown = desk.get(cast.approver, address)
    plans.recalculate(plan, actor=cast.planner)
    shown = desk.post(cast.approver, address, {**filled(shown), "go": "2"})
    assert desk.post(cast.approver, address, filled(shown)).status_code == 412
    assert again(plan).state == "draft"


def test_a_review_that_carries_anything_else_is_refused(cast: Cast, desk: Desk, plan: Plan) -> None:
    address = verb_page(plan, "review")
    for carried in ("{", "[]", "[" * 40, '{"1": "x"}', '{"1": [1, 2, 3]}', '{"1": ["a", "b"]}'):
        assert desk.post(cast.approver, address, {"carried": carried}).status_code == 400, carried
    for page_ in ("0", "x", "9" * 23, "9" * 5000):
        assert desk.post(cast.approver, address, {"go": page_}).status_code == 400, len(page_)
        assert desk.get(cast.approver, f"{address}?p={page_}").status_code == 400, len(page_)
        for name in ("p", "line"):
            assert desk.get(cast.planner, f"{verb_page(plan, 'adjust')}?{name}={page_}").status_code == 400, len(page_)
        assert desk.get(cast.planner, f"{listing(PlanLine)}?p={page_}").status_code == 400, len(page_)
    assert again(plan).state == "draft"


def test_a_page_of_the_review_takes_the_same_queries_whatever_the_plan(cast: Cast, desk: Desk, plan: Plan) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(cast.approver, verb_page(plan, "review")).status_code == 200
        return len(captured)

    few = queries(), queries()
    plans.delete(plan, actor=cast.planner)
    plan = a_long_plan(cast, 80)
    assert plan.lines.count() == 82
    assert queries() == few[1]


def test_a_second_person_reviews_and_the_planner_freezes(cast: Cast, desk: Desk, plan: Plan) -> None:
    address = verb_page(plan, "review")
    assert desk.get(cast.planner, address).status_code == 403
    form = desk.get(cast.approver, address).content.decode()
    assert 'value="7"' in form and '<option value="purchase" selected>' in form
    wrong = desk.post(cast.approver, address, row(plan, approved="2", fulfilment="purchase", reason=""))
    assert wrong.status_code == 400 and "Beri alasan" in text(wrong)
    desk.post(cast.approver, address, row(plan, approved="2", fulfilment="purchase", reason="Pagu terbatas"))
    reviewed = again(plan)
    assert (reviewed.state, reviewed.lines.get().approved) == ("reviewed", 2)
    desk.act(cast.approver, plan, "send-back", reason="Periksa harga")
    assert again(plan).state == "draft"
    desk.post(cast.approver, address, row(plan, approved="2", fulfilment="purchase", reason="Pagu terbatas"))
    confirm = text(desk.get(cast.planner, verb_page(plan, "freeze")))
    assert "tidak dapat diubah atau dihapus lagi" in confirm and "direncanakan 2 seharga Rp11.100.000" in confirm
    desk.act(cast.planner, plan, "freeze")
    shown = desk.get(cast.planner, page(plan))
    assert verbs_on(shown) == set()
    assert "Ditetapkan" in text(shown)
    before = Event.objects.count()
    assert desk.act(cast.planner, plan, "recalculate").status_code == 409
    assert desk.post(cast.planner, verb_page(plan, "adjust"), row(plan, proposed="9")).status_code == 409
    assert Event.objects.count() == before


def test_difference_fairness_and_ceiling_are_pages_of_their_own(cast: Cast, desk: Desk, plan: Plan) -> None:
    plans.freeze(plans.review(plan, actor=cast.approver), actor=cast.planner)
    decided(cast, unit=cast.cibinong)
    later = plans.create(fiscal_year=2027, stage="perubahan", actor=cast.planner)

    change = text(desk.get(cast.viewer, reading(later, "difference")))
    assert "Dibanding RK-2027-0001 · TA 2027 Murni: 1 baris berubah, semuanya +1 perangkat." in change
    assert "“Sekarang” adalah jumlah keduanya" in change
    assert "Kecamatan Cibinong · Smartphone 0 1 +1 0 0" in change
    assert "1 baris sama" in change and "Kecamatan Kemang · Smartphone 7 7 0 0 5" in change
    alone = text(desk.get(cast.viewer, reading(plan, "difference")))
    assert "Belum ada versi sebelumnya untuk tahun anggaran ini" in alone
    assert "Unit dan perangkat Sekarang Sudah dibeli Dijanjikan Kecamatan Kemang · Smartphone 7 0 5" in alone
    assert "Versi sebelumnya belum ada" in text(desk.get(cast.viewer, page(plan))).replace("Belum", "belum")
    shares = text(desk.get(cast.viewer, reading(later, "fairness")))
    assert "2 dari 2 unit pernah mengusulkan; 4 perangkat diminta, 0 diterima." in shares
    assert "Hari menunggu (median)" in shares and "Kemang 3 3 0 0 " in shares
    fits = text(desk.get(cast.viewer, reading(plan, "ceiling"), ceiling="17000000"))
    assert "Pagu Rp17.000.000 cukup untuk 3 dari 7 perangkat; sisa Rp350.000." in fits
    assert "Uang habis di sini" in fits and "Muat seluruhnya" not in fits
    assert "Isi pagu" in text(desk.get(cast.viewer, reading(plan, "ceiling")))
    assert "Muat seluruhnya" in text(desk.get(cast.viewer, reading(plan, "ceiling"), ceiling="99000000"))
    for query in ({"ceiling": "x"}, {"ceiling": "-1"}):
        assert "Isi pagu" in text(desk.get(cast.viewer, reading(plan, "ceiling"), **query))
    for address, status in ((reading(plan, "fairness") + "?x=1", 400), (reading(plan, "antah"), 404)):
        assert desk.get(cast.viewer, address).status_code == status
    assert desk.get(cast.kemang_admin, reading(plan, "fairness")).status_code == 404


def test_lines_are_a_register_with_filters(cast: Cast, desk: Desk, plan: Plan) -> None:
    decided(cast, unit=cast.cibinong, lines=[a_line(cast, device_type=cast.tablet)])
    plans.recalculate(plan, actor=cast.planner)
    whole = {"plan": str(plan.pk)}
    for query, number in (
        (whole, 2), ({**whole, "need": "some"}, 2), ({**whole, "need": "none"}, 0), ({**whole, "need": "unpriced"}, 1),
        ({"unit": "32.01.12"}, 1), ({"q": "tablet"}, 1),
    ):  # fmt: skip
        seen = text(desk.get(cast.planner, listing(PlanLine), **query))
        assert (f"{number} baris" if number else "Tidak ada yang cocok") in seen, query
    assert desk.get(cast.planner, listing(PlanLine), plan="999").status_code == 400


@pytest.mark.parametrize(
    ("model", "fields", "said"),
    [
        (PpnRate, {"effective_from": "2022-04-01", "percent": "11", "legal_basis": "UU 7/2021"}, "11 %"),
        (AccountCode, {"code": "5.2.02.10.01.0002", "name": "Belanja Modal Personal Computer"}, "Personal Computer"),
        (NeedStandard, {"unit_kind": "district", "quantity": "2", "legal_basis": "Perbup 7", "from_year": "2026"},
         "setiap Kecamatan"),
        (SubActivity, {"code": "2.16.02.2.01.0005", "name": "Media", "activity_code": "2.16.02.2.01",
                       "activity_name": "Kegiatan", "programme_code": "2.16.02", "programme_name": "Program"}, "Media"),
    ],
)  # fmt: skip
def test_the_planner_keeps_what_the_budget_needs(cast: Cast, desk: Desk, model: Any, fields: Any, said: str) -> None:
    sent = {**fields, "device_type": cast.hp.pk} if model is NeedStandard else fields
    assert desk.post(cast.clerk, adding(model), sent).status_code == 403
    assert desk.post(cast.planner, adding(model), sent).status_code == 302
    kept = model.objects.get()
    assert said in text(desk.get(cast.viewer, listing(model))).replace("\xa0", " ")
    assert verbs_on(desk.get(cast.planner, page(kept))) == {"change", "delete"}
    assert verbs_on(desk.get(cast.viewer, page(kept))) == set()


def test_prices_families_and_receipts_hold_what_planning_reads(cast: Cast, desk: Desk) -> None:
    price = {"device_type": cast.hp.pk, "year": "2027", "price": "5000000", "component_id": "1.01",
             "specification": "RAM 8 GB", "account_code": "5.2.02.06.02.0001", "tkdn_percent": "25.5"}  # fmt: skip
    assert desk.post(cast.planner, adding(StandardPrice), price).status_code == 302
    seen = text(desk.get(cast.viewer, page(StandardPrice.objects.get()))).replace("\xa0", " ")
    assert "RAM 8 GB" in seen and "25,5 %" in seen
    desk.act(cast.clerk, cast.hp.family, "change", code="hp", name="HP", planned_type=cast.hp.pk)
    assert Family.objects.get(pk=cast.hp.family_id).planned_type == cast.hp
    receipt = {"unit": cast.diskominfo.pk, "contract_number": "K-1", "supplier": "CV", "received_on": "2026-03-01",
               "rows": "2", "lines-0-device_type": cast.hp.pk, "lines-0-quantity": "4"}  # fmt: skip
    assert desk.post(cast.clerk, adding(Receipt), receipt).status_code == 302
    assert "Menurut surat jalan Smartphone 4" in text(desk.get(cast.viewer, page(Receipt.objects.get())))
    half = desk.post(cast.clerk, adding(Receipt), {**receipt, "lines-0-quantity": ""})
    assert half.status_code == 400 and Receipt.objects.count() == 1


def test_the_page_of_a_plan_asks_for_its_workbook_and_that_of_a_line_for_its_analysis(
    cast: Cast, desk: Desk, plan: Plan
) -> None:
    address = reverse("admin:planning_plan_workbook", args=[plan.pk])
    assert address in desk.get(cast.planner, page(plan)).content.decode()
    assert desk.post(cast.planner, address, {})["Location"] == reverse("admin:jobs")
    job = Job.objects.get(kind="export")
    assert (job.owner, job.params["kind"], job.params["filters"]) == (cast.planner, "budget_plan", {"id": plan.pk})
    assert desk.get(cast.planner, address).status_code == 400
    assert desk.post(cast.kemang_admin, address, {}).status_code in (403, 404)
    line = plan.lines.get()
    printed = desk.get(cast.planner, reverse("admin:planning_planline_print", args=[line.pk, "analysis"]))
    assert printed["Content-Type"] == "application/pdf"
    noted = SecurityEvent.objects.filter(kind="paper_printed").latest("pk")
    assert (noted.detail["thing"], noted.detail["people"]) == (f"plan {plan.pk}", [cast.planner.person_id])
