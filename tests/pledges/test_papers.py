"""Papers around a pledge: one event each, only ever added, and no status moves by any of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core import journal
from core.errors import Conflict, DomainError, NotAllowed
from core.models import Event
from core.sealing import commitment
from org.models import Role
from pledges import papers, pledging
from pledges.models import Effort, Evidence, Objection, Pledge, Response, Witness
from pledges.paper_rules import may_read_witnesses, readable_witnesses
from pledges.reading import judgement_of
from pledges.verbs import PERMITS
from tests.base import Cast, a_draft_pledge, a_pledge, again, an_attachment, at, closed, day, grant, user
from tests.checks import invalid, one_event, refused

ODD = '=HYPERLINK("http://evil.example") \N{MOBILE PHONE} \u202eterbalik'
MODELS = (Evidence, Effort, Response, Objection, Witness)


def add_each(cast: Cast, pledge: Pledge) -> dict[str, Any]:
    """One paper of each kind."""
    return {
        "evidence": papers.add_evidence(
            pledge, supports="harm", file=an_attachment(cast), note=ODD, actor=cast.kemang_admin
        ),
        "effort": papers.add_effort(
            pledge, kind="cut", by_whom="TAPD", amount=5, text="Dipotong", document=an_attachment(cast),
            actor=cast.planner,
        ),
        "response": papers.respond(pledge, text="Sedang diusahakan", actor=cast.verifier),
        "objection": papers.object_to(pledge, text="Tanpa tenggat", actor=cast.auditor),
        "witness": papers.add_witness(pledge, name="Budi", statement="Saya dengar", actor=cast.publisher),
    }  # fmt: skip


# ---- what each writes


@pytest.mark.parametrize(
    ("verb", "act", "who", "role", "changes"),
    [
        (
            "pledge.evidence_added",
            lambda p, c: papers.add_evidence(p, supports="promise", file=an_attachment(c), actor=c.verifier),
            "verifier", "verifier",
            {"supports": [None, "promise"], "sha256": [None, "a" * 64], "source_url": [None, None],
             "note": [None, None]},
        ),
        (
            "pledge.effort_added",
            lambda p, c: papers.add_effort(p, kind="budgeted", amount=7, text="Masuk DPA", actor=c.planner),
            "planner", "planner",
            {"kind": [None, "budgeted"], "effective_on": [None, "2026-03-02"], "amount": [None, 7],
             "by_whom": [None, None], "text": [None, "Masuk DPA"], "sha256": [None, None]},
        ),
        ("pledge.responded", lambda p, c: papers.respond(p, text=ODD, actor=c.verifier), "verifier", "verifier",
         {"text": [None, ODD]}),
        ("pledge.objected", lambda p, c: papers.object_to(p, text="Tidak tepat", actor=c.auditor), "auditor", "auditor",
         {"text": [None, "Tidak tepat"]}),
    ],
)  # fmt: skip
def test_each_paper_is_one_event_of_the_pledge_and_its_words_stay_erasable(
    cast: Cast, verb: str, act: Callable[[Pledge, Cast], Any], who: str, role: str, changes: dict[str, Any]
) -> None:
    pledge = a_pledge(cast)
    with one_event(verb, by=getattr(cast, who), role=role) as written:
        paper = act(pledge, cast)
    assert written.changes == changes
    assert "Masuk DPA" not in str(written.event.changes)
    assert written.related == {(paper.journal_type, paper.pk)}
    assert written.event.subject_number == pledge.number
    assert again(pledge).version > pledge.version


def test_no_paper_moves_a_status_or_a_number(cast: Cast) -> None:
    for due in (None, day("2023-12-31"), day("2026-03-10")):
        pledge = a_pledge(cast, original_due_on=due)
        before = judgement_of(pledge)
        add_each(cast, pledge)
        assert judgement_of(pledge) == before
        judged = Pledge.objects.judged().get(pk=pledge.pk)
        assert (judged.status, judged.due_on, judged.delivered) == (before.status, before.due_on, before.delivered)


def test_a_closed_pledge_can_still_be_answered_and_proved(cast: Cast) -> None:
    pledge = closed(cast, a_pledge(cast), "withdraw", reason="Anggaran dipotong")
    add_each(cast, pledge)
    papers.respond(pledge, text="Sekali lagi", actor=cast.verifier)
    assert pledge.responses.count() == 2


# ---- who


def test_who_speaks_for_a_unit_that_was_promised_something_may_add_evidence(cast: Cast) -> None:
    pledge = a_pledge(cast)
    for who in (cast.kemang_admin, cast.kemang_head):
        assert papers.add_evidence(pledge, supports="harm", source_url="http://x.id", actor=who).recorded_by == who
    for who, code in ((cast.cibinong_admin, "not_concerned"), (cast.viewer, "role_missing")):
        with refused(NotAllowed, code):
            papers.add_evidence(pledge, supports="harm", source_url="http://x.id", actor=who)
    papers.add_evidence(a_pledge(cast, lines=[]), supports="harm", source_url="http://x.id", actor=cast.cibinong_admin)


def test_the_head_of_the_unit_whose_office_promised_may_answer(cast: Cast) -> None:
    regent = user(username="bupati", unit=cast.root, roles=(Role.UNIT_HEAD,))
    pledge = a_pledge(cast)
    with one_event("pledge.responded", by=regent, role="unit_head"):
        papers.respond(pledge, text="Kami usahakan", actor=regent)
    with refused(NotAllowed, "role_missing"):
        papers.respond(pledge, text="Kami usahakan", actor=cast.kemang_head)


# ---- what is refused


def test_evidence_is_a_file_or_an_http_address(cast: Cast) -> None:
    pledge = a_pledge(cast)
    with refused(DomainError, "required", field="file"):
        papers.add_evidence(pledge, supports="promise", actor=cast.verifier)
    for url in (
        "ftp://contoh.id/a",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "contoh.id",
        "https://",
        "http://a b",
    ):
        with invalid("source_url"):
            papers.add_evidence(pledge, supports="promise", source_url=url, actor=cast.verifier)
    with invalid("supports"):
        papers.add_evidence(pledge, supports="gosip", source_url="https://contoh.id", actor=cast.verifier)
    papers.add_evidence(pledge, supports="promise", source_url="https://contoh.id/a?b=1", actor=cast.verifier)


def test_a_cut_names_who_cut_and_no_effort_lies_ahead(cast: Cast) -> None:
    pledge = a_pledge(cast)
    with refused(DomainError, "required", field="by_whom"):
        papers.add_effort(pledge, kind="cut", text="Dipotong", actor=cast.verifier)
    with refused(DomainError, "in_the_future", field="effective_on"):
        papers.add_effort(pledge, kind="asked", text="x", effective_on=date(2026, 3, 3), actor=cast.verifier)
    for values, field in (({"amount": -1}, "amount"), ({"amount": 10**15 + 1}, "amount"), ({"text": ""}, "text")):
        with invalid(field):
            papers.add_effort(pledge, **{"kind": "asked", "text": "x", "actor": cast.verifier, **values})


# ---- only ever added


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_paper_is_neither_changed_nor_deleted_by_any_door(cast: Cast, model: Any) -> None:
    paper = add_each(cast, a_pledge(cast))[model.journal_type]
    rows, table = model.objects.filter(pk=paper.pk), model._meta.db_table
    column = "statement" if model is Witness else "source_url" if model is Evidence else "text"
    doors: list[Callable[[], Any]] = [
        rows.delete,
        lambda: rows.update(**{column: "lain"}),
        lambda: rows.update(effective_on=date(2020, 1, 1)),
        lambda: rows.update(pledge=a_pledge(cast)),
        lambda: raw(f"UPDATE {table} SET recorded_by_id = recorded_by_id + 1"),
        lambda: raw(f"DELETE FROM {table}"),
    ]
    if connection.vendor == "postgresql":
        doors.append(lambda: raw(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE"))
    else:
        doors.append(lambda: raw(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"))
    for door in doors:
        with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
            door()


def raw(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_discarded_draft_takes_its_evidence_along(cast: Cast) -> None:
    pledge = a_draft_pledge(cast)
    papers.add_evidence(pledge, supports="promise", source_url="https://contoh.id", actor=cast.verifier)
    papers.add_witness(pledge, name="Budi", statement="Saya dengar", actor=cast.verifier)
    pledging.discard(pledge, actor=cast.verifier)
    assert not Evidence.objects.exists()
    assert not Witness.objects.exists()


# ---- witnesses


def test_the_journal_knows_a_witness_by_a_commitment_only(cast: Cast) -> None:
    pledge = a_pledge(cast)
    with one_event("witness.created", by=cast.verifier, role="verifier") as written:
        witness = papers.add_witness(pledge, name="Budi Saksi", statement="Saya dengar", actor=cast.verifier)
    told = {"pledge": pledge.pk, "name": "Budi Saksi", "statement": "Saya dengar"}
    sealed = written.event.changes["testimony"][1]["commitment"]
    assert sealed == commitment(witness.salt, told)
    assert (written.changes, written.event.unit_id) == ({"testimony": [None, None]}, None)
    assert not journal.history(pledge).filter(pk=written.event.pk).exists()
    assert "Budi" not in str(Event.objects.values_list("changes", "private__values"))


def test_a_witness_can_be_erased_whole_and_the_chain_still_holds(cast: Cast) -> None:
    witness = papers.add_witness(a_pledge(cast), name="Budi", statement="Saya dengar", actor=cast.verifier)
    with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
        Witness.objects.filter(pk=witness.pk).update(name="")
    for other in set(cast.users) - {cast.publisher, cast.auditor, cast.superuser}:
        with refused(NotAllowed, "role_missing"):
            papers.erase_witness(witness, actor=other)
    with one_event("witness.erased", by=cast.auditor, role="auditor") as written:
        papers.erase_witness(witness, actor=cast.auditor, reason="Diminta saksi")
    assert (written.changes, written.reason, written.event.unit_id) == ({}, "Diminta saksi", None)
    assert (written.event.subject_number, written.related) == ("", set())
    kept = again(witness)
    assert (kept.name, kept.statement, kept.salt, kept.effective_on) == ("", "", "", day("2026-03-02"))
    with refused(Conflict, "illegal_transition"):
        papers.erase_witness(witness, actor=cast.publisher)
    assert all(isinstance(each, int) for each in journal.verify())


def test_only_recorder_publisher_and_auditor_read_witnesses(cast: Cast) -> None:
    pledge = a_pledge(cast, by=cast.kemang_admin)
    readers = {each.username for each in cast.users if may_read_witnesses(each, pledge)}
    assert readers == {"kemang", "ppid", "inspektorat", "admin"}
    witness = papers.add_witness(pledge, name="Budi", statement="Saya dengar", actor=cast.publisher)
    assert readers == {each.username for each in cast.users if witness in readable_witnesses(each)}


# ---- the permits say what the verbs do


def test_papers_need_their_state(cast: Cast) -> None:
    draft = a_draft_pledge(cast)
    for verb, act in (
        ("add-effort", lambda: papers.add_effort(draft, kind="asked", text="x", actor=cast.verifier)),
        ("respond", lambda: papers.respond(draft, text="x", actor=cast.verifier)),
        ("object", lambda: papers.object_to(draft, text="x", actor=cast.auditor)),
    ):
        assert not PERMITS[verb].when(draft)
        with refused(Conflict, "illegal_transition"):
            act()
    grant(cast.verifier, role=Role.PUBLISHER, unit=cast.root)
    with at("2026-03-03"):
        rejected = pledging.reject(pledging.submit(draft, actor=cast.verifier), actor=cast.publisher, reason="x")
    with refused(Conflict, "illegal_transition"):
        papers.add_evidence(rejected, supports="promise", source_url="https://contoh.id", actor=cast.verifier)
