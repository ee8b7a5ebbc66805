"""That an account signed in with a password from somebody else, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext

from core.journal import THROUGH
from org.models import User


def others_of(changes: Mapping[str, Any]) -> list[int]:
    """The accounts of those who knew the actor's password beside its holder when he acted."""
    told = changes.get(THROUGH)
    return told[1] if isinstance(told, list) and len(told) == 2 else []


def through(others: Iterable[int], people: Mapping[int, User]) -> str:
    """ "masuk lewat tautan dari Fitri Amalia"; empty where the password was the holder's alone."""
    names = ", ".join(str(people[pk]) for pk in others if pk in people)
    return gettext("masuk lewat tautan dari %(names)s") % {"names": names} if names else ""
