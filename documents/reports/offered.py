"""The reports of Gawai, by the name they have in the API."""

from documents.reports.assets import ASSETS
from documents.reports.base import Report
from documents.reports.plans import BUDGET_PLAN
from documents.reports.pledges import PLEDGES
from documents.reports.requests import REQUESTS

REPORTS: dict[str, Report] = {"requests": REQUESTS, "assets": ASSETS, "pledges": PLEDGES, "budget_plan": BUDGET_PLAN}
