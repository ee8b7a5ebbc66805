"""From spoken words to a published pledge: draft, submit, publish or reject."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import Conflict, DomainError
from core.journal import Private, record
from core.lifecycle import allows, move
from core.numbering import serial
from core.transactions import fresh, writing
from org.models import Unit
from pledges import notice, rules
from pledges.lines import check
from pledges.models import Pledge, PledgeLine
from pledges.states import PUBLICATION_MOVES, Basis, Publication
from pledges.suggesting import rule_of

EDITABLE = (
    "title", "quote", "office", "spoken_by", "occasion", "place", "made_on_from", "made_on_to", "basis", "strength",
    "deadline_text", "original_due_on", "budget_ref", "responsible_unit",
)  # fmt: skip
PRIVATE = frozenset({"quote", "spoken_by", "title", "occasion", "place", "deadline_text"})


def draft(
    *, lines: Iterable[dict[str, Any]], responsible_unit: Unit, actor: Any, campaign: bool = False, **values: Any
) -> Pledge:
    """Put words on record as a draft. ``lines``: ``{unit, family | device_type, quantity}`` each, if a number was said.

    Refuses words of a ``campaign``, dates that have not come, and faulty lines by their index. Writes
    ``pledge.drafted``.
    """
    with writing():
        role = rules.may_draft(actor)
        _refuse_campaign(campaign)
        pledge = Pledge(responsible_unit=responsible_unit, recorded_by=actor, **values)
        _validate(pledge)
        pledge.save(force_insert=True)
        _put_lines(pledge, lines)
        changes = _journalled({name: [None, getattr(pledge, name)] for name in EDITABLE})
        record("pledge.drafted", pledge, actor=actor, role=role, changes=changes)
    return pledge


def change(
    pledge: Pledge, *, actor: Any, lines: Iterable[dict[str, Any]] | None = None, campaign: bool = False, **values: Any
) -> Pledge:
    """Change a draft; ``lines`` replaces them all. ``Conflict`` once it left draft. Writes ``pledge.changed``."""
    with writing():
        pledge = fresh(pledge, "responsible_unit")
        role = rules.VERBS["change"].who(actor, pledge)
        _refuse_unless_draft(pledge)
        _refuse_campaign(campaign)
        changes = {n: [getattr(pledge, n), v] for n, v in values.items() if n in EDITABLE and getattr(pledge, n) != v}
        for name, (_old, value) in changes.items():
            setattr(pledge, name, value)
        _validate(pledge)
        if changes:
            pledge.save(update_fields=[*changes, "deadline_rule"])
        if lines is not None:
            pledge.lines.all().delete()
            rows = _put_lines(pledge, lines)
            changes["lines"] = [None, [{"unit": r.unit.code, "quantity": r.quantity} for r in rows]]
        if changes:
            record("pledge.changed", pledge, actor=actor, role=role, changes=_journalled(changes))
    return pledge


def discard(pledge: Pledge, *, actor: Any) -> None:
    """Delete one's own draft. ``Conflict`` once it has left draft. Writes ``pledge.discarded``."""
    with writing():
        pledge = fresh(pledge)
        role = rules.VERBS["delete"].who(actor, pledge)
        _refuse_unless_draft(pledge)
        changes = _journalled({name: [getattr(pledge, name), None] for name in EDITABLE})
        record("pledge.discarded", pledge, actor=actor, role=role, changes=changes)
        pledge.delete()


def submit(pledge: Pledge, *, actor: Any, reason: str = "") -> Pledge:
    """Ask for publication; the pledge gets its number. By a verifier. Writes ``pledge.submitted``."""
    with writing():
        pledge = fresh(pledge, "responsible_unit")
        role = rules.VERBS["submit"].who(actor, pledge)
        today = clock.today()
        _refuse_illegal(pledge, Publication.SUBMITTED)
        moved = move(
            pledge, PUBLICATION_MOVES, field="publication", to=Publication.SUBMITTED,
            number=serial("pledge", "JJ", today), submitted_by=actor, submitted_at=clock.now(),
        )  # fmt: skip
        record("pledge.submitted", pledge, actor=actor, role=role, changes={"publication": moved}, reason=reason)
    return pledge


def publish(pledge: Pledge, *, actor: Any, reason: str = "") -> Pledge:
    """Publish: from now on words, first date and quantity are fixed. By a publisher who neither recorded nor submitted.

    Refuses testimony alone, and before the notice to the promiser's office has run out. Writes ``pledge.published``.
    """
    with writing():
        pledge = fresh(pledge, "responsible_unit")
        role = rules.VERBS["publish"].who(actor, pledge)
        if pledge.basis == Basis.TESTIMONY:
            raise Conflict("testimony_only", _("Kesaksian saja tidak cukup untuk diterbitkan."))
        _refuse_during_notice(pledge)
        moved = move(
            pledge, PUBLICATION_MOVES, field="publication", to=Publication.PUBLISHED,
            published_by=actor, published_at=clock.now(),
        )  # fmt: skip
        record("pledge.published", pledge, actor=actor, role=role, changes={"publication": moved}, reason=reason)
    return pledge


def reject(pledge: Pledge, *, actor: Any, reason: str) -> Pledge:
    """Refuse publication. By a publisher who neither recorded nor submitted. Writes ``pledge.rejected``."""
    with writing():
        pledge = fresh(pledge, "responsible_unit")
        role = rules.VERBS["reject"].who(actor, pledge)
        moved = move(pledge, PUBLICATION_MOVES, field="publication", to=Publication.REJECTED)
        record("pledge.rejected", pledge, actor=actor, role=role, changes={"publication": moved}, reason=reason)
    return pledge


def _refuse_unless_draft(pledge: Pledge) -> None:
    if pledge.publication != Publication.DRAFT:
        raise Conflict("not_a_draft", _("Hanya draf yang dapat diubah atau dihapus."))


def _refuse_campaign(campaign: bool) -> None:
    if campaign:
        detail = _("Janji kampanye tidak dicatat: pegawai negeri wajib menjaga netralitas.")
        raise DomainError("campaign_promise", detail, field="campaign")


def _refuse_during_notice(pledge: Pledge) -> None:
    first = notice.publishable_on(pledge)
    if first is not None and first > clock.today():
        detail = _("Jabatan yang berjanji sedang diberi tahu; dapat diterbitkan mulai %(day)s.")
        raise Conflict("notice_running", detail % {"day": first.isoformat()})


def _refuse_illegal(pledge: Pledge, to: str) -> None:
    """A number is taken only for a move that will happen."""
    if not allows(PUBLICATION_MOVES, pledge.publication, to):
        raise Conflict("illegal_transition", _("Tindakan ini tidak berlaku pada keadaan sekarang."))


def _validate(pledge: Pledge) -> None:
    pledge.full_clean()
    if pledge.made_on_to > clock.today():
        raise DomainError("in_the_future", _("Tanggal ini belum terjadi."), field="made_on_to")
    pledge.deadline_rule = rule_of(pledge)


def _put_lines(pledge: Pledge, lines: Iterable[dict[str, Any]]) -> list[PledgeLine]:
    rows = []
    for index, values in enumerate(lines):
        line = PledgeLine(pledge=pledge, **values)
        check(line, index)
        rows.append(line)
    return PledgeLine.objects.bulk_create(rows)


def _journalled(changes: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {n: [Private(v) for v in pair] if n in PRIVATE else pair for n, pair in changes.items()}
