"""What is said where nothing stands: one word, on pages, in lists and on papers alike."""

from __future__ import annotations

from typing import Any

NOTHING = "–"


def or_nothing(value: Any) -> Any:
    """The value, or what is said in its place where there is none."""
    return NOTHING if value is None or value == "" else value
