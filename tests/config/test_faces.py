"""Both faces offer the same: every verb, paper, file and list that one has and the other lacks is written down here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from api.resource import Resource
from api.resources.jobs import Exports
from api.urls import router
from backoffice.admin import site
from core import acts
from core.files import IMAGE, PDF
from core.models import Event, Job
from documents.models import ImportSession
from pledges.models import Pledge

RESOURCES: dict[Any, type[Resource]] = {
    each().source().model: each for _prefix, each, _name in router.registry if each is not Exports
}
PAGES: dict[Any, Any] = dict(site._registry)
BOTH = sorted(set(RESOURCES) & set(PAGES), key=lambda model: model.__name__)
ELSEWHERE = {Event: "api:events", Job: "admin:jobs", ImportSession: "admin:imports"}
"""Lists that one face shows at an address of its own, not as a resource or a register."""

LEFT_OUT: dict[str, set[str]] = {
    "A handover of the API says itself whether it is a return.": {"Asset give-back"},
    "The API's endorse takes the letter.": {"DeviceRequest attach-letter"},
    "On a page one begins with the device and reports its condition there.": {"ConditionReport create"},
    "The contract has no route for the decision by which a device was retired; its number and day are shown.": {
        "Asset retirement_file",
    },
    "What is asked about a pledge or a loan hangs on it in the API, so that a call names one of them.": {
        f"{model} many/decide" for model in ("Closure", "DeadlineRevision", "LineChange", "LoanExtension", "PassingOn")
    },
    "Answers and objections are read on the page of their pledge.": {"Objection list", "Response list"},
    "Accounts, their rights, the settings, how long is kept what and the security log belong to the desk alone.": {
        "Grant list", "Installation list", "LegalHold list", "RetentionRule list", "SecurityEvent list", "User list",
    },
}  # fmt: skip
"""What one face lacks on purpose, and why. At most ten reasons."""

OTHERWISE_CALLED = {
    "Effort file": "document", "Pledge closing-document": "closing_document",
}  # fmt: skip
"""The page's name of what the API calls so."""

NAMES = {"partial_update": "change", "destroy": "delete"}


def verbs_of_api(model: Any) -> set[str]:
    """What can be done to a row, or to make one, by its own handlers and by the lists under it."""
    resource = RESOURCES[model]
    own = {name: getattr(resource, name, None) for name in ("create", *NAMES)}
    found = {NAMES.get(name, name) for name, handler in own.items() if hasattr(handler, "act")}
    found |= {each.url_path for each in resource.get_extra_actions() if hasattr(each, "act")}
    made_under_another = {"create"} if _is_nested(resource) else set()
    return (found - made_under_another) | under(model)


def under(model: Any) -> set[str]:
    """The verbs on a row of ``model`` that make something in a list under it."""
    runs = [each.create.act.run for each in RESOURCES.values() if _is_nested(each) and hasattr(each, "create")]
    told = [each.act for each in runs if hasattr(each, "act")]
    return {each.name for each in told if each.subject is model}


def verbs_of_page(model: Any) -> set[str]:
    page = PAGES[model]
    many = {f"many/{name}" for name, verb in page.verbs.items() if acts.of(verb).many}
    return {each.name for each in page.buttons} | ({"create"} if page.creation else set()) | many


def papers_of_api(model: Any) -> set[str]:
    """What is printed of a row, and the files that hang on it."""
    handlers = [each for each in RESOURCES[model].get_extra_actions() if "get" in each.mapping]
    sent = [each.url_name for each in handlers if {PDF, IMAGE} & {*each.spec.files}]
    return {OTHERWISE_CALLED.get(f"{model.__name__} {name}", name) for name in sent}


def papers_of_page(model: Any) -> set[str]:
    page = PAGES[model]
    return {*page.files, *getattr(page, "pictures", ()), *(each.name for each in page.printed)}


def _is_nested(resource: type[Resource]) -> bool:
    return "(" in resource.path


def _named(model: Any, names: Iterable[str]) -> set[str]:
    return {f"{model.__name__} {name}" for name in names}


def differences() -> set[str]:
    found = set()
    for model in BOTH:
        found |= _named(model, verbs_of_api(model) ^ verbs_of_page(model))
        found |= _named(model, papers_of_api(model) ^ papers_of_page(model))
    for model in (set(RESOURCES) ^ set(PAGES)) - set(ELSEWHERE):
        found |= _named(model, ["list"])
    return found


def test_what_one_face_has_and_the_other_lacks_is_left_out_on_purpose() -> None:
    assert differences() == set().union(*LEFT_OUT.values())
    assert len(LEFT_OUT) <= 10


def test_every_action_that_the_api_names_can_be_done_there() -> None:
    unknown = {model: set(RESOURCES[model].permits) - verbs_of_api(model) for model in RESOURCES}
    assert {model: names for model, names in unknown.items() if names} == {}


def test_what_stands_elsewhere_has_its_address() -> None:
    assert all(reverse(name) for name in ELSEWHERE.values())


def test_the_walk_sees_what_a_page_lacks() -> None:
    pledge = PAGES[Pledge]
    kept, pledge.buttons = pledge.buttons, pledge.buttons[1:]
    try:
        assert differences() - set().union(*LEFT_OUT.values()) == _named(Pledge, [kept[0].name])
    finally:
        pledge.buttons = kept
