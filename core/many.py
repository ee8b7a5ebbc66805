"""An act done to several subjects at once: to all or to none, with one event each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.acts import Act
from core.errors import Conflict, DomainError, Fault, Missing, NotAllowed, Stale
from core.permits import admit
from core.transactions import writing


def run(act: Act, seen: QuerySet, chosen: Mapping[int, int | None], actor: Any, values: dict[str, Any]) -> list[Any]:
    """Do it to each row of ``chosen`` (its id, and the version its reader saw; None: whichever), or to none.

    ``seen``: the rows in the actor's scope. A refusal has one fault for each row that rules it out, told of
    ``rows.<index>``: one that is not there, not this actor's, changed since it was read, in another state; its kind
    is that of the gravest. ``refused`` on it says of which row.
    """
    with writing():
        act.check(act.shared, values)
        found = _found(seen, chosen)
        if refused := _refused(act, found, chosen, actor):
            raise _all_of(refused, list(chosen), found)
        mine = dict(zip(chosen, _of_each(act, [found[pk] for pk in chosen], values), strict=True))
        if refused := {pk: each for pk, each in mine.items() if isinstance(each, DomainError)}:
            raise _all_of(refused, list(chosen), found)
        done = []
        for pk in chosen:
            try:
                done.append(act.run(found[pk], actor, dict(mine[pk])))
            except DomainError as refusal:
                raise _of_all(act, refusal) or _all_of({pk: refusal}, list(chosen), found) from refusal
    return done


def ruled_out(
    act: Act, seen: QuerySet, chosen: Mapping[int, int | None], actor: Any
) -> dict[int, tuple[Any, DomainError]]:
    """Those of ``chosen`` to which it cannot be done now, whatever is said for all: each (None: not in ``seen``) and
    why. ``Stale``: only that it changed since its reader saw it."""
    found = _found(seen, chosen)
    refused = _refused(act, found, dict.fromkeys(chosen), actor)
    changed = {pk: old for pk, old in chosen.items() if pk not in refused and old not in (None, found[pk].version)}
    refused |= _refused(act, found, changed, actor)
    return {pk: (found.get(pk), refusal) for pk, refusal in refused.items()}


def _found(seen: QuerySet, chosen: Mapping[int, int | None]) -> dict[int, Any]:
    rows = seen.model._base_manager.select_related(*seen.model.read_with)  # type: ignore[attr-defined]
    return rows.filter(pk__in=seen.filter(pk__in=list(chosen)).order_by().values("pk")).in_bulk()


def _refused(
    act: Act, found: Mapping[int, Any], chosen: Mapping[int, int | None], actor: Any
) -> dict[int, DomainError]:
    refused = {}
    for pk, version in chosen.items():
        try:
            _ask(act, found.get(pk), version, actor)
        except DomainError as refusal:
            refused[pk] = refusal
    return refused


def _of_each(act: Act, subjects: list[Any], values: dict[str, Any]) -> Iterable[Any]:
    """What the body is called with for each; or why it cannot be."""
    return act.many(subjects, **values) if callable(act.many) else [values] * len(subjects)


def _of_all(act: Act, refusal: DomainError) -> DomainError | None:
    """The refusal as one of what was said for all, where it is about nothing else."""
    named = [_said_for_all(act, each.field) for each in refusal.faults]
    if not all(named) or not named:
        return None
    faults = {name: Fault(name, each.code, each.detail) for name, each in zip(named, refusal.faults, strict=True)}
    return type(refusal)(refusal.code, refusal.detail, faults=tuple(faults.values()))


def _said_for_all(act: Act, field: str) -> str:
    """The field by which a value that was said for all is known, or a part of it; empty: it was not."""
    if field.partition(".")[0] in act.shared:
        return field
    last = field.rpartition(".")[2]
    return last if last in act.shared else ""


def _ask(act: Act, thing: Any, version: int | None, actor: Any) -> None:
    if thing is None:
        raise Missing("not_found", _("Tidak ditemukan."))
    act.permit.who(actor, thing)
    if version is not None and version != thing.version:
        raise Stale("stale", _("Sudah berubah sejak Anda membacanya. Muat ulang dahulu."))
    admit(act.permit.when, thing)


def _all_of(refused: Mapping[int, DomainError], order: list[int], things: Mapping[int, Any]) -> DomainError:
    """One refusal for all of them, of the gravest kind."""
    gravest = next(each for kind in _GRAVITY for each in refused.values() if isinstance(each, kind))
    faults = []
    for pk, refusal in refused.items():
        name = str(things[pk]) if pk in things else str(pk)
        faults.append(Fault(f"rows.{order.index(pk)}", refusal.code, format_lazy("{}: {}", name, refusal.detail)))
    told = _("Tidak ada yang dikerjakan: %(n)s dari %(all)s tidak dapat.") % {"n": len(refused), "all": len(order)}
    made = type(gravest)(gravest.code, told, faults=tuple(faults))
    made.refused = {pk: (things.get(pk), refusal) for pk, refusal in refused.items()}
    return made


_GRAVITY = (Missing, NotAllowed, Stale, Conflict, DomainError)
