"""The one way to prove a password: admin site, API and every later form come through here."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import ValidationError

from core import security
from core.text import clean_text


class ThrottledBackend(BaseBackend):
    """Name and password, counted per account name in the database."""

    def authenticate(self, request: Any, username: str | None = None, password: str | None = None, **other: Any) -> Any:
        """The account, or None for an unknown name, a wrong password and an inactive account alike.

        Raises ``TooMany`` once the name is locked, whether the password is right or not.
        """
        if not username or password is None or not _storable(username):
            return None
        security.count_attempt(username)
        model = get_user_model()
        user = model._default_manager.named(username).first()
        if user is None:
            model().set_password(password)  # as long as a real comparison takes
        if user is None or not user.check_password(password) or not user.is_active:
            security.log("login_failed", user=user)
            return None
        security.forgive(username)
        security.log("login", user=user)
        return user

    def get_user(self, user_id: int) -> Any:
        """The account of a session while it is active; asked again on every call."""
        return get_user_model()._default_manager.filter(pk=user_id, is_active=True).first()


def _storable(name: str) -> bool:
    try:
        clean_text(name)
    except ValidationError:
        return False
    return True
