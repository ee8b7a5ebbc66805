"""What waits for somebody: per kind of work, what this person must do next and what of it is overdue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce

from assets import absences, inventories, register
from assets.models import Absence, Asset, DeviceType, Handover, HandoverItem, Inventory, InventoryLine, LoanExtension
from assets.states import COMES_BACK, AssetState, Condition, HandoverKind, HandoverState, InventoryState, Missing
from core.hands import Hand
from core.models import Installation
from core.permits import four_eyes
from desks.chains import flagged
from desks.steps import ALL, NOTHING, Kind, Now, Step, Worklist, something_new
from handing_over import extending, fulfilment, issuing, returning
from org import proposing, succeeding
from org.models import CalendarDay, CalendarProposal, Grant, OfficeSuccession, Role, Succession, UnitSuccession, User
from org.models.accounts import acting
from personal import asking as personal_asking
from personal.models import SubjectRequest
from planning import plans
from planning.models import Plan
from planning.states import PlanState
from pledges import deciding, kinds, papers, pledging
from pledges.models import Closure, DeadlineRevision, LineChange, PassingOn, Pledge
from pledges.models.asked import AskedOfPledge
from pledges.reading import lapsed_among
from pledges.states import RECORDERS, Publication, RevisionKind, Status
from requests_app import approvals, filing
from requests_app.models import DeviceRequest, RequestLine
from requests_app.rules import FILERS
from requests_app.states import RequestState

LOAN_NOTICE_DAYS = 14
CHAINS = "chains"
CLERK = (Role.ASSET_CLERK,)


def worklists(user: Any) -> dict[str, Worklist]:
    """The worklists of this caller, by name. A list that is not for the caller's roles is empty."""
    now = Now()
    return {name: kind.of(user, now) for name, kind in KINDS.items()} | {CHAINS: chains(user)}


def worklist(name: str, user: Any) -> Worklist:
    """One of them."""
    return chains(user) if name == CHAINS else KINDS[name].of(user, Now())


def turns(name: str, row: Any) -> list[Step]:
    """What a row of the worklist of this name waits for, at whosever desk."""
    return KINDS[name].turns(row, Now())


def chains(user: Any) -> Worklist:
    """Requests whose chain of acts this auditor should look at (``desks.chains``). To be looked at: no act ends it."""
    found = flagged(user)
    return Worklist(found, since="decided_at")


# ---- requests


def _requests(now: Now) -> Sequence[Step]:
    """Endorse, verify, decide (again), issue, or mend what was sent back."""
    asks = now.limits.settings.endorsement != Installation.Endorsement.NONE
    submitted, decided = Q(state=RequestState.SUBMITTED), Q(state=RequestState.DECIDED)
    unsigned = Q(endorsed_at__isnull=True) if asks else NOTHING
    lines = RequestLine.objects.filter(request=OuterRef("pk"))
    sent_back = Q(state=RequestState.SENT_BACK)
    to_decide = Q(state=RequestState.VERIFIED) | decided & Q(Exists(lines.reopened()))
    return (
        Step(verbs=(filing.sign,), roles=(Role.UNIT_HEAD,), at="unit", waits=submitted & unsigned, barred=True),
        Step(verbs=(approvals.verify,), roles=(Role.VERIFIER,), at="unit", waits=submitted & ~unsigned, barred=True),
        Step(verbs=(approvals.decide,), roles=(Role.APPROVER,), at="unit", waits=to_decide, barred=True),
        Step(verbs=(issuing.issue,), roles=CLERK, at="unit", waits=decided & Q(Exists(lines.to_issue()))),
        Step(verbs=(filing.submit,), roles=(Role.REQUESTER,), at="unit", waits=sent_back),
        Step(verbs=(filing.submit,), roles=FILERS, own="filed_by", waits=sent_back),
    )


_AT_THIS_DESK = Case(
    When(state=RequestState.SUBMITTED, then=Coalesce("endorsed_at", "submitted_at")),
    When(state=RequestState.VERIFIED, then=F("verified_at")),
    When(state=RequestState.DECIDED, then=F("decided_at")),
    default=F("updated_at"),
    output_field=DateTimeField(),
)


