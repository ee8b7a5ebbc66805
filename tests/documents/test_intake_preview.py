"""Before a file is applied: its values as read, what is asked, what its columns mean, and what nobody sees."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import Workbook

from assets.models import Asset
from core import jobs
from core.errors import Conflict, DomainError
from core.models import Event
from documents.intake import sessions
from documents.intake.preview import done_of, groups_of
from documents.models import ImportSession
from org.models import Person
from tests import base
from tests.base import Cast
from tests.documents.files import device, register, upload, workbook

pytestmark = pytest.mark.usefixtures("media")


def handed_in(cast: Cast, content: Any, name: str = "daftar.xlsx", **more: Any) -> ImportSession:
    return sessions.receive(upload(content, name), **{"kind": "assets", "actor": cast.clerk, **more})


def answered(session: ImportSession, **answers: str) -> ImportSession:
    return sessions.answer(
        session, actor=session.owner, answers={key.replace("__", "."): v for key, v in answers.items()}
    )


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is read and applied by jobs."""
    monkeypatch.setattr(sessions, "INLINE_ROWS", -200)


def test_a_new_row_is_shown_with_its_values_in_words(cast: Cast) -> None:
    session = handed_in(cast, register(device(1, kondisi="RR")))
    [step] = session.preview
    assert (step["values"]["price"], step["values"]["condition"]) == ("3500000", "lightly_damaged")
    [group] = groups_of(session)
    told = {str(title): value for title, value in group.values + group.rows[0].values}
    assert (told["Jenis perangkat"], told["Merek"], told["Nomor seri"]) == ("Smartphone", "Contoh", "SN-00001")
    assert (told["Nilai perolehan"], told["Tanggal perolehan"]) == ("Rp3.500.000", "17 November 2023")
    assert told["Kondisi"] == "Rusak ringan (RR)"
    assert told["Kode unit pencatat"].startswith("32.01.DISKOMINFO ")


def test_the_unit_chosen_for_the_file_is_shown_too(cast: Cast) -> None:
    [group] = groups_of(handed_in(cast, register(device(1, kode=None)), unit=cast.kemang))
    assert "Kecamatan Kemang" in {str(title): value for title, value in group.values}["Kode unit pencatat"]


def test_rows_alike_stand_together(cast: Cast) -> None:
    session = handed_in(
        cast, register(*(device(n, tipe="T") for n in range(1, 41)), device(99, tipe="T", merek="Lain"))
    )
    assert [len(group.rows) for group in groups_of(session)] == [40, 1]
    first = groups_of(session)[0]
    assert {str(title) for title, _value in first.rows[0].values} == {"NIBAR", "Nomor seri"}


def test_an_applied_file_says_what_became_of_every_row(cast: Cast) -> None:
    sessions.apply(handed_in(cast, register(device(1))), actor=cast.clerk)
    session = sessions.apply(handed_in(cast, register(device(1), device(2))), actor=cast.clerk)
    assert done_of(session) == "1 baris disimpan, 1 sudah ada."
    again = sessions.apply(handed_in(cast, register(device(1))), actor=cast.clerk)
    assert done_of(again) == "Tidak ada yang berubah, 1 sudah ada."


