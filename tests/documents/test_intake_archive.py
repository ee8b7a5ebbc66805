"""What was said and given before the register: old pledges become drafts, old papers pass devices on their day."""

from __future__ import annotations

import pytest

from assets.models import Handover
from core.errors import NotAllowed
from core.models import Event
from documents.intake import sessions
from handing_over import fulfilment
from pledges.models import Pledge
from pledges.reading import judgement_of
from tests import base
from tests.documents.test_intake_sessions import applied, handed_in, said

pytestmark = pytest.mark.usefixtures("media")

PLEDGES = [["Judul", "Ucapan", "Jabatan", "Tanggal ucapan", "Dasar", "Tenggat", "Tenggat awal", "Penanggung jawab",
            "Kecamatan", "Perangkat", "Jumlah"]]  # fmt: skip
PAPERS = [["Nomor BAST", "Tanggal BAST", "Unit Kerja", "Nama Pemakai", "Label", "Kondisi", "Nomor janji"]]


def promise(title="HP admin", on=2022, to="Kemang", what="Hp", many=1, **values):
    usual = {"judul": title, "ucapan": f"Akan kita beri: {title}.", "jabatan": "Bupati", "tanggal": on,
             "dasar": "Notulen", "tenggat": None, "due": None, "oleh": "Diskominfo", "kec": to, "apa": what,
             "jumlah": many}  # fmt: skip
    return list({**usual, **values}.values())


def paper(number, tag, *, on="05/01/2023", to="Kemang", who=None, condition="B", pledge=None):
    return [number, on, to, who, tag, condition, pledge]


class TestPledges:
    def test_become_drafts_with_one_event_and_the_second_time_nothing(self, cast):
        rows = [
            *PLEDGES,
            promise(),
            promise(to="Cibinong", many=2),
            promise("Laptop", "17 Agustus 2023", None, None, None),
            promise("Tahun ini", "05/01/2023", what="smartphone", tenggat="tahun ini", due="31/12/2023"),
        ]
        before = Event.objects.count()
        session = applied(cast, rows, kind="old_pledges", by=cast.verifier)
        assert session.counts == {"new": 4}
        first, laptop, this_year = Pledge.objects.order_by("pk")
        assert (str(first.made_on_from), str(first.made_on_to)) == ("2022-01-01", "2022-12-31")
        assert [(line.unit.name, line.quantity) for line in first.lines.all()] == [("Kemang", 1), ("Cibinong", 2)]
        assert (laptop.lines.count(), laptop.deadline_rule, laptop.publication) == (0, "silent", "draft")
        assert (this_year.deadline_rule == "by_hand", str(this_year.original_due_on)) == (False, "2023-12-31")
        assert this_year.lines.get().device_type == cast.hp
        [event] = Event.objects.all()[before:]
        assert (event.verb, len(event.related), "Akan kita" in str(event.changes)) == ("pledge.imported", 3, False)
        again = applied(cast, rows, kind="old_pledges", by=cast.verifier)
        assert (again.counts, Event.objects.count(), Pledge.objects.count()) == ({"same": 4}, before + 1, 3)

    def test_a_row_with_another_date_than_the_one_on_record_is_not_the_same(self, cast):
        applied(cast, [*PLEDGES, promise(due="31/12/2023")], kind="old_pledges", by=cast.verifier)
        other = handed_in(cast, [*PLEDGES, promise(due="31/12/2024")], kind="old_pledges", by=cast.verifier)
        assert other.counts == {"faulty": 1}
        assert said(other) == {(2, "quote", "not_editable")}

    @pytest.mark.parametrize(
        ("row", "found"),
        [
            (promise(jabatan="Presiden"), ("office", "unknown")),
            (promise(dasar="katanya"), ("basis", "invalid_choice")),
            (promise(on="17/08/2027"), ("made_on", "in_the_future")),
            (promise(on=None), ("made_on", "required")),
            (promise(to="Bulan"), ("unit_name", "unknown")),
            (promise(what="Roket"), ("promised", "unknown")),
            (promise(many=0), ("quantity", "out_of_range")),
            (promise(many=None), ("quantity", "required")),
            (promise(due="31/12/2021"), ("original_due_on", "invalid")),
            (promise(oleh=None), ("responsible_code", "required")),
        ],
    )
    def test_what_is_wrong_is_named(self, cast, row, found):
        session = handed_in(cast, [*PLEDGES, row], kind="old_pledges", by=cast.verifier)
        assert said(session) == {(2, *found)}

    def test_an_office_out_of_use_promises_nothing_new_and_what_stands_there_stays(self, cast):
        applied(cast, [*PLEDGES, promise()], kind="old_pledges", by=cast.verifier)
        base.put_out_of_use(cast, cast.bupati)
        rows = [*PLEDGES, promise(), promise("Laptop lain")]
        assert said(handed_in(cast, rows, kind="old_pledges", by=cast.verifier)) == {(3, "office", "out_of_use")}

    def test_one_on_record_with_other_content_is_left_alone(self, cast):
        applied(cast, [*PLEDGES, promise()], kind="old_pledges", by=cast.verifier)
        session = handed_in(cast, [*PLEDGES, promise(many=5)], kind="old_pledges", by=cast.verifier)
        assert said(session) == {(2, "quote", "not_editable")}
        rows = [*PLEDGES, promise("Baru"), promise("Baru")]
        assert said(handed_in(cast, rows, kind="old_pledges", by=cast.verifier)) == {(3, "quantity", "duplicate")}


