"""Records whose period is over: the dry run names what the run ends, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from core import clock
from core.jobs import run_due
from core.models import Event, SecurityEvent
from org import accounts
from org.models import Person, User
from org.reference import keep, put
from personal import retention
from personal.models import LegalHold, RetentionRule
from pledges import papers
from requests_app import filing
from tests.backoffice.desk import adding, listing, page, text
from tests.base import Cast, a_pledge, again, at, moment, submitted
from tests.personal.test_erasure import the_record_holds

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("apply_retention", *arguments, stdout=out)
    return [line for line in out.getvalue().splitlines() if ":" not in line]


def a_rule(kind: str, years: int = 2) -> RetentionRule:
    return put(RetentionRule(), role="operator", kind=kind, years=years, basis="JRA 2024")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(again(user))
    return client


def shown(user: User, address: str) -> Any:
    return signed_in(user).get(address)


def put_away(cast: Cast, name: str) -> Person:
    person = keep(Person(), actor=cast.user_admin, name=name, unit=cast.kemang)
    return keep(person, actor=cast.user_admin, active=False)


def test_whose_account_nobody_closed_acts_no_more_and_is_erased_with_its_person(cast: Cast) -> None:
    with at("2023-06-01"):
        person = keep(Person(), actor=cast.user_admin, name="Purna Bakti E", unit=cast.kemang)
        account = accounts.create_user(
            actor=cast.user_admin, username="purna", password="kopi-tubruk-9182", email="", person=person
        )
        keep(again(person), actor=cast.user_admin, active=False)
    assert again(account).is_active and not again(account).acts
    a_rule("person")
    assert run() == [f"person {person.pk}"]
    assert not again(account).is_active


def test_dry_run_and_run_give_the_same_set_and_keep_what_is_held_or_not_due(cast: Cast) -> None:
    with at("2023-06-01"):
        due, held = (put_away(cast, f"Purna Bakti {n}") for n in "AB")
        pledge = a_pledge(cast)
        witness = papers.add_witness(pledge, actor=cast.verifier, name="Saksi Lama", statement="Mendengar")
        gone = submitted(cast)
        filing.withdraw(gone, actor=cast.kemang_admin, reason="batal")
    with at("2025-06-01"):
        young = put_away(cast, "Purna Bakti D")
    SecurityEvent.objects.create(kind="login", at=moment("2023-01-15"))
    SecurityEvent.objects.create(kind="login", at=moment("2025-01-15"))
    rules = [a_rule(kind) for kind in ("person", "witness", "request", "security_log")]
    retention.hold(actor=cast.user_admin, kind="person", record=held.pk, basis="Perkara 3")

    promised = run("--dry-run")
    assert promised == [
        f"person {due.pk}", f"request {gone.pk}", "security_log 202301", f"witness {witness.pk}",
    ]  # fmt: skip
    assert again(due).name == "Purna Bakti A" and not Event.objects.filter(verb="retention.disposed").exists()

    assert run() == promised
    told = Event.objects.filter(verb="retention.disposed")
    assert sorted((each.changes["kind"][1], each.changes["record"][0]) for each in told) == [
        ("person", due.pk), ("request", gone.pk), ("security_log", 202301), ("witness", witness.pk),
    ]  # fmt: skip
    assert again(due).name == "" and again(gone).purpose == "" and again(witness).erased
    assert [again(each).name for each in (held, young)] == [f"Purna Bakti {n}" for n in "BD"]
    assert not SecurityEvent.objects.filter(at__year=2023).exists()
    assert SecurityEvent.objects.filter(at__year=2025).exists()
    assert the_record_holds() > 0
    assert run() == []

    retention.lift(LegalHold.objects.get(), actor=cast.user_admin, reason="Selesai")
    assert run("--dry-run") == [f"person {held.pk}"]
    retention.ask_to_apply(rules[0], actor=cast.user_admin, reason="Jadwal")
    run_due()
    assert again(held).erased_at


def test_what_came_to_life_since_the_list_was_read_stays(cast: Cast) -> None:
    with at("2023-06-01"):
        person = put_away(cast, "Purna Bakti A")
    rule = a_rule("person")
    [item] = retention.due(rule)
    Person.objects.filter(pk=person.pk).update(updated_at=clock.now() - timedelta(days=1))
    assert not retention._dispose(rule, item, None, "operator")
    assert again(person).name == "Purna Bakti A"


def test_the_dry_run_says_whose_records_end_and_which_are_held(cast: Cast) -> None:
    with at("2023-06-01"):
        due, held = (put_away(cast, f"Purna Bakti {n}") for n in "AB")
        request = submitted(cast)
        filing.withdraw(request, actor=cast.kemang_admin, reason="batal")
    SecurityEvent.objects.create(kind="login", at=moment("2023-01-15"))
    retention.hold(actor=cast.user_admin, kind="person", record=held.pk, basis="Perkara 3")
    people, requests, log = (
        text(shown(cast.user_admin, page(a_rule(kind)))) for kind in ("person", "request", "security_log")
    )
    ends, stays = people.split("Ditahan: tidak dihapus")
    assert f"{due} · {cast.kemang}" in ends and f"{held} · {cast.kemang}" in stays
    assert f"{request.number} · {cast.kemang}" in requests and "Januari 2023" in log
    assert page(due) in shown(cast.user_admin, page(RetentionRule.objects.get(kind="person"))).content.decode()


def test_a_hold_is_placed_and_told_by_what_the_record_is_called(cast: Cast) -> None:
    request, add = submitted(cast), adding(LegalHold)
    opened = shown(cast.user_admin, f"{add}?kind=person&person={cast.rani.pk}")
    assert opened.context["form"]["person"].value() == str(cast.rani.pk)
    client = signed_in(cast.user_admin)
    for sent, told in (
        ({"kind": "person", "person": cast.rani.pk}, f"Orang: {cast.rani} · {cast.kemang}"),
        ({"kind": "request", "record": request.number}, f"Usulan: {request.number} · {cast.kemang}"),
        ({"kind": "security_log", "record": "202301"}, "Catatan keamanan: Januari 2023"),
    ):
        answer = client.post(add, {**sent, "basis": "Perkara 3"})
        assert answer.status_code == 302, answer.content.decode()
        assert told in text(client.get(answer["Location"]))
    person = client.get(page(cast.rani)).content.decode()
    assert page(LegalHold.objects.get(kind="person")) in person
    assert "Orang yang tidak aktif" not in text(client.get(listing(LegalHold), {"q": "Perkara"})).partition("Orang:")[2]
    for sent in ({"kind": "person"}, {"kind": "request", "record": "UP-1999-0001"}, {"kind": "witness", "record": "x"}):
        assert client.post(add, {**sent, "basis": "Perkara 3"}).status_code == 400
    assert "Tahan dari penghapusan" not in signed_in(cast.viewer).get(page(cast.rani)).content.decode()
