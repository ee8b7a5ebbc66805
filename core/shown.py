"""Which rows a stored result shows, kept beside it, so that each serving can ask whether its reader still sees them."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet

from core.models import Registered
from core.scoping import ScopedQuerySet


def pack(ids: Iterable[int]) -> str:
    """The ids in few bytes: in order, each as the gap to the one before."""
    ordered = sorted(set(ids))
    gaps = [here - before for before, here in zip([0, *ordered], ordered, strict=False)]
    return base64.b85encode(zlib.compress(json.dumps(gaps, separators=(",", ":")).encode())).decode() if gaps else ""


def unpack(packed: str) -> list[int]:
    ids, last = [], 0
    for gap in json.loads(zlib.decompress(base64.b85decode(packed))) if packed else ():
        last += gap
        ids.append(last)
    return ids


def still_seen(visible: QuerySet, packed: str) -> bool:
    """Whether all these rows are among ``visible``, what the reader sees today."""
    if not visible.query.is_empty() and not visible.query.where:
        return True  # of a kind of which the reader sees every row, also one that has gone since
    ids = unpack(packed)
    return not ids or visible.order_by().filter(pk__any_of=ids).values("pk").count() == len(ids)


def visible_rows(model: type[Model], user: Any) -> QuerySet:
    """The rows of ``model`` that the user may read; none where nobody said who may."""
    if issubclass(model, Registered):
        return model.readable(user)
    rows = model._default_manager.all()
    return rows.visible_to(user) if isinstance(rows, ScopedQuerySet) else rows.none()
