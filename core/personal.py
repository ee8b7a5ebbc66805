"""Personal data in what people write: which columns may hold it, and how words about somebody are taken out of them.

Every column of text or JSON of our tables may name somebody, and is looked through when a person is erased, but those
that a model names in ``impersonal`` with a reason (``EVERY`` for the whole table). So a new column is looked through
from its first day. While ``erasing()`` the guards give way for these columns, and for nothing else. What else a package
keeps of somebody (tokens, addresses) is forgotten by the functions in ``ERASERS`` of its module ``erasing``; files that
were made from the register, and may name anybody, are dropped by those in ``COPIES``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from operator import or_
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import CharField, Field, JSONField, Model, Q, TextField
from django.db.models.fields.reverse_related import ForeignObjectRel

from core import facts, folded
from core.discovery import of_each_package
from core.models import EVERY, Erasing, Event, EventPrivate, SecurityEvent
from core.naming import Known

_PAGE = 500


def impersonal(model: type[Model]) -> dict[str, str]:
    """The columns of ``model`` in which nobody is named, each with its reason."""
    return {name: why for base in reversed(model.__mro__) for name, why in vars(base).get("impersonal", {}).items()}


@cache
def models_of_ours() -> tuple[type[Model], ...]:
    """Every table of our packages."""
    ours = [app for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR]
    return tuple(model for app in ours for model in app.get_models(include_auto_created=True))


@cache
def tables() -> dict[type[Model], tuple[str, ...]]:
    """Every table of ours with its columns that may name somebody."""
    found = {m: tuple(f.name for f in m._meta.concrete_fields if _may_name(m, f)) for m in models_of_ours()}
    return {model: columns for model, columns in found.items() if columns}


def _may_name(model: type[Model], field: Field) -> bool:
    written = isinstance(field, (CharField, TextField, JSONField)) and not (field.choices or field.generated)
    return written and not {EVERY, field.name}.intersection(impersonal(model))


def columns_of(table: str) -> frozenset[str]:
    """The columns of a database table that may name somebody, as the database calls them."""
    return _by_table().get(table, frozenset())


@cache
def _by_table() -> dict[str, frozenset[str]]:
    return {
        model._meta.db_table: frozenset(str(model._meta.get_field(name).column) for name in columns)  # type: ignore[union-attr]
        for model, columns in tables().items()
    }


@dataclass(frozen=True)
class Erased:
    """Who is erased: the ids of person and account (None without one), and how texts name them."""

    person: int
    user: int | None
    known: Known


@contextmanager
def erasing() -> Iterator[None]:
    """Inside the block, and inside ``writing()``, guards let words about people be taken out."""
    opened = Erasing.objects.create()
    yield
    opened.delete()


def forget(gone: Erased) -> int:
    """Take the person out of all texts, files and credentials but the own row; returns in how many rows it stood.

    Call inside ``erasing()``.
    """
    rows = sum(_forget_in(model, columns, gone.known) for model, columns in tables().items())
    for erasers in of_each_package("erasing", "ERASERS"):
        for eraser in erasers:
            eraser(gone)
    drop_copies()
    return rows


def forget_copies(known: Known) -> None:
    """Take a value that was corrected out of what was only copied from the register: kept answers, jobs, imports."""
    for model, columns in tables().items():
        if EVERY in facts.untold(model) and model is not SecurityEvent:
            _forget_in(model, columns, known)
    drop_copies()


def drop_copies() -> None:
    """Drop every export that was made and every file that is being read in: their owners make them anew."""
    for copies in of_each_package("erasing", "COPIES"):
        for drop in copies:
            drop()


def mentions(model: type[Model], columns: Collection[str], known: Known) -> Iterator[tuple[Model, dict[str, Any]]]:
    """The rows that name the person, each with the columns that do, a page at a time."""
    last, found = 0, model._base_manager.filter(known.rows(columns)).order_by("pk")
    while page := list(found.filter(pk__gt=last)[:_PAGE]):
        for row in page:
            values = {name: getattr(row, name) for name in columns}
            if named := {name: value for name, value in values.items() if known.names_in(value)}:
                yield row, named
        last = page[-1].pk


def _forget_in(model: type[Model], columns: Collection[str], known: Known) -> int:
    number = 0
    for row, named in mentions(model, columns, known):
        values = {name: _fitting(model, name, known.without(value)) for name, value in named.items()}
        rewrite(row, **values)
        number += 1
    return number


def _fitting(model: type[Model], name: str, value: Any) -> Any:
    longest = getattr(model._meta.get_field(name), "max_length", None)
    return value[:longest] if longest and isinstance(value, str) else value


def rewrite(row: Model, **values: Any) -> None:
    """Put ``values`` into a row whose old text is to be forgotten: what earlier events sealed of it opens no more, and
    the event of this act tells all of the row anew."""
    facts.forget(row)
    for each in _referrers(row):
        facts.forget(each)
    for name, value in values.items():
        setattr(row, name, value)
    keys = {each.name: each.pre_save(row, add=False) for each in folded.of(type(row), values)}
    type(row)._base_manager.filter(pk=row.pk).update(**values, **keys)


def _referrers(row: Model) -> Iterator[Model]:
    if not getattr(row, "told_with_referrers", ()):
        return
    for link in row._meta.get_fields(include_hidden=True):
        if isinstance(link, ForeignObjectRel):
            yield from link.related_model._base_manager.filter(**{link.field.name: row.pk})


def forget_in_journal(gone: Erased, about: Collection[tuple[str, int]]) -> None:
    """Erase what the journal keeps beside its chain: of events about these objects (type and id) all of it, of what the
    account did its address, of all others what names the person."""
    subject = [Q(event__subject_type=kind, event__subject_id=pk) for kind, pk in about]
    wanted = gone.known.rows(["values"])
    for each in (*subject, Q(event__actor_id=gone.user) if gone.user else Q(pk__in=[])):
        wanted = or_(wanted, each)
    last, found = 0, EventPrivate.objects.filter(wanted).select_related("event").order_by("pk")
    while page := list(found.filter(pk__gt=last)[:_PAGE]):
        for kept in page:
            values = {
                path: sealed
                for path, sealed in kept.values.items()
                if not _forgotten(kept.event, path, sealed, gone, about)
            }
            if values != kept.values:
                EventPrivate.objects.filter(pk=kept.pk).update(values=values)
        last = page[-1].pk


def _forgotten(event: Event, path: str, sealed: list[Any], gone: Erased, about: Collection[tuple[str, int]]) -> bool:
    own = path == "address" and gone.user is not None and event.actor_id == gone.user
    return own or (event.subject_type, event.subject_id) in about or gone.known.names_in(sealed[1])


def told_of(about: Iterable[tuple[str, int]], names: Callable[[str], bool]) -> set[str]:
    """What the journal still says of these objects under the fields that ``names`` picks: values they had before."""
    found: set[str] = set()
    for kind, pk in about:
        kept = EventPrivate.objects.filter(event__subject_type=kind, event__subject_id=pk)
        for values in kept.values_list("values", flat=True):
            found |= {str(value) for path, (_salt, value) in values.items() if names(path)}
    return found
