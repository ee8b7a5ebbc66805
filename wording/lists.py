"""The journal as a list, with what its entries are about in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.columns import ValueKind
from core.lists import RANGE, TEXT, Filter, Listing
from core.models import Event
from org.models import Role
from wording.events import KINDS

_SPAN = ("lt", "lte", "gt", "gte")

EVENTS = Listing(
    model=Event,
    filters=(
        Filter("subject_type", label=_("tentang"), page="kind", options=KINDS.items()),
        Filter("role", page="role", options=Role.choices),
        Filter("seq", RANGE),
        Filter(
            "after",
            ("exact",),
            apply=lambda rows, seq, _values: rows.filter(pk__gt=seq),
            kind=ValueKind.WHOLE,
            label=_("sesudah nomor"),
        ),
        Filter("at", _SPAN),
        Filter("effective_at", _SPAN),
        Filter("actor_id"),
        Filter("verb", TEXT),
        Filter("subject_id"),
        Filter("subject_number"),
    ),
    search=("subject_number", "verb"),
    ordering={"seq": "pk"},
)
