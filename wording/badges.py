"""The state of a thing in two or three words, and the tone in which they are said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from assets.models import Inventory
from assets.states import AssetState, Condition, HandoverState, InventoryAnswer, InventoryState
from core import clock, words
from core.models import Job, Outcome
from org.models import Grant, Token, User
from planning.states import PlanState
from pledges.states import Publication, Status
from requests_app.models import RequestLine
from requests_app.states import LineDecision, RequestState


class Tone(StrEnum):
    """Done well; soon or not yet; late or gone wrong; over or of no weight; under way."""

    GOOD = "good"
    SOON = "soon"
    LATE = "late"
    CALM = "calm"
    BRAND = "brand"


@dataclass(frozen=True)
class Badge:
    text: str | Promise
    tone: Tone = Tone.CALM


def kind(device_type: Any) -> Badge:
    """Whether a second person confirmed that a device type belongs to its family."""
    if device_type.unconfirmed:
        return Badge(_("menunggu konfirmasi"), Tone.SOON)
    return Badge(_("dikonfirmasi"), Tone.GOOD)


PLEDGE_TONES = {
    Status.MERGED: Tone.CALM,
    Status.WITHDRAWN: Tone.CALM,
    Status.EXCUSED: Tone.CALM,
    Status.TAKEN_BACK: Tone.LATE,
    Status.KEPT_ON_TIME: Tone.GOOD,
    Status.KEPT_LATE: Tone.SOON,
    Status.KEPT_UNDATED: Tone.GOOD,
    Status.KEPT_ON_LATE_DATE: Tone.GOOD,
    Status.UNDATED: Tone.CALM,
    Status.NEEDS_DEADLINE: Tone.SOON,
    Status.DANGLING: Tone.SOON,
    Status.OVERDUE: Tone.LATE,
    Status.LONG_OVERDUE: Tone.LATE,
    Status.EXTENDED: Tone.SOON,
    Status.DUE_SOON: Tone.SOON,
    Status.ON_TRACK: Tone.BRAND,
}
PUBLICATION_TONES = {
    Publication.DRAFT: Tone.CALM,
    Publication.SUBMITTED: Tone.SOON,
    Publication.PUBLISHED: Tone.BRAND,
    Publication.REJECTED: Tone.LATE,
}
ASSET_TONES = {
    AssetState.RETIRED: Tone.CALM,
    AssetState.LOST: Tone.LATE,
    AssetState.IN_REPAIR: Tone.SOON,
    AssetState.ISSUED: Tone.BRAND,
    AssetState.HELD: Tone.SOON,
    AssetState.IN_STOCK: Tone.GOOD,
}
CONDITION_TONES = {each: (Tone.SOON if each.worn else Tone.GOOD) if each.fit else Tone.LATE for each in Condition}
HANDOVER_TONES = {
    HandoverState.PREPARED: Tone.SOON,
    HandoverState.HANDED_OVER: Tone.SOON,
    HandoverState.ACCEPTED: Tone.GOOD,
    HandoverState.DISPUTED: Tone.LATE,
    HandoverState.CANCELLED: Tone.CALM,
}
ANSWER_TONES = {InventoryAnswer.CONFIRMED: Tone.GOOD, InventoryAnswer.NOT_FOUND: Tone.LATE}
REQUEST_TONES = {
    RequestState.DRAFT: Tone.CALM,
    RequestState.SUBMITTED: Tone.SOON,
    RequestState.SENT_BACK: Tone.LATE,
    RequestState.VERIFIED: Tone.SOON,
    RequestState.DECIDED: Tone.BRAND,
    RequestState.FULFILLED: Tone.GOOD,
    RequestState.CLOSED: Tone.CALM,
    RequestState.WITHDRAWN: Tone.CALM,
}
PLAN_TONES = {PlanState.DRAFT: Tone.CALM, PlanState.REVIEWED: Tone.SOON, PlanState.FROZEN: Tone.GOOD}
JOB_TONES = {
    Job.State.QUEUED: Tone.CALM,
    Job.State.RUNNING: Tone.SOON,
    Job.State.DONE: Tone.GOOD,
    Job.State.FAILED: Tone.LATE,
}
WAITING = {
    "endorse": _("Menunggu tanda tangan Camat"),
    "verify": _("Menunggu verifikasi"),
    "decide": _("Menunggu keputusan"),
    "issue": _("Menunggu penyerahan"),
    "receive": _("Menunggu konfirmasi penerima"),
}


def pledge(judged: Any, extensions: int = 0) -> Badge:
    """The publication until it is published, then the judged status and how often its date was moved back."""
    if judged.publication != Publication.PUBLISHED:
        publication = Publication(judged.publication)
        return Badge(publication.label, PUBLICATION_TONES[publication])
    status = Status(judged.status)
    moved = ngettext("diundur %(n)s kali", "diundur %(n)s kali", extensions) % {"n": extensions}
    return Badge(f"{status.label} · {moved}" if extensions else status.label, PLEDGE_TONES[status])


def asked(change: Any, *, lapsed: bool = False) -> Badge:
    """Of what one asks for and another decides; ``lapsed``: it can no longer be decided."""
    if lapsed:
        return Badge(_("Gugur"))
    if not change.decision:
        return Badge(WAITING["decide"], Tone.SOON)
    outcome = Outcome(change.decision)
    return Badge(outcome.label, Tone.GOOD if outcome == Outcome.APPROVE else Tone.CALM)


def asset(state: str) -> Badge:
    return Badge(AssetState(state).label, ASSET_TONES[AssetState(state)])


def condition(condition: str) -> Badge:
    return Badge(Condition(condition).label, CONDITION_TONES[Condition(condition)])


def handover(state: str) -> Badge:
    known = HandoverState(state)
    return Badge(WAITING["receive"] if known == HandoverState.HANDED_OVER else known.label, HANDOVER_TONES[known])


def inventory(counted: Inventory) -> Badge:
    state = InventoryState(counted.state)
    if state == InventoryState.CLOSED:
        return Badge(state.label)
    return Badge(state.label, Tone.LATE if counted.due_on < clock.today() else Tone.SOON)


def answer(given: str) -> Badge:
    """Of a device in an inventory; ``given`` is empty until its unit answers."""
    if not given:
        return Badge(_("Belum dijawab"), Tone.SOON)
    return Badge(InventoryAnswer(given).label, ANSWER_TONES[InventoryAnswer(given)])


def request(state: str, step: str, *, late: bool) -> Badge:
    """What a request in ``state`` waits for (a key of ``WAITING``, empty for nothing); ``late``: for too long."""
    known = RequestState(state)
    label = WAITING.get(step) or (_("Ditunda") if known == RequestState.DECIDED else known.label)
    return Badge(label, Tone.LATE if late else REQUEST_TONES[known])


def request_line(line: RequestLine) -> Badge | None:
    """What was decided of a line; None until then."""
    if line.decision == LineDecision.APPROVE:
        number = {"n": words.thousands(line.approved_quantity or 0), "all": words.thousands(line.quantity)}
        return Badge(gettext("Disetujui %(n)s dari %(all)s") % number, Tone.GOOD)
    if line.decision == LineDecision.REJECT:
        return Badge(_("Ditolak"), Tone.LATE)
    if line.decision == LineDecision.DEFER:
        return Badge(gettext("Ditunda ke %(year)s") % {"year": line.defer_to_year}, Tone.SOON)
    return None


def plan(state: str) -> Badge:
    return Badge(PlanState(state).label, PLAN_TONES[PlanState(state)])


def job(state: str) -> Badge:
    return Badge(Job.State(state).label, JOB_TONES[Job.State(state)])


def in_use(active: bool) -> Badge:
    return Badge(_("Aktif"), Tone.GOOD) if active else Badge(_("Tidak aktif"))


def account(user: User) -> Badge:
    if user.is_active and not user.acts:
        return Badge(_("Pemegang tidak bertugas"), Tone.SOON)
    return Badge(_("Administrator utama"), Tone.BRAND) if user.is_superuser else in_use(user.is_active)


def token(one: Token) -> Badge:
    if one.revoked_at:
        return Badge(_("Dicabut"))
    return Badge(_("Berlaku"), Tone.GOOD) if one.live else Badge(_("Tidak berlaku lagi"))


LEAVING = Badge(_("Akan pindah atau berhenti"), Tone.SOON)


def grant(given: Grant) -> Badge:
    today = clock.today()
    if given.ends_on and given.ends_on < today:
        return Badge(_("Berakhir"))
    return Badge(_("Belum mulai"), Tone.SOON) if given.starts_on > today else Badge(_("Berlaku"), Tone.GOOD)
