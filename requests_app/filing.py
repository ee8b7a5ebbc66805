"""The unit's side of a request: draft, submit, endorse, withdraw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core import clock
from core.acts import Done, act, unchanged
from core.errors import DomainError, NotAllowed, faults_of
from core.journal import Private
from core.lifecycle import move
from core.models import Attachment, Installation
from core.numbering import serial
from core.permits import Every
from core.taking import Ask, Document, Note, Reason, faults_in
from core.validation import validate
from org.models import Person, SocialAccount, Unit, User
from org.succession import covers, in_place_of, unit_spoken_for_by
from pledges.models import Pledge
from pledges.queries import open_lines_for
from requests_app import rules
from requests_app.models import DeviceRequest, RequestLine
from requests_app.states import REQUEST_MOVES, RequestState

LETTER_WANTED = _("Lampirkan surat usulan yang ditandatangani Camat.")
Lines = Iterable[Mapping[str, Any]]
Purpose = Annotated[str, Ask(help=_("Tulis mengapa dibutuhkan. Satu dua kalimat cukup."))]
OnBehalfOf = Annotated[Person | None, Ask(label=_("Untuk siapa"))]
Letter = Annotated[Document, Ask(help=_("Foto atau PDF surat usulan."))]  # type: ignore[valid-type]


class Described(TypedDict, total=False):
    """What of a request may be changed beside its lines."""

    purpose: Purpose
    needed_by: date | None
    on_behalf_of: OnBehalfOf


@act(
    "create", _("Ajukan perangkat"), _("Isi perangkat yang dibutuhkan. Setelah disimpan, periksa lalu ajukan."),
    done=_("Draf tersimpan. Periksa, lalu tekan Ajukan."), event="request.drafted", who=rules.may_file, under="unit",
)  # fmt: skip
def draft(
    *, actor: User, unit: Unit, lines: Lines, purpose: Purpose, needed_by: date | None = None,
    on_behalf_of: OnBehalfOf = None,
) -> Done[DeviceRequest]:  # fmt: skip
    """Begin a request. ``lines``: ``{device_type, quantity, situation, in_use_since, note, accounts}`` each.

    By a requester or head of the unit.
    """
    request = DeviceRequest(
        unit=unit, filed_by=actor, requester=actor.person, purpose=purpose, needed_by=needed_by,
        on_behalf_of=on_behalf_of,
    )  # fmt: skip
    _validate(request)
    request.save(force_insert=True)
    rows = _put_lines(request, lines)
    return Done(request, {"lines": [None, _summary(rows)], "purpose": [None, Private(request.purpose)]})


@act(
    "change", _("Ubah"), _("Perbaiki isi usulan sebelum diajukan."),
    done=_("Perubahan tersimpan."), event="request.changed", who=rules.filer, when=rules.with_its_unit,
)  # fmt: skip
def change(
    request: DeviceRequest, *, actor: User, lines: Lines | None = None, **described: Unpack[Described]
) -> Done[DeviceRequest]:
    """Change a draft or a request sent back; ``lines`` replaces all of them."""
    changes: dict[str, Any] = {}
    for name, value in described.items():
        if name in Described.__annotations__ and getattr(request, name) != value:
            changes[name] = [Private(str(getattr(request, name) or "")), Private(str(value or ""))]
            setattr(request, name, value)
    _validate(request)
    if changes:
        request.save(update_fields=list(changes))
    if lines is not None:
        request.lines.all().delete()
        changes["lines"] = [None, _summary(_put_lines(request, lines))]
    return Done(request, changes) if changes else unchanged(request)


@act(
    "delete", _("Hapus draf"), _("Draf ini dihapus."),
    done=_("Draf dihapus."), event="request.discarded", who=rules.filer, when=rules.draft,
)  # fmt: skip
def discard(request: DeviceRequest, *, actor: User) -> Done[None]:
    """Delete a draft."""
    lines = _summary(request.lines.select_related("device_type"))
    DeviceRequest.objects.filter(pk=request.pk).delete()
    return Done(None, {"lines": [lines, None], "purpose": [Private(request.purpose), None]})


@act(
    "submit", _("Ajukan"), _("Usulan mendapat nomor dan dikirim ke meja berikutnya."),
    done=_("Usulan terkirim."), event="request.submitted", who=rules.filer, when=rules.with_its_unit,
)  # fmt: skip
def submit(request: DeviceRequest, *, actor: User, reason: Note = "") -> Done[DeviceRequest]:
    """Send the request off: it gets a number, each line finds the pledge that covers it.

    A request that was sent back keeps its number and is endorsed anew.
    """
    if not request.lines.exists():
        raise DomainError("required", _("Isi sedikitnya satu perangkat."), field="lines")
    number = request.number or serial("request", "UP", clock.today())
    moved = move(
        request, REQUEST_MOVES, to=RequestState.SUBMITTED, number=number, submitted_at=clock.now(),
        submitted_by=actor,
        endorsed_at=None, endorsed_by=None, letter=None,
    )  # fmt: skip
    return Done(request, {"state": moved, "number": [None, number]}, related=link_pledges(request))


@act(
    "endorse", _("Tanda tangani"),
    _("Anda menyetujui usulan ini atas nama unit. Usulan lalu diverifikasi Diskominfo."),
    done=_("Usulan sudah ditandatangani."), event="request.endorsed",
    who=rules.endorser, when=rules.waits_for_endorsement,
)  # fmt: skip
def sign(
    request: DeviceRequest, *, actor: User,
    letter: Annotated[Letter | None, Ask(label=_("Surat bertanda tangan"))] = None, reason: Note = "",
) -> Done[DeviceRequest]:  # fmt: skip
    """The unit head's consent: by the head's own tap, or with the signed letter.

    Where the installation asks for the letter, a tap alone does not do.
    """
    if letter is None and Installation.current().endorsement == Installation.Endorsement.LETTER:
        raise DomainError("required", LETTER_WANTED, field="letter")
    return _endorsed(request, actor, letter)


@act(
    "attach-letter", _("Lampirkan surat"),
    _("Lampirkan surat usulan yang sudah ditandatangani Camat (foto atau PDF)."),
    done=_("Surat terlampir."), event="request.endorsed", who=rules.filer, when=rules.waits_for_endorsement,
)  # fmt: skip
def attach_letter(
    request: DeviceRequest, *, actor: User,
    letter: Annotated[Letter, Ask(label=_("Surat bertanda tangan"))],  # type: ignore[valid-type]
    reason: Note = "",
) -> Done[DeviceRequest]:  # fmt: skip
    """The unit head's consent by the signed letter, which the requester attaches."""
    return _endorsed(request, actor, letter)


