"""Adding papers to a pledge: evidence, effort, response, objection, witness. No status moves by any of them.

Only what is personal in a witness can go again.
"""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from core import clock, jobs
from core.errors import Conflict, DomainError
from core.journal import Private, commitment, record
from core.models import Attachment
from core.transactions import fresh, writing
from core.validation import validate
from pledges import rules
from pledges.models import Effort, Evidence, Objection, Pledge, Response, Witness
from pledges.models.papers import Paper
from pledges.paper_rules import WITNESS_VERBS

P = TypeVar("P", bound=Paper)


def add_evidence(
    pledge: Pledge, *, supports: str, actor: Any, file: Attachment | None = None, source_url: str = "", note: str = ""
) -> Evidence:
    """Put a file, or an address with a captured copy if there is one, beside the pledge.

    Refuses neither of both, and addresses other than http and https. Writes ``pledge.evidence_added``.
    """
    with writing():
        pledge, role = _permitted(pledge, "add-evidence", actor)
        if file is None and not source_url:
            raise DomainError("required", _("Lampirkan berkas atau tulis alamat sumbernya."), field="file")
        evidence = Evidence(
            pledge=pledge, recorded_by=actor, supports=supports, file=file, source_url=source_url, note=note
        )
        changes = {
            "supports": [None, supports],
            "sha256": [None, file.sha256 if file else None],
            "source_url": [None, Private(source_url)],
            "note": [None, Private(note)],
        }
        return _added(evidence, "pledge.evidence_added", actor, role, changes)


def add_effort(
    pledge: Pledge,
    *,
    kind: str,
    text: str,
    actor: Any,
    effective_on: date | None = None,
    amount: int | None = None,
    by_whom: str = "",
    document: Attachment | None = None,
) -> Effort:
    """What the office did: asked, budgeted (``amount`` in rupiah), or who cut it. On ``effective_on`` (today).

    Refuses a cut without ``by_whom`` and a day that has not come. Writes ``pledge.effort_added``.
    """
    with writing():
        pledge, role = _permitted(pledge, "add-effort", actor)
        on = effective_on or clock.today()
        if kind == Effort.Kind.CUT and not by_whom:
            raise DomainError("required", _("Sebutkan siapa yang memotong anggarannya."), field="by_whom")
        if on > clock.today():
            raise DomainError("in_the_future", _("Tanggal ini belum terjadi."), field="effective_on")
        effort = Effort(
            pledge=pledge, recorded_by=actor, kind=kind, text=text, effective_on=on, amount=amount, by_whom=by_whom,
            document=document,
        )  # fmt: skip
        changes = {
            "kind": [None, kind],
            "effective_on": [None, on],
            "amount": [None, amount],
            "by_whom": [None, Private(by_whom)],
            "text": [None, Private(text)],
            "sha256": [None, document.sha256 if document else None],
        }
        return _added(effort, "pledge.effort_added", actor, role, changes)


def respond(pledge: Pledge, *, text: str, actor: Any) -> Response:
    """The office's answer or clarification; the words spoken stay as they are. Writes ``pledge.responded``."""
    with writing():
        pledge, role = _permitted(pledge, "respond", actor)
        response = Response(pledge=pledge, recorded_by=actor, text=text)
        return _added(response, "pledge.responded", actor, role, {"text": [None, Private(text)]})


def object_to(pledge: Pledge, *, text: str, actor: Any) -> Objection:
    """The auditor's public objection. Writes ``pledge.objected``."""
    with writing():
        pledge, role = _permitted(pledge, "object", actor)
        objection = Objection(pledge=pledge, recorded_by=actor, text=text)
        return _added(objection, "pledge.objected", actor, role, {"text": [None, Private(text)]})


def add_witness(pledge: Pledge, *, name: str, statement: str, actor: Any) -> Witness:
    """Who heard the promise, and what they say. Writes ``witness.created``.

    The event stands by itself, and holds a commitment only: who reads the journal or the pledge's history learns
    neither the name nor that there is a witness to this pledge.
    """
    with writing():
        pledge, role = _permitted(pledge, "add-witness", actor)
        salt = secrets.token_hex(16)
        witness = Witness(pledge=pledge, recorded_by=actor, name=name, statement=statement, salt=salt)
        validate(witness)
        witness.save(force_insert=True)
        record("witness.created", witness, actor=actor, role=role, changes=_committed(witness))
    return witness


def erase_witness(witness: Witness, *, actor: Any, reason: str = "") -> Witness:
    """Name and words of a witness go for good, as the law on personal data lets them ask (UU 27/2022, art. 8).

    The row, its day and both events stay; the commitment in the first can no longer be opened. ``Conflict`` when they
    have gone already. Writes ``witness.erased``, which names no pledge either.
    """
    with writing():
        witness = fresh(witness, "pledge__responsible_unit")
        permit = WITNESS_VERBS["erase"]
        role = permit.who(actor, witness)
        if not permit.when(witness):
            raise Conflict("illegal_transition", _("Data saksi ini sudah dihapus."))
        witness.name = witness.statement = witness.salt = ""
        witness.save(update_fields=["name", "statement", "salt"])
        record("witness.erased", witness, actor=actor, role=role, reason=reason)
        jobs.announce("witness_erased", {"pledge": witness.pledge_id, "witness": witness.pk})
    return witness


def _committed(witness: Witness) -> dict[str, Any]:
    told = {"pledge": witness.pledge_id, "name": witness.name, "statement": witness.statement}
    return {"testimony": [None, {"commitment": commitment(witness.salt, told)}]}


def _permitted(pledge: Pledge, verb: str, actor: Any) -> tuple[Pledge, str]:
    pledge = fresh(pledge, "responsible_unit", "office__unit")
    permit = rules.VERBS[verb]
    role = permit.who(actor, pledge)
    if not permit.when(pledge):
        raise Conflict("illegal_transition", _("Tindakan ini tidak berlaku pada keadaan sekarang."))
    return pledge, role


def _added(paper: P, verb: str, actor: Any, role: str, changes: dict[str, Any]) -> P:
    validate(paper)
    paper.save(force_insert=True)
    record(verb, paper.pledge, actor=actor, role=role, changes=changes, related=[paper])
    return paper
