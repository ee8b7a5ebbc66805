"""Grants, from which alone rights come: (user, role, unit, from, to, acting_for?); and what those of a user reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Self

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Registered
from core.prepared import rows
from core.scoping import ScopedQuerySet
from org.models.units import Unit, UnitQuerySet, lies_within, lineage, subtree

OPERATOR = "operator"
SUPERUSER = "superuser"


class Role(models.TextChoices):
    REQUESTER = "requester", _("Pengusul (admin medsos)")
    UNIT_HEAD = "unit_head", _("Kepala unit (Camat)")
    VERIFIER = "verifier", _("Verifikator")
    APPROVER = "approver", _("Pemberi keputusan (Kabid)")
    ASSET_CLERK = "asset_clerk", _("Pengurus Barang")
    PLANNER = "planner", _("Perencana")
    PUBLISHER = "publisher", _("PPID")
    DECIDER = "decider", _("Pemutus tenggat (Sekda)")
    AUDITOR = "auditor", _("Inspektorat")
    VIEWER = "viewer", _("Pembaca")
    USER_ADMIN = "user_admin", _("Pengelola pengguna")


class GrantQuerySet(ScopedQuerySet):
    def at(self, day: Any = None) -> Self:
        """Grants in force on ``day`` (local; today by default), first and last day included."""
        day = day or clock.today()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def lasting(self) -> Self:
        """Grants in force, or to come."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today()))

    def of_before(self, person: Any, unit: Unit) -> Self:
        """Those that somebody holds for another place than ``unit``, to which they move: not given for it or below."""
        return self.lasting().filter(user__person=person).exclude(subtree(unit.code, field="unit__code"))

    def in_scope(self, user: Any) -> Self:
        """One's own, and those of the units whose people one administers or which one audits."""
        units = reach(user).units(Role.USER_ADMIN, Role.AUDITOR)
        return self.all() if units is None else self.filter(Q(user=user) | Q(unit__in=units))


class Grant(Registered):
    """A role in a unit and all under it, for a time. ``acting_for``: a dated substitute (Plh./Plt.).

    ``ended_at``: when it was ended before its time; ``ends_on`` is then the day before, also where that lies before its
    first day, but what was done until that instant was done under it. ``kept_because``: why it goes on although its
    holder moves, or moved, to another unit (``org.departing``).
    """

    journal_type = "grant"
    read_with = ("unit", "user__person__unit")

    user = models.ForeignKey("org.User", models.PROTECT, related_name="grants", verbose_name=_("pengguna"))
    role = models.CharField(_("peran"), max_length=16, choices=Role.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="grants", verbose_name=_("unit"))
    starts_on = models.DateField(_("mulai"), default=clock.today)
    ends_on = models.DateField(_("sampai"), null=True, blank=True)
    ended_at = models.DateTimeField(_("diakhiri"), null=True, editable=False)
    acting_for = models.ForeignKey(
        "org.User", models.PROTECT, null=True, blank=True, related_name="substitutes", verbose_name=_("menggantikan")
    )
    kept_because = models.TextField(_("tetap berlaku karena"), max_length=2000, blank=True, editable=False)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("hak peran")
        verbose_name_plural = _("hak peran")
        ordering = ["user", "role", "unit"]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.unit}"

    @property
    def last_day(self) -> date | None:
        """The last day on which it was or will be in force; None without an end."""
        return clock.local_date(self.ended_at) if self.ended_at else self.ends_on

    @property
    def told(self) -> dict[str, Any]:
        """The grant as an event about its holder names it."""
        return {"role": self.role, "unit": self.unit.code, "unit_name": str(self.unit)}

    def end(self) -> None:
        """End as of yesterday: it is gone with the next call."""
        self.ends_on, self.ended_at = clock.today() - timedelta(days=1), clock.now()
        self.save(update_fields=["ends_on", "ended_at"])

    def held_already(self) -> GrantQuerySet:
        """The grants that give the same for all of its time."""
        same = Grant.objects.filter(user=self.user_id, role=self.role, unit=self.unit_id, acting_for=self.acting_for_id)
        lasts = Q(ends_on__isnull=True)
        if self.ends_on:
            lasts |= Q(ends_on__gte=self.ends_on)
        return same.filter(lasts, starts_on__lte=self.starts_on)

    def clean(self) -> None:
        if self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("Tanggal akhir tidak boleh sebelum tanggal mulai.")})
        if self.acting_for_id and not self.ends_on:
            raise ValidationError({"ends_on": _("Pengganti (Plh./Plt.) perlu tanggal akhir.")})
        if self.acting_for_id and not self._held_by_the_absent():
            raise ValidationError({"acting_for": _("Yang digantikan tidak memegang peran ini di unit ini selama itu.")})

    def _held_by_the_absent(self) -> bool:
        """Whether somebody else, ``acting_for``, holds the role here in their own right for all of the time."""
        own = Grant.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=self.ends_on), user=self.acting_for_id, role=self.role,
            acting_for__isnull=True, starts_on__lte=self.starts_on, unit__code__in=lineage(self.unit.code),
        )  # fmt: skip
        return self.acting_for_id != self.user_id and own.exists()


class StandIn(str):
    """A role that somebody holds only as the dated substitute of the account ``acting_for`` (its id)."""

    __slots__ = ("acting_for",)
    acting_for: int

    def __new__(cls, role: str, acting_for: int) -> Self:
        made = super().__new__(cls, role)
        made.acting_for = acting_for
        return made


