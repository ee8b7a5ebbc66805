"""What pledges do outside the call that asked for it."""

from pledges.recomputing import on_calendar_changed

JOBS = {"calendar_changed": on_calendar_changed}
