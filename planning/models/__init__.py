from planning.models.budget import AccountCode, NeedStandard, PpnRate, SubActivity
from planning.models.plans import Plan, PlanCause, PlanLine

__all__ = ["AccountCode", "NeedStandard", "Plan", "PlanCause", "PlanLine", "PpnRate", "SubActivity"]
