"""For the child processes that open foreign files: their own bounds, and the numbers by which they end.

Imported by nothing but such children and ``core.apart``, which starts them; knows nothing of Django.
"""

from __future__ import annotations

import os
import resource
from pathlib import Path

TOO_LARGE = 3
"""Ends a child that saw, before it began or on the way, that the file needs more than it may have."""
BROKEN = 4
"""Ends a child whose file is not what it should be."""
LOCKED = 5
"""Ends a child whose file is encrypted."""
BLANK = 6
"""Ends a child that found a whole file with nothing on it."""
LENGTH_BYTES = 4
"""In so many bytes a child that makes several things says how long each is."""


def confine(*, memory: int, seconds: int) -> None:
    """From here on: at most ``memory`` bytes more than now, ``seconds`` of processor time, and others go first.

    Memory is bounded where the system tells what is held already (``/proc``).
    """
    os.nice(3)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    statm = Path("/proc/self/statm")
    if statm.exists():
        held = int(statm.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (held + memory, held + memory))
