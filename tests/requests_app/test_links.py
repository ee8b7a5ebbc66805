"""A request line finds the open pledge line that covers its unit and device: the oldest promise first."""

from __future__ import annotations

from typing import Any

from pledges import pledging
from pledges.models import Pledge
from requests_app.models import DeviceRequest
from tests.base import (
    Cast,
    a_draft_pledge,
    a_line,
    a_pledge,
    again,
    closed,
    day,
    decide,
    decided,
    delivered,
    line_of,
    submitted,
    verified,
)


def promise(cast: Cast, *, made: str = "2022-06-01", **line: Any) -> Pledge:
    lines = [{"unit": cast.kemang, "family": cast.hp.family, "quantity": 1, **line}]
    return a_pledge(cast, lines=lines, made_on_from=day(made), made_on_to=day(made))


def linked(request: DeviceRequest, index: int = 0) -> Pledge | None:
    line = line_of(request, index)
    return line.pledge_line and line.pledge_line.pledge


def test_the_oldest_open_promise_is_linked(cast: Cast) -> None:
    promise(cast, made="2024-01-01")
    oldest = promise(cast, made="2022-01-01")
    promise(cast, made="2023-01-01")
    assert linked(submitted(cast)) == oldest


def test_a_promise_to_a_unit_above_covers_and_one_to_a_neighbour_does_not(cast: Cast) -> None:
    promise(cast, unit=cast.cibinong)
    assert linked(submitted(cast)) is None
    whole = promise(cast, unit=cast.root)
    assert linked(submitted(cast)) == whole


def test_a_village_is_covered_by_the_promise_to_its_kecamatan_not_the_reverse(cast: Cast) -> None:
    to_kemang = promise(cast)
    assert linked(submitted(cast, unit=cast.village)) == to_kemang
    closed(cast, to_kemang, "withdraw", reason="x")
    promise(cast, unit=cast.village)
    assert linked(submitted(cast)) is None


def test_family_or_device_type_must_fit(cast: Cast) -> None:
    promise(cast, family=cast.camera.family)
    promise(cast, family=None, device_type=cast.tablet)
    request = submitted(
        cast, lines=[a_line(cast), a_line(cast, device_type=cast.camera), a_line(cast, device_type=cast.tablet)]
    )
    assert [linked(request, n) is not None for n in range(3)] == [False, True, True]


def test_drafts_withdrawn_and_kept_promises_are_passed_over(cast: Cast) -> None:
    a_draft_pledge(cast)
    pledging.submit(a_draft_pledge(cast), actor=cast.verifier)
    closed(cast, promise(cast), "withdraw", reason="x")
    kept = promise(cast)
    delivered(cast, pledge_line=kept.lines.get())
    assert linked(submitted(cast)) is None


def test_the_link_made_at_submission_stays(cast: Cast) -> None:
    first = promise(cast, made="2023-01-01")
    request = verified(cast)
    promise(cast, made="2022-01-01")
    decide(cast, request)
    assert linked(request) == first


def test_issuing_on_the_line_delivers_on_its_pledge(cast: Cast) -> None:
    pledge = promise(cast)
    request = decided(cast)
    delivered(cast, request_line=line_of(request))
    judged = Pledge.objects.judged().get(pk=pledge.pk)
    assert (judged.promised, judged.delivered) == (1, 1)
    assert again(request).current_state == "fulfilled"
