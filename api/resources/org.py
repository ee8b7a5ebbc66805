"""Units, offices, tenures, people, social accounts, the working calendar."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from api import shapes
from api.columns import fields_of
from api.fields import Code, Day, Flag, Input, Related, Text
from api.resource import Resource, Told
from api.resources.reference import ACTIONS, ReferenceResource
from api.shapes import Many, Shape, registered
from core import acts
from core.amounts import longest
from core.columns import On
from core.taking import LONGEST_REASON
from org import proposing
from org.lists import CALENDAR_DAYS, CALENDAR_PROPOSALS, OFFICES, PEOPLE, SOCIAL_ACCOUNTS, TENURES, UNITS
from org.models import CalendarDay, CalendarProposal, Unit

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


class Units(ReferenceResource):
    """The tree of the district by kode wilayah; agencies are units too."""

    path, listing, default_ordering = "units", UNITS, "code"
    more = {"working_week": WEEK}


class Offices(ReferenceResource):
    """Offices (jabatan). A pledge belongs to the office, whoever holds it."""

    path, listing = "offices", OFFICES
    related = ("unit",)


class Tenures(ReferenceResource):
    """Who held which office from when to when."""

    path, listing = "tenures", TENURES


class People(ReferenceResource):
    """People with or without an account. Name and unit are all that is shown of anyone."""

    path, listing, default_ordering = "people", PEOPLE, "name"


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
