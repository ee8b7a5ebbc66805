"""Units, offices, tenures, people, social accounts, the working calendar."""

from __future__ import annotations

from api import shapes
from api.resources.reference import ReferenceResource
from org.lists import CALENDAR_DAYS, OFFICES, PEOPLE, SOCIAL_ACCOUNTS, TENURES, UNITS
from org.models import Unit

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


class CalendarDays(ReferenceResource):
    """Days on which the offices rest, as data."""

    path, listing, default_ordering = "calendar-days", CALENDAR_DAYS, "date"


class SocialAccounts(ReferenceResource):
    """Official accounts on social media, each run by a unit."""

    path, listing = "social-accounts", SOCIAL_ACCOUNTS
