"""People at their browsers: a client per account, addresses by name, forms as they are shown."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import reverse

from org.models import User
from pledges import papers
from tests.base import Cast, again

SHOWN = re.compile(r'href="(/admin/[^"#]*)"')


class Desk:
    """``desk.get(user, address)``; every account has its own signed-in client."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self._clients: dict[int, Client] = {}

    def client(self, user: User) -> Client:
        if user.pk not in self._clients:
            self._clients[user.pk] = Client(raise_request_exception=False)
            self._clients[user.pk].force_login(again(user))
        return self._clients[user.pk]

    def get(self, user: User, address: str, **query: str) -> Any:
        return self.client(user).get(address, query)

    def post(self, user: User, address: str, fields: dict[str, Any] | None = None) -> Any:
        return self.client(user).post(address, fields or {})

    def act(self, user: User, obj: Any, verb: str, **fields: Any) -> Any:
        """Send the form of a verb; the version shown comes along when ``_version`` is given."""
        return self.post(user, verb_page(obj, verb), {name.replace("__", "-"): value for name, value in fields.items()})


def in_hand(*assets: Any, condition: str = "good") -> dict[str, Any]:
    """The fields of an issue by which these devices are ticked, each in ``condition``, handed over today."""
    ticked = {f"items-{each.pk}-taken": "on" for each in assets}
    return {**ticked, **{f"items-{each.pk}-condition": condition for each in assets}, "handed_over_on": "2026-03-02"}


def on_paper(pledge: Any, by: User, **fields: Any) -> dict[str, Any]:
    """The fields of something asked about a pledge, on the strength of evidence that it has."""
    evidence = papers.add_evidence(pledge, supports="harm", source_url="http://x.id", note="Surat 45", actor=by)
    return {"reason": "x", **fields, "evidence": str(evidence.pk)}


def listing(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def adding(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


def page(obj: Any) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def verb_page(obj: Any, verb: str) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_act", args=[obj.pk, verb])


def links(response: Any) -> list[str]:
    """Addresses of the back office on a page."""
    return [unescape(each) for each in SHOWN.findall(response.content.decode())]


def markup(response: Any) -> str:
    """A page as it was sent, but for where its lines may break."""
    return str(response.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def text(response: Any) -> str:
    """What a page says, without its markup."""
    body = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", response.content.decode(), flags=re.S)
    said = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()
    return said.replace(" ,", ",").replace(" .", ".")


class _Fields(HTMLParser):
    """The fields of the page's form as a browser would send them back."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self._name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "input" and "name" in told:
            self.sent[told["name"]] = told.get("value", "")
        elif tag in ("select", "textarea"):
            self._name = told["name"]
            self.sent[self._name] = ""
        elif tag == "option" and "selected" in told:
            self.sent[self._name] = told["value"]

    def handle_data(self, data: str) -> None:
        if self.lasttag == "textarea":
            self.sent[self._name] += data.strip()


def filled(response: Any) -> dict[str, str]:
    """What the form of a page would send if nobody touched it; for forms without boxes to tick."""
    reader = _Fields()
    [form] = re.findall(r'<form class="g-form".*?</form>', response.content.decode(), flags=re.S)
    reader.feed(form)
    return reader.sent


def verbs_on(response: Any) -> set[str]:
    """The verbs whose buttons a page shows."""
    return {each.rstrip("/").rsplit("/", 1)[-1] for each in links(response) if "/do/" in each}
