"""A second person of one name in one unit is asked about, whoever enters it: the form, the API, a file. A second office
is refused: issue 11, attack 14."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import Conflict, DomainError
from core.importing import FileRow, Step
from handing_over.archive import DeliveryImporter
from org.importing_reference import PersonImporter, UnitImporter
from org.importing_units import UnitRow, import_units
from org.models import Office, Person, Unit
from org.reference import keep, put
from tests.api.cast import Caller
from tests.backoffice.desk import Desk, adding, text
from tests.base import Cast, again, put_out_of_use
from tests.checks import refused

NIP, OTHER_NIP = "198501012010011001", "199001012015012002"


def a_person(cast: Cast, name: str, **values: Any) -> Person:
    return keep(Person(), actor=cast.user_admin, **{"name": name, "unit": cast.kemang, **values})


def planned(cast: Cast, *rows: dict[str, Any], answers: dict[str, str] | None = None) -> Any:
    """What a file with these rows would do, its questions answered so."""
    importer = PersonImporter(cast.user_admin)
    importer.answers = answers or {}
    numbered = [FileRow(number, {"unit_code": "32.01.12", **row}) for number, row in enumerate(rows, 2)]
    return importer.plan(numbered)


@pytest.mark.parametrize("other", ["Ma’ruf Amin", "MA'RUF  AMIN", "Maruf Amin", "Má´ruf Amin"])
def test_another_spelling_of_a_name_of_the_unit_is_asked_about(cast: Cast, other: str) -> None:
    a_person(cast, "Ma'ruf Amin")
    with pytest.raises(Conflict) as refused:
        a_person(cast, other)
    assert refused.value.code == "similar_name"
    assert [(each.field, each.code) for each in refused.value.faults] == [("name", "similar_name")]
    assert "Ma'ruf Amin" in str(refused.value.detail)
    assert Person.objects.filter(name__endswith="Amin").count() == 1
    assert a_person(cast, other, namesake=True).namesake


def test_another_nip_or_another_unit_makes_another_person(cast: Cast) -> None:
    a_person(cast, "Siti Aminah", nip=NIP)
    a_person(cast, "Siti Aminah", unit=cast.cibinong)
    a_person(cast, "Siti Aminah", nip=OTHER_NIP)
    with pytest.raises(Conflict):
        a_person(cast, "Siti Aminah")


def test_who_is_changed_is_not_asked_about(cast: Cast) -> None:
    a_person(cast, "Ma'ruf")
    second = a_person(cast, "Ma’ruf", namesake=True)
    assert keep(second, actor=cast.user_admin, position="Staf").position == "Staf"


def test_a_file_with_another_spelling_asks_who_is_meant(cast: Cast) -> None:
    known = a_person(cast, "Ma'ruf Amin", position="Camat")
    [step] = planned(cast, {"name": "Ma’ruf Amin", "position": "Staf"})
    [question] = step.questions
    assert (step.action, step.findings, question.row) == ("asked", [], 2)
    assert "Ma'ruf Amin" in str(question.text)
    assert [(value, str(label)) for value, label in question.choices] == [
        (str(known.pk), "Ma'ruf Amin, Camat"), ("another", "Orang lain dengan nama yang sama"),
    ]  # fmt: skip
    [same] = planned(cast, {"name": "ma'ruf amin", "position": "Staf"})
    assert (same.action, same.instance) == ("changed", known)
    a_person(cast, "Nur'aini", nip=NIP)
    [other] = planned(cast, {"name": "Nuraini", "nip": OTHER_NIP})
    assert other.action == "new"
    [without] = planned(cast, {"name": "Nuraini"})
    assert without.action == "asked"


def test_the_answer_says_who_is_meant(cast: Cast) -> None:
    known = a_person(cast, "Ma'ruf Amin")
    row = {"name": "Ma’ruf Amin", "position": "Staf"}
    [step] = planned(cast, row, answers={"who.2": str(known.pk)})
    assert (step.action, step.instance) == ("changed", known)
    [step] = planned(cast, row, answers={"who.2": "another"})
    assert (step.action, step.instance.pk, step.instance.namesake) == ("new", None, True)
    [step] = planned(cast, row, answers={"who.2": str(a_person(cast, "Lain", unit=cast.cibinong).pk)})
    assert step.action == "asked"


def test_two_of_one_name_in_a_file_are_asked_about(cast: Cast) -> None:
    rows = ({"name": "Nur'aini"}, {"name": "Nur’aini"})
    first, second = planned(cast, *rows)
    assert (first.action, second.action) == ("new", "asked")
    first, second = planned(cast, *rows, answers={"twice.3": "same"})
    assert (first.action, second.action) == ("new", "skipped")
    first, second = planned(cast, *rows, answers={"twice.3": "another"})
    assert (first.action, second.action, second.instance.namesake) == ("new", "new", True)


def test_the_form_and_the_api_ask_and_take_the_answer(cast: Cast) -> None:
    a_person(cast, "Ma'ruf Amin")
    desk, caller = Desk(cast), Caller(cast.user_admin)
    fields = {"name": "Ma’ruf Amin", "unit": str(cast.kemang.pk), "active": "on"}
    said = text(desk.post(cast.user_admin, adding(Person), fields))
    assert "Di unit ini sudah ada Ma'ruf Amin" in said and "Orang lain dengan nama yang sama" in said
    body = {"name": "Ma’ruf Amin", "unit": cast.kemang.pk}
    asked = caller.post("people/", body)
    assert (asked.status_code, asked.json()["code"]) == (409, "similar_name")
    assert caller.post("people/", {**body, "namesake": True}).status_code == 201
    assert Person.objects.filter(unit=cast.kemang, name__endswith="ruf Amin").count() == 2


def test_old_deliveries_find_the_recipient_by_any_spelling(cast: Cast) -> None:
    known = a_person(cast, "Ma'ruf Amin")
    importer = DeliveryImporter(cast.clerk)
    row = FileRow(2, {"recipient": "Ma’ruf Amin"})
    importer.begin([row])
    assert importer._recipient(Step(row), cast.kemang) == known


# ---- offices


@pytest.fixture
def dinas(cast: Cast) -> Unit:
    return keep(Unit(), actor=cast.user_admin, code="32.01.DISDIK", name="Dinas Pendidikan", kind="agency")


def an_office(cast: Cast, name: str, unit: Unit | None = None, **values: Any) -> Office:
    return keep(Office(), actor=cast.user_admin, name=name, unit=unit or cast.root, **values)


@pytest.mark.parametrize(
    "other",
    ["BUPATI", "Bupati.", "Bupati  ", "Bupati Contoh", "Bupati Kab. Contoh", "Pj. Bupati", "Bup'ati", "Bu-pati"],
)
def test_an_office_has_no_second_sheet_under_another_spelling(cast: Cast, other: str) -> None:
    with refused(Conflict, "similar_name", field="name"):
        an_office(cast, other)
    with refused(Conflict, "similar_name", field="name"):
        put(Office(), role="operator", name=other, unit=cast.root)
    assert Office.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    ["Kepala Dinas", "Kadis Pendidikan", "Kepala Pendidikan", "KEPALA DINAS PENDIDIKAN", "Kepala Dinas-Pendidikan",
     "Kepala Dinas Pendidikan Kabupaten"],
)  # fmt: skip
def test_what_an_office_is_called_beside_the_name_of_its_unit_tells_it_from_no_other(
    cast: Cast, dinas: Unit, other: str
) -> None:
    an_office(cast, "Kepala Dinas Pendidikan", dinas)
    with refused(Conflict, "similar_name", field="name"):
        an_office(cast, other, dinas)


@pytest.mark.parametrize("other", ["Wakil Bupati", "Sekretaris Daerah", "Staf Ahli Bupati"])
def test_another_office_of_the_unit_is_another_one(cast: Cast, dinas: Unit, other: str) -> None:
    an_office(cast, other)
    for name in ("Kepala Dinas", "Sekretaris", "Kepala Bidang SD", "Kepala Bidang SMP", "Kasi Sarana"):
        an_office(cast, name, dinas)
    an_office(cast, "Camat", cast.kemang)
    an_office(cast, "Camat", cast.cibinong)
    division = keep(Unit(), actor=cast.user_admin, code="32.01.DISDIK.SD", name="Bidang Dasar", kind="division")
    an_office(cast, "Kepala Bidang Dasar", division)


def test_nor_in_a_unit_above_or_under_it(cast: Cast, dinas: Unit) -> None:
    for unit in (cast.setda, cast.kemang, cast.village):
        with refused(Conflict, "similar_name", field="name"):
            an_office(cast, "Bupati Contoh", unit)
    an_office(cast, "Kepala Seksi Dasar", dinas)
    with refused(Conflict, "similar_name", field="name"):
        an_office(cast, "Kasi Dasar")


def test_an_office_is_not_renamed_moved_or_taken_into_use_beside_one_of_its_name(cast: Cast, dinas: Unit) -> None:
    deputy = an_office(cast, "Wakil Bupati")
    with refused(Conflict, "similar_name", field="name"):
        keep(deputy, actor=cast.user_admin, name="bupati")
    head = an_office(cast, "Kepala", dinas)
    other = an_office(cast, "Kepala Dinas", cast.inspektorat)
    with refused(Conflict, "similar_name", field="name"):
        keep(again(other), actor=cast.user_admin, unit=dinas)
    keep(again(deputy), actor=cast.user_admin, active=False)
    with refused(Conflict, "similar_name", field="name"):
        an_office(cast, "Wabup")
    Office.objects.create(name="WAKIL BUPATI", unit=cast.root)  # of a register from before
    with refused(Conflict, "similar_name", field="name"):
        keep(again(deputy), actor=cast.user_admin, active=True)
    assert keep(again(head), actor=cast.user_admin, name="Kadis").name == "Kadis"


def test_the_page_and_the_api_refuse_a_second_office(cast: Cast) -> None:
    desk, caller = Desk(cast), Caller(cast.user_admin)
    fields = {"name": "bupati", "unit": str(cast.root.pk), "active": "on"}
    said = text(desk.post(cast.user_admin, adding(Office), fields))
    assert "Kabupaten Contoh sudah mempunyai jabatan Bupati" in said
    asked = caller.post("offices/", {"name": "bupati", "unit": cast.root.pk})
    assert (asked.status_code, asked.json()["code"]) == (409, "similar_name")
    assert [each["field"] for each in asked.json()["errors"]] == ["name"]


# ---- units


def a_unit(cast: Cast, name: str, **values: Any) -> Unit:
    return keep(Unit(), actor=cast.user_admin, **{"code": "32.01.77", "name": name, "kind": "district", **values})


@pytest.mark.parametrize("other", ["Kemang", "KEMANG", "Kecamatan  Kemang", "Kec. Ke'mang"])
def test_a_place_has_no_second_unit_under_its_name(cast: Cast, other: str) -> None:
    """A shell called as the unit that was promised something was made by one user admin."""
    put_out_of_use(cast, cast.kemang)
    with refused(Conflict, "similar_name", field="name"):
        a_unit(cast, other)
    new = a_unit(cast, "Kemang Utara")
    with refused(Conflict, "similar_name", field="name"):
        keep(again(new), actor=cast.user_admin, name=other)
    keep(again(cast.kemang), actor=cast.user_admin, active=True)


def test_a_desa_becomes_a_kelurahan_and_elsewhere_the_name_is_another_place(cast: Cast) -> None:
    name = cast.village.name
    with refused(Conflict, "similar_name", field="name"):
        a_unit(cast, name, code="32.01.12.2099", kind="village")
    a_unit(cast, name, code="32.01.12.1099", kind="urban_village")
    a_unit(cast, name, code=f"{cast.cibinong.code}.2001", kind="village")


def test_no_face_makes_a_second_unit(cast: Cast) -> None:
    fields = {"code": "32.01.77", "name": "kemang", "kind": "district"}
    said = text(Desk(cast).post(cast.user_admin, adding(Unit), {**fields, "active": "on"}))
    assert "Di tempat ini 32.01.12 bernama atau pernah bernama kemang" in said
    answer = Caller(cast.user_admin).post("units/", fields)
    assert (answer.status_code, answer.json()["code"]) == (409, "similar_name")
    with pytest.raises(DomainError) as caught:
        import_units(UnitRow(0, code="32.01", name="Kabupaten Contoh"), [UnitRow(2, **fields)])
    assert [each.code for each in caught.value.faults] == ["similar_name"]
    assert not Unit.objects.filter(code="32.01.77").exists()


def test_a_file_is_held_to_the_names_as_they_are_after_it(cast: Cast) -> None:
    def said(*rows: tuple[str, str]) -> list[list[str]]:
        read = [FileRow(n, {"code": code, "name": name, "kind": "district"}) for n, (code, name) in enumerate(rows, 2)]
        return [[each.code for each in step.findings] for step in UnitImporter(cast.user_admin).plan(read)]

    assert said(("32.01.77", "KEMANG")) == [["similar_name"]]
    assert said(("32.01.77", "Baru"), ("32.01.78", "baru")) == [["similar_name"], ["similar_name"]]
    kemang, cibinong = cast.kemang.code, cast.cibinong.code
    assert said((kemang, cast.cibinong.name), (cibinong, cast.kemang.name)) == [[], []]
