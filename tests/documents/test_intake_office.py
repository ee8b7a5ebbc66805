"""Units, people, device types and standard prices from a file; the second time nothing is new."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assets.models import DeviceType, ItemCode, StandardPrice
from core.journal import history
from core.models import Event
from org.models import Person, Unit
from tests import base
from tests.documents.test_intake_sessions import applied, handed_in, said

pytestmark = pytest.mark.usefixtures("media")

UNITS = [["Kode", "Nama", "Jenis", "Aktif"], ["32.01.02.2001", "Desa Baru", None, None],
         ["32.01.02", "Gunungputri", None, "ya"], ["32.01.BPKAD", "BPKAD", "Perangkat Daerah", None],
         ["32.01.12", "Kemang Raya", None, None]]  # fmt: skip
PEOPLE = [["Nama", "NIP", "Jabatan", "No. HP", "Unit Kerja"],
          ["Euis Komala", "19850101 201001 2 001", "Staf", "0812-3456-7890", "Kec. Kemang"],
          ["Tatang", None, "Staf", None, "Cibinong"]]  # fmt: skip
TYPES = [["Kode", "Nama", "Kelompok", "Kode barang", "Satuan", "Masa manfaat"],
         ["laptop", "Laptop", "Hp", "1.3.2.10.01.02.002", "unit", 4.0],
         ["tripod", "Tripod kamera", None, None, None, None]]  # fmt: skip
PRICES = [["Kode Barang", "Uraian Barang", "Spesifikasi", "Satuan", "Harga Satuan", "Tahun", "PPN", "Rekening", "TKDN",
           "ID Standar Harga"],
          ["1.3.2.06.02.01.004", "Telephone Mobile", "6 GB", "unit", "Rp 4.000.000,00", 2026, "ya",
           "5.2.02.06.02.0001", "40,5 %", "SSH.01"],
          ["1.1.7.01.03.06.001", "Kertas", None, "rim", 60000, 2026, "ya", None, None, None]]  # fmt: skip


@pytest.fixture
def scene(cast):
    for code, device_type in (("1.3.2.06.02.01.004", cast.hp), ("1.3.2.10.01.02.002", None)):
        item = ItemCode.objects.create(code=code, name="Uji")
        if device_type:
            DeviceType.objects.filter(pk=device_type.pk).update(item_code=item)
    return cast


KINDS = {
    "units": (UNITS, "user_admin", {"new": 3, "changed": 1}, {"same": 4}),
    "people": (PEOPLE, "user_admin", {"new": 2}, {"same": 2}),
    "device_types": (TYPES, "clerk", {"new": 1, "changed": 1}, {"same": 2}),
    "standard_prices": (PRICES, "planner", {"new": 1, "skipped": 1}, {"same": 1, "skipped": 1}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_one_event_and_the_same_file_again_is_none(scene, kind):
    rows, keeper, first, second = KINDS[kind]
    keeper = getattr(scene, keeper)
    before = Event.objects.count()
    assert applied(scene, rows, kind=kind, by=keeper).counts == first
    assert Event.objects.count() == before + 1
    assert applied(scene, rows, kind=kind, by=keeper).counts == second
    assert Event.objects.count() == before + 1


def test_units_stand_under_the_one_their_code_names(scene):
    applied(scene, UNITS, kind="units", by=scene.user_admin)
    village = Unit.objects.get(code="32.01.02.2001")
    assert (village.kind, village.parent.code, village.parent.kind) == ("village", "32.01.02", "district")
    assert base.again(scene.kemang).name == "Kemang Raya"
    assert history(base.again(scene.kemang)).get().verb == "unit.imported"


def test_what_the_heads_of_forms_say_of_a_unit_comes_from_a_file(scene):
    rows = [["Kode", "Nama", "No. Kode Lokasi", "Bidang", "Alamat"],
            ["32.01.12", "Kemang", "12.01.32.01.70.12.01.01", "Kewilayahan", "Jalan Raya Kemang 7"]]  # fmt: skip
    assert applied(scene, rows, kind="units", by=scene.user_admin).counts == {"changed": 1}
    kemang = base.again(scene.kemang)
    assert (kemang.location_code, kemang.affair) == ("12.01.32.01.70.12.01.01", "Kewilayahan")
    assert kemang.address == "Jalan Raya Kemang 7"


def test_the_rank_of_a_person_comes_from_a_file(scene):
    rows = [["Nama", "Pangkat / Golongan", "Unit"], ["Tatang", "Penata (III/c)", "Cibinong"]]
    assert applied(scene, rows, kind="people", by=scene.user_admin).counts == {"new": 1}
    assert Person.objects.get(name="Tatang").rank == "Penata (III/c)"


def test_people_are_known_by_nip_and_their_data_stays_erasable(scene):
    applied(scene, PEOPLE, kind="people", by=scene.user_admin)
    euis = Person.objects.get(nip="198501012010012001")
    assert (euis.unit, euis.phone) == (scene.kemang, "+6281234567890")
    changed = [PEOPLE[0], ["Euis K.", "198501012010012001", "Kasi", None, "Cibinong"]]
    assert applied(scene, changed, kind="people", by=scene.user_admin).counts == {"changed": 1}
    assert (base.again(euis).unit, base.again(euis).name) == (scene.cibinong, "Euis K.")
    assert "Euis" not in str(Event.objects.order_by("-seq")[0].changes)


def test_prices_and_types(scene):
    applied(scene, PRICES, kind="standard_prices", by=scene.planner)
    price = StandardPrice.objects.get()
    assert (price.device_type, price.year, price.price, price.includes_ppn) == (scene.hp, 2026, 4_000_000, True)
    assert (price.component_id, price.specification, price.account_code, price.tkdn_percent) == (
        "SSH.01", "6 GB", "5.2.02.06.02.0001", Decimal("40.5"),
    )  # fmt: skip
    applied(scene, TYPES, kind="device_types", by=scene.clerk)
    laptop = DeviceType.objects.get(code="laptop")
    assert (laptop.item_code.code, laptop.useful_life_years) == ("1.3.2.10.01.02.002", 4)


@pytest.mark.parametrize(
    ("kind", "keeper", "rows", "found"),
    [
        ("units", "user_admin", [UNITS[0], ["32.02.01", "Jauh", None, None]], {(2, "code", "second_root")}),
        ("units", "user_admin", [UNITS[0], ["32.01.02", "A", None, None], ["32.01.02", "B", None, None]],
         {(3, "code", "duplicate")}),
        ("units", "user_admin", [UNITS[0], ["32.01.1", "A", None, None]], {(2, "kind", "required")}),
        ("people", "user_admin", [PEOPLE[0], ["A", 198501012010012001, None, None, "Kemang"]],
         {(2, "nip", "lost_digits")}),
        ("people", "user_admin", [PEOPLE[0], ["A", None, None, "12", "Bulan"]], {(2, "phone", "invalid")}),
        ("people", "user_admin", [PEOPLE[0], ["A", None, None, None, "Bulan"]], {(2, "unit_name", "unknown")}),
        ("device_types", "clerk", [TYPES[0], ["baru", "Baru", "Bulan", "9.9.9.9", None, None]],
         {(2, "family", "unknown"), (2, "item_code", "unknown")}),
        ("device_types", "clerk", [TYPES[0], ["tak sah!", "Baru", "Hp", None, None, None]], {(2, "code", "invalid")}),
        ("standard_prices", "planner", [["Jenis perangkat", "Tahun", "Harga"], ["Hp", 1999, 5]],
         {(2, "year", "out_of_range")}),
        ("standard_prices", "planner", [["Jenis perangkat", "Tahun", "Harga"], *[["smartphone", 2026, 5]] * 2],
         {(3, "device_type", "duplicate")}),
        ("standard_prices", "planner", [["Jenis perangkat", "Tahun", "Harga"], ["smartphone", 2026, 0]],
         {(2, "price", "min_value")}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(scene, kind, keeper, rows, found):
    assert said(handed_in(scene, rows, kind=kind, by=getattr(scene, keeper))) == found


def test_a_keeper_of_one_unit_adds_nobody_to_another(scene):
    admin = base.user(username="uk", unit=scene.kemang, roles=("user_admin",))
    assert said(handed_in(scene, PEOPLE, kind="people", by=admin)) == {(3, "unit_code", "role_missing")}
