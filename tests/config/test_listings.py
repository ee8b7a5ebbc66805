"""A list is said once: what stands on both faces is searched, filtered and exported by one declaration."""

from __future__ import annotations

from typing import Any

import pytest

from api.resource import Resource
from api.resources.jobs import Exports
from api.urls import router
from backoffice.admin import site
from backoffice.exporting import names_of
from core import clock
from core.columns import On
from core.lists import Listing
from documents.reports.offered import REPORTS
from pledges.lists import PLEDGES
from pledges.status import days_late
from requests_app.lists import REQUESTS

# What waits for the person who looks: a worklist, which the API has under `worklists/`.
DESK = "desk"

RESOURCES: dict[Any, type[Resource]] = {
    each().source().model: each for _prefix, each, _name in router.registry if each is not Exports
}
PAGES: dict[Any, Any] = dict(site._registry)
BOTH = sorted(set(RESOURCES) & set(PAGES), key=lambda model: model.__name__)


def _listing(model: Any) -> Listing:
    return RESOURCES[model].listing


def test_every_list_on_both_faces_is_said_once() -> None:
    assert {model for model in BOTH if RESOURCES[model].listing is not PAGES[model].listing} == set()


@pytest.mark.parametrize("model", BOTH, ids=lambda model: model.__name__)
def test_api_and_page_search_filter_and_show_by_the_same_declaration(model: Any) -> None:
    listing, resource, page = _listing(model), RESOURCES[model], PAGES[model]
    assert page.listing is resource.listing is listing
    assert page.search_fields is listing.search
    assert {column.name for column in listing.shown(On.ROW)} <= set(resource.row.fields)
    assert {column.name for column in listing.shown(On.DETAIL)} <= set(resource.full.fields)


@pytest.mark.parametrize("model", BOTH, ids=lambda model: model.__name__)
def test_every_filter_of_a_page_is_one_of_the_list_and_of_its_export(model: Any) -> None:
    listing, page = _listing(model), PAGES[model]
    known = names_of(listing)
    assert {each.parameter_name for each in page.list_filter} - {DESK} == set(known) - {"q"}
    offered = {value for each in listing.filters for value in ("x", *each.means)}
    assert {name for told in known.values() for value in offered for name in told(value)} <= {
        *listing.parameters, "search",
    }  # fmt: skip


@pytest.mark.parametrize("kind", REPORTS)
def test_an_export_takes_the_filters_of_the_list(kind: str) -> None:
    listing, lines = REPORTS[kind].listing, REPORTS[kind].lines
    model = next(model for model, page in PAGES.items() if kind in (page.export_kind, page.workbook_kind))
    assert listing is PAGES[model].listing
    if listing:
        titles = [str(column.title) for column in REPORTS[kind].layout.columns]
        assert len(titles) == len((lines or listing).shown(On.SHEET)) and len(set(titles)) == len(titles)


@pytest.mark.parametrize("model", BOTH, ids=lambda model: model.__name__)
def test_everything_in_a_list_has_its_words(model: Any) -> None:
    listing = _listing(model)
    for each in (*listing.shown(On.PAGE | On.SHEET), *listing.parameters.values()):
        assert str(each.label) and "_" not in str(each.label), each.name


def test_days_late_and_ages_are_counted_by_one_rule_each() -> None:
    made = {(listing.model, each.name): each.make for listing in (PLEDGES, REQUESTS) for each in listing.columns}
    assert {name: make for (_model, name), make in made.items() if name.startswith("days_late")} == {
        "days_late": days_late, "days_late_original": days_late,
    }  # fmt: skip
    assert (made[PLEDGES.model, "age_days"], made[REQUESTS.model, "age_days"]) == (clock.days_past, clock.age_days)
