"""What waits for somebody: per kind of work, what is due at this person's desk and what of it is overdue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from assets.models import Absence, Asset, DeviceType, Handover, HandoverItem, Inventory, InventoryLine, LoanExtension
from assets.states import AWAITING, COMES_BACK, AssetState, Condition, HandoverKind, HandoverState, InventoryState
from core import clock
from core.hands import hands_of
from core.models import Installation
from desks.chains import flagged
from desks.limits import ServiceLimits
from org.models import CalendarDay, CalendarProposal, OfficeSuccession, Role, Succession, UnitSuccession
from org.rules import reach
from personal.models import SubjectRequest
from pledges import kinds, notice
from pledges.models import Closure, DeadlineRevision, LineChange, PassingOn, Pledge
from pledges.models.asked import AskedOfPledge
from pledges.reading import lapsed_among
from pledges.states import Publication, RevisionKind, Status
from requests_app.models import DeviceRequest, RequestLine
from requests_app.states import RequestState

LOAN_NOTICE_DAYS = 14


@dataclass(frozen=True)
class Worklist:
    """``due``: everything that waits and is still in time; ``overdue``: past its limit. They are disjoint."""

    due: QuerySet
    overdue: QuerySet

    @property
    def all(self) -> QuerySet:
        return self.due | self.overdue


def worklists(user: Any) -> dict[str, Worklist]:
    """The worklists of this caller, by name. A list that is not for the caller's roles is empty."""
    return {name: build(user) for name, build in BY_NAME.items()}


def requests(user: Any, limits: ServiceLimits) -> Worklist:
    """Requests whose next step is this person's: endorse, verify, decide (again), issue, or mend what was sent back."""
    here = Q(pk__in=[])
    asks = limits.settings.endorsement != Installation.Endorsement.NONE
    submitted, decided = Q(state=RequestState.SUBMITTED), Q(state=RequestState.DECIDED)
    unendorsed = submitted & Q(endorsed_at__isnull=True)
    lines = RequestLine.objects.filter(request=OuterRef("pk"))
    desks = (
        (Role.UNIT_HEAD, unendorsed if asks else Q(pk__in=[])),
        (Role.VERIFIER, submitted & ~unendorsed if asks else submitted),
        (Role.APPROVER, Q(state=RequestState.VERIFIED) | decided & Exists(lines.reopened())),
        (Role.ASSET_CLERK, decided & Exists(lines.owing())),
        (Role.REQUESTER, Q(state=RequestState.SENT_BACK)),
    )
    for role, waiting in desks:
        here |= waiting & _at_desk(user, role, "unit")
    waiting_here = DeviceRequest.objects.visible_to(user).with_state().filter(here)
    waiting_here = waiting_here.exclude(Q(filed_by=user) & ~Q(state__in=[RequestState.SENT_BACK, RequestState.DECIDED]))
    overdue = limits.overdue(waiting_here)
    return Worklist(waiting_here.exclude(pk__in=overdue.values("pk")), overdue)


def handovers(user: Any, limits: ServiceLimits) -> Worklist:
    """Handovers that this person's unit should confirm, and prepared ones that the asset clerk should hand over."""
    outward = ~Q(kind__in=COMES_BACK) & (
        _at_desk(user, Role.REQUESTER, "recipient_unit") | _at_desk(user, Role.UNIT_HEAD, "recipient_unit")
    )
    inward = Q(kind__in=COMES_BACK) & _at_desk(user, Role.ASSET_CLERK, "recipient_unit")
    there = Exists(HandoverItem.objects.acceptable().filter(handover=OuterRef("pk"), state__in=AWAITING))
    receiving = Q(there, state__in=AWAITING) & (outward | inward) & ~Q(recorded_by__in=hands_of(user))
    giving = Q(state=HandoverState.PREPARED) & _at_desk(user, Role.ASSET_CLERK, "from_unit")
    waiting = Handover.objects.visible_to(user).filter(receiving | giving)
    late = limits.late_receipts(clock.today())
    return Worklist(waiting.exclude(late), waiting.filter(late))


