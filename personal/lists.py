"""The lists of requests about personal data, of periods and of holds."""

from __future__ import annotations

from core import asked
from core.columns import Column, On
from core.lists import Filter, Listing
from org.lists import in_use, kept
from personal.models import LegalHold, RetentionRule, SubjectRequest

_SHOWN = On.ROW | On.PAGE

SUBJECT_REQUESTS = Listing(
    model=SubjectRequest,
    columns=(
        Column("person", _SHOWN), Column("kind", _SHOWN), Column("field", _SHOWN), Column("value", _SHOWN),
        *asked.COLUMNS,
    ),
    filters=(*asked.filters(), Filter("kind", page="kind"), Filter("person")),
    search=("person",),
    ordering={"id": "pk", "asked_at": "asked_at"},
)  # fmt: skip

RETENTION_RULES = Listing(
    model=RetentionRule,
    columns=kept(RetentionRule),
    filters=(in_use(),),
    search=("kind", "basis"),
    ordering={"id": "pk"},
)

LEGAL_HOLDS = Listing(
    model=LegalHold,
    columns=(Column("kind", _SHOWN), Column("record", _SHOWN), Column("basis", _SHOWN)),
    filters=(Filter("kind", page="kind"),),
    search=("basis",),
    ordering={"id": "pk"},
)
