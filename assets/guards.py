"""What of a handover, an inventory and the catalogue nobody may rewrite, on either database, by whatever door."""

from core.guards import Guard

_CONFIRMED = "OLD.confirmed_by_id IS NOT NULL"
_CLOSED = "(SELECT i.state FROM assets_inventory i WHERE i.id = OLD.inventory_id) = 'closed'"

_HANDED_OVER = (
    "EXISTS (SELECT 1 FROM assets_handoveritem i JOIN assets_asset a ON a.id = i.asset_id"
    " JOIN assets_handover h ON h.id = i.handover_id"
    " WHERE a.device_type_id = OLD.id AND h.handed_over_on IS NOT NULL)"
)

_RECEIVED = "EXISTS (SELECT 1 FROM assets_handover h WHERE OLD.id IN (h.recipient_unit_id, h.from_unit_id))"

_TAKEN = (
    "EXISTS (SELECT 1 FROM assets_asset a WHERE a.imei_2_key = NEW.imei_1_key AND a.imei_2_key > ''{other})"
    " OR EXISTS (SELECT 1 FROM assets_asset a WHERE a.imei_1_key = NEW.imei_2_key AND a.imei_1_key > ''{other})"
)
"""An IMEI stands in the other place of another device; in the same place a constraint tells."""

GUARDS = (
    Guard("asset_imei_entered", "assets_asset", "insert", when=_TAKEN.format(other="")),
    Guard(
        "asset_imei_changed",
        "assets_asset",
        "update",
        columns=("imei_1_key", "imei_2_key"),
        when=_TAKEN.format(other=" AND a.id <> OLD.id"),
    ),
    Guard(
        "device_type_added",
        "assets_devicetype",
        "update",
        columns=("added_by_id", "added_at", "added_after"),
        when=_HANDED_OVER,
    ),
    Guard(
        "device_type_confirmed",
        "assets_devicetype",
        "update",
        columns=("confirmed_by_id", "confirmed_at"),
        when=f"OLD.confirmed_at IS NOT NULL AND {_HANDED_OVER}",
    ),
    Guard("unit_received", "org_unit", "update", columns=("code",), when=_RECEIVED),
    Guard("device_type_family", "assets_devicetype", "update", columns=("family_id",), when=_HANDED_OVER),
    Guard("handover_confirmed", "assets_handover", "update", columns=("confirmed_by_id",), when=_CONFIRMED),
    Guard("handover_confirmed_row", "assets_handover", "delete", when=_CONFIRMED),
    Guard(
        "handover_item_received",
        "assets_handoveritem",
        "update",
        columns=("accepted_at", "received_on", "unit_accepted", "substitute"),
        when="OLD.unit_accepted AND OLD.state <> 'disputed'",
    ),
    Guard(
        "signed_scan_facts",
        "assets_signedscan",
        "update",
        columns=("handover_id", "file_id", "attached_by_id", "created_at"),
    ),
    Guard("signed_scan_delete", "assets_signedscan", "delete"),
    Guard("signed_scan_truncate", "assets_signedscan", "truncate"),
    Guard("handover_truncate", "assets_handover", "truncate"),
    Guard("inventory_facts", "assets_inventory", "update", columns=("number", "unit_id", "due_on", "opened_by_id")),
    Guard(
        "inventory_closed", "assets_inventory", "update", columns=("state", "closed_at"), when="OLD.state = 'closed'"
    ),
    Guard("inventory_delete", "assets_inventory", "delete"),
    Guard("inventory_truncate", "assets_inventory", "truncate"),
    Guard("inventory_line_facts", "assets_inventoryline", "update", columns=("inventory_id", "asset_id", "unit_id")),
    Guard(
        "inventory_line_closed",
        "assets_inventoryline",
        "update",
        columns=("answer", "note", "report_id", "answered_by_id", "answered_at"),
        when=_CLOSED,
    ),
    Guard("inventory_line_delete", "assets_inventoryline", "delete"),
    Guard("inventory_line_truncate", "assets_inventoryline", "truncate"),
    Guard(
        "absence_facts",
        "assets_absence",
        "update",
        columns=("item_id", "asset_id", "kind", "began_on", "stops_on", "agreed", "recorded_at", "recorded_by_id"),
    ),
    Guard(
        "absence_confirmed",
        "assets_absence",
        "update",
        columns=("confirmed_at", "confirmed_by_id"),
        when="OLD.confirmed_at IS NOT NULL",
    ),
    Guard(
        "absence_ended",
        "assets_absence",
        "update",
        columns=("ended_on", "ended_at", "ended_by_id"),
        when="OLD.ended_at IS NOT NULL",
    ),
    Guard("absence_delete", "assets_absence", "delete"),
    Guard("absence_truncate", "assets_absence", "truncate"),
)
