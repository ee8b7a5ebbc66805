"""What waits for this caller: how much, and the rows themselves in the shape of their lists."""

from __future__ import annotations

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from api import shapes
from api.acts import answers
from api.resource import Base, Resource
from api.resources.assets import Assets
from api.resources.catalogue import DeviceTypes
from api.resources.handovers import Handovers
from api.resources.inventories import Inventories
from api.resources.org import CalendarProposals, OfficeSuccessions, UnitSuccessions
from api.resources.personal import PersonalRequests
from api.resources.planning import Plans
from api.resources.pledge_changes import Closures, DeadlineRevisions, LineChanges, PassingsOn
from api.resources.pledges import Pledges
from api.resources.requests import Chains, Requests
from core.strict import check_parameters
from desks.worklists import worklist as waiting_in
from desks.worklists import worklists

SHOWN_BY: dict[str, type[Resource]] = {
    "requests": Requests,
    "returns": Handovers,
    "handovers": Handovers,
    "conditions": Assets,
    "away": Assets,
    "holders": Assets,
    "device-types": DeviceTypes,
    "inventories": Inventories,
    "pledges": Pledges,
    "plans": Plans,
    "revisions": DeadlineRevisions,
    "line-changes": LineChanges,
    "closures": Closures,
    "pass-ons": PassingsOn,
    "corrections": DeadlineRevisions,
    "calendar-proposals": CalendarProposals,
    "unit-successions": UnitSuccessions,
    "office-successions": OfficeSuccessions,
    "chains": Chains,
    "personal-requests": PersonalRequests,
}
PARTS = {"due": "due", "overdue": "overdue", "due-or-overdue": "all"}


class Worklists(Base):
    """``{name: {due, overdue}}`` for this caller."""

    @answers(
        {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "properties": {"due": shapes.INTEGER, "overdue": shapes.INTEGER},
                "required": ["due", "overdue"],
            },
        }
    )
    def get(self, request: Request) -> Response:
        check_parameters(request.query_params, ())
        found = worklists(request.user)
        return Response({name: {"due": w.due.count(), "overdue": w.overdue.count()} for name, w in found.items()})


def worklist(name: str) -> type[Base]:
    """The view of one worklist; ``part`` says which half, or both."""
    shown_by = SHOWN_BY[name]

    class Worklist(Base):
        part = ""

        @answers(shown_by.row, many=True, listing=shown_by.listing)
        def get(self, request: Request) -> Response:
            queryset = getattr(waiting_in(name, request.user), PARTS[self.part])
            resource = shown_by(request=request, kwargs={})
            return Response(resource.page_of(resource.selected(request.query_params, queryset)))

    Worklist.__doc__ = f"What waits for this caller: {name}."
    return Worklist


URLS = [
    path(f"worklists/{name}/{part}/", worklist(name).as_view(part=part), name=f"worklist-{name}-{part}")
    for name in SHOWN_BY
    for part in PARTS
]