# ---- devices and their papers


def _handovers(now: Now) -> Sequence[Step]:
    """Confirm what came, hand over what is prepared, answer what was disputed."""
    items = HandoverItem.objects.acceptable().filter(handover=OuterRef("pk"))
    came = Q(Exists(items.filter(state=HandoverState.HANDED_OVER)), state__in=_GIVEN)
    disputed = Q(Exists(items.filter(state=HandoverState.DISPUTED)), state=HandoverState.DISPUTED)
    prepared, back = Q(state=HandoverState.PREPARED), Q(kind__in=COMES_BACK)
    outward = ~back & ~Q(kind=HandoverKind.CHANGE_OF_HOLDER)
    accept, hand_over, answer = (fulfilment.accept,), (fulfilment.hand_over,), (fulfilment.answer_dispute,)
    return (
        Step(verbs=accept, roles=FILERS, at="recipient_unit", waits=came & ~back, barred=True),
        Step(verbs=accept, roles=(), own="recipient__user", waits=came & ~back, barred=True),
        Step(verbs=accept, roles=CLERK, at="recipient_unit", waits=came & back, barred=True),
        Step(verbs=hand_over, roles=CLERK, at="from_unit", waits=prepared & outward),
        Step(verbs=hand_over, roles=CLERK, at="recipient_unit", waits=prepared & back),
        Step(verbs=hand_over, roles=(*CLERK, *FILERS), own="recorded_by", waits=prepared & ~outward),
        Step(verbs=answer, roles=CLERK, at="from_unit", waits=disputed & outward),
        Step(verbs=answer, roles=(*CLERK, *FILERS), own="recorded_by", waits=disputed & ~outward),
    )


_GIVEN = (HandoverState.HANDED_OVER, HandoverState.DISPUTED)


def _undecided(loan: Any) -> Iterable[Any]:
    return [each for each in loan.extensions.all() if not each.decision]


def _devices_of(loan: Any) -> Iterable[Any]:
    return [item.asset for item in loan.items.select_related("asset")]


def _returns(now: Now) -> Sequence[Step]:
    """Loans to give back, or to record as given back: within two weeks, or late; and those asked to stay out longer."""
    loans = Handover.objects.filter(kind=HandoverKind.LOAN)
    soon = Q(pk__in=loans.overdue_back(now.today + timedelta(days=LOAN_NOTICE_DAYS + 1)).values("pk"))
    asked = Q(Exists(LoanExtension.objects.filter(decision="", handover=OuterRef("pk"))))
    return (
        Step(verbs=(returning.give_back,), roles=FILERS, at="recipient_unit", waits=soon, on=_devices_of),
        Step(verbs=(fulfilment.record_handover,), roles=CLERK, at="from_unit", waits=soon, on=something_new),
        Step(verbs=(extending.decide,), roles=CLERK, at="from_unit", waits=asked, on=_undecided, barred=True),
    )


def _damaged(_now: Now) -> QuerySet:
    kept = [AssetState.ISSUED, AssetState.IN_STOCK, AssetState.HELD]
    damaged = [each for each in Condition if each.worn or not each.fit]
    return Asset.objects.with_state().filter(state__in=kept, condition__in=damaged)


def _conditions(_now: Now) -> Sequence[Step]:
    """Damaged devices nobody is repairing; those no longer fit for use are overdue."""
    return [Step(verbs=(register.start_repair,), roles=CLERK, at="unit", waits=ALL)]


def _away_rows(now: Now) -> QuerySet:
    """Devices of which the holder's unit has something to say: its repair is over by the keeper's word, or he says that
    it is lost; overdue where the count for a promise stands still."""
    missed = Absence.objects.open().filter(asset=OuterRef("pk"))
    devices = Asset.objects.with_state().filter(Exists(missed))
    return devices.filter(~Q(state=AssetState.IN_REPAIR) | Q(Exists(missed.filter(stops_on__lte=now.today))))


