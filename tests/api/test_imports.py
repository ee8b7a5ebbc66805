"""Files read in through the API: handed in, shown, given back marked, applied once by their maker."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string

from assets.models import Asset
from core import jobs
from core.models import Event
from documents.intake import sessions
from documents.intake.forms import TEMPLATED
from documents.models import ImportSession
from tests import base
from tests.api.cast import Cast
from tests.api.test_contract import fields, problem
from tests.documents.files import device, register, upload, workbook

pytestmark = pytest.mark.usefixtures("media")


def posted(caller, rows, name: str = "daftar.xlsx", **more):
    form = {"kind": "assets", "file": upload(rows, name), **more}
    headers = {name: form.pop(name) for name in list(form) if name[:1].isupper()}
    return caller.form("imports/", form, **headers)


def body_of(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_file_is_handed_in_seen_and_applied_once(cast: Cast):
    rows = register(device(1), device(2, kondisi="RB"))
    answer = posted(cast.clerk, rows)
    made = answer.json()
    assert (answer.status_code, answer["Location"]) == (201, made["url"])
    assert (made["state"], made["rows"], made["counts"]) == ("ready", 2, {"new": 2})
    assert made["actions"] == ["answer", "apply"]
    assert [step["action"] for step in made["preview"]] == ["new", "new"]
    assert not Asset.objects.exists()
    before = Event.objects.count()
    done = cast.clerk.post(f"imports/{made['id']}/apply/", {"reason": "Data awal"})
    assert (done.status_code, done.json()["state"], done.json()["actions"]) == (200, "applied", [])
    assert (Asset.objects.count(), Event.objects.count() - before) == (2, 1)
    problem(cast.clerk.post(f"imports/{made['id']}/apply/"), 409)
    asset = cast.clerk.get("assets/").json()["results"][0]
    [told] = cast.clerk.get(f"assets/{asset['id']}/history/").json()["results"]
    assert (told["verb"], told["subject"]["number"]) == ("asset.imported", "daftar.xlsx")


def test_a_faulty_file_says_where_and_cannot_be_applied(cast: Cast):
    answer = posted(cast.clerk, register(device(1), device(2, kondisi="lumayan")))
    made = answer.json()
    assert (answer.status_code, made["state"], made["faults"], made["actions"]) == (201, "faulty", 1, ["answer"])
    [finding] = made["findings"]
    assert (finding["row"], finding["field"], finding["code"]) == (3, "condition", "invalid_choice")
    refused = cast.clerk.post(f"imports/{made['id']}/apply/")
    problem(refused, 400)
    assert fields(refused) == {"rows.3.condition"}
    back = cast.clerk.get(f"imports/{made['id']}/annotated/", Accept="*/*")
    assert (
        back["Content-Disposition"].startswith("attachment;")
        and f"impor-assets-{made['id']}.xlsx" in back["Content-Disposition"]
    )
    sheet = load_workbook(io.BytesIO(body_of(back))).active
    assert sheet["L3"].value.startswith("Kondisi: ")
    assert not Asset.objects.exists()


@pytest.mark.parametrize(
    ("form", "named"),
    [
        ({}, {"file"}),
        ({"file": "teks"}, {"file"}),
        ({"file": SimpleUploadedFile("a.xlsx", b"bukan")}, {"file"}),
        ({"file": SimpleUploadedFile("a.xlsm", workbook(register(device())))}, {"file"}),
        ({"file": upload([["a", "b"], [1, 2]])}, {"file"}),
        ({"kind": "passwords", "file": upload(register(device()))}, {"kind"}),
        ({"unit": "999", "file": upload(register(device()))}, {"unit"}),
        ({"owner": "1", "file": upload(register(device()))}, {"owner"}),
    ],
)
def test_what_cannot_be_read_is_refused_at_once(cast: Cast, form, named):
    answer = cast.clerk.form("imports/", {"kind": "assets", **form})
    problem(answer, 400)
    assert fields(answer) == named
    assert not ImportSession.objects.exists()


def test_one_row_over_the_cap(cast: Cast, settings):
    settings.MAX_IMPORT_ROWS = 3
    rows = [device(n) for n in range(1, 5)]
    assert posted(cast.clerk, register(*rows[:3])).status_code == 201
    answer = posted(cast.clerk, register(*rows))
    problem(answer, 400)
    assert fields(answer) == {"file"}


def test_a_large_file_becomes_a_job_and_so_does_applying_it(cast: Cast, monkeypatch):
    monkeypatch.setattr(sessions, "INLINE_ROWS", -200)
    answer = posted(cast.clerk, register(device(1)))
    made = answer.json()
    assert (answer.status_code, made["state"], made["progress"]) == (202, "reading", 0)
    assert cast.clerk.get(made["job"]["url"]).json()["kind"] == "import_read"
    jobs.run_due()
    assert cast.clerk.get(answer["Location"]).json()["state"] == "ready"
    answer = cast.clerk.post(f"imports/{made['id']}/apply/")
    assert (answer.status_code, answer.json()["state"]) == (202, "applying")
    jobs.run_due()
    done = cast.clerk.get(answer["Location"]).json()
    assert (done["state"], done["progress"], done["rows"], len(done["sha256"])) == ("applied", 100, 1, 64)


def test_the_same_key_gives_the_same_session(cast: Cast):
    rows = workbook(register(device(1)))
    first, second = (posted(cast.clerk, rows, Idempotency_Key="k") for _time in range(2))
    assert (first.status_code, second.status_code, second["Idempotency-Replayed"]) == (201, 201, "true")
    assert first.json()["id"] == second.json()["id"]
    address = f"imports/{first.json()['id']}/apply/"
    once, twice = (cast.clerk.post(address, Idempotency_Key="a") for _time in range(2))
    assert (once.status_code, twice.status_code, once.content) == (200, 200, twice.content)
    assert Asset.objects.count() == 1


def test_files_are_private_to_whoever_handed_them_in(cast: Cast):
    made = posted(cast.clerk, register(device(1))).json()
    for caller in (cast.clerk2, cast.superuser, cast.viewer):
        assert caller.get("imports/").json()["count"] == 0
        problem(caller.get(made["url"]), 404)
        problem(caller.get(f"imports/{made['id']}/annotated/", Accept="*/*"), 404)
        problem(caller.post(f"imports/{made['id']}/apply/"), 404)
    problem(posted(cast.viewer, register(device(1))), 403)
    assert cast.clerk.get("imports/").json()["count"] == 1


def a_template(cast: Cast, kind: str):
    """The workbook, its sheet to fill in and the titles of that."""
    answer = cast.clerk.get(f"imports/template/?kind={kind}", Accept="*/*")
    book = load_workbook(io.BytesIO(body_of(answer)))
    return book, book["Isian"], [cell.value.removesuffix(" *") for cell in book["Isian"][1]]


@pytest.mark.parametrize("kind", TEMPLATED)
def test_each_kind_has_a_template(cast: Cast, kind):
    book, _sheet, titles = a_template(cast, kind)
    assert titles == [str(each.title) for each in TEMPLATED[kind].fields if each.offered]
    assert book["Pilihan"].sheet_state == "hidden"


def test_a_workbook_that_gawai_fills_in_has_no_template(cast: Cast):
    problem(cast.clerk.get("imports/template/?kind=budget_plan", Accept="*/*"), 400)


def test_a_template_offers_what_to_choose_and_is_read_back_when_filled_in(cast: Cast):
    book, sheet, titles = a_template(cast, "assets")
    columns = [str(rule.sqref).split(":")[0][:-1] for rule in sheet.data_validations.dataValidation]
    offered = {titles[column_index_from_string(letters) - 1] for letters in columns}
    assert offered == {"Jenis perangkat", "Kondisi", "Kode unit pencatat", "Sumber dana"}
    filled = {"Jenis perangkat": "Smartphone", "Merek": "Contoh", "Kondisi": "Baik (B)",
              "Kode unit pencatat": "32.01.DISKOMINFO"}  # fmt: skip
    sheet.append([filled.get(title) for title in titles])
    out = io.BytesIO()
    book.save(out)
    assert posted(cast.clerk, out.getvalue()).json()["counts"] == {"new": 1}


@pytest.mark.parametrize(
    "name", ["../../x.xlsx", "C:\\x.xlsx", "a" * 300 + ".xlsx", "tanda;\x07.xlsx", "\u202excod.xlsx"]
)
def test_names_of_files_stay_names(cast: Cast, media, name):
    answer = posted(cast.clerk, register(device(1)), name)
    assert answer.status_code == 201, answer.content
    shown = answer.json()["filename"]
    assert len(shown) <= 150 and not set(shown) & set('/\\"\x07')
    back = cast.clerk.get(f"{answer.json()['url']}annotated/", Accept="*/*")
    assert back["Content-Disposition"] == f'attachment; filename="impor-assets-{answer.json()["id"]}.xlsx"'
    assert all(media in path.parents for path in media.rglob("*"))


def test_a_template_of_no_kind(cast: Cast):
    problem(cast.clerk.get("imports/template/", Accept="*/*"), 400)


def test_the_history_of_one_thing_tells_nothing_of_the_rest_of_its_file(cast: Cast):
    rows = register(device(1), device(2, catatan="Rahasia"), device(3, label="LAIN-3"))
    made = posted(cast.clerk, rows).json()
    cast.clerk.post(f"imports/{made['id']}/apply/")
    first, second, _third = Asset.objects.order_by("pk")
    again = posted(
        cast.clerk, register(device(1, merek="Baru"), device(2, merek="Lama", catatan="Sangat rahasia"))
    ).json()
    cast.clerk.post(f"imports/{again['id']}/apply/")
    base.accepted(cast.base, base.an_issue(cast.base, assets=[first], to=cast.kemang), by=cast.base.kemang_admin)
    told = cast.kemang_admin.get(f"assets/{first.pk}/history/").json()["results"]
    entered, corrected = told[:2]
    assert entered["related"] == [{"type": "asset", "id": first.pk, "number": first.tag}] == corrected["related"]
    assert [(each["id"], each["brand"]) for each in corrected["changes"]["rows"]] == [(first.pk, ["Contoh", "Baru"])]
    assert second.tag not in str(told) and "rahasia" not in str(told).lower()
    assert cast.kemang_admin.get("events/?verb=asset.imported").json()["count"] == 0
    whole = cast.auditor.get("events/?verb=asset.imported").json()["results"]
    assert len(whole[0]["related"]) == 3


PEOPLE = [["Nama", "Jabatan", "Unit Kerja"], ["Dewi Lestari", "Staf", "Kemang"], ["Dewi Lestari", "Bidan", "Kemang"]]


def test_what_a_file_leaves_open_is_asked_and_answered(cast: Cast):
    made = posted(cast.user_admin, PEOPLE, kind="people").json()
    assert (made["state"], made["counts"], made["actions"]) == ("asked", {"new": 1, "asked": 1}, ["answer"])
    [question] = made["questions"]
    assert (question["key"], [each["value"] for each in question["choices"]]) == ("twice.3", ["same", "another"])
    problem(cast.user_admin.post(f"imports/{made['id']}/apply/"), 409)
    done = cast.user_admin.post(f"imports/{made['id']}/answer/", {"twice.3": "another"})
    assert (done.status_code, done.json()["state"], done.json()["counts"]) == (200, "ready", {"new": 2})
    assert done.json()["version"] == made["version"] + 1
    assert cast.user_admin.post(f"imports/{made['id']}/apply/").json()["state"] == "applied"
    problem(cast.user_admin.post(f"imports/{made['id']}/answer/", {"twice.3": "same"}), 409)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, {"answers"}),
        ({"twice.3": 1}, {"twice.3"}),
        ({"twice.3": "perhaps"}, {"twice.3"}),
        ({"reason": "same"}, {"reason"}),
        ({"column.nama": "password"}, {"column.nama"}),
    ],
)
def test_an_answer_that_is_none_is_refused_by_name(cast: Cast, body, named):
    made = posted(cast.user_admin, PEOPLE, kind="people").json()
    answer = cast.user_admin.post(f"imports/{made['id']}/answer/", body)
    problem(answer, 400)
    assert fields(answer) == named


UNNAMED = [["Perkakas", "Merek", "Kondisi", "Kode unit pencatat"], ["Smartphone", "Contoh", "B", "32.01.DISKOMINFO"]]


def test_a_file_that_lacks_a_column_is_refused_until_its_key_is_answered(cast: Cast):
    answer = posted(cast.clerk, UNNAMED)
    problem(answer, 400)
    [fault] = answer.json()["errors"]
    assert (fault["field"], fault["code"]) == ("file", "wrong_headers")
    assert "Jenis perangkat" in fault["detail"] and "column.perkakas" in fault["detail"]
    assert not ImportSession.objects.exists()
    made = posted(cast.clerk, UNNAMED, answers='{"column.perkakas": "device_type"}')
    assert (made.status_code, made.json()["counts"], made.json()["state"]) == (201, {"new": 1}, "ready")
    assert posted(cast.clerk, UNNAMED).json()["counts"] == {"new": 1}, "it is remembered"
    problem(posted(cast.clerk2, UNNAMED), 400)


def test_questions_are_answered_with_the_upload(cast: Cast):
    made = posted(cast.user_admin, PEOPLE, kind="people", answers='{"twice.3": "another", "column.jabatan": "-"}')
    assert (made.status_code, made.json()["state"], made.json()["counts"]) == (201, "ready", {"new": 2})
    assert [each["answer"] for each in made.json()["questions"]] == ["another"]
    assert not any("position" in each["values"] for each in made.json()["preview"])


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        ("teks", set()),
        ("[]", {"answers"}),
        ('{"column.perkakas": 1}', {"answers.column.perkakas"}),
        ('{"column.perkakas": "password"}', {"column.perkakas"}),
        ('{"column.lain": "device_type"}', {"column.lain"}),
        ('{"column.perkakas": "device_type", "twice.3": "same"}', {"twice.3"}),
        ('{"\\u0000": "x", "column.perkakas": "device_type"}', None),
    ],
)
@pytest.mark.parametrize("rows_at_once", [1_000, -200])
def test_an_answer_with_the_upload_that_is_none_is_refused_by_name(
    cast: Cast, monkeypatch, answers: str, named: set[str] | None, rows_at_once: int
):
    monkeypatch.setattr(sessions, "INLINE_ROWS", rows_at_once)
    answer = posted(cast.clerk, UNNAMED, answers=answers)
    problem(answer, 400)
    assert named is None or fields(answer) == named
    assert not ImportSession.objects.exists()


def test_a_large_file_is_told_what_its_columns_mean(cast: Cast, monkeypatch):
    monkeypatch.setattr(sessions, "INLINE_ROWS", -200)
    answer = posted(cast.clerk, UNNAMED, answers='{"column.perkakas": "device_type"}')
    assert (answer.status_code, answer.json()["state"]) == (202, "reading")
    jobs.run_due()
    assert cast.clerk.get(answer["Location"]).json()["counts"] == {"new": 1}


def test_a_preview_says_what_was_read_and_what_was_passed_over(cast: Cast):
    made = posted(cast.clerk, [*register(device(1)), ["Mengetahui,", "Kepala Dinas"]]).json()
    [step] = made["preview"]
    assert (step["values"]["serial_number"], step["values"]["price"]) == ("SN-00001", "3500000")
    assert (step["values"]["unit_code"], step["row"]) == ("32.01.DISKOMINFO Diskominfo", 2)
    [passed] = made["passed_over"]
    assert (passed["row"], passed["code"], made["passed_over_count"]) == (3, "signature", 1)
    assert made["columns"][6] == {
        "sheet": "", "column": "G", "title": "Kondisi", "field": "condition", "key": "column.kondisi",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["daftar.xls", "daftar.html"])
def test_a_file_of_any_kind_that_is_read_comes_back_as_it_was(cast: Cast, name: str):
    rows = "".join(
        f"<tr><td>{'</td><td>'.join(map(str, row))}</td></tr>" for row in register(device(1, label="", catatan=""))
    )
    content = f"<html><body><table>{rows}</table></body></html>".encode()
    answer = posted(cast.clerk, content, name)
    assert answer.json()["counts"] == {"new": 1}
    back = cast.clerk.get(f"{answer.json()['url']}annotated/", Accept="*/*")
    assert (back.status_code, back["Content-Type"]) == (200, "application/octet-stream")
    assert back["Content-Disposition"].startswith("attachment;") and body_of(back) == content
