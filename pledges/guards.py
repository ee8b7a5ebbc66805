"""What of a pledge and of the papers around it nobody may rewrite, on either database, by whatever door.

Papers may be added and read. Only a draft that is discarded takes its evidence along. What was said in a draft that
another took over stays, as in a published one.
"""

from core.guards import Guard, append_only

_TO_STAY = "OLD.publication <> 'draft' OR OLD.taken_over_at IS NOT NULL"
_FIXED = "OLD.publication = 'published' OR OLD.taken_over_at IS NOT NULL"
_PLEDGE_OF_LINE = (
    "EXISTS (SELECT 1 FROM pledges_pledge p WHERE p.id = OLD.pledge_id"
    " AND (p.publication = 'published' OR p.taken_over_at IS NOT NULL))"
)

_FACTS = ("pledge_id", "recorded_by_id", "effective_on", "created_at")
_ASKED = ("pledge_id", "reason", "document_id", "evidence_id", "asked_by_id", "asked_at")
_PLEDGE_OF_PAPER = "(SELECT p.publication FROM pledges_pledge p WHERE p.id = OLD.pledge_id) <> 'draft'"
_ERASED = "NEW.name = '' AND NEW.statement = '' AND NEW.salt = ''"


def _added_only(table: str, *columns: str, when: str = "") -> tuple[Guard, ...]:
    """Every fact stays; version and time of the last touch are the journal's."""
    return (
        Guard(f"{table}_facts", table, "update", columns=(*_FACTS, *columns)),
        Guard(f"{table}_delete", table, "delete", when=when),
        Guard(f"{table}_truncate", table, "truncate"),
    )


_NAMED = ("code", "name", "name_en")
_PROMISED = (
    "EXISTS (SELECT 1 FROM pledges_pledgeline l JOIN pledges_pledge p ON p.id = l.pledge_id"
    " WHERE l.{} = OLD.id AND p.publication = 'published')"
)


def _asked(
    name: str, table: str, *columns: str, decided: tuple[str, ...] = ("effective_on",)
) -> tuple[Guard, ...]:  # fmt: skip
    """What was asked stays from the first, what became of it from then on."""
    outcome = ("decision", "decided_by_id", "decided_at", "decision_reason", *decided)
    when = "OLD.decision <> ''"
    return (
        Guard(f"{name}_asked", table, "update", columns=(*_ASKED, *columns)),
        Guard(f"{name}_decided", table, "update", columns=outcome, when=when),
        Guard(f"{name}_delete", table, "delete"),
        Guard(f"{name}_truncate", table, "truncate"),
    )


GUARDS = (
    Guard("unit_promised", "org_unit", "update", columns=("code",), when=_PROMISED.format("unit_id")),
    Guard("family_promised", "assets_family", "update", columns=_NAMED, when=_PROMISED.format("family_id")),
    Guard(
        "type_promised",
        "assets_devicetype",
        "update",
        columns=_NAMED,
        when=_PROMISED.format("device_type_id"),
    ),
    Guard(
        "office_promised",
        "org_office",
        "update",
        columns=("name",),
        when="EXISTS (SELECT 1 FROM pledges_pledge p WHERE p.office_id = OLD.id AND p.publication = 'published')",
    ),
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
            "read_due_on",
        ),
        when=_FIXED,
    ),
    Guard("pledge_number", "pledges_pledge", "update", columns=("number",), when="OLD.number IS NOT NULL"),
    Guard(
        "pledge_unpublish", "pledges_pledge", "update", columns=("publication",), when="OLD.publication = 'published'"
    ),
    Guard("pledge_delete", "pledges_pledge", "delete", when=_TO_STAY),
    Guard("pledge_recorded_in", "pledges_pledge", "update", columns=("recorded_in_id",)),
    Guard(
        "pledge_taken_over",
        "pledges_pledge",
        "update",
        columns=("taken_over_at",),
        when="OLD.taken_over_at IS NOT NULL",
    ),
    Guard("pledge_truncate", "pledges_pledge", "truncate"),
    Guard("pledge_line_update", "pledges_pledgeline", "update", when=_PLEDGE_OF_LINE),
    Guard("pledge_line_delete", "pledges_pledgeline", "delete", when=_PLEDGE_OF_LINE),
    Guard("pledge_line_truncate", "pledges_pledgeline", "truncate"),
    *_asked("revision", "pledges_deadlinerevision", "kind", "new_due_on", "condition_met_on", "caused_by_id"),
    Guard(
        "revision_confirmed",
        "pledges_deadlinerevision",
        "update",
        columns=("confirmed_by_id", "confirmed_at"),
        when="OLD.confirmed_at IS NOT NULL OR OLD.decision <> ''",
    ),
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
            "waits_for_id",
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
    *_asked("line_change", "pledges_linechange", "kind"),
    Guard(
        "line_change_day",
        "pledges_linechange",
        "update",
        columns=("effective_on",),
        when="OLD.effective_on IS NOT NULL",
    ),
    *_asked(
        "closure",
        "pledges_closure",
        "kind",
        "excuse",
        "merged_into_id",
        decided=("effective_on", "said_on", "first_due_on", "dated_originally", "dated_on"),
    ),
    *_asked("passing_on", "pledges_passingon", "from_unit_id", "responsible_unit_id", decided=()),
    *append_only("pledges_proposedline"),
    *_added_only("pledges_evidence", "supports", "file_id", "source_url", "note", when=_PLEDGE_OF_PAPER),
    *_added_only("pledges_effort", "kind", "by_whom", "amount", "text", "document_id"),
    *_added_only("pledges_response", "text"),
    *_added_only("pledges_objection", "text"),
    *_added_only("pledges_witness", when=_PLEDGE_OF_PAPER),
    Guard("witness_words", "pledges_witness", "update", columns=("name", "statement", "salt"), when=f"NOT ({_ERASED})"),
)
