"""What the planner keeps for the budget: standards of need, rates of PPN, the programme tree, account codes."""

from __future__ import annotations

from api.resources.reference import ReferenceResource
from planning.lists import ACCOUNT_CODES, NEED_STANDARDS, PPN_RATES, SUB_ACTIVITIES


class NeedStandards(ReferenceResource):
    """Standar kebutuhan: how many devices of a type one unit, or each unit of a kind, may have at most."""

    path, listing = "need-standards", NEED_STANDARDS


class PpnRates(ReferenceResource):
    """The rate of PPN (value added tax) from a day on."""

    path, listing, default_ordering = "ppn-rates", PPN_RATES, "-effective_from"


class SubActivities(ReferenceResource):
    """Sub kegiatan, each with the branch of the programme tree that leads to it."""

    path, listing, default_ordering = "sub-activities", SUB_ACTIVITIES, "code"


class AccountCodes(ReferenceResource):
    """Account codes (kode rekening) with their official names."""

    path, listing, default_ordering = "account-codes", ACCOUNT_CODES, "code"
