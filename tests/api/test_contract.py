"""What holds for every resource, shown on units and people: the order of refusals, strict input, pages, ETags."""

from __future__ import annotations

import json

import pytest

from org.models import Person, Unit
from pledges import pledging
from tests import base
from tests.api.cast import Caller, Cast, person, unit

PROBLEM = {"type", "title", "status", "detail", "code", "request_id", "errors"}


def problem(answer, status: int, code: str | None = None) -> dict:
    assert answer.status_code == status, (answer.status_code, answer.content)
    assert answer["Content-Type"] == "application/problem+json"
    found = json.loads(answer.content)
    assert set(found) == PROBLEM
    assert found["status"] == status
    assert code is None or found["code"] == code, found
    return found


def fields(answer) -> set[str]:
    return {each["field"] for each in json.loads(answer.content)["errors"]}


# The order of refusals


def test_a_stranger_is_told_to_sign_in_whatever_is_asked(cast: Cast):
    for path in ("units/", "units/1/", "units/999/", "people/", "me/", "choices/", "events/", "schema/"):
        answer = cast.anonymous.get(path)
        problem(answer, 401, "not_authenticated")
        assert answer["WWW-Authenticate"].startswith("Bearer")


NO_IDS = (
    "0", "-1", "2147483648", "9223372036854775807", "9223372036854775808", "9" * 30, "1e3", "１２", "1;", "%00", "x",
)  # fmt: skip


def test_an_id_that_is_none_reads_like_a_missing_one(cast: Cast):
    missing = cast.kemang_admin.get("units/424242/", X_Request_ID="r")
    for pk in NO_IDS:
        answer = cast.kemang_admin.get(f"units/{pk}/", X_Request_ID="r")
        problem(answer, 404, "not_found")
        assert answer.content == missing.content, pk


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_foreign_object_reads_like_a_missing_one(cast: Cast, method: str):
    foreign = person("Orang Cibinong", cast.cibinong)
    body = {"name": "x"} if method == "PATCH" else None
    seen = cast.kemang_admin.call(method, f"people/{foreign.pk}/", body, X_Request_ID="r")
    missing = cast.kemang_admin.call(method, "people/424242/", body, X_Request_ID="r")
    problem(seen, 404, "not_found")
    assert seen.content == missing.content
    assert dict(seen.headers) == dict(missing.headers)
    foreign.refresh_from_db()
    assert foreign.name == "Orang Cibinong"


def test_a_role_that_may_not_is_refused_before_its_input_is_judged(cast: Cast):
    problem(cast.viewer.post("units/", {"nonsense": 1}), 403, "role_missing")
    problem(cast.viewer.patch(f"units/{cast.kemang.pk}/", b"{"), 403, "role_missing")


def test_a_reading_token_writes_nothing(cast: Cast):
    reader = Caller(cast.superuser.user, scope="read")
    problem(reader.patch(f"units/{cast.kemang.pk}/", {"name": "Lain"}), 403, "read_only_token")
    problem(reader.patch("units/424242/", {"name": "Lain"}), 404)
    problem(reader.post("tokens/", {"name": "lebih luas"}), 403, "read_only_token")
    assert reader.get("units/").status_code == 200


def test_a_reading_token_may_ask_what_only_computes(cast: Cast):
    words = {"deadline_text": "tahun ini", "made_on_from": "2022-08-24", "made_on_to": "2022-08-24"}
    reader = Caller(cast.verifier.user, scope="read")
    answer = reader.post("pledges/suggest-deadline/", words)
    assert (answer.status_code, answer.json()["due_on"]) == (200, "2022-12-31")
    problem(Caller(cast.clerk.user, scope="read").post("pledges/suggest-deadline/", words), 403, "role_missing")


