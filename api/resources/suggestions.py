"""Spoken words of a deadline, read as a date for a person to confirm."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api import shapes
from api.acts import answers
from api.fields import Day, Input, Related, Text
from api.resource import Base
from core.amounts import longest
from core.strict import check_parameters
from org.models import Office
from pledges.models import Pledge
from pledges.rules import may_draft
from pledges.suggesting import explanation, suggestion_for
from pledges.words import DeadlineRule

SUGGESTION: shapes.Schema = {
    "type": "object",
    "properties": {
        "due_on": shapes.nullable(shapes.DATE),
        "rule": {**shapes.STRING, "enum": DeadlineRule.values},
        "gate": {**shapes.nullable(shapes.DATE), "description": "The budget's last day for it: a warning only."},
        "condition": shapes.nullable(shapes.STRING),
        "limit": {**shapes.nullable(shapes.DATE), "description": "A date said beside the condition."},
        "provisional": shapes.BOOLEAN,
        "explanation": shapes.STRING,
    },
    "required": ["due_on", "rule", "gate", "condition", "limit", "provisional", "explanation"],
}


class SuggestionInput(Input):
    deadline_text = Text(allow_blank=True, max_length=longest(Pledge, "deadline_text"))
    made_on_from = Day()
    made_on_to = Day()
    office = Related(Office, required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["made_on_to"] < attrs["made_on_from"]:
            detail = _("Akhir rentang ucapan tidak boleh sebelum awalnya.")
            raise serializers.ValidationError({"made_on_to": detail}, "invalid")
        return attrs


class SuggestDeadline(Base):
    """The date that the words come to. Stores nothing; for whoever may draft a pledge."""

    http_method_names = ["post"]
    only_computes = True

    @answers(SUGGESTION, input=SuggestionInput)
    def post(self, request: Request) -> Response:
        may_draft(request.user)
        check_parameters(request.query_params, ())
        found = suggestion_for(**self.validated(SuggestionInput, self.body(SuggestionInput)))
        return Response(
            {
                "due_on": found.due_on,
                "rule": found.rule.value,
                "gate": found.gate,
                "condition": found.condition or None,
                "limit": found.limit,
                "provisional": found.provisional,
                "explanation": explanation(found),
            }
        )
