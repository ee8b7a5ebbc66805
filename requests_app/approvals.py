"""The office's side of a request: verify, send back, decide line by line, close short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from core import clock
from core.acts import Done, act
from core.errors import DomainError, Fault
from core.journal import Private
from core.lifecycle import move
from core.numbers import thousands
from core.permits import Every
from core.taking import Ask, Note, Reason, faults_in
from org.models import User
from requests_app import rules
from requests_app.filing import link_pledges
from requests_app.models import DeviceRequest, RequestLine
from requests_app.states import REQUEST_MOVES, LineDecision, RequestState


@dataclass(frozen=True)
class Decided:
    """What is decided about one line: ``id`` of the line, decision, and what that decision needs."""

    id: int
    decision: str
    approved_quantity: int | None = None
    reason: str = ""
    defer_to_year: int | None = None


@act(
    "verify", _("Verifikasi"), _("Anda menyatakan usulan ini lengkap dan wajar. Usulan lalu menunggu keputusan."),
    done=_("Usulan diverifikasi."), event="request.verified",
    who=rules.verifier, when=Every(rules.submitted, rules.endorsed), many=True,
)  # fmt: skip
def verify(request: DeviceRequest, *, actor: User, reason: Note = "") -> Done[DeviceRequest]:
    """Confirm that the request is complete and plausible. By a verifier who neither filed nor endorsed it."""
    moved = move(request, REQUEST_MOVES, to=RequestState.VERIFIED, verified_at=clock.now(), verified_by=actor)
    return Done(request, {"state": moved})


@act(
    "send-back", _("Kembalikan"), _("Usulan kembali ke unit untuk diperbaiki; tulis apa yang kurang."),
    done=_("Usulan dikembalikan."), event="request.sent_back", who=rules.sender_back, when=rules.with_the_office,
)  # fmt: skip
def send_back(request: DeviceRequest, *, actor: User, reason: Reason) -> Done[DeviceRequest]:
    """Return the request to its unit with what is to be mended."""
    moved = move(request, REQUEST_MOVES, to=RequestState.SENT_BACK, verified_at=None, verified_by=None)
    return Done(request, {"state": moved})


def _alike(
    requests: Sequence[DeviceRequest], *,
    decision: Annotated[LineDecision, Ask(column=(RequestLine, "decision"))],
    reason: Annotated[str, Ask(column=(RequestLine, "reason"), help=_("Wajib bila ditolak atau ditunda."))] = "",
    defer_to_year: Annotated[
        int | None, Ask(column=(RequestLine, "defer_to_year"), help=_("Hanya bila ditunda."))
    ] = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Every open line of each request decided the same way; what is approved, in full."""
    approves = decision == LineDecision.APPROVE
    return [
        {"lines": [
            Decided(each.pk, decision, each.quantity if approves else None, reason, defer_to_year)
            for each in request.lines.open_to_decision().order_by("pk")
        ]}
        for request in requests
    ]  # fmt: skip


@act(
    "decide", _("Putuskan"),
    _("Setujui, tolak atau tunda setiap perangkat. Keputusan dan alasannya dibaca pengusul."),
    done=_("Keputusan tercatat."), event="request.decided", who=rules.approver, when=rules.open_to_decision,
    many=_alike,
)  # fmt: skip
def decide(request: DeviceRequest, *, actor: User, lines: Iterable[Decided], reason: Note = "") -> Done[DeviceRequest]:
    """Decide every open line at once: approve (up to the requested quantity), reject or defer, with reasons.

    Open lines are the undecided ones, and deferred ones from 1 January of their year. All-or-nothing: a line left out,
    named twice or not open is a fault. By an approver who neither filed, endorsed nor verified it.
    """
    open_lines = {line.pk: line for line in request.lines.open_to_decision().select_related("device_type")}
    decisions = _checked(list(lines), open_lines)
    moved = [request.state, RequestState.DECIDED]
    if request.state == RequestState.VERIFIED:
        moved = move(request, REQUEST_MOVES, to=RequestState.DECIDED, decided_at=clock.now(), decided_by=actor)
    elif not request.lines.owing().exists():
        request.decided_at = clock.now()
        request.save(update_fields=["decided_at"])
    for each in decisions:
        _apply(open_lines[each.id], each)
    pledges = link_pledges(request)
    changes = {"state": moved, "lines": [None, [_summary(open_lines[each.id], each) for each in decisions]]}
    return Done(request, changes, related=pledges)


