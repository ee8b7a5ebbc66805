"""Every list there is: what a row shows is found by searching for it, stands in its export, and is printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from backoffice.admin import site
from backoffice.templatetags.backoffice import rows as rows_of
from core.jobs import run_due
from core.models import Installation, Job
from documents import exports
from documents.reports.offered import KINDS, kind_of
from org.reference import put
from personal import retention
from personal.models import RetentionRule
from tests.api.matrix_world import MatrixWorld
from tests.backoffice.desk import Desk, listing
from tests.documents.sheets import opened

LISTS: dict[str, Any] = {
    model.__name__: page for model, page in sorted(site._registry.items(), key=lambda each: each[0].__name__)
    if model is not Installation
}  # fmt: skip
IN_FILES = {name: page for name, page in LISTS.items() if name != "Witness"}
"""Witnesses stand in no file (pledges.md)."""
CHOSEN = "one of few words, by which the page filters or which the row's badge says"
A_DAY = "a day or an age: in the reader's words on the page, a date in the file"
A_NUMBER = "a number that is counted, not written"
HELD_APART = "who holds an office is told only to those whose reach has it"
BY_NUMBER = "a plan is found by its number; its year and stage are filters, the place of a line is none of its number"
OF_ANOTHER = "a hold is found by its basis; what it holds is said by that record, whose kind and id stand in the file"
SAID_NOW = "said from what stands in other columns of the file, and from the day on which one reads"
NOT_SEARCHED: dict[str, set[str]] = {
    CHOSEN: {
        "state", "status", "status_shown", "condition", "kind", "stage", "desk", "answer", "supports", "scope", "role",
        "confirmation", "active", "works", "platform", "clock", "decision", "delivered_shown", "kind_shown",
    },
    A_DAY: {
        "when", "day", "on", "asked", "term", "waiting", "late_by", "used", "date", "starts_on", "ends_on", "due_on",
        "reported_on", "received_on", "new_due_on", "new_due_back_on", "effective_from", "calculated", "created_at",
        "years", "due", "made", "expires",
    },
    A_NUMBER: {
        "progress", "quantity", "price", "amount", "percent", "devices", "cost", "need", "proposed", "approved",
        "score", "useful_life_years", "year", "record", "entry",
    },
    HELD_APART: {"holder:Office"},
    BY_NUMBER: {"what:Plan", "what:PlanLine"},
    OF_ANOTHER: {"noun:LegalHold", "named:LegalHold"},
}  # fmt: skip
NOT_WRITTEN: dict[str, set[str]] = {
    A_DAY: NOT_SEARCHED[A_DAY],
    HELD_APART: NOT_SEARCHED[HELD_APART],
    BY_NUMBER: {"what:Plan"},
    OF_ANOTHER: NOT_SEARCHED[OF_ANOTHER],
    SAID_NOW: {
        "desk", "status:DeviceRequest", "state:Grant", "state:Handover", "state:Token", "state:User", "state:LegalHold",
        "clock", "progress", "answer", "cost", "devices", "amount", "delivered_shown", "status_shown", "price",
        "calculated", "need", "kind_shown",
    },
}  # fmt: skip


def excused(why: dict[str, set[str]], column: str, name: str) -> bool:
    return any(column in names or f"{column}:{name}" in names for names in why.values())


def words_of(text: str) -> list[str]:
    """The words of a cell, without how many there are of something, by which key it is kept where it has no number yet,
    and what else is said of it by the way."""
    return [
        word for word in text.replace("mungkin ganda", "").split() if not re.fullmatch(r"[0-9]{1,6}|[·,.;–-]", word)
    ]


def told(cell: Any) -> str:
    """A cell as it is read."""
    text = unescape(re.sub(r"<[^>]+>", " ", str(cell))).replace("\xa0", " ").replace("\u2060", "")
    return " ".join(text.split())


def shown(at: Desk, user: Any, model: Any, **query: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The address and the cells of each row of a page."""
    answer = at.get(user, listing(model), **query)
    assert answer.status_code == 200, (model, query, answer.status_code)
    listed = answer.context_data["listed"]
    names = [getattr(each, "__name__", each) for each in listed.list_display]
    for row in rows_of(listed):
        yield row["address"], {name: told(cell["value"]) for name, cell in zip(names, row["cells"], strict=True)}


@pytest.fixture
def world(db: None, media: Any) -> MatrixWorld:
    """With a row in every list."""
    world = MatrixWorld()
    put(RetentionRule(), role="operator", kind="person", years=2, basis="JRA 2024")
    retention.hold(actor=world.cast.user_admin, kind="person", record=world.cast.rani.pk, basis="Perkara 3")
    return world


@pytest.fixture
def desk(world: MatrixWorld) -> Desk:
    return Desk(world.cast)


