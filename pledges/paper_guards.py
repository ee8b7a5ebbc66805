"""Papers around a pledge may be added and read. Only a draft that is discarded takes its evidence along."""

from core.guards import Guard, register

_FACTS = ("pledge_id", "recorded_by_id", "effective_on", "created_at")
_PLEDGE = "(SELECT p.publication FROM pledges_pledge p WHERE p.id = OLD.pledge_id) <> 'draft'"
_ERASED = "NEW.name = '' AND NEW.statement = '' AND NEW.salt = ''"


def _added_only(table: str, *columns: str, when: str = "") -> None:
    """Every fact stays; version and time of the last touch are the journal's."""
    register(
        Guard(f"{table}_facts", table, "update", columns=(*_FACTS, *columns)),
        Guard(f"{table}_delete", table, "delete", when=when),
        Guard(f"{table}_truncate", table, "truncate"),
    )


_added_only("pledges_evidence", "supports", "file_id", "source_url", "note", when=_PLEDGE)
_added_only("pledges_effort", "kind", "by_whom", "amount", "text", "document_id")
_added_only("pledges_response", "text")
_added_only("pledges_objection", "text")
_added_only("pledges_witness", when=_PLEDGE)
register(
    Guard("witness_words", "pledges_witness", "update", ("name", "statement", "salt"), when=f"NOT ({_ERASED})"),
)
