"""What could lighten a promise is asked by one, on paper, and decided by another (``deciding``).

What can be asked stands with its own facts: new dates in ``deadlines`` and ``conditions``, lines in ``line_changes``,
closing in ``closures``, another unit to answer in ``passing_on``. Each asks through ``asked_for``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from django.utils.translation import gettext_lazy as _

from core.acts import Done
from core.errors import DomainError
from core.models import Attachment, Registered
from core.taking import Ask
from pledges.models import Evidence
from pledges.models.asked import AskedOfPledge

A = TypeVar("A", bound=AskedOfPledge)

Paper = Annotated[
    Attachment | Evidence,
    Ask(label=_("Dokumen"), help=_("Foto atau PDF; boleh juga bukti yang sudah ada pada janji ini."), instead=Evidence),
]


@dataclass(frozen=True)
class Decided:
    """What a decision comes to: its event, what that says beside the decision, and what else it touches.

    ``columns``: what is kept of the request with the decision. ``then``: what follows once it is kept.
    """

    event: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    related: Iterable[Registered] = ()
    columns: Mapping[str, Any] = field(default_factory=dict)
    then: Callable[[], None] | None = None


def asked_for(
    row: A, changes: Mapping[str, Any], paper: Attachment | Evidence | None, *, bare: bool = False
) -> Done[A]:  # fmt: skip
    """Keep what is asked. Refuses it without a paper, unless ``bare``, or on evidence of another pledge."""
    if paper is None and not bare:
        raise DomainError("required", _("Lampirkan dokumen atau pilih bukti janji ini."), field="document")
    if isinstance(paper, Evidence):
        if paper.pledge_id != row.pledge_id:
            raise DomainError("not_found", _("Tidak ditemukan."), field="document")
        row.evidence = paper
    else:
        row.document = paper
    row.full_clean()
    row.save(force_insert=True)
    return Done(row, {**changes, "paper": [None, told_of(row)]}, related=[row])


def told_of(row: AskedOfPledge) -> dict[str, Any] | None:
    """The paper as the journal has it: what of it is kept, and of evidence which row."""
    if row.document is None and row.evidence is None:
        return None
    return {"sha256": row.paper.sha256 if row.paper else None, "evidence": row.evidence_id}
