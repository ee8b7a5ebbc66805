"""The photos of condition reports: beside what was said, and of one device side by side over time."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, ConditionPhoto, ConditionReport
from backoffice import html
from backoffice.readings import Reading
from core import clock, words
from core.strict import parse_id
from wording import badges, photos

LEFT, RIGHT = "left", "right"
Shots = list[tuple[ConditionPhoto, str]]


def shots_of(report: Any) -> Shots:
    """Each photo of a report with what it shows."""
    taken = list(report.photos.all())
    return [(photo, photos.described(report, place, len(taken))) for place, photo in enumerate(taken, start=1)]


def with_shots(reports: Any) -> list[Any]:
    """The reports, read with their photos, each with its ``shots``."""
    found = list(reports)
    for each in found:
        each.shots = shots_of(each)
    return found


def pictured(asset: Asset, user: Any) -> Any:
    """The reports of a device that have photos and that the user reads, the newest first."""
    return ConditionReport.objects.visible_to(user).filter(asset=asset).pictured()


def _side_by_side(request: HttpRequest, asset: Asset) -> dict[str, Any]:
    reports = list(pictured(asset, request.user))
    if not reports:
        return {"lead": gettext("Belum ada foto perangkat ini."), "sides": [], "choices": []}
    sides = [_chosen(request, LEFT, reports, reports[-1]), _chosen(request, RIGHT, reports, reports[0])]
    for each in with_shots(sides):
        each.told_on = _day(each, reports)
        each.badge = html.badge(badges.condition(each.condition))
    choices = [(each.pk, f"{_day(each, reports)} · {each.get_condition_display()}") for each in reports]
    return {
        "lead": gettext("%(device)s pada dua hari, berdampingan.") % {"device": f"{asset.device_type} {asset}"},
        "sides": sides,
        "choices": choices,
        "boxes": [(LEFT, _("Kiri"), sides[0].pk), (RIGHT, _("Kanan"), sides[1].pk)],
    }


def _day(report: Any, among: list[Any]) -> str:
    """The day of a report; where others are of that day too, also when it was recorded."""
    day, at = words.long_date(report.reported_on), report.created_at
    if not any(each.reported_on == report.reported_on for each in among if each.pk != report.pk):
        return day
    if clock.local_date(at) == report.reported_on:
        return words.instant(at)
    return gettext("%(day)s, dicatat %(at)s") % {"day": day, "at": words.instant(at)}


def _chosen(request: HttpRequest, side: str, reports: list[Any], usual: Any) -> Any:
    if side not in request.GET:
        return usual
    pk = parse_id(request.GET[side])
    found = next((each for each in reports if each.pk == pk), None)
    if found is None:
        raise BadRequest
    return found


SIDE_BY_SIDE = Reading(
    "photos", _("Bandingkan foto"), template="backoffice/photos.html", read=_side_by_side,
    parameters=frozenset({LEFT, RIGHT}),
)  # fmt: skip
