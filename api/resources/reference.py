"""Reference data: one resource class for every table that a role keeps by hand."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from api import shapes
from api.acts import Call
from api.columns import fields_of
from api.fields import Input, entered_in
from api.resource import Resource, Told, performs
from api.shapes import Field, Many, Shape, registered
from core.columns import On
from core.lists import Listing
from core.permits import Permit
from org.models import Reference
from org.reference import entered, keep, keeper, remove, unused

ACTIONS = Field(
    (), {"type": "array", "items": shapes.STRING, "description": "What this caller may do now."}, lambda _base: []
)


class ReferenceResource(Told, Resource):
    """Everybody reads; the roles in ``kept_by`` of the listing's model add, change and remove.

    What is sent are the columns of the model that may be entered, what is shown those of the listing; ``more`` are
    fields that a column cannot say, ``beside`` those of one row alone.
    """

    listing: ClassVar[Listing]  # type: ignore[misc]  # here always
    model: ClassVar[type[Reference]]
    create: ClassVar[Any]
    partial_update: ClassVar[Any]
    destroy: ClassVar[Any]
    more: ClassVar[dict[str, Field]] = {}
    beside: ClassVar[dict[str, Field | Many]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        model = cls.model = cast("type[Reference]", cls.listing.model)
        permit = Permit(lambda user, _row: keeper(user, model))
        form = type(f"{model.__name__}Input", (Input,), entered_in(model, *entered(model)))
        cls.permits = {**cls.permits, "change": permit, "delete": Permit(permit.who, unused)}
        cls.create = performs("create", Call(cls._add, permit.who, form, status=201))
        cls.partial_update = performs("partial_update", Call(keep, permit.who, form))
        cls.destroy = performs("destroy", Call(remove, permit.who, status=204))
        common = registered(cls.path)
        first = {name: common.pop(name) for name in ("id", "url")}
        cls.row = Shape(model.__name__, {**first, **fields_of(cls.listing, On.ROW), **cls.more, **common})
        cls.full = cls.row.extend(f"{model.__name__}Detail", **cls.beside, actions=ACTIONS)

    @classmethod
    def _add(cls, *, actor: Any, **values: Any) -> Reference:
        return keep(cls.model(), actor=actor, **values)
