"""From spoken words to a published pledge: draft, submit, publish or reject."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, TypedDict, Unpack

from django.utils.translation import gettext_lazy as _

from core import clock
from core.acts import Done, act, unchanged
from core.errors import Conflict, DomainError, NotAllowed
from core.journal import Private
from core.lifecycle import move
from core.models import Installation
from core.numbering import serial
from core.permits import Every
from core.taking import Ask, Note, Reason
from org.models import Office, Person, Unit, User
from org.rules import unit_of
from pledges import rules
from pledges.lines import check
from pledges.models import Pledge, PledgeLine
from pledges.states import PUBLICATION_MOVES, Basis, Publication, Strength
from pledges.suggesting import read

Lines = Iterable[dict[str, Any]]
Campaign = Annotated[bool, Ask(label=_("Ini janji kampanye"), help=_("Janji kampanye tidak dicatat di sini."))]


class Said(TypedDict, total=False):
    """What was said, when and by whom, and who answers for it."""

    title: str
    quote: str
    office: Office
    spoken_by: Person | None
    occasion: str
    place: str
    made_on_from: date
    made_on_to: date
    basis: Basis
    strength: Strength
    deadline_text: str
    original_due_on: date | None
    budget_ref: str
    responsible_unit: Unit


EDITABLE = tuple(Said.__annotations__)
ADDRESSED = ("title", "responsible_unit", "budget_ref")
"""What of a draft the verifier may set too: how it is called and where it goes, nothing of what was said."""
SPOKEN = (
    "quote", "office", "spoken_by", "made_on_from", "made_on_to", "basis", "strength", "deadline_text",
    "original_due_on",
)  # fmt: skip
"""What was said, with its lines: nobody but who drafted it sets that."""
PRIVATE = frozenset({"quote", "spoken_by", "title", "occasion", "place", "deadline_text"})


@act(
    "create", _("Catat janji"),
    _("Tulis ucapan persis seperti diucapkan. Bila hari atau tenggat tidak disebut, kosongkan."),
    done=_("Draf tersimpan."), event="pledge.drafted", who=rules.may_draft,
)  # fmt: skip
def draft(*, actor: User, lines: Lines = (), campaign: Campaign = False, **said: Unpack[Said]) -> Done[Pledge]:
    """Put words on record as a draft. ``lines``: ``{unit, family | device_type, quantity}`` each, if a number was said.

    Refuses words of a ``campaign``, an office out of use, dates that have not come, and faulty lines by their index.
    """
    _refuse_campaign(campaign)
    pledge = Pledge(recorded_by=actor, recorded_in=unit_of(actor), **said)
    _validate(pledge)
    read(pledge)
    _refuse_out_of_use(pledge)
    pledge.save(force_insert=True)
    _put_lines(pledge, lines)
    return Done(pledge, _journalled({name: [None, getattr(pledge, name)] for name in EDITABLE}))


@act(
    "submit", _("Ajukan untuk diterbitkan"), _("Janji mendapat nomor; PPID memeriksa lalu menerbitkan."),
    done=_("Janji diajukan."), event="pledge.submitted",
    who=rules.submitter, when=Every(rules.is_draft, rules.office_in_use),
)  # fmt: skip
def submit(pledge: Pledge, *, actor: User, reason: Note = "") -> Done[Pledge]:
    """Ask for publication; the pledge gets its number. By the verifier, past whose limit by the recorder himself."""
    moved = move(
        pledge, PUBLICATION_MOVES, field="publication", to=Publication.SUBMITTED,
        number=serial("pledge", "JJ", clock.today()), submitted_by=actor, submitted_at=clock.now(),
        notice_days=Installation.current().pledge_notice_days,
    )  # fmt: skip
    return Done(pledge, {"publication": moved})


@act(
    "publish", _("Terbitkan"),
    _(
        "Sesudah terbit, ucapan, tenggat awal dan jumlah tidak dapat diubah lagi. Pastikan ini bukan janji "
        "kampanye: pegawai negeri wajib menjaga netralitas."
    ),
    done=_("Janji diterbitkan."), event="pledge.published",
    who=rules.publisher, when=Every(rules.is_submitted, rules.notice_over, rules.office_in_use),
)  # fmt: skip
def publish(pledge: Pledge, *, actor: User, reason: Note = "") -> Done[Pledge]:
    """Publish: from now on words, first date and quantity are fixed. By a publisher who neither recorded nor submitted.

    Refuses testimony alone.
    """
    if pledge.basis == Basis.TESTIMONY:
        raise Conflict("testimony_only", _("Kesaksian saja tidak cukup untuk diterbitkan."))
    moved = move(
        pledge, PUBLICATION_MOVES, field="publication", to=Publication.PUBLISHED,
        published_by=actor, published_at=clock.now(),
    )  # fmt: skip
    return Done(pledge, {"publication": moved})


@act(
    "change", _("Ubah"), _("Perbaiki draf sebelum diajukan."),
    done=_("Perubahan tersimpan."), event="pledge.changed", who=rules.drafter, when=rules.editable,
)  # fmt: skip
def change(
    pledge: Pledge, *, actor: User, lines: Lines | None = None, campaign: Campaign = False, **said: Unpack[Said]
) -> Done[Pledge]:
    """Change a draft; ``lines`` replaces them all. ``NotAllowed`` where another than its recorder changes more than
    ``ADDRESSED``, ``Conflict`` where who took it over changes what was said."""
    _refuse_campaign(campaign)
    changes: dict[str, Any] = {
        n: [getattr(pledge, n), v] for n, v in said.items() if n in EDITABLE and getattr(pledge, n) != v
    }
    its_recorder = pledge.recorded_by_id == actor.pk
    if not its_recorder and (lines is not None or set(changes) - set(ADDRESSED)):
        raise NotAllowed("not_the_recorder", _("Yang diucapkan hanya diubah oleh pencatatnya."))
    if pledge.taken_over_at:
        _refuse_spoken(pledge, changes, lines)
        lines = None
    for name, (_old, value) in changes.items():
        setattr(pledge, name, value)
    _validate(pledge)
    if not pledge.taken_over_at:
        read(pledge)
    if "office" in changes:
        _refuse_out_of_use(pledge)
    if its_recorder:
        pledge.sent_back_at, pledge.sent_back_reason = None, ""
    if changes or (its_recorder and lines is not None):
        pledge.save(update_fields=[*changes, "deadline_rule", "read_due_on", "sent_back_at", "sent_back_reason"])
    if lines is not None:
        pledge.lines.all().delete()
        rows = _put_lines(pledge, lines)
        changes["lines"] = [None, [{"unit": r.unit.code, "quantity": r.quantity} for r in rows]]
    return Done(pledge, _journalled(changes)) if changes else unchanged(pledge)


@act(
    "send-back", _("Kembalikan kepada pencatat"),
    _("Draf tetap draf; pencatatnya memperbaiki. Batas waktunya berjalan terus."),
    done=_("Draf dikembalikan."), event="pledge.sent_back", who=rules.verifier, when=rules.is_draft,
)  # fmt: skip
def send_back(pledge: Pledge, *, actor: User, reason: Reason) -> Done[Pledge]:
    """Give a draft back to its recorder, who alone may change what was said. Its limit runs on."""
    pledge.sent_back_at, pledge.sent_back_reason = clock.now(), reason
    pledge.save(update_fields=["sent_back_at", "sent_back_reason"])
    return Done(pledge)


@act(
    "take-over", _("Ambil alih draf"),
    _("Pencatatnya tidak lagi bertugas. Anda menjadi pencatat draf ini; ucapannya tetap."),
    done=_("Draf diambil alih."), event="pledge.taken_over",
    who=rules.successor, when=Every(rules.is_draft, rules.orphaned),
)  # fmt: skip
def take_over(pledge: Pledge, *, actor: User, reason: Note = "") -> Done[Pledge]:
    """Become the recorder of a draft whose recorder's account or grant has ended. What was said stays as drafted, and
    the draft is not deleted any more."""
    changes = {"recorded_by": [pledge.recorded_by_id, actor.pk]}
    pledge.recorded_by, pledge.taken_over_at = actor, pledge.taken_over_at or clock.now()
    pledge.save(update_fields=["recorded_by", "taken_over_at"])
    return Done(pledge, changes)


@act(
    "reject", _("Tolak penerbitan"), _("Janji tidak diterbitkan; alasannya tercatat."),
    done=_("Penerbitan ditolak."), event="pledge.rejected", who=rules.publisher, when=rules.is_submitted,
)  # fmt: skip
def reject(pledge: Pledge, *, actor: User, reason: Reason) -> Done[Pledge]:
    """Refuse publication. By a publisher who neither recorded nor submitted."""
    moved = move(pledge, PUBLICATION_MOVES, field="publication", to=Publication.REJECTED)
    return Done(pledge, {"publication": moved})


@act(
    "delete", _("Hapus draf"), _("Draf ini dihapus."),
    done=_("Draf dihapus."), event="pledge.discarded",
    who=rules.recorder, when=Every(rules.editable, rules.of_its_first_recorder),
)  # fmt: skip
def discard(pledge: Pledge, *, actor: User) -> Done[None]:
    """Delete a draft of one's own making."""
    Pledge.objects.filter(pk=pledge.pk).delete()
    return Done(None, _journalled({name: [getattr(pledge, name), None] for name in EDITABLE}))


