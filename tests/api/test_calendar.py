"""The calendar by the API: proposed by one with its decree, confirmed by another; past days move nothing."""

from __future__ import annotations

from typing import Any

from core import jobs
from tests import base
from tests.api.cast import Cast
from tests.api.test_contract import problem

DAY = {"date": "2026-05-05", "name": "Hari jadi", "kind": "local", "decree": "SK 1/2026"}


def test_a_day_counts_once_another_person_confirms_it(cast: Cast) -> None:
    without = {name: value for name, value in DAY.items() if name != "decree"}
    assert [each["field"] for each in problem(cast.verifier.post("calendar-days/", without), 400)["errors"]] == [
        "decree"
    ]
    made = cast.verifier.post("calendar-days/", DAY)
    row = made.json()
    assert (made.status_code, row["state"], row["decree"], row["proposal"]["number"]) == (
        201, "proposed", "SK 1/2026", "SK 1/2026",
    )  # fmt: skip
    assert cast.viewer.get("calendar-days/").json()["count"] == 0
    assert cast.viewer.get("calendar-days/?state=proposed").json()["count"] == 1
    problem(cast.verifier.post(f"{row['url']}confirm/"), 403, "own_act")
    problem(cast.kemang_admin.post(f"{row['url']}confirm/"), 403)
    assert cast.clerk.post(f"{row['url']}confirm/").json()["state"] == "in_force"
    problem(cast.clerk.post(f"{row['url']}confirm/"), 409)
    assert [each["id"] for each in cast.viewer.get("calendar-days/").json()["results"]] == [row["id"]]


def test_a_change_and_a_removal_are_proposals_and_nothing_is_deleted(cast: Cast) -> None:
    row = base.a_day_off(cast.base, "2026-05-05")
    here = f"calendar-days/{row.pk}/"
    assert cast.verifier.delete(here).status_code == 405
    refused = problem(cast.verifier.patch(here, {"date": "2026-05-06"}), 400)
    assert [each["field"] for each in refused["errors"]] == ["decree"]
    moved = cast.verifier.patch(here, {"date": "2026-05-06", "decree": "SK 2"}).json()
    assert (moved["state"], moved["date"], moved["replaces"]) == ("proposed", "2026-05-06", row.pk)
    assert cast.viewer.get(here).json()["state"] == "in_force"
    cast.clerk.post(f"{moved['url']}confirm/")
    assert [cast.viewer.get(each).json()["state"] for each in (here, moved["url"])] == ["past", "in_force"]
    gone = cast.clerk.post(f"{moved['url']}remove/", {"decree": "SK 3"}).json()
    assert (gone["removed"], gone["state"]) == (True, "proposed")
    cast.verifier.post(f"{gone['url']}confirm/")
    assert cast.viewer.get("calendar-days/").json()["count"] == 0
    assert {each["verb"] for each in cast.viewer.get(f"{gone['url']}history/").json()["results"]} == {
        "calendar_proposal.made", "calendar_proposal.decided",
    }  # fmt: skip


def test_a_list_is_one_proposal_decided_as_a_whole(cast: Cast) -> None:
    days: list[Any] = [{"date": f"2027-0{n}-02", "name": f"Libur {n}", "kind": "national"} for n in range(1, 10)]
    wrong = problem(cast.verifier.post("calendar-proposals/", {"decree": "SKB 3", "days": [*days, days[0]]}), 400)
    assert [each["field"] for each in wrong["errors"]] == ["days.9.date"]
    made = cast.verifier.post("calendar-proposals/", {"decree": "SKB 3", "days": days})
    assert made.status_code == 201, made.content
    here = made.json()["url"]
    problem(cast.verifier.post(f"{here}decide/", {"decision": "approve", "reason": "x"}), 403, "own_act")
    problem(cast.clerk.post(f"{here}decide/", {"decision": "reject", "reason": ""}), 400)
    decided = cast.clerk.post(f"{here}decide/", {"decision": "approve", "reason": "Sesuai"}).json()
    assert (decided["decision"], len(decided["days"])) == ("approve", 9)
    assert cast.viewer.get("calendar-days/").json()["count"] == 9


def test_neither_past_days_nor_another_week_move_a_date_that_has_passed(cast: Cast) -> None:
    said = base.day("2026-02-16")
    with base.at("2026-02-17"):
        pledge = base.a_pledge(
            cast.base, made_on_from=said, made_on_to=said, deadline_text="10 hari kerja",
            original_due_on=base.day("2026-03-02"),
        )  # fmt: skip
    with base.at("2026-03-10"):
        for when in ("2026-02-18", "2026-02-19", "2026-03-02", "2026-03-03"):
            row = cast.verifier.post("calendar-days/", {**DAY, "date": when}).json()
            assert cast.clerk.post(f"{row['url']}confirm/").status_code == 200
        root = f"units/{cast.root.pk}/"
        problem(cast.user_admin.patch(root, {"working_week": 6, "working_week_from": "2026-02-01"}), 400, "too_early")
        assert cast.user_admin.patch(root, {"working_week": 6}).json()["working_week_from"] == "2026-03-11"
        jobs.run_due()
        shown = cast.viewer.get(f"pledges/{pledge.pk}/").json()
        assert (shown["status"], shown["first_due_on"], shown["days_late"], shown["revisions"]) == (
            "overdue", "2026-03-02", 8, 0,
        )  # fmt: skip
