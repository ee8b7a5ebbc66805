"""The clerk's own scan and the second signer's stand side by side; only the second signer's counts."""

from __future__ import annotations

import pytest

from handing_over import fulfilment
from pledges.models import Delivery
from tests.base import Cast, a_pledge, an_attachment, an_issue, at, day


@pytest.mark.parametrize("first", ["clerk", "clerk2"])
def test_the_clerks_own_scan_does_not_take_the_place_of_the_second_signers(cast: Cast, first: str) -> None:
    pledge = a_pledge(cast, original_due_on=day("2026-12-31"))
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    order = [cast.clerk, cast.clerk2] if first == "clerk" else [cast.clerk2, cast.clerk]
    files = {who: an_attachment(cast, by=who) for who in order}
    for n, who in enumerate(order):
        with at(f"2026-03-0{n + 3}"):
            fulfilment.attach_signed(handover, scan=files[who], actor=who)
    counted = Delivery.objects.standing().get()
    assert counted.scan and counted.scan.attached_by == cast.clerk2 and counted.scan.file == files[cast.clerk2]
    assert [each.file for each in handover.scans.order_by("pk")] == [files[who] for who in order]


def test_the_clerks_own_scan_alone_counts_for_nothing(cast: Cast) -> None:
    pledge = a_pledge(cast, original_due_on=day("2026-12-31"))
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk)
    assert not Delivery.objects.exists()