def test_deleting_a_pledge_is_refused_in_the_order_of_the_contract(cast: Cast):
    published, draft = base.a_pledge(cast.base), base.a_draft_pledge(cast.base, responsible_unit=cast.diskominfo)
    rejected = base.a_draft_pledge(cast.base)
    pledging.reject(pledging.submit(rejected, actor=cast.verifier.user), actor=cast.publisher.user, reason="Uji")
    reader = Caller(cast.verifier.user, scope="read")
    asked = [
        (cast.anonymous, published, 401), (cast.kemang_admin, draft, 404), (reader, published, 403),
        (cast.clerk, draft, 403), (cast.viewer, published, 405), (cast.verifier, published, 405),
        (cast.verifier, rejected, 409), (cast.verifier, draft, 204), (cast.verifier, draft, 404),
    ]  # fmt: skip
    for caller, pledge, wanted in asked:
        answer = caller.delete(f"pledges/{pledge.pk}/", If_Match="*")
        assert answer.status_code == wanted, (caller.user, pledge.publication, answer.content)
    allowed = cast.viewer.delete(f"pledges/{published.pk}/")["Allow"]
    assert "DELETE" not in allowed and "GET" in allowed


def test_other_methods_do_not_exist(cast: Cast):
    for method in ("PUT", "OPTIONS", "TRACE"):
        answer = cast.superuser.call(method, f"units/{cast.kemang.pk}/", {"name": "x"} if method == "PUT" else None)
        problem(answer, 405, "method_not_allowed")


def test_method_overrides_are_ignored(cast: Cast):
    before = Unit.objects.count()
    answer = cast.superuser.post(
        f"units/{cast.kemang.pk}/?_method=DELETE", {"_method": "DELETE"}, X_HTTP_Method_Override="DELETE"
    )
    problem(answer, 405)
    assert Unit.objects.count() == before


# Input


def new_unit(cast: Cast, **changes) -> dict:
    return {"code": "32.01.99", "name": "Contoh", "kind": "district", "parent": cast.root.pk, **changes}


def test_creating_answers_201_with_location_and_etag(cast: Cast):
    answer = cast.user_admin.post("units/", new_unit(cast))
    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert answer["Location"] == row["url"] == f"http://127.0.0.1:8000/api/v1/units/{row['id']}/"
    assert answer["ETag"] == f'"unit-{row["id"]}-1"'
    assert row["parent"] == {
        "id": cast.root.pk,
        "url": f"http://127.0.0.1:8000/api/v1/units/{cast.root.pk}/",
        "code": "32.01",
        "name": "Kabupaten Contoh",
    }
    assert cast.user_admin.get(answer["Location"]).json() == row


def test_a_unit_says_its_working_week_or_takes_that_of_the_unit_above(cast: Cast):
    row = cast.user_admin.post("units/", new_unit(cast, working_week=6)).json()
    assert (row["working_week"], cast.viewer.get(f"units/{cast.kemang.pk}/").json()["working_week"]) == (6, None)
    assert cast.user_admin.patch(row["url"], {"working_week": None}).json()["working_week"] is None
    for wrong in (4, 7, "enam", 5.5, True):
        refused = problem(cast.user_admin.patch(row["url"], {"working_week": wrong}), 400)
        assert [each["field"] for each in refused["errors"]] == ["working_week"]


UNREADABLE = [
    (b"{", 400),
    (b"[]", 400),
    (b'"x"', 400),
    (b"\xff\xfe{}", 400),
    (b'{"name": NaN}', 400),
    (b'{"name": 1e999}', 400),
    (b"{" + b'"a":{' * 5000 + b"}" * 5001, 400),
    (b'{"name": "a", "name": "b"}', 400),
    (b'{"name": ' + b"9" * 5000 + b"}", 400),
    (b'{"name": "\\ud800"}', 400),
    (b'{"name": "a\\u0000b"}', 400),
    (b'{"\\ud800": 1}', 400),
    (b" " * 1_100_000, 413),
]


def test_bodies_that_cannot_be_read_are_refused(cast: Cast):
    for body, status in UNREADABLE:
        problem(cast.user_admin.post("units/", body), status)


def test_other_content_types_are_refused(cast: Cast):
    json_in = "application/json; charset="
    for kind in ("text/plain", "application/xml", "bogus", f"{json_in}utf-16", f"{json_in}x-none"):
        problem(cast.user_admin.post("units/", json.dumps(new_unit(cast)), Content_Type=kind), 415)


