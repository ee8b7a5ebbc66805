"""How promises were kept: figures of all published pledges and of each office, and the burn-down by month."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from api import shapes
from api.acts import answers
from api.fields import parse_day, parse_id
from api.filters import DayField
from api.parsing import check_parameters
from api.problems import Invalid
from api.resource import Base, base_address
from api.resources.pledges import read_known_at
from api.shapes import INTEGER, Row, Schema
from core.errors import Fault
from org.models import Office
from pledges import figures
from pledges.figures import Figures, Share, Spread
from pledges.models import Pledge
from pledges.status import day_of

_SHARE: Schema = {
    "type": "object",
    "description": "`percent` is null, and `note` says why, where nothing can be judged yet.",
    "properties": {
        "part": INTEGER,
        "n": INTEGER,
        "percent": {"type": ["number", "null"]},
        "of": shapes.STRING,
        "note": shapes.nullable(shapes.STRING),
    },
    "required": ["part", "n", "percent", "of", "note"],
}
_SPREAD: Schema = {
    "type": "object",
    "description": "Days.",
    "properties": {"n": INTEGER, "median": {"type": ["number", "null"]}, "maximum": shapes.nullable(INTEGER)},
    "required": ["n", "median", "maximum"],
}
_COUNTS = ("n", "extensions", "debt", "excused", "withdrawn")
_SHARES = ("on_time", "on_time_strict", "on_time_now", "devices_on_time", "delivered", "without_date", "dangling")
_SPREADS = ("late", "recording_lag")
_FIGURES: Schema = {
    "type": "object",
    "properties": {
        **dict.fromkeys(_COUNTS, INTEGER),
        **dict.fromkeys(_SHARES, _SHARE),
        **dict.fromkeys(_SPREADS, _SPREAD),
        "ages": {"type": "object", "additionalProperties": INTEGER},
    },
}
_ANSWER: Schema = {
    "type": "object",
    "properties": {
        "as_of": shapes.DATE,
        "all": _FIGURES,
        "offices": {
            "type": "array",
            "items": {"type": "object", "properties": {"office": shapes.LINK, "figures": _FIGURES}},
        },
        "rejected": INTEGER,
        "testimony": INTEGER,
    },
    "required": ["as_of", "all", "offices", "rejected", "testimony"],
}
_POINT: Schema = {
    "type": "object",
    "properties": {"on": shapes.DATE, "promised": INTEGER, "outstanding": INTEGER},
    "required": ["on", "promised", "outstanding"],
}
MAX_MONTHS = 60


def denominators() -> dict[str, str]:
    """What each share is taken of, in words."""
    return {
        "on_time": _("janji tegas yang tenggat awalnya sudah lewat atau yang sudah ditepati atau dicabut"),
        "on_time_strict": _("yang sama, ditambah janji yang dinyatakan tidak dapat dilaksanakan"),
        "on_time_now": _("janji tegas yang tenggat berlakunya sudah lewat atau yang sudah ditepati atau dicabut"),
        "devices_on_time": _("perangkat pada janji tegas yang sudah dapat dinilai menurut tenggat awal"),
        "delivered": _("perangkat pada semua janji yang belum ditutup"),
        "without_date": _("semua janji yang diterbitkan"),
        "dangling": _("semua janji yang diterbitkan"),
    }


def shown(found: Figures) -> Row:
    """Figures as JSON."""
    of = denominators()
    return {
        **{name: getattr(found, name) for name in _COUNTS},
        **{name: _share(getattr(found, name), of[name]) for name in _SHARES},
        **{name: _spread(getattr(found, name)) for name in _SPREADS},
        "ages": dict(found.ages),
    }


def _share(share: Share, of: str) -> Row:
    note = None if share.n else _("belum ada yang sampai tenggat")
    return {"part": share.part, "n": share.n, "percent": share.percent, "of": of, "note": note}


def _spread(spread: Spread) -> Row:
    return {"n": spread.n, "median": spread.median, "maximum": spread.maximum}


def _day(params: Any, name: str) -> date | None:
    given = params.get(name)
    if not given:
        return None
    day = parse_day(given)
    if day is None:
        raise Invalid(Fault(name, "invalid", DayField.complaint))
    return day


class PledgeFigures(Base):
    """Figures of published pledges as of a day, all together and by office, each with what it counts."""

    @answers(_ANSWER)
    def get(self, request: Request) -> Response:
        params = request.query_params
        check_parameters(params, ("as_of", "known_at", "office"))
        as_of, known_at = _day(params, "as_of"), read_known_at(params)
        pledges = Pledge.objects.all()  # numbers alone, of what is published and of what was not: all may know them
        if params.get("office"):
            pledges = pledges.filter(office=parse_id(params["office"]) or 0)
        rows, day = figures.rows_of(pledges, as_of, known_at), day_of(as_of, known_at)
        offices = Office.objects.filter(pk__in={row.office for row in rows}).order_by("pk")
        found = figures.by_office(rows, day)
        withheld = figures.unpublished(pledges)
        return Response(
            {
                "as_of": day,
                "all": shown(figures.figures_of(rows, day)),
                "offices": [
                    {
                        "office": {"id": each.pk, "url": f"{base_address()}offices/{each.pk}/", "name": each.name},
                        "figures": shown(found[each.pk]),
                    }
                    for each in offices
                ],
                "rejected": withheld.rejected,
                "testimony": withheld.testimony,
            }
        )


class PledgeBurnDown(Base):
    """Devices outstanding at each month end, by what was on record then."""

    @answers({"type": "object", "properties": {"results": {"type": "array", "items": _POINT}}, "required": ["results"]})
    def get(self, request: Request) -> Response:
        params = request.query_params
        check_parameters(params, ("as_of", "months"))
        months = params.get("months", "12")
        if not (months.isascii() and months.isdigit() and len(months) <= 2 and 1 <= int(months) <= MAX_MONTHS):
            detail = _("Harus bilangan bulat %(least)s sampai %(most)s.") % {"least": 1, "most": MAX_MONTHS}
            raise Invalid(Fault("months", "out_of_range", detail))
        points = figures.burn_down(Pledge.objects.all(), int(months), _day(params, "as_of"))
        return Response({"results": [vars(point) for point in points]})
