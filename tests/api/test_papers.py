"""The papers of a step, as PDF, for whoever may see the object."""

from __future__ import annotations

import pytest

from tests import base
from tests.api.cast import Cast
from tests.api.test_contract import problem


@pytest.mark.parametrize("kind", ["handovers", "assets", "requests"])
def test_a_paper_is_a_private_pdf_for_those_who_see_its_object(cast: Cast, kind: str):
    thing = {
        "handovers": lambda: base.delivered(cast.base),
        "assets": lambda: base.delivered(cast.base).items.first().asset,
        "requests": lambda: base.submitted(cast.base),
    }[kind]()
    path = f"{kind}/{thing.pk}/{'label' if kind == 'assets' else 'document'}/"
    for accept in ("application/pdf", "*/*", "application/json"):
        answer = cast.kemang_admin.get(path, Accept=accept)
        assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    problem(cast.cibinong_admin.get(path, Accept="application/pdf"), 404)
    problem(cast.anonymous.get(path), 401)
    problem(cast.kemang_admin.get(f"{path}?x=1"), 400)
    problem(cast.kemang_admin.post(path, {}), 405)


def test_a_published_pledge_cannot_be_deleted_by_anybody(cast: Cast):
    pledge = base.a_pledge(cast.base)
    for caller in (cast.verifier, cast.superuser, cast.viewer):
        problem(caller.delete(f"pledges/{pledge.pk}/"), 405)
    rejected = base.pledging.reject(
        base.pledging.submit(base.a_draft_pledge(cast.base), actor=cast.verifier.user),
        actor=cast.publisher.user,
        reason="Tanpa bukti",
    )
    problem(cast.verifier.delete(f"pledges/{rejected.pk}/"), 409)
