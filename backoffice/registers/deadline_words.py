"""The words of a deadline beside their date: suggested to the recorder, shown again to the publisher."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.forms import VerbForm
from backoffice.verbs import Button, Creation
from core import words
from core.amounts import longest
from pledges.models import Pledge
from pledges.states import Publication
from pledges.suggesting import explanation, suggestion_for, suggestion_of
from pledges.words import FROM_THE_CALENDAR, DeadlineRule

BASED_ON = ("made_on_from", "made_on_to", "office")


class SuggestingForm(VerbForm):
    """A pledge's form that, sent with ``suggest``, comes back with the date its words come to. Nothing is stored."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "suggest" in self.data:
            self._suggest()

    def _suggest(self) -> None:
        known = {}
        for name in BASED_ON:
            try:
                known[name] = self.fields[name].clean(self.data.get(name))
            except ValidationError as error:
                if name != "office":  # it only lends the end of its tenure
                    self.add_error(name, error)
        if self._errors:
            return
        found = suggestion_for(self.data.get("deadline_text", "")[: longest(Pledge, "deadline_text")], **known)
        self.fields["original_due_on"].help_text = explanation(found)
        if found.due_on:
            self.data = self.data.copy()
            self.data["original_due_on"] = found.due_on.isoformat()


class SideBySide:
    """Mixin of the pledges' register: the publisher sees what was said, the date entered, and the one suggested."""

    def beside(self, verb: Button | Creation, subject: Any, form: Any) -> dict[str, Any]:
        if not isinstance(verb, Button) or verb.name != "publish":
            return {}
        found = suggestion_of(subject)
        return {
            "entered": words.long_date(subject.original_due_on),
            "suggested": words.long_date(found.due_on),
            "explained": explanation(found),
            "differs": found.due_on != subject.original_due_on,
        }


def facts(pledge: Pledge) -> list[tuple[Any, Any]]:
    """How the first date was read from the words; with a warning while it hangs on a calendar not yet decreed.

    Of a date that the recorder gave: what the words would have come to.
    """
    if not pledge.deadline_rule:
        return []
    if pledge.deadline_rule == DeadlineRule.BY_HAND:
        read = words.long_date(pledge.read_due_on) or gettext("tidak ada tanggal")
        return [(_("Tenggat dibaca dari ucapan"), f"{read}. {pledge.get_deadline_rule_display()}")]
    from_calendar = pledge.deadline_rule in FROM_THE_CALENDAR and pledge.publication == Publication.PUBLISHED
    told = explanation(suggestion_of(pledge)) if from_calendar else pledge.get_deadline_rule_display()
    return [(_("Tenggat dibaca dari ucapan"), told)]
