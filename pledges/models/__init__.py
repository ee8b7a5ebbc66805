from pledges.models.deadlines import DeadlineRevision
from pledges.models.deliveries import Closure, Delivery
from pledges.models.pledge import Pledge, PledgeLine

__all__ = ["Closure", "DeadlineRevision", "Delivery", "Pledge", "PledgeLine"]
