"""One writer at a time, on both databases.

SQLite has a single writer by nature (``BEGIN IMMEDIATE``); on PostgreSQL an advisory lock held to the end of the
transaction gives the same order. The journal needs that order anyway (gap-free numbers, one previous hash), and with
it no verb can read a state that another is about to change. What is written in it stands in an event (``core.facts``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from core import facts
from core.errors import Missing
from core.prepared import first

WRITER_LOCK = 0x6761_7761_69  # "gawai"

_depth: ContextVar[int] = ContextVar("writing_depth", default=0)

M = TypeVar("M", bound=models.Model)


@contextmanager
def writing() -> Iterator[None]:
    """A transaction that is the only one writing. Blocks inside one another share the outermost, and its fate.

    Raises ``Untold`` at its end when rows were written that no event tells of.
    """
    outermost = _depth.get() == 0
    token = _depth.set(_depth.get() + 1)
    try:
        with transaction.atomic(savepoint=outermost):
            if outermost:
                take_writer_lock()
                facts.begin()
            yield
            if outermost:
                facts.end()
    finally:
        _depth.reset(token)


def take_writer_lock() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITER_LOCK])


def _of_id(model: type[models.Model], pk: int) -> models.QuerySet:
    return model._base_manager.filter(pk=pk)


def fresh(instance: M, *related: str) -> M:
    """``instance`` as it is now, read inside the writer's transaction; ``Missing`` if it has gone."""
    model = type(instance)
    found = first(_of_id, model, related, instance.pk, given=(model,))
    if found is None:
        raise Missing("not_found", _("Tidak ditemukan."))
    return found
