"""Units, offices, tenures, people, social accounts, the working calendar."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.http import HttpResponseBase
from rest_framework.decorators import action
from rest_framework.request import Request

from api import shapes
from api.acts import answers
from api.fields import Code, Day, Flag, Input, Related, Text, Whole
from api.filters import EXACT, RANGE, RANGE_OR_NONE, RELATION, RELATION_OR_NONE, TEXT, Filters, WithinFilter
from api.resource import FileRenderer
from api.resources.reference import ReferenceResource
from core import files
from core.strict import check_parameters
from documents.papers import succession
from org.models import CalendarDay, Office, Person, SocialAccount, Tenure, Unit
from org.models.units import subtree
from pledges.holders import require_reader

PLACE = {"code": "code", "name": "name"}


def unit(column: str = "unit") -> shapes.Field:
    return shapes.link(column, "units", **PLACE)


WEEK = shapes.Field(
    ("working_week",),
    {
        **shapes.nullable(shapes.INTEGER),
        "enum": [*Unit.Week.values, None],
        "description": "Days in its working week; null: as the unit above, in the end as the installation.",
    },
)


class UnitInput(Input):
    code = Text(max_length=40)
    name = Text(max_length=150)
    kind = Code(choices=Unit.Kind.choices)
    parent = Related(Unit, required=False, allow_null=True)
    working_week = Whole(min_value=5, max_value=6, required=False, allow_null=True)
    active = Flag(required=False)


class UnitWithin(WithinFilter):
    def filter(self, queryset: Any, value: Any) -> Any:
        return queryset if value is None else queryset.filter(subtree(value))


class UnitFilters(Filters):
    within = UnitWithin()

    class Meta:
        model = Unit
        fields = {"id": EXACT, "code": TEXT, "name": TEXT, "kind": EXACT, "parent": RELATION_OR_NONE,
                  "parent__code": EXACT, "active": ["exact"]}  # fmt: skip


class Units(ReferenceResource):
    """The tree of the district by kode wilayah; agencies are units too."""

    path = "units"
    model, form, filters = Unit, UnitInput, UnitFilters
    columns = {
        "code": shapes.text("code"),
        "name": shapes.text("name"),
        "kind": shapes.code("kind", Unit.Kind.choices),
        "parent": unit("parent"),
        "working_week": WEEK,
        "active": shapes.flag("active"),
    }
    ordering = {"code": "code", "name": "name", "kind": "kind"}
    default_ordering = "code"
    search = ("code", "name")


class OfficeInput(Input):
    name = Text(max_length=150)
    unit = Related(Unit)
    active = Flag(required=False)


class OfficeFilters(Filters):
    within = WithinFilter(field_name="unit")

    class Meta:
        model = Office
        fields = {"id": EXACT, "name": TEXT, "unit": RELATION, "unit__code": EXACT, "active": ["exact"]}


class Offices(ReferenceResource):
    """Offices (jabatan). A pledge belongs to the office, whoever holds it."""

    path = "offices"
    model, form, filters = Office, OfficeInput, OfficeFilters
    columns = {"name": shapes.text("name"), "unit": unit(), "active": shapes.flag("active")}
    ordering = {"name": "name", "unit__code": "unit__code"}
    search = ("name",)
    related = ("unit",)

    @action(detail=True, methods=["get"], url_path="handover-list", renderer_classes=[FileRenderer])
    @answers(None, media_type="application/pdf")
    def handover_list(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """The office's open pledges, for the outgoing and the incoming holder to sign: for who may read the names."""
        check_parameters(request.query_params, ())
        require_reader(request.user, self.object)
        pdf = succession.render(self.object)
        return files.file_response(ContentFile(pdf), f"Serah terima janji {self.object}.pdf", "application/pdf")


class TenureInput(Input):
    office = Related(Office)
    person = Related(Person)
    status = Code(choices=Tenure.Status.choices, required=False)
    starts_on = Day()
    ends_on = Day(required=False, allow_null=True)


