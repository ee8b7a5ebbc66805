"""Concurrency against the real server: one winner, clean losers, nothing partial, a journal that verifies.

``GAWAI_LONG=1`` runs the full number of rounds.
"""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from PIL import Image

from tests.documents.files import device, register, workbook
from tests.journeys.racing import LONG, Call, Load, at_once, by_status, codes
from tests.journeys.world import CODES, V1, World, approving, populated
from tests.pdfs import letter
from tests.server import Answer, running

CLIENTS = 40
ROUNDS = 25 if LONG else 3
PDF = letter()
BOUNDARY = "batas-uji-7f3a"


def multipart(fields: dict[str, Any], **files: tuple[str, bytes]) -> tuple[bytes, dict[str, str]]:
    """A multipart body and its header."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in fields.items()
    ]
    for name, (filename, content) in files.items():
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode(), {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"
    }


def picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(target, "PNG")
    return target.getvalue()


def send_form(
    world: World, by: str, path: str, fields: dict[str, Any], key: str = "", **files: tuple[str, bytes]
) -> Answer:
    body, headers = multipart(fields, **files)
    if key:
        headers["Idempotency-Key"] = key
    return world[by].client.request("POST", V1 + path, body, headers)


def verbs(world: World, path: str) -> list[str]:
    return [event["verb"] for event in world["inspektorat"].history(path)]


# ---- A1


@pytest.fixture(scope="module")
def approved(server: World) -> list[list[int]]:
    """Unit and line of 40 approved requests, each good for every round."""
    assert server.tripod
    made = f"from tests.journeys.places import approved_requests; approved_requests({CLIENTS}, {ROUNDS})"
    return json.loads(server.server.shell(made))


def test_of_forty_who_issue_one_device_one_wins(world, approved):
    assets = []
    for _round in range(ROUNDS):
        asset = world.asset()["id"]
        bodies = [world.issue_body(asset, to=unit, line=line) for unit, line in approved]
        answers = at_once([lambda body=body: world["pengurus"].call("POST", "handovers/", body) for body in bodies])

        assert by_status(answers) == {201: 1, 409: CLIENTS - 1}
        assert codes(answers, 409) == {"asset_not_available"}
        assert verbs(world, f"assets/{asset}/") == ["asset.created", "handover.handed_over"]
        [winner] = [answer.json() for answer in answers if answer.status == 201]
        assert world["pengurus"].read("handovers/", asset=asset)["count"] == 1
        assert world["pengurus"].read(f"assets/{asset}/")["holder"]["id"] == winner["recipient_unit"]["id"]
        assets.append(asset)
    counted = world.server.shell(
        "from assets.models import Custody, HandoverItem;"
        f"print(Custody.objects.filter(asset__in={assets}, until__isnull=True).count(),"
        f"HandoverItem.objects.filter(asset__in={assets}).count())"
    )
    assert counted.split() == [str(ROUNDS), str(ROUNDS)]


# ---- A2


def test_of_two_approvers_with_twenty_clients_each_one_decides_once(world):
    request = world.verified(quantity=3)
    path = f"requests/{request['id']}/"
    body = approving(request)
    answers = at_once(
        [lambda by=by: world[by].call("POST", f"{path}decide/", body) for by in ("kabid", "kabid2") * (CLIENTS // 2)]
    )
    winner = next(n for n, answer in enumerate(answers) if answer.status == 200)
    [decided] = [event for event in world["inspektorat"].history(path) if event["verb"] == "request.decided"]

    assert by_status(answers) == {200: 1, 409: CLIENTS - 1}
    assert codes(answers, 409) == {"illegal_transition"}
    assert decided["actor"]["id"] == world["kabid" if winner % 2 == 0 else "kabid2"].read("me/")["user"]["id"]


# ---- A4


class Replayed:
    """The state of one device as its events, in order, would leave it; refuses an event that could not have been."""

    def __init__(self) -> None:
        self.holder, self.condition, self.retired = None, "good", False

    def apply(self, event: dict[str, Any]) -> None:
        assert not self.retired, f"{event['verb']} after the device was retired"
        verb, changes = event["verb"], event["changes"]
        if verb == "handover.handed_over":
            assert self.condition != "badly_damaged", "custody of a badly damaged device"
            takes = changes["kind"][1] == "issue"
            assert (self.holder is None) == takes, event
            self.holder = changes["recipient_unit"][1]
        elif verb == "asset.condition_reported":
            self.condition = changes["condition"][1]
        elif verb == "asset.retired":
            assert self.holder is None, "retired while somebody holds it"
            self.retired = True


def mixed_calls(world: World, asset: int) -> list[Call]:
    """Ten each: issue, retire, report badly damaged, transfer; to a different kecamatan each time."""
    retire = {"decision_number": "SK-1", "decided_on": "2026-03-01"}
    transfer = {"kind": "transfer", "legal_act": "penggunaan_sementara"}
    calls: list[Call] = []
    for n in range(10):
        issued = world.issue_body(asset, to=world.units[CODES[n]])
        moved = world.issue_body(asset, to=world.units[CODES[20 + n]], **transfer)
        broken = {"condition": "badly_damaged", "note": f"Jatuh {n}"}
        calls += [
            lambda body=issued: world["pengurus"].call("POST", "handovers/", body),
            lambda: send_form(world, "pengurus", f"assets/{asset}/retire/", retire, file=("sk.pdf", PDF)),
            lambda body=broken: world["pengurus2"].call("POST", f"assets/{asset}/report-condition/", body),
            lambda body=moved: world["pengurus2"].call("POST", "handovers/", body),
        ]
    return calls


@pytest.mark.parametrize("start", ["in_stock", "issued"])
def test_mixed_acts_on_one_device_leave_a_state_that_some_order_explains(world, start):
    for _round in range(5 if LONG else 1):
        asset = world.asset()["id"]
        if start == "issued":
            world.issue(asset)
        before = len(verbs(world, f"assets/{asset}/"))
        answers = at_once(mixed_calls(world, asset))
        told = world["inspektorat"].history(f"assets/{asset}/")
        state = Replayed()
        for event in told:
            state.apply(event)
        now = world["pengurus"].read(f"assets/{asset}/")

        busy = 429  # letters are opened one at a time; who comes while seven wait is asked to come again
        assert set(by_status(answers)) <= {200, 201, 409, busy}, by_status(answers)
        assert len(told) == before + sum(answer.status < 300 for answer in answers)
        assert now["condition"] == state.condition
        assert (now["holder"] or {}).get("code") == state.holder
        assert (now["state"] == "retired") == state.retired


# ---- imports


def test_of_twenty_who_apply_one_file_one_wins_and_two_files_of_the_same_devices_make_them_once(world):
    assert world.phone
    rows = workbook(register(*(device(n, nibar=f"BALAP-{n}") for n in range(20))))
    made = [
        send_form(world, "pengurus", "imports/", {"kind": "assets"}, file=("daftar.xlsx", rows)).json()["id"]
        for _file in range(2)
    ]
    calls = [lambda pk=pk: world["pengurus"].call("POST", f"imports/{pk}/apply/", {}) for pk in made * 10]
    answers = at_once(calls)

    assert by_status(answers) == {200: 2, 409: 18}
    assert codes(answers, 409) == {"illegal_transition"}
    told = [world["pengurus"].read(f"imports/{pk}/")["counts"] for pk in made]
    assert {"new": 20} in told and {"same": 20} in told
    assert world["pengurus"].read("assets/", nibar__icontains="BALAP-")["count"] == 20


# ---- A7, A8


def test_a_repeated_call_with_the_same_key_is_told_the_same_answer(world):
    asset = world.asset()["id"]
    line = {"device_type": world.tripod, "quantity": 1, "situation": "none"}
    filed = {"unit": world.kemang, "purpose": "Ulang", "lines": [line]}
    report = {"asset": asset, "condition": "lightly_damaged", "note": "Retak"}
    acts = {
        "request": lambda: world["kemang"].call("POST", "requests/", filed, Idempotency_Key="a7-usulan"),
        "handover": lambda: world["pengurus"].call(
            "POST", "handovers/", world.issue_body(asset), Idempotency_Key="a7-serah"
        ),
        "report": lambda: send_form(
            world, "pengurus", "condition-reports/", report, "a7-lapor", photo=("x.png", picture())
        ),
    }
    before = world.head()[0]
    for act in acts.values():
        answers = [act() for _ in range(20)]

        assert {(answer.status, answer.body) for answer in answers} == {(201, answers[0].body)}
        assert [answer.headers["Idempotency-Replayed"] for answer in answers] == [None] + ["true"] * 19
    assert world.head()[0] == before + len(acts)
    assert world["pengurus"].read("condition-reports/", asset=asset)["count"] == 1


def test_a_key_with_other_content_is_refused(world):
    body = {"unit": world.kemang, "purpose": "Pertama", "lines": []}
    first = world["kemang"].call("POST", "requests/", body, Idempotency_Key="kunci-isi")
    problem = world["kemang"].refused(
        422, "POST", "requests/", {**body, "purpose": "Kedua"}, Idempotency_Key="kunci-isi"
    )
    same = world["kemang"].call("POST", "requests/", dict(reversed(body.items())), Idempotency_Key="kunci-isi")

    assert first.status == 201
    assert problem["code"] == "idempotency_key_reused"
    assert (same.status, same.json()["id"]) == (201, first.json()["id"])


def test_a_refusal_is_not_kept_under_its_key(world):
    asset = world.asset()["id"]
    world.issue(asset)
    body = world.issue_body(asset, to=world.cibinong)
    world["pengurus"].refused(409, "POST", "handovers/", body, Idempotency_Key="kunci-tolak")
    world["pengurus2"].make(
        "handovers/", {**world.issue_body(asset, to=world.diskominfo), "kind": "recall", "legal_act": "pengembalian"}
    )

    assert world["pengurus"].make("handovers/", body, Idempotency_Key="kunci-tolak")["state"] == "handed_over"


def test_twenty_with_the_same_key_at_once_have_one_effect(world):
    for number in range(ROUNDS):
        asset, key = world.asset()["id"], f"a8-{number}"
        body = world.issue_body(asset)

        def call(body: dict[str, Any] = body, key: str = key) -> Answer:
            return world["pengurus"].call("POST", "handovers/", body, Idempotency_Key=key)

        answers = at_once([call] * 20)
        for answer in answers:
            assert answer.status == 201 or (answer.status == 409 and answer.headers["Retry-After"]), answer.text
        ids = {(answer if answer.status == 201 else call()).json()["id"] for answer in answers}
        assert len(ids) == 1
        assert verbs(world, f"assets/{asset}/").count("handover.handed_over") == 1


# ---- A10


def test_of_two_changes_from_the_same_reading_the_second_is_refused(world):
    path = f"assets/{world.asset()['id']}/"
    etag = world["pengurus"].call("GET", path).headers["ETag"]
    first = world["pengurus"].call("PATCH", path, {"brand": "Satu"}, If_Match=etag)
    world["pengurus2"].refused(412, "PATCH", path, {"brand": "Dua", "model": "D"}, If_Match=etag)
    now = world["pengurus"].read(path)

    assert first.status == 200
    assert first.headers["ETag"] != etag
    assert (now["brand"], now["model"]) == ("Satu", "")


def test_of_twenty_changes_from_the_same_reading_one_is_kept(world):
    path = f"assets/{world.asset()['id']}/"
    etag = world["pengurus"].call("GET", path).headers["ETag"]
    answers = at_once(
        [lambda n=n: world["pengurus"].call("PATCH", path, {"brand": f"M{n}"}, If_Match=etag) for n in range(20)]
    )

    assert by_status(answers) == {200: 1, 412: 19}
    [kept] = [answer.json()["brand"] for answer in answers if answer.status == 200]
    assert world["pengurus"].read(path)["brand"] == kept


def test_a_delivery_changes_the_etag_of_its_pledge(world):
    pledge = world.published(title="Satu HP", original_due_on="2026-12-31")
    path = f"pledges/{pledge['id']}/"
    withdrawal = {"reason": "Batal", "document": world.proof(path)}
    before = world["verifikator"].call("GET", path).headers["ETag"]
    body = world.issue_body(world.asset(world.phone)["id"])
    body["items"][0]["pledge_line"] = pledge["lines"][0]["id"]
    handover = world["pengurus"].make("handovers/", body)
    world["kemang"].do(f"handovers/{handover['id']}/accept/")

    world["verifikator"].refused(412, "POST", f"{path}withdraw/", withdrawal, If_Match=before)
    assert world["sekda"].read(path)["status"] == "kept_on_time"


# ---- L7, A13


def test_forty_writers_leave_a_journal_without_gap_or_fork(world):
    """L7: a thousand entries."""
    each, before = 25, world.head()[0]
    body = {"unit": world.kemang, "purpose": "Bersamaan", "lines": []}

    def write() -> list[Answer]:
        return [world["kemang"].call("POST", "requests/", body) for _ in range(each)]

    answers = [answer for written in at_once([write] * CLIENTS) for answer in written]
    seq, digest = world.head()

    assert by_status(answers) == {201: CLIENTS * each}
    assert seq == before + CLIENTS * each
    assert str(seq) in world.verify_journal((seq, digest))


@pytest.mark.slow
def test_writers_and_readers_together_are_all_answered(world, capsys):
    seconds = 60 if LONG else 8
    assets = [world.asset()["id"] for _ in range(4)]
    drafts, reports = iter(range(10**6)), iter(range(10**6))
    before = world.head()[0]

    def file() -> Answer:
        return world["kemang"].call(
            "POST", "requests/", {"unit": world.kemang, "purpose": f"Beban {next(drafts)}", "lines": []}
        )

    def report(asset: int) -> Answer:
        note = f"Beban {next(reports)}"
        return world["pengurus"].call("POST", f"assets/{asset}/report-condition/", {"condition": "good", "note": note})

    readers = {
        "requests/": "kemang",
        "assets/?search=SN": "pengurus",
        "pledges/?late=true": "inspektorat",
        "worklists/": "kabid",
    }
    load = Load(seconds)
    load.run(
        {
            "writers": [file] * 4 + [lambda asset=asset: report(asset) for asset in assets],
            "readers": [lambda path=path, by=by: world[by].call("GET", path) for path, by in readers.items()],
        }
    )
    with capsys.disabled():
        print("", *(load.summary(kind, seconds) for kind in load.taken), sep="\n")  # noqa: T201

    assert set(load.statuses) <= {200, 201}, load.statuses
    assert world.head()[0] == before + len(load.taken["writers"])
    world.verify_journal()


# ---- the controls: the same race, with the guards taken away one by one


@pytest.mark.servers
def test_the_race_is_lost_when_the_guards_are_taken_away():
    """What the races above hold: with the writer's lock one issue wins and the other is refused as it should be.

    Without lock, counter and journal the indexes and the second check still let one through; without those the device
    is issued twice.
    """
    with running(start=False, template=populated()[0]) as server:
        found = json.loads(server.shell("from tests.journeys.unguarded import compare; compare()"))

    without_lock = found["without the lock"]
    assert found["guarded"] == {"won": 1, "refused": ["asset_not_available"], "papers": 1}
    assert (without_lock["won"], without_lock["papers"], len(without_lock["refused"])) == (1, 1, 1)
    assert found["nothing"] == {"won": 2, "refused": [], "papers": 2}