def endorse(
    request: DeviceRequest, *, actor: User, letter: Attachment | None = None, reason: str = ""
) -> DeviceRequest:
    """The unit head's consent in one call: ``sign``, or ``attach_letter`` by who brings the letter and may not sign.

    Who may only bring the letter and brings none is told that it is missing.
    """
    try:
        rules.endorser(actor, request)
    except NotAllowed as refusal:
        if letter is not None:
            return attach_letter(request, actor=actor, letter=letter, reason=reason)
        if refusal.code == "role_missing":
            rules.filer(actor, request)
            raise DomainError("required", LETTER_WANTED, field="letter") from None
        raise
    return sign(request, actor=actor, letter=letter, reason=reason)


@act(
    "withdraw", _("Cabut usulan"), _("Usulan dicabut dan tidak diproses lagi. Tidak dapat dibatalkan."),
    done=_("Usulan dicabut."), event="request.withdrawn",
    who=rules.filer, when=Every(rules.not_at_its_end, rules.nothing_issued),
)  # fmt: skip
def withdraw(request: DeviceRequest, *, actor: User, reason: Reason) -> Done[DeviceRequest]:
    """Take a request back while nothing is issued on it."""
    return Done(request, {"state": move(request, REQUEST_MOVES, to=RequestState.WITHDRAWN)})


def link_pledges(request: DeviceRequest) -> list[Pledge]:
    """Point every unlinked line at the oldest open pledge line that covers its unit and device. Returns the pledges."""
    pledges = {}
    for line in request.lines.filter(pledge_line__isnull=True).select_related("device_type"):
        covering = open_lines_for(in_place_of(request.unit), line.device_type).select_related("pledge").first()
        if covering:
            line.pledge_line = covering
            line.save(update_fields=["pledge_line"])
            pledges[covering.pledge_id] = covering.pledge
    return list(pledges.values())


def _endorsed(request: DeviceRequest, actor: User, letter: Attachment | None) -> Done[DeviceRequest]:
    request.endorsed_at, request.endorsed_by, request.letter = clock.now(), actor, letter
    request.save(update_fields=["endorsed_at", "endorsed_by", "letter"])
    return Done(request, {"endorsed": [None, "letter" if letter else "tap"]})


def _validate(request: DeviceRequest) -> None:
    validate(request)
    if not request.unit.active and (request.pk is None or not unit_spoken_for_by(request.unit)):
        raise DomainError("out_of_use", _("Unit ini tidak dipakai lagi."), field="unit")
    if request.on_behalf_of and not request.on_behalf_of.active:
        raise DomainError("out_of_use", _("Orang ini tidak bertugas lagi."), field="on_behalf_of")
    if request.on_behalf_of and not covers(request.unit, request.on_behalf_of.unit):
        raise DomainError("other_unit", _("Orang ini bukan dari unit pengusul."), field="on_behalf_of")
    if request.needed_by and request.needed_by < clock.today():
        raise DomainError("in_the_past", _("Tanggal ini sudah lewat."), field="needed_by")


def _put_lines(request: DeviceRequest, lines: Lines) -> list[RequestLine]:
    rows = []
    for index, values in enumerate(lines):
        accounts = values.get("accounts", [])
        line = RequestLine(request=request, **{n: v for n, v in values.items() if n != "accounts"})
        faults = faults_in(RequestLine, "note", line.note, field=f"lines.{index}.note")
        try:
            validate(line)
        except ValidationError as error:
            faults += faults_of(error, prefix=f"lines.{index}")
        if faults:
            raise DomainError("invalid", _("Baris usulan tidak lengkap."), faults=tuple(faults))
        _refuse_foreign(accounts, request.unit, f"lines.{index}.accounts")
        line.save(force_insert=True)
        if accounts:
            line.accounts.set(accounts)
        rows.append(line)
    return rows


def _refuse_foreign(accounts: list[SocialAccount], unit: Unit, field: str) -> None:
    if any(not covers(unit, account.unit) for account in accounts):
        raise DomainError("other_unit", _("Akun ini bukan milik unit pengusul."), field=field)


def _summary(lines: Iterable[RequestLine]) -> list[dict[str, Any]]:
    return [
        {"device_type": line.device_type.code, "quantity": line.quantity, "situation": line.situation} for line in lines
    ]
