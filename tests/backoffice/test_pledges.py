"""The page of a pledge: what it says of every status, and what nobody changes there."""

from __future__ import annotations

import re

from pledges.models import Pledge
from tests.backoffice.desk import Desk, page, verb_page, verbs_on
from tests.base import Cast, a_pledge, day
from tests.pledges.test_guards import WORDS


def test_a_form_with_the_immutable_fields_of_a_published_pledge_changes_nothing(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast, original_due_on=day("2023-12-31"))
    before = Pledge.objects.values().get(pk=pledge.pk)
    sent = {name: str(value) for name, value in WORDS.items()} | {"office": cast.bupati.pk, "quantity": 9}
    lines = {"rows": "1", "lines-0-unit": cast.cibinong.pk, "lines-0-device": f"f{cast.hp.family_id}"}
    for user in (cast.verifier, cast.publisher, cast.superuser):
        shown = desk.get(user, page(pledge))
        assert not {"change", "delete", "submit", "publish"} & verbs_on(shown)
        assert not set(WORDS) & set(re.findall(r'name="(\w+)"', shown.content.decode()))
        assert desk.post(user, page(pledge), sent).status_code == 405
        wanted = 403 if user == cast.publisher else 409
        assert (
            desk.post(user, verb_page(pledge, "change"), {**sent, **lines, "lines-0-quantity": 9}).status_code == wanted
        )
        assert desk.get(user, verb_page(pledge, "change")).status_code == (403 if user == cast.publisher else 302)
    assert Pledge.objects.values().get(pk=pledge.pk) == before
    assert [(line.unit, line.quantity) for line in pledge.lines.all()] == [(cast.kemang, 1)]