class TestDeliveries:
    @pytest.fixture(autouse=True)
    def archive(self, cast):
        base.the_archive_is_open()

    def test_pass_devices_on_the_day_of_the_paper_under_its_number(self, cast):
        first, second, third = base.some_assets(cast, 3)
        rows = [
            *PAPERS,
            paper("BAST/1/2023", first.tag, who="Rani Puspita"),
            paper("BAST/1/2023", second.tag, who="Rani Puspita"),
            paper("BAST/2/2023", third.tag, to="Cibinong"),
        ]
        before = Event.objects.count()
        assert applied(cast, rows, kind="old_deliveries").counts == {"new": 3}
        one, _two = Handover.objects.order_by("pk")
        assert (one.number, str(one.handed_over_on), one.state, one.recipient) == (
            "BAST/1/2023", "2023-01-05", "handed_over", cast.rani,
        )  # fmt: skip
        assert (base.again(first).custody.unit, str(base.again(first).custody.since)) == (cast.kemang, "2023-01-05")
        [event] = Event.objects.all()[before:]
        touched = sorted(each["type"] for each in event.related)
        assert (event.verb, touched) == ("handover.imported", ["asset"] * 3 + ["handover"] * 2)
        assert applied(cast, rows, kind="old_deliveries").counts == {"same": 3}
        assert Event.objects.count() == before + 1

    def test_count_for_a_pledge_from_their_own_day_once_a_second_person_has_seen_the_paper(self, cast):
        pledge = base.a_pledge(cast, promised=1)
        asset = base.an_asset(cast)
        applied(cast, [*PAPERS, paper("BAST/9", asset.tag, pledge=pledge.number)], kind="old_deliveries")
        assert judgement_of(base.again(pledge)).delivered == 0
        scan = base.an_attachment(cast)
        fulfilment.attach_signed(Handover.objects.get(), scan=scan, actor=cast.clerk2)
        assert judgement_of(base.again(pledge)).delivered == 1
        assert str(pledge.lines.get().deliveries.get().counts_from) == "2023-01-05"

    def test_what_is_wrong_is_named(self, cast):
        asset, other, far = *base.some_assets(cast, 2), base.an_asset(cast, unit=cast.setda)
        issued, pledge = base.asset_in(cast, "issued"), base.a_pledge(cast, promised=1)
        rows = [
            *PAPERS,
            paper("1", "GW-9"),
            paper("2", issued.tag),
            paper("3", asset.tag),
            paper("4", asset.tag),
            paper("3", other.tag, on="06/01/2023"),
            paper("5", other.tag, who="Entah"),
            paper("6", other.tag, to="Cibinong", pledge=pledge.number),
            paper("3", far.tag),
            paper("7", None),
        ]
        assert said(handed_in(cast, rows, kind="old_deliveries")) == {
            (2, "tag", "unknown"), (3, "tag", "asset_not_available"), (5, "tag", "duplicate"),
            (6, "number", "different"), (7, "recipient", "unknown"), (8, "pledge", "wrong_line"),
            (9, "number", "several_givers"), (10, "tag", "required"),
        }  # fmt: skip

    def test_not_when_the_archive_is_closed(self, cast):
        asset = base.an_asset(cast)
        session = handed_in(cast, [*PAPERS, paper("1", asset.tag)], kind="old_deliveries")
        with base.at("2026-08-30"), pytest.raises(NotAllowed):
            sessions.apply(session, actor=cast.clerk)
        assert not Handover.objects.exists()
