"""A frozen plan never changes again, by whatever door."""

from core.guards import Guard

_FROZEN_PLAN = "(SELECT p.state FROM planning_plan p WHERE p.id = {row}.plan_id) = 'frozen'"
_FROZEN_LINE = (
    "(SELECT p.state FROM planning_plan p JOIN planning_planline l ON l.plan_id = p.id WHERE l.id = {row}.line_id)"
    " = 'frozen'"
)

GUARDS = (
    Guard(
        "plan_frozen",
        "planning_plan",
        "update",
        columns=(
            "number",
            "fiscal_year",
            "stage",
            "edition",
            "previous_id",
            "unit_id",
            "within_id",
            "sub_activity_id",
            "fund_source",
            "ceiling",
            "note",
            "state",
            "calculated_at",
            "anchor_seq",
            "anchor_hash",
            "made_by_id",
            "reviewed_by_id",
            "reviewed_at",
            "frozen_by_id",
            "frozen_at",
        ),
        when="OLD.state = 'frozen'",
    ),
    Guard("plan_frozen_delete", "planning_plan", "delete", when="OLD.state = 'frozen'"),
    Guard("plan_truncate", "planning_plan", "truncate"),
    Guard("planline_frozen_insert", "planning_planline", "insert", when=_FROZEN_PLAN.format(row="NEW")),
    Guard("planline_frozen", "planning_planline", "update", when=_FROZEN_PLAN.format(row="OLD")),
    Guard("planline_frozen_delete", "planning_planline", "delete", when=_FROZEN_PLAN.format(row="OLD")),
    Guard("planline_truncate", "planning_planline", "truncate"),
    Guard("plancause_frozen_insert", "planning_plancause", "insert", when=_FROZEN_LINE.format(row="NEW")),
    Guard("plancause_frozen", "planning_plancause", "update", when=_FROZEN_LINE.format(row="OLD")),
    Guard("plancause_frozen_delete", "planning_plancause", "delete", when=_FROZEN_LINE.format(row="OLD")),
    Guard("plancause_truncate", "planning_plancause", "truncate"),
)
