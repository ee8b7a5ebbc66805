from org.models.accounts import User
from org.models.calendar import CalendarDay, CalendarProposal
from org.models.grants import Grant, Role
from org.models.offices import Office, Tenure
from org.models.people import Person, SocialAccount
from org.models.reference import Reference
from org.models.succession import OfficeSuccession, Revival, Succession, UnitSuccession
from org.models.tokens import Token
from org.models.units import Unit

__all__ = [
    "CalendarDay",
    "CalendarProposal",
    "Grant",
    "Office",
    "OfficeSuccession",
    "Person",
    "Reference",
    "Revival",
    "Role",
    "SocialAccount",
    "Succession",
    "Tenure",
    "Token",
    "Unit",
    "UnitSuccession",
    "User",
]
