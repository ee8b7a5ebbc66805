"""The lists of requests about personal data, of periods and of holds."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import asked
from core.columns import Column, On
from core.lists import Filter, Listing
from org.lists import in_use, kept
from personal.models import LegalHold, RetentionRule, SubjectRequest

SUBJECT_REQUESTS = Listing(
    model=SubjectRequest,
    columns=(
        Column("person"), Column("kind"), Column("field", On.ROW | On.SHEET), Column("value", On.ROW | On.SHEET),
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
    columns=(
        Column("kind", On.ROW | On.SHEET),
        Column("record", On.ROW | On.SHEET, label=_("id catatan")),
        Column("basis"),
        Column("lifted_at", On.SHEET),
    ),
    filters=(Filter("kind", page="kind"),),
    search=("basis",),
    ordering={"id": "pk"},
)
