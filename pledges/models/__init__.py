from pledges.models.closures import Closure
from pledges.models.deadlines import DeadlineRevision
from pledges.models.deliveries import Delivery
from pledges.models.line_changes import LineChange, ProposedLine
from pledges.models.papers import Effort, Evidence, Objection, Response, Witness
from pledges.models.passing_on import PassingOn
from pledges.models.pledge import Pledge, PledgeLine

__all__ = [
    "Closure",
    "DeadlineRevision",
    "Delivery",
    "Effort",
    "Evidence",
    "LineChange",
    "Objection",
    "PassingOn",
    "Pledge",
    "PledgeLine",
    "ProposedLine",
    "Response",
    "Witness",
]
