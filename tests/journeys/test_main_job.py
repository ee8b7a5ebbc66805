"""The main job over HTTP, from the request in Kemang to the journal that verifies; every number on the way is checked.

The clock stands at Monday 2 March 2026, 09:00 WIB, so the numbers are written out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.journeys.places import PASSWORD
from tests.journeys.world import CODES, MONDAY, Caller, World, a_world, approving

DUE, TODAY = "2023-12-31", "2026-03-02"
DAYS_LATE = 792  # 2023-12-31 to 2026-03-02
AGE = 1310  # since 2022-07-31


@pytest.fixture(scope="module")
def server() -> Iterator[World]:
    """A register of its own, so that every number is the first."""
    with a_world(GAWAI_NOW=MONDAY) as world:
        yield world


@pytest.fixture(scope="module")
def pledge(server: World) -> dict:
    """A phone for each of the 40 kecamatan, promised in July 2022 for the end of 2023."""
    lines = [{"unit": server.units[code], "family": server.family, "quantity": 1} for code in CODES]
    return server.published(lines=lines, original_due_on=DUE)


@pytest.fixture(scope="module")
def job(server: World, pledge: dict) -> dict:
    """The main job, act by act; each answer is kept under the name of its act."""
    world, said = server, {"pledge": pledge}
    said["draft"] = world.draft(device_type=world.phone, needed_by="2026-04-30")
    path = f"requests/{said['draft']['id']}/"
    said["submitted"] = world["kemang"].do(f"{path}submit/")
    said["endorsed"] = world["camat-kemang"].do(f"{path}endorse/")
    said["verified"] = world["verifikator"].do(f"{path}verify/", {"reason": "Lengkap"})
    said["decided"] = world["kabid"].do(f"{path}decide/", approving(said["verified"]))
    said["asset"] = world.asset(world.phone, brand="Contoh", model="C1", price=4_500_000, fund_source="pad")
    [line] = said["decided"]["lines"]
    said["handover"] = world.issue(said["asset"]["id"], line=line["id"])
    said["accepted"] = world["kemang"].do(f"handovers/{said['handover']['id']}/accept/")
    said["path"] = path
    return said


def test_everyone_logs_in_with_name_and_password(world):
    answer = world.anonymous.call("POST", "auth/token/", {"username": "kemang", "password": PASSWORD})
    given = answer.json()
    me = Caller("kemang", world.server.client(given["token"])).read("me/")

    assert (answer.status, given["scope"], set(given)) == (200, "write", {"token", "scope", "expires_at"})
    assert given["token"].startswith("gw_")
    assert (me["person"]["name"], me["person"]["unit"]["code"]) == ("Sdr. Kemang", "32.01.12")
    assert [(grant["role"], grant["unit"]["code"]) for grant in me["grants"]] == [("requester", "32.01.12")]
    world.anonymous.refused(401, "POST", "auth/token/", {"username": "kemang", "password": "salah"})


def test_the_promise_is_on_record_before_anything_is_asked_for(job):
    pledge = job["pledge"]

    assert pledge["number"] == "JJ-2026-0001"
    assert (pledge["status"], pledge["publication"]) == ("long_overdue", "published")
    assert (pledge["promised"], pledge["delivered"], pledge["outstanding"]) == (40, 0, 40)
    assert (pledge["first_due_on"], pledge["due_on"], pledge["original_due_on"]) == (DUE, DUE, DUE)
    assert (pledge["days_late"], pledge["days_late_original"]) == (DAYS_LATE, DAYS_LATE)
    assert (pledge["age_days"], pledge["revisions"], pledge["closure"]) == (AGE, 0, None)
    assert len(pledge["lines"]) == 40


def test_the_request_is_a_draft_until_the_kecamatan_submits_it(job):
    draft, submitted = job["draft"], job["submitted"]

    assert (draft["state"], draft["number"], draft["submitted_at"]) == ("draft", None, None)
    assert draft["requester"]["name"] == "Sdr. Kemang"
    assert {"submit", "change", "delete"} <= set(draft["actions"])
    assert (submitted["state"], submitted["number"]) == ("submitted", "UP-2026-0001")
    assert submitted["submitted_at"] == "2026-03-02T09:00:00+07:00"
    assert submitted["age_days"] == 0
    assert submitted["due_on"] == "2026-03-05"  # three working days for the Camat
    assert submitted["version"] > draft["version"]


def test_its_line_finds_the_promise_that_covers_the_kecamatan(job, world):
    [line] = job["submitted"]["lines"]
    mine = next(each for each in job["pledge"]["lines"] if each["unit"]["id"] == world.kemang)

    assert line["pledge_line"]["id"] == mine["id"]
    assert line["pledge_line"]["number"] == "JJ-2026-0001"


def test_the_need_is_explained(job):
    request = job["submitted"]

    assert request["need_score"] == sum(each["points"] for each in request["need_reasons"])
    assert 0 < request["need_score"] <= 100
    assert {each["code"] for each in request["need_reasons"]} == {"situation", "pledged"}


def test_every_step_waits_for_the_next_desk_with_its_own_limit(job):
    assert (job["endorsed"]["state"], job["endorsed"]["due_on"]) == ("submitted", "2026-03-05")
    assert (job["verified"]["state"], job["verified"]["due_on"]) == ("verified", "2026-03-09")
    assert (job["decided"]["state"], job["decided"]["due_on"]) == ("decided", "2026-03-16")
    [line] = job["decided"]["lines"]
    assert (line["decision"], line["quantity"], line["approved_quantity"]) == ("approve", 1, 1)
    assert (line["issued_quantity"], line["fulfilled_quantity"], line["outstanding"]) == (0, 0, 1)


def test_the_phone_is_issued_by_a_numbered_paper(job, world):
    handover = job["handover"]
    [item] = handover["items"]

    assert (handover["state"], handover["kind"]) == ("handed_over", "issue")
    assert handover["number"] == "000.2.3.2/001/DISKOMINFO/III/2026"
    assert handover["legal_act"] == "penggunaan_sementara"
    assert (handover["handed_over_on"], handover["accepted_at"]) == (TODAY, None)
    assert handover["recipient_unit"]["id"] == world.kemang
    assert item["asset"]["id"] == job["asset"]["id"]
    assert item["request_line"]["number"] == "UP-2026-0001"
    assert item["pledge_line"]["number"] == "JJ-2026-0001"
    assert item["state"] == "handed_over"


def test_its_paper_is_a_pdf_of_ones_own_unit_alone(job, world):
    path = f"handovers/{job['handover']['id']}/document/"
    paper = world["kemang"].call("GET", path)

    assert (paper.status, paper.headers["Content-Type"], paper.body[:5]) == (200, "application/pdf", b"%PDF-")
    assert world["cibinong"].call("GET", path).status == 404


def test_the_receiver_confirms_and_holds_the_phone(job, world):
    accepted, asset = job["accepted"], world["pengurus"].read(f"assets/{job['asset']['id']}/")

    assert (accepted["state"], accepted["accepted_at"]) == ("accepted", "2026-03-02T09:00:00+07:00")
    assert [item["state"] for item in accepted["items"]] == ["accepted"]
    assert (asset["state"], asset["unit"]["id"], asset["holder"]["id"]) == ("issued", world.diskominfo, world.kemang)
    assert (asset["price"], asset["fund_source"]) == (4_500_000, "pad")


def test_the_request_is_fulfilled(job, world):
    request = world["kemang"].read(job["path"])
    [line] = request["lines"]

    assert request["state"] == "fulfilled"
    assert (line["issued_quantity"], line["fulfilled_quantity"], line["outstanding"]) == (1, 1, 0)
    assert request["due_on"] is None


def test_the_pledge_shows_one_of_forty_and_how_late_the_others_are(job, world):
    for reader in ("cibinong", "publik", "inspektorat"):
        pledge = world[reader].read(f"pledges/{job['pledge']['id']}/")
        delivered = {line["unit"]["code"]: line["delivered"] for line in pledge["lines"]}

        assert (pledge["delivered"], pledge["promised"], pledge["outstanding"]) == (1, 40, 39)
        assert (pledge["status"], pledge["days_late"], pledge["days_late_original"]) == (
            "long_overdue",
            DAYS_LATE,
            DAYS_LATE,
        )
        assert delivered == {code: int(code == "32.01.12") for code in CODES}
        assert all(line["surplus"] == 0 for line in pledge["lines"])


def test_lists_counts_and_filters_show_the_same_pledge(job, world):
    number = job["pledge"]["number"]

    for filters in ({"status": "long_overdue"}, {"overdue": "true"}, {"late": "true"}, {"within": "32.01.12"}):
        page = world["inspektorat"].read("pledges/", **filters)
        row = next(row for row in page["results"] if row["number"] == number)
        assert (row["delivered"], row["promised"], row["days_late"]) == (1, 40, DAYS_LATE)
        assert page["count"] == len(page["results"])
    before = world["inspektorat"].results("pledges/", number=number, as_of="2023-12-31")
    assert [(row["status"], row["days_late"], row["delivered"]) for row in before] == [("due_soon", 0, 0)]


def test_the_story_is_told_by_who_did_what_in_which_role(job, world):
    told = world["kemang"].history(job["path"])

    assert [(event["verb"], event["role"]) for event in told] == [
        ("request.drafted", "requester"),
        ("request.submitted", "requester"),
        ("request.endorsed", "unit_head"),
        ("request.verified", "verifier"),
        ("request.decided", "approver"),
        ("handover.handed_over", "asset_clerk"),
        ("handover.accepted", "requester"),
    ]
    assert [event["seq"] for event in told] == sorted(event["seq"] for event in told)
    assert told[3]["reason"] == "Lengkap"


def test_the_handover_stands_in_the_history_of_phone_and_pledge_too(job, world):
    for path in (f"assets/{job['asset']['id']}/", f"pledges/{job['pledge']['id']}/"):
        verbs = [event["verb"] for event in world["inspektorat"].history(path)]
        assert verbs[-2:] == ["handover.handed_over", "handover.accepted"]


def rows_of(content: bytes, wanted: str) -> tuple[list, list]:
    """The header and the row of a workbook's first sheet in which ``wanted`` stands."""
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    found = next(row for row in rows if wanted in row)
    header = next(row for row in rows if sum(isinstance(value, str) for value in row) > len(row) / 2)
    return header, found