def _refuse_campaign(campaign: bool) -> None:
    if campaign:
        detail = _("Janji kampanye tidak dicatat: pegawai negeri wajib menjaga netralitas.")
        raise DomainError("campaign_promise", detail, field="campaign")


def _refuse_out_of_use(pledge: Pledge) -> None:
    if not pledge.office.active:
        raise DomainError("out_of_use", rules.OFFICE_OUT_OF_USE, field="office")


def _validate(pledge: Pledge) -> None:
    pledge.full_clean()
    if pledge.made_on_to > clock.today():
        raise DomainError("in_the_future", _("Tanggal ini belum terjadi."), field="made_on_to")


def settable(pledge: Pledge, user: User) -> tuple[str, ...]:
    """What of a draft the user may set; its lines only where that is everything."""
    if pledge.recorded_by_id != user.pk:
        return ADDRESSED
    return tuple(name for name in EDITABLE if not pledge.taken_over_at or name not in SPOKEN)


def _refuse_spoken(pledge: Pledge, changes: dict[str, Any], lines: Lines | None) -> None:
    """``Conflict`` where what was said, or ``lines`` other than those that stand, would be set anew."""
    said = next((name for name in SPOKEN if name in changes), None)
    if said is None and lines is not None:
        given = [PledgeLine(**values) for values in lines]
        stand = sorted(str((*each.kind_for_unit, each.quantity)) for each in pledge.lines.all())
        said = "lines" if sorted(str((*each.kind_for_unit, each.quantity)) for each in given) != stand else None
    if said:
        raise Conflict("taken_over", _("Draf ini diambil alih: yang diucapkan tetap seperti dicatat."), field=said)


def _put_lines(pledge: Pledge, lines: Lines) -> list[PledgeLine]:
    rows = []
    for index, values in enumerate(lines):
        line = PledgeLine(pledge=pledge, **values)
        check(line, index)
        rows.append(line)
    return PledgeLine.objects.bulk_create(rows)


def _journalled(changes: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {n: [Private(v) for v in pair] if n in PRIVATE else pair for n, pair in changes.items()}
