"""Reference data: small tables that a role keeps by hand and the rest of the register points at."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from core.models import Registered
from core.scoping import ScopedQuerySet


class ReferenceQuerySet(ScopedQuerySet):
    """Rows that everyone signed in may read."""

    def in_scope(self, user: Any) -> ReferenceQuerySet:
        return self.all()


class Reference(Registered):
    """``kept_by``: the roles that may add and change rows; ``private_fields``: what enters the journal erasable.

    ``of_the_whole``: the rows are the whole district's, so that a role held in a part of it keeps none of them.

    ``announces``: the kind of job that is put into the queue for packages that reckon with these rows, when one of the
    columns ``announced`` changes.
    """

    kept_by: ClassVar[tuple[str, ...]] = ()
    of_the_whole: ClassVar[bool] = True
    private_fields: ClassVar[frozenset[str]] = frozenset()
    announces: ClassVar[str] = ""
    announced: ClassVar[frozenset[str]] = frozenset()

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        abstract = True

    def follows(self, changed: Collection[str], actor: Any) -> dict[str, Any]:
        """Columns nobody enters that follow from ``actor`` (None: the system) having ``changed`` these."""
        return {}

    @property
    def journal_number(self) -> str:
        return str(getattr(self, "code", "") or "")


class Succeeded(Reference):
    """What can have a successor by decree (``org.succeeding``)."""

    successions: Any
    active: Any

    class Meta:
        abstract = True