class TenureFilters(Filters):
    within = WithinFilter(field_name="office__unit")

    class Meta:
        model = Tenure
        fields = {"id": EXACT, "office": RELATION, "person": RELATION, "status": EXACT, "starts_on": RANGE,
                  "ends_on": RANGE_OR_NONE}  # fmt: skip


class Tenures(ReferenceResource):
    """Who held which office from when to when."""

    path = "tenures"
    model, form, filters = Tenure, TenureInput, TenureFilters
    columns = {
        "office": shapes.link("office", "offices", name="name"),
        "person": shapes.link("person", "people", name="name"),
        "status": shapes.code("status", Tenure.Status.choices),
        "starts_on": shapes.day("starts_on"),
        "ends_on": shapes.day("ends_on"),
    }
    ordering = {"starts_on": "starts_on", "ends_on": "ends_on"}


class PersonInput(Input):
    name = Text(max_length=150)
    unit = Related(Unit)
    position = Text(required=False, allow_blank=True, max_length=150)
    nip = Text(required=False, allow_blank=True, max_length=30)
    phone = Text(required=False, allow_blank=True, max_length=20)
    active = Flag(required=False)


class PersonFilters(Filters):
    within = WithinFilter(field_name="unit")

    class Meta:
        model = Person
        fields = {"id": EXACT, "name": TEXT, "unit": RELATION, "unit__code": EXACT, "active": ["exact"]}


class People(ReferenceResource):
    """People with or without an account. Name and unit are all that is shown of anyone."""

    path = "people"
    model, form, filters = Person, PersonInput, PersonFilters
    columns = {"name": shapes.text("name"), "unit": unit(), "active": shapes.flag("active")}
    ordering = {"name": "name", "unit__code": "unit__code"}
    default_ordering = "name"
    search = ("name",)


class CalendarDayInput(Input):
    date = Day()
    name = Text(max_length=150)
    kind = Code(choices=CalendarDay.Kind.choices)
    decree = Text(required=False, allow_blank=True, max_length=150)
    estimated = Flag(required=False)
    works = Flag(required=False)


class CalendarDayFilters(Filters):
    class Meta:
        model = CalendarDay
        fields = {"id": EXACT, "date": RANGE, "name": TEXT, "kind": EXACT, "estimated": ["exact"], "works": ["exact"]}


class CalendarDays(ReferenceResource):
    """Days on which the offices rest, as data."""

    path = "calendar-days"
    model, form, filters = CalendarDay, CalendarDayInput, CalendarDayFilters
    columns = {
        "date": shapes.day("date"),
        "name": shapes.text("name"),
        "kind": shapes.code("kind", CalendarDay.Kind.choices),
        "decree": shapes.text("decree"),
        "estimated": shapes.flag("estimated"),
        "works": shapes.flag("works"),
        "by_hand": shapes.flag("by_hand"),
    }
    ordering = {"date": "date"}
    default_ordering = "date"
    search = ("name", "decree")


class SocialAccountInput(Input):
    unit = Related(Unit)
    platform = Code(choices=SocialAccount.Platform.choices)
    handle = Text(max_length=100)
    active = Flag(required=False)


class SocialAccountFilters(Filters):
    within = WithinFilter(field_name="unit")

    class Meta:
        model = SocialAccount
        fields = {"id": EXACT, "unit": RELATION, "unit__code": EXACT, "platform": EXACT, "handle": TEXT,
                  "active": ["exact"]}  # fmt: skip


class SocialAccounts(ReferenceResource):
    """Official accounts on social media, each run by a unit."""

    path = "social-accounts"
    model, form, filters = SocialAccount, SocialAccountInput, SocialAccountFilters
    columns = {
        "unit": unit(),
        "platform": shapes.code("platform", SocialAccount.Platform.choices),
        "handle": shapes.text("handle"),
        "active": shapes.flag("active"),
    }
    ordering = {"platform": "platform", "handle": "handle", "unit__code": "unit__code"}
    search = ("handle",)