class TestQuestions:
    PEOPLE = [
        ["Nama", "Jabatan", "Unit Kerja"],
        ["Dewi Lestari", "Staf", "Kemang"],
        ["Dewi Lestari", "Bidan", "Kemang"],
    ]

    def test_an_open_question_keeps_a_file_from_being_applied(self, cast: Cast) -> None:
        session = handed_in(cast, self.PEOPLE, kind="people", actor=cast.user_admin)
        assert (session.state, session.counts) == ("asked", {"new": 1, "asked": 1})
        [question] = session.questions
        assert (question["key"], question["row"], question["answer"]) == ("twice.3", 3, "")
        with pytest.raises(Conflict) as refused:
            sessions.apply(session, actor=cast.user_admin)
        assert refused.value.code == "unanswered"
        session = answered(session, twice__3="another")
        assert (session.state, session.counts) == ("ready", {"new": 2})
        assert session.questions[0]["answer"] == "another"
        sessions.apply(session, actor=cast.user_admin)
        assert Person.objects.filter(name="Dewi Lestari").count() == 2

    def test_an_answer_can_be_taken_back(self, cast: Cast) -> None:
        session = answered(handed_in(cast, self.PEOPLE, kind="people", actor=cast.user_admin), twice__3="another")
        session = answered(session, twice__3="same")
        assert session.counts == {"new": 1, "skipped": 1}

    @pytest.mark.parametrize(
        ("answers", "named"),
        [({"twice.9": "same"}, {"twice.9"}), ({"twice.3": "perhaps"}, {"twice.3"}), ({}, {"answers"})],
    )
    def test_what_is_no_answer_is_refused_by_name(self, cast: Cast, answers: Any, named: set[str]) -> None:
        session = handed_in(cast, self.PEOPLE, kind="people", actor=cast.user_admin)
        with pytest.raises(DomainError) as refused:
            sessions.answer(session, actor=cast.user_admin, answers=answers)
        assert {each.field for each in refused.value.faults} == named
        assert base.again(session).answers == {}

    def test_an_applied_file_is_not_asked_any_more(self, cast: Cast) -> None:
        session = answered(handed_in(cast, self.PEOPLE, kind="people", actor=cast.user_admin), twice__3="same")
        sessions.apply(session, actor=cast.user_admin)
        with pytest.raises(Conflict):
            answered(base.again(session), twice__3="another")

    def test_a_large_file_is_read_again_by_a_job(self, cast: Cast, tiny: None) -> None:
        session = handed_in(cast, self.PEOPLE, kind="people", actor=cast.user_admin)
        jobs.run_due()
        session = answered(base.again(session), twice__3="another")
        assert session.state == "reading"
        jobs.run_due()
        assert (base.again(session).state, base.again(session).counts) == ("ready", {"new": 2})

    def test_hidden_rows_count_only_when_it_is_said(self, cast: Cast) -> None:
        def hide(sheet: Any) -> None:
            sheet.row_dimensions[3].hidden = True

        session = handed_in(cast, workbook(register(device(1), device(2), device(3)), prepare=hide))
        assert (session.state, session.counts) == ("ready", {"new": 2})
        [question] = session.questions
        assert (question["key"], question["default"], "1 baris" in question["text"]) == ("hidden_rows", "seen", True)
        session = answered(session, hidden_rows="all")
        assert session.counts == {"new": 3}
        sessions.apply(session, actor=cast.clerk)
        assert Asset.objects.count() == 3

    def test_amounts_too_large_for_thousands_are_asked_about(self, cast: Cast) -> None:
        rows = register(device(1, nilai=7_500_000), device(2, nilai=8_500_000))
        rows[0] = [title.replace("Nilai perolehan", "Harga (ribuan Rp)") for title in rows[0]]
        session = handed_in(cast, rows)
        assert (session.state, [each["key"] for each in session.questions]) == ("asked", ["thousands"])
        assert answered(session, thousands="thousands").preview[0]["values"]["price"] == "7500000000"
        session = answered(base.again(session), thousands="full")
        assert (session.state, session.preview[0]["values"]["price"]) == ("ready", "7500000")

    def test_the_letters_of_a_csv_are_asked_about(self, cast: Cast) -> None:
        row = f"Nama,Unit Kerja\n{'André'},Kemang\n"
        session = handed_in(cast, row.encode("cp850"), "orang.csv", kind="people", actor=cast.user_admin)
        [question] = session.questions
        assert (session.state, question["key"], question["default"]) == ("ready", "encoding", "cp1252")
        assert answered(session, encoding="cp850").preview[0]["values"]["name"] == "André"


