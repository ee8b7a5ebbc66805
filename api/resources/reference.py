"""Reference data: one resource class for every table that a role keeps by hand."""

from __future__ import annotations

from typing import Any, ClassVar

from api import shapes
from api.fields import Input
from api.resource import Resource, Told, changing, creating, removing
from api.shapes import Field, Shape, registered
from core.permits import Permit
from org.models import Reference
from org.reference import keep, remove
from org.rules import require

ACTIONS = Field(
    (), {"type": "array", "items": shapes.STRING, "description": "What this caller may do now."}, lambda _base: []
)


class ReferenceResource(Told, Resource):
    """Everybody reads; the roles in ``model.kept_by`` add, change and remove.

    A subclass names its model, the input form and the columns shown beside those of every registered object.
    """

    model: ClassVar[type[Reference]]
    form: ClassVar[type[Input]]
    columns: ClassVar[dict[str, Field]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        permit = Permit(lambda user, _row: require(user, *cls.model.kept_by))
        cls.permits = {"change": permit, "delete": permit}
        cls.create = creating(cls._add, who=permit.who, input=cls.form)
        cls.partial_update = changing(keep, permit, input=cls.form)
        cls.destroy = removing(remove, permit)
        common = registered(cls.path)
        first = {name: common.pop(name) for name in ("id", "url")}
        cls.row = Shape(cls.model.__name__, {**first, **cls.columns, **common})
        cls.full = cls.row.extend(f"{cls.model.__name__}Detail", actions=ACTIONS)
        cls.ordering = {"id": "pk", "updated_at": "updated_at", **cls.ordering}

    def source(self) -> Any:
        return self.model.objects.all()

    @classmethod
    def _add(cls, *, actor: Any, **values: Any) -> Reference:
        return keep(cls.model(), actor=actor, **values)
