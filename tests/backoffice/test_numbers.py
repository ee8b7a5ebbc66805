"""Numbers typed into pages: every field of every form, as Indonesians, spreadsheets and machines write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django import forms

from assets import register
from assets.models import Asset, Receipt, Repair, StandardPrice
from backoffice.admin import site
from backoffice.forms import PlainForm
from backoffice.numbers import NumberField, PercentField, RupiahField, WholeField, YearField
from backoffice.registers.plan_forms import AdjustLineRow, AdjustRow, CeilingForm, ReviewRow
from core.numbers import MAX_RUPIAH
from planning import plans
from planning.models import NeedStandard, Plan, PpnRate
from requests_app.models import DeviceRequest
from tests.api.cast import Caller
from tests.backoffice.desk import Desk, adding, filled, listing, page, text, verb_page
from tests.backoffice.test_verbs import request_fields
from tests.base import Cast, a_line, a_pledge, again, an_asset, an_issue, decided, some_assets
from tests.server import ROOT

UNSURE = ["1.5", "1,5", "1.00", "1.250.00", "12.34.567", "500.000.000,50", "500.000000", "0.500", "-5", "lima"]
TYPED: dict[type[NumberField], dict[str, Any]] = {
    WholeField: dict.fromkeys(("1000", "1.000", "1,000", "1.000,00"), 1000) | {"3": 3, "100.000": 100_000},
    RupiahField: dict.fromkeys(
        ("500000000", "500.000.000", "Rp 500.000.000", "Rp500.000.000", "500.000.000,00", "500,000,000", "500 juta"),
        500_000_000,
    )
    | {"1.000": 1000, "1.000.000.000.001": MAX_RUPIAH + 1},
    YearField: {"2026": 2026, "2000": 2000, "2100": 2100, "1999": 1999, "2101": 2101},
    PercentField: dict.fromkeys(("11,5", "11.5", "11,50 %"), Decimal("11.5")) | {"11": 11, "100": 100},
}
REFUSED: dict[type[NumberField], list[str]] = {
    WholeField: [*UNSURE, "Rp 5", "1,5 jt"],
    RupiahField: UNSURE,
    YearField: ["20.26", "2.026", "2,026", "26", "2026.0"],
    PercentField: ["1.150", "11,555", "101", "-1", "lima"],
}


def all_forms(base: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[Any]]:
    """Every form class of the back office, found by walking the classes themselves."""
    for form in base.__subclasses__():
        if form.__module__.startswith("backoffice") or issubclass(form, PlainForm):  # made ones bear Django's module
            yield form
        yield from all_forms(form)


FORMS = list(dict.fromkeys(all_forms()))
FIELDS = [(f"{form.__name__}.{name}", field) for form in FORMS for name, field in form.base_fields.items()]
NUMBERS = [pytest.param(field, id=name) for name, field in FIELDS if isinstance(field, NumberField)]


def test_the_walk_finds_every_form_that_a_page_shows() -> None:
    shown: set[type[PlainForm]] = {AdjustRow, AdjustLineRow, ReviewRow}
    for admin in site._registry.values():
        made = [admin.creation] if getattr(admin, "creation", None) else []
        for each in [*admin.buttons, *made]:  # type: ignore[attr-defined]
            shown |= {each.form, *filter(None, [each.form.row_form])}
    assert not shown - set(FORMS)
    assert {type(each.values[0]) for each in NUMBERS} == set(TYPED)


def test_no_page_has_a_number_field_of_the_browser() -> None:
    djangos = (forms.IntegerField, forms.FloatField, forms.DecimalField)
    assert [name for name, field in FIELDS if isinstance(field, djangos)] == []
    assert [name for name, field in FIELDS if getattr(field.widget, "input_type", "") == "number"] == []
    drawn = [*(ROOT / "core").rglob("*.html"), *(ROOT / "backoffice").rglob("*.[hj][ts]*")]
    assert drawn
    assert [path for path in drawn if re.search(r"""type\s*=\s*["']?number""", path.read_text())] == []


def test_no_label_says_what_every_field_shows_by_itself() -> None:
    """That it may be left empty, and that an amount is in rupiah or per cent."""
    assert [
        (name, str(each.label)) for name, each in FIELDS if re.search(r"opsional|\((Rp|rupiah|%)", str(each.label))
    ] == []


def test_a_field_that_may_be_left_empty_says_so_and_no_other(cast: Cast, desk: Desk) -> None:
    shown = text(desk.get(cast.clerk, verb_page(an_asset(cast), "mark-lost")))
    assert "Hilang sejak (opsional)" in shown and "Alasan (opsional)" not in shown
    assert "Kondisi (opsional)" not in text(desk.get(cast.clerk, adding(Asset)))
    assert "Tahap (opsional)" not in text(desk.get(cast.planner, adding(Plan)))
    assert "surat jalan (opsional)" not in text(desk.get(cast.clerk, adding(Receipt)))
    decided(cast, lines=[a_line(cast, quantity=3)])
    grid = text(desk.get(cast.planner, verb_page(plans.create(fiscal_year=2027, actor=cast.planner), "adjust")))
    assert "Harga satuan (opsional)" in grid and "Diusulkan (opsional)" not in grid


