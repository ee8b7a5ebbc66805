"""The reports of Gawai, by the name they have in the API: every list there is but that of witnesses, who stand in no
file (pledges.md), and the workbook of a budget plan."""

from assets import lists as assets
from core.lists import Listing
from documents.lists import SECURITY
from documents.reports.assets import ASSETS
from documents.reports.base import Report, listed
from documents.reports.plans import BUDGET_PLAN
from documents.reports.pledges import PLEDGES
from documents.reports.requests import REQUESTS
from handing_over import lists as handing_over
from org import lists as org
from personal import lists as personal
from planning import lists as planning
from pledges import lists as pledges
from wording.lists import EVENTS

LISTS: dict[str, Listing] = {
    "handovers": handing_over.HANDOVERS,
    "signed_scans": handing_over.SCANS,
    "loan_extensions": handing_over.LOAN_EXTENSIONS,
    "condition_reports": assets.CONDITION_REPORTS,
    "receipts": assets.RECEIPTS,
    "inventories": assets.INVENTORIES,
    "inventory_lines": assets.INVENTORY_LINES,
    "families": assets.FAMILIES,
    "item_codes": assets.ITEM_CODES,
    "device_types": assets.DEVICE_TYPES,
    "standard_prices": assets.STANDARD_PRICES,
    "deadline_revisions": pledges.DEADLINE_REVISIONS,
    "line_changes": pledges.LINE_CHANGES,
    "closures": pledges.CLOSURES,
    "passings_on": pledges.PASSINGS_ON,
    "evidence": pledges.EVIDENCE,
    "efforts": pledges.EFFORTS,
    "plans": planning.PLANS,
    "plan_lines": planning.PLAN_LINES,
    "need_standards": planning.NEED_STANDARDS,
    "ppn_rates": planning.PPN_RATES,
    "sub_activities": planning.SUB_ACTIVITIES,
    "account_codes": planning.ACCOUNT_CODES,
    "units": org.UNITS,
    "offices": org.OFFICES,
    "unit_successions": org.UNIT_SUCCESSIONS,
    "office_successions": org.OFFICE_SUCCESSIONS,
    "tenures": org.TENURES,
    "people": org.PEOPLE,
    "social_accounts": org.SOCIAL_ACCOUNTS,
    "users": org.USERS,
    "grants": org.GRANTS,
    "tokens": org.TOKENS,
    "calendar_days": org.CALENDAR_DAYS,
    "calendar_proposals": org.CALENDAR_PROPOSALS,
    "personal_requests": personal.SUBJECT_REQUESTS,
    "retention_rules": personal.RETENTION_RULES,
    "legal_holds": personal.LEGAL_HOLDS,
    "events": EVENTS,
    "security_events": SECURITY,
}

REPORTS: dict[str, Report] = {
    "requests": REQUESTS, "assets": ASSETS, "pledges": PLEDGES, "budget_plan": BUDGET_PLAN,
    **{kind: listed(listing) for kind, listing in LISTS.items()},
}  # fmt: skip
KINDS: dict[int, str] = {id(report.listing): kind for kind, report in REPORTS.items() if report.book is None}
"""The kind of the export of each list."""


def kind_of(listing: Listing | None) -> str:
    """The name of the export of this list; empty where it is in no file."""
    return KINDS.get(id(listing), "")
