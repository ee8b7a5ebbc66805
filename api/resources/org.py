"""Units, offices, tenures, people, social accounts, the working calendar."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api import shapes
from api.acts import input_of
from api.columns import fields_of
from api.fields import Code, Day, Flag, Input, Related, Text
from api.resource import Resource, Told
from api.resources.reference import ACTIONS, ReferenceResource
from api.shapes import Field, JsonRow, Many, Shape, registered
from core import acts
from core.amounts import longest
from core.columns import On
from core.lists import Listing
from core.models import Decision
from core.taking import LONGEST_REASON
from org import departing, proposing, succeeding
from org.lists import (
    CALENDAR_DAYS,
    CALENDAR_PROPOSALS,
    OFFICE_SUCCESSIONS,
    OFFICES,
    PEOPLE,
    SOCIAL_ACCOUNTS,
    TENURES,
    UNIT_SUCCESSIONS,
    UNITS,
)
from org.models import CalendarDay, CalendarProposal, Office, OfficeSuccession, Person, Role, Unit, UnitSuccession
from personal import readings

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


def _succession(path: str, listing: Listing) -> Shape:
    return Shape(
        listing.model.__name__,
        {**registered(path), **fields_of(listing, On.ROW), "asked_by": shapes.account("asked_by"),
         "decided_by": shapes.account_or_null("decided_by")},
    )  # fmt: skip


def _confirmed(model: Any) -> QuerySet:
    return model.objects.filter(decision=Decision.APPROVE).order_by("on", "pk")


def _beside(shape: Shape, model: Any) -> dict[str, Field | Many]:
    """What took the place of a row or was split off from it, and what it came after, confirmed."""
    sides = {"successors": "predecessor_id", "predecessors": "successor_id"}
    return {name: Many(shape, _confirmed, parent, given=(model,)) for name, parent in sides.items()}


UNIT_SUCCESSION = _succession("unit-successions", UNIT_SUCCESSIONS)
OFFICE_SUCCESSION = _succession("office-successions", OFFICE_SUCCESSIONS)


class UnitSuccessions(Told, Resource):
    """Which unit takes the place of which, or is split off from it, by decree: proposed with ``succeed`` of the unit by
    one, decided by another."""

    path, listing, default_ordering = "unit-successions", UNIT_SUCCESSIONS, "-id"
    row, full = UNIT_SUCCESSION, UNIT_SUCCESSION.extend("UnitSuccessionDetail", actions=ACTIONS)
    related = UnitSuccession.read_with
    verbs = acts.on(UnitSuccession, succeeding)


class OfficeSuccessions(Told, Resource):
    """Which office takes the place of which, or is split off from it, by decree: proposed with ``succeed`` of an office
    by one, decided by another."""

    path, listing, default_ordering = "office-successions", OFFICE_SUCCESSIONS, "-id"
    row, full = OFFICE_SUCCESSION, OFFICE_SUCCESSION.extend("OfficeSuccessionDetail", actions=ACTIONS)
    related = OfficeSuccession.read_with
    verbs = acts.on(OfficeSuccession, succeeding)


class Units(ReferenceResource):
    """The tree of the district by kode wilayah; agencies are units too."""

    path, listing, default_ordering = "units", UNITS, "code"
    more, beside = {"working_week": WEEK}, _beside(UNIT_SUCCESSION, UnitSuccession)
    verbs, asked = acts.on(Unit, succeeding), {UnitSuccession: UnitSuccessions}


class Offices(ReferenceResource):
    """Offices (jabatan). A pledge belongs to the office, whoever holds it."""

    path, listing = "offices", OFFICES
    related, beside = ("unit",), _beside(OFFICE_SUCCESSION, OfficeSuccession)
    verbs, asked = acts.on(Office, succeeding), {OfficeSuccession: OfficeSuccessions}


class Watched:
    """Mixin of resources that show people: the security log notes who read of whom."""

    object: Any
    request: Any

    def people_of(self, row: JsonRow) -> int:
        """The person of which a row of the list tells."""
        return row["id"]

    def page_of(self, queryset: QuerySet) -> JsonRow:
        found = super().page_of(queryset)  # type: ignore[misc]
        people = [self.people_of(row) for row in found["results"]]
        readings.note("people_listed", self.request.user, people, path=self.request.path)
        return found

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        found = super().retrieve(request, **kwargs)  # type: ignore[misc]
        readings.note("person_viewed", request.user, [self.people_of(found.data)], path=request.path)
        return found


class Tenures(Watched, ReferenceResource):
    """Who held which office from when to when."""

    path, listing = "tenures", TENURES

    def people_of(self, row: JsonRow) -> int:
        return row["person"]["id"]


LeaveInput = input_of(
    departing.leave,
    keeps=serializers.ListField(child=Code(choices=Role.choices), required=False, max_length=len(Role)),
)


class People(Watched, ReferenceResource):
    """People with or without an account. Name and unit are all that is shown of anyone."""

    path, listing, default_ordering = "people", PEOPLE, "name"
    verbs = acts.on(Person, departing)
    inputs = {"leave": LeaveInput}


DAY = Shape(
    "CalendarDay",
    {
        **registered("calendar-days"),
        **fields_of(CALENDAR_DAYS, On.ROW),
        "proposal": shapes.link("proposal", "calendar-proposals", number="decree"),
        "replaces": shapes.number_or_null("replaces_id"),
    },
)
PROPOSAL = Shape(
    "CalendarProposal",
    {
        **registered("calendar-proposals"),
        **fields_of(CALENDAR_PROPOSALS, On.ROW),
        "asked_by": shapes.account("asked_by"),
        "days": Many(DAY, lambda: CalendarDay.objects.with_state().order_by("pk"), "proposal_id"),
    },
)


class CalendarDays(Told, Resource):
    """Days on which the offices rest, as data. What one proposes counts once another confirms it; a list is proposed
    as one of ``calendar-proposals``. Without ``state`` the list shows the days in force."""

    path, listing, default_ordering = "calendar-days", CALENDAR_DAYS, "date"
    row, full = DAY, DAY.extend("CalendarDayDetail", actions=ACTIONS)
    related = CalendarDay.read_with
    verbs, creates = acts.on(CalendarDay, proposing), proposing.propose_day

    def selected(self, params: QueryDict, queryset: QuerySet | None = None) -> QuerySet:
        shown = self.visible() if "state" in params or "state__in" in params else self.visible().in_force()  # type: ignore[attr-defined]
        return super().selected(params, shown)


class ProposedDayInput(Input):
    """A new day; or what ``day`` becomes, or that it is ``removed``."""

    date = Day(required=False)
    name = Text(required=False, max_length=longest(CalendarDay, "name"))
    kind = Code(required=False, choices=CalendarDay.Kind.choices)
    works = Flag(required=False)
    day = Related(CalendarDay.objects.in_force().visible_to, required=False)
    removed = Flag(required=False)


class ProposalInput(Input):
    """Days that are new, changed or gone by one decree."""

    decree = Text(max_length=longest(CalendarProposal, "decree"))
    reason = Text(required=False, allow_blank=True, max_length=LONGEST_REASON)
    days = ProposedDayInput(many=True, allow_empty=False, max_length=proposing.MOST_DAYS)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return attrs | {"days": [proposing.Entry(**each) for each in attrs["days"]]}


class CalendarProposals(Told, Resource):
    """Lists of calendar days, each by one decree: proposed by one, confirmed by another."""

    path, listing, default_ordering = "calendar-proposals", CALENDAR_PROPOSALS, "-id"
    row, full = PROPOSAL, PROPOSAL.extend("CalendarProposalDetail", actions=ACTIONS)
    verbs, creates = acts.on(CalendarProposal, proposing), proposing.propose
    inputs = {"create": ProposalInput}


class SocialAccounts(ReferenceResource):
    """Official accounts on social media, each run by a unit."""

    path, listing = "social-accounts", SOCIAL_ACCOUNTS
