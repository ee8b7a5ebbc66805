"""Witnesses are read by publisher, auditor and the recorder of their pledge alone, on every channel."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from documents.reports.offered import REPORTS
from org.models import User
from pledges import papers
from pledges.models import Pledge, Witness
from tests.backoffice.desk import Desk, links, listing, page, text
from tests.base import Cast, a_pledge, user

READERS = {"kemang", "ppid", "inspektorat", "admin"}
NAME = "Budi Saksi"


@pytest.fixture
def witness(cast: Cast) -> Witness:
    pledge = a_pledge(cast, by=cast.kemang_admin)
    return papers.add_witness(pledge, name=NAME, statement="Saya dengar", actor=cast.kemang_admin)


def everybody(cast: Cast) -> list[User]:
    return [*cast.users, user(username="pencatat-lain", unit=cast.cibinong, roles=("requester",))]


def test_on_the_pledge_s_page_and_on_their_own(cast: Cast, desk: Desk, witness: Witness) -> None:
    everyone = everybody(cast)
    assert {each.username for each in everyone if NAME in text(desk.get(each, page(witness.pledge)))} == READERS
    assert {each.username for each in everyone if desk.get(each, page(witness)).status_code == 200} == READERS


def test_in_the_list_and_its_place_in_the_navigation(cast: Cast, desk: Desk, witness: Witness) -> None:
    other = everybody(cast)[-1]
    a_pledge(cast, by=other)
    for each in (*cast.users, other):
        answer = desk.get(each, listing(Witness))
        assert (NAME in text(answer)) == (each.username in READERS), each.username
        opens = each.username in READERS | {other.username}
        assert answer.status_code == (200 if opens else 403), each.username
        assert (listing(Witness) in links(desk.get(each, "/admin/"))) <= opens, each.username
    assert "Tidak ada saksi yang boleh Anda baca." in text(desk.get(other, listing(Witness)))


def test_over_the_api(cast: Cast, desk: Desk, witness: Witness) -> None:
    path = f"/api/v1/pledges/{witness.pledge_id}/witnesses/"
    for each in everybody(cast):
        for address in (path, f"{path}{witness.pk}/"):
            status = 200 if each.username in READERS else 404
            assert desk.get(each, address).status_code == status, (each.username, address)


def test_in_no_file(cast: Cast, desk: Desk, witness: Witness, tmp_path) -> None:
    assert not [report for report in REPORTS if "witness" in report]
    out = tmp_path / "janji.csv"
    for who in (cast.publisher, cast.viewer):
        call_command("export_file", "pledges", str(out), "--user", who.username, stdout=io.StringIO())
        assert witness.pledge.number in out.read_text() and NAME not in out.read_text()
        out.unlink()


def test_a_pledge_recorded_by_an_other_opens_nothing(cast: Cast, desk: Desk, witness: Witness) -> None:
    assert Pledge.objects.filter(recorded_by=cast.verifier).count() == 0
    assert NAME not in text(desk.get(cast.verifier, page(witness.pledge)))