def test_the_pledge_goes_out_as_a_workbook(job, world):
    made, content = world.export("inspektorat", "pledges", number="JJ-2026-0001")
    header, row = rows_of(content, "JJ-2026-0001")

    assert made["rows"] == 1
    assert made["sha256"] == hashlib.sha256(content).hexdigest()
    assert {40, 1, 39, DAYS_LATE} <= {value for value in row if isinstance(value, int)}, (header, row)
    assert "2023-12-31" in {str(value)[:10] for value in row}


def test_requests_and_devices_go_out_with_the_rows_of_their_lists(job, world):
    for kind, wanted in (("requests", "UP-2026-0001"), ("assets", job["asset"]["tag"])):
        made, content = world.export("kemang", kind)

        assert made["rows"] == world["kemang"].read(f"{kind}/")["count"]
        assert wanted in rows_of(content, wanted)[1]


def test_a_file_is_its_makers_alone(job, world):
    made, _content = world.export("kemang", "requests")

    assert world["cibinong"].call("GET", made["url"]).status == 404
    assert world["cibinong"].call("GET", made["file"]).status == 404
    assert world.anonymous.call("GET", made["file"]).status == 401


def test_the_inspektorat_finds_the_journal_whole(job, world):
    seq, digest = world.head()

    assert str(seq) in world.verify_journal((seq, digest))
    broken = world.server.manage("verify_journal", "--anchor", f"{seq}:{'0' * 64}", check=False)
    assert broken.returncode != 0


