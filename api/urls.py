"""Addresses of the API."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from api import views
from api.resources import (
    assets,
    budget,
    catalogue,
    handovers,
    imports,
    inventories,
    jobs,
    kept_figures,
    org,
    plan_lines,
    planning,
    pledge_changes,
    pledge_papers,
    pledges,
    requests,
    suggestions,
    worklists,
)

app_name = "api"

router = SimpleRouter()
for resource in (
    views.TokenResource,
    org.Units,
    org.Offices,
    org.Tenures,
    org.People,
    org.CalendarDays,
    org.SocialAccounts,
    catalogue.Families,
    catalogue.ItemCodes,
    catalogue.DeviceTypes,
    catalogue.StandardPrices,
    budget.NeedStandards,
    budget.PpnRates,
    budget.SubActivities,
    budget.AccountCodes,
    assets.Assets,
    assets.ConditionReports,
    assets.Receipts,
    handovers.Handovers,
    inventories.InventoryLines,
    inventories.Inventories,
    requests.Requests,
    pledge_changes.DeadlineRevisions,
    pledge_changes.LineChanges,
    pledge_papers.PledgeEvidence,
    pledge_papers.PledgeEfforts,
    pledge_papers.PledgeResponses,
    pledge_papers.PledgeObjections,
    pledge_papers.PledgeWitnesses,
    pledges.Pledges,
    plan_lines.PlanLines,
    planning.Plans,
    jobs.Jobs,
    jobs.Exports,
    imports.Imports,
):
    router.register(resource.path, resource, basename=resource.__name__.lower())

urlpatterns = [
    path(
        "v1/",
        include(
            [
                path("auth/token/", views.Auth.as_view(), name="auth-token"),
                path("me/", views.Me.as_view(), name="me"),
                path("choices/", views.Choices.as_view(), name="choices"),
                path("events/", views.EventList.as_view(), name="events"),
                path("events/head/", views.EventHead.as_view(), name="events-head"),
                path("worklists/", worklists.Worklists.as_view(), name="worklists"),
                *worklists.URLS,
                path("pledges/figures/", kept_figures.PledgeFigures.as_view(), name="pledge-figures"),
                path("pledges/burn-down/", kept_figures.PledgeBurnDown.as_view(), name="pledge-burn-down"),
                path("pledges/suggest-deadline/", suggestions.SuggestDeadline.as_view(), name="suggest-deadline"),
                path("schema/", views.OpenApi.as_view(), name="schema"),
                *router.urls,
            ]
        ),
    ),
    path("docs/", views.docs, name="docs"),
]
