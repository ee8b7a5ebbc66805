"""Every verb of a pledge, by name, in the order in which its page offers them; and who may do each when."""

from core import acts
from pledges import closures, conditions, deadlines, line_changes, papers, passing_on, pledging
from pledges.models import Pledge

VERBS = acts.on(Pledge, pledging, deadlines, conditions, line_changes, closures, passing_on, papers)
PERMITS = acts.permits(VERBS)
