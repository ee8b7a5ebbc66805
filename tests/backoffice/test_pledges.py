"""The page of a pledge: what it says of every status, and what nobody changes there."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.permits import actions
from handing_over import fulfilment
from pledges import deadlines, line_changes
from pledges.models import Pledge
from pledges.verbs import PERMITS
from tests.backoffice.desk import Desk, listing, markup, page, text, verb_page, verbs_on
from tests.base import (
    Cast,
    a_draft_pledge,
    a_pledge,
    accepted,
    again,
    an_attachment,
    an_issue,
    at,
    closed,
    day,
    delivered,
    returned,
    revised,
    succeeded,
)
from tests.base import (
    user as account,
)
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


def test_a_receiver_says_that_an_accepted_phone_is_dead_up_to_two_weeks_later(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast, original_due_on=day("2026-12-31"))
    handover = delivered(cast, pledge_line=pledge.lines.get())
    item = handover.items.get()
    with at("2026-03-17"):
        assert "dispute" not in verbs_on(desk.get(cast.kemang_admin, page(handover)))
    with at("2026-03-16"):
        assert verbs_on(desk.get(cast.kemang_admin, page(handover))) == {"dispute", "attach-signed"}
        assert "14 hari sesudah diterima" in text(desk.get(cast.kemang_admin, verb_page(handover, "dispute")))
        sent = {f"items-{item.pk}-reason": "Mati total"}
        assert desk.post(cast.kemang_admin, verb_page(handover, "dispute"), sent)["Location"] == page(handover)
        assert "Perangkat diambil kembali" in text(desk.get(cast.viewer, page(pledge)))
        assert "cancel" not in verbs_on(desk.get(cast.clerk, page(handover)))


def test_a_receipt_confirmed_late_says_so_on_the_pledge_and_on_the_handover(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast, original_due_on=day("2026-03-02"))
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    with at("2026-08-30"):
        accepted(cast, handover)
        assert "dikonfirmasi 181 hari kemudian" in text(desk.get(cast.viewer, page(pledge)))
        shown = text(desk.get(cast.kemang_admin, page(handover)))
        assert "30 Agustus 2026, dikonfirmasi 181 hari kemudian" in shown and "diterima 2 Maret 2026" in shown


def test_the_pages_say_on_what_a_device_counts_and_show_the_paper_before_a_dispute(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast, original_due_on=day("2026-12-31"))
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk2)
    assert "menurut BAST bertanda tangan, dilampirkan Nani Rohani" in text(desk.get(cast.viewer, page(pledge)))
    assert "Lihat dulu BAST bertanda tangan" in text(desk.get(cast.kemang_head, verb_page(handover, "dispute")))
    friend = account(username="teman", unit=cast.setda, roles=("requester",), where=cast.kemang)
    fulfilment.accept(handover, actor=friend)
    assert "bukan oleh orang unit penerima sendiri" in text(desk.get(cast.kemang_admin, page(handover)))


def test_a_date_given_later_says_how_long_after_the_promise(cast: Cast, desk: Desk) -> None:
    with at("2023-11-15"):
        pledge = a_pledge(cast)
    revised(cast, pledge, kind="first_set", to=day("2023-12-31"), on="2023-11-20")
    assert "Tenggat diberikan 324 hari sesudah janji diucapkan." in text(desk.get(cast.viewer, page(pledge)))
    dated = desk.get(cast.viewer, page(a_pledge(cast, original_due_on=day("2026-12-31"))))
    assert "Tenggat diberikan" not in text(dated)


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_a_decision_without_a_reason_is_refused_beside_the_field(cast: Cast, desk: Desk, decision: str) -> None:
    pledge = a_pledge(cast, original_due_on=day("2026-06-30"))
    succeeded(cast, cast.kemang, cast.cibinong)
    lines = [{"source": pledge.lines.get(), "unit": cast.cibinong, "quantity": 1}]
    for asked in (
        deadlines.ask(
            pledge,
            kind="extension",
            new_due_on=day("2026-12-31"),
            reason="x",
            actor=cast.verifier,
            document=an_attachment(cast),
        ),
        line_changes.ask(
            pledge, kind="move", reason="x", lines=lines, actor=cast.verifier, document=an_attachment(cast)
        ),
    ):
        for reason in ("", " "):
            assert desk.act(cast.decider, asked, "decide", decision=decision, reason=reason).status_code == 400
        assert "decide" in verbs_on(desk.get(cast.decider, page(asked)))
        assert desk.act(cast.decider, asked, "decide", decision=decision, reason="Sesuai").status_code == 302


def test_what_one_may_do_is_found_by_judging_the_pledge_once(cast: Cast) -> None:
    pledge = a_pledge(cast)
    for user, verbs in (
        (cast.kemang_head, {"merge", "ask-line-change"}),
        (cast.verifier, {"ask-revision", "ask-line-change", "withdraw", "excuse", "merge", "pass-on"}),
        (cast.superuser, {"withdraw", "excuse", "merge", "ask-revision", "ask-line-change"}),
    ):
        with CaptureQueriesContext(connection) as queries:
            assert verbs <= set(actions(PERMITS, user, pledge))
        assert sum(' FROM "pledges_delivery"' in each["sql"] for each in queries) == 1, user.username


def test_the_page_of_a_late_pledge_shows_its_days_large_and_how_often_it_was_moved(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast, original_due_on=day("2025-10-09"))
    revised(cast, pledge, kind="extension", to=day("2026-01-09"), on="2025-10-01")
    shown = desk.get(cast.viewer, page(pledge))
    assert "Lewat tenggat · diundur 1 kali" in text(shown)
    assert "52 hari lewat tenggat berlaku 144 hari lewat tenggat pertama" in text(shown)
    assert b'class="g-huge g-late-text">52<' in shown.content
    revised(cast, pledge, kind="restated", to=day("2026-12-31"))
    shown = desk.get(cast.viewer, page(pledge))
    assert "Diperpanjang; tenggat awal terlewati · diundur 2 kali" in text(shown)
    assert b'class="g-huge g-soon-text">144<' in shown.content
    dangling = desk.get(cast.viewer, page(a_pledge(cast)))
    assert "1.157 hari sejak diucapkan" in text(dangling)
    assert (
        b'class="g-huge' not in desk.get(cast.viewer, page(a_pledge(cast, original_due_on=day("2026-12-31")))).content
    )


@pytest.mark.parametrize(
    ("due", "on", "lead"),
    [
        ("2026-03-20", "2026-03-02", "ditepati 2 Mar 2026, 18 hari lebih cepat"),
        ("2026-03-02", "2026-03-02", "ditepati 2 Mar 2026"),
        ("2026-02-20", "2026-03-02", "ditepati 2 Mar 2026, 10 hari lewat tenggat pertama"),
        (None, "2026-03-02", "ditepati 2 Mar 2026"),
    ],
)
def test_a_kept_pledge_leads_with_the_day_it_was_kept(
    cast: Cast, desk: Desk, due: str | None, on: str, lead: str
) -> None:
    pledge = a_pledge(cast, original_due_on=day(due) if due else None)
    with at(on):
        delivered(cast, pledge_line=pledge.lines.get())
    with at("2026-05-01"):
        assert f'class="g-lead">{lead}</p>' in markup(desk.get(cast.viewer, page(pledge)))
        assert lead in text(desk.get(cast.viewer, listing(Pledge)))


def test_what_was_taken_back_or_closed_has_no_running_deadline(cast: Cast, desk: Desk) -> None:
    pledge, ended = (a_pledge(cast, original_due_on=day("2026-03-31")) for _ in range(2))
    asset = delivered(cast, pledge_line=pledge.lines.get()).items.get().asset
    with at("2026-03-05"):
        returned(cast, [asset], kind="recall")
    closed(cast, ended, "withdraw", reason="Anggaran dipotong")
    for when, lead in (("2026-03-10", "pernah lengkap 2 Mar 2026"),
                       ("2026-04-10", "pernah lengkap 2 Mar 2026, 10 hari lewat tenggat")):  # fmt: skip
        with at(when):
            assert f'class="g-lead">{lead}</p>' in markup(desk.get(cast.viewer, page(pledge)))
            assert 'class="g-lead">sejak 2 Mar 2026</p>' in markup(desk.get(cast.viewer, page(ended)))


def test_of_a_draft_from_a_kecamatan_the_verifier_is_offered_only_what_was_not_said(cast: Cast, desk: Desk) -> None:
    draft = a_draft_pledge(cast, by=cast.kemang_admin)
    shown = desk.get(cast.verifier, verb_page(draft, "change")).content.decode()
    assert set(re.findall(r'<(?:input|select|textarea)[^>]* name="([a-z_]+)"', shown)) - {"csrfmiddlewaretoken"} >= {
        "title", "responsible_unit", "budget_ref",
    }  # fmt: skip
    assert 'name="quote"' not in shown and 'name="lines-0-unit"' not in shown
    fields = {"title": "HP admin", "responsible_unit": cast.diskominfo.pk, "budget_ref": "DPA 1", "quote": "Lain"}
    assert desk.act(cast.verifier, draft, "change", **fields).status_code == 302
    assert (again(draft).title, again(draft).quote) == ("HP admin", draft.quote)


def test_a_draft_sent_back_says_why_on_its_page(cast: Cast, desk: Desk) -> None:
    draft = a_draft_pledge(cast, by=cast.kemang_admin)
    assert desk.act(cast.verifier, draft, "send-back", reason="Harinya belum jelas").status_code == 302
    shown = desk.get(cast.kemang_admin, page(draft)).content.decode()
    assert "Harinya belum jelas" in shown
    assert "16 Maret 2026" in shown
