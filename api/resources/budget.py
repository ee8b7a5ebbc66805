"""What the planner keeps for the budget: standards of need, rates of PPN, the programme tree, account codes."""

from __future__ import annotations

from api import shapes
from api.fields import Code, Day, Input, Percent, Related, Text, Whole, Year
from api.filters import EXACT, RANGE, RANGE_OR_NONE, RELATION, RELATION_OR_NONE, TEXT, Filters, IdFilter
from api.resources.catalogue import device_type
from api.resources.org import unit
from api.resources.reference import ReferenceResource
from assets.models import DeviceType
from org.models import Unit
from planning.models import AccountCode, NeedStandard, PpnRate, SubActivity


class NeedStandardInput(Input):
    device_type = Related(DeviceType)
    unit_kind = Code(choices=Unit.Kind.choices, required=False, allow_blank=True)
    of_unit = Related(Unit, required=False, allow_null=True)
    quantity = Whole(min_value=0, max_value=100_000)
    legal_basis = Text(max_length=200)
    from_year = Year()
    to_year = Year(required=False, allow_null=True)


class NeedStandardFilters(Filters):
    family = IdFilter(field_name="device_type__family")

    class Meta:
        model = NeedStandard
        fields = {"id": EXACT, "device_type": RELATION, "device_type__code": EXACT, "unit_kind": EXACT,
                  "of_unit": RELATION_OR_NONE, "of_unit__code": EXACT, "from_year": RANGE,
                  "to_year": RANGE_OR_NONE}  # fmt: skip


class NeedStandards(ReferenceResource):
    """Standar kebutuhan: how many devices of a type one unit, or each unit of a kind, may have at most."""

    path = "need-standards"
    model, form, filters = NeedStandard, NeedStandardInput, NeedStandardFilters
    columns = {
        "device_type": device_type(),
        "unit_kind": shapes.code("unit_kind", Unit.Kind.choices),
        "of_unit": unit("of_unit"),
        "quantity": shapes.number("quantity"),
        "legal_basis": shapes.text("legal_basis"),
        "from_year": shapes.number("from_year"),
        "to_year": shapes.number_or_null("to_year"),
    }
    ordering = {"from_year": "from_year", "quantity": "quantity", "device_type__code": "device_type__code"}
    search = ("device_type__code", "device_type__name", "legal_basis")


class PpnRateInput(Input):
    effective_from = Day()
    percent = Percent()
    legal_basis = Text(required=False, allow_blank=True, max_length=200)


class PpnRateFilters(Filters):
    class Meta:
        model = PpnRate
        fields = {"id": EXACT, "effective_from": RANGE}


class PpnRates(ReferenceResource):
    """The rate of PPN (value added tax) from a day on."""

    path = "ppn-rates"
    model, form, filters = PpnRate, PpnRateInput, PpnRateFilters
    columns = {
        "effective_from": shapes.day("effective_from"),
        "percent": shapes.percent("percent"),
        "legal_basis": shapes.text("legal_basis"),
    }
    ordering = {"effective_from": "effective_from"}
    default_ordering = "-effective_from"


class SubActivityInput(Input):
    code = Text(max_length=30)
    name = Text(max_length=300)
    activity_code = Text(max_length=30)
    activity_name = Text(max_length=300)
    programme_code = Text(max_length=30)
    programme_name = Text(max_length=300)


class SubActivityFilters(Filters):
    class Meta:
        model = SubActivity
        fields = {"id": EXACT, "code": TEXT, "name": TEXT, "activity_code": TEXT, "programme_code": TEXT}


class SubActivities(ReferenceResource):
    """Sub kegiatan, each with the branch of the programme tree that leads to it."""

    path = "sub-activities"
    model, form, filters = SubActivity, SubActivityInput, SubActivityFilters
    columns = {name: shapes.text(name) for name in SubActivityInput._declared_fields}
    ordering = {"code": "code", "name": "name"}
    default_ordering = "code"
    search = ("code", "name", "activity_name", "programme_name")


class AccountCodeInput(Input):
    code = Text(max_length=24)
    name = Text(max_length=200)


class AccountCodeFilters(Filters):
    class Meta:
        model = AccountCode
        fields = {"id": EXACT, "code": TEXT, "name": TEXT}


class AccountCodes(ReferenceResource):
    """Account codes (kode rekening) with their official names."""

    path = "account-codes"
    model, form, filters = AccountCode, AccountCodeInput, AccountCodeFilters
    columns = {"code": shapes.text("code"), "name": shapes.text("name")}
    ordering = {"code": "code", "name": "name"}
    default_ordering = "code"
    search = ("code", "name")
