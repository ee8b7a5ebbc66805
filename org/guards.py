"""What nobody may rewrite: a version of a calendar day and its proposal, successions, and that a unit came back."""

from core.guards import Guard, append_only

_DECIDED = "OLD.decision <> ''"


def _succession(name: str) -> tuple[Guard, ...]:
    """What was proposed stays from the first, what became of it from then on."""
    table = f"org_{name}"
    return (
        Guard(
            f"{name}_facts", table, "update",
            columns=("predecessor_id", "successor_id", "kind", "on", "decree", "reason", "asked_by_id", "asked_at"),
        ),
        Guard(
            f"{name}_decided", table, "update",
            columns=("decision", "decided_by_id", "decided_at", "decision_reason"), when=_DECIDED,
        ),
        Guard(f"{name}_delete", table, "delete"),
        Guard(f"{name}_truncate", table, "truncate"),
    )  # fmt: skip


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
    *_succession("unitsuccession"),
    *_succession("officesuccession"),
    *append_only("org_revival"),
)  # fmt: skip
"""A day gets its instants once: confirmed, and ended by what came after it."""
