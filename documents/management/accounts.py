"""The account under whose name a command acts."""

from __future__ import annotations

from django.core.management.base import CommandError

from org.models import User


def account(username: str) -> User:
    """The acting account of that name. Raises ``CommandError`` when there is none."""
    user = User.objects.named(username).acting().first()
    if user is None:
        raise CommandError(f"There is no active account {username!r}.")
    return user
