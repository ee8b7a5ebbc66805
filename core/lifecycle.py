"""States and moves as data. ``move`` claims by a conditional UPDATE: of two callers one gets a ``Conflict``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict
from core.models import Registered

Moves = Mapping[Any, frozenset[Any]]


def allows(moves: Moves, state: str, to: str) -> bool:
    return to in moves.get(state, frozenset())


def move(instance: models.Model, moves: Moves, *, to: str, field: str = "state", **changes: Any) -> list[str]:
    """Take ``instance`` to state ``to`` and set ``changes`` with it; returns ``[old, new]`` for the journal.

    Raises ``Conflict`` when the table has no such move, or when the row has left its state meanwhile.
    """
    old = getattr(instance, field)
    if not allows(moves, old, to):
        raise Conflict("illegal_transition", _("Tindakan ini tidak berlaku pada keadaan sekarang."))
    if isinstance(instance, Registered):
        changes |= instance.touch()
    claimed = type(instance)._base_manager.filter(pk=instance.pk, **{field: old}).update(**{field: to}, **changes)
    if not claimed:
        raise Conflict("changed_meanwhile", _("Sudah diubah orang lain. Muat ulang halaman ini."))
    for name, value in {field: to, **changes}.items():
        setattr(instance, name, value)
    return [old, to]
