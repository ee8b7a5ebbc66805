"""What it costs to hold a register to its journal: `python -m benchmarks.verifying [pledges]` (10000).

Every pledge has two lines and an extension that was asked and decided, all of it in events. Printed are seconds and
peak memory of the check, and the milliseconds of an act with its facts and without (the notings lifted).
"""

from __future__ import annotations

import os
import resource
import sys
import time
from datetime import date
from typing import Any

DEFAULT = 10_000
CHUNK = 100
ACTS = 300


def main(pledges: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    made = setup_databases(verbosity=0, interactive=False)
    try:
        from core import verifying

        cast = _world(pledges)
        began = time.perf_counter()
        *_rest, last = verifying.verify()
        seconds = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        sys.stdout.write(f"{connection.vendor}, {pledges} pledges: {last} in {seconds:.1f} s, peak {peak} MB\n")
        for name in ("with facts", "without facts"):
            if name == "without facts":
                _lift_notings()
            create, change = _acts(cast)
            sys.stdout.write(f"{name}: entering a device {create:.2f} ms, changing it {change:.2f} ms\n")
    finally:
        teardown_databases(made, verbosity=0)


def _world(pledges: int) -> Any:
    from core.journal import record
    from core.models import Installation
    from core.transactions import writing
    from tests.base import make_cast

    with writing():
        cast = make_cast()
        record("installation.changed", Installation.current(), actor=None)
    for start in range(0, pledges, CHUNK):
        _pledges(cast, start, min(CHUNK, pledges - start))
    return cast


def _pledges(cast: Any, start: int, number: int) -> None:
    """Some pledges in three events: said, an extension asked, and decided."""
    from core import clock
    from core.journal import record
    from core.transactions import writing
    from pledges.models import DeadlineRevision, Pledge, PledgeLine

    said = {
        "quote": "Nanti setiap admin media sosial kecamatan kita beri HP.", "office": cast.bupati, "basis": "minutes",
        "made_on_from": date(2022, 1, 1), "made_on_to": date(2022, 12, 31), "original_due_on": date(2023, 12, 31),
        "responsible_unit": cast.diskominfo, "recorded_by": cast.verifier, "publication": "published",
    }  # fmt: skip
    with writing():
        rows = Pledge.objects.bulk_create(
            Pledge(number=f"JJ-2022-{start + n:06d}", title=f"HP {start + n}", published_at=clock.now(), **said)
            for n in range(number)
        )
        family = cast.hp.family
        PledgeLine.objects.bulk_create(
            PledgeLine(pledge=row, unit=unit, family=family, quantity=2)
            for row in rows
            for unit in (cast.kemang, cast.cibinong)
        )
        record("pledge.created", rows[0], actor=cast.verifier)
    with writing():
        revisions = DeadlineRevision.objects.bulk_create(
            DeadlineRevision(pledge=row, kind="extension", new_due_on=date(2027, 6, 30), reason="Surat dinas 45/2024",
                             asked_by=cast.verifier)
            for row in rows
        )  # fmt: skip
        record("revision.asked", revisions[0], actor=cast.verifier)
    with writing():
        DeadlineRevision.objects.filter(pk__in=[each.pk for each in revisions]).update(
            decision="approve", decided_by=cast.decider, decided_at=clock.now(), effective_on=clock.today()
        )
        record("revision.decided", revisions[0], actor=cast.decider)


def _acts(cast: Any) -> tuple[float, float]:
    """Milliseconds of entering a device, and of changing one."""
    from assets import register

    began = time.perf_counter()
    made = [
        register.enter(unit=cast.diskominfo, actor=cast.clerk, device_type=cast.hp, brand="Contoh", note="Dari kardus")
        for _n in range(ACTS)
    ]
    entered = time.perf_counter()
    for asset in made:
        register.correct(asset, actor=cast.clerk, brand="Lain")
    changed = time.perf_counter()
    return 1000 * (entered - began) / ACTS, 1000 * (changed - entered) / ACTS


def _lift_notings() -> None:
    from django.db import connection

    from core import guards

    with connection.cursor() as cursor:
        for trigger in guards.every():
            if isinstance(trigger, guards.Noting):
                on = "" if connection.vendor == "sqlite" else f' ON "{trigger.table}"'
                cursor.execute(f'DROP TRIGGER "{trigger.trigger}"{on}')


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