def test_a_dispute_of_one_device_wants_its_reason(cast: Cast, desk: Desk) -> None:
    alone, two = an_issue(cast), an_issue(cast, assets=some_assets(cast, 2))
    assert "cocok? (opsional)" not in text(desk.get(cast.kemang_admin, verb_page(alone, "dispute")))
    assert "cocok? (opsional)" in text(desk.get(cast.kemang_admin, verb_page(two, "dispute")))
    refused = desk.act(cast.kemang_admin, alone, "dispute")
    assert refused.status_code == 400 and [*refused.context["form"].rows[0].errors] == ["reason"]


def test_a_wrong_row_is_said_above_the_form_which_leads_to_it(cast: Cast, desk: Desk) -> None:
    wrong = {**request_fields(cast), "lines-0-quantity": "0"}
    refused = desk.post(cast.kemang_admin, adding(DeviceRequest), wrong)
    assert refused.status_code == 400 and "Ada isian yang perlu diperbaiki." in text(refused)
    assert all(
        each in refused.content.decode()
        for each in ('href="#id_lines-0-quantity"', 'id="id_lines-0-quantity"', 'id="lines-0"')
    )


@pytest.mark.parametrize("field", NUMBERS)
def test_what_is_typed_is_the_number_meant_or_is_refused(field: NumberField) -> None:
    kind = next(kind for kind in TYPED if isinstance(field, kind))
    for typed, number in TYPED[kind].items():
        if field.min_value <= number <= field.max_value:
            echo = field.prepare_value(typed)
            assert (field.clean(typed), field.clean(echo), echo) == (number, number, field.prepare_value(number))
        else:
            with pytest.raises(forms.ValidationError):
                field.clean(typed)
    for typed in REFUSED[kind]:
        assert field.prepare_value(typed) == typed
        with pytest.raises(forms.ValidationError):
            field.clean(typed)
    assert field.widget.attrs["inputmode"] in ("numeric", "decimal")


