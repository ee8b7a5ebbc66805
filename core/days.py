"""Days of which not all is known."""

from __future__ import annotations

from datetime import date


class Month(date):
    """A month of which the day is not known: its first day stands for it."""
