"""Every list: scope, the same number of queries for one row and for three, keyset, true counts, small rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api.urls import router
from assets import register
from assets.models import StandardPrice
from core import clock
from core.columns import ValueKind, stored
from core.models import Job
from core.strict import MAX_LIST
from documents.models import ImportSession
from org.models import CalendarDay, Office, SocialAccount, Tenure
from planning import plans
from planning.models import AccountCode, NeedStandard, PpnRate, SubActivity
from tests import base
from tests.api.cast import Cast, person, unit
from tests.api.test_contract import fields, problem
from tests.base import day

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday():
    with clock.frozen(NOW):
        yield


def _unit(cast: base.Cast, n: int) -> None:
    unit(f"32.01.8{n}", f"Kecamatan {n}", cast.root)


def _unit_succession(cast: base.Cast, n: int) -> None:
    base.succeeded(cast, cast.kemang, unit(f"32.01.7{n}", f"Kecamatan {n}", cast.root))


def _office_succession(cast: base.Cast, n: int) -> None:
    old, new = (Office.objects.create(name=f"Kabid {name} {n}", unit=cast.diskominfo) for name in ("lama", "baru"))
    base.succeeded(cast, old, new)


def _holiday(cast: base.Cast, n: int) -> None:
    CalendarDay.objects.create(date=day(f"2027-01-0{n + 1}"), name="Libur", kind="local")


def _price(cast: base.Cast, n: int) -> None:
    StandardPrice.objects.create(device_type=cast.hp, year=2030 + n, price=1_000_000)


def _account(cast: base.Cast, n: int) -> None:
    SocialAccount.objects.create(unit=cast.kemang, platform="instagram", handle=f"@kemang{n}")


def _tenure(cast: base.Cast, n: int) -> None:
    Tenure.objects.create(office=cast.bupati, person=cast.rani, starts_on=day(f"2020-01-0{n + 1}"))


def _report(cast: base.Cast, n: int) -> None:
    register.report_condition(base.an_asset(cast), actor=cast.clerk, condition="good")


def _receipt(cast: base.Cast, n: int) -> None:
    register.receive(
        unit=cast.diskominfo, actor=cast.clerk, contract_number=f"027/{n}", supplier="CV Contoh",
        received_on=clock.today(), assets=[base.an_asset(cast)],
    )  # fmt: skip


def _standard(cast: base.Cast, n: int) -> None:
    NeedStandard.objects.create(
        device_type=cast.hp, unit_kind="district", quantity=1, legal_basis="Perbup", from_year=2026 + n
    )


def _sub_activity(cast: base.Cast, n: int) -> None:
    tree = {"activity_code": "2.16", "activity_name": "K", "programme_code": "2.16", "programme_name": "P"}
    SubActivity.objects.create(code=f"2.16.{n}", name="Sub kegiatan", **tree)


def _plan(cast: base.Cast, n: int) -> None:
    plans.create(fiscal_year=2027 + n, unit=cast.diskominfo, within=cast.kemang, actor=cast.planner)


def _job(cast: base.Cast, n: int) -> None:
    Job.objects.create(kind="export", owner=cast.clerk)


def _import(cast: base.Cast, n: int) -> None:
    ImportSession.objects.create(kind="assets", owner=cast.clerk, filename=f"{n}.xlsx")


# list -> (how one more row comes about, queries for a page whatever its length; of people one more notes who read them)
LISTS: dict[str, tuple[Callable[[base.Cast, int], object], int]] = {
    "units/": (_unit, 4),
    "offices/": (lambda cast, n: Office.objects.create(name=f"Kabid {n}", unit=cast.diskominfo), 4),
    "unit-successions/": (_unit_succession, 4),
    "office-successions/": (_office_succession, 4),
    "tenures/": (_tenure, 6),
    "people/": (lambda cast, n: person(f"Sdr. {n}", cast.kemang), 6),
    "calendar-days/": (_holiday, 4),
    "social-accounts/": (_account, 5),
    "families/": (lambda cast, n: type(cast.hp.family).objects.create(code=f"jenis{n}", name="Lain"), 4),
    "device-types/": (
        lambda cast, n: type(cast.hp).objects.create(code=f"tipe{n}", name="Lain", family=cast.hp.family), 4,
    ),
    "standard-prices/": (_price, 4),
    "assets/": (lambda cast, n: base.delivered(cast), 5),
    "condition-reports/": (_report, 5),
    "receipts/": (_receipt, 5),
    "inventories/": (lambda cast, n: base.an_inventory(cast), 5),
    "handovers/": (lambda cast, n: base.delivered(cast), 5),
    "requests/": (lambda cast, n: base.decided(cast), 10),
    "pledges/": (lambda cast, n: base.a_pledge(cast), 5),
    "need-standards/": (_standard, 4),
    "ppn-rates/": (lambda cast, n: PpnRate.objects.create(effective_from=day(f"2030-01-0{n + 1}"), percent=11), 4),
    "sub-activities/": (_sub_activity, 4),
    "account-codes/": (lambda cast, n: AccountCode.objects.create(code=f"5.2.{n}", name="Belanja modal"), 4),
    "plans/": (_plan, 6),
    "events/": (lambda cast, n: base.a_request(cast), 6),
    "exports/": (_job, 4),
    "imports/": (_import, 4),
    "jobs/": (_job, 4),
    "tokens/": (lambda cast, n: None, 5),
}  # fmt: skip


def queries(call: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        call()
    return [each["sql"] for each in captured.captured_queries]


@pytest.mark.parametrize("path", LISTS)
def test_a_page_takes_the_same_queries_for_one_row_and_for_three(cast: Cast, path: str):
    add, expected = LISTS[path]
    add(cast.base, 0)
    cast.clerk.get(path)  # the token's last use is noted at most once a minute
    few = queries(lambda: cast.clerk.get(path))
    add(cast.base, 1)
    add(cast.base, 2)
    many = queries(lambda: cast.clerk.get(path))
    assert (len(few), len(many)) == (expected, expected)
    assert len(queries(lambda: cast.clerk.get(f"{path}?cursor="))) <= expected - 1


@pytest.mark.parametrize("path", LISTS)
def test_every_ordering_walks_by_offset_and_by_cursor_alike(cast: Cast, path: str):
    add, _expected = LISTS[path]
    for n in range(3):
        add(cast.base, n)
    resource = next((each for prefix, each, _name in router.registry if f"{prefix}/" == path), None)
    for name in resource.listing.ordering if resource else ("seq",):
        for ordering in (name, f"-{name}"):
            key = "seq" if path == "events/" else "id"
            straight = [row[key] for row in cast.clerk.get(f"{path}?ordering={ordering}&limit=100").json()["results"]]
            walked, page = [], cast.clerk.get(f"{path}?ordering={ordering}&limit=2&cursor=").json()
            while True:
                walked += [row[key] for row in page["results"]]
                if not page["next"]:
                    break
                page = cast.clerk.get(page["next"]).json()
            assert walked == straight[: len(walked)]
            assert len(walked) == len(straight) or len(straight) == 100


def test_no_list_reads_what_it_does_not_know(cast: Cast):
    for path in LISTS:
        for query in ("bogus=1", "limit=1000", "ordering=password", "id__regex=1", "created_by__password=x"):
            problem(cast.clerk.get(f"{path}?{query}"), 400)


def test_a_row_of_the_register_is_small(cast: Cast):
    asset = base.an_asset(
        cast.base, nibar="12.34.56.78.90.2026.000001", brand="Samsung Electronics", model="Galaxy A35 5G 8/256",
        serial_number="R58N30ABCDEFG", imei_1="351234567890123", imei_2="351234567890131", price=5_000_000,
        fund_source="dau_earmarked", acquired_on=clock.today(),
    )  # fmt: skip
    base.delivered(cast.base, assets=[asset], recipient=cast.rani)
    [row] = cast.clerk.get("assets/").json()["results"]
    assert row["holder"]["person"]["name"] == "Rani Puspita"
    assert len(json.dumps(row, separators=(",", ":"), ensure_ascii=False).encode()) <= 900


def test_counts_and_lists_hold_only_what_is_in_scope(cast: Cast):
    base.delivered(cast.base)
    base.delivered(cast.base, to=cast.cibinong)
    base.decided(cast.base)
    base.decided(cast.base, unit=cast.cibinong)
    base.an_asset(cast.base)
    for path in ("assets/", "handovers/", "requests/"):
        whole, own = cast.clerk.get(path).json(), cast.kemang_admin.get(path).json()
        assert own["count"] == len(own["results"]) == 1, path
        assert whole["count"] == len(whole["results"]) >= 2, path
        assert cast.outsider.get(path).json()["count"] == 0
        foreign = next(row for row in whole["results"] if row["id"] != own["results"][0]["id"])
        for query in (
            f"id={foreign['id']}",
            f"id__in={foreign['id']}",
            f"search={foreign.get('number') or foreign.get('tag')}",
        ):
            assert cast.kemang_admin.get(f"{path}?{query}").json()["count"] == 0, query
    events = cast.kemang_admin.get("events/?limit=100").json()
    assert events["count"] == len(events["results"])
    assert {event["subject"]["type"] for event in events["results"]} <= {"request", "handover"}
    assert cast.outsider.get("events/").json()["count"] == 0


def test_filters_by_relation_name_units_types_and_families(cast: Cast):
    asset = base.an_asset(cast.base)
    base.an_asset(cast.base, device_type=cast.tablet, price=None)
    base.delivered(cast.base, assets=[asset])
    line = base.decided(cast.base, lines=[base.a_line(cast.base, device_type=cast.camera)])

    def count(query: str) -> int:
        answer = cast.clerk.get(query)
        assert answer.status_code == 200, answer.content
        return answer.json()["count"]

    assert count("assets/?state=issued") == count("assets/?state__in=issued,lost") == 1
    assert count("assets/?state=in_stock&condition=good") == 1
    assert count(f"assets/?unit={cast.diskominfo.pk}") == count(f"assets/?unit__code={cast.diskominfo.code}") == 2
    assert count("assets/?within=32.01") == 2
    assert count("assets/?within=32.01.1") == 0
    assert count("assets/?held_within=32.01.12") == count(f"assets/?holder_unit={cast.kemang.pk}") == 1
    assert count(f"assets/?device_type={cast.tablet.pk}") == count("assets/?device_type__code=tablet") == 1
    assert count(f"assets/?family={cast.hp.family_id}") == 1
    assert count("assets/?price__isnull=true") == 2
    assert count("assets/?price__gte=1") == 0
    assert count(f"assets/?search={asset.tag[-4:]} ") == 1
    assert count(f"handovers/?asset={asset.pk}&recipient_unit__code=32.01.12&state=accepted") == 1
    assert count("handovers/?device_type__code=tablet") == 0
    assert count("requests/?state=decided") == 1
    assert count("requests/?device_type__code=mirrorless&within=32.01.12") == 1
    assert count(f"requests/?family={cast.hp.family_id}") == 0
    assert count(f"requests/?submitted_at__isnull=false&id={line.pk}") == 1


def test_a_pledge_is_found_by_the_units_and_devices_of_its_lines(cast: Cast):
    pledge = base.a_pledge(cast.base)
    for query, expected in (
        (f"unit={cast.kemang.pk}", True),
        ("unit__code=32.01.12", True),
        ("within=32.01", True),
        ("within=32.01.99", False),
        ("family__code=hp", True),
        ("family__code=tablet", False),
        (f"responsible_unit={pledge.responsible_unit_id}", True),
        ("search=tidak-ada", False),
    ):
        assert bool(cast.viewer.get(f"pledges/?{query}").json()["count"]) is expected, query


def test_a_hundred_of_the_longest_values_are_taken_and_more_are_refused_by_name(cast: Cast):
    """Every list, every parameter with `__in` that reads text: as many as are promised, each as long as its column."""
    tried = 0
    for path, listing in [
        (prefix, each.listing) for prefix, each, _name in router.registry if hasattr(each, "listing")
    ]:
        if "(" in path or cast.superuser.get(f"{path}/").status_code != 200:
            continue
        for name, filtered in listing.parameters.items():
            if not name.endswith("__in") or filtered.kind not in (ValueKind.TEXT, ValueKind.CODE):
                continue
            longest = getattr(stored(listing.model, filtered.column), "max_length", None) or 60
            value = ",".join(f"{number:03}".ljust(longest, "x") for number in range(100))
            assert cast.superuser.get(f"{path}/?{name}={value}").status_code == 200, (path, name)
            for wrong in (f"{value},1", "x" * (MAX_LIST + 1)):
                answer = cast.superuser.get(f"{path}/?{name}={wrong}")
                problem(answer, 400)
                assert fields(answer) == {name}
            tried += 1
    assert tried > 30
