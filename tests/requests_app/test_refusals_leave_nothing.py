"""A thousand refused and broken-off acts, and some that succeed between them: no event, no gap, nothing half-done."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from assets import register
from assets.models import Asset, Custody, HandoverItem
from core.errors import DomainError
from core.journal import Broken, verify
from core.models import Event, Sequence
from core.transactions import writing
from handing_over import fulfilment
from org import accounts
from pledges import deadlines, pledging
from requests_app import approvals, filing
from requests_app.approvals import Decided
from tests.base import (
    Cast,
    a_line,
    a_pledge,
    a_request,
    again,
    an_asset,
    an_attachment,
    an_issue,
    asset_in,
    closed,
    day,
    decided,
    line_of,
    some_assets,
    submitted,
    verified,
)
from tests.handing_over.scenes import handover_in
from tests.requests_app.scenes import request_in

ROUNDS = 1000
Act = Callable[[], Any]


class BrokenOffError(Exception):
    """The power goes while the transaction is open."""


@pytest.fixture
def refusals(cast: Cast) -> list[Act]:
    """Acts that are refused, each for another reason and at another depth."""
    draft, sent, checked = a_request(cast), submitted(cast), verified(cast)
    full = line_of(request_in(cast, "fulfilled"))
    pledge, phone, taken, gone = a_pledge(cast), an_asset(cast), asset_in(cast, "issued"), asset_in(cast, "retired")
    accepted, sent_off = handover_in(cast, "accepted"), handover_in(cast, "handed_over")
    wrong = [Decided(line_of(checked).pk, "approve", 99)]
    return [
        lambda: a_request(cast, by=cast.cibinong_admin),
        lambda: a_request(cast, lines=[a_line(cast), a_line(cast, quantity=0)]),
        lambda: filing.submit(sent, actor=cast.kemang_admin),
        lambda: filing.submit(draft, actor=cast.verifier),
        lambda: filing.withdraw(draft, actor=cast.kemang_admin, reason="x"),
        lambda: approvals.verify(sent, actor=cast.verifier),
        lambda: approvals.decide(checked, lines=wrong, actor=cast.approver),
        lambda: approvals.decide(checked, lines=wrong, actor=cast.verifier),
        lambda: approvals.close_short(checked, actor=cast.approver, reason="x"),
        lambda: an_issue(cast, assets=[phone, taken]),
        lambda: an_issue(cast, assets=[gone]),
        lambda: an_issue(cast, assets=[phone], request_line=full),
        lambda: an_issue(cast, assets=[phone], by=cast.auditor),
        lambda: an_issue(cast, assets=[phone], legal_act="penggunaan"),
        lambda: an_issue(cast, assets=[phone], recipient=cast.cibinong_admin.person),
        lambda: fulfilment.accept(sent_off, actor=cast.clerk),
        lambda: fulfilment.accept(accepted, actor=cast.kemang_admin),
        lambda: fulfilment.cancel(accepted, actor=cast.clerk, reason="x"),
        lambda: register.retire(taken, actor=cast.clerk, decision_number="1", decided_on=day("2026-03-01"), file=None),
        lambda: register.mark_found(phone, actor=cast.clerk),
        lambda: register.enter(unit=cast.diskominfo, actor=cast.clerk, device_type=cast.hp, condition="mulus"),
        lambda: pledging.publish(pledge, actor=cast.publisher),
        lambda: closed(cast, pledge, "withdraw", reason=""),
        lambda: deadlines.ask(
            pledge,
            kind="advance",
            new_due_on=day("2026-12-31"),
            reason="x",
            actor=cast.verifier,
            document=an_attachment(cast),
        ),
        lambda: accounts.grant(user=cast.superuser, role="viewer", unit=cast.root, actor=cast.superuser),
    ]


@pytest.fixture
def successes(cast: Cast) -> list[Act]:
    """Acts that succeed; broken off after the act and before the commit, they must leave nothing either."""
    phones = iter(some_assets(cast, ROUNDS // 10))
    request, pledge = decided(cast, lines=[a_line(cast, quantity=1000)]), a_pledge(cast, promised=1000)
    return [
        lambda: submitted(cast),
        lambda: an_issue(cast, assets=[next(phones)], request_line=line_of(request)),
        lambda: an_issue(cast, assets=[next(phones)], pledge_line=pledge.lines.get()),
        lambda: an_asset(cast),
        lambda: a_pledge(cast),
    ]


def broken_off(act: Act) -> None:
    with pytest.raises(BrokenOffError), writing():
        act()
        raise BrokenOffError


def state() -> tuple[Any, ...]:
    """Everything an unfinished act could have left: numbers, events, custody, holds, versions."""
    return (
        sorted(Sequence.objects.values_list("kind", "year", "last")),
        Event.objects.count(),
        sorted(Custody.objects.values_list("asset", "unit", "until")),
        sorted(HandoverItem.objects.values_list("pk", "state")),
        sorted(Asset.objects.values_list("pk", "version", "condition", "unit")),
    )


def test_a_thousand_refused_and_broken_off_acts_leave_nothing(
    cast: Cast, refusals: list[Act], successes: list[Act]
) -> None:
    chance = random.Random(2026)
    seqs, numbers = [], []
    before = state()
    for turn in range(ROUNDS):
        if turn % 50 == 49:
            assert state() == before, turn
            numbers.append(submitted(cast).number)
            before = state()
        elif chance.random() < 0.1:
            broken_off(chance.choice(successes))
        else:
            with pytest.raises((DomainError, ValidationError)):
                chance.choice(refusals)()
    assert state() == before
    seqs = list(Event.objects.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))
    assert not [each for each in verify() if isinstance(each, Broken)]
    serials = [int(number.rsplit("-", 1)[1]) for number in numbers]
    assert serials == list(range(serials[0], serials[0] + ROUNDS // 50))
    assert again(cast.superuser).grants.count() == 0


def test_every_refusal_above_is_one(refusals: list[Act]) -> None:
    before = state()
    for act in refusals:
        with pytest.raises((DomainError, ValidationError)):
            act()
    assert state() == before
