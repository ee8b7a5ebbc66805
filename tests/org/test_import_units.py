"""Importing units from a CSV file: all of it or nothing, and twice is the same as once."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core import journal
from core.errors import NotAllowed
from core.models import Event
from org.importing_units import MAX_ROWS
from org.models import Unit, User
from org.rules import holds, require_whole
from tests.base import again, grant
from tests.checks import no_event, refused

ROOT = "32.01=Kabupaten Contoh"
KECAMATAN = Path(__file__).parents[2] / "demo" / "data" / "kecamatan.csv"
FEW = "code,name\n32.01.01,Cibinong\n32.01.12,Kemang\n"

pytestmark = pytest.mark.django_db


def imported(tmp_path: Path, content: str | bytes, root: str = ROOT) -> str:
    """What the command says about a file of ``content``."""
    file = tmp_path / "units.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    said = io.StringIO()
    call_command("import_units", str(file), "--root", root, stdout=said)
    return said.getvalue()


def refusal(tmp_path: Path, content: str | bytes, root: str = ROOT) -> str:
    """Why a file is refused; nothing of it may be left behind."""
    with pytest.raises(CommandError) as caught:
        imported(tmp_path, content, root)
    assert not Unit.objects.exists()
    assert not Event.objects.exists()
    return str(caught.value)


def kinds() -> dict[str, str]:
    return dict(Unit.objects.values_list("code", "kind"))


def test_the_forty_kecamatan_come_under_their_kabupaten() -> None:
    said = io.StringIO()
    call_command("import_units", str(KECAMATAN), "--root", ROOT, stdout=said)
    assert said.getvalue() == "41 units added, 0 changed, 0 as they were.\n"
    root = Unit.objects.get(parent=None)
    assert (root.code, root.name, root.kind) == ("32.01", "Kabupaten Contoh", "regency")
    assert root.children.filter(kind="district").count() == 40
    assert str(Unit.objects.get(code="32.01.12")) == "Kecamatan Kemang"


def test_a_second_run_changes_nothing_and_says_so(tmp_path: Path) -> None:
    imported(tmp_path, FEW)
    before = list(Unit.objects.values())
    assert imported(tmp_path, FEW) == "Nothing to do: all 3 units are here already.\n"
    assert list(Unit.objects.values()) == before
    assert Event.objects.count() == 3


def test_each_unit_has_its_event_by_the_operator(tmp_path: Path) -> None:
    imported(tmp_path, FEW)
    acts = Event.objects.order_by("seq").values_list("verb", "subject_number", "actor_id", "role")
    assert list(acts) == [(("unit.created"), code, None, "operator") for code in ("32.01", "32.01.01", "32.01.12")]
    assert not isinstance(list(journal.verify())[-1], journal.Broken)


def test_a_new_name_is_one_change_with_one_event(tmp_path: Path) -> None:
    imported(tmp_path, FEW)
    assert imported(tmp_path, FEW.replace("Kemang", "Kemang Baru")).startswith("0 units added, 1 changed, 2 as")
    event = Event.objects.latest("seq")
    assert (event.verb, event.changes) == ("unit.changed", {"name": ["Kemang", "Kemang Baru"]})


def test_the_kind_follows_from_the_code(tmp_path: Path) -> None:
    rows = (
        "32.01.12.1006,Atang Senjaya",
        "32.01.12.2001,Tegal",
        "32.01.DISKOMINFO,Diskominfo",
        "32.01.DISKOMINFO.PIKP,PIKP",
    )
    imported(tmp_path, FEW + "\n".join(rows))
    assert kinds() == {
        "32.01": "regency",
        "32.01.01": "district",
        "32.01.12": "district",
        "32.01.12.1006": "urban_village",
        "32.01.12.2001": "village",
        "32.01.DISKOMINFO": "agency",
        "32.01.DISKOMINFO.PIKP": "division",
    }


def test_a_column_of_kinds_has_the_last_word(tmp_path: Path) -> None:
    imported(tmp_path, "kind,code,name\ndivision,32.01.RSUD,RSUD\n,32.01.12,Kemang\n")
    assert (kinds()["32.01.RSUD"], kinds()["32.01.12"]) == ("division", "district")


def test_parents_may_stand_below_their_children(tmp_path: Path) -> None:
    imported(tmp_path, "code,name\n32.01.12.2001,Tegal\n32.01.12,Kemang\n")
    assert Unit.objects.get(code="32.01.12.2001").parent.code == "32.01.12"


def test_units_may_come_under_one_that_is_already_there(tmp_path: Path) -> None:
    imported(tmp_path, FEW)
    imported(tmp_path, "code,name\n32.01.12.2001,Tegal\n", root="32.01.12=Kemang")
    assert Unit.objects.get(code="32.01.12").kind == "district"
    assert Unit.objects.get(code="32.01.12.2001").parent.name == "Kemang"


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + FEW.encode(),
        FEW.replace(",", ";"),
        FEW.replace("\n", "\r\n"),
        'Code , NAME\n"32.01.01","Cibinong"\n\n32.01.12, Kemang \n , \n',
    ],
    ids=["byte order mark", "semicolons", "Windows line ends", "quotes, spaces and empty rows"],
)
def test_files_as_spreadsheets_write_them(tmp_path: Path, content: str | bytes) -> None:
    imported(tmp_path, content)
    assert set(Unit.objects.values_list("name", flat=True)) == {"Kabupaten Contoh", "Cibinong", "Kemang"}


@pytest.mark.parametrize(
    ("row", "place", "why"),
    [
        ("32.01.99.2001,Desa", "row 4", "the kind of 32.01.99.2001 does not follow"),
        ("36.02.01,Malingping", "row 4", "does not lie under the root 32.01"),
        ("32.01.12,Kemang lagi", "row 4", "stands in row 3 already"),
        ("32.01,Kabupaten", "row 4", "stands in --root already"),
        ("32.01.12a,Kemang", "row 4", "is no code"),
        ("32.01..12,Kemang", "row 4", "is no code"),
        ("３２.01.13,Angka lebar", "row 4", "is no code"),
        (f"32.01.{'X' * 40},Panjang", "row 4", "is no code"),
        ("32.01.7,Tujuh", "row 4", "kind of 32.01.7 does not follow"),
        ("32.01.13,", "row 4", "1 to 150 characters"),
        (f"32.01.13,{'x' * 151}", "row 4", "1 to 150 characters"),
        ("32.01.13,=HYPERLINK(A1)", "row 4", "looks like a formula"),
        ("32.01.13,@SUM(A1)", "row 4", "looks like a formula"),
        ("32.01.13,Bojong\x00gede", "row 4", "control characters"),
        ("32.01.13,Bojong\u2028gede", "row 4", "control characters"),
        ('32.01.13,"Bojong\ngede"', "row 4", "one line"),
        ("32.01.13", "row 4", "1 cells instead of 2"),
        ("32.01.13,Bojonggede,desa", "row 4", "3 cells instead of 2"),
        ('32.01.13,"Bojong"gede', "row 4", "cannot be read"),
    ],
)
def test_a_faulty_row_is_named_and_the_whole_file_refused(tmp_path: Path, row: str, place: str, why: str) -> None:
    said = refusal(tmp_path, f"{FEW}{row}\n")
    assert "nothing was imported" in said
    assert f"{place}: " in said
    assert why in said


def test_every_faulty_row_is_named_in_the_order_of_the_file(tmp_path: Path) -> None:
    said = refusal(tmp_path, f"{FEW}32.01.12.9.1,Jauh\n32.01.12,Dua\n36.02,Lebak\n")
    assert [line.strip().split(":")[0] for line in said.splitlines()[1:]] == ["row 4", "row 5", "row 6"]


def test_long_lists_of_faults_are_cut_with_their_number(tmp_path: Path) -> None:
    said = refusal(tmp_path, "code,name\n" + "salah,x\n" * 60)
    assert said.splitlines()[-1] == "  and 10 more"


@pytest.mark.parametrize("header", ["kode,nama", "code", "code,name,parent", "code,name,name", "32.01.01,Cibinong"])
def test_a_wrong_header_is_refused(tmp_path: Path, header: str) -> None:
    assert "row 1: the header must be code,name or code,name,kind" in refusal(
        tmp_path, f"{header}\n32.01.01,Cibinong\n"
    )


@pytest.mark.parametrize("content", ["", "code,name\n", "code,name\n\n ,\n"])
def test_a_file_without_units_is_refused(tmp_path: Path, content: str) -> None:
    assert "row " in refusal(tmp_path, content)


def test_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    assert "unknown kind 'planet'" in refusal(tmp_path, "code,name,kind\n32.01.01,Cibinong,planet\n")


def test_text_that_is_not_utf8_is_refused_with_its_row(tmp_path: Path) -> None:
    assert "row 3: the file is not UTF-8" in refusal(tmp_path, b"code,name\n32.01.01,Cibinong\n32.01.12,K\xe9mang\n")


def test_files_too_long_for_any_district_are_refused(tmp_path: Path) -> None:
    assert "more than" in refusal(tmp_path, "code,name\n" + "32.01.01,x\n" * (MAX_ROWS + 1))


def test_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_units", "/nowhere/units.csv", "--root", ROOT)


@pytest.mark.parametrize("root", ["32.01", "=Kabupaten", "32.01=", "32,01=Kabupaten", "32.01==1+1", "32.01=A\nB"])
def test_a_root_that_cannot_be_is_refused(tmp_path: Path, root: str) -> None:
    file = tmp_path / "units.csv"
    file.write_text(FEW)
    with pytest.raises(CommandError, match="--root"):
        call_command("import_units", str(file), "--root", root)
    assert not Unit.objects.exists()


def test_long_files_show_how_far_they_are(tmp_path: Path) -> None:
    rows = "".join(f"32.01.12.2{n:03d},Desa {n}\n" for n in range(200))
    assert "200 of 203 units\n" in imported(tmp_path, FEW + rows)


def test_a_second_kabupaten_comes_only_under_a_province_and_widens_no_grant_of_the_first(tmp_path: Path) -> None:
    imported(tmp_path, FEW)
    user = User.objects.create(username="verifikator")
    grant(user, role="verifier", unit=Unit.objects.get(code="32.01"))
    with pytest.raises(CommandError, match="bersama provinsi"), no_event():
        imported(tmp_path, "code,name\n32.02.01,Jauh\n", root="32.02=Kabupaten Lain")
    with pytest.raises(CommandError, match=r"beside 32\.01"), no_event():
        imported(tmp_path, "code,name\n32.01.12,Kemang\n", root="32=Provinsi Contoh")
    imported(tmp_path, "code,name\n32.02,Kabupaten Lain\n32.02.01,Jauh\n", root="32=Provinsi Contoh")
    assert kinds() | {"32": "province", "32.02": "regency", "32.02.01": "district"} == kinds()
    assert Unit.objects.get(code="32.01").parent == Unit.objects.get(code="32")
    assert holds(again(user), "verifier", unit=Unit.objects.get(code="32.01.12"))
    assert not holds(again(user), "verifier", unit=Unit.objects.get(code="32.02.01"))
    with refused(NotAllowed, "role_missing"):
        require_whole(again(user), "verifier")
