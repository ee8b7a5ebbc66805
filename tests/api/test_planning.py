"""A plan over the API: calculated with its causes, adjusted, reviewed by another, frozen; what is read off it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from assets import register
from assets.models import StandardPrice
from core import jobs
from core.journal import head
from planning import plans
from planning.models import NeedStandard, Plan, PpnRate
from tests import base
from tests.api.cast import Cast
from tests.api.test_contract import fields, problem
from tests.base import day
from tests.documents.papers import letters_of

GROUPS = ("requests", "pledges", "assets", "receipts", "standard", "plan_lines")


@pytest.fixture(autouse=True)
def monday():
    with base.at(base.MONDAY):
        yield


def needs(cast: Cast) -> None:
    """Kemang asked for three phones and got none, was promised five, and one lies in the store."""
    within = cast.base
    StandardPrice.objects.create(
        device_type=within.hp, year=2027, price=5_000_000, includes_ppn=False, account_code="5.2.02.06.02.0001"
    )
    PpnRate.objects.create(effective_from=day("2022-04-01"), percent=11)
    base.decided(within, lines=[base.a_line(within, quantity=3)])
    base.a_pledge(within, promised=5)
    base.an_asset(within)


def a_plan(cast: Cast, **body: Any) -> dict[str, Any]:
    answer = cast.planner.post("plans/", {"fiscal_year": 2027, "stage": "murni", **body})
    assert answer.status_code == 201, answer.content
    return answer.json()


def lines(cast: Cast, plan: dict[str, Any], query: str = "", who: str = "planner") -> list[dict[str, Any]]:
    answer = getattr(cast, who).get(f"{plan['url']}lines/?{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def counted(line: dict[str, Any]) -> int:
    return sum(cause["quantity"] for group in GROUPS for cause in line[group] if cause["counted"])


def test_a_plan_is_calculated_at_once_and_says_what_it_costs(cast: Cast):
    needs(cast)
    plan = a_plan(cast)
    assert (plan["state"], plan["number"], plan["edition"]) == ("draft", "RK-2027-0001", 1)
    assert plan["unit"]["id"] == cast.diskominfo.pk and plan["within"]["id"] == cast.root.pk
    # 3 requested + 5 promised - 1 in the store = 7 at Rp5.000.000 + 11 %
    assert plan["figures"] == {
        "need": 7, "planned": 7, "base": 35_000_000, "ppn": 3_850_000, "total": 38_850_000, "without_price": 0,
    }  # fmt: skip
    [row] = cast.planner.get("plans/").json()["results"]
    assert row == {name: value for name, value in plan.items() if name != "actions"}
    assert set(plan["actions"]) == {"change", "recalculate", "adjust", "delete"}
    assert cast.approver.get(plan["url"]).json()["actions"] == ["review"]


def test_each_line_opens_to_the_requests_pledges_and_devices_behind_it(cast: Cast):
    needs(cast)
    register.receive(
        unit=cast.diskominfo, contract_number="K-9", supplier="CV", received_on=day("2026-03-01"),
        lines=[{"device_type": cast.hp, "quantity": 2}], actor=cast.clerk.user,
    )  # fmt: skip
    [line] = lines(cast, a_plan(cast))

    assert line["need"] == counted(line) == 3 + 5 - 1 - 2
    assert line["number"] == "RK-2027-0001/1"
    told = {(g, c["kind"], c["quantity"]) for g in GROUPS for c in line[g]}
    assert told == {("requests", "request", 3), ("pledges", "pledge", 5), ("assets", "stock", -1),
                    ("receipts", "incoming", -2)}  # fmt: skip
    for group in ("requests", "pledges", "assets", "receipts"):
        [cause] = line[group]
        opened = cast.planner.get(cause["url"]).json()
        assert opened["id"] == cause["id"]
        assert cause.get("tag") == opened.get("tag")
        assert cause.get("number") == opened.get("number")
    assert cast.planner.get(line["url"]).json() == line


def test_standards_usable_devices_and_earlier_plans_are_causes_too(cast: Cast):
    NeedStandard.objects.create(
        device_type=cast.hp, unit_kind="district", quantity=3, legal_basis="Perbup 7/2026", from_year=2026
    )
    base.delivered(cast.base)
    first = plans.create(fiscal_year=2027, actor=cast.planner.user)
    plans.freeze(plans.review(first, actor=cast.approver.user), actor=cast.planner.user)
    later = a_plan(cast, stage="perubahan")
    [kemang] = lines(cast, later, f"unit={cast.kemang.pk}")
    [cibinong] = lines(cast, later, "within=32.01.01")

    assert later["previous"]["number"] == first.number
    assert (kemang["standard_quantity"], kemang["usable"], kemang["need"]) == (3, 1, 0)
    assert {(g, c["kind"], c["quantity"], c["counted"]) for g in GROUPS for c in kemang[g]} == {
        ("standard", "standard", 2, True), ("assets", "usable", 1, False), ("plan_lines", "budgeted", -2, True),
    }  # fmt: skip
    assert cibinong["standard"][0]["name"] == "Perbup 7/2026"
    [budgeted] = cibinong["plan_lines"]
    assert (budgeted["quantity"], cibinong["need"]) == (-3, 0)
    assert cast.planner.get(budgeted["url"]).json()["number"] == budgeted["number"]


def test_from_calculation_to_a_version_that_never_changes(cast: Cast):
    needs(cast)
    plan = a_plan(cast)
    url, [line] = plan["url"], lines(cast, plan)
    sent = {"lines": [{"id": line["id"], "proposed": 6, "unit_price": 4_000_000, "note": "Tiga dahulu"}]}
    adjusted = cast.planner.post(f"{url}adjust/", sent).json()
    assert adjusted["figures"]["total"] == 26_640_000
    problem(cast.planner.post(f"{url}review/"), 403)
    said = {"id": line["id"], "approved": 2, "fulfilment": "purchase", "reason": "Sisanya tahun depan"}
    reviewed = cast.approver.post(f"{url}review/", {"lines": [said], "reason": "Sesuai pagu"}).json()
    assert (reviewed["state"], reviewed["figures"]["planned"]) == ("reviewed", 2)
    back = cast.approver.post(f"{url}send-back/", {"reason": "Periksa harga"}).json()
    assert (back["state"], back["figures"]["planned"]) == ("draft", 6)
    assert cast.planner.post(f"{url}recalculate/").json()["figures"]["planned"] == 6  # what was set by hand stays
    cast.approver.post(f"{url}review/", {"lines": [said]})
    frozen = cast.planner.post(f"{url}freeze/").json()
    assert (frozen["state"], frozen["actions"]) == ("frozen", [])
    [kept] = lines(cast, plan)
    assert (kept["approved"], kept["review_reason"], kept["planned"]) == (2, "Sisanya tahun depan", 2)
    assert kept["amount"] == {"base": 8_000_000, "ppn": 880_000, "total": 8_880_000}

    before = head()
    for verb, body in (("recalculate", {}), ("adjust", sent), ("freeze", {})):
        problem(cast.planner.post(f"{url}{verb}/", body), 409)
    problem(cast.approver.post(f"{url}review/"), 409)
    problem(cast.planner.patch(url, {"note": "x"}), 409)
    problem(cast.planner.delete(url), 409)
    assert head() == before
    told = [event["verb"] for event in cast.planner.get(f"{url}history/?ordering=seq").json()["results"]]
    assert told == ["plan.created", "plan.adjusted", "plan.reviewed", "plan.sent_back", "plan.recalculated",
                    "plan.reviewed", "plan.frozen"]  # fmt: skip


def test_bad_input_is_named_field_by_field(cast: Cast):
    needs(cast)
    problem(cast.planner.post("plans/", {"stage": "antah"}), 400)
    assert fields(cast.planner.post("plans/", {"stage": "antah", "x": 1})) == {"fiscal_year", "stage", "x"}
    assert fields(cast.planner.post("plans/", {"fiscal_year": 2025, "stage": "murni"})) == {"fiscal_year"}
    plan = a_plan(cast)
    problem(cast.planner.post("plans/", {"fiscal_year": 2027, "stage": "murni"}), 409)
    url, [line] = plan["url"], lines(cast, plan)
    wrong = {"id": line["id"], "proposed": -1, "fund_source": "lain", "budgeting_unit": 424242, "need": 3}
    assert fields(cast.planner.post(f"{url}adjust/", {"lines": [wrong]})) == {
        "lines.0.proposed", "lines.0.fund_source", "lines.0.budgeting_unit", "lines.0.need",
    }  # fmt: skip
    wrong = {"id": line["id"], "account_code": "lima", "unit_price": 0}
    assert fields(cast.planner.post(f"{url}adjust/", {"lines": [wrong]})) == {
        "lines.0.account_code", "lines.0.unit_price",
    }  # fmt: skip
    assert fields(cast.planner.post(f"{url}adjust/", {"lines": [{"id": 424242, "proposed": 1}]})) == {"lines.0.id"}
    assert fields(cast.planner.post(f"{url}adjust/", {"lines": []})) == {"lines"}
    said = [{"id": line["id"], "approved": 99, "fulfilment": "none"}, {"id": line["id"], "approved": 0}]
    assert fields(cast.approver.post(f"{url}review/", {"lines": said})) == {"lines.0.approved", "lines.1.id"}
    problem(cast.approver.post(f"{url}send-back/"), 400)
    assert fields(cast.planner.patch(url, {"ceiling": -1, "number": "x"})) == {"ceiling", "number"}


def test_who_adjusts_what_was_recalculated_meanwhile_is_told(cast: Cast):
    needs(cast)
    plan = a_plan(cast)
    [line], read = lines(cast, plan), cast.planner.get(plan["url"])["ETag"]
    assert cast.superuser.post(f"{plan['url']}recalculate/", If_Match=read).status_code == 200
    sent = {"lines": [{"id": line["id"], "proposed": 1}]}
    problem(cast.planner.post(f"{plan['url']}adjust/", sent, If_Match=read), 412, "stale")
    assert lines(cast, plan)[0]["proposed"] == 7


def test_what_fits_under_a_ceiling_is_the_most_urgent(cast: Cast):
    needs(cast)
    StandardPrice.objects.create(device_type=cast.tripod, year=2026, price=1_000_000)
    base.decided(cast.base, lines=[base.a_line(cast.base, device_type=cast.tripod, situation="none")])
    plan = a_plan(cast)
    problem(cast.planner.get(f"{plan['url']}under-ceiling/"), 400)
    for wrong in ("-1", "x", "1.5", str(10**16)):
        assert fields(cast.planner.get(f"{plan['url']}under-ceiling/?ceiling={wrong}")) == {"ceiling"}
    told = cast.planner.get(f"{plan['url']}under-ceiling/?ceiling=17000000").json()
    rows = [(r["device_type"]["code"], r["planned"], r["quantity"], r["cost"], r["left"]) for r in told["results"]]

    assert rows == [("smartphone", 7, 3, 16_650_000, 350_000), ("tripod", 1, 0, 0, 350_000)]
    assert (told["ceiling"], told["spent"], told["left"]) == (17_000_000, 16_650_000, 350_000)
    cast.planner.patch(plan["url"], {"ceiling": 18_000_000})
    assert cast.planner.get(f"{plan['url']}under-ceiling/").json()["results"][1]["quantity"] == 1


def test_difference_and_fairness_tell_who_gets_what(cast: Cast):
    needs(cast)
    first = plans.create(fiscal_year=2027, actor=cast.planner.user)
    plans.freeze(plans.review(first, actor=cast.approver.user), actor=cast.planner.user)
    base.decided(cast.base, unit=cast.cibinong)
    later = a_plan(cast, stage="pergeseran")
    told = cast.planner.get(f"{later['url']}difference/").json()
    rows = {r["unit"]["code"]: (r["before"], r["now"], r["change"], r["promised"]) for r in told["results"]}

    assert told["previous"]["number"] == first.number
    assert rows == {"32.01.12": (7, 7, 0, 5), "32.01.01": (0, 1, 1, 0)}
    alone = cast.planner.get(f"plans/{first.pk}/difference/").json()
    assert alone["previous"] is None
    assert [(r["before"], r["now"], r["change"]) for r in alone["results"]] == [(None, 7, None)]
    shares = cast.planner.get(f"{later['url']}fairness/").json()["results"]
    assert [(s["unit"]["code"], s["asked"], s["approved"], s["received"], s["median_days"]) for s in shares] == [
        ("32.01.01", 1, 1, 0, 0), ("32.01.12", 3, 3, 0, 0),
    ]  # fmt: skip


def test_a_kecamatan_reads_the_plan_of_its_own_needs_without_the_names_of_others(cast: Cast):
    needs(cast)
    own, other = a_plan(cast, within=cast.kemang.pk), a_plan(cast, within=cast.cibinong.pk, fiscal_year=2028)
    [line] = lines(cast, own, who="kemang_admin")
    problem(cast.kemang_admin.get(other["url"]), 404)
    problem(cast.kemang_admin.get(f"{other['url']}lines/"), 404)
    [stock] = line["assets"]

    assert (stock["quantity"], stock["id"], stock["url"], stock["tag"]) == (-1, None, None, None)
    assert line["requests"][0]["id"] and line["pledges"][0]["id"]
    assert counted(line) == line["need"]
    tag = lines(cast, own)[0]["assets"][0]["tag"]
    told, whole = (
        letters_of(getattr(cast, who).get(f"{line['url']}analysis/").getvalue()) for who in ("kemang_admin", "planner")
    )
    assert "diluarwilayahAnda1" in told and tag not in told
    assert tag in whole


def test_lines_are_filtered_sorted_and_walked_by_cursor(cast: Cast):
    needs(cast)
    base.decided(cast.base, unit=cast.cibinong, lines=[base.a_line(cast.base, device_type=cast.tablet)])
    plan = a_plan(cast)

    def count(query: str) -> int:
        return len(lines(cast, plan, query))

    assert count("") == 2
    assert count(f"device_type={cast.tablet.pk}") == count("unit__code=32.01.01") == count("need=1") == 1
    assert count(f"family={cast.hp.family_id}") == count("need__gt=1") == count("within=32.01.12") == 1
    assert count("proposal_origin=komitmen") == count("proposal_origin=renja") == 1
    assert count("unit_price__isnull=true") == count("search=tablet") == 1
    for order in ("position", "-need", "score", "waiting_days", "unit__code", "id"):
        page = cast.planner.get(f"{plan['url']}lines/?limit=1&cursor=&ordering={order}").json()
        then = cast.planner.get(page["next"]).json()
        assert [*page["results"], *then["results"]] == lines(cast, plan, f"ordering={order}")
        assert then["next"] is None
    problem(cast.planner.get(f"{plan['url']}lines/?adjusted=x"), 400)


def test_a_page_of_lines_takes_the_same_queries_whatever_its_length(cast: Cast):
    needs(cast)
    plan = a_plan(cast)

    def queries(who: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            lines(cast, plan, who=who)
        return len(captured)

    few = queries("planner"), queries("planner")
    for unit in (cast.cibinong, cast.kemang):
        base.decided(cast.base, unit=unit, lines=[base.a_line(cast.base, device_type=cast.tablet, quantity=2)])
    plans.recalculate(Plan.objects.get(pk=plan["id"]), actor=cast.planner.user)

    assert len(lines(cast, plan)) == 3
    assert queries("planner") == few[1]


def test_every_answer_is_as_the_description_says(cast: Cast):
    needs(cast)
    NeedStandard.objects.create(
        device_type=cast.hp, of_unit=cast.cibinong, quantity=3, legal_basis="Perbup 7/2026", from_year=2026
    )
    plan = a_plan(cast, ceiling=20_000_000)
    document = cast.viewer.get("schema/").json()
    [line, *_rest] = lines(cast, plan)
    own = a_plan(cast, within=cast.kemang.pk, fiscal_year=2028)
    for who, path, address in (
        ("viewer", "plans/", "plans/"), ("viewer", "plans/{id}/", plan["url"]),
        ("viewer", "plans/{plan}/lines/", f"{plan['url']}lines/"), ("viewer", "plans/{plan}/lines/{id}/", line["url"]),
        ("kemang_admin", "plans/{plan}/lines/", f"{own['url']}lines/"),
        ("viewer", "plans/{id}/difference/", f"{plan['url']}difference/"),
        ("viewer", "plans/{id}/fairness/", f"{plan['url']}fairness/"),
        ("viewer", "plans/{id}/under-ceiling/", f"{plan['url']}under-ceiling/"),
        ("viewer", "need-standards/", "need-standards/"), ("viewer", "ppn-rates/", "ppn-rates/"),
        ("viewer", "standard-prices/", "standard-prices/"), ("viewer", "families/", "families/"),
    ):  # fmt: skip
        answer = document["paths"][f"/api/v1/{path}"]["get"]["responses"]["200"]["content"]["application/json"]
        validator = Draft202012Validator({**answer["schema"], "components": document["components"]})
        validator.validate(getattr(cast, who).get(address).json())


def test_a_receipt_says_what_its_paper_lists(cast: Cast):
    body = {"unit": cast.diskominfo.pk, "contract_number": "K-1", "supplier": "CV", "received_on": "2026-03-01",
            "plan_line": "RK-2026-0001/1", "lines": [{"device_type": cast.hp.pk, "quantity": 4}]}  # fmt: skip
    made = cast.clerk.post("receipts/", body).json()
    assert [(row["device_type"]["code"], row["quantity"]) for row in made["lines"]] == [("smartphone", 4)]
    twice = {**body, "lines": [{"device_type": cast.hp.pk, "quantity": 4}] * 2}
    assert fields(cast.clerk.post("receipts/", twice)) == {"lines.1"}
    assert fields(cast.clerk.post("receipts/", {**body, "lines": [{"device_type": 424242, "quantity": 0}]})) == {
        "lines.0.device_type", "lines.0.quantity",
    }  # fmt: skip


def test_what_the_planner_keeps_is_read_back_as_it_was_sent(cast: Cast):
    price = {"device_type": cast.hp.pk, "year": 2027, "price": 5_000_000, "component_id": "1.01.02",
             "specification": "RAM 8 GB", "account_code": "5.2.02.06.02.0001", "tkdn_percent": "25.50"}  # fmt: skip
    made = cast.planner.post("standard-prices/", price).json()
    assert {name: made[name] for name in price if name != "device_type"} == {
        name: value for name, value in price.items() if name != "device_type"
    }
    for wrong in ("11,5", "abc", True, 101, -1, "1e1", 10.123, "٣"):
        assert fields(cast.planner.post("ppn-rates/", {"effective_from": "2022-04-01", "percent": wrong})) == {
            "percent"
        }, wrong
    standard = {"device_type": cast.hp.pk, "quantity": 2, "legal_basis": "Perbup", "from_year": 2027}
    problem(cast.planner.post("need-standards/", standard), 400)
    kept = cast.planner.post("need-standards/", {**standard, "unit_kind": "district"}).json()
    moved = cast.planner.patch(kept["url"], {"unit_kind": "", "of_unit": cast.kemang.pk}).json()
    assert (moved["unit_kind"], moved["of_unit"]["id"]) == (None, cast.kemang.pk)
    family = cast.clerk.patch(f"families/{cast.hp.family_id}/", {"planned_type": cast.hp.pk}).json()
    assert family["planned_type"]["code"] == "smartphone"


# ---- files


def exported(cast: Cast, who: str, **body: Any) -> tuple[dict[str, Any], bytes]:
    answer = getattr(cast, who).post("exports/", {"kind": "budget_plan", **body})
    assert answer.status_code == 202, answer.content
    jobs.run_due()
    done = getattr(cast, who).get(answer["Location"]).json()
    assert done["state"] == "done", done
    return done, b"".join(getattr(cast, who).get(done["file"], Accept="*/*").streaming_content)


@pytest.mark.usefixtures("media")
def test_the_workbook_holds_what_the_api_says(cast: Cast):
    needs(cast)
    plan = a_plan(cast)
    done, content = exported(cast, "planner", filters={"id": plan["id"]})
    assert (done["rows"], done["filename"].startswith("Usulan-Kebutuhan-Perangkat-TA-2027-RK-2027-0001")) == (1, True)
    sheet = load_workbook(io.BytesIO(content), data_only=True)["Rincian RKA"]
    [total] = [row for row in sheet.iter_rows(values_only=True) if "JUMLAH" in row]
    assert (total[13], total[10]) == (plan["figures"]["need"], plan["figures"]["total"]) == (7, 38_850_000)


@pytest.mark.usefixtures("media")
def test_several_plans_leave_as_csv_and_not_as_one_workbook(cast: Cast):
    needs(cast)
    for year in (2027, 2028):
        cast.planner.post("plans/", {"fiscal_year": year, "stage": "murni"})
    refused = cast.planner.post("exports/", {"kind": "budget_plan"})
    assert (refused.status_code, fields(refused)) == (400, {"filters.id"})
    done, content = exported(cast, "planner", format="csv")
    assert done["rows"] == 2
    assert b"RK-2028-0001/1" in content


@pytest.mark.usefixtures("media")
def test_a_plan_out_of_scope_is_no_plan_to_export(cast: Cast):
    needs(cast)
    plan = a_plan(cast)
    refused = cast.kemang_admin.post("exports/", {"kind": "budget_plan", "filters": {"id": plan["id"]}})
    assert (refused.status_code, fields(refused)) == (400, {"filters.id"})


def test_the_analysis_of_a_line_is_a_pdf(cast: Cast):
    needs(cast)
    plan = a_plan(cast)
    [line] = lines(cast, plan)
    answer = cast.planner.get(f"{line['url']}analysis/", Accept="*/*")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert cast.kemang_admin.get(f"{line['url']}analysis/", Accept="*/*").status_code == 404
