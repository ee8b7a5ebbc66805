"""Who may administer which account and which grant, and when: nobody above or beside themselves."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import NotAllowed
from core.permits import four_eyes, refusing
from org.models import Grant, Person, Role, Token, Unit, User
from org.rules import reach, require


def may_give(actor: User, unit: Unit | None = None) -> str:
    """The role under which ``actor`` may give roles at ``unit``, or anywhere."""
    return require(actor, Role.USER_ADMIN, unit=unit)


def may_make(actor: User, person: Person | None = None) -> str:
    """The role under which ``actor`` may make an account for ``person``, or for anybody."""
    return may_give(actor, person.unit if person else None)


def administers(actor: User, person: Person | None) -> str:
    """The role under which ``actor`` administers accounts of ``person``; nobody's account is the whole district's."""
    role = may_make(actor, person)
    if person is None and reach(actor).units(Role.USER_ADMIN) is not None:
        raise _above()
    return role


def may_administer(actor: User, user: User) -> str:
    """The role under which ``actor`` may touch ``user``'s account: never one above or beside their own.

    Above is also who holds, or will hold, a role at a unit that the actor does not administer.
    """
    role = administers(actor, user.person)
    if actor.is_superuser:
        return role
    held = Grant.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today()), user=user)
    administered = reach(actor).units(Role.USER_ADMIN)
    beyond = administered is not None and held.exclude(unit__in=administered).exists()
    if user.is_superuser or beyond or held.filter(role=Role.USER_ADMIN).exists():
        raise _above()
    return role


def may_set_password(actor: User, user: User) -> str:
    """One's own, or who may administer the account."""
    return "self" if actor.pk == user.pk else may_administer(actor, user)


def may_revoke(actor: User, token: Token) -> str:
    """One's own, or who may administer the account that the token opens."""
    return "self" if actor.pk == token.user_id else may_administer(actor, token.user)


def may_end(actor: User, given: Grant) -> str:
    """The role under which ``actor`` may end a grant: never one's own."""
    four_eyes(actor, given.user_id)
    return may_administer(actor, given.user)


_AS_IT_IS = refusing(_("Akun sudah dalam keadaan itu."))


@_AS_IT_IS
def active(user: User) -> bool:
    """Whether the account may be used."""
    return user.is_active


@_AS_IT_IS
def inactive(user: User) -> bool:
    """Whether the account is closed."""
    return not user.is_active


@refusing(_("Harus ada sedikitnya satu administrator utama yang aktif."), "last_superuser")
def not_the_last(user: User) -> bool:
    """Whether another superuser stays when this account goes."""
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    return not user.is_superuser or others.exists()


@refusing(_("Token ini sudah dicabut."))
def not_revoked(token: Token) -> bool:
    """Whether nobody has revoked the token."""
    return token.revoked_at is None


@refusing(_("Hak ini sudah berakhir."))
def not_ended(given: Grant) -> bool:
    """Whether the grant is in force or will be."""
    return not given.ends_on or given.ends_on >= clock.today()


def _above() -> NotAllowed:
    return NotAllowed("above_own_role", _("Akun ini setingkat atau di atas peran Anda."))
