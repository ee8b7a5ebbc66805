"""Accounts and grants: made, changed and ended. Nobody administers above or beside themselves."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, TypedDict, Unpack

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core import clock, folded
from core.acts import Done, act, unchanged
from core.errors import Conflict, DomainError, faults_of
from core.journal import Private, record
from core.models import Credential
from core.permits import Every, four_eyes
from core.taking import Ask, Reason
from core.transactions import writing
from org import administering as rules
from org.models import Grant, Person, Role, Unit, User

LONGEST_PASSWORD = 128


class Particulars(TypedDict, total=False):
    """What an account has beside its name, and may be corrected."""

    email: str
    person: Person | None


@act(
    "create", _("Tambah pengguna"), _("Akun baru belum punya hak; beri peran sesudahnya."),
    done=_("Akun dibuat."), event="user.created", who=rules.may_make, under="person",
)  # fmt: skip
def create_user(
    *, actor: User, username: str,
    password: Annotated[str, Ask(label=_("Kata sandi awal"), most=LONGEST_PASSWORD)], **described: Unpack[Particulars],
) -> Done[User]:  # fmt: skip
    """Make an account. Refuses weak passwords and people outside the actor's reach."""
    user = User(username=username, **described)
    check_password(password, user)
    user.set_password(password)
    return Done(user, _opened(user, actor))


def open_account(user: User, *, actor: User) -> User:
    """``create_user`` for a password that is checked and set already, as for many accounts at once."""
    with writing():
        role = rules.may_make(actor, user.person)
        record("user.created", user, actor=actor, role=role, changes=_opened(user, actor))
    return user


@act(
    "change", _("Ubah"), _("Perbaiki surel atau orang pemilik akun. Sesi dan tokennya berakhir."),
    done=_("Perubahan tersimpan."), event="user.changed", who=rules.may_administer, when=rules.not_erased,
)  # fmt: skip
def change_user(user: User, *, actor: User, **described: Unpack[Particulars]) -> Done[User]:
    """Correct an account's address or person. Refuses people outside the actor's reach."""
    rules.administers(actor, described.get("person", user.person))
    if described.get("person", user.person) != user.person:
        rules.refuse_out_of_service(described["person"], "person")
    changes = {
        name: [Private(str(getattr(user, name) or "")), Private(str(value or ""))]
        for name, value in described.items()
        if getattr(user, name) != value
    }
    if not changes:
        return unchanged(user)
    for name, value in described.items():
        setattr(user, name, value)
    user.full_clean(exclude=["password"])
    user.save(update_fields=["email", "person"])
    return Done(user, changes)


@act(
    "set-password", _("Ganti kata sandi"),
    _("Semua sesi dan token akun ini berakhir; ia masuk dengan kata sandi baru."),
    done=_("Kata sandi diganti."), event="user.password_set", who=rules.may_set_password, when=rules.not_erased,
)  # fmt: skip
def set_password(
    user: User, *, actor: User, password: Annotated[str, Ask(label=_("Kata sandi baru"), most=LONGEST_PASSWORD)]
) -> Done[User]:
    """Give an account a new password; every session and token of it ends."""
    check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    given = Credential.objects.create(user=user, set_by=actor)
    return Done(user, {"set_by": [None, given.set_by_id]})


@act(
    "activate", _("Aktifkan"), _("Akun ini dapat masuk lagi, dengan sesi dan token baru."),
    done=_("Akun aktif."), event="user.activated",
    who=rules.may_administer, when=Every(rules.inactive, rules.not_erased),
)  # fmt: skip
def activate(user: User, *, actor: User, reason: Reason) -> Done[User]:
    """Bring an account back."""
    return _set_active(user, True)


@act(
    "deactivate", _("Nonaktifkan"), _("Akun ini langsung tidak dapat masuk lagi; sesi dan tokennya berakhir."),
    done=_("Akun nonaktif."), event="user.deactivated",
    who=rules.may_administer, when=Every(rules.active, rules.not_the_last),
)  # fmt: skip
def deactivate(user: User, *, actor: User, reason: Reason) -> Done[User]:
    """Close an account: all its credentials die with the next call, for good. The last active superuser stays."""
    return _set_active(user, False)


@act(
    "create", _("Beri hak peran"), _("Peran berlaku di unit yang dipilih dan semua unit di bawahnya."),
    done=_("Hak peran diberikan."), event="grant.created", who=rules.may_give, under="unit",
)  # fmt: skip
def grant(
    *, actor: User, user: User, role: Role, unit: Unit, starts_on: date | None = None,
    ends_on: date | None = None,
    acting_for: Annotated[User | None, Ask(label=_("Menggantikan (Plh./Plt.)"))] = None,
) -> Done[Grant]:  # fmt: skip
    """Give ``user`` a role at ``unit``, from ``starts_on`` or today; ``acting_for``: whom they stand in for until then.

    Refuses one's own account, that of who knows one's password for now or whose holder no longer serves, a role that
    is not the actor's to give at this level (``org.administering.gives``), one that decides to an account whose holder
    has set no password of his own yet, and as ``acting_for`` who does not hold the role there in their own right all
    that time. ``Conflict`` where the account holds that role there for all of that time.
    """
    four_eyes(actor, user.pk, refusal=rules.OWN_GRANT)
    rules.gives(actor, role, unit)
    rules.refuse_out_of_service(user.person, "user")
    rules.refuse_unclaimed(user, role, unit)
    given = Grant(user=user, role=role, unit=unit, starts_on=starts_on or clock.today(), ends_on=ends_on,
                  acting_for=acting_for)  # fmt: skip
    given.full_clean()
    if given.held_already().exists():
        raise Conflict("already_granted", _("Akun ini sudah punya peran itu di unit ini untuk seluruh waktu itu."))
    given.save(force_insert=True)
    changes = {
        "user": [None, user.pk], "role": [None, role], "unit": [None, unit.code],
        "unit_name": [None, str(unit)],
        "starts_on": [None, given.starts_on], "ends_on": [None, ends_on],
        "acting_for": [None, acting_for.pk if acting_for else None],
        "stands_in_for": [None, Private(str(acting_for or ""))],
    }  # fmt: skip
    return Done(given, changes, related=[user])


@act(
    "end", _("Akhiri"), _("Hak ini berakhir sekarang juga."),
    done=_("Hak peran diakhiri."), event="grant.ended", who=rules.may_end, when=rules.not_ended,
)  # fmt: skip
def end_grant(given: Grant, *, actor: User, reason: Reason) -> Done[Grant]:
    """End a grant as of yesterday: it is gone with the next call."""
    old = given.ends_on
    given.end()
    return Done(given, {"ends_on": [old, given.ends_on]}, related=[given.user])


def check_password(password: str, user: User) -> None:
    """Refuse a weak password with every rule it breaks."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise DomainError(
            "weak_password", " ".join(error.messages), faults=faults_of(error, prefix="password")
        ) from error


def _opened(user: User, actor: User) -> dict[str, Any]:
    """Store a new account; returns what the journal says of it."""
    rules.administers(actor, user.person)
    rules.refuse_out_of_service(user.person, "person")
    folded.settle(user, actor)
    user.full_clean()
    user.save(force_insert=True)
    Credential.objects.create(user=user, set_by=actor)
    return {"username": [None, Private(user.username)]}


def _set_active(user: User, active: bool) -> Done[User]:
    user.is_active = active
    user.save(update_fields=["is_active"])
    return Done(user, {"is_active": [not active, active]})
