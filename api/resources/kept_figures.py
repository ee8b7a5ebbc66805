"""How promises were kept: figures of all published pledges and of each office, and the burn-down by month.

Offices alone, never persons; of what was not published two numbers for the whole register, whatever is asked for.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from api import shapes
from api.acts import answers
from api.problems import Invalid
from api.resource import Base, base_address
from api.resources.known import read, read_as_of, read_known_at
from api.shapes import INTEGER, JsonRow, Schema
from core import clock
from core.columns import ValueKind
from core.errors import Fault
from core.lists import Filter
from core.strict import check_parameters
from org.models import Office
from pledges import figure_rows, figures
from pledges.figures import DENOMINATORS, RATES, Figures, Rate, Share, Spread
from pledges.lists import shown_under
from pledges.models import Pledge
from pledges.status import day_of

_SHARE: Schema = {
    "type": "object",
    "description": "`of` says what `n` counts. Where that is nothing, `percent` is null and `note` says why.",
    "properties": {
        "part": INTEGER,
        "n": INTEGER,
        "percent": {"type": ["number", "null"]},
        "of": shapes.STRING,
        "note": shapes.nullable(shapes.STRING),
    },
    "required": ["part", "n", "percent", "of", "note"],
}
_RATE: Schema = {
    **_SHARE,
    "description": f"{_SHARE['description']} `corrected`: how many of `n` are judged by a date that was corrected.",
    "properties": {**_SHARE["properties"], "corrected": INTEGER},
    "required": [*_SHARE["required"], "corrected"],
}
_SPREAD: Schema = {
    "type": "object",
    "description": "Days.",
    "properties": {"n": INTEGER, "median": {"type": ["number", "null"]}, "maximum": shapes.nullable(INTEGER)},
    "required": ["n", "median", "maximum"],
}
_COUNTS = ("n", "extensions", "debt", "owing", "debt_withdrawn", "excused", "withdrawn")
_SHARES = tuple(name for name in DENOMINATORS if name not in RATES)
_SPREADS = ("late", "recording_lag")
_FIGURES: Schema = {
    "type": "object",
    "properties": {
        **dict.fromkeys(_COUNTS, INTEGER),
        **dict.fromkeys(RATES, _RATE),
        **dict.fromkeys(_SHARES, _SHARE),
        **dict.fromkeys(_SPREADS, _SPREAD),
        "ages": {"type": "object", "description": "Open pledges by age in days.", "additionalProperties": INTEGER},
    },
    "required": [*_COUNTS, *DENOMINATORS, *_SPREADS, "ages"],
}
_ANSWER: Schema = {
    "type": "object",
    "properties": {
        "as_of": shapes.DATE,
        "all": _FIGURES,
        "offices": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "office": shapes.LINK,
                    "figures": _FIGURES,
                    "waiting": INTEGER,
                    "said_by": {
                        "type": "array",
                        "items": shapes.LINK,
                        "description": "Others whose pledges stand under it.",
                    },
                },
            },
        },
        "rejected": {"type": "integer", "description": "Refused submissions of all offices."},
        "testimony": {"type": "integer", "description": "Promises of all offices that rest on testimony alone."},
        "waiting": {"type": "integer", "description": "Promises of all offices that wait for publication."},
        "waiting_ages": {
            "type": "object",
            "description": "These by days since they were recorded.",
            "additionalProperties": INTEGER,
        },
    },
    "required": ["as_of", "all", "offices", "rejected", "testimony", "waiting", "waiting_ages"],
}
_POINT: Schema = {
    "type": "object",
    "properties": {"on": shapes.DATE, "promised": INTEGER, "outstanding": INTEGER},
    "required": ["on", "promised", "outstanding"],
}
MAX_MONTHS = 60


def shown(found: Figures) -> JsonRow:
    """Figures as JSON."""
    return {
        **{name: getattr(found, name) for name in _COUNTS},
        **{name: _share(getattr(found, name), *told) for name, told in DENOMINATORS.items()},
        **{name: _spread(getattr(found, name)) for name in _SPREADS},
        "ages": dict(found.ages),
    }


def _share(share: Share, of: Any, nothing: Any) -> JsonRow:
    note = None if share.n else nothing
    told = {"part": share.part, "n": share.n, "percent": share.percent, "of": of, "note": note}
    return {**told, "corrected": share.corrected} if isinstance(share, Rate) else told


def _spread(spread: Spread) -> JsonRow:
    return {"n": spread.n, "median": spread.median, "maximum": spread.maximum}


def _pledges(params: Any) -> QuerySet[Pledge]:
    """Those shown under one office, or all: published ones anyone may know, and ``figures`` reads no others."""
    office = read(Filter("office", kind=ValueKind.LINK), params)
    return Pledge.objects.filter(office__in=shown_under(office)) if office else Pledge.objects.all()


def _link(office: Office) -> JsonRow:
    return {"id": office.pk, "url": f"{base_address()}offices/{office.pk}/", "name": office.name}


class PledgeFigures(Base):
    """Figures of published pledges as of a day, all together and by office, each with what it counts."""

    @answers(_ANSWER)
    def get(self, request: Request) -> Response:
        params = request.query_params
        check_parameters(params, ("as_of", "known_at", "office"))
        as_of, known_at = read_as_of(params), read_known_at(params)
        rows, day = figure_rows.rows_of(_pledges(params), as_of, known_at), day_of(as_of, known_at)
        found, withheld = figures.by_office(rows, day), figures.unpublished(as_of, known_at)
        told = figures.offices_told(rows)
        offices = Office.objects.filter(pk__in=found).order_by("pk")
        others = Office.objects.in_bulk({pk for many in told.values() for pk in many})
        return Response(
            {
                "as_of": day,
                "all": shown(figures.figures_of(rows, day)),
                "offices": [
                    {
                        "office": _link(each),
                        "said_by": [_link(others[pk]) for pk in told[each.pk]],
                        "figures": shown(found[each.pk]),
                        "waiting": withheld.waiting_by_office.get(each.pk, 0),
                    }
                    for each in offices
                ],
                "rejected": withheld.rejected,
                "testimony": withheld.testimony,
                "waiting": withheld.waiting,
                "waiting_ages": dict(withheld.waiting_ages),
            }
        )


class PledgeBurnDown(Base):
    """Devices outstanding at each month end up to ``as_of``, by what was on record then."""

    @answers({"type": "object", "properties": {"results": {"type": "array", "items": _POINT}}, "required": ["results"]})
    def get(self, request: Request) -> Response:
        params = request.query_params
        check_parameters(params, ("as_of", "months", "office"))
        until = read_as_of(params) or clock.today()
        if until > clock.today():
            raise Invalid(Fault("as_of", "in_the_future", _("Tanggal ini belum terjadi.")))
        points = figures.burn_down(_pledges(params), _months(params), until)
        return Response({"results": [vars(point) for point in points]})


def _months(params: Any) -> int:
    given = params.get("months", "12")
    if not (given.isascii() and given.isdigit() and len(given) <= 2 and 1 <= int(given) <= MAX_MONTHS):
        detail = _("Harus bilangan bulat %(least)s sampai %(most)s.") % {"least": 1, "most": MAX_MONTHS}
        raise Invalid(Fault("months", "out_of_range", detail))
    return int(given)
