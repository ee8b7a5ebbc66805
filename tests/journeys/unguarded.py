"""The negative control of the races: two issues of one device in two threads, with fewer and fewer guards.

Runs in a process of its own on a database of its own (``compare`` drops an index and forges rows), through
``Server.shell``. Nothing of this can be switched in the product.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import date
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from django.db import IntegrityError, connection

from assets import custody, register
from assets.models import Asset, DeviceType, Family, HandoverItem
from core import acts, facts, transactions
from core.errors import DomainError
from handing_over import fulfilment
from handing_over.items import Item
from org.models import Unit, User

HANDED_OVER_ON = date(2026, 3, 2)


def compare() -> None:
    """Prints for each set of guards how many issues won, how the others were refused, and how many papers hand
    the device over."""
    first, second, third = (_asset() for _ in range(3))
    found = {"guarded": _race(first)}
    with _without_the_lock():
        found["without the lock"] = _race(second)
        _drop_indexes()
        found["nothing"] = _race(third, recheck=lambda *_: None)
    print(json.dumps(found))  # noqa: T201


def _asset() -> Asset:
    family, _new = Family.objects.get_or_create(code="hp", name="HP")
    phone, _new = DeviceType.objects.get_or_create(code="smartphone", name="Telepon pintar", family=family)
    clerk = User.objects.get(username="pengurus")
    return register.enter(unit=Unit.objects.get(code="32.01.DISKOMINFO"), actor=clerk, device_type=phone)


def _race(asset: Asset, *, recheck: Callable[..., None] = custody._refuse_changed) -> dict[str, Any]:
    """Two issues that meet between check and claim, as far as the guards let them. ``recheck`` is the second check."""
    meeting = threading.Barrier(2)
    actor = User.objects.get(username="pengurus")
    won, refused = [], []

    def issue(code: str) -> None:
        unit = Unit.objects.get(code=code)
        try:
            items, kind = [Item(asset)], "issue"
            on = HANDED_OVER_ON
            fulfilment.record_handover(kind=kind, recipient_unit=unit, items=items, actor=actor, handed_over_on=on)
            won.append(code)
        except DomainError as refusal:
            refused.append(refusal.code)
        except IntegrityError:
            refused.append("IntegrityError")
        finally:
            meeting.abort()
            connection.close()

    with ExitStack() as patches:
        for name, check in {"_refuse_unfit": custody._refuse_unfit, "_refuse_changed": recheck}.items():
            patches.enter_context(patch.object(custody, name, _then_meet(check, meeting)))
        threads = [threading.Thread(target=issue, args=(code,)) for code in ("32.01.12", "32.01.01")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    papers = HandoverItem.objects.filter(asset=asset, state="handed_over").count()
    return {"won": len(won), "refused": refused, "papers": papers}


def _then_meet(check: Callable[..., None], meeting: threading.Barrier) -> Callable[..., None]:
    """``check``, and then a pause until the other thread has checked as well, for at most a second."""

    def checked(*args: Any) -> None:
        check(*args)
        try:
            meeting.wait(timeout=1)
        except threading.BrokenBarrierError:
            return

    return checked


@contextmanager
def _without_the_lock() -> Iterator[None]:
    """No writer's lock, no counter that would serialize, and no journal, whose numbers are unique too.

    SQLite has one writer by nature, so there the transaction itself is taken away.
    """
    with ExitStack() as patches:
        patches.enter_context(patch.object(transactions, "take_writer_lock", lambda: None))
        patches.enter_context(patch.object(custody, "patterned", lambda *_: uuid.uuid4().hex))
        patches.enter_context(patch.object(acts, "record", lambda *_args, **_values: None))
        patches.enter_context(patch.multiple(facts, begin=lambda: None, end=lambda: None))
        if connection.vendor == "sqlite":
            bare = SimpleNamespace(atomic=lambda **_options: nullcontext())
            patches.enter_context(patch.object(transactions, "transaction", bare))
        yield


def _drop_indexes() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX assets_custody_one_open")
        cursor.execute("DROP INDEX assets_handoveritem_one_hold")
