"""Which act something waits for, at whose desk it lies, and who may do it now.

A kind of work (``Kind``) is a list of ``Step``: rows in a state, the verbs any of which is what they wait for, and the
roles at whose desk they lie. Who is barred from a verb, as by four eyes, is asked of the verb's own permit, so that
what is counted for somebody is what he may do. What nobody may do lies with the user admin, who can give the role.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Case, Exists, F, Q, QuerySet, Value, When

from core import acts, clock
from core.errors import NotAllowed
from core.hands import known_to, look_together
from core.models import Registered
from desks.limits import ServiceLimits
from org import accounts
from org.models import Role, Unit, User
from org.models.grants import holders
from org.models.units import lineage, subtree
from org.rules import reach
from pledges import notice
from pledges.models import Pledge

NOTHING = Q(pk__in=[])
ALL = ~NOTHING


@dataclass(frozen=True)
class Worklist:
    """``all`` that waits; ``late``: the condition that it is past its limit; ``since``: the column by which it waits;
    ``steps``: what this person does about it."""

    all: QuerySet
    late: Q = NOTHING
    since: Any = "pk"
    steps: tuple[Step, ...] = ()

    @property
    def due(self) -> QuerySet:
        """What is still in time."""
        return self.all.exclude(self.late)

    @property
    def overdue(self) -> QuerySet:
        return self.all.filter(self.late)


class Now:
    """What the steps of all kinds are judged by, read once when the first of them asks."""

    @cached_property
    def today(self) -> date:
        return clock.today()

    @cached_property
    def limits(self) -> ServiceLimits:
        return ServiceLimits()

    @cached_property
    def unpublished(self) -> dict[str, list[int]]:
        """Pledges on their way: ``late``, past the limit of the desk they lie on, and ``told``, of which the promising
        office is still being told. Working days are reckoned one by one."""
        limits, waiting = notice.Limits(), list(Pledge.objects.unpublished())
        return {
            "late": [each.pk for each in waiting if limits.is_overdue(each)],
            "told": [each.pk for each in waiting if (day := limits.publishable_on(each)) and day > self.today],
        }

    @cached_property
    def people(self) -> list[Any]:
        """Every active account that holds a role; what is looked up for one of them is known of all."""
        found = holders()
        look_together(found)
        return found

    @cached_property
    def units(self) -> list[tuple[int, str]]:
        """The ids and codes of all units."""
        return list(Unit.objects.order_by().values_list("pk", "code"))


def itself(row: Any) -> Iterable[Any]:
    return [row]


def something_new(_row: Any) -> Iterable[Any]:
    """What a creation is asked for."""
    return [None]


@dataclass(frozen=True, kw_only=True)
class Step:
    """Rows that wait for one of ``verbs``, at the desk of who holds one of ``roles`` where ``at`` leads to a unit (of
    one of the rows ``among``, where there are several); without ``at`` over the whole district, or wherever for the
    account in the column ``own``. Without roles they lie with that account, whatever it holds.

    ``on``: what the verbs act on, where that is not the row. ``barred``: whether somebody at the desk may yet be kept
    from it, by ``who`` (the permit of the first verb); then rows are judged one by one.
    """

    verbs: tuple[Callable[..., Any], ...]
    roles: tuple[str, ...]
    waits: Q
    at: str = ""
    among: QuerySet | None = None
    own: str = ""
    on: Callable[[Any], Iterable[Any]] = itself
    barred: bool = False
    who: Callable[[Any, Any], Any] | None = None

    def desk(self, user: Any) -> Q | None:
        """The rows that would lie at this person's desk; None: he has none (nor has a superuser without a grant)."""
        held = [each for each in reach(user).held if each.role in self.roles]
        if not held and self.roles:
            return None
        if self.own:
            return Q(**{self.own: user.pk})
        if any(each.whole for each in held):
            return ALL
        if not self.at:
            return None
        return self.where(_under(self.at, {each.code for each in held}))

    def where(self, unit: Q) -> Q:
        """The condition on the rows that their unit is as ``unit`` says."""
        return unit if self.among is None else Q(Exists(self.among.filter(unit)))

    def is_for(self, user: Any, row: Any) -> bool:
        """Whether a row that waits for it lies at this person's desk, and he is not kept from it."""
        desk = self.desk(user)
        if desk is None or not type(row)._default_manager.filter(desk, pk=row.pk).exists():
            return False
        return not self.barred or self.lets(user, row)

    def lets(self, user: Any, row: Any) -> bool:
        """Whether the user is not kept from it."""
        if self.who is not None:
            return _passes(self.who, user, row)
        return any(_passes(acts.of(self.verbs[0]).permit.who, user, each) for each in self.on(row))


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Work of one kind. ``rows``: what can wait at all, with the columns that steps look at (all there are, without);
    ``late``: which of them are past their limit; ``since``: the column that says since when one waits.

    ``related`` and ``fetched``: what permits read beside the row; ``brought_with``: which of it holds accounts too.
    """

    model: type[Registered]
    steps: Callable[[Now], Sequence[Step]]
    since: Any
    rows: Callable[[Now], QuerySet] | None = None
    late: Callable[[QuerySet, Now], Q] | None = None
    related: tuple[str, ...] = ()
    fetched: tuple[str, ...] = ()
    brought_with: tuple[str, ...] = ()

    def of(self, user: Any, now: Now) -> Worklist:
        """What waits for this person."""
        mine = [(each, desk) for each in self.steps(now) if (desk := each.desk(user)) is not None]
        gives = any(each.role in GIVES_THE_ROLE.roles for each in reach(user).held)
        if not mine and not gives:
            return Worklist(self.model._default_manager.none())
        rows = self._waiting(now)
        here = self._left_alone(rows, now) if gives else NOTHING
        for step, desk in mine:
            here |= step.waits & desk & ~Q(pk__in=self._kept_from(user, rows.filter(step.waits, desk), step))
        waiting = self._seen(rows.filter(here), user)
        late = self.late(waiting, now) if self.late else NOTHING
        return Worklist(waiting, late, self.since, tuple(step for step, _desk in mine))

    def turns(self, row: Any, now: Now) -> list[Step]:
        """What one row waits for, at whosever desk."""
        steps = list(self.steps(now))
        waits = [Case(When(each.waits, then=True), default=False) for each in steps]
        found = self._waiting(now).filter(pk=row.pk).values_list(*waits).first() or [False] * len(steps)
        return [each for each, holds in zip(steps, found, strict=True) if holds]

    def _waiting(self, now: Now) -> QuerySet:
        """The rows that can wait at all."""
        return self.rows(now) if self.rows else self.model._default_manager.all()

    def _seen(self, rows: QuerySet, user: Any) -> QuerySet:
        """Those that the user may read."""
        readable = self.model.readable(user)
        return rows.filter(pk__in=readable.order_by().values("pk")) if readable.query.where else rows

    def _kept_from(self, user: Any, rows: QuerySet, step: Step) -> list[int]:
        """Those of ``rows`` at the user's desk that he may not act on."""
        if not step.barred:
            return []
        found = self._read(rows)
        known_to(user).foresee(pk for row in found for pk in self._accounts(row, step))
        return [row.pk for row in found if not step.lets(user, row)]

    def _read(self, rows: QuerySet) -> list[Any]:
        return list(rows.select_related(*self.related).prefetch_related(*self.fetched))

    def _accounts(self, row: Any, step: Step) -> Iterable[int]:
        """The accounts whose acts may bar somebody from a row."""
        for thing in (*step.on(row), *(getattr(row, name) for name in self.brought_with)):
            for field in thing._meta.concrete_fields if thing else ():
                if field.related_model is User and (pk := getattr(thing, field.attname)):
                    yield pk

    def _left_alone(self, rows: QuerySet, now: Now) -> Q:
        """The rows that wait for an act which no account may do: nobody holds the role there, or who does is barred."""
        found = NOTHING
        for step in self.steps(now):
            if step.own:
                continue
            near = _Near(step, now)
            found |= step.waits & near.nobody
            if step.barred:
                waiting = self._read(near.placed(rows.filter(step.waits & ~near.nobody)))
                if now.people:
                    known_to(now.people[0]).foresee(pk for row in waiting for pk in self._accounts(row, step))
                barred = [row.pk for row in waiting if not any(step.lets(user, row) for user in near.of(row))]
                found |= Q(pk__in=barred)
        return found