def test_multipart_without_a_boundary_is_refused(cast: Cast):
    problem(cast.user_admin.post("units/", b"x", Content_Type="multipart/form-data"), 400)


def test_every_unknown_field_is_named(cast: Cast):
    answer = cast.user_admin.post("units/", new_unit(cast, is_superuser=True, ID=4, name=""))
    problem(answer, 400, "invalid")
    assert fields(answer) == {"is_superuser", "ID", "name"}


def test_a_form_is_read_like_json(cast: Cast):
    answer = cast.user_admin.form("units/", new_unit(cast, active="false"))
    assert answer.status_code == 201, answer.content
    assert answer.json()["active"] is False
    assert cast.user_admin.form("units/", new_unit(cast, name=["a", "b"])).json()["errors"][0]["field"] == "name"


WRONG: list[dict[str, object]] = [
    {"parent": 0},
    {"parent": -1},
    {"parent": 2**63},
    {"parent": "１２"},
    {"parent": "1e3"},
    {"parent": True},
    {"parent": 1.0},
    {"parent": [1]},
    {"parent": {"id": 1}},
    {"parent": 424242},
    {"name": 5},
    {"name": "x" * 151},
    {"kind": "planet"},
    {"kind": None},
    {"active": "maybe"},
    {"active": 1},
]


def test_a_wrong_value_names_its_field(cast: Cast):
    for changes in WRONG:
        answer = cast.user_admin.post("units/", new_unit(cast, **changes))
        problem(answer, 400, "invalid")
        assert fields(answer) == set(changes)


def test_what_the_model_refuses_names_its_field_too(cast: Cast):
    answer = cast.user_admin.post("units/", new_unit(cast, code="33.01.99"))
    problem(answer, 400)
    assert fields(answer) == {"code"}


def test_a_relation_out_of_scope_reads_like_a_missing_one(cast: Cast):
    foreign = person("Orang Cibinong", cast.cibinong)
    body = {"office": cast.bupati.pk, "starts_on": "2026-01-01"}
    seen = cast.kemang_admin.post("tenures/", {**body, "person": foreign.pk}, X_Request_ID="r")
    problem(seen, 403)
    from org.models import Grant

    Grant.objects.create(user=cast.kemang_admin.user, role="user_admin", unit=cast.kemang)
    seen = cast.kemang_admin.post("tenures/", {**body, "person": foreign.pk}, X_Request_ID="r")
    missing = cast.kemang_admin.post("tenures/", {**body, "person": 424242}, X_Request_ID="r")
    problem(seen, 400)
    assert seen.content == missing.content


# Refusals speak the caller's language


def test_refusals_are_in_indonesian_unless_english_is_asked_for(cast: Cast):
    answer = cast.user_admin.post("units/", {})
    assert answer["Content-Language"] == "id"
    english = cast.user_admin.post("units/", {}, Accept_Language="en")
    assert english["Content-Language"] == "en"


def test_only_json_is_answered(cast: Cast):
    problem(cast.viewer.get("units/", Accept="text/html"), 406, "not_acceptable")
    assert cast.viewer.get("units/", Accept="application/json").status_code == 200
    assert cast.viewer.get("units/", Accept="*/*").status_code == 200


# Lists


MEANINGLESS = [
        "page=2", "page_size=9", "limit=0", "limit=101", "limit=-1", "limit=1e1", "limit=１０", "limit=",
        "limit=999999999",
        "offset=-1", "offset=9223372036854775808", "offset=x", "ordering=", "ordering=password", "ordering=-",
        "ordering=?", "ordering=id;drop", "ordering=parent__name", "ordering=id,-id",
        "ordering=" + ",".join(["id"] * 1000),
        "cursor=zzz", "cursor=W10", "cursor=e30&offset=1", "search=" + "x" * 50_000, "search=" + "x " * 2000,
        "unknown=1", "id=1&id=2", "id=0", "id=1e3", "id=%00", "id=9223372036854775808", "id__in=1,,2", "id__in=x",
        "id__in=" + ",".join(["1"] * 101), "kind=planet", "kind__in=district,planet", "active=maybe",
        "parent__isnull=maybe",
        "code__regex=.", "code__startswith=3", "parent__name=x", "name=%00", "updated_since=yesterday", "user=1",
        "updated_since=99999-01-01", "updated_since=2026-01-01T00:00:00", "within=",
    ]  # fmt: skip


