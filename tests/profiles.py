"""How hypothesis looks for examples: the full number and the same ones in CI, a tenth and new ones in `make fast`.

CI judges a change, so that two runs of one commit must say the same, also where the machine is slow.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

FULL = settings.get_profile("default").max_examples
settings.register_profile("whole", max_examples=FULL, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fast", max_examples=FULL // 10)


def examples(number: int) -> int:
    """``number`` as the profile of the run scales it; for tests that say their own."""
    return max(1, number * settings.default.max_examples // FULL)