@pytest.mark.parametrize(
    ("field", "typed"),
    [(WholeField(), "-5"), (RupiahField(), "-5.000"), (YearField(), "-2026"), (PercentField(), "-1")],
)
def test_what_is_below_nothing_is_called_too_small(field: NumberField, typed: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(typed)
    assert refused.value.error_list[0].code == "min_value"


def shown_in(response: Any, name: str) -> str:
    return filled(response)[name]


def test_a_price_is_echoed_as_understood_and_said_in_the_same_form(cast: Cast, desk: Desk) -> None:
    fields = {"device_type": str(cast.hp.pk), "year": "20.26", "price": "4.500.000", "tkdn_percent": "40,5"}
    wrong = desk.post(cast.planner, adding(StandardPrice), fields)
    assert wrong.status_code == 400 and "Tulis tahun dengan empat angka, misalnya 2026." in text(wrong)
    sent = filled(wrong)
    assert (sent["price"], sent["year"], sent["tkdn_percent"]) == ("Rp4.500.000", "20.26", "40,5")
    assert desk.post(cast.planner, adding(StandardPrice), {**sent, "year": "2026"}).status_code == 302
    price = StandardPrice.objects.get()
    assert (price.price, price.year, price.tkdn_percent) == (4_500_000, 2026, Decimal("40.5"))
    assert "Rp4.500.000" in text(desk.get(cast.planner, page(price)))
    assert "40,5 %" in text(desk.get(cast.planner, page(price))).replace("\N{NO-BREAK SPACE}", " ")
    form = desk.get(cast.planner, verb_page(price, "change"))
    assert (shown_in(form, "price"), shown_in(form, "year")) == ("Rp4.500.000", "2026")
    too_much = desk.act(cast.planner, price, "change", **{**filled(form), "price": "1.000.000.000.001"})
    assert too_much.status_code == 400 and "Rp1.000.000.000.000" in text(too_much)


@pytest.mark.parametrize("year", ["1999", "2101", "20.26", "2.026"])
def test_a_year_is_bounded_on_the_server(cast: Cast, desk: Desk, year: str) -> None:
    fields = {"device_type": str(cast.hp.pk), "price": "4500000", "year": year}
    assert desk.post(cast.planner, adding(StandardPrice), fields).status_code == 400
    assert not StandardPrice.objects.exists()


def test_a_ceiling_of_half_a_billion_stays_one(cast: Cast, desk: Desk) -> None:
    decided(cast)
    fields = {"fiscal_year": "2027", "stage": "murni", "ceiling": "500.000.000"}
    assert desk.post(cast.planner, adding(Plan), fields).status_code == 302
    plan = Plan.objects.get()
    assert plan.ceiling == 500_000_000
    assert "Rp500.000.000" in text(desk.get(cast.planner, page(plan)))
    assert shown_in(desk.get(cast.planner, verb_page(plan, "change")), "ceiling") == "Rp500.000.000"
    asked = desk.get(cast.planner, f"{page(plan).removesuffix('change/')}read/ceiling/", ceiling="250.000.000")
    assert "Pagu Rp250.000.000 cukup" in text(asked) and 'value="Rp250.000.000"' in asked.content.decode()
    unsure = desk.get(cast.planner, f"{page(plan).removesuffix('change/')}read/ceiling/", ceiling="250.000000")
    assert "Tulis rupiah bulat tanpa sen" in text(unsure) and "cukup" not in text(unsure)
    assert CeilingForm({"ceiling": str(MAX_RUPIAH + 1)}).errors


def test_a_request_for_a_thousand_devices_is_not_one_for_one(cast: Cast, desk: Desk) -> None:
    more = desk.post(cast.kemang_admin, adding(DeviceRequest), request_fields(cast, **{"lines-0-quantity": "1,5"}))
    assert more.status_code == 400 and "Tulis bilangan bulat" in text(more)
    fields = request_fields(cast, **{"lines-0-quantity": "1.000"})
    grown = desk.post(cast.kemang_admin, adding(DeviceRequest), {**fields, "add_row": "1"})
    assert 'value="1.000"' in grown.content.decode()
    assert desk.post(cast.kemang_admin, adding(DeviceRequest), fields).status_code == 302
    request = DeviceRequest.objects.get()
    assert request.lines.get().quantity == 1000
    assert "1.000 Smartphone" in text(desk.get(cast.kemang_admin, page(request)))


def test_what_a_repair_cost_has_the_limit_of_every_amount(cast: Cast, desk: Desk) -> None:
    asset = an_asset(cast)
    register.start_repair(asset, actor=cast.clerk)
    for wrong in ("1.000.000.000.001", "1.250.00", "1.5"):
        assert desk.act(cast.clerk, asset, "end-repair", condition="good", cost=wrong).status_code == 400
    assert desk.act(cast.clerk, asset, "end-repair", condition="good", cost="Rp 1.250.000").status_code == 302
    assert Repair.objects.get().cost == 1_250_000
    assert "Rp1.250.000" in text(desk.get(cast.clerk, page(asset)))


def test_a_rate_has_a_comma(cast: Cast, desk: Desk) -> None:
    fields = {"effective_from": "2026-01-01", "percent": "11,25"}
    assert desk.post(cast.planner, adding(PpnRate), fields).status_code == 302
    rate = PpnRate.objects.get()
    assert rate.percent == Decimal("11.25")
    assert "11,25" in text(desk.get(cast.planner, page(rate))) and "11,25" in text(
        desk.get(cast.planner, listing(PpnRate))
    )


def test_a_standard_is_listed_as_it_is_entered(cast: Cast, desk: Desk) -> None:
    fields = {"device_type": str(cast.hp.pk), "unit_kind": "district", "quantity": "1.000", "legal_basis": "Perbup 7",
              "from_year": "2026"}  # fmt: skip
    assert desk.post(cast.planner, adding(NeedStandard), fields).status_code == 302
    assert NeedStandard.objects.get().quantity == 1000
    listed = text(desk.get(cast.planner, listing(NeedStandard)))
    assert "1.000" in listed and "2026–" in listed


def test_the_grids_of_a_plan_read_and_echo_numbers(cast: Cast, desk: Desk) -> None:
    decided(cast, lines=[a_line(cast, quantity=2)])
    plan = plans.create(fiscal_year=2027, actor=cast.planner)
    name = f"lines-{plan.lines.get().pk}"
    address = verb_page(plan, "adjust")
    sent = {f"{name}-proposed": "1.500", f"{name}-unit_price": "4.500.000", f"{name}-account_code": "lima"}
    wrong = desk.post(cast.planner, address, sent)
    assert wrong.status_code == 400
    assert (shown_in(wrong, f"{name}-proposed"), shown_in(wrong, f"{name}-unit_price")) == ("1.500", "Rp4.500.000")
    assert desk.post(cast.planner, address, {**filled(wrong), f"{name}-account_code": ""}).status_code == 302
    line = plan.lines.get()
    assert (line.proposed, line.unit_price) == (1500, 4_500_000)
    assert "1.500" in text(desk.get(cast.planner, page(plan)))

    reviewing = desk.get(cast.approver, verb_page(plan, "review"))
    assert shown_in(reviewing, f"{name}-approved") == "1.500"
    less = {**filled(reviewing), f"{name}-approved": "1.250", f"{name}-reason": "Cukup"}
    assert desk.post(cast.approver, verb_page(plan, "review"), less).status_code == 302
    assert again(line).approved == 1250


def test_a_day_beyond_what_the_api_takes_is_refused_by_its_year(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast)
    asked = {"kind": "first_set", "new_due_on": "9999-12-30", "reason": "Ditetapkan"}
    refused = desk.act(cast.verifier, pledge, "ask-revision", **asked)
    assert (refused.status_code, "Tahunnya harus dari 1900 sampai 2200." in text(refused)) == (400, True)
    answer = Caller(cast.verifier).post(f"pledges/{pledge.pk}/deadline-revisions/", asked)
    assert [each["detail"] for each in answer.json()["errors"]] == [
        "Tanggal harus berbentuk YYYY-MM-DD, dari tahun 1900 sampai 2200."
    ]
