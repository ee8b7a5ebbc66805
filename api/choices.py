"""Every closed list of codes, with its Indonesian and English labels."""

from __future__ import annotations

from typing import Any

from django.db.models import Choices
from django.utils import translation

from assets import states as assets
from core.models import Installation, Job, Outcome
from org.models import CalendarDay, Role, SocialAccount, Succession, Tenure, Token, Unit
from personal.models import Correctable, SubjectRequest
from planning import states as planning
from pledges import states as pledges
from pledges.models import Effort, Evidence
from pledges.words import DeadlineRule
from requests_app import states as requests

LISTS: dict[str, type[Choices]] = {
    "asset_state": assets.AssetState,
    "budget_stage": planning.Stage,
    "calendar_day_kind": CalendarDay.Kind,
    "calendar_day_state": CalendarDay.State,
    "condition": assets.Condition,
    "deadline_rule": DeadlineRule,
    "effort_kind": Effort.Kind,
    "endorsement": Installation.Endorsement,
    "evidence_supports": Evidence.Supports,
    "fund_source": assets.FundSource,
    "handover_kind": assets.HandoverKind,
    "handover_state": assets.HandoverState,
    "inventory_answer": assets.InventoryAnswer,
    "inventory_state": assets.InventoryState,
    "job_state": Job.State,
    "legal_act": assets.LegalAct,
    "personal_request_field": Correctable,
    "personal_request_kind": SubjectRequest.Kind,
    "plan_cause": planning.CauseKind,
    "plan_cause_detail": planning.WornReason,
    "plan_fulfilment": planning.Fulfilment,
    "plan_state": planning.PlanState,
    "platform": SocialAccount.Platform,
    "pledge_basis": pledges.Basis,
    "pledge_closure": pledges.ClosureKind,
    "pledge_excuse": pledges.Excuse,
    "pledge_line_change": pledges.LineChangeKind,
    "pledge_publication": pledges.Publication,
    "pledge_status": pledges.Status,
    "pledge_strength": pledges.Strength,
    "proposal_origin": planning.ProposalOrigin,
    "request_decision": requests.LineDecision,
    "request_situation": requests.Situation,
    "request_state": requests.RequestState,
    "revision_decision": Outcome,
    "revision_kind": pledges.RevisionKind,
    "role": Role,
    "succession_kind": Succession.Kind,
    "tenure_status": Tenure.Status,
    "token_scope": Token.Scope,
    "unit_kind": Unit.Kind,
}


def all_choices() -> dict[str, list[dict[str, Any]]]:
    """``{list: [{code, label: {id, en}}]}``."""
    return {name: [_both(code, label) for code, label in choices.choices] for name, choices in LISTS.items()}


def _both(code: str, label: Any) -> dict[str, Any]:
    labels = {}
    for language in ("id", "en"):
        with translation.override(language):
            labels[language] = str(label)
    return {"code": code, "label": labels}
