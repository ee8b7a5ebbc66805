"""How many examples hypothesis tries: the full number in CI, a tenth in `make fast`."""

from __future__ import annotations

from hypothesis import settings

FULL = settings.get_profile("default").max_examples
settings.register_profile("fast", max_examples=FULL // 10)


def examples(number: int) -> int:
    """``number`` as the profile of the run scales it; for tests that say their own."""
    return max(1, number * settings.default.max_examples // FULL)
