"""Who may administer which account and which grant, and when: nobody above or beside themselves."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import DomainError, NotAllowed
from core.models import Credential, Installation
from core.permits import four_eyes, refusing
from org.fixed import LAST
from org.models import Grant, Person, Role, Token, Unit, User
from org.rules import holds, holds_whole, reach, require

DECIDING = (Role.VERIFIER, Role.APPROVER, Role.DECIDER, Role.PUBLISHER, Role.AUDITOR, Role.PLANNER)
LOCAL = (Unit.Kind.DISTRICT, Unit.Kind.URBAN_VILLAGE, Unit.Kind.VILLAGE)
"""Kinds of units whose store is their own; that of any other is the district's."""
OWN_GRANT = _("Peran akun sendiri diberikan dan diakhiri orang lain.")
_PASSWORD_NOT_OWN = _("Peran ini baru dapat diberikan setelah pemegang akun masuk dan mengganti kata sandinya sendiri.")


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
        detail = _("Akun tanpa orang hanya diurus pengelola pengguna yang mencakup semua unit.")
        raise NotAllowed("above_own_role", detail)
    return role


def may_administer(actor: User, user: User) -> str:
    """The role under which ``actor`` may touch ``user``'s account: never one above or beside their own.

    Above is also who holds, or will hold, a role that the actor may not give where it is held.
    """
    role = administers(actor, user.person)
    if actor.is_superuser:
        return role
    held = Grant.objects.lasting().filter(user=user)
    if user.is_superuser or not all(_gives(actor, each.role, each.unit) for each in held.select_related("unit")):
        raise _above()
    return role


def gives(actor: User, role: str, unit: Unit) -> None:
    """Refuse who may not give this role at this unit.

    ``user_admin`` is the superuser's to give. A role that decides is his or the district's user admin's, who holds it
    for the whole; a unit's own gives it only where the installation says so (``decisions_delegated``).
    """
    if not _gives(actor, role, unit):
        by = _("administrator utama") if role == Role.USER_ADMIN else _("pengelola pengguna untuk semua unit")
        raise NotAllowed("above_own_role", _("Peran ini di unit ini hanya diberikan oleh %(by)s.") % {"by": by})


def _gives(actor: User, role: str, unit: Unit) -> bool:
    if actor.is_superuser:
        return True
    here = holds(actor, Role.USER_ADMIN, unit=unit)
    if role == Role.USER_ADMIN or not here:
        return False
    return not decides(role, unit) or holds_whole(actor, Role.USER_ADMIN) or Installation.current().decisions_delegated


def roles_of(actor: User) -> list[Role]:
    """The roles that ``actor`` may give somewhere."""
    if actor.is_superuser:
        return list(Role)
    deciding = holds_whole(actor, Role.USER_ADMIN) or Installation.current().decisions_delegated
    return [each for each in Role if each != Role.USER_ADMIN and (deciding or each not in DECIDING)]


def decides(role: str, unit: Unit) -> bool:
    """Whether the role decides what others ask for, or keeps what is the whole district's: its store among it."""
    return role in DECIDING or (role == Role.ASSET_CLERK and unit.kind not in LOCAL)


def refuse_out_of_service(person: Person | None, field: str) -> None:
    """Refuse who does not serve: no account is theirs, no role is given to them (``DomainError``, by the field)."""
    if person is not None and not person.active:
        raise DomainError("out_of_use", _("Orang ini sudah tidak bertugas."), field=field)


def refuse_unclaimed(user: User, role: str, unit: Unit, *, field: str = "user", of: Unit | None = None) -> None:
    """Refuse a role that decides, or that speaks for another unit than the holder's own, to an account whose holder has
    not signed in and set his own password (``DomainError``, by the field): until then another knows it too. ``of``: to
    which unit the holder is about to belong."""
    speaks = role in (Role.REQUESTER, Role.UNIT_HEAD)
    belongs = of or (user.person.unit if user.person else None)
    own = belongs is not None and belongs.covers(unit)
    if not (decides(role, unit) or (speaks and not own)):
        return
    last = Credential.objects.filter(user=user).last()
    if last is None or last.set_by_id != user.pk:
        raise DomainError("password_not_own", _PASSWORD_NOT_OWN, field=field)


def may_set_password(actor: User, user: User) -> str:
    """One's own, or who may administer the account."""
    return "self" if actor.pk == user.pk else may_administer(actor, user)


def may_revoke(actor: User, token: Token) -> str:
    """One's own, or who may administer the account that the token opens."""
    return "self" if actor.pk == token.user_id else may_administer(actor, token.user)


def may_end(actor: User, given: Grant) -> str:
    """The role under which ``actor`` may end a grant: who may give it or administers its holder; never one's own."""
    four_eyes(actor, given.user_id, refusal=OWN_GRANT)
    if _gives(actor, given.role, given.unit):
        return may_give(actor, given.unit)
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


@refusing(_("Data pemegang akun ini sudah dihapus; akunnya tidak dibuka lagi."), "erased")
def not_erased(user: User) -> bool:
    """Whether the account's person is still known."""
    return user.person is None or user.person.erased_at is None


@refusing(LAST, "last_superuser")
def not_the_last(user: User) -> bool:
    """Whether another superuser stays when this account goes."""
    return not user.is_superuser or User.objects.acting().filter(is_superuser=True).exclude(pk=user.pk).exists()


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
