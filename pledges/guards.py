"""What of a pledge and of the papers around it nobody may rewrite, on either database, by whatever door.

Papers may be added and read. Only a draft that is discarded takes its evidence along.
"""

from core.guards import Guard, append_only

_LEFT_DRAFT = "OLD.publication <> 'draft'"
_PLEDGE_OF_LINE = "(SELECT p.publication FROM pledges_pledge p WHERE p.id = OLD.pledge_id) = 'published'"

_FACTS = ("pledge_id", "recorded_by_id", "effective_on", "created_at")
_PLEDGE_OF_PAPER = "(SELECT p.publication FROM pledges_pledge p WHERE p.id = OLD.pledge_id) <> 'draft'"
_ERASED = "NEW.name = '' AND NEW.statement = '' AND NEW.salt = ''"


def _added_only(table: str, *columns: str, when: str = "") -> tuple[Guard, ...]:
    """Every fact stays; version and time of the last touch are the journal's."""
    return (
        Guard(f"{table}_facts", table, "update", columns=(*_FACTS, *columns)),
        Guard(f"{table}_delete", table, "delete", when=when),
        Guard(f"{table}_truncate", table, "truncate"),
    )


GUARDS = (
    Guard(
        "pledge_words",
        "pledges_pledge",
        "update",
        columns=(
            "quote",
            "office_id",
            "spoken_by_id",
            "made_on_from",
            "made_on_to",
            "basis",
            "strength",
            "deadline_text",
            "original_due_on",
        ),
        when="OLD.publication = 'published'",
    ),
    Guard("pledge_number", "pledges_pledge", "update", columns=("number",), when="OLD.number IS NOT NULL"),
    Guard(
        "pledge_unpublish", "pledges_pledge", "update", columns=("publication",), when="OLD.publication = 'published'"
    ),
    Guard("pledge_delete", "pledges_pledge", "delete", when=_LEFT_DRAFT),
    Guard("pledge_truncate", "pledges_pledge", "truncate"),
    Guard("pledge_line_update", "pledges_pledgeline", "update", when=_PLEDGE_OF_LINE),
    Guard("pledge_line_delete", "pledges_pledgeline", "delete", when=_PLEDGE_OF_LINE),
    Guard("pledge_line_truncate", "pledges_pledgeline", "truncate"),
    Guard(
        "revision_asked",
        "pledges_deadlinerevision",
        "update",
        columns=("pledge_id", "kind", "new_due_on", "reason", "asked_by_id", "asked_at", "condition_met_on"),
    ),
    Guard(
        "revision_decided",
        "pledges_deadlinerevision",
        "update",
        columns=("decision", "decided_by_id", "decided_at", "effective_on", "decision_reason"),
        when="OLD.decision <> ''",
    ),
    Guard("revision_delete", "pledges_deadlinerevision", "delete"),
    Guard("revision_truncate", "pledges_deadlinerevision", "truncate"),
    Guard(
        "delivery_fact",
        "pledges_delivery",
        "update",
        columns=(
            "line_id",
            "item_id",
            "asset_id",
            "counts_from",
            "recorded_at",
            "served_on",
            "pooled_on",
            "scan_id",
            "checked_by_id",
        ),
    ),
    Guard(
        "delivery_end",
        "pledges_delivery",
        "update",
        columns=("counts_until", "ended_at", "ended_by_id"),
        when="OLD.counts_until IS NOT NULL",
    ),
    Guard("delivery_void", "pledges_delivery", "update", columns=("voided_at",), when="OLD.voided_at IS NOT NULL"),
    Guard("delivery_delete", "pledges_delivery", "delete"),
    Guard("delivery_truncate", "pledges_delivery", "truncate"),
    Guard(
        "line_change_asked",
        "pledges_linechange",
        "update",
        columns=("pledge_id", "kind", "reason", "asked_by_id", "asked_at"),
    ),
    Guard(
        "line_change_decided",
        "pledges_linechange",
        "update",
        columns=("decision", "decided_by_id", "decided_at", "effective_on", "decision_reason"),
        when="OLD.decision <> ''",
    ),
    Guard(
        "line_change_day",
        "pledges_linechange",
        "update",
        columns=("effective_on",),
        when="OLD.effective_on IS NOT NULL",
    ),
    Guard("line_change_delete", "pledges_linechange", "delete"),
    Guard("line_change_truncate", "pledges_linechange", "truncate"),
    *append_only("pledges_proposedline"),
    *append_only("pledges_closure"),
    *_added_only("pledges_evidence", "supports", "file_id", "source_url", "note", when=_PLEDGE_OF_PAPER),
    *_added_only("pledges_effort", "kind", "by_whom", "amount", "text", "document_id"),
    *_added_only("pledges_response", "text"),
    *_added_only("pledges_objection", "text"),
    *_added_only("pledges_witness", when=_PLEDGE_OF_PAPER),
    Guard("witness_words", "pledges_witness", "update", columns=("name", "statement", "salt"), when=f"NOT ({_ERASED})"),
)