def returns(user: Any) -> Worklist:
    """Loans that are to come back: within two weeks, or late; for the clerk also those asked to stay out longer."""
    clerk = _at_desk(user, Role.ASSET_CLERK, "from_unit")
    desk = clerk | _at_desk(user, Role.REQUESTER, "recipient_unit")
    loans = Handover.objects.visible_to(user).filter(desk, kind=HandoverKind.LOAN)
    today = clock.today()
    soon = loans.overdue_back(today + timedelta(days=LOAN_NOTICE_DAYS + 1)).values("pk")
    asked = LoanExtension.objects.filter(decision="").exclude(asked_by__in=hands_of(user)).values("handover")
    overdue = loans.overdue_back(today)
    due = loans.filter(Q(pk__in=soon) | (clerk & Q(pk__in=asked)))
    return Worklist(due.exclude(pk__in=overdue.values("pk")), overdue)


def conditions(user: Any) -> Worklist:
    """Damaged devices nobody is repairing: worn ones are due, those no longer fit for use overdue."""
    damaged = Asset.objects.visible_to(user).with_state().filter(_at_desk(user, Role.ASSET_CLERK, "unit"))
    damaged = damaged.filter(state__in=[AssetState.ISSUED, AssetState.IN_STOCK, AssetState.HELD])
    worn, unfit = Condition.which(worn=True), Condition.which(fit=False)
    return Worklist(damaged.filter(condition__in=worn), damaged.filter(condition__in=unfit))


def away(user: Any) -> Worklist:
    """Devices of which the holder's unit has something to say: its repair is over by the keeper's word, or he says that
    it is lost; overdue where the count for a promise stands still."""
    here = _at_desk(user, Role.REQUESTER, "open_custody__unit") | _at_desk(user, Role.UNIT_HEAD, "open_custody__unit")
    missed = Absence.objects.open().filter(asset=OuterRef("pk"))
    devices = Asset.objects.visible_to(user).with_state().filter(here, Exists(missed))
    still = Q(Exists(missed.filter(stops_on__lte=clock.today())))
    mended = ~Q(state=AssetState.IN_REPAIR)
    return Worklist(devices.filter(mended & ~still), devices.filter(still))


def holders(user: Any) -> Worklist:
    """Devices whose holder is to leave or has no account any more, for their keeper and their unit; overdue two weeks
    after it was said, and where person or unit are out of use already."""
    desk = _at_desk(user, Role.ASSET_CLERK, "unit")
    for role in (Role.REQUESTER, Role.UNIT_HEAD):
        desk |= _at_desk(user, role, "open_custody__unit")
    person, long_ago = "open_custody__person", clock.today() - timedelta(days=LOAN_NOTICE_DAYS)
    devices = Asset.objects.visible_to(user).with_state().filter(desk)
    leaving = Q(**{f"{person}__leaving_since__isnull": False}) | Q(**{f"{person}__user__is_active": False})
    late = Q(**{f"{person}__leaving_since__lt": long_ago}) | Q(**{f"{person}__active": False})
    late |= Q(open_custody__unit__active=False)
    return Worklist(devices.filter(leaving).exclude(pk__in=devices.filter(late).values("pk")), devices.filter(late))


def device_types(user: Any) -> Worklist:
    """Device types that wait for the confirmation of a second person, and that somebody else entered."""
    desk = any(each.whole and each.role in kinds.CONFIRMERS for each in reach(user).held)
    waiting = DeviceType.objects.unconfirmed().exclude(added_by__in=hands_of(user))
    return Worklist(waiting if desk else waiting.none(), waiting.none())


