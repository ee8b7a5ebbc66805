"""Reading files in at a desk: upload, preview, confirmation, result; nobody else's."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from assets.models import Asset
from core import jobs
from documents.intake import sessions
from documents.models import ImportSession
from tests.backoffice.desk import Desk, text
from tests.base import Cast
from tests.documents.files import device, register, upload

pytestmark = pytest.mark.usefixtures("media")
IMPORTS = "/admin/imports/"


def sent(desk: Desk, user: Any, rows: Any, **more: Any) -> Any:
    return desk.post(user, IMPORTS, {"kind": "assets", "file": upload(rows), **more})


def test_a_file_is_uploaded_looked_at_and_confirmed(cast: Cast, desk: Desk) -> None:
    assert "Impor" in text(desk.get(cast.clerk, "/admin/"))
    answer = sent(desk, cast.clerk, register(device(1), device(2, tanggal="2022")))
    address = answer["Location"]
    shown = text(desk.get(cast.clerk, address))
    assert "2 baru" in shown and "Hanya tahun" in shown and "Contoh T1" in shown
    assert not Asset.objects.exists()
    assert desk.post(cast.clerk, address, {"reason": ""})["Location"] == address
    done = text(desk.get(cast.clerk, address))
    assert "2 baris disimpan." in done and "Simpan semua baris" not in done
    assert Asset.objects.count() == 2
    desk.post(cast.clerk, address, {"reason": ""})
    assert "tidak menunggu diterapkan" in text(desk.get(cast.clerk, address))


def test_faults_are_told_in_words_and_the_file_comes_back_marked(cast: Cast, desk: Desk) -> None:
    address = sent(desk, cast.clerk, register(device(1, kondisi="lumayan")))["Location"]
    shown = text(desk.get(cast.clerk, address))
    assert "Kondisi: Kondisi: B (baik)" in shown and "G2" in shown and "Simpan semua baris" not in shown
    marked = b"".join(desk.get(cast.clerk, f"{address}annotated/").streaming_content)
    assert load_workbook(io.BytesIO(marked)).active["L2"].value.startswith("Kondisi: ")
    desk.post(cast.clerk, address, {"reason": ""})
    assert not Asset.objects.exists()


def test_what_cannot_be_read_is_said_beside_the_file(cast: Cast, desk: Desk) -> None:
    refused = sent(desk, cast.clerk, [["a", "b"], [1, 2]])
    assert refused.status_code == 400 and "Baris judul tidak ditemukan" in text(refused)
    assert not ImportSession.objects.exists()


def test_a_large_file_shows_how_far_it_is(cast: Cast, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "INLINE_ROWS", -200)
    address = sent(desk, cast.clerk, register(device(1)))["Location"]
    assert b"<progress" in desk.get(cast.clerk, address).content
    jobs.run_due()
    assert "1 baru" in text(desk.get(cast.clerk, address))


def test_each_sees_the_own_files_and_the_kinds_of_the_own_roles(cast: Cast, desk: Desk) -> None:
    address = sent(desk, cast.clerk, register(device(1)))["Location"]
    for other in (cast.clerk2, cast.superuser):
        assert desk.get(other, address).status_code == desk.get(other, f"{address}annotated/").status_code == 404
        assert "daftar.xlsx" not in text(desk.get(other, IMPORTS))
    assert desk.get(cast.viewer, IMPORTS).status_code == 403
    assert "Impor" not in text(desk.get(cast.viewer, "/admin/"))
    assert "Daftar perangkat" not in text(desk.get(cast.kemang_admin, IMPORTS))
    asks_unit = 'name="unit"'
    assert asks_unit in desk.get(cast.clerk, IMPORTS).content.decode()
    assert asks_unit not in desk.get(cast.planner, IMPORTS).content.decode()
    assert sent(desk, cast.kemang_admin, register(device(1))).status_code == 400


def test_templates(cast: Cast, desk: Desk) -> None:
    assert f'href="{IMPORTS}template/assets/"' in desk.get(cast.clerk, IMPORTS).content.decode()
    content = b"".join(desk.get(cast.clerk, f"{IMPORTS}template/assets/").streaming_content)
    titles = [cell.value for cell in load_workbook(io.BytesIO(content))["Isian"][1]]
    assert titles[0] == "Label" and "Garansi sampai" in titles
    for kind in ("people", "passwords"):
        assert desk.get(cast.clerk, f"{IMPORTS}template/{kind}/").status_code == 404