def test_parameters_are_strict(cast: Cast):
    for query in MEANINGLESS:
        found = problem(cast.viewer.get(f"units/?{query}"), 400)
        assert found["errors"], (query, found)


def test_a_list_has_the_true_count_and_walks_in_both_directions(cast: Cast):
    for number in range(20, 90):
        unit(f"32.01.{number}", f"Kecamatan {number}", cast.root)
    total = Unit.objects.count()
    first = cast.viewer.get("units/?limit=30").json()
    assert first["count"] == total
    assert first["previous"] is None
    second = cast.viewer.get(first["next"]).json()
    third = cast.viewer.get(second["next"]).json()
    assert third["next"] is None
    codes = [row["code"] for each in (first, second, third) for row in each["results"]]
    assert codes == sorted(Unit.objects.values_list("code", flat=True))
    assert cast.viewer.get(third["previous"]).json()["results"] == second["results"]


@pytest.mark.parametrize("ordering", ["code", "-code", "kind", "-kind,name", "updated_at", "-id"])
def test_a_cursor_walks_through_everything_once_and_back(cast: Cast, ordering: str):
    for number in range(20, 43):
        unit(f"32.01.{number}", f"Kecamatan {number % 3}", cast.root)
    straight = [row["id"] for row in cast.viewer.get(f"units/?limit=100&ordering={ordering}").json()["results"]]
    page = cast.viewer.get(f"units/?cursor=&limit=4&ordering={ordering}").json()
    assert "count" not in page
    assert page["previous"] is None
    walked, pages = [row["id"] for row in page["results"]], [page]
    while page["next"]:
        page = cast.viewer.get(page["next"]).json()
        pages.append(page)
        walked += [row["id"] for row in page["results"]]
    assert walked == straight
    for before in reversed(pages[:-1]):
        page = cast.viewer.get(page["previous"]).json()
        assert page["results"] == before["results"]
    assert page["previous"] is None


def test_a_cursor_of_another_order_is_refused(cast: Cast):
    page = cast.viewer.get("units/?cursor=&limit=1&ordering=code").json()
    problem(cast.viewer.get(page["next"].replace("ordering=code", "ordering=-code")), 400)


def test_a_cursor_walks_over_missing_values(cast: Cast):
    from org.models import Tenure

    holder = person("Pemangku", cast.kemang)
    for day in range(1, 8):
        Tenure.objects.create(
            office=cast.bupati,
            person=holder,
            starts_on=f"2020-01-0{day}",
            ends_on=f"2021-01-0{day}" if day % 2 else None,
        )
    for ordering in ("ends_on", "-ends_on"):
        page = cast.viewer.get(f"tenures/?cursor=&limit=2&ordering={ordering}").json()
        walked, pages = page["results"], [page]
        while page["next"]:
            page = cast.viewer.get(page["next"]).json()
            walked, pages = walked + page["results"], [*pages, page]
        days = [row["ends_on"] for row in walked]
        known = [day for day in days if day]
        assert days == known + [None] * 3
        assert known == sorted(known, reverse=ordering.startswith("-"))
        for before in reversed(pages[:-1]):
            page = cast.viewer.get(page["previous"]).json()
            assert page["results"] == before["results"]


