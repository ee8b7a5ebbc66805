"""What of ``core`` may only grow, and what is closed for good."""

from core.guards import Guard, append_only, register

append_only("core_event")
append_only("core_eventobject")
append_only("core_securityevent")
register(
    Guard("archive_window", "core_installation", "update", columns=("archive_open",), when="NOT OLD.archive_open"),
    Guard("archive_window_row", "core_installation", "delete", when="NOT OLD.archive_open"),
)