def calendar_proposals(user: Any) -> Worklist:
    """Days of the calendar that another proposed and that wait for a second keeper of it."""
    desk = any(each.role in CalendarDay.kept_by and each.whole for each in reach(user).held)
    waiting = CalendarProposal.objects.filter(decision="").exclude(asked_by=user)
    return Worklist(waiting if desk else waiting.none(), waiting.none())


def unit_successions(user: Any) -> Worklist:
    """Successors of units that another proposed and that wait for this decider."""
    return _successions(UnitSuccession, user, "predecessor")


def office_successions(user: Any) -> Worklist:
    """Successors of offices that another proposed and that wait for this decider."""
    return _successions(OfficeSuccession, user, "predecessor__unit")


def _successions(model: type[Succession], user: Any, unit: str) -> Worklist:
    waiting = model._default_manager.filter(_at_desk(user, Role.DECIDER, unit), decision="").exclude(asked_by=user)
    return Worklist(waiting, waiting.none())


def inventories(user: Any) -> Worklist:
    """Inventories in which this person's unit has devices to answer for, and those for the clerk to close.

    The clerk's turn comes when all is answered or the last day has passed.
    """
    unanswered = InventoryLine.objects.filter(inventory=OuterRef("pk"), answer="")
    speaks = _at_desk(user, Role.REQUESTER, "unit") | _at_desk(user, Role.UNIT_HEAD, "unit")
    today = clock.today()
    closing = _at_desk(user, Role.ASSET_CLERK, "unit") & (Q(due_on__lt=today) | ~Exists(unanswered))
    waiting = Inventory.objects.visible_to(user).filter(
        Exists(unanswered.filter(speaks)) | closing, state=InventoryState.OPEN
    )
    return Worklist(waiting.filter(due_on__gte=today), waiting.filter(due_on__lt=today))


def pledges(user: Any) -> Worklist:
    """Pledges for whose responsible unit this person works: to pass on, near their date, without one, or late.

    Unpublished ones lie with the verifier, the publisher, or their recorder: to whom a draft was sent back, and who may
    submit it himself once the verifier's limit has passed. Past its limit one is overdue at each of these desks.
    """
    desk = Q(pk__in=[])
    for role in (Role.VERIFIER, Role.APPROVER, Role.ASSET_CLERK, Role.PLANNER, Role.DECIDER):
        desk |= _at_desk(user, role, "responsible_unit")
    draft, submitted = Q(publication=Publication.DRAFT), Q(publication=Publication.SUBMITTED)
    late = Q(pk__in=_unpublished_too_long(user))
    passing_on = draft & (
        _at_desk(user, Role.VERIFIER, "responsible_unit") | Q(recorded_by=user) & (late | Q(sent_back_at__isnull=False))
    ) | submitted & _at_desk(user, Role.PUBLISHER, "responsible_unit")
    judged = Pledge.objects.visible_to(user).judged()
    soon = Q(status__in=[Status.DUE_SOON, Status.UNDATED, Status.NEEDS_DEADLINE], publication=Publication.PUBLISHED)
    behind = Q(
        status__in=[*Status.PAST_DUE, Status.EXTENDED, Status.DANGLING, Status.TAKEN_BACK],
        publication=Publication.PUBLISHED,
    )
    return Worklist(judged.filter(passing_on & ~late | desk & soon), judged.filter(passing_on & late | desk & behind))


def _unpublished_too_long(user: Any) -> list[int]:
    """Drafts and submitted pledges past the limit of the desk they lie on; working days are reckoned one by one."""
    waiting, limits = Pledge.objects.visible_to(user).unpublished(), notice.Limits()
    return [pledge.pk for pledge in waiting if limits.is_overdue(pledge)]


def revisions(user: Any) -> Worklist:
    """Deadline revisions that wait for this decider; overdue when the pledge's deadline in force has passed."""
    return _to_decide(DeadlineRevision, user)


def line_changes(user: Any) -> Worklist:
    """Line changes that wait for this decider; overdue when the pledge's deadline in force has passed."""
    return _to_decide(LineChange, user)