class TestColumns:
    ROWS = [["Jenis perangkat", "Merek", "No mesin pabrik", "Kode unit pencatat"],
            ["Smartphone", "Contoh", "SN-1", "32.01.DISKOMINFO"]]  # fmt: skip
    KEY = "column.no mesin pabrik"

    def test_each_column_is_told_with_what_it_was_taken_for(self, cast: Cast) -> None:
        columns = handed_in(cast, self.ROWS).columns
        assert [(each["column"], each["field"]) for each in columns] == [
            ("A", "device_type"), ("B", "brand"), ("C", ""), ("D", "unit_code"),
        ]  # fmt: skip
        assert columns[2]["key"] == self.KEY

    def test_a_column_is_named_by_hand_and_remembered(self, cast: Cast) -> None:
        session = sessions.answer(handed_in(cast, self.ROWS), actor=cast.clerk, answers={self.KEY: "serial_number"})
        assert session.preview[0]["values"]["serial_number"] == "SN-1"
        sessions.apply(session, actor=cast.clerk)
        assert Asset.objects.get().serial_number == "SN-1"
        later = handed_in(cast, [self.ROWS[0], ["Tablet", "Contoh", "SN-2", "32.01.DISKOMINFO"]])
        assert later.preview[0]["values"]["serial_number"] == "SN-2"
        other = handed_in(cast, [[*self.ROWS[0], "Tipe"], [*self.ROWS[1], "X"]])
        assert "serial_number" not in other.preview[0]["values"]

    def test_what_one_has_said_is_nobody_elses(self, cast: Cast) -> None:
        sessions.answer(handed_in(cast, self.ROWS), actor=cast.clerk, answers={self.KEY: "serial_number"})
        assert "serial_number" not in handed_in(cast, self.ROWS, actor=cast.clerk2).preview[0]["values"]

    def test_a_column_may_be_left_unread(self, cast: Cast) -> None:
        session = sessions.answer(
            handed_in(cast, register(device(1))), actor=cast.clerk, answers={"column.kondisi": "-"}
        )
        assert "condition" not in session.preview[0]["values"]

    def test_a_file_that_lacks_a_column_is_kept_until_it_is_named(self, cast: Cast) -> None:
        rows = [
            ["Perkakas", "Merek", "Kondisi", "Kode unit pencatat"],
            ["Smartphone", "Contoh", "B", "32.01.DISKOMINFO"],
        ]
        session = handed_in(cast, rows)
        assert (session.state, session.findings[0]["code"]) == ("faulty", "wrong_headers")
        assert "Jenis perangkat" in session.findings[0]["detail"]
        session = sessions.answer(session, actor=cast.clerk, answers={"column.perkakas": "device_type"})
        assert (session.state, session.counts) == ("ready", {"new": 1})

    def test_a_field_that_is_none_is_refused(self, cast: Cast) -> None:
        with pytest.raises(DomainError) as refused:
            sessions.answer(handed_in(cast, self.ROWS), actor=cast.clerk, answers={self.KEY: "password"})
        assert [each.code for each in refused.value.faults] == ["invalid_choice"]

    def test_answering_writes_no_event(self, cast: Cast) -> None:
        session, before = handed_in(cast, self.ROWS), Event.objects.count()
        sessions.answer(session, actor=cast.clerk, answers={self.KEY: "serial_number"})
        assert Event.objects.count() == before


def test_what_was_passed_over_stays_told_after_the_file_is_applied(cast: Cast) -> None:
    book = Workbook()
    sheet = book.active
    for row in register(device(1)):
        sheet.append(row)
    sheet.append(["Mengetahui,", "Kepala Dinas"])
    out = io.BytesIO()
    book.save(out)
    session = sessions.apply(handed_in(cast, out.getvalue()), actor=cast.clerk)
    assert [(each["row"], each["code"]) for each in base.again(session).passed] == [(3, "signature")]
