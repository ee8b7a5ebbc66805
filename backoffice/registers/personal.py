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
from backoffice.base import BaseAdmin, shows
from backoffice.forms import form_for
from backoffice.registers.reference import ReferenceAdmin
from backoffice.verbs import DANGER
from core import acts, words
from personal import asking, retention
from personal.lists import LEGAL_HOLDS, RETENTION_RULES, SUBJECT_REQUESTS
from personal.models import LegalHold, RetentionRule, SubjectRequest
from personal.officer import is_officer
from wording.badges import Badge, Tone
from wording.personal import answered_by, clock_of

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
    now = getattr(asked.person, asked.field) or gettext("kosong")
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
        due = retention.due(obj)
        rows = [(f"#{item.record}", words.instant(item.rested)) for item in due[:SHOWN_DUE]]
        if len(due) > SHOWN_DUE:
            rows.append((gettext("dan %(n)s lagi") % {"n": words.thousands(len(due) - SHOWN_DUE)}, ""))
        lead = gettext("%(n)s catatan sampai masa simpannya dan tidak ditahan.") % {"n": words.thousands(len(due))}
        return {"lead": lead, "tables": [(_("Akan dihapus bila dijalankan"), rows)] if rows else []}


@shows(LegalHold)
class LegalHoldAdmin(BaseAdmin):
    verbs, creates = acts.on(LegalHold, retention), retention.hold
    listing, list_filter = LEGAL_HOLDS, filters.of(LEGAL_HOLDS)
    list_display = ("kind", "record", "basis", "state")

    def may_read(self, user: Any) -> bool:
        return is_officer(user)

    @admin.display(description=_("keadaan"))
    def state(self, obj: Any) -> str:
        return html.badge(Badge(_("Dilepas"), Tone.CALM) if obj.lifted_at else Badge(_("Ditahan"), Tone.SOON))
