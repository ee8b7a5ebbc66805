from core.models.asked import Asked, Decision, Outcome
from core.models.attachment import Attachment
from core.models.check import RegisterCheck
from core.models.credential import Credential, SignIn
from core.models.installation import Installation
from core.models.job import Job
from core.models.journal import EVERY, Erasing, Event, EventFact, EventObject, EventPrivate, Noted
from core.models.registered import Registered
from core.models.security import KnownDevice, LoginAttempt, SecurityEvent
from core.models.sequence import Sequence

__all__ = [
    "EVERY",
    "Asked",
    "Attachment",
    "Credential",
    "Decision",
    "Erasing",
    "Event",
    "EventFact",
    "EventObject",
    "EventPrivate",
    "Installation",
    "Job",
    "KnownDevice",
    "LoginAttempt",
    "Noted",
    "Outcome",
    "RegisterCheck",
    "Registered",
    "SecurityEvent",
    "Sequence",
    "SignIn",
]