def test_what_a_row_shows_is_found_by_searching_for_it(world: MatrixWorld, desk: Desk) -> None:
    user, missed, looked = world.cast.superuser, [], set()
    for name, page in LISTS.items():
        for address, cells in list(shown(desk, user, page.model))[:6]:
            for column, text in cells.items():
                if text in ("", "–") or excused(NOT_SEARCHED, column, name):
                    continue
                looked.add(name)
                found = {other for other, _cells in shown(desk, user, page.model, q=" ".join(words_of(text)[:10]))}
                if address not in found:
                    missed.append((name, column, text))
    assert missed == []
    assert looked >= {"Asset", "Handover", "DeviceRequest", "Pledge", "Person", "Receipt", "Inventory", "Event"}


def test_every_list_is_exported_as_it_is_shown(world: MatrixWorld, desk: Desk) -> None:
    user, lacking, empty = world.cast.superuser, [], set()
    for name, page in IN_FILES.items():
        rows = list(shown(desk, user, page.model))
        empty |= set() if rows else {name}
        for form in ("xlsx", "csv"):
            address = reverse(f"admin:{page._name}_export")
            assert desk.post(user, address, {"format": form}).status_code == 302
            run_due()
            job = Job.objects.latest("pk")
            assert (job.state, job.error) == ("done", ""), (name, form, job.error)
            content = b"".join(exports.served(job, user)[0].chunks())
            written = _everything(content, form)
            lacking += [
                (name, form, column, text) for _address, cells in rows for column, text in cells.items()
                if not excused(NOT_WRITTEN, column, name) and not _stands(text, written)
            ]  # fmt: skip
    assert lacking == []
    assert empty == set()
    assert {kind_of(page.listing) for page in IN_FILES.values()} == set(KINDS.values())


def _everything(content: bytes, form: str) -> str:
    if form == "csv":
        return content.decode("utf-8-sig")
    return " ".join(str(cell.value) for row in opened(content).iter_rows() for cell in row if cell.value is not None)


def _stands(text: str, written: str) -> bool:
    return all(word in written.casefold() for word in re.findall(r"\w+", " ".join(words_of(text)).casefold()))


def test_every_list_is_printed_whole_with_what_it_is_of_which_day_and_by_what(world: MatrixWorld, desk: Desk) -> None:
    user = world.cast.superuser
    for name, page in IN_FILES.items():
        address = reverse(f"admin:{page._name}_printed")
        answer = desk.get(user, address)
        assert answer.status_code == 200, name
        printed = told(answer.content.decode())
        assert "Keadaan 2 Maret 2026" in printed, name
        cells = [text for _address, row in shown(desk, user, page.model) for text in row.values()]
        assert [text for text in cells if text not in printed] == [], name
        assert desk.get(user, address, p="2").status_code == 400
        assert desk.get(user, address, nonsense="1").status_code == 400


def test_a_printed_list_is_of_what_is_filtered_and_says_so(world: MatrixWorld, desk: Desk) -> None:
    user = world.cast.superuser
    address = reverse("admin:assets_asset_printed")
    printed = told(desk.get(user, address, unit="32.01.12", q="smartphone").content.decode())
    assert "Unit: Kecamatan Kemang" in printed and "Cari: smartphone" in printed
    assert "Kecamatan Cibinong" not in printed
    assert desk.get(world.cast.outsider, reverse("admin:core_securityevent_printed")).status_code == 403


def test_a_queue_leaves_as_it_is_seen_and_says_so(world: MatrixWorld, desk: Desk) -> None:
    user = world.cast.verifier
    model = LISTS["DeviceRequest"].model
    seen = [cells["what"].split()[0] for _address, cells in shown(desk, user, model, desk="requests")]
    everything = [cells["what"].split()[0] for _address, cells in shown(desk, user, model)]
    left_out = [number for number in everything if number not in seen and number.startswith("UP-")]
    assert seen and left_out
    desk.post(user, reverse("admin:requests_app_devicerequest_export"), {"desk": "requests"})
    run_due()
    written = _everything(b"".join(exports.served(Job.objects.latest("pk"), user)[0].chunks()), "xlsx")
    assert all(number in written for number in seen) and not any(number in written for number in left_out)
    assert "Antrean" in written and "Menunggu Anda: usulan" in written


def test_an_export_holds_what_its_reader_sees_and_nothing_of_others(world: MatrixWorld, desk: Desk) -> None:
    user, foreign = world.cast.kemang_admin, world.objects["B"]
    marks = {
        "assets_handover": foreign["asset:issued"].tag, "assets_asset": foreign["asset:issued"].tag,
        "org_person": foreign["person"].name, "core_event": foreign["asset:issued"].tag,
    }  # fmt: skip
    for kind, mark in marks.items():
        assert desk.post(user, reverse(f"admin:{kind}_export"), {}).status_code == 302, kind
        run_due()
        job = Job.objects.latest("pk")
        assert job.state == "done", (kind, job.error)
        assert mark not in _everything(b"".join(exports.served(job, user)[0].chunks()), "xlsx"), kind
    assert desk.post(user, reverse("admin:core_securityevent_export"), {}).status_code == 400
