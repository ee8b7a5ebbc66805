"""The kind promised is the kind of the day it was published: nobody makes a tripod a phone afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from assets.importing_catalogue import DeviceTypeImporter
from assets.models import DeviceType
from core.applying import carry_out
from core.errors import Conflict, NotAllowed
from core.importing import FileRow
from handing_over import fulfilment
from handing_over.items import with_waiting_kind
from org.reference import keep, put
from pledges import kinds, pledging
from pledges.counting import lines_with_delivered
from pledges.models import Pledge
from pledges.reading import judgement_of
from pledges.states import Status
from tests.base import (
    Cast,
    a_draft_pledge,
    a_pledge,
    accepted,
    again,
    an_asset,
    an_attachment,
    an_issue,
    at,
    day,
    delivered,
    moment,
    returned,
)
from tests.checks import no_event, one_event, refused


def test_a_family_or_type_that_a_published_pledge_names_keeps_code_and_name(cast: Cast) -> None:
    a_pledge(cast)
    a_pledge(cast, lines=[{"unit": cast.kemang, "device_type": cast.tablet, "quantity": 1}])
    for row in (cast.hp.family, cast.tablet):
        for name in ("code", "name", "name_en"):
            with no_event(), refused(Conflict, "in_use", field=name):
                keep(row, actor=cast.clerk, **{name: "lain"})
    with one_event("device_type.changed", by=cast.clerk, role="asset_clerk"):
        keep(cast.hp, actor=cast.clerk, name="Telepon")


def test_what_only_a_draft_names_can_still_be_renamed(cast: Cast) -> None:
    a_draft_pledge(cast)
    with one_event("family.changed", by=cast.clerk, role="asset_clerk"):
        keep(cast.hp.family, actor=cast.clerk, name="Telepon genggam")


def test_a_type_that_was_ever_handed_over_keeps_its_family(cast: Cast) -> None:
    with one_event("device_type.changed", by=cast.clerk, role="asset_clerk"):
        keep(cast.tripod, actor=cast.clerk, family=cast.tablet.family)
    delivered(cast, assets=[an_asset(cast, device_type=cast.tripod)])
    with no_event(), refused(Conflict, "in_use", field="family"):
        keep(again(cast.tripod), actor=cast.clerk, family=cast.hp.family)


@pytest.mark.parametrize(
    ("table", "column", "kind"),
    [
        ("assets_family", "name", "family"), ("assets_family", "code", "family"),
        ("assets_devicetype", "family_id", "hp"),
    ],
)  # fmt: skip
def test_no_door_leads_around_it(cast: Cast, table: str, column: str, kind: str) -> None:
    a_pledge(cast)
    delivered(cast)
    row: Any = cast.hp.family if kind == "family" else cast.hp
    value = cast.tablet.family_id if column == "family_id" else "lain"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, row.pk])
    with pytest.raises(DatabaseError), transaction.atomic():
        type(row)._base_manager.filter(pk=row.pk).update(**{column: value})


# ---- a type that one person put into a promised family


def gagang(cast: Cast, by: Any = None) -> DeviceType:
    return keep(DeviceType(), actor=by or cast.clerk, code="gagang_hp", name="Gagang HP", family=cast.hp.family)


def count_of(pledge: Pledge, **known: Any) -> int:
    """Devices that count: the same by the row's rule, by the list's and by its lines."""
    found = judgement_of(pledge, **known).delivered
    [row] = Pledge.objects.filter(pk=pledge.pk).judged(**known)
    lines = lines_with_delivered(pledge.lines.all(), **known).values_list("delivered", flat=True)
    assert (row.delivered, sum(lines)) == (found, found)
    return found


def test_a_type_added_to_a_promised_family_counts_once_another_confirmed_it(cast: Cast) -> None:
    """From the day the receiver says; what was known before the confirmation stays as it was known."""
    with at("2026-03-01"):
        pledge = a_pledge(cast)
    with at("2026-03-02"):
        kind = gagang(cast)
        paper = delivered(cast, assets=[an_asset(cast, device_type=kind)], pledge_line=pledge.lines.get())
        assert count_of(pledge) == 0
        with no_event(), refused(NotAllowed, "own_act"):
            kinds.confirm(kind, actor=cast.clerk)
        for nobody in (cast.kemang_admin, cast.decider, cast.publisher, cast.auditor):
            with no_event(), refused(NotAllowed, "role_missing"):
                kinds.confirm(kind, actor=nobody)
    with at("2026-03-20"):
        assert count_of(pledge) == 0
        with one_event("device_type.confirmed", by=cast.verifier, role="verifier") as told:
            kinds.confirm(kind, actor=cast.verifier)
        assert told.related == {("pledge", pledge.pk)}
        assert count_of(pledge) == 1
        assert judgement_of(pledge).completed_on == day("2026-03-02") == paper.handed_over_on
        assert count_of(pledge, known_at=day("2026-03-19")) == 0
        with no_event(), refused(Conflict, "illegal_transition"):
            kinds.confirm(kind, actor=cast.planner)


def test_what_came_with_the_installation_or_before_the_promise_counts(cast: Cast) -> None:
    with at("2026-03-01"):
        before = gagang(cast)
    with at("2026-03-02"):
        pledge = a_pledge(cast, promised=3)
        installed = put(DeviceType(), role="operator", code="hp_b", name="HP B", family=cast.hp.family)
        for kind in (before, cast.hp, installed):
            delivered(cast, assets=[an_asset(cast, device_type=kind)], pledge_line=pledge.lines.get())
        assert count_of(pledge) == 3


def test_a_type_added_while_another_pledge_names_its_family_waits_for_every_later_one(cast: Cast) -> None:
    with at("2026-03-01"):
        a_pledge(cast)
    with at("2026-03-02"):
        kind = gagang(cast)
    with at("2026-03-03"):
        later = a_pledge(cast)
        delivered(cast, assets=[an_asset(cast, device_type=kind)], pledge_line=later.lines.get())
        assert count_of(later) == 0


def test_a_draft_promises_no_family(cast: Cast) -> None:
    with at("2026-03-01"):
        draft = a_draft_pledge(cast)
        kind = gagang(cast)
    with at("2026-03-02"):
        pledge = pledging.publish(pledging.submit(draft, actor=cast.verifier), actor=cast.publisher)
        delivered(cast, assets=[an_asset(cast, device_type=kind)], pledge_line=pledge.lines.get())
        assert count_of(pledge) == 1


def test_a_type_moved_into_a_promised_family_waits_anew(cast: Cast) -> None:
    """Also one that was confirmed where it was before."""
    with at("2026-03-01"):
        pledge = a_pledge(cast)
        kind = keep(DeviceType(), actor=cast.clerk, code="gagang", name="Gagang", family=cast.tripod.family)
        kinds.confirm(kind, actor=cast.clerk2)
    with at("2026-03-02"):
        keep(again(kind), actor=cast.clerk2, family=cast.hp.family)
        assert again(kind).unconfirmed
        delivered(cast, assets=[an_asset(cast, device_type=again(kind))], pledge_line=pledge.lines.get())
        assert count_of(pledge) == 0
        with no_event(), refused(NotAllowed, "own_act"):
            kinds.confirm(kind, actor=cast.clerk2)
        kinds.confirm(kind, actor=cast.clerk)
        assert count_of(pledge) == 1


def test_a_line_that_names_the_type_and_a_receiver_who_takes_a_substitute_wait_for_nobody(cast: Cast) -> None:
    with at("2026-03-01"):
        pledge = a_pledge(cast)
        kind = gagang(cast)
        named = a_pledge(cast, lines=[{"unit": cast.kemang, "device_type": kind, "quantity": 1}])
    with at("2026-03-02"):
        delivered(cast, assets=[an_asset(cast, device_type=kind)], pledge_line=named.lines.get())
        assert count_of(named) == 1
        paper = an_issue(cast, assets=[an_asset(cast, device_type=kind)], pledge_line=pledge.lines.get())
        accepted(cast, paper, substitute=True)
        assert count_of(pledge) == 1


def test_what_waited_and_was_taken_away_does_not_count_by_the_confirmation(cast: Cast) -> None:
    with at("2026-03-01"):
        pledge = a_pledge(cast, original_due_on=day("2026-12-31"), made_on_from=day("2026-03-01"),
                         made_on_to=day("2026-03-01"))  # fmt: skip
        kind = gagang(cast)
        asset = an_asset(cast, device_type=kind)
    with at("2026-03-02"):
        delivered(cast, assets=[asset], pledge_line=pledge.lines.get())
    with at("2026-03-10"):
        returned(cast, [asset], kind="recall")
    with at("2026-03-11"):
        kinds.confirm(kind, actor=cast.verifier)
        found = judgement_of(pledge)
        assert (found.status, found.delivered) == (Status.TAKEN_BACK, 0)
        assert count_of(pledge, as_of=day("2026-03-09")) == 1


def test_a_scan_of_a_waiting_kind_waits_too(cast: Cast) -> None:
    with at("2026-03-01"):
        pledge = a_pledge(cast)
        kind = gagang(cast)
    with at("2026-03-02"):
        paper = an_issue(cast, assets=[an_asset(cast, device_type=kind)], pledge_line=pledge.lines.get())
        fulfilment.attach_signed(paper, scan=an_attachment(cast), actor=cast.clerk2)
        assert count_of(pledge) == 0
        assert [item.waits_for for item in with_waiting_kind(paper.items.all())] == [kind.pk]
        kinds.confirm(kind, actor=cast.verifier)
        assert count_of(pledge) == 1
        assert [item.waits_for for item in with_waiting_kind(paper.items.all())] == [None]


def test_a_type_from_a_file_waits(cast: Cast) -> None:
    with at("2026-03-01"):
        pledge = a_pledge(cast)
    with at("2026-03-02"):
        row = FileRow(2, {"code": "gagang_hp", "name": "Gagang HP", "family": "hp"})
        carry_out(DeviceTypeImporter(cast.clerk), lambda: [row], source=cast.root)
        kind = DeviceType.objects.get(code="gagang_hp")
        assert (kind.unconfirmed, kind.added_by) == (True, cast.clerk)
        delivered(cast, assets=[an_asset(cast, device_type=kind)], pledge_line=pledge.lines.get())
        assert count_of(pledge) == 0


def test_who_added_and_who_confirmed_stays_once_a_device_was_handed_over(cast: Cast) -> None:
    a_pledge(cast)
    kind = gagang(cast)
    kinds.confirm(kind, actor=cast.verifier)
    delivered(cast, assets=[an_asset(cast, device_type=kind)])
    for change in (
        {"added_by": None},
        {"added_at": moment("2020-01-01")},
        {"confirmed_by": None},
        {"confirmed_at": None},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            DeviceType.objects.filter(pk=kind.pk).update(**change)


def test_a_type_that_gets_another_name_waits_for_a_second_person_anew(cast: Cast) -> None:
    pledge = a_pledge(cast)
    kind = keep(DeviceType(), actor=cast.clerk, code="hp_android", name="HP Android", family=cast.hp.family)
    kinds.confirm(kind, actor=cast.clerk2)
    with one_event("device_type.changed", by=cast.clerk, role="asset_clerk"):
        kind = keep(again(kind), actor=cast.clerk, name="Gagang HP", code="gagang")
    delivered(cast, assets=[an_asset(cast, device_type=kind)], pledge_line=pledge.lines.get())
    assert count_of(pledge) == 0
    kinds.confirm(again(kind), actor=cast.verifier)
    assert count_of(pledge) == 1


def test_a_type_that_keeps_promises_keeps_its_name(cast: Cast) -> None:
    a_pledge(cast)
    delivered(cast, assets=[an_asset(cast)])
    for name in ("code", "name", "name_en"):
        with no_event(), refused(Conflict, "in_use", field=name):
            keep(cast.hp, actor=cast.clerk, **{name: "lain"})
    delivered(cast, assets=[an_asset(cast, device_type=cast.camera)])
    keep(cast.camera, actor=cast.clerk, name="Kamera")
