"""What the words of a deadline come to in this installation: its calendar, the tenures it keeps."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext

from core import words
from org.calendar import Almanac
from org.models import Office, Tenure
from pledges.models import Pledge
from pledges.words import DeadlineRule, Suggestion, latest_after, suggest


def suggestion_for(
    deadline_text: str,
    made_on_from: date,
    made_on_to: date,
    office: Office | None = None,
    calendar: Almanac | None = None,
) -> Suggestion:
    """The parser's suggestion; ``office`` lends the end of its holder's tenure and the working week of its unit."""
    ends_on = tenure_end(office, made_on_to) if office else None
    almanac = calendar or Almanac.load()
    almanac = almanac.in_unit(office.unit) if office else almanac
    return suggest(deadline_text, made_on_from, made_on_to, calendar=almanac, tenure_ends_on=ends_on)


def tenure_end(office: Office, day: date) -> date | None:
    """The end of the tenure in which ``day`` falls; None when it is open or nobody is kept."""
    then = Tenure.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), office=office, starts_on__lte=day)
    return then.order_by("-starts_on").values_list("ends_on", flat=True).first()


def suggestion_of(pledge: Pledge, calendar: Almanac | None = None) -> Suggestion:
    """What the words of ``pledge`` come to by the calendar as it stands."""
    return suggestion_for(pledge.deadline_text, pledge.made_on_from, pledge.made_on_to, pledge.office, calendar)


def latest_after_condition(pledge: Pledge, met_on: date) -> date | None:
    """The latest date that the words of ``pledge`` allow once its condition was met on ``met_on``; None for none."""
    office = pledge.office
    return latest_after(
        pledge.deadline_text, pledge.made_on_from, pledge.made_on_to, met_on,
        calendar=Almanac.load().in_unit(office.unit), tenure_ends_on=tenure_end(office, pledge.made_on_to),
    )  # fmt: skip


def read(pledge: Pledge) -> None:
    """Keep what the words come to now, and the rule by which the pledge's date (or having none) follows from them:
    ``by_hand`` when it does not."""
    suggestion = suggestion_of(pledge)
    pledge.read_due_on = suggestion.due_on
    if not pledge.deadline_text:
        pledge.deadline_rule = DeadlineRule.BY_HAND if pledge.original_due_on else DeadlineRule.SILENT
    else:
        follows = suggestion.due_on == pledge.original_due_on
        pledge.deadline_rule = suggestion.rule if follows else DeadlineRule.BY_HAND


def explanation(suggestion: Suggestion) -> str:
    """The suggestion in words, for the person who confirms it."""
    told = [str(DeadlineRule(suggestion.rule).label)]
    if suggestion.condition:
        told.append(gettext("Syaratnya: “%(condition)s”.") % {"condition": suggestion.condition})
    if suggestion.limit:
        told.append(gettext("Batasnya: %(day)s.") % {"day": words.long_date(suggestion.limit)})
    if suggestion.unread:
        told.append(gettext("Tidak terbaca: “%(words)s”.") % {"words": suggestion.unread})
    if suggestion.provisional:
        told.append(gettext("Tanggal sementara: kalender tahun itu belum ditetapkan."))
    if suggestion.gate:
        day = words.long_date(suggestion.gate)
        told.append(
            gettext("Harus masuk anggaran paling lambat %(day)s; bila terlewat, itu baru peringatan.") % {"day": day}
        )
    return " ".join(told)
