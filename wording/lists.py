"""The journal as a list, with what its entries are about in words."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from core import clock
from core.columns import Column, On, ValueKind
from core.lists import RANGE, TEXT, Filter, Listing
from core.models import Event
from core.searching import labelled
from org.lists import UNIT, account_called, units_of
from org.models import Role, Unit, User
from org.models.units import subtree
from org.telling import in_scope
from wording.events import ENDINGS, KINDS, SENTENCES, sentence_of
from wording.roles import ROLES, held_as

_SPAN = ("lt", "lte", "gt", "gte")


def _in_words(word: str, _values: Any) -> Q:
    """Events whose sentence, kind of subject, actor or role is called so."""
    found = Q(verb__in=labelled(((verb, said) for verb, (said, _weight) in SENTENCES.items()), word))
    for ending in labelled(((end, said) for end, (said, _weight) in ENDINGS.items()), word):
        found |= Q(verb__endswith=f".{ending}") & ~Q(verb__in=SENTENCES)
    found |= Q(subject_type__in=labelled(KINDS.items(), word)) | Q(role__in=labelled(ROLES.items(), word))
    return found | Q(actor_id__in=User.objects.filter(User.is_called(word)).values("pk"))


def _of_unit(rows: QuerySet, code: str, _values: Any) -> QuerySet:
    return rows.filter(unit_id__in=Unit.objects.filter(subtree(code)).order_by().values("pk"))


def _with_names(rows: QuerySet) -> QuerySet:
    unit = Unit.objects.filter(pk=OuterRef("unit_id")).values("code")
    return rows.annotate(
        actor_name=account_called("actor_id"), absent_name=account_called("acting_for_id"), unit_code=Subquery(unit)
    )


EVENTS = Listing(
    model=Event,
    scope=in_scope,
    columns=(
        Column("seq", On.SHEET, kind=ValueKind.WHOLE, label=_("no."), width=10),
        Column("at", On.SHEET),
        Column("happened", On.SHEET, source="verb", make=lambda verb: str(sentence_of(verb, {})[0]),
               kind=ValueKind.TEXT, label=_("peristiwa"), width=44),
        Column("kind", On.SHEET, source="subject_type", make=lambda kind: str(KINDS.get(kind, kind)),
               kind=ValueKind.TEXT, label=_("tentang"), width=24),
        Column("subject_number", On.SHEET, kind=ValueKind.CODE),
        Column("actor", On.SHEET, source="actor_name", kind=ValueKind.TEXT, label=_("oleh")),
        Column("role", On.SHEET, source=("role", "absent_name"), make=held_as, kind=ValueKind.TEXT, label=_("peran")),
        Column("unit", On.SHEET, source="unit_code", kind=ValueKind.CODE, label=_("kode unit")),
    ),
    for_sheet=_with_names,
    filters=(
        Filter("since", apply=lambda rows, day, _values: rows.filter(at__gte=clock.start_of(day)), kind=ValueKind.DAY,
               label=_("sejak tanggal"), page="since"),
        Filter("until", apply=lambda rows, day, _values: rows.filter(at__lte=clock.end_of(day)), kind=ValueKind.DAY,
               label=_("sampai tanggal"), page="until"),
        Filter("within", apply=_of_unit, kind=ValueKind.TEXT, label=UNIT, page="unit", rows=units_of),
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
    search=("subject_number", "verb", _in_words),
    ordering={"seq": "pk"},
)  # fmt: skip
