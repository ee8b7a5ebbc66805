"""What of the working calendar nobody may rewrite: a version and its proposal stand as they were written."""

from core.guards import Guard

_DECIDED = "OLD.decision <> ''"

GUARDS = (
    Guard(
        "calendar_day_facts", "org_calendarday", "update",
        columns=(
            "date", "name", "kind", "works", "decree", "estimated", "proposal_id", "replaces_id", "removed",
            "created_at",
        ),
    ),
    Guard(
        "calendar_day_confirmed", "org_calendarday", "update", columns=("confirmed_at",),
        when="OLD.confirmed_at IS NOT NULL",
    ),
    Guard("calendar_day_ended", "org_calendarday", "update", columns=("ended_at",), when="OLD.ended_at IS NOT NULL"),
    Guard("calendar_day_delete", "org_calendarday", "delete"),
    Guard("calendar_day_truncate", "org_calendarday", "truncate"),
    Guard(
        "calendar_proposal_asked", "org_calendarproposal", "update",
        columns=("decree", "reason", "asked_by_id", "asked_at"),
    ),
    Guard(
        "calendar_proposal_decided", "org_calendarproposal", "update",
        columns=("decision", "decided_by_id", "decided_at", "decision_reason"), when=_DECIDED,
    ),
    Guard("calendar_proposal_delete", "org_calendarproposal", "delete"),
    Guard("calendar_proposal_truncate", "org_calendarproposal", "truncate"),
)  # fmt: skip
"""A day gets its instants once: confirmed, and ended by what came after it."""