def test_filters_and_search_choose_rows(cast: Cast):
    def codes(query: str) -> set[str]:
        return {row["code"] for row in cast.viewer.get(f"units/?{query}").json()["results"]}

    village = unit("32.01.12.2002", "Pondok 50%_Udik", cast.kemang, Unit.Kind.VILLAGE)
    assert codes("kind=district") == {"32.01.12", "32.01.01"}
    assert codes("kind__in=regency,village") == {"32.01", "32.01.12.2001", village.code}
    assert codes("within=32.01.12") == {"32.01.12", "32.01.12.2001", village.code}
    assert codes("parent__isnull=true") == {"32.01"}
    assert codes(f"parent={cast.kemang.pk}") == {"32.01.12.2001", village.code}
    assert codes("search=50%25_") == {village.code}
    assert codes("search=%25") == {village.code}
    assert codes("search=cibi") == {"32.01.01"}
    assert codes("search=udik pondok") == {village.code}
    assert codes("search=%5C") == set()
    assert codes("name__icontains=KEM") == {"32.01.12"}


def test_updated_since_reads_instants_and_days(cast: Cast):
    assert cast.viewer.get("units/?updated_since=2020-01-01").json()["count"] == Unit.objects.count()
    assert cast.viewer.get("units/?updated_since=2150-01-01T00:00:00%2B07:00").json()["count"] == 0


def test_an_offset_beyond_the_end_is_an_empty_page(cast: Cast):
    page = cast.viewer.get("units/?offset=1000000000000").json()
    assert (page["count"], page["results"], page["next"]) == (Unit.objects.count(), [], None)


def test_a_caller_without_a_grant_sees_nothing_scoped(cast: Cast):
    for path in ("units/", "offices/", "calendar-days/", "tokens/"):
        assert cast.outsider.get(path).status_code == 200
    for path in ("people/", "tenures/", "social-accounts/", "assets/", "handovers/", "requests/", "receipts/"):
        assert cast.outsider.get(path).json()["count"] == 0


def test_people_are_shown_with_name_and_unit_only(cast: Cast):
    for row in cast.superuser.get("people/").json()["results"]:
        assert set(row) == {"id", "url", "name", "unit", "active", "created_at", "updated_at", "version"}
    only = cast.superuser.get(f"people/{Person.objects.first().pk}/")
    assert b"1980" not in only.content
    assert b"6281" not in only.content


# ETag


def test_the_second_of_two_changes_from_one_reading_is_stale(cast: Cast):
    path = f"units/{cast.kemang.pk}/"
    read = cast.user_admin.get(path)["ETag"]
    first = cast.user_admin.patch(path, {"name": "Kemang Satu"}, If_Match=read)
    assert first.status_code == 200
    assert first["ETag"] != read
    problem(cast.user_admin.patch(path, {"name": "Kemang Dua"}, If_Match=read), 412, "stale")
    assert cast.user_admin.get(path).json()["name"] == "Kemang Satu"
    assert cast.user_admin.patch(path, {"name": "Kemang Tiga"}, If_Match=first["ETag"]).status_code == 200


def test_bad_input_comes_before_a_stale_version(cast: Cast):
    path = f"units/{cast.kemang.pk}/"
    problem(cast.user_admin.patch(path, {"nama": "x"}, If_Match='"old"'), 400)


def test_deleting_answers_204_and_what_is_used_stays(cast: Cast):
    spare = unit("32.01.77", "Cadangan", cast.root)
    assert cast.user_admin.delete(f"units/{spare.pk}/").status_code == 204
    problem(cast.user_admin.delete(f"units/{cast.kemang.pk}/"), 409, "in_use")


def test_history_answers_in_list_shape(cast: Cast):
    path = f"units/{cast.kemang.pk}/"
    cast.user_admin.patch(path, {"name": "Kemang Baru"})
    page = cast.kemang_admin.get(f"{path}history/").json()
    assert page["count"] == 1
    [event] = page["results"]
    assert event["verb"] == "unit.changed"
    assert event["subject"] == {"type": "unit", "id": cast.kemang.pk, "number": "32.01.12"}
    assert event["actor"] == {"id": cast.user_admin.user.pk, "name": "Fitri Amalia"}
    assert event["changes"] == {"name": ["Kemang", "Kemang Baru"]}
    assert set(event) == {
        "seq", "at", "effective_at", "actor", "role", "verb", "subject", "related", "changes", "reason", "request_id",
        "facts", "prev_hash", "hash", "acting_for", "through",
    }  # fmt: skip
