"""Personal data for the officer in charge: requests with their clock, periods of retention, holds; for everybody one's
own requests."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice import filters, html
from backoffice.asked import AskedAdmin
from backoffice.base import BaseAdmin, linked, shows
from backoffice.choosing import RowField
from backoffice.forms import form_for
from backoffice.registers.reference import ReferenceAdmin
from backoffice.texts import TextField
from backoffice.verbs import DANGER
from core import acts, words
from core.errors import DomainError
from core.searching import LONGEST_SEARCH
from org.models import Person
from personal import asking, retention
from personal.lists import LEGAL_HOLDS, RETENTION_RULES, SUBJECT_REQUESTS
from personal.models import LegalHold, RecordKind, RetentionRule, SubjectRequest
from personal.officer import is_officer
from wording.badges import Badge, Tone
from wording.nothing import or_nothing
from wording.personal import answered_by, clock_of, record_said

SHOWN_DUE = 200


class AskForm(form_for(asking.ask)):  # type: ignore[misc]
    """For oneself; the officer says for whom, since others come with a letter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_officer(self.user):
            self.fields["person"].required = True
            self.initial.setdefault("person", self.user.person_id)
        else:
            del self.fields["person"]


@shows(SubjectRequest)
class SubjectRequestAdmin(AskedAdmin):
    verbs, creates = acts.on(SubjectRequest, asking), asking.ask
    forms = {"create": AskForm}
    listing, list_filter = SUBJECT_REQUESTS, filters.of(SUBJECT_REQUESTS)
    list_display = ("kind", "person", "asked", "clock", "state")
    related = (*AskedAdmin.related, "person__unit")
    nothing = _("Anda belum pernah meminta perbaikan atau penghapusan data Anda.")

    @admin.display(description=_("batas jawaban"))
    def clock(self, obj: Any) -> str:
        return clock_of(obj)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        lead = ". ".join(filter(None, (clock_of(obj), answered_by(obj))))
        return {"badge": self.state(obj), "lead": lead, "facts": [*_wanted(obj), *self.told(obj)]}


def _wanted(asked: SubjectRequest) -> list[tuple[Any, Any]]:
    """What is to be corrected, from what to what; of an erasure nothing."""
    if not asked.field:
        return []
    to = asked.value or gettext("dihapus")
    if asked.decision:
        return [(_("Data yang salah"), asked.get_field_display()), (_("Seharusnya"), to)]
    now = or_nothing(getattr(asked.person, asked.field))
    return [(asked.get_field_display(), f"{now} → {to}")]


@shows(RetentionRule)
class RetentionRuleAdmin(ReferenceAdmin):
    """The page of a rule is its dry run: what running it erases."""

    listing = RETENTION_RULES
    list_display = ("kind", "years", "basis", "state")
    verbs = acts.on(RetentionRule, retention)
    tones = {"apply": DANGER}

    def may_read(self, user: Any) -> bool:
        return is_officer(user)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        due, held = retention.due(obj), retention.held_back(obj)
        lead = gettext("%(n)s catatan sampai masa simpannya dan tidak ditahan.") % {"n": words.thousands(len(due))}
        found = [(_("Akan dihapus bila dijalankan"), due), (_("Ditahan: tidak dihapus"), held)]
        return {"lead": lead, "tables": [(title, _rows(request.user, obj, items)) for title, items in found if items]}


def _rows(user: Any, rule: RetentionRule, items: list[retention.Item]) -> list[tuple[Any, Any]]:
    """Each record with the instant since when it rests, no more than so many."""
    named = _named(user, rule.kind, [item.record for item in items[:SHOWN_DUE]])
    rows: list[tuple[Any, Any]] = [(named[item.record], words.instant(item.rested)) for item in items[:SHOWN_DUE]]
    if len(items) > SHOWN_DUE:
        rows.append((gettext("dan %(n)s lagi") % {"n": words.thousands(len(items) - SHOWN_DUE)}, ""))
    return rows


def _named(user: Any, kind: str, numbers: list[int]) -> dict[int, Any]:
    """What records are called, leading to the pages of those that the user may see."""
    found = retention.records(kind, numbers)
    model = type(next(iter(found.values()))) if found else None
    seen = (
        set(model._default_manager.visible_to(user).filter(pk__in=found).values_list("pk", flat=True)) if model else ()
    )
    said = _said(kind, numbers)
    return {pk: linked(found[pk], text) if pk in seen else text for pk, text in said.items()}


def _said(kind: str, numbers: list[int]) -> dict[int, str]:
    found = retention.records(kind, numbers)
    return {number: record_said(kind, number, found.get(number)) for number in numbers}


class HoldForm(form_for(retention.hold, but=("record",))):  # type: ignore[misc]
    """Of whom or what: a person is chosen, anything else called by its number."""

    person = RowField(Person.objects.all(), required=False, label=_("Orang"))
    record = TextField(
        required=False,
        max_length=LONGEST_SEARCH,
        label=_("Nomor catatan lain"),
        help_text=_("Nomor usulan, nomor keterangan saksi, atau bulan catatan keamanan seperti 202511."),
    )
    field_order = ("kind", "person", "record", "basis")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(each.value, each.noun) for each in RecordKind]
        self.initial |= {name: self.query[name] for name in ("kind", "person", "record") if name in self.query}

    def values(self) -> dict[str, Any]:
        found = super().values()
        person, kind = found.pop("person"), found["kind"]
        if kind != RecordKind.PERSON:
            return found | {"record": retention.numbered(kind, found["record"])}
        if person is None:
            raise DomainError("required", _("Wajib diisi."), field="person")
        return found | {"record": person.pk}


@shows(LegalHold)
class LegalHoldAdmin(BaseAdmin):
    verbs, creates = acts.on(LegalHold, retention), retention.hold
    forms = {"create": HoldForm}
    listing, list_filter = LEGAL_HOLDS, filters.of(LEGAL_HOLDS)
    list_display = ("noun", "named", "basis", "state")

    def may_read(self, user: Any) -> bool:
        return is_officer(user)

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        kinds = {row.kind for row in rows}
        found = {kind: _said(kind, [row.record for row in rows if row.kind == kind]) for kind in kinds}
        for row in rows:
            row.said = found[row.kind][row.record]

    @admin.display(description=_("jenis catatan"))
    def noun(self, obj: Any) -> Any:
        return RecordKind(obj.kind).noun

    @admin.display(description=_("catatan"))
    def named(self, obj: Any) -> str:
        return obj.said

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        noun, said = RecordKind(obj.kind).noun, _said(obj.kind, [obj.record])[obj.record]
        placed = (_("Ditahan oleh"), obj.placed_by)
        return {
            "title": f"{noun}: {said}",
            "badge": self.state(obj),
            "lead": _named(request.user, obj.kind, [obj.record])[obj.record],
            "facts": [placed, *([(_("Dilepas oleh"), obj.lifted_by)] if obj.lifted_by else [])],
        }

    @admin.display(description=_("keadaan"))
    def state(self, obj: Any) -> str:
        return html.badge(Badge(_("Dilepas"), Tone.CALM) if obj.lifted_at else Badge(_("Ditahan"), Tone.SOON))