@act(
    "close-short", _("Tutup sisa"),
    _("Sisa yang belum diserahkan tidak akan diserahkan lagi. Tidak dapat dibatalkan."),
    done=_("Sisa ditutup."), event="request.closed_short", who=rules.approver, when=rules.short_of_something,
)  # fmt: skip
def close_short(request: DeviceRequest, *, actor: User, reason: Reason) -> Done[DeviceRequest]:
    """End what is outstanding on the approved lines: nothing more will be issued."""
    outstanding = {line.pk: line.outstanding for line in request.lines.with_quantities().filter(outstanding__gt=0)}
    request.lines.filter(pk__in=outstanding).update(closed_at=clock.now())
    return Done(request, {"outstanding": [[{"line": pk, "quantity": n} for pk, n in outstanding.items()], []]})


def _checked(decisions: list[Decided], open_lines: dict[int, RequestLine]) -> list[Decided]:
    faults = []
    named = set()
    for index, each in enumerate(decisions):
        line = open_lines.get(each.id)
        if line is None or each.id in named:
            not_open = _("Baris ini tidak menunggu keputusan pada usulan ini.")
            faults.append(Fault(f"lines.{index}.id", "not_open", not_open))
        else:
            faults += _faults(each, line, f"lines.{index}")
        named.add(each.id)
    for pk, line in open_lines.items():
        if pk not in named:
            detail = _("Baris %(id)s (%(what)s) belum diputuskan.") % {"id": pk, "what": line.device_type}
            faults.append(Fault("lines", "missing", detail))
    if faults:
        raise DomainError("invalid", _("Keputusan belum lengkap."), faults=tuple(faults))
    return decisions


def _faults(each: Decided, line: RequestLine, path: str) -> list[Fault]:
    found = faults_in(RequestLine, "reason", each.reason, field=f"{path}.reason")
    if each.decision == LineDecision.APPROVE:
        if each.approved_quantity is None or not 0 < each.approved_quantity <= line.quantity:
            detail = _("Jumlah disetujui antara 1 dan %(n)s.") % {"n": thousands(line.quantity)}
            found.append(Fault(f"{path}.approved_quantity", "out_of_range", detail))
        return found
    if each.decision not in LineDecision.values:
        return [Fault(f"{path}.decision", "invalid_choice", _("Keputusan: approve, reject atau defer."))]
    if not each.reason.strip():
        found.append(Fault(f"{path}.reason", "required", _("Beri alasan penolakan atau penundaan.")))
    if each.decision == LineDecision.DEFER and (
        each.defer_to_year is None or not clock.today().year < each.defer_to_year <= clock.today().year + 10
    ):
        found.append(Fault(f"{path}.defer_to_year", "out_of_range", _("Tahun tujuan penundaan sesudah tahun ini.")))
    return found


def _apply(line: RequestLine, each: Decided) -> None:
    approves, defers = each.decision == LineDecision.APPROVE, each.decision == LineDecision.DEFER
    line.decision, line.reason = each.decision, each.reason
    line.approved_quantity = each.approved_quantity if approves else None
    line.defer_to_year = each.defer_to_year if defers else None
    line.full_clean(exclude=["request", "pledge_line"])
    line.save(update_fields=["decision", "reason", "approved_quantity", "defer_to_year"])


def _summary(line: RequestLine, each: Decided) -> dict[str, Any]:
    return {
        "line": line.pk,
        "device_type": line.device_type.code,
        "decision": each.decision,
        "quantity": line.quantity,
        "approved_quantity": line.approved_quantity,
        "defer_to_year": line.defer_to_year,
        "reason": Private(each.reason),
    }
