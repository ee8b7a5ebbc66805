"""From an upload to the register: read, shown with its faults, applied once and all or nothing."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from openpyxl import load_workbook
from openpyxl.styles import Font

from assets.models import Asset, ConditionReport
from core import jobs
from core.errors import Conflict, DomainError, NotAllowed
from core.models import Event
from documents.intake import background, sessions
from documents.models import ImportSession
from tests import base
from tests.documents.files import REGISTER, device, register, upload, workbook

pytestmark = pytest.mark.usefixtures("media")


def handed_in(cast, rows, *, by=None, kind="assets", name="daftar.xlsx", **more) -> ImportSession:
    return sessions.receive(upload(rows, name), kind=kind, actor=by or cast.clerk, **more)


def applied(cast, rows, **more) -> ImportSession:
    session = handed_in(cast, rows, **more)
    assert session.state == "ready", session.findings
    return sessions.apply(session, actor=session.owner)


def said(session) -> set[tuple[int, str, str]]:
    return {(each["row"], each["field"], each["code"]) for each in session.findings}


class TestApplying:
    def test_new_devices_come_into_the_register_with_one_event(self, cast):
        before = Event.objects.count()
        session = applied(cast, register(device(1), device(2, kondisi="KB", nilai="1,5 jt", tanggal="2022")))
        first, second = Asset.objects.order_by("pk")
        assert (first.tag, first.nibar, first.price, first.condition) == (
            "GW-000001",
            "12.01.000001",
            3_500_000,
            "good",
        )
        assert (first.unit, first.device_type, str(first.acquired_on)) == (cast.diskominfo, cast.hp, "2023-11-17")
        assert (second.condition, second.price, str(second.acquired_on)) == ("lightly_damaged", 1_500_000, "2022-01-01")
        [event] = Event.objects.all()[before:]
        assert (event.verb, event.role, event.subject_id) == ("asset.imported", "asset_clerk", session.pk)
        assert [each["number"] for each in event.related] == ["GW-000001", "GW-000002"]
        assert (session.state, session.counts) == ("applied", {"new": 2})

    def test_the_second_import_of_the_same_file_changes_nothing(self, cast):
        rows = register(device(1), device(2, nibar=None), device(3, tanggal="2021"))
        applied(cast, rows)
        before = (Event.objects.count(), list(Asset.objects.values()))
        again = applied(cast, rows)
        assert again.counts == {"same": 3}
        assert (Event.objects.count(), list(Asset.objects.values())) == before

    def test_is_done_once(self, cast):
        session = applied(cast, register(device(1)))
        with pytest.raises(Conflict):
            sessions.apply(session, actor=cast.clerk)
        assert Asset.objects.count() == 1

    def test_what_the_register_can_correct_is_corrected(self, cast):
        asset = base.an_asset(cast, nibar="12.01.000001", brand="Conto")
        version = base.again(asset).version
        applied(cast, register(device(1, label=asset.tag, nomor=None, kondisi="RB")))
        now = base.again(asset)
        assert (now.brand, now.condition, now.price) == ("Contoh", "badly_damaged", 3_500_000)
        assert ConditionReport.objects.get().unit == cast.diskominfo
        assert now.version == version + 1
        [told] = Event.objects.order_by("-seq")[0].changes["rows"]
        assert (told["id"], told["brand"]) == (asset.pk, ["Conto", "Contoh"])

    def test_one_bad_row_of_many_stops_all(self, cast):
        rows = register(*(device(n) for n in range(1, 60)), device(60, kondisi="lumayan"))
        session = handed_in(cast, rows)
        assert (session.state, said(session)) == ("faulty", {(61, "condition", "invalid_choice")})
        with pytest.raises(DomainError) as refusal:
            sessions.apply(session, actor=cast.clerk)
        assert [fault.field for fault in refusal.value.faults] == ["rows.61.condition"]
        assert not Asset.objects.exists()

    def test_what_changed_in_the_register_since_the_preview_is_seen_when_applying(self, cast):
        session = handed_in(cast, register(device(1), device(2)))
        base.an_asset(cast, nibar="12.01.000002", unit=cast.setda)
        before = Event.objects.count()
        with pytest.raises(DomainError):
            sessions.apply(session, actor=cast.clerk)
        assert (Asset.objects.count(), Event.objects.count()) == (1, before)
        assert base.again(session).state == "ready"

    def test_tags_by_hand_are_stepped_over_wherever_they_stand(self, cast):
        applied(cast, register(device(1), device(2), device(3, label="GW-000001")))
        assert set(Asset.objects.values_list("tag", "model")) == {
            ("GW-000002", "T1"), ("GW-000003", "T2"), ("GW-000001", "T3"),
        }  # fmt: skip


class TestFaults:
    @pytest.mark.parametrize(
        ("row", "found"),
        [
            (device(kondisi="lumayan"), ("condition", "invalid_choice")),
            (device(kode="99.99"), ("unit_code", "unknown")),
            (device(jenis="Mesin ketik"), ("device_type", "unknown")),
            (device(jenis=None), ("device_type", "required")),
            (device(tanggal="31/02/2023"), ("acquired_on", "invalid_date")),
            (device(tanggal="17/11/2099"), ("acquired_on", "in_the_future")),
            (device(tanggal=20233), ("acquired_on", "invalid_date")),
            (device(tanggal="1823"), ("acquired_on", "wrong_year")),
            (device(nilai="murah"), ("price", "invalid")),
            (device(nilai=-5), ("price", "out_of_range")),
            (device(nibar=198501012010012001), ("nibar", "lost_digits")),
            (device(nibar="1,98501E+17"), ("nibar", "lost_digits")),
            (device(merek="x" * 101), ("brand", "too_long")),
        ],
    )
    def test_a_cell_that_cannot_be_read_is_named(self, cast, row, found):
        assert said(handed_in(cast, register(row))) == {(2, *found)}

    def test_twice_in_the_file(self, cast):
        rows = register(device(1, label="A-1"), device(2, label="A-1"), device(3, nibar="12.01.000002"),
                        device(4, nomor="SN-00001"))  # fmt: skip
        found = {(3, "tag", "duplicate"), (4, "nibar", "duplicate"), (5, "serial_number", "duplicate")}
        assert said(handed_in(cast, rows)) == found

    def test_marks_of_other_devices(self, cast):
        one = base.an_asset(cast, nibar="1", serial_number="S1")
        base.an_asset(cast, nibar="2", serial_number="S2")
        base.an_asset(cast, nibar="3")
        rows = register(
            device(1, label=one.tag, nibar="2", nomor=None),
            device(2, label="X-1", nibar=None, nomor="S2"),
            device(3, label="X-2", nibar="3", nomor=None),
        )
        found = {(2, "nibar", "duplicate"), (3, "serial_number", "duplicate"), (4, "tag", "not_editable")}
        assert said(handed_in(cast, rows)) == found

    def test_unit_type_and_retired_devices_are_not_changed_by_a_file(self, cast):
        asset = base.an_asset(cast)
        gone = base.asset_in(cast, "retired")
        rows = register(
            device(1, label=asset.tag, jenis="tablet", kode="32.01.SETDA"),
            device(2, label=gone.tag, kode=gone.unit.code, jenis=gone.device_type.code),
        )
        found = {(2, "unit_code", "not_editable"), (2, "device_type", "not_editable"), (3, "tag", "retired")}
        assert said(handed_in(cast, rows)) == found

    def test_a_clerk_of_one_unit_neither_fills_nor_finds_the_books_of_others(self, cast):
        other = base.an_asset(cast, nibar="9", unit=cast.setda)
        clerk = base.user(username="pb", unit=cast.diskominfo, roles=("asset_clerk",))
        rows = register(device(1, kode="32.01.SETDA"), device(2, nibar="9"))
        session = handed_in(cast, rows, by=clerk)
        assert said(session) == {(2, "unit_code", "role_missing"), (3, "nibar", "unique")}
        assert other.tag not in str(session.findings)

    def test_without_the_role_nothing_is_even_read(self, cast):
        with pytest.raises(NotAllowed):
            handed_in(cast, register(device()), by=cast.viewer)
        assert not ImportSession.objects.exists()

    def test_formulas_as_text_stay_text(self, cast):
        applied(cast, register(device(1, merek="=1+1", catatan="@SUM(A1)", tipe="+62")))
        asset = Asset.objects.get()
        assert (asset.brand, asset.note, asset.model) == ("=1+1", "@SUM(A1)", "+62")


class TestTheSameFileBack:
    def test_faults_are_coloured_commented_and_told(self, cast):
        def dressed(sheet):
            sheet["A1"].font = Font(bold=True)

        rows = register(device(1), device(2, kondisi="lumayan", nilai="murah"), device(3, tanggal="2022"))
        session = handed_in(cast, workbook(rows, prepare=dressed))
        sheet = load_workbook(sessions.annotated(session)).active
        assert sheet["A1"].font.bold
        assert sheet["G3"].fill.fgColor.rgb.endswith("F8C9C4") and "Kondisi" in sheet["G3"].comment.text
        assert sheet["I4"].fill.fgColor.rgb.endswith("FCE8B2")
        assert [sheet.cell(row, 12).value is None for row in (1, 2, 3, 4)] == [False, True, False, False]
        assert sheet["L3"].value.startswith("Kondisi: ") and "Nilai perolehan: " in sheet["L3"].value

    def test_a_csv_comes_back_as_a_workbook_and_a_clean_file_as_it_was(self, cast):
        bad = b"Label;Kode unit pencatat;Jenis perangkat;Kondisi\r\nA-1;32.01.DISKOMINFO;smartphone;=jelek\r\n"
        session = handed_in(cast, bad, name="daftar.csv")
        cells = list(load_workbook(io.BytesIO(sessions.annotated(session).read())).active.values)
        assert cells[1][:4] == ("A-1", "32.01.DISKOMINFO", "smartphone", "=jelek")
        assert cells[1][4].startswith("Kondisi: ")
        good = bad.replace(b"=jelek", b"B")
        assert sessions.annotated(handed_in(cast, good, name="daftar.csv")).read() == good

    def test_a_large_workbook_is_given_back_by_its_values(self, cast, monkeypatch):
        monkeypatch.setattr("documents.intake.annotated.KEEPS_LOOKS", 0)
        session = handed_in(cast, register(device(1, merek="=1+1"), device(2, kondisi="lumayan")))
        sheet = load_workbook(sessions.annotated(session)).active
        assert sheet["D2"].value == "=1+1" and sheet["D2"].data_type == "s"
        assert sheet["G3"].fill.fgColor.rgb.endswith("F8C9C4") and sheet["L3"].value.startswith("Kondisi: ")


def test_columns_that_mean_nothing_are_told(cast):
    rows = [["Catatan gudang", *REGISTER], ["rak 3", *device(1)]]
    session = handed_in(cast, rows)
    assert (session.state, said(session)) == ("ready", {(0, "", "unknown_column")})
    assert "Catatan gudang" in str(session.findings)
    assert load_workbook(sessions.annotated(session)).active["M1"].value == "Kesalahan"


class TestLargeFiles:
    @pytest.fixture
    def tiny(self, monkeypatch):
        """Every file is a large one."""
        monkeypatch.setattr(sessions, "INLINE_ROWS", -200)

    def test_are_read_and_applied_by_jobs(self, cast, tiny):
        session = handed_in(cast, register(device(1), device(2)))
        assert (session.state, session.job.state) == ("reading", "queued")
        jobs.run_due()
        session = base.again(session)
        assert (session.state, session.counts, session.progress) == ("ready", {"new": 2}, 100)
        assert sessions.apply(session, actor=cast.clerk).state == "applying"
        with pytest.raises(Conflict):
            sessions.apply(session, actor=cast.clerk)
        jobs.run_due()
        assert (base.again(session).state, Asset.objects.count()) == ("applied", 2)

    def test_a_job_that_runs_again_after_a_crash_doubles_nothing(self, cast, tiny):
        session = handed_in(cast, register(device(1)))
        jobs.run_due()
        session = sessions.apply(base.again(session), actor=cast.clerk)
        background.apply_large(session.job, lambda _percent: None)
        jobs.run_due()
        assert (base.again(session).state, Asset.objects.count()) == ("applied", 1)

    def test_faulty_ones_are_kept_marked(self, cast, tiny):
        session = handed_in(cast, register(device(1, kondisi="lumayan")))
        jobs.run_due()
        session = base.again(session)
        assert (session.state, bool(session.annotated)) == ("faulty", True)
        assert "Kondisi" in str(list(load_workbook(sessions.annotated(session)).active.values))

    def test_one_that_no_longer_fits_is_read_again_to_say_why(self, cast, tiny):
        session = handed_in(cast, register(device(1)))
        jobs.run_due()
        sessions.apply(base.again(session), actor=cast.clerk)
        base.an_asset(cast, nibar="12.01.000001", unit=cast.setda)
        jobs.run_due()
        session = base.again(session)
        assert (session.state, said(session)) == ("faulty", {(2, "unit_code", "not_editable")})
        assert Asset.objects.count() == 1

    def test_wrong_headers_are_told_by_the_session(self, cast, tiny):
        session = handed_in(cast, [["a", "b"], [1, 2]])
        jobs.run_due()
        assert (base.again(session).state, "Jenis perangkat" in base.again(session).error) == ("failed", True)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL never makes readers wait")
def test_a_large_import_does_not_lock_readers_out_before_it_commits(cast):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_spill")
        assert cursor.fetchone() == (0,)


class TestWhatIsKept:
    def test_files_go_after_a_week_and_only_what_was_applied_is_remembered(self, cast, media):
        done, left = applied(cast, register(device(1))), handed_in(cast, register(device(2)))
        assert len(list(media.rglob("*.xlsx"))) == 2
        with base.at("2026-03-09T10:00:00"):
            background.sweep()
        assert list(media.rglob("*.xlsx")) == []
        assert [each.pk for each in ImportSession.objects.all()] == [done.pk]
        assert left.pk != done.pk

    def test_a_file_that_is_refused_leaves_nothing(self, cast, media):
        with pytest.raises(DomainError):
            handed_in(cast, [["a"], ["b"]])
        assert [path for path in media.rglob("*") if path.is_file()] == []

    def test_sessions_are_private_to_their_maker(self, cast):
        session = handed_in(cast, register(device(1)))
        assert list(ImportSession.objects.visible_to(cast.clerk)) == [session]
        for other in (cast.clerk2, cast.superuser, cast.auditor):
            assert not ImportSession.objects.visible_to(other).exists()
        with pytest.raises(NotAllowed):
            sessions.apply(session, actor=cast.clerk2)

    def test_a_clerk_who_no_longer_is_one_applies_nothing(self, cast):
        session = handed_in(cast, register(device(1)))
        cast.clerk.grants.all().delete()
        with pytest.raises(NotAllowed):
            sessions.apply(session, actor=base.again(cast.clerk))
        assert not Asset.objects.exists()
