"""Columns of reference data that stay once something rests on them; each package says its own in its ``fixed``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import PROTECT, RESTRICT, Exists, ForeignObjectRel, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from core.discovery import of_each_package
from core.errors import Text
from org.models import Grant, Person, Reference, Unit, User


@dataclass(frozen=True)
class Fixed:
    """``columns`` of a row of ``model`` stay while ``holds`` says so of it, as it would be.

    ``why``, which may depend on the row, is told to who would change one. ``outright``: whatever the new value is, so
    that ``holds`` is asked, and this told, before anything is found wrong with it."""

    model: type[Reference]
    columns: frozenset[str]
    holds: Callable[[Any], bool]
    why: Text | Callable[[Any], Text]
    outright: bool = False


def staying(row: Reference, changed: Collection[str], *, outright: bool = False) -> Iterator[tuple[str, Text]]:
    """Of ``changed`` the columns of a kept ``row`` that stay, each with why; or only those that stay ``outright``."""
    if row.pk is None:
        return
    for each in (one for some in of_each_package("fixed", "FIXED") for one in some):
        names = sorted(each.columns.intersection(changed))
        asked = each.outright or not outright
        if asked and isinstance(row, each.model) and names and each.holds(row):
            why = each.why(row) if callable(each.why) else each.why
            yield from ((name, why) for name in names)


def leaned_on(row: Reference) -> bool:
    """Whether something points at ``row`` that keeps it from being removed; one query for all tables that could."""
    holding = Q(pk__in=[])
    for link in row._meta.get_fields(include_hidden=True):
        if isinstance(link, ForeignObjectRel) and getattr(link, "on_delete", None) in (PROTECT, RESTRICT):
            holding |= Q(Exists(link.related_model._base_manager.filter(**{link.field.name: OuterRef("pk")})))
    return bool(type(row)._base_manager.filter(holding, pk=row.pk).exists())


def keeps_the_installation(person: Person) -> bool:
    """Whether nobody else acts as main administrator."""
    kept = User.objects.acting().filter(is_superuser=True)
    return kept.filter(person=person).exists() and not kept.exclude(person=person).exists()


def _last_stops(person: Person) -> bool:
    return not person.active and keeps_the_installation(person)


def _moves_with_roles(person: Person) -> bool:
    return Grant.objects.of_before(person, person.unit).exists()


def _roles_held(person: Person) -> Text:
    ending = Grant.objects.of_before(person, person.unit).select_related("unit")
    named = ", ".join(str(each) for each in ending)
    return _("Masih punya peran %(roles)s: pakai Pindah atau berhenti, yang mengakhirinya.") % {"roles": named}


def is_erased(row: Reference) -> bool:
    """Whether this was somebody of whom nothing is known any more."""
    return isinstance(row, Person) and row.erased_at is not None


ERASED = _("Data orang ini sudah dihapus; tidak diubah lagi.")
LAST = _("Harus ada sedikitnya satu administrator utama yang aktif.")
FIXED = (
    Fixed(
        Person, frozenset(each.name for each in Person._meta.concrete_fields), is_erased, ERASED, outright=True,
    ),
    Fixed(Person, frozenset({"active"}), _last_stops, LAST),
    Fixed(Person, frozenset({"unit"}), _moves_with_roles, _roles_held),
    Fixed(
        Unit, frozenset({"code", "parent"}), leaned_on,
        _("Pada unit ini atau di bawahnya sudah ada catatan; kode dan tempatnya tetap. Tambahkan unit baru, lalu "
          "usulkan sebagai penerusnya."),
        outright=True,
    ),
)  # fmt: skip
"""Where a unit stands says whose promise a device keeps (pledges.md, "When delivery counts")."""
