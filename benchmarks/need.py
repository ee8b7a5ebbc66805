"""The need of a year for many kecamatan: `python -m benchmarks.need [kecamatan]` (7288: those of all 514 districts).

Every kecamatan has an approved request line, a promise and two devices of which one is badly damaged. Printed are
seconds, statements and peak memory, for reading, reckoning and writing the plan.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from typing import Any

DEFAULT = 7288
BATCH = 1000


def main(kecamatan: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases

    made = setup_databases(verbosity=0, interactive=False)
    try:
        from planning import facts, needs, plans

        cast = _world(kecamatan)
        plan = plans.create(fiscal_year=2027, actor=cast.planner)
        with CaptureQueriesContext(connection) as queries:
            began = time.perf_counter()
            found = facts.read(plan)
            read = time.perf_counter()
            result = needs.calculate(found)
            reckoned = time.perf_counter()
        plans.recalculate(plan, actor=cast.planner)
        written = time.perf_counter()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        sys.stdout.write(
            f"{connection.vendor}, {kecamatan} kecamatan, {len(result)} needs: read {read - began:.2f} s in "
            f"{len(queries)} statements, reckoned {reckoned - read:.2f} s, whole recalculation "
            f"{written - reckoned:.2f} s, peak {peak} MB\n"
        )
    finally:
        teardown_databases(made, verbosity=0)


def _world(kecamatan: int) -> Any:
    from assets.models import Asset
    from core import clock
    from org.models import Unit
    from pledges.models import PledgeLine
    from requests_app.models import DeviceRequest, RequestLine
    from tests.base import a_pledge, make_cast

    cast = make_cast()
    pledge = a_pledge(cast)
    units = Unit.objects.bulk_create(
        (Unit(code=f"32.01.{n:05d}", name=f"Kecamatan {n}", kind="district", parent=cast.root)
         for n in range(10_000, 10_000 + kecamatan)),
        batch_size=BATCH,
    )  # fmt: skip
    requests = DeviceRequest.objects.bulk_create(
        (DeviceRequest(unit=unit, filed_by=cast.kemang_admin, purpose="Uji", state="decided", submitted_at=clock.now(),
                       number=f"UJI-{unit.code}") for unit in units),
        batch_size=BATCH,
    )  # fmt: skip
    RequestLine.objects.bulk_create(
        (RequestLine(request=each, device_type=cast.hp, quantity=2, situation="personal", decision="approve",
                     approved_quantity=2) for each in requests),
        batch_size=BATCH,
    )  # fmt: skip
    PledgeLine.objects.bulk_create(
        (PledgeLine(pledge=pledge, unit=unit, family=cast.hp.family, quantity=1) for unit in units), batch_size=BATCH
    )
    conditions = ("good", "badly_damaged")
    Asset.objects.bulk_create(
        (Asset(tag=f"UJI-{unit.code}-{n}", device_type=cast.hp, unit=unit, condition=condition)
         for unit in units for n, condition in enumerate(conditions)),
        batch_size=BATCH,
    )  # fmt: skip
    return cast


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
