"""The tree of units: the nearest unit by code is the parent, whatever the way in, and there is one root."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from core.errors import DomainError, NotAllowed
from core.journal import head
from core.models import Event
from documents import journalfile
from org import accounts
from org.models import Role, Unit, User
from org.reference import keep
from org.rules import holds, holds_whole
from tests.api.cast import Caller
from tests.backoffice.desk import Desk, listing
from tests.base import Cast, again, under_a_province, user
from tests.checks import invalid, one_event, refused
from tests.documents.test_intake_sessions import applied, handed_in, said

SAMPLE = Path(__file__).parents[2] / "demo" / "data" / "kecamatan.csv"
AGENCY_CODES = ["2.16.0.00.0.00.18.00", "7.01.0.00.0.00.01.00", "DISKOMINFO.APTIKA", "SETDA.UMUM.RT"]
"""Organisation codes of agencies (domain.md), written under their kabupaten, and codes in letters."""


def added(by: User, code: str, **values: Any) -> Unit:
    return keep(Unit(), actor=by, **{"code": code, "name": f"Unit {code}", "kind": "division", **values})


def test_the_parent_follows_from_the_code(cast: Cast) -> None:
    assert added(cast.user_admin, "32.01.12.1").parent == cast.kemang
    assert added(cast.user_admin, "32.01.12.2001.3").parent == cast.village
    assert added(cast.user_admin, "32.01.77.5", parent=cast.root).parent == cast.root


@pytest.mark.parametrize("named", ["root", "cibinong", "diskominfo"])
def test_a_parent_that_the_code_does_not_name_is_refused(cast: Cast, named: str) -> None:
    with invalid("parent" if named == "root" else "code"):
        added(cast.user_admin, "32.01.12.1", parent=getattr(cast, named))
    with invalid("parent" if named == "root" else "code"):
        keep(cast.village, actor=cast.user_admin, parent=getattr(cast, named))


def test_a_unit_that_gets_another_code_moves_with_it(cast: Cast) -> None:
    with one_event("unit.changed", by=cast.user_admin, role="user_admin") as written:
        keep(cast.village, actor=cast.user_admin, code="32.01.01.2001")
    assert again(cast.village).parent == cast.cibinong
    assert set(written.changes) == {"code", "parent"}
    assert not holds(cast.kemang_head, "unit_head", unit=again(cast.village))


def test_a_unit_added_between_two_takes_the_lower_one_under_it(cast: Cast) -> None:
    lower, deeper = (added(cast.user_admin, code) for code in ("32.01.77.5", "32.01.77.5.1"))
    with one_event("unit.created", by=cast.user_admin, role="user_admin") as written:
        between = added(cast.user_admin, "32.01.77")
    assert (again(lower).parent, again(deeper).parent) == (between, lower)
    assert written.changes["children"] == [None, ["32.01.77.5"]]
    assert written.related == {("unit", lower.pk)}
    assert again(lower).version == lower.version + 1


@pytest.mark.usefixtures("media")
def test_a_file_places_units_by_the_same_rule(cast: Cast) -> None:
    lower = added(cast.user_admin, "32.01.77.5")
    rows = [["Kode", "Nama", "Jenis"], ["32.01.12.1", "Seksi", "Bidang/Bagian"], ["32.01.77", "Kecamatan Baru", None],
            ["32.01.88.9", "Seksi jauh", "Bidang/Bagian"], ["32.01.88", "Lebih Baru", None]]  # fmt: skip
    applied(cast, rows, kind="units", by=cast.user_admin)
    above = dict(Unit.objects.values_list("code", "parent__code"))
    assert above["32.01.12.1"] == "32.01.12"
    assert above["32.01.77.5"] == "32.01.77"
    assert above["32.01.88.9"] == "32.01.88"
    assert again(lower).version == lower.version + 1


@pytest.mark.parametrize("code", AGENCY_CODES)
def test_codes_of_agencies_stand_under_their_kabupaten(cast: Cast, code: str) -> None:
    top = added(cast.user_admin, f"32.01.{code}", kind="agency")
    below = added(cast.user_admin, f"{top.code}.1")
    assert top.parent == (cast.diskominfo if "KOMINFO" in code else cast.setda if "SETDA" in code else cast.root)
    assert below.parent == top


def test_the_real_kecamatan_stand_right_under_their_kabupaten(cast: Cast) -> None:
    codes = [row["code"] for row in csv.DictReader(SAMPLE.open(encoding="utf-8"))]
    there = set(Unit.objects.values_list("code", flat=True))
    made = [added(cast.user_admin, code, kind="district") for code in codes if code not in there]
    assert made
    assert {each.parent for each in made} == {cast.root}


# ---- one root


def test_a_second_root_is_refused_with_a_sentence(cast: Cast) -> None:
    for actor in (cast.user_admin, cast.superuser):
        with invalid("code"):
            added(actor, "32.02", kind="regency")
        with pytest.raises(Exception, match="bersama provinsi"):
            added(actor, "32.02", kind="regency")


def test_a_unit_does_not_become_a_root(cast: Cast) -> None:
    fresh = added(cast.user_admin, "32.01.77")
    with invalid("code"):
        keep(fresh, actor=cast.user_admin, code="33.01", parent=None)
    with invalid("code"):
        keep(fresh, actor=cast.user_admin, code="33.01")


@pytest.mark.usefixtures("media")
def test_a_file_brings_no_second_root_and_no_province_but_by_a_superuser(cast: Cast) -> None:
    def rows(code: str) -> list[list[Any]]:
        return [["Kode", "Nama", "Jenis"], [code, "Daerah", None]]

    for actor in (cast.user_admin, cast.superuser):
        found = said(handed_in(cast, rows("32.02"), kind="units", by=actor))
        assert found == {(2, "code", "second_root")}
    assert said(handed_in(cast, rows("32"), kind="units", by=cast.user_admin)) == {(2, "code", "role_missing")}
    assert said(handed_in(cast, rows("32"), kind="units", by=cast.superuser)) == {(2, "code", "above_one")}
    under_ours = [*rows("32"), ["32.01.77", "Kecamatan Baru", None]]
    assert said(handed_in(cast, under_ours, kind="units", by=cast.superuser)) == {(2, "code", "above_one")}
    applied(cast, [*rows("32"), ["32.02", "Daerah Kedua", None]], kind="units", by=cast.superuser)
    province = Unit.objects.get(code="32")
    assert (province.kind, again(cast.root).parent) == ("province", province)
    assert Unit.objects.get(code="32.02").parent == province


def test_a_province_comes_above_and_a_second_kabupaten_beside(cast: Cast) -> None:
    with refused(NotAllowed, "role_missing"):
        added(cast.user_admin, "32", kind="province")
    with refused(DomainError, "above_one"):
        added(cast.superuser, "32", kind="province")
    assert holds_whole(again(cast.verifier), "verifier"), "the roles at the only kabupaten stay those for the whole"
    province, other = under_a_province()
    assert again(cast.root).parent == other.parent == province
    assert again(cast.kemang).agency() == cast.kemang, "the books are the kecamatan's, not the kabupaten's"
    assert again(cast.village).agency() == cast.kemang
    assert not holds(cast.verifier, "verifier", unit=other)


# ---- what no unit's is


def test_events_of_no_unit_are_read_by_auditors_of_a_part_and_leave_with_the_journal(cast: Cast) -> None:
    province, _other = under_a_province()
    whole = user(username="inspektur", unit=cast.setda, roles=(Role.AUDITOR,), where=province)
    keep(cast.hp.family, actor=cast.superuser, name="Telepon pintar")
    last = head()[0]
    for reader, sees in ((cast.auditor, True), (whole, True), (cast.viewer, False), (cast.kemang_head, False)):
        told = Caller(again(reader)).get("events/?verb=family.changed").json()["results"]
        assert [each["seq"] for each in told] == ([last] if sees else [])
        shown = Desk(cast).get(again(reader), listing(Event)).content.decode()
        assert (f"#{last}" in shown) is sees
    written = io.BytesIO()
    journalfile.may_read(again(whole))
    journalfile.write_journal(written, journalfile.after(0))
    assert b'"verb":"family.changed"' in written.getvalue()
    with refused(NotAllowed, "role_missing"):
        journalfile.may_read(again(cast.auditor))


def test_an_auditor_of_a_part_reads_no_account_or_file_of_no_unit(cast: Cast) -> None:
    under_a_province()
    accounts.create_user(actor=cast.superuser, username="tanpa-orang", password="kopi-tubruk-9182-x")
    told = Caller(again(cast.auditor)).get("events/?verb=user.created").json()["results"]
    assert told == []


@pytest.mark.parametrize("name", ["Contoh Baru", "Kecamatan Contoh Baru", "KECAMATAN CONTOH BARU"])
def test_a_kecamatan_is_called_so_once(cast: Cast, name: str) -> None:
    assert str(added(cast.user_admin, "32.01.77", name=name, kind="district")).lower() == "kecamatan contoh baru"
