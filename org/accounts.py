"""Accounts and grants: who may make, change and end them. Nobody administers above or beside themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import Conflict, DomainError, NotAllowed, faults_of
from core.journal import Private, record
from core.permits import four_eyes
from core.transactions import fresh, writing
from org.models import Grant, Person, Role, Unit, User
from org.rules import SUPERUSER, reach, require


def create_user(*, username: str, password: str, email: str, person: Person | None, actor: Any) -> User:
    """Make an account. Refuses weak passwords and people outside the actor's reach. Writes ``user.created``."""
    user = User(username=username, email=email, person=person)
    check_password(password, user)
    user.set_password(password)
    return open_account(user, actor=actor)


def open_account(user: User, *, actor: Any) -> User:
    """Make the account of a ``user`` whose password is checked and set. Writes ``user.created``."""
    with writing():
        role = _user_admin_of(actor, user.person)
        user.full_clean()
        user.save(force_insert=True)
        changes = {"username": [None, Private(user.username)]}
        record("user.created", user, actor=actor, role=role, changes=changes)
    return user


def change_user(user: User, *, actor: Any, email: str, person: Person | None) -> User:
    """Correct an account's address or person. Refuses people outside the actor's reach. Writes ``user.changed``."""
    with writing():
        user = fresh(user, "person__unit")
        role = may_administer(actor, user)
        _user_admin_of(actor, person)
        changes = {
            name: [Private(str(getattr(user, name) or "")), Private(str(value or ""))]
            for name, value in {"email": email, "person": person}.items()
            if getattr(user, name) != value
        }
        user.email, user.person = email, person
        user.full_clean(exclude=["password"])
        if changes:
            user.save(update_fields=["email", "person"])
            record("user.changed", user, actor=actor, role=role, changes=changes)
    return user


def set_password(user: User, *, password: str, actor: Any) -> None:
    """Give an account a new password; every open session of it ends. Writes ``user.password_set``."""
    check_password(password, user)
    with writing():
        user = fresh(user, "person__unit")
        role = "self" if actor.pk == user.pk else may_administer(actor, user)
        user.set_password(password)
        user.save(update_fields=["password"])
        record("user.password_set", user, actor=actor, role=role)


def set_active(user: User, *, active: bool, actor: Any, reason: str) -> User:
    """Deactivate an account (all its credentials die with the next call) or bring it back. Writes one event.

    Refuses to take the last active superuser away.
    """
    with writing():
        user = fresh(user, "person__unit")
        role = may_administer(actor, user)
        if user.is_active == active:
            raise Conflict("illegal_transition", _("Akun sudah dalam keadaan itu."))
        others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
        if user.is_superuser and not active and not others.exists():
            raise Conflict("last_superuser", _("Harus ada sedikitnya satu administrator utama yang aktif."))
        user.is_active = active
        user.save(update_fields=["is_active"])
        verb = "user.activated" if active else "user.deactivated"
        record(verb, user, actor=actor, role=role, changes={"is_active": [not active, active]}, reason=reason)
    return user


def grant(user: User, *, role: str, unit: Unit, actor: Any, **terms: Any) -> Grant:
    """Give ``user`` a role at ``unit``; ``terms``: starts_on, ends_on, acting_for. Writes ``grant.created``.

    Refuses one's own account, units beyond the actor's reach and the role ``user_admin`` from anyone but a superuser.
    """
    with writing():
        four_eyes(actor, user.pk)
        acting_as = require(actor, Role.USER_ADMIN, unit=unit)
        if role == Role.USER_ADMIN and acting_as != SUPERUSER and not actor.is_superuser:
            raise NotAllowed("above_own_role", _("Peran ini hanya diberikan oleh administrator utama."))
        given = Grant(user=user, role=role, unit=unit, **terms)
        given.full_clean()
        given.save(force_insert=True)
        changes = {"user": [None, user.pk], "role": [None, role], "starts_on": [None, given.starts_on]}
        record("grant.created", given, actor=actor, role=acting_as, changes=changes, related=[user])
    return given


def end_grant(given: Grant, *, actor: Any, reason: str) -> Grant:
    """End a grant as of yesterday: it is gone with the next call. Writes ``grant.ended``."""
    with writing():
        given = fresh(given, "unit", "user__person__unit")
        role = may_end(actor, given)
        if given.ends_on and given.ends_on < clock.today():
            raise Conflict("illegal_transition", _("Hak ini sudah berakhir."))
        old, given.ends_on = given.ends_on, clock.today() - timedelta(days=1)
        given.starts_on = min(given.starts_on, given.ends_on)
        given.save(update_fields=["starts_on", "ends_on"])
        changes = {"ends_on": [old, given.ends_on]}
        record("grant.ended", given, actor=actor, role=role, changes=changes, related=[given.user], reason=reason)
    return given


def may_administer(actor: Any, user: User) -> str:
    """The role under which ``actor`` may touch ``user``'s account: never one above or beside their own.

    Above is also who holds, or will hold, a role at a unit that the actor does not administer.
    """
    role = _user_admin_of(actor, user.person)
    if actor.is_superuser:
        return role
    held = Grant.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today()), user=user)
    administered = reach(actor).units(Role.USER_ADMIN)
    beyond = administered is not None and held.exclude(unit__in=administered).exists()
    if user.is_superuser or beyond or held.filter(role=Role.USER_ADMIN).exists():
        raise _above()
    return role


def may_end(actor: Any, given: Grant) -> str:
    """The role under which ``actor`` may end a grant: never one's own."""
    four_eyes(actor, given.user_id)
    return may_administer(actor, given.user)


def _user_admin_of(actor: Any, person: Person | None) -> str:
    """The role under which ``actor`` administers accounts of ``person``; nobody's account is the whole district's."""
    role = require(actor, Role.USER_ADMIN, unit=person.unit if person else None)
    if person is None and reach(actor).units(Role.USER_ADMIN) is not None:
        raise _above()
    return role


def _above() -> NotAllowed:
    return NotAllowed("above_own_role", _("Akun ini setingkat atau di atas peran Anda."))


def check_password(password: str, user: User) -> None:
    """Refuse a weak password with every rule it breaks."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise DomainError(
            "weak_password", " ".join(error.messages), faults=faults_of(error, prefix="password")
        ) from error
