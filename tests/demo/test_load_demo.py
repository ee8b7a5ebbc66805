"""Kabupaten Contoh: everything a visitor should find, made by the right people in the right order."""

from __future__ import annotations

import io
import itertools
import json
import os
import re
import tempfile
from collections import Counter
from datetime import date, timedelta

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F, Q, Sum
from django.test import TestCase, override_settings

from assets.models import Asset, DeviceType, Family, Handover, ItemCode, Receipt, ReceiptLine, StandardPrice
from assets.states import Condition, HandoverKind, HandoverState
from core import journal, verifying
from core.models import Event, Installation
from demo.management.commands.load_demo import who
from demo.promises import PHONES
from desks.worklists import worklists
from org.models import CalendarDay, Grant, Office, Role, SocialAccount, Tenure, Unit, User
from org.rules import reach
from planning.models import AccountCode, NeedStandard, Plan, PlanCause, PlanLine, PpnRate, SubActivity
from planning.reading import difference, figures_of
from planning.states import COUNTED, CauseKind
from pledges.models import DeadlineRevision, Delivery, Pledge
from pledges.reading import judgement_of
from pledges.recomputing import changed_by
from pledges.states import Publication, Status
from requests_app.models import DeviceRequest, RequestLine
from requests_app.states import RequestState
from tests.base import at
from tests.databases import ROOT
from tests.demo import forms
from tests.demo.rows import digests
from tests.server import running
from wording.standing import successions
from wording.timeline import story_of

TODAY = "2026-11-22"
OFFICERS = {
    "verifikator": "verifier", "kabid": "approver", "kabid2": "approver", "pengurus": "asset_clerk",
    "perencana": "planner", "ppid": "publisher", "sekda": "decider", "inspektorat": "auditor",
}  # fmt: skip
STATUS_OF = {
    PHONES: Status.DANGLING,
    "Laptop untuk lima kecamatan": Status.KEPT_ON_TIME,
    "Tripod untuk enam kecamatan": Status.KEPT_LATE,
    "Mikrofon nirkabel untuk delapan kecamatan": Status.OVERDUE,
    "Kamera untuk kecamatan wisata": Status.LONG_OVERDUE,
    "Tablet untuk lima kecamatan": Status.EXTENDED,
    "Lampu video untuk enam kecamatan": Status.DUE_SOON,
    "MiFi untuk sepuluh kecamatan": Status.ON_TRACK,
    "Monitor untuk empat kecamatan": Status.UNDATED,
    "Perekam suara untuk tiga kecamatan": Status.NEEDS_DEADLINE,
    "Drone untuk dua kecamatan": Status.WITHDRAWN,
    "Hard disk arsip untuk tiga kecamatan": Status.TAKEN_BACK,
    "Headset untuk empat kecamatan": Status.KEPT_UNDATED,
    "Webcam untuk tiga kecamatan": Status.KEPT_ON_LATE_DATE,
    "Perangkat siaran Lebaran untuk dua kecamatan": Status.ON_TRACK,
}


def loaded(today: str = TODAY) -> str:
    """What the command says."""
    said = io.StringIO()
    call_command("load_demo", "--today", today, stdout=said)
    return said.getvalue()


def user(name: str) -> User:
    return User.objects.get(username=name)


