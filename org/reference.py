"""Keeping reference data: one verb for every table that a role edits by hand.

These verbs have a frame of their own, not that of ``core.acts``: one function serves every table, so the event has its
name from the table, what may be entered are the table's columns, and what is removed is written down while it is there.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from django.db import models
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from core import folded, jobs
from core.errors import Conflict, Fault
from core.journal import Private, record
from core.permits import refusing
from core.transactions import fresh, writing
from org import fixed, namesakes, placing, unit_names, weeks
from org.models import Office, Person, Reference, Tenure, Unit, User
from org.models.accounts import end_credentials
from org.rules import require, require_whole
from org.succession import revived

R = TypeVar("R", bound=Reference)
IN_USE = _("Masih dipakai catatan lain; nonaktifkan saja.")


def entered(model: type[Reference]) -> tuple[str, ...]:
    """The columns that may be entered and changed; words, limits and choices are the model's."""
    return tuple(each.name for each in model._meta.concrete_fields if each.editable and not each.primary_key)


def keep(row: R, *, actor: User, **values: Any) -> R:
    """Add ``row`` (when it has no id yet) or change it to ``values``.

    Refuses who is no ``keeper``, and what ``full_clean`` finds wrong. A unit without ``parent`` gets that of its code.
    Writes ``<type>.created`` or ``<type>.changed``; nothing when nothing changes.
    """
    with writing():
        if row.pk is not None:
            row = fresh(row)
            keeper(actor, row)
        changed = _change(row, values, actor)
        role = keeper(actor, row)
        if isinstance(row, Unit) and "parent" in changed:
            placing.refuse_above_all(row, role)
        return _store(row, changed, actor=actor, role=role)


def put(row: R, *, role: str, **values: Any) -> R:
    """``keep`` by the system itself, for commands that the operator of the machine runs; ``role`` names who that is."""
    with writing():
        row = row if row.pk is None else fresh(row)
        return _store(row, _change(row, values, None), actor=None, role=role)


@refusing(IN_USE, "in_use")
def unused(row: Reference) -> bool:
    """Whether nothing points at ``row`` that keeps it from being removed; one query for all tables that could."""
    return not fixed.leaned_on(row)


@refusing(fixed.ERASED, "erased")
def known(row: Reference) -> bool:
    """Whether ``row`` is not an erased person, of whom nothing is entered any more."""
    return not fixed.is_erased(row)


def remove(row: Reference, *, actor: User) -> None:
    """Delete ``row`` while nothing points at it (else ``Conflict``: set it inactive). Writes ``<type>.removed``."""
    with writing():
        row = fresh(row)
        role = keeper(actor, row)
        try:
            type(row)._base_manager.filter(pk=row.pk).delete()
        except ProtectedError as error:
            raise Conflict("in_use", IN_USE) from error
        record(f"{row.journal_type}.removed", row, actor=actor, role=role, changes=_last(row))


def _change(row: Reference, values: dict[str, Any], actor: User | None) -> dict[str, list[Any]]:
    """Set ``values`` and validate; what differs, as ``{name: [old, new]}``."""
    adding = row.pk is None
    values = placing.placed(row, values)
    old = {} if adding else {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    folded.settle(row, actor, values)
    values = {name: getattr(row, name) for name in values}
    _refuse_staying(row, [name for name, was in old.items() if was != values[name]], outright=True)
    row.full_clean()
    if adding and isinstance(row, Person):
        namesakes.refuse_second(row)
    differ = [name for name in values if adding or old[name] != values[name]]
    if isinstance(row, Office):
        namesakes.refuse_second_office(row, differ)
    if isinstance(row, Unit):
        unit_names.refuse_second_unit(row, differ)
    follows = weeks.settle(row, old)
    for name, value in follows.items():
        old.setdefault(name, None if adding else getattr(row, name))
        setattr(row, name, value)
    values = {name: getattr(row, name) for name in values | follows}
    changed = {n: [old.get(n), value] for n, value in values.items() if adding or old[n] != value}
    _refuse_staying(row, changed)
    return changed


def _refuse_staying(row: Reference, changed: Collection[str], *, outright: bool = False) -> None:
    faults = tuple(Fault(name, "in_use", why) for name, why in fixed.staying(row, changed, outright=outright))
    if faults:
        raise Conflict("in_use", " ".join(str(each.detail) for each in faults), faults=faults)


def _last(row: Reference) -> dict[str, list[Any]]:
    """What stood in ``row``, as ``{name: [old, None]}``."""
    values = {name: getattr(row, name) for name in entered(type(row))}
    return {n: _guarded(row, n, [value, None]) for n, value in values.items() if value not in (None, "")}


def _store(row: R, changed: dict[str, list[Any]], *, actor: User | None, role: str) -> R:
    adding = row.pk is None
    if not changed and not adding:
        return row
    changed = {**changed, **followed(row, changed, actor)}
    row.save(force_insert=adding, update_fields=None if adding else _attnames(row, changed))
    verb = f"{row.journal_type}.{'created' if adding else 'changed'}"
    changes = {n: _guarded(row, n, pair) for n, pair in changed.items()}
    if isinstance(row, Unit) and changed.get("active") == [False, True]:
        revived([row])
    if isinstance(row, Person) and changed.get("active") == [True, False]:
        end_credentials([row])
    moved = placing.taken_under(row) if isinstance(row, Unit) and "code" in changed else []
    if moved:
        changes["children"] = [None, [each.code for each in moved]]
    record(verb, row, actor=actor, role=role, changes=changes, related=moved)
    _announce(row, [name for name, (_old, new) in changed.items() if new is not None] if adding else changed)
    return row


def followed(row: Reference, changed: Collection[str], actor: User | None) -> dict[str, list[Any]]:
    """Set what follows from ``changed``; what of it differs, as ``{name: [old, new]}``."""
    found = {name: [getattr(row, name), value] for name, value in row.follows(changed, actor).items()}
    for name, (_old, value) in found.items():
        setattr(row, name, value)
    return {name: pair for name, pair in found.items() if pair[0] != pair[1]}


def _announce(row: Reference, changed: Collection[str]) -> None:
    if row.announced.intersection(changed):
        jobs.announce(row.announces)


def keeper(user: Any, row: Reference | type[Reference]) -> str:
    """The role under which the user keeps ``row``, or rows of a table at all; of what is the whole district's only who
    holds it over all of it."""
    if row.of_the_whole:
        return require_whole(user, *row.kept_by)
    return require(user, *row.kept_by, unit=None if isinstance(row, type) else unit_of(row))


def unit_of(row: Reference) -> Any:
    """The unit whose keepers may touch a row that is not the whole district's."""
    if isinstance(row, Tenure):
        return row.office.unit
    return getattr(row, "unit", None)


def _attnames(row: models.Model, names: Any) -> list[str]:
    return [row._meta.get_field(name).name for name in names]


def _guarded(row: Reference, name: str, pair: list[Any]) -> list[Any]:
    return [Private(value) for value in pair] if name in row.private_fields else pair
