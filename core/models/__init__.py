from core.models.asked import Asked, Decision, Outcome
from core.models.attachment import Attachment
from core.models.installation import Installation
from core.models.job import Job
from core.models.journal import Event, EventObject, EventPrivate
from core.models.registered import Registered
from core.models.security import LoginAttempt, SecurityEvent
from core.models.sequence import Sequence

__all__ = [
    "Asked",
    "Attachment",
    "Decision",
    "Event",
    "EventObject",
    "EventPrivate",
    "Installation",
    "Job",
    "LoginAttempt",
    "Outcome",
    "Registered",
    "SecurityEvent",
    "Sequence",
]