def _away(_now: Now) -> Sequence[Step]:
    missed = Absence.objects.open().filter(asset=OuterRef("pk"))
    repaired, lost = (Q(Exists(missed.filter(kind=kind))) for kind in (Missing.REPAIR, Missing.LOSS))
    speaks: dict[str, Any] = {"roles": FILERS, "at": "open_custody__unit", "barred": True}
    return (
        Step(verbs=(absences.confirm_back, absences.agree_repair), waits=repaired, **speaks),
        Step(verbs=(absences.confirm_loss,), waits=lost, **speaks),
    )


def _stands_still(_rows: QuerySet, now: Now) -> Q:
    return Q(Exists(Absence.objects.open().filter(asset=OuterRef("pk"), stops_on__lte=now.today)))


_HOLDER = "open_custody__person"


def _left_holders(_now: Now) -> QuerySet:
    """Devices whose holder is to leave or has no account any more, and that are on no paper yet by which they go on."""
    leaving = Q(**{f"{_HOLDER}__leaving_since__isnull": False})
    closed = Q(**{f"{_HOLDER}__user__isnull": False}) & ~acting(f"{_HOLDER}__user__")
    prepared = HandoverItem.objects.filter(asset=OuterRef("pk"), state=HandoverState.PREPARED)
    return Asset.objects.with_state().filter(leaving | closed | _out_of_use()).exclude(Exists(prepared))


def _out_of_use() -> Q:
    return Q(**{f"{_HOLDER}__active": False}) | Q(open_custody__unit__active=False)


def _holders(_now: Now) -> Sequence[Step]:
    """Another holder, or back into store: for their keeper; what goes to no other unit also for their own."""
    receiver = Q(**{f"{_HOLDER}__devices_to__isnull": True})
    stays = Q(**{f"{_HOLDER}__devices_to__unit": F("open_custody__unit")})
    hands_on: dict[str, Any] = {"verbs": (fulfilment.record_handover,), "on": something_new}
    return (
        Step(roles=FILERS, at="open_custody__unit", waits=receiver | stays, **hands_on),
        Step(roles=CLERK, at="unit", waits=ALL, **hands_on),
    )


def _long_left(_rows: QuerySet, now: Now) -> Q:
    """Two weeks after it was said, and where person or unit are out of use already."""
    return Q(**{f"{_HOLDER}__leaving_since__lt": now.today - timedelta(days=LOAN_NOTICE_DAYS)}) | _out_of_use()


def _unanswered(inventory: Any) -> Iterable[Any]:
    return inventory.lines.filter(answer="").select_related("unit")


def _not_the_opener(user: Any, inventory: Inventory) -> None:
    four_eyes(user, Hand(inventory.opened_by_id, inventory.created_at))


def _inventories(now: Now) -> Sequence[Step]:
    """Answer for the devices of one's unit; close, when all is answered or the last day has passed."""
    open_lines = InventoryLine.objects.filter(inventory=OuterRef("pk"), answer="")
    closing = Q(due_on__lt=now.today) | ~Q(Exists(open_lines))
    return (
        Step(
            verbs=(inventories.confirm, inventories.not_found), roles=FILERS, at="unit", among=open_lines,
            waits=Q(Exists(open_lines)), on=_unanswered, barred=True, who=_not_the_opener,
        ),
        Step(verbs=(inventories.close,), roles=CLERK, at="unit", waits=closing),
    )  # fmt: skip


def _device_types(_now: Now) -> Sequence[Step]:
    return [Step(verbs=(kinds.confirm,), roles=kinds.CONFIRMERS, waits=ALL, barred=True)]


# ---- pledges