@dataclass(frozen=True)
class Held:
    """One grant in force, with the code of its unit; ``whole``: every unit stands under it, as under the only root.

    ``acting_for``: the account (id) for which it is held as a substitute. ``heir``: where the unit is out of use, and
    the grant one for what took its place, the code of that.
    """

    role: str
    code: str
    whole: bool
    acting_for: int | None = None
    heir: str = ""

    @property
    def told(self) -> str:
        """The role as an act under it tells of it."""
        return self.role if self.acting_for is None else StandIn(self.role, self.acting_for)

    def covers(self, unit: Unit) -> bool:
        """Whether ``unit`` is the unit of the grant or lies under it."""
        return lies_within(unit.code, self.code)


@dataclass(frozen=True)
class Reach:
    """All grants of a user in force today, with what they reach because a unit took another's place."""

    held: tuple[Held, ...]
    superuser: bool = False
    read: dict[tuple[str, ...], list[int] | None] = field(default_factory=dict, compare=False)

    def units(self, *roles: str) -> UnitQuerySet | None:
        """The units these roles (all roles when none is named) reach; None means every unit, without a filter."""
        codes = []
        for each in self.held:
            if not roles or each.role in roles:
                if each.whole:
                    return None
                codes.append(each.code)
        if self.superuser:
            return None
        condition = Q(pk__in=[])
        for code in sorted(set(codes)):
            condition |= subtree(code)
        return Unit.objects.filter(condition)

    def unit_ids(self, *roles: str) -> list[int] | None:
        """The ids of ``units(*roles)``, read once: in large tables the planner must see which units are meant."""
        if roles not in self.read:
            units = self.units(*roles)
            self.read[roles] = None if units is None else list(units.order_by().values_list("pk", flat=True))
        return self.read[roles]

    def role_at(self, roles: tuple[str, ...], unit: Unit | None, *, whole: bool = False) -> str | None:
        """The first of ``roles`` held at ``unit`` (anywhere, when None; over all units, when ``whole``), or None.

        One's own goes before what one holds as a substitute, which is a ``StandIn``.
        """
        found = [
            each for role in roles for each in self.held
            if each.role == role and (each.whole or (not whole and (unit is None or each.covers(unit))))
        ]  # fmt: skip
        own = next((each for each in found if each.acting_for is None), None)
        held = own or next(iter(found), None)
        return held.told if held else SUPERUSER if self.superuser else None


def reach(user: Any) -> Reach:
    """The grants of ``user``, read once per user instance (one instance serves one request)."""
    cached = getattr(user, "_reach", None)
    if cached is None:
        cached = user._reach = _read(user)
    return cached


def _read(user: Any) -> Reach:
    if not getattr(user, "is_authenticated", False) or not user.acts:
        return Reach(())
    held = rows(_grants_of, ("role", "unit__code", "partial", "acting_for", "inherits"), user.pk)
    return _reach([(Held(r, code, not part, other), heir) for r, code, part, other, heir in held], user.is_superuser)


def holders() -> list[Any]:
    """The accounts that act and hold a role today, with all they reach, in one query (and one where units have
    successors)."""
    found: dict[int, tuple[Any, list[tuple[Held, bool]]]] = {}
    accounts = apps.get_model("org", "User")._default_manager.acting()
    for each in _annotated(Grant.objects.at().filter(user__in=accounts)).select_related("user__person", "unit"):
        _user, held = found.setdefault(each.user_id, (each.user, []))
        held.append((Held(each.role, each.unit.code, not each.partial, each.acting_for_id), each.inherits))
    places = _places() if any(inherits for _user, held in found.values() for _each, inherits in held) else []
    for user, held in found.values():
        user._reach = _reach(held, user.is_superuser, places)
    return [user for user, _held in found.values()]


def _grants_of(user_id: int) -> QuerySet:
    return _annotated(Grant.objects.filter(user_id=user_id).at())


def _annotated(grants: Any) -> QuerySet:
    """With ``partial``: whether some unit does not stand under that of the grant; ``inherits``: whether that, or one
    under it, took another's place."""
    elsewhere = Unit.objects.filter(parent__isnull=True).exclude(pk=OuterRef("unit"))
    under = Q(successor__code__startswith=Concat(OuterRef("unit__code"), Value(".")))
    taken = _takings().filter(under | Q(successor=OuterRef("unit")))
    return grants.annotate(partial=Exists(elsewhere), inherits=Exists(taken))


def _takings() -> Any:
    succession: Any = apps.get_model("org", "UnitSuccession")
    return succession.objects.in_effect().filter(kind=succession.Kind.TAKES_PLACE)


@dataclass(frozen=True)
class _Place:
    """That the unit ``new`` took the place of ``old``, by their codes."""

    old: str
    new: str
    lives: bool


def _places() -> list[_Place]:
    taken = _takings().order_by().values_list("predecessor__code", "successor__code", "predecessor__active")
    return [_Place(*row) for row in taken]


def _reach(held: Iterable[tuple[Held, bool]], superuser: bool, places: list[_Place] | None = None) -> Reach:
    found: list[Held] = []
    for each, inherits in held:
        found.append(each)
        if inherits and not each.whole:
            places = _places() if places is None else places
            found += _inherited(each, places)
    return Reach(tuple(found), superuser=superuser)


def _inherited(held: Held, places: list[_Place]) -> Iterator[Held]:
    """The same grant at each unit out of use whose place was taken by the grant's, or one under it, by however many
    steps (pledges.md, "Succession")."""
    done: set[str] = set()
    ways = [(each, each.new) for each in places if lies_within(each.new, held.code)]
    while ways:
        place, heir = ways.pop()
        if place.old in done or lies_within(place.old, held.code):
            continue
        done.add(place.old)
        if not place.lives:
            yield replace(held, code=place.old, heir=heir)
        ways += [(each, heir) for each in places if each.new == place.old]