class _Near:
    """Who holds the roles of a step, by the code of the unit; under None those who hold one over all units."""

    def __init__(self, step: Step, now: Now) -> None:
        self.step, self.now = step, now
        self.at: dict[str | None, list[Any]] = defaultdict(list)
        for user in now.people:
            for each in reach(user).held:
                if each.role in step.roles:
                    self.at[None if each.whole else each.code].append(user)

    @property
    def nobody(self) -> Q:
        """The rows at whose desk nobody sits."""
        if self.at.get(None):
            return NOTHING
        if not self.step.at:
            return ALL
        alone = [pk for pk, code in self.now.units if not any(above in self.at for above in lineage(code))]
        return self.step.where(Q(**{f"{self.step.at}__in": alone}) | Q(**{f"{self.step.at}__isnull": True}))

    def placed(self, rows: QuerySet) -> QuerySet:
        """With ``desk``: the code of the unit at which a row lies; none for the district or several."""
        one = self.step.at and self.step.among is None
        return rows.annotate(desk=F(f"{self.step.at}__code") if one else Value(""))

    def of(self, row: Any) -> Iterable[Any]:
        """Who sits at the desk of this row, which is ``placed``."""
        if self.step.among is not None:
            yield from (user for users in self.at.values() for user in users)
            return
        yield from self.at.get(None, ())
        for code in lineage(row.desk) if row.desk else ():
            yield from self.at.get(code, ())


def _passes(who: Callable[[Any, Any], Any], user: Any, thing: Any) -> bool:
    try:
        who(user, thing)
    except NotAllowed:
        return False
    return True


def _under(at: str, codes: set[str]) -> Q:
    """The rows whose unit is one of these or lies under it."""
    found = NOTHING
    for code in sorted(codes):
        found |= subtree(code, field=f"{at}__code")
    return found


GIVES_THE_ROLE = Step(verbs=(accounts.grant,), roles=(Role.USER_ADMIN,), waits=NOTHING, on=something_new)
"""What is left to do where nobody may act."""