def _pledges(now: Now) -> Sequence[Step]:
    """Pass words on to the next desk, mend what came back; see to what was promised where its day is near or past.

    A published pledge has one desk, that of the verifier of the unit that answers for it: he asks what others decide.
    """
    draft, submitted = Q(publication=Publication.DRAFT), Q(publication=Publication.SUBMITTED)
    late, back = Q(pk__in=now.unpublished["late"]), Q(sent_back_at__isnull=False)
    acting = User.objects.acting()
    recording = Grant.objects.at().filter(user=OuterRef("recorded_by"), role__in=RECORDERS, user__in=acting)
    orphaned = ~Q(Exists(recording))
    wanting = Q(status__in=[*_SOON, *_BEHIND], publication=Publication.PUBLISHED)
    recorder: dict[str, Any] = {"roles": RECORDERS, "own": "recorded_by"}
    verifier: dict[str, Any] = {"roles": (Role.VERIFIER,), "at": "responsible_unit"}
    return (
        Step(verbs=(pledging.submit,), waits=draft & (late | ~back), **verifier),
        Step(verbs=(pledging.change,), waits=draft & back, **recorder),
        Step(verbs=(pledging.submit,), waits=draft & late, **recorder),
        Step(verbs=(pledging.take_over,), roles=FILERS, at="recorded_in", waits=draft & back & orphaned, barred=True),
        Step(
            verbs=(pledging.publish,), roles=(Role.PUBLISHER,), at="responsible_unit",
            waits=submitted & ~Q(pk__in=now.unpublished["told"]), barred=True,
        ),
        Step(verbs=(papers.add_effort,), waits=wanting, **verifier),
    )  # fmt: skip


_SOON = (Status.DUE_SOON, Status.UNDATED, Status.NEEDS_DEADLINE)
_BEHIND = (*Status.PAST_DUE, Status.EXTENDED, Status.DANGLING, Status.TAKEN_BACK)


def _late_pledges(_rows: QuerySet, now: Now) -> Q:
    behind = Q(status__in=_BEHIND, publication=Publication.PUBLISHED)
    return behind | Q(pk__in=now.unpublished["late"])


def _asked(model: type[AskedOfPledge], to_confirm: Q = NOTHING, **more: Any) -> Kind:
    """What others asked about pledges that are still open, and that did not lapse; overdue when the deadline in force
    of the pledge has passed. ``to_confirm``: what another has to say yes to before it is decided."""

    def rows(_now: Now) -> QuerySet:
        waiting = model._default_manager.filter(decision="").select_related("pledge")
        return model._default_manager.filter(decision="").exclude(pk__in=lapsed_among(waiting))

    def steps(_now: Now) -> Sequence[Step]:
        sekda: dict[str, Any] = {"roles": (Role.DECIDER,), "at": "pledge__responsible_unit", "barred": True}
        return [Step(verbs=(deciding.decide,), waits=~to_confirm, **sekda)]

    return Kind(**{"model": model, "rows": rows, "steps": steps, **_OF_PLEDGE, **more})


def _late_asked(rows: QuerySet, _now: Now) -> Q:
    judged = Pledge.objects.filter(pk__in=rows.values("pledge")).judged().values_list("pk", "status")
    return Q(pledge__in=[pk for pk, status in judged if status in Status.PAST_DUE])


def _corrections(_now: Now) -> Sequence[Step]:
    """Corrections whose paper waits for a publisher."""
    ppid = (Role.PUBLISHER,)
    return [Step(verbs=(deciding.confirm,), roles=ppid, at="pledge__responsible_unit", waits=_UNCONFIRMED, barred=True)]


_OF_PLEDGE: dict[str, Any] = {
    "since": "asked_at", "related": AskedOfPledge.read_with, "brought_with": ("pledge",), "late": _late_asked,
}  # fmt: skip
_UNCONFIRMED = Q(kind=RevisionKind.CORRECTION, confirmed_at__isnull=True)


# ---- plans, reference, people


def _plans(_now: Now) -> Sequence[Step]:
    """A draft waits for its review by another, a reviewed plan to be fixed."""
    draft, reviewed = Q(state=PlanState.DRAFT), Q(state=PlanState.REVIEWED)
    return (
        Step(verbs=(plans.review,), roles=(Role.APPROVER, Role.PLANNER), at="within", waits=draft, barred=True),
        Step(verbs=(plans.freeze,), roles=(Role.PLANNER,), at="within", waits=reviewed),
    )


