"""One writer at a time, on both databases.

SQLite has a single writer by nature (``BEGIN IMMEDIATE``); on PostgreSQL an advisory lock held to the end of the
transaction gives the same order. The journal needs that order anyway (gap-free numbers, one previous hash), and with
it no verb can read a state that another is about to change.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Missing
from core.prepared import first

WRITER_LOCK = 0x6761_7761_69  # "gawai"

_depth: ContextVar[int] = ContextVar("writing_depth", default=0)

M = TypeVar("M", bound=models.Model)


@contextmanager
def writing() -> Iterator[None]:
    """A transaction that is the only one writing. Blocks inside one another share the outermost, and its fate."""
    token = _depth.set(_depth.get() + 1)
    try:
        with transaction.atomic(savepoint=_depth.get() == 1):
            if _depth.get() == 1:
                take_writer_lock()
            yield
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
