"""The working calendar: the days in force, and what one proposes and another confirms."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice import filters
from backoffice.asked import AskedAdmin, told
from backoffice.base import BaseAdmin, address_of, shows
from backoffice.columns import facts_of, in_list
from backoffice.forms import form_for, initial_of
from backoffice.texts import TextField
from backoffice.verbs import DANGER, PRIMARY, Button
from core import acts, words
from documents.intake.days import written
from documents.intake.spellings import Unread, choice
from org import proposing
from org.lists import CALENDAR_DAYS, CALENDAR_PROPOSALS
from org.models import CalendarDay, CalendarProposal
from pledges.recomputing import would_move
from wording.nothing import NOTHING

KIND = choice(CalendarDay.Kind.choices)


class ListForm(form_for(proposing.propose, but=("days",))):  # type: ignore[misc]
    """A list of days, pasted from a sheet or typed: one a line."""

    rows_name = "days"
    days = TextField(
        label=_("Daftar hari"),
        widget=forms.Textarea(attrs={"rows": 12, "wrap": "off"}),
        help_text=_(
            "Satu baris satu hari: tanggal; nama; jenis. Boleh ditempel dari Excel. Tanpa jenis: libur nasional."
        ),
    )

    def clean_days(self) -> list[proposing.Entry]:
        lines = [line for line in self.cleaned_data["days"].splitlines() if line.strip()]
        return [_entry(number, line) for number, line in enumerate(lines, 1)]

    def _row(self, index: str) -> Any:
        """A fault of one line stands beside the list and names the line."""
        return OneLine(self, int(index) + 1) if index.isdigit() else None


class OneLine:
    def __init__(self, form: ListForm, number: int) -> None:
        self.form, self.number = form, number

    def blame(self, _field: str, detail: Any) -> None:
        self.form.blame("days", _line(self.number, detail))


def _entry(number: int, line: str) -> proposing.Entry:
    parts = [part.strip() for part in line.replace("\t", ";").split(";")] + ["", ""]
    try:
        return proposing.Entry(written(parts[0]), parts[1], KIND(parts[2] or CalendarDay.Kind.NATIONAL))
    except Unread as error:
        raise forms.ValidationError(_line(number, error.detail)) from error


def _line(number: int, detail: Any) -> str:
    return gettext("Baris %(number)s: %(detail)s") % {"number": number, "detail": detail}


def _said(day: CalendarDay) -> str:
    marks = [str(_("tetap masuk kerja"))] if day.works else []
    return " · ".join([words.long_date(day.date), day.name, str(day.get_kind_display()), *marks])


def _changes(proposal: CalendarProposal) -> list[tuple[Any, Any]]:
    rows = proposal.days.select_related("replaces").order_by("date", "pk")
    return [(_said(each), _became(each)) for each in rows]


def _became(day: CalendarDay) -> Any:
    if day.removed:
        return _("dihapus")
    return gettext("semula %(day)s") % {"day": _said(day.replaces)} if day.replaces else _("baru")


def _moved(proposal: CalendarProposal) -> list[tuple[Any, Any]]:
    return [
        (
            format_html('<a class="g-link" href="{}">{}</a>', address_of(pledge), pledge),
            f"{words.long_date(old)} → {words.long_date(new)}",
        )
        for pledge, old, new in would_move(proposal)
    ]


@shows(CalendarDay)
class CalendarDayAdmin(BaseAdmin):
    listing = CALENDAR_DAYS
    list_display = ("date", "name", "kind", *in_list(CALENDAR_DAYS, "works", "state"))
    list_filter = filters.of(CALENDAR_DAYS)
    ordering = ("-date",)
    usual: ClassVar = {"state": CalendarDay.State.IN_FORCE.value}
    sortable_by = ("date",)
    related = ("proposal__asked_by__person", "proposal__decided_by__person")
    verbs, creates = acts.on(CalendarDay, proposing), proposing.propose_day
    tones: ClassVar = {"confirm": PRIMARY, "remove": DANGER}
    repeats = True

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows: Any = super().get_queryset(request)
        return rows if request.GET.get("state") else rows.in_force()

    def initial(self, verb: Button, subject: Any) -> dict[str, Any]:
        return initial_of(subject, ("date", "name", "kind", "works")) if verb.name == "change" else {}

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        proposal = obj.proposal
        link = (
            format_html('<a class="g-link" href="{}">{}</a>', address_of(proposal), proposal) if proposal else NOTHING
        )
        facts = [*facts_of(CALENDAR_DAYS, obj), (_("Usulan"), link)]
        waits = tables_of(proposal) if proposal and not proposal.decision else {}
        return {"facts": [*facts, *(told(proposal) if proposal else [])], **waits}


def tables_of(proposal: CalendarProposal) -> dict[str, Any]:
    """What a proposal changes, and which open promises would move."""
    waiting = [] if proposal.decision else [(_("Janji yang tenggatnya bergeser"), _moved(proposal))]
    return {"tables": [(_("Yang berubah"), _changes(proposal)), *waiting]}


@shows(CalendarProposal)
class CalendarProposalAdmin(AskedAdmin):
    """Lists of days, each by one decree."""

    listing = CALENDAR_PROPOSALS
    list_display = ("decree", "asked", "state")
    list_filter = filters.of(CALENDAR_PROPOSALS)
    verbs, creates = acts.on(CalendarProposal, proposing), proposing.propose
    forms: ClassVar = {"create": ListForm}

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {"badge": self.state(obj), "facts": told(obj), **tables_of(obj)}
