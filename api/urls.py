"""Addresses of the API."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from api import views
from api.resource import Resource
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
    personal,
    plan_lines,
    planning,
    pledge_changes,
    pledge_papers,
    pledges,
    requests,
    suggestions,
    tokens,
    worklists,
)

app_name = "api"

router = SimpleRouter()
for module in (
    tokens,
    org,
    personal,
    catalogue,
    budget,
    assets,
    handovers,
    inventories,
    requests,
    pledge_changes,
    pledge_papers,
    pledges,
    plan_lines,
    planning,
    jobs,
    imports,
):
    for each in vars(module).values():
        here = isinstance(each, type) and each.__module__ == module.__name__
        if here and issubclass(each, Resource) and "path" in vars(each):
            router.register(each.path, each, basename=each.__name__.lower())

urlpatterns = [
    path(
        "v1/",
        include(
            [
                path("auth/token/", tokens.Auth.as_view(), name="auth-token"),
                path("me/", views.Me.as_view(), name="me"),
                path("me/personal-data/", personal.MyData.as_view(), name="my-data"),
                path("me/personal-data/file/", personal.MyDataFile.as_view(), name="my-data-file"),
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
