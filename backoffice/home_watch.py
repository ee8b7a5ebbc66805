"""The first screens of who acts on nothing: the superuser looks after the installation, the auditor after records."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from assets.models import Handover, SignedScan
from assets.states import GIVEN, HandoverState
from backoffice import html, queues
from backoffice.base import address_of
from backoffice.downloads import FAULTS, name_of
from core import clock, health, words
from core.models import Job
from desks import chains
from desks.worklists import CHAINS
from org.models import Grant, User
from pledges.models import Objection, Pledge
from wording import badges

SHOWN, DAYS, STUCK = 5, 7, timedelta(minutes=15)


def superuser() -> dict[str, Any]:
    """Whether the register can be used, how the jobs fare, and which accounts can do nothing."""
    jobs, now = Job.objects.all(), clock.now()
    waiting = jobs.filter(state=Job.State.QUEUED, run_at__lte=now)
    failed = jobs.filter(state=Job.State.FAILED, finished_at__gte=now - timedelta(days=DAYS)).select_related(
        "owner__person"
    )
    held = Grant.objects.at().filter(user=OuterRef("pk"))
    bare = User.objects.acting().filter(~Exists(held), is_superuser=False).select_related("person__unit")
    return {
        "ready": health.is_ready(),
        "jobs": jobs.aggregate(
            queued=Count("pk", filter=Q(state=Job.State.QUEUED)), running=Count("pk", filter=Q(state=Job.State.RUNNING))
        ),
        "stuck": waiting.filter(run_at__lt=now - STUCK).exists(),
        "failed": [(name_of(job), job, FAULTS.get(job.error, job.error)) for job in failed.order_by("-pk")[:SHOWN]],
        "failed_number": failed.count(),
        "bare": [(each, address_of(each)) for each in bare.order_by("-pk")[:SHOWN]],
        "bare_number": bare.count(),
    }


def auditor(user: Any) -> dict[str, Any]:
    """Papers that are missing, what was objected to or disputed, and chains to look at."""
    seen = Handover.objects.visible_to(user)
    signed = SignedScan.objects.filter(handover=OuterRef("pk"))
    bare = seen.filter(~Exists(signed), state__in=GIVEN)
    disputed = seen.filter(state=HandoverState.DISPUTED)
    objections = Objection.objects.filter(
        pledge__in=Pledge.objects.visible_to(user).order_by().values("pk")
    ).select_related("pledge")
    return {
        "unsigned": [_paper(each) for each in bare.select_related("recipient_unit").order_by("handed_over_on")[:SHOWN]],
        "unsigned_number": bare.count(),
        "disputed": [
            _paper(each) for each in disputed.select_related("recipient_unit").order_by("handed_over_on")[:SHOWN]
        ],
        "disputed_number": disputed.count(),
        "objections": [(each, address_of(each.pledge)) for each in objections.order_by("-pk")[:SHOWN]],
        "objections_number": objections.count(),
        "chains_number": chains.flagged(user).count(),
        "chains_address": queues.address(CHAINS),
    }


def _paper(handover: Handover) -> dict[str, Any]:
    return {
        "name": f"{handover} · {handover.recipient_unit}",
        "address": address_of(handover),
        "badge": html.badge(badges.handover(handover.state)),
        "age": words.since(handover.handed_over_on),
    }
