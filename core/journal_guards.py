"""What of ``core`` may only grow."""

from core.guards import append_only

append_only("core_event")
append_only("core_eventobject")
append_only("core_securityevent")
