"""The officer in charge of personal data: the user admin of the whole district.

The role that keeps people and accounts reads all of their data already, so nobody more need see it; PPID and
Inspektorat, who publish and who audit, do not decide here.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import NotAllowed
from org.models import Person, Role
from org.rules import require_whole


def officer(user: Any, _subject: Any = None) -> str:
    """The role of the officer in charge; ``NotAllowed`` for anybody else."""
    return require_whole(user, Role.USER_ADMIN)


def is_officer(user: Any) -> bool:
    try:
        officer(user)
    except NotAllowed:
        return False
    return True


def oneself_or_officer(user: Any, person: Person | None) -> str:
    """The person (None: whoever asks), or the officer for somebody who came with a letter."""
    if user.person_id is not None and (person is None or person.pk == user.person_id):
        return ""
    return officer(user)


def decider(user: Any, asked: Any) -> str:
    """The officer, but never about oneself."""
    role = officer(user)
    if user.person_id is not None and user.person_id == asked.person_id:
        raise NotAllowed("own_act", _("Permintaan tentang diri sendiri dijawab orang lain."))
    return role
