"""Whose hands did an act: those of the account's holder, of whoever gave it a password in the seven days before, and of
those for whom the holder stands in.

Whoever sets a password knows it. For seven days what the account files, records, endorses, verifies, decides, accepts
or disputes is done by both for four eyes, also where the holder has set another one since: so two accounts with
passwords of one person are one. A substitute acts for somebody, whose eyes he takes: a package says for whom in its
module ``eyes`` (``EYES``). Every four-eyes rule asks here, through
``core.permits.four_eyes`` or ``same_hands``; the journal says it with each act (``core.journal.record``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import F, QuerySet

from core import clock
from core.discovery import of_each_package
from core.models import Credential
from core.prepared import rows

KNOWN_FOR = timedelta(days=7)
"""How long a password set by another counts as his."""


@dataclass(frozen=True)
class Hand:
    """That the account ``by`` (its id; None: nobody) did something to a thing at the instant ``at`` (None: now)."""

    by: int | None
    at: datetime | None


@dataclass(frozen=True)
class Turn:
    """That ``user`` stands in for ``absent`` (accounts by id) from the instant ``since`` until before ``until``."""

    user: int
    absent: int
    since: datetime
    until: datetime


class Known:
    """Who knew whose password, and who stood in for whom, when; as far as one caller asked for it."""

    def __init__(self) -> None:
        self._given: dict[int, list[tuple[int, datetime]]] = {}
        self._absent: dict[int, list[Turn]] = {}

    def read(self, ids: Iterable[int]) -> None:
        """Look up these accounts, in one query for each thing to know."""
        missing = sorted(set(ids) - self._given.keys())
        if not missing:
            return
        given: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
        for user, by, at in rows(_by_others, ("user_id", "set_by_id", "set_at"), missing):
            given[user].append((by, at))
        absent: dict[int, list[Turn]] = defaultdict(list)
        for turn in (turn for stood_in in _eyes() for turn in stood_in(missing)):
            absent[turn.user].append(turn)
        self._given |= {pk: given[pk] for pk in missing}
        self._absent |= {pk: absent[pk] for pk in missing}

    def foresee(self, ids: Iterable[int]) -> None:
        """Look up these accounts, whoever set their passwords, who set theirs, and so on: a query or two for each step
        back, however many accounts."""
        todo = set(ids) - self._given.keys()
        while todo:
            self.read(todo)
            todo = {by for pk in todo for by, _at in self._given[pk]} - self._given.keys()

    def hands(self, user: int, at: datetime) -> frozenset[int]:
        """The accounts whose holders did what ``user`` did at the instant ``at``: those who may have acted as he, and
        those for whom one of them stood in."""
        acting = self.acting(user, at)
        self.read(acting)
        return acting | {turn.absent for pk in acting for turn in self._absent[pk] if turn.since <= at < turn.until}

    def acting(self, user: int, at: datetime) -> frozenset[int]:
        """The accounts whose holders may have acted as ``user`` at the instant ``at``, its own among them.

        Who could act as him who set the password, when he set it, is one of them.
        """
        seen, todo = set(), {(user, at)}
        while todo:
            self.read(pk for pk, _at in todo)
            seen |= todo
            todo = {
                (by, set_at) for pk, then in todo for by, set_at in self._given[pk] if then - KNOWN_FOR < set_at <= then
            } - seen
        return frozenset(pk for pk, _at in seen)


def known_to(user: Any) -> Known:
    """What was looked up for ``user``, kept with the instance (one instance serves one request)."""
    known = getattr(user, "_known", None)
    if known is None:
        known = user._known = Known()
    return known


def look_together(users: Iterable[Any]) -> None:
    """Have these users share what is looked up for one of them, themselves first."""
    known, users = Known(), list(users)
    known.foresee(each.pk for each in users)
    for each in users:
        each._known = known


def hands_of(user: Any, at: datetime | None = None) -> frozenset[int]:
    """The accounts whose holders do what ``user`` does now, or did at ``at``; its own among them."""
    return known_to(user).hands(user.pk, at or clock.now())


def acting_as(user: Any, at: datetime | None = None) -> frozenset[int]:
    """The accounts whose holders may act as ``user`` now, or did at ``at``, since they know the password; its own among
    them."""
    return known_to(user).acting(user.pk, at or clock.now())


def setter_of(user: Any) -> int | None:
    """The account that set the password which ``user`` has now, within seven days, where that is another's."""
    if len(acting_as(user)) == 1:
        return None
    last = Credential.objects.filter(user=user.pk).last()
    return last.set_by_id if last and last.set_by_id != user.pk and last.set_at > clock.now() - KNOWN_FOR else None


def same_hands(user: Any, *others: int | Hand | None, at: datetime | None = None) -> bool:
    """Whether what ``user`` does now, or did at ``at``, is done by one of ``others``: accounts by their id, or acts."""
    acts, accounts = _acts(others), {each for each in others if isinstance(each, int)}
    if not acts and not accounts:
        return False
    known = known_to(user)
    known.read([user.pk, *(by for by, _at in acts)])
    mine = hands_of(user, at)
    return not mine.isdisjoint(accounts) or any(not mine.isdisjoint(known.hands(*each)) for each in acts)


def through_a_password(user: Any, *others: int | Hand | None) -> bool:
    """Whether ``user`` is one of ``others`` only because somebody knew a password of one of them."""
    known, acts = known_to(user), _acts(others)
    if user.pk in [*(by for by, _at in acts), *(each for each in others if isinstance(each, int))]:
        return False
    return any(len(each) > 1 for each in (acting_as(user), *(known.acting(*each) for each in acts)))


def _acts(others: Iterable[int | Hand | None]) -> list[tuple[int, datetime]]:
    """The acts among ``others`` that somebody did, each with its instant."""
    hands = (each for each in others if isinstance(each, Hand))
    return [(each.by, each.at or clock.now()) for each in hands if each.by is not None]


@cache
def _eyes() -> tuple[Callable[[list[int]], Iterable[Turn]], ...]:
    return tuple(stood_in for some in of_each_package("eyes", "EYES") for stood_in in some)


def _by_others(ids: list[int]) -> QuerySet[Credential]:
    return Credential.objects.filter(user_id__any_of=ids, set_by__isnull=False).exclude(set_by=F("user")).order_by("id")