def _calendar(_now: Now) -> Sequence[Step]:
    roles = tuple(CalendarDay.kept_by)
    return [Step(verbs=(proposing.decide,), roles=roles, waits=ALL, barred=True)]


def _successions(model: type[Succession]) -> Kind:
    def steps(_now: Now) -> Sequence[Step]:
        return [Step(verbs=(succeeding.decide,), roles=(Role.DECIDER,), waits=ALL, barred=True)]

    return Kind(
        model=model, rows=lambda _now: model._default_manager.filter(decision=""), steps=steps, since="asked_at"
    )


def _personal(_now: Now) -> Sequence[Step]:
    roles = (Role.USER_ADMIN,)
    return [Step(verbs=(personal_asking.decide,), roles=roles, waits=ALL, barred=True)]


KINDS: Mapping[str, Kind] = {
    "requests": Kind(
        model=DeviceRequest, rows=lambda _now: DeviceRequest.objects.with_state(), steps=_requests,
        late=lambda rows, now: Q(pk__in=now.limits.overdue(rows).values("pk")), since=_AT_THIS_DESK,
        related=DeviceRequest.read_with,
    ),
    "handovers": Kind(
        model=Handover, steps=_handovers,
        late=lambda _rows, now: now.limits.late_receipts(now.today),
        since=Coalesce("recorded_at", "created_at"), related=Handover.read_with,
    ),
    "returns": Kind(
        model=Handover, rows=lambda _now: Handover.objects.filter(kind=HandoverKind.LOAN), steps=_returns,
        late=lambda _rows, now: Q(pk__in=Handover.objects.all().overdue_back(now.today).values("pk")),
        since="due_back_on", related=Handover.read_with, fetched=("extensions",),
    ),
    "conditions": Kind(
        model=Asset, rows=_damaged, steps=_conditions, since="updated_at",
        late=lambda _rows, _now: Q(condition__in=Condition.which(fit=False)),
    ),
    "away": Kind(model=Asset, rows=_away_rows, steps=_away, late=_stands_still, since="updated_at"),
    "holders": Kind(
        model=Asset, rows=_left_holders, steps=_holders, late=_long_left, since=f"{_HOLDER}__leaving_since",
    ),
    "device-types": Kind(
        model=DeviceType, rows=lambda _now: DeviceType.objects.unconfirmed(), steps=_device_types, since="added_at",
    ),
    "inventories": Kind(
        model=Inventory, rows=lambda _now: Inventory.objects.filter(state=InventoryState.OPEN), steps=_inventories,
        late=lambda _rows, now: Q(due_on__lt=now.today), since="due_on",
    ),
    "pledges": Kind(
        model=Pledge, rows=lambda _now: Pledge.objects.judged(), steps=_pledges, late=_late_pledges, since="due_on",
        related=("responsible_unit", "office__unit", "recorded_in"),
    ),
    "plans": Kind(
        model=Plan, steps=_plans, since=Coalesce("reviewed_at", "created_at"),
        related=("within",),
    ),
    "revisions": _asked(DeadlineRevision, _UNCONFIRMED),
    "line-changes": _asked(LineChange),
    "closures": _asked(Closure),
    "pass-ons": _asked(PassingOn),
    "corrections": _asked(DeadlineRevision, steps=_corrections),
    "calendar-proposals": Kind(
        model=CalendarProposal, rows=lambda _now: CalendarProposal.objects.filter(decision=""), steps=_calendar,
        since="asked_at",
    ),
    "unit-successions": _successions(UnitSuccession),
    "office-successions": _successions(OfficeSuccession),
    "personal-requests": Kind(
        model=SubjectRequest, rows=lambda _now: SubjectRequest.objects.filter(decision=""), steps=_personal,
        late=lambda rows, _now: Q(pk__in=rows.late().values("pk")), since="asked_at",  # type: ignore[attr-defined]
        related=("person",),
    ),
}  # fmt: skip
