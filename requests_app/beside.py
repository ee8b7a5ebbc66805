"""What somebody who decides on a request should know beside it: what its unit holds, what else is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Sum, Value, When

from assets.models import Asset, ConditionReport, DeviceType
from assets.states import AssetState, Condition
from org.models import Unit
from org.models.units import subtree
from requests_app.models import DeviceRequest, RequestLine
from requests_app.states import UNDECIDED

PHOTOS = 6


@dataclass(frozen=True)
class Stock:
    """Of one type, in somebody's scope: devices that could be handed out now, and how many are approved for requests
    and on no handover yet."""

    in_store: int = 0
    approved: int = 0

    @property
    def free(self) -> int:
        return max(self.in_store - self.approved, 0)


def stock_of(types: Iterable[DeviceType], user: Any) -> dict[int, Stock]:
    """The stock of each of these types, by its id."""
    ids = {each.pk for each in types}
    in_store = _sums(Asset.objects.visible_to(user).available().filter(device_type__in=ids), Count("pk"))
    lines = RequestLine.objects.filter(request__in=DeviceRequest.objects.visible_to(user), device_type__in=ids)
    approved = _sums(lines.to_issue(), Sum("left"))
    return {pk: Stock(in_store.get(pk, 0), approved.get(pk, 0)) for pk in ids}


def _sums(rows: QuerySet, number: Any) -> dict[int, int]:
    return dict(rows.order_by().values_list("device_type").annotate(number=number))


def held_by(unit: Unit, user: Any) -> list[tuple[str, int, int]]:
    """What the unit and those below it hold now: name of the type, how many, how many of them are not fit for use."""
    held = _held(unit, user).order_by("device_type__name").values_list("device_type__name")
    unfit = Count("pk", filter=Q(condition__in=Condition.which(fit=False)))
    return list(held.annotate(number=Count("pk"), unfit=unfit))


def photos_of(unit: Unit, user: Any) -> QuerySet[ConditionReport]:
    """The newest reports with photos of what the unit holds."""
    held = _held(unit, user).order_by().values("pk")
    return ConditionReport.objects.visible_to(user).filter(asset__in=held).pictured()[:PHOTOS]


def _held(unit: Unit, user: Any) -> QuerySet[Asset]:
    held = Asset.objects.visible_to(user).with_state().filter(state=AssetState.ISSUED)
    return held.filter(subtree(unit.code, field="open_custody__unit__code"))


def others_of(request: DeviceRequest, user: Any) -> QuerySet[DeviceRequest]:
    """Other requests that were submitted and are still open: of the same unit first, then for the same promise."""
    promises = request.lines.filter(pledge_line__isnull=False).order_by().values("pledge_line__pledge")
    same_promise = RequestLine.objects.filter(pledge_line__pledge__in=promises).order_by().values("request")
    others = _submitted(user).filter(Q(unit=request.unit_id) | Q(pk__in=same_promise)).exclude(pk=request.pk)
    elsewhere = Case(When(unit=request.unit_id, then=Value(0)), default=Value(1))
    return others.select_related("unit").order_by(elsewhere, "submitted_at", "pk")


def doubles_among(requests: Iterable[DeviceRequest], user: Any) -> dict[int, list[DeviceRequest]]:
    """By the id of an undecided request those that came before it and are still open, by which the same unit asks for
    the same family: likely doubles."""
    undecided = {each.pk: each for each in requests if each.state in UNDECIDED}
    asked = RequestLine.objects.filter(request__in=undecided).order_by()
    asked_of = {(pk, unit, family) for pk, unit, family in asked.values_list(*_KEY)}
    units = {unit for _pk, unit, _family in asked_of}
    pending = RequestLine.objects.can_still_deliver().filter(
        request__unit__in=units, request__in=_submitted(user).order_by().values("pk")
    )
    found: dict[int, set[int]] = {}
    for other, *key in pending.order_by().values_list(*_KEY):
        for pk, *same in asked_of:
            if key == same and pk != other:
                found.setdefault(pk, set()).add(other)
    others = DeviceRequest.objects.in_bulk({other for each in found.values() for other in each})
    return {
        pk: before
        for pk, doubles in found.items()
        if (before := [others[each] for each in sorted(doubles) if _came_before(others[each], undecided[pk])])
    }


def doubles_of(request: DeviceRequest, user: Any) -> list[DeviceRequest]:
    return doubles_among([request], user).get(request.pk, [])


_KEY = ("request", "request__unit", "device_type__family")


def _submitted(user: Any) -> Any:
    return DeviceRequest.objects.visible_to(user).still_open().filter(submitted_at__isnull=False)


def _came_before(other: DeviceRequest, request: DeviceRequest) -> bool:
    return request.submitted_at is None or (other.submitted_at, other.pk) < (request.submitted_at, request.pk)  # type: ignore[operator]
