"""That somebody else set the password of an account, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext

from core.journal import THROUGH
from org.models import User


def others_of(changes: Mapping[str, Any]) -> list[int]:
    """The accounts of who had set the password that the actor had when he acted."""
    told = changes.get(THROUGH)
    return told[1] if isinstance(told, list) and len(told) == 2 else []


def through(others: Iterable[int], people: Mapping[int, User]) -> str:
    """ "kata sandi dipasang oleh Fitri Amalia"; empty where the password was the holder's alone."""
    names = ", ".join(str(people[pk]) for pk in others if pk in people)
    return gettext("kata sandi dipasang oleh %(names)s") % {"names": names} if names else ""