# ---- the wrong ways


def test_more_than_asked_for_cannot_be_approved(world):
    request = world.verified(quantity=2)
    [line] = request["lines"]
    body = {"lines": [{"id": line["id"], "decision": "approve", "approved_quantity": 3}]}
    problem = world["kabid"].refused(400, "POST", f"requests/{request['id']}/decide/", body)

    assert [fault["field"] for fault in problem["errors"]] == ["lines.0.approved_quantity"]
    after = world["kabid"].read(f"requests/{request['id']}/")
    assert (after["state"], after["version"]) == ("verified", request["version"])
    assert after["lines"][0]["approved_quantity"] is None


def test_an_issued_phone_cannot_be_issued_again(world):
    asset = world.asset()
    world.issue(asset["id"])
    problem = world["pengurus2"].refused(409, "POST", "handovers/", world.issue_body(asset["id"], to=world.cibinong))

    assert problem["code"] == "asset_not_available"
    assert world["pengurus"].read(f"assets/{asset['id']}/")["holder"]["id"] == world.kemang


def test_a_pledge_is_not_published_by_who_recorded_or_submitted_it(world):
    own = world["ppid"].make("pledges/", world.pledge_body(title="Dicatat PPID"))
    world["verifikator"].do(f"pledges/{own['id']}/submit/")
    problem = world["ppid"].refused(403, "POST", f"pledges/{own['id']}/publish/")

    assert problem["code"] == "own_act"
    assert world["ppid"].read(f"pledges/{own['id']}/")["publication"] == "submitted"


