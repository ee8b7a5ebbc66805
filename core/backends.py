"""The one way to prove a password: admin site, API and every form that asks for it again come through here."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import ValidationError

from core import security, signing_in
from core.text import clean_text


class ThrottledBackend(BaseBackend):
    """Name and password, behind the guard of the sign-in."""

    def authenticate(self, request: Any, username: str | None = None, password: str | None = None, **other: Any) -> Any:
        """The account, or None for an unknown name, a wrong password and an account that does not act alike.

        Raises ``TooMany`` while the name may not be tried from here, whether the password is right or not.
        """
        if not username or password is None or not _storable(username):
            return None
        attempt = signing_in.begin(username)
        model = get_user_model()
        user = model._default_manager.named(username).first()
        if user is None:
            model().set_password(password)  # as long as a real comparison takes
        if user is None or not user.check_password(password) or not user.acts:
            signing_in.failed(attempt, user)
            return None
        signing_in.succeeded(attempt)
        signing_in.know_device(request, user, username)
        security.log("login", user=user)
        return user

    def get_user(self, user_id: int) -> Any:
        """The account of a session while it acts; asked again on every call."""
        model: Any = get_user_model()
        return model._default_manager.acting().select_related("person__unit").filter(pk=user_id).first()


def confirms(user: Any, password: str) -> bool:
    """Whether somebody who is signed in knows the account's password; counted and refused like a sign-in."""
    attempt = signing_in.begin(user.get_username())
    if user.check_password(password):
        signing_in.succeeded(attempt)
        return True
    signing_in.failed(attempt, user)
    return False


def _storable(name: str) -> bool:
    try:
        clean_text(name)
    except ValidationError:
        return False
    return True
