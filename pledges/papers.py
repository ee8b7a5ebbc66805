"""Adding papers to a pledge: evidence, effort, response, objection, witness. No status moves by any of them.

Only what is personal in a witness can go again.
"""

from __future__ import annotations

import secrets
from datetime import date
from typing import Annotated, Any, TypeVar

from django.utils.translation import gettext_lazy as _

from core import clock, facts, jobs
from core.acts import Done, act
from core.errors import DomainError
from core.journal import Private
from core.sealing import commitment
from core.taking import Ask, Document, Note, Rupiah
from core.validation import validate
from org.models import User
from pledges import paper_rules as rules
from pledges.models import Effort, Evidence, Objection, Pledge, Response, Witness
from pledges.models.papers import Paper

P = TypeVar("P", bound=Paper)


@act(
    "add-evidence", _("Tambah bukti"),
    _("Bukti tidak dapat dihapus. Alamat sumber hanya dicatat, tidak dibuka oleh Gawai."),
    done=_("Bukti tersimpan."), event="pledge.evidence_added", who=rules.prover, when=rules.is_alive,
)  # fmt: skip
def add_evidence(
    pledge: Pledge, *, actor: User, supports: Evidence.Supports,
    file: Annotated[
        Document | None, Ask(help=_("Foto atau PDF. Bila ada alamat sumber: tangkapan layarnya."))
    ] = None,
    source_url: str = "", note: str = "",
) -> Done[Evidence]:  # fmt: skip
    """Put a file, or an address with a captured copy if there is one, beside the pledge.

    Refuses neither of both, and addresses other than http and https.
    """
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
    return _added(evidence, changes)


@act(
    "add-effort", _("Catat upaya"),
    _("Apa yang diusulkan, dianggarkan, atau dipotong dan oleh siapa. Status janji tidak berubah."),
    done=_("Upaya tercatat."), event="pledge.effort_added", who=rules.doer, when=rules.is_published,
)  # fmt: skip
def add_effort(
    pledge: Pledge, *, actor: User, kind: Effort.Kind, effective_on: date | None = None, by_whom: str = "",
    amount: Rupiah | None = None, text: str,
    document: Annotated[Document | None, Ask(help=_("Foto atau PDF surat, RKA atau DPA."))] = None,
) -> Done[Effort]:  # fmt: skip
    """What the office did: asked, budgeted (``amount`` in rupiah), or who cut it. On ``effective_on`` (today).

    Refuses a cut without ``by_whom`` and a day that has not come.
    """
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
    return _added(effort, changes)


@act(
    "respond", _("Beri tanggapan"), _("Tanggapan tampil di samping janji. Ucapan dan status tidak berubah."),
    done=_("Tanggapan tersimpan."), event="pledge.responded", who=rules.respondent, when=rules.is_announced,
)  # fmt: skip
def respond(pledge: Pledge, *, actor: User, text: str) -> Done[Response]:
    """The office's answer or clarification; the words spoken stay as they are."""
    return _added(Response(pledge=pledge, recorded_by=actor, text=text), {"text": [None, Private(text)]})


@act(
    "object", _("Ajukan keberatan"), _("Keberatan Inspektorat terbuka untuk umum. Status janji tidak berubah."),
    done=_("Keberatan tersimpan."), event="pledge.objected", who=rules.auditor, when=rules.is_published,
)  # fmt: skip
def object_to(pledge: Pledge, *, actor: User, text: str) -> Done[Objection]:
    """The auditor's public objection."""
    return _added(Objection(pledge=pledge, recorded_by=actor, text=text), {"text": [None, Private(text)]})


@act(
    "add-witness", _("Tambah saksi"),
    _("Nama dan keterangan saksi tidak pernah terbit; hanya pencatat, PPID dan Inspektorat yang membacanya."),
    done=_("Keterangan saksi tersimpan."), event="witness.created", who=rules.hearer, when=rules.is_alive,
)  # fmt: skip
def add_witness(pledge: Pledge, *, actor: User, name: str, statement: str) -> Done[Witness]:
    """Who heard the promise, and what they say.

    The event is the witness's own, and holds a commitment only: who reads the journal or the pledge's history learns
    neither the name nor that there is a witness to this pledge.
    """
    salt = secrets.token_hex(16)
    witness = Witness(pledge=pledge, recorded_by=actor, name=name, statement=statement, salt=salt)
    validate(witness)
    witness.save(force_insert=True)
    return Done(witness, _committed(witness), about=witness)


@act(
    "erase", _("Hapus data saksi"),
    _(
        "Atas permintaan saksi (UU 27/2022): nama dan keterangannya dihapus untuk selamanya; bahwa pernah ada "
        "saksi tetap tercatat. Jangan menulis namanya di catatan."
    ),
    done=_("Data saksi dihapus."), event="witness.erased", who=rules.eraser, when=rules.not_erased,
)  # fmt: skip
def erase_witness(witness: Witness, *, actor: User, reason: Note = "") -> Done[Witness]:
    """Name and words of a witness go for good, as the law on personal data lets them ask (UU 27/2022, art. 8).

    The row, its day and both events, which name no pledge, stay; the commitment in the first can no longer be opened.
    """
    forget_witness(witness)
    return Done(witness)


def forget_witness(witness: Witness) -> None:
    """Take name and words out of the row, of what was sealed of it, and of kept answers. Call before the event."""
    facts.forget(witness)
    witness.name = witness.statement = witness.salt = ""
    witness.save(update_fields=["name", "statement", "salt"])
    jobs.announce("witness_erased", {"pledge": witness.pledge_id, "witness": witness.pk})


def _committed(witness: Witness) -> dict[str, Any]:
    told = {"pledge": witness.pledge_id, "name": witness.name, "statement": witness.statement}
    return {"testimony": [None, {"commitment": commitment(witness.salt, told)}]}


def _added(paper: P, changes: dict[str, Any]) -> Done[P]:
    validate(paper)
    paper.save(force_insert=True)
    return Done(paper, changes, related=[paper])
