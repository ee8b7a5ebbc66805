"""Asking that one's own data be corrected or erased, and the clock of 3 x 24 hours."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from core import clock
from core.errors import Conflict, DomainError, NotAllowed
from core.jobs import run_due
from core.models import Event, EventPrivate, Job
from desks.worklists import worklists
from org.models import User
from org.reference import keep
from personal import asking, readings
from personal.models import SubjectRequest
from tests.base import Cast, again, at, delivered
from tests.checks import invalid, refused
from tests.personal.test_erasure import everywhere
from wording.personal import clock_of

pytestmark = pytest.mark.django_db


def calling(user: User) -> APIClient:
    client = APIClient()
    client.force_login(again(user))
    return client


def test_the_old_value_stands_in_the_event_of_the_correction_alone(cast: Cast) -> None:
    keep(cast.rani, actor=cast.user_admin, phone="0812-1111-2222")
    Job.objects.create(kind="export", owner=cast.viewer, params={"filters": {"search": "0812-1111-2222"}})
    asked = calling(cast.kemang_admin).post(
        "/api/v1/personal-requests/",
        {"kind": "correction", "field": "phone", "value": "0812-3333-4444", "reason": "Ganti nomor"},
    )
    assert asked.status_code == 201, asked.data
    assert asked.data["due_at"] == "2026-03-05T09:00:00+07:00"
    answered = calling(cast.user_admin).post(f"{asked.data['url']}decide/", {"decision": "approve"})
    assert answered.status_code == 200, answered.data

    assert again(cast.rani).phone == "+6281233334444"
    told = Event.objects.get(verb="person.corrected")
    assert EventPrivate.objects.get(event=told).values["changes.phone.0"][1] == "+6281211112222"
    private = EventPrivate.objects.values_list("event_id", "values")
    kept = [seq for seq, values in private if "+6281211112222" in str(values)]
    assert set(kept) <= set(Event.objects.filter(subject_type="person").values_list("pk", flat=True))
    old = re.compile("0812-1111-2222|81211112222")
    elsewhere = [line for line in everywhere().split("\n") if old.search(line) and '"changes.phone' not in line]
    assert not elsewhere


def test_the_clock_runs_three_times_24_hours_at_the_desk_of_the_officer_and_of_nobody_else(cast: Cast) -> None:
    wanted = asking.ask(actor=cast.kemang_admin, kind="correction", field="position", value="Staf", reason="x")
    name = "personal-requests"
    with at("2026-03-05T08:59:59"):
        assert [*worklists(again(cast.user_admin))[name].due] == [wanted]
        assert "sisa 0 jam" in clock_of(wanted)
    with at("2026-03-05T09:00:01"):
        assert [*worklists(again(cast.user_admin))[name].overdue] == [wanted]
        assert "lewat 1 jam" in clock_of(wanted)
        for other in (cast.publisher, cast.auditor, cast.kemang_admin, cast.superuser):
            assert not worklists(again(other))[name].all
    asking.decide(wanted, actor=cast.user_admin, decision="reject", reason="Sudah benar")
    assert not worklists(again(cast.user_admin))[name].all and clock_of(again(wanted)) == ""


def test_nobody_answers_about_oneself_and_only_the_officer_answers(cast: Cast) -> None:
    own = asking.ask(actor=cast.user_admin, kind="correction", field="position", value="Staf", reason="x")
    handed_in = asking.ask(actor=cast.user_admin, person=cast.rani, kind="erasure", reason="Surat 3")
    tries = [(own, cast.user_admin), (handed_in, cast.user_admin), (own, cast.publisher), (own, cast.auditor)]
    for wanted, who in tries:
        with pytest.raises(NotAllowed):
            asking.decide(wanted, actor=again(who), decision="approve")
    with pytest.raises(NotAllowed):
        asking.ask(actor=cast.kemang_admin, person=cast.cibinong_admin.person, kind="erasure", reason="x")


def test_bad_asking_is_refused_with_its_field(cast: Cast) -> None:
    with pytest.raises(DomainError) as refused:
        asking.ask(actor=cast.kemang_admin, kind="correction", field="phone", value="bukan nomor", reason="x")
    assert refused.value.faults[0].field == "value"
    with pytest.raises(DomainError):
        asking.ask(actor=cast.kemang_admin, kind="correction", reason="x")
    asking.ask(actor=cast.kemang_admin, kind="erasure", reason="x")
    with pytest.raises(Conflict):
        asking.ask(actor=cast.kemang_admin, kind="erasure", reason="x")


@pytest.mark.parametrize(
    ("field", "value", "remove"),
    [("nip", "12345", False), ("nip", "198513012005011001", False), ("phone", "12345", False), ("name", "", True),
     ("phone", "", False), ("phone", "0812-3333-4444", True)],
)  # fmt: skip
def test_what_the_field_cannot_have_is_refused_when_it_is_asked(
    cast: Cast, field: str, value: str, remove: bool
) -> None:
    with invalid("value"):
        asking.ask(actor=cast.kemang_admin, kind="correction", field=field, value=value, remove=remove, reason="x")


def test_a_correction_is_kept_as_the_page_of_the_person_would_keep_it(cast: Cast) -> None:
    tried = {"phone": ("0812 3456 7890", "+6281234567890"), "nip": ("19850101 200501 1 001", "198501012005011001")}
    for field, (written, kept) in tried.items():
        wanted = asking.ask(actor=cast.kemang_admin, kind="correction", field=field, value=written, reason="x")
        assert wanted.value == kept
        asking.decide(wanted, actor=cast.user_admin, decision="approve")
        assert getattr(again(cast.rani), field) == kept
    assert again(cast.rani).nip_key == "198501012005011001"
    keep(cast.rani, actor=cast.user_admin, phone="0812-3456-7890")
    assert again(cast.rani).phone == "+6281234567890"
    asking.decide(
        asking.ask(actor=cast.kemang_admin, kind="correction", field="phone", remove=True, reason="x"),
        actor=cast.user_admin, decision="approve",
    )  # fmt: skip
    assert again(cast.rani).phone == ""


def test_a_number_that_another_took_meanwhile_is_refused_with_the_decision(cast: Cast) -> None:
    nip = "198501012005011001"
    wanted = asking.ask(actor=cast.kemang_admin, kind="correction", field="nip", value=nip, reason="x")
    keep(cast.cibinong_admin.person, actor=cast.user_admin, nip=nip)
    with refused(Conflict, "already_used", field="value"):
        asking.decide(wanted, actor=cast.user_admin, decision="approve")


def test_an_erasure_that_became_impossible_meanwhile_is_refused_and_changes_nothing(cast: Cast) -> None:
    wanted = asking.ask(actor=cast.kemang_admin, kind="erasure", reason="x")
    tag = delivered(cast, recipient=cast.rani).items.get().asset.tag
    with pytest.raises(Conflict, match=tag):
        asking.decide(wanted, actor=cast.user_admin, decision="approve")
    assert again(wanted).decision == "" and again(cast.rani).name == "Rani Puspita"


def test_who_read_a_person_is_told_completely_and_to_the_person_masked(cast: Cast) -> None:
    began = clock.timezone.now() - timedelta(seconds=5)
    delivered(cast, recipient=cast.rani)
    viewer, person = calling(cast.viewer), f"/api/v1/people/{cast.rani.pk}/"
    assert viewer.get(person).status_code == 200
    assert viewer.get("/api/v1/people/", {"search": "Rani"}).status_code == 200
    assert viewer.get("/api/v1/people/", {"search": "Dodi"}).status_code == 200
    calling(cast.clerk).get(f"/admin/org/person/{cast.rani.pk}/change/")
    calling(cast.planner).post("/api/v1/exports/", {"kind": "assets"}, format="json")
    run_due()
    made = Job.objects.get(owner=cast.planner)
    assert b"".join(calling(cast.planner).get(f"/api/v1/jobs/{made.pk}/file/").streaming_content)
    found = [(each.kind, each.user) for each in readings.of(cast.rani.pk, began, clock.timezone.now())]
    assert found == [
        ("person_viewed", cast.viewer.pk),
        ("people_listed", cast.viewer.pk),
        ("person_viewed", cast.clerk.pk),
        ("export_made", cast.planner.pk),
        ("export_downloaded", cast.planner.pk),
    ]
    own = calling(cast.kemang_admin).get("/api/v1/me/personal-data/")
    assert own.status_code == 200, own.data
    told = [row["by"] for row in own.data["readings"]]
    assert told == ["Y. H. · Sekretariat Daerah"] * 2 + ["U. S. · Diskominfo"] + ["T. S. · Diskominfo"] * 2
    assert calling(cast.kemang_admin).get("/api/v1/me/personal-data/", {"since": "besok"}).status_code == 400
    assert SubjectRequest.objects.count() == 0
    page = reverse("admin:org_person_read", args=[cast.rani.pk, "personal-data"])
    officer = calling(cast.user_admin).get(page)
    assert officer.status_code == 200 and b"Teguh Santoso" in officer.content
    assert calling(cast.viewer).get(page).status_code == 403
    order = reverse("admin:org_person_workbook", args=[cast.rani.pk])
    assert calling(cast.viewer).post(order).status_code == 403
    assert calling(cast.user_admin).post(order, {"since": "", "until": ""}).status_code == 302
    run_due()
    assert Job.objects.get(kind="subject_report").rows


def test_who_decides_sees_what_becomes_of_what_and_says_of_whom(cast: Cast) -> None:
    officer = calling(cast.user_admin)
    keep(cast.rani, actor=cast.user_admin, position="Staf")
    changed, removed = (
        asking.ask(actor=cast.kemang_admin, kind="correction", reason="x", **values)
        for values in ({"field": "position", "value": "Pranata"}, {"field": "phone", "remove": True})
    )
    for wanted, told in ((changed, "Staf → Pranata"), (removed, "– → dihapus")):
        for name in ("change", "act"):
            address = reverse(f"admin:personal_subjectrequest_{name}", args=[wanted.pk, *["decide"] * (name == "act")])
            assert told in officer.get(address).content.decode()
    erased = asking.ask(actor=cast.kemang_admin, kind="erasure", reason="x")
    shown = officer.get(reverse("admin:personal_subjectrequest_change", args=[erased.pk])).content.decode()
    assert "Seharusnya" not in shown
    add = reverse("admin:personal_subjectrequest_add")
    sent = {"kind": "correction", "field": "position", "value": "Kepala", "reason": "Surat"}
    assert officer.post(add, {**sent, "person": ""}).status_code == 400
    assert officer.post(add, {**sent, "person": cast.rani.pk}).status_code == 409
    assert officer.post(add, {**sent, "person": cast.user_admin.person_id}).status_code == 302


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"since": "2026-03-05", "until": "2026-03-01"}, "until"),
        ({"since": "2026-02-31"}, "since"),
        ({"until": "x"}, "until"),
    ],
)
def test_days_of_the_readings_that_are_wrong_are_refused_at_their_field(
    cast: Cast, days: dict[str, str], field: str
) -> None:
    answer = calling(cast.user_admin).get(reverse("admin:org_person_read", args=[cast.rani.pk, "personal-data"]), days)
    shown = answer.content.decode()
    assert answer.status_code == 400 and f'id="{field}-error"' in shown
    assert all(f'value="{day}"' in shown for day in days.values()) and "Siapkan laporan" not in shown


def test_what_no_officer_may_answer_waits_at_the_desk_of_who_can_give_the_role_and_says_so(cast: Cast) -> None:
    own = asking.ask(actor=cast.user_admin, kind="correction", field="position", value="Staf", reason="x")
    other = asking.ask(actor=cast.kemang_admin, kind="correction", field="position", value="Staf", reason="x")
    assert own in worklists(again(cast.user_admin))["personal-requests"].all
    officer = calling(cast.user_admin)
    shown = [
        officer.get(reverse("admin:personal_subjectrequest_change", args=[each.pk])).content.decode()
        for each in (own, other)
    ]
    assert "Tidak ada yang dapat menjawab" in shown[0] and f"dapat menjawab: {cast.user_admin}." in shown[1]
    with at("2030-03-05"):
        assert re.search(r"lewat \d\d\.\d{3} jam", clock_of(own))
