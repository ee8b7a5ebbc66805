"""Load the sample data: all stories in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import chain

from core.errors import Conflict
from core.models import Installation
from core.transactions import writing
from demo import budget, demands, devices, papers, promises, setting, supply
from demo.stage import FIRST_DAY, Stage, Story, play
from org.models import Unit, User

EARLIEST = date(2023, 11, 15)


def is_loaded() -> bool:
    return Installation.current().sample_data


def load(*, today: date, password: str, progress: Callable[[date, int], None]) -> int:
    """Fill an empty database with Kabupaten Contoh as of the morning of ``today``; returns the number of acts.

    The same day gives the same rows. ``Conflict`` when the database holds anything else, or ``today`` is before
    ``EARLIEST``, on which the story has not happened yet.
    """
    if today < EARLIEST:
        raise Conflict("too_early", f"The sample data needs a day from {EARLIEST} on.")
    with writing():
        if User.objects.exists() or Unit.objects.exists():
            raise Conflict("not_empty", "This database holds data of its own; the sample data goes into an empty one.")
        stage = Stage(today)
        acts = play([setting.prepare(stage, password)], until=FIRST_DAY, progress=progress)
        return acts + play(_stories(stage), until=today - timedelta(days=1), progress=progress)


def _stories(stage: Stage) -> Iterator[Story]:
    return chain(
        setting.successions(stage),
        setting.yearly_prices(stage),
        [setting.merged_division(stage)],
        budget.stories(stage),
        supply.opening(stage),
        supply.purchases(stage),
        promises.stories(stage),
        papers.stories(stage),
        demands.stories(stage),
        devices.stories(stage),
    )