@pytest.mark.xdist_group("demo")
class TheDemo(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        with at(TODAY):
            cls.said = loaded()

    def setUp(self) -> None:
        self.enterContext(at(TODAY))

    def test_the_district_has_its_kecamatan_and_agencies(self) -> None:
        root = Unit.objects.get(parent=None)
        assert (root.code, root.name) == ("32.01", "Kabupaten Contoh")
        assert Counter(root.children.values_list("kind", flat=True)) == {"district": 40, "agency": 3}
        agencies = set(root.children.filter(kind="agency").values_list("code", "name"))
        assert agencies == {
            ("32.01.SETDA", "Sekretariat Daerah"),
            ("32.01.DISKOMINFO", "Dinas Komunikasi dan Informatika"),
            ("32.01.INSPEKTORAT", "Inspektorat"),
        }

    def test_every_row_of_it_stands_in_an_event(self) -> None:
        [*_rest, last] = verifying.verify()
        assert isinstance(last, verifying.Looked)
        assert last.rows > 3_000

    def test_its_official_sheets_are_cell_by_cell_those_made_by_hand(self) -> None:
        assert forms.differences() == []

    def test_it_is_marked_as_sample_data_with_consent_by_tap(self) -> None:
        installation = Installation.current()
        assert (installation.sample_data, installation.endorsement) == (True, "tap")
        assert (installation.name, installation.agency_name) == ("Kabupaten Contoh", "Dinas Komunikasi dan Informatika")

    def test_every_account_can_log_in_with_the_printed_password(self) -> None:
        assert User.objects.count() == 40 + 2 + len(OFFICERS) + 2
        for name in User.objects.values_list("username", flat=True):
            assert authenticate(None, username=name, password="gawai-demo"), name

    def test_the_example_of_the_readme_finds_the_devices_of_a_kecamatan(self) -> None:
        example = re.findall(r"--filter ([a-z_]+=[0-9.]+)", (ROOT / "README.md").read_text())[0]
        with tempfile.TemporaryDirectory() as folder:
            said = io.StringIO()
            call_command(
                "export_file", "assets", f"{folder}/a.csv", "--user", "pengurus", "--filter", example, stdout=said
            )
        assert int(re.findall(r"(\d+) rows", said.getvalue())[0]) > 0

    def test_the_logins_are_printed_with_their_roles(self) -> None:
        assert "the password of all of them is gawai-demo" in self.said
        logins = self.said.partition("Logins;")[2].splitlines()
        lines = {line[2:34].strip(): line[35:] for line in logins if line.startswith("  ")}
        assert set(lines) == {who(user) for user in User.objects.prefetch_related("grants")}
        assert (lines["superuser"], lines["no grant"]) == ("admin", "publik")
        requesters = User.objects.filter(grants__role="requester")
        assert f"({requesters.count()}, by the names of their kecamatan)" in lines["admin medsos"]

    def test_one_promise_was_confirmed_late_and_says_so(self) -> None:
        late = Delivery.objects.filter(item__accepted_at__gt=F("item__handover__recorded_at") + timedelta(days=30))
        assert {each.line.pledge.title for each in late} == {"Headset untuk empat kecamatan"}
        assert all(each.item.confirmed_after_days and each.counts_from == each.item.received_on for each in late)

    def test_a_promise_followed_the_division_that_answered_for_it_into_another(self) -> None:
        pledge = Pledge.objects.get(title="Tablet untuk lima kecamatan")
        assert pledge.responsible_unit.name == "Bidang Komunikasi Publik dan Statistik"
        old = Unit.objects.get(name="Bidang Informasi dan Komunikasi Publik")
        assert (old.active, old.successions.get().successor, old.pledges_answered.exists()) == (
            False, pledge.responsible_unit, False,
        )  # fmt: skip
        assert "Bidang Informasi dan Komunikasi Publik, digantikan penerusnya" in str(successions(pledge))
        assert any("Usulan penerus diputuskan" in str(each.sentence) for each in story_of(pledge, user("sekda")).own)

    def test_one_promise_has_a_date_that_its_recorder_corrected_and_says_both(self) -> None:
        [mended] = DeadlineRevision.objects.filter(kind="correction", asked_by__isnull=False)
        found = judgement_of(mended.pledge)
        assert mended.confirmed_by == user("ppid") and found.corrected_on == mended.effective_on
        assert found.first_due_on == mended.new_due_on != mended.pledge.original_due_on

    def test_a_decree_moved_a_feast_and_one_date_with_it(self) -> None:
        [moved] = DeadlineRevision.objects.filter(kind="correction", asked_by=None)
        assert moved.pledge.title == "Perangkat siaran Lebaran untuk dua kecamatan"
        assert (str(moved.pledge.original_due_on), str(moved.new_due_on)) == ("2027-03-09", "2027-03-10")
        people = {name: person.username for name, person in changed_by(moved).people.items()}
        assert people == {"proposed_by": "verifikator", "confirmed_by": "pengurus"}

    def test_signed_papers_stand_in_for_receivers_who_have_not_spoken(self) -> None:
        standing_in = Delivery.objects.standing().filter(scan__isnull=False)
        assert {each.line.pledge.title for each in standing_in} == {"Lampu video untuk enam kecamatan"}
        assert all(each.item.accepted_at is None and each.scan.attached_by != user("pengurus") for each in standing_in)

    def test_each_kecamatan_has_the_account_of_its_admin(self) -> None:
        for unit in Unit.objects.filter(kind="district"):
            grants = user(unit.name.lower().replace(" ", "")).grants.values_list("role", "unit__code")
            assert list(grants) == [("requester", unit.code)]
        assert user("babakanmadang").person.unit.name == "Babakan Madang"

    def test_officers_hold_one_role_for_the_whole_district(self) -> None:
        for name, role in OFFICERS.items():
            assert list(user(name).grants.values_list("role", "unit__code")) == [(role, "32.01")]
        for name in ("kemang", "cibinong"):
            assert list(user(f"camat-{name}").grants.values_list("role", "unit__name")) == [("unit_head", name.title())]
        assert user("admin").is_superuser
        assert not reach(user("publik")).held
        assert set(Role.values) - set(Grant.objects.values_list("role", flat=True)) == {"viewer", "user_admin"}

    def test_every_office_has_one_holder_at_a_time_and_none_is_real(self) -> None:
        assert Office.objects.count() == 44
        for office in Office.objects.prefetch_related("tenures"):
            tenures = sorted(office.tenures.all(), key=lambda tenure: tenure.starts_on)
            assert tenures[-1].ends_on is None
            for earlier, later in itertools.pairwise(tenures):
                assert (later.starts_on - earlier.ends_on).days == 1
        assert Tenure.objects.filter(office__name="Bupati").count() == 3

    def test_the_catalogue_is_complete_and_priced_for_three_years(self) -> None:
        assert (DeviceType.objects.count(), ItemCode.objects.count()) == (42, 509)
        assert {"hp", "laptop", "tablet", "kamera", "tripod", "mikrofon", "lampu"} <= set(
            Family.objects.values_list("code", flat=True)
        )
        assert set(DeviceType.objects.filter(item_code=None).values_list("code", flat=True)) == {"drone", "gimbal"}
        assert Counter(StandardPrice.objects.values_list("year", flat=True)) == {2025: 42, 2026: 42, 2027: 42}
        assert set(StandardPrice.objects.values_list("source", flat=True)) == {"DATA CONTOH"}

    def test_calendar_and_social_accounts_are_there(self) -> None:
        years = {day.year for day in CalendarDay.objects.values_list("date", flat=True)}
        assert years == set(range(2022, 2028))
        assert SocialAccount.objects.filter(unit__name="Kemang", handle="@kec.kemang").exists()

    def test_devices_are_in_every_state_and_condition(self) -> None:
        states = Counter(Asset.objects.with_state().values_list("state", flat=True))
        assert set(states) == {"retired", "lost", "in_repair", "issued", "held", "in_stock"}
        assert states.total() > 300
        assert set(Asset.objects.values_list("condition", flat=True)) == set(Condition.values)
        assert Receipt.objects.count() == 5

    def test_phones_are_in_stock_for_whoever_tries_the_main_job(self) -> None:
        phones = Asset.objects.available().filter(device_type__code="smartphone", unit__code="32.01.DISKOMINFO")
        assert phones.count() >= 10

    def test_requests_are_in_every_state(self) -> None:
        states = Counter(DeviceRequest.objects.with_state().values_list("derived_state", flat=True))
        assert set(states) == set(RequestState.values)
        assert all(request.current_state == request.derived_state for request in DeviceRequest.objects.with_state())
        submitted = DeviceRequest.objects.filter(state="submitted")
        assert submitted.filter(endorsed_at=None).exists()
        assert submitted.exclude(endorsed_at=None).exists()
        assert set(RequestLine.objects.values_list("decision", flat=True)) == {"", "approve", "reject", "defer"}

    def test_the_head_of_kemang_finds_a_request_to_consent_to(self) -> None:
        waiting = worklists(user("camat-kemang"))["requests"]
        assert [request.unit.name for request in waiting.due | waiting.overdue] == ["Kemang"]

    def test_handovers_are_of_every_kind_and_state(self) -> None:
        assert set(Handover.objects.values_list("kind", flat=True)) == set(HandoverKind.values)
        assert set(Handover.objects.values_list("state", flat=True)) == set(HandoverState.values)
        assert Handover.objects.overdue_back().count() == 2

    def test_pledges_stand_where_the_story_says_in_python_and_in_sql(self) -> None:
        judged = {pledge.title: pledge.status for pledge in Pledge.objects.published().judged()}
        assert judged == STATUS_OF
        assert {p.title: judgement_of(p).status for p in Pledge.objects.published()} == STATUS_OF
        assert set(Pledge.objects.values_list("publication", flat=True)) == set(Publication.values)
        assert DeadlineRevision.objects.filter(decision="").count() == 1

    def test_the_phones_of_2022_are_one_for_each_kecamatan_and_none_has_come(self) -> None:
        pledge = Pledge.objects.judged().get(title=PHONES)
        assert (pledge.made_on_from, pledge.made_on_to) == (date(2022, 7, 1), date(2022, 7, 31))
        assert (pledge.delivered, pledge.promised, pledge.original_due_on) == (0, 40, None)
        assert set(pledge.lines.values_list("unit__name", "family__code", "quantity")) == {
            (unit.name, "hp", 1) for unit in Unit.objects.filter(kind="district")
        }

    def test_the_planner_keeps_rates_standards_and_codes(self) -> None:
        assert list(PpnRate.objects.values_list("effective_from", "percent")) == [(date(2022, 4, 1), 11)]
        assert set(NeedStandard.objects.values_list("device_type__code", flat=True)) == {"smartphone", "laptop"}
        assert (AccountCode.objects.count(), SubActivity.objects.count()) == (10, 2)
        assert not StandardPrice.objects.filter(specification="").exists()
        assert ReceiptLine.objects.filter(receipt__in=Receipt.objects.all()).count() > 30

    def test_this_years_plan_is_frozen_and_the_next_is_a_draft_with_a_cause_for_every_number(self) -> None:
        frozen, draft = Plan.objects.order_by("fiscal_year")
        assert (frozen.fiscal_year, frozen.state, frozen.reviewed_by) == (2026, "frozen", user("kabid"))
        assert (draft.fiscal_year, draft.state, draft.made_by) == (2027, "draft", user("perencana"))
        for line in PlanLine.objects.annotate(told=Sum("causes__quantity", filter=Q(causes__kind__in=COUNTED))):
            assert line.need == (line.told or 0), line
        kinds = set(PlanCause.objects.filter(line__plan=draft).values_list("kind", flat=True))
        assert kinds == set(CauseKind)
        assert 0 < figures_of(frozen).planned < figures_of(frozen).need
        assert figures_of(draft).total > draft.ceiling
        assert figures_of(draft).unpriced == 0
        assert draft.lines.exclude(adjusted=[]).get().note

    def test_a_purchase_names_the_line_of_the_plan_that_it_serves(self) -> None:
        frozen = Plan.objects.get(fiscal_year=2026)
        [bought] = [each for each in difference(frozen) if each.bought]
        assert (bought.now, bought.bought) == (1, 1)
        receipt = Receipt.objects.get(plan_line=bought.line.number)
        assert receipt.lines.get().device_type == bought.line.device_type

    def test_codes_that_nobody_verified_are_examples_by_name(self) -> None:
        for each in SubActivity.objects.all():
            assert all(name.endswith(" (contoh)") for name in (each.name, each.activity_name, each.programme_name))

    def test_the_journal_verifies_and_its_instants_run_forward_to_yesterday(self) -> None:
        last = list(journal.verify())[-1]
        assert last == Event.objects.count()
        instants = list(Event.objects.order_by("seq").values_list("at", flat=True))
        assert instants == sorted(instants)
        assert (instants[0].year, str(instants[-1].date()) < TODAY) == (2022, True)

    def test_nobody_decided_what_they_had_asked_for(self) -> None:
        for request in DeviceRequest.objects.exclude(decided_by=None):
            assert len({request.filed_by_id, request.verified_by_id, request.decided_by_id}) == 3
        for pledge in Pledge.objects.exclude(published_by=None):
            assert pledge.published_by_id not in (pledge.recorded_by_id, pledge.submitted_by_id)

    def test_a_second_run_changes_nothing_and_prints_the_logins_again(self) -> None:
        before = digests()
        said = loaded("2026-11-23")
        assert said.startswith("The sample data is here already; nothing was changed.")
        assert "camat-cibinong" in said
        assert digests() == before

    @pytest.mark.slow
    def test_the_same_day_gives_the_same_rows(self) -> None:
        if connection.vendor != "sqlite":
            self.skipTest("ids of a used PostgreSQL database do not begin at 1")
        assert elsewhere(TODAY) == digests()


def elsewhere(today: str) -> dict[str, str]:
    """The digests of the demo loaded into a database of its own, by another process."""
    with running(start=False) as server:
        server.manage("load_demo", "--today", today)
        return json.loads(
            server.shell("import json; from tests.demo.rows import digests; print(json.dumps(digests()))")
        )


@pytest.mark.django_db
def test_production_refuses_the_demo() -> None:
    with override_settings(PRODUCTION=True), pytest.raises(CommandError, match="refused in production"):
        loaded()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_database_with_data_of_its_own_is_left_alone() -> None:
    Unit.objects.create(code="36.02", name="Kabupaten Lain", kind="regency")
    with pytest.raises(CommandError, match="data of its own"):
        loaded()
    assert Unit.objects.count() == 1
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_day_before_the_story_is_refused() -> None:
    with pytest.raises(CommandError, match="2023-11-15"):
        loaded("2023-11-14")
    with pytest.raises(CommandError, match="a day looks like"):
        loaded("kemarin")


@pytest.mark.django_db
def test_a_weak_password_is_refused_before_anything_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "DEMO_PASSWORD", "12345678")
    with pytest.raises(CommandError):
        loaded()
    assert not User.objects.exists()
    assert not Event.objects.exists()