def test_the_deadline_of_a_withdrawn_pledge_stays(world):
    pledge = world.published(title="Akan dicabut", original_due_on="2026-12-31")
    path = f"pledges/{pledge['id']}/"
    proof = world.proof(path)
    asked = world["verifikator"].make(f"{path}withdraw/", {"reason": "Anggaran dipotong", "document": proof})
    world["sekda"].do(f"{path}closures/{asked['id']}/decide/", {"decision": "approve", "reason": "Sesuai surat"})
    withdrawn = world["sekda"].read(path)
    wanted = {"kind": "extension", "new_due_on": "2027-01-31", "reason": "Menunggu", "document": proof}

    assert (withdrawn["status"], withdrawn["closure"]["kind"]) == ("withdrawn", "withdrawn")
    world["verifikator"].refused(409, "POST", f"{path}deadline-revisions/", wanted)
    assert world["verifikator"].read(f"{path}deadline-revisions/")["count"] == 0


def test_who_asks_for_more_time_does_not_decide_it(world):
    pledge = world.published(title="Akan diperpanjang", original_due_on="2025-12-31")
    path = f"pledges/{pledge['id']}/"
    wanted = {
        "kind": "extension", "new_due_on": "2026-06-30", "reason": "Menunggu anggaran", "document": world.proof(path),
    }  # fmt: skip
    asked = world["serba"].make(f"{path}deadline-revisions/", wanted)
    decision = {"decision": "approve", "reason": "Sesuai surat"}
    decide = f"{path}deadline-revisions/{asked['id']}/decide/"

    world["serba"].refused(403, "POST", decide, decision)
    assert world["inspektorat"].read(path)["status"] == "overdue"
    world["sekda"].do(decide, decision)
    after = world["inspektorat"].read(path)
    assert (after["status"], after["due_on"], after["first_due_on"]) == ("extended", "2026-06-30", "2025-12-31")
    assert (after["days_late"], after["days_late_original"], after["revisions"]) == (0, 61, 1)
    world["sekda"].refused(409, "POST", decide, decision)


def test_a_request_of_another_kecamatan_reads_like_a_missing_one(world):
    foreign = world.submitted()
    missing = 999_999
    for method, tail in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "withdraw/"), ("GET", "history/")):
        problems = []
        for pk in (foreign["id"], missing):
            problem = world["cibinong"].refused(404, method, f"requests/{pk}/{tail}", None if method == "GET" else {})
            problems.append({**problem, "request_id": ""})
        assert problems[0] == problems[1]
    assert world["kemang"].read(f"requests/{foreign['id']}/")["version"] == foreign["version"]
