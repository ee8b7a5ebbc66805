"""What ends by itself, asked for by the officer in charge."""

from __future__ import annotations

from core.jobs import Progress, Result
from core.models import Job
from personal import retention
from personal.models import RetentionRule
from personal.officer import officer


def apply_retention(task: Job, _progress: Progress) -> Result:
    """``params``: the rule's id. The officer is asked again whether he is one."""
    role = officer(task.owner)
    ended = retention.apply(RetentionRule.objects.get(pk=task.params["rule"]), actor=task.owner, role=role)
    return Result(rows=len(ended))


JOBS = {retention.JOB: apply_retention}
