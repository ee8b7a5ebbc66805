from pledges.models.deadlines import DeadlineRevision
from pledges.models.deliveries import Closure, Delivery
from pledges.models.papers import Effort, Evidence, Objection, Response, Witness
from pledges.models.pledge import Pledge, PledgeLine

__all__ = [
    "Closure",
    "DeadlineRevision",
    "Delivery",
    "Effort",
    "Evidence",
    "Objection",
    "Pledge",
    "PledgeLine",
    "Response",
    "Witness",
]
