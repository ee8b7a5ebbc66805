"""Units, offices, tenures, people, social accounts, the working calendar."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.http import HttpResponseBase
from rest_framework.decorators import action
from rest_framework.request import Request

from api import shapes
from api.acts import answers
from api.resource import FileRenderer
from api.resources.reference import ReferenceResource
from core import files
from core.strict import check_parameters
from documents.papers import succession
from org.lists import CALENDAR_DAYS, OFFICES, PEOPLE, SOCIAL_ACCOUNTS, TENURES, UNITS
from org.models import Unit
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


class Units(ReferenceResource):
    """The tree of the district by kode wilayah; agencies are units too."""

    path, listing, default_ordering = "units", UNITS, "code"
    more = {"working_week": WEEK}


class Offices(ReferenceResource):
    """Offices (jabatan). A pledge belongs to the office, whoever holds it."""

    path, listing = "offices", OFFICES
    related = ("unit",)

    @action(detail=True, methods=["get"], url_path="handover-list", renderer_classes=[FileRenderer])
    @answers(None, media_type="application/pdf")
    def handover_list(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """The office's open pledges, for the outgoing and the incoming holder to sign: for who may read the names."""
        check_parameters(request.query_params, ())
        require_reader(request.user, self.object)
        pdf = succession.render(self.object)
        return files.file_response(ContentFile(pdf), f"Serah terima janji {self.object}.pdf", "application/pdf")


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