def closures(user: Any) -> Worklist:
    """Requests to close a pledge that wait for this decider; overdue when its deadline in force has passed."""
    return _to_decide(Closure, user)


def passings_on(user: Any) -> Worklist:
    """Requests to pass a pledge on that wait for this decider; overdue when its deadline in force has passed."""
    return _to_decide(PassingOn, user)


def corrections(user: Any) -> Worklist:
    """Corrections whose paper waits for this publisher; overdue when the pledge's deadline in force has passed."""
    unconfirmed = DeadlineRevision.objects.filter(kind=RevisionKind.CORRECTION, confirmed_at__isnull=True)
    return _waiting_at(Role.PUBLISHER, unconfirmed, user)


def _to_decide(model: type[AskedOfPledge], user: Any) -> Worklist:
    rows = model._default_manager.all()
    if model is DeadlineRevision:
        rows = rows.exclude(kind=RevisionKind.CORRECTION, confirmed_at__isnull=True).exclude(
            confirmed_by__in=hands_of(user)
        )
    return _waiting_at(Role.DECIDER, rows, user)


def _waiting_at(role: str, rows: QuerySet, user: Any) -> Worklist:
    """What others asked about pledges that are still open, and that did not lapse."""
    waiting = rows.filter(_at_desk(user, role, "pledge__responsible_unit"), decision="")
    hands = hands_of(user)
    brought = Q(asked_by__in=hands) | Q(pledge__recorded_by__in=hands) | Q(pledge__submitted_by__in=hands)
    waiting = waiting.exclude(brought)
    waiting = waiting.exclude(pk__in=lapsed_among(waiting))
    judged = Pledge.objects.filter(pk__in=waiting.values("pledge")).judged().values_list("pk", "status")
    statuses = dict(judged)
    late = Q(pledge__in=[pk for pk, status in statuses.items() if status in Status.PAST_DUE])
    return Worklist(waiting.exclude(late), waiting.filter(late))


def chains(user: Any) -> Worklist:
    """Requests whose chain of acts this auditor should look at (``desks.chains``)."""
    found = flagged(user)
    return Worklist(found, found.none())


def personal_requests(user: Any) -> Worklist:
    """What others ask about personal data, at the desk of the officer in charge; overdue after 3 x 24 hours."""
    desk = any(each.role == Role.USER_ADMIN and each.whole for each in reach(user).held)
    rows = SubjectRequest.objects.filter(decision="").exclude(Q(asked_by=user) | Q(person__user=user))
    waiting = rows if desk else rows.none()
    return Worklist(waiting.exclude(pk__in=waiting.late().values("pk")), waiting.late())


BY_NAME: dict[str, Callable[[Any], Worklist]] = {
    "requests": lambda user: requests(user, ServiceLimits()),
    "handovers": lambda user: handovers(user, ServiceLimits()),
    "returns": returns,
    "conditions": conditions,
    "away": away,
    "holders": holders,
    "device-types": device_types,
    "inventories": inventories,
    "pledges": pledges,
    "revisions": revisions,
    "line-changes": line_changes,
    "closures": closures,
    "pass-ons": passings_on,
    "corrections": corrections,
    "calendar-proposals": calendar_proposals,
    "unit-successions": unit_successions,
    "office-successions": office_successions,
    "chains": chains,
    "personal-requests": personal_requests,
}


def _at_desk(user: Any, role: str, field: str) -> Q:
    """The condition that the user holds ``role`` where ``field`` points, by a grant (a superuser has no desk)."""
    held = [each for each in reach(user).held if each.role == role]
    if any(each.whole for each in held):
        return Q(**{f"{field}__isnull": False})
    if not held:
        return Q(pk__in=[])
    codes = Q(pk__in=[])
    for each in held:
        codes |= Q(**{f"{field}__code": each.code}) | Q(**{f"{field}__code__startswith": f"{each.code}."})
    return codes
