"""Act one: Kabupaten Contoh with its units, offices, people, accounts, catalogue and prices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.hashers import make_password

from assets.models import DeviceType, Family, ItemCode, StandardPrice
from core.journal import Private, record
from core.models import Credential, Installation
from core.transactions import writing
from demo.stage import DATA, FIRST_DAY, Stage, Story, login_of, rows_of
from org import accounts, succeeding
from org.calendar import seed
from org.models import Office, Person, Role, SocialAccount, Succession, Tenure, Unit, User
from org.models.grants import OPERATOR
from org.reference import keep, put

CATALOGUE = settings.BASE_DIR / "assets" / "data"
NAME, PROVINCE = "Kabupaten Contoh", "Jawa Barat"
PRICE_SOURCE = "DATA CONTOH"
WITHOUT_PPN = ("laptop", "camera", "drone")  # quoted without tax, so that a plan reckons it
# family -> the type that is budgeted where a promise names the family alone
PLANNED = {
    "hp": "smartphone", "laptop": "laptop", "tablet": "tablet", "kamera": "camera", "tripod": "tripod",
    "mikrofon": "wireless_microphone", "lampu": "video_light", "jaringan": "mifi", "layar": "monitor",
}  # fmt: skip
LOCATION = "12.01.32.01"  # owned by a kabupaten, capitalised, province, kabupaten; what follows is made up
# (name, what the head of its KIB calls its field, its part of the location code)
AGENCIES = {
    "SETDA": ("Sekretariat Daerah", "Sekretariat Daerah", "40.01.01.01"),
    "DISKOMINFO": ("Dinas Komunikasi dan Informatika", "Komunikasi dan Informatika", "16.01.01.01"),
    "INSPEKTORAT": ("Inspektorat", "Pengawasan", "60.01.01.01"),
}
# Parts of Diskominfo: the second took the place of the first
DIVISIONS = {
    "IKP": "Bidang Informasi dan Komunikasi Publik",
    "KPS": "Bidang Komunikasi Publik dan Statistik",
}
# (login, position, agency, role at the whole district)
OFFICERS = (
    ("verifikator", "Analis Kebijakan", "DISKOMINFO", Role.VERIFIER),
    ("kabid", "Kepala Bidang Informasi dan Komunikasi Publik", "DISKOMINFO", Role.APPROVER),
    ("kabid2", "Kepala Bidang Aplikasi Informatika", "DISKOMINFO", Role.APPROVER),
    ("pengurus", "Pengurus Barang", "DISKOMINFO", Role.ASSET_CLERK),
    ("perencana", "Perencana", "DISKOMINFO", Role.PLANNER),
    ("ppid", "Pejabat Pengelola Informasi dan Dokumentasi", "DISKOMINFO", Role.PUBLISHER),
    ("sekda", "Sekretaris Daerah", "SETDA", Role.DECIDER),
    ("inspektorat", "Auditor", "INSPEKTORAT", Role.AUDITOR),
)
HEADS = ("Kemang", "Cibinong")  # kecamatan whose Camat has an account
# (office, unit, its holders: in which status, since when)
OFFICES = (
    ("Bupati", "root", (("definitive", "2018-12-30"), ("pj", "2023-12-30"), ("definitive", "2025-02-20"))),
    ("Sekretaris Daerah", "SETDA", (("definitive", "2021-03-01"),)),
    ("Kepala Dinas Komunikasi dan Informatika", "DISKOMINFO", (("definitive", "2020-01-06"), ("plt", "2024-07-01"))),
    ("Inspektur", "INSPEKTORAT", (("definitive", "2021-09-01"),)),
)
RANKS = {
    "Bupati": "", "Sekretaris Daerah": "Pembina Utama Madya (IV/d)", "Kepala Dinas": "Pembina Tingkat I (IV/b)",
    "Inspektur": "Pembina Utama Muda (IV/c)", "Kepala Bidang": "Pembina (IV/a)", "Camat": "Pembina (IV/a)",
}  # fmt: skip
USUAL_RANK = "Penata (III/c)"
CAMAT, SOME_CAMAT = (("definitive", "2021-01-04"),), (("definitive", "2021-01-04"), ("plt", "2025-06-02"))
GIVEN = (
    "Arum", "Bagja", "Cahyo", "Danang", "Endah", "Farah", "Galih", "Hesti", "Indra", "Jaka", "Kirana", "Laras", "Maman",
    "Nanda", "Oki", "Puspa", "Qori", "Ratna", "Seno", "Tirta", "Utari", "Vina", "Wulan", "Yayan", "Zulfa",
)  # fmt: skip
FAMILY = (
    "Wibisana", "Prameswara", "Kertawijaya", "Adisucipta", "Lesmanawati", "Surapranata", "Natakusumah", "Jayengrana",
    "Maheswara",
)  # fmt: skip


def prepare(stage: Stage, password: str) -> Story:
    """Everything that must be there before the first request and the first promise."""
    names = _names()
    yield FIRST_DAY
    _open_register(stage, password)
    yield FIRST_DAY
    _units(stage)
    yield FIRST_DAY
    _officers(stage, names, password)
    _requesters(stage, names)
    yield FIRST_DAY
    _catalogue(stage)


def successions(stage: Stage) -> Iterator[Story]:
    """Each office with its holders, one after the other; the promises stay with the office."""
    names = _names(start=150)
    for name, unit, holders in OFFICES:
        yield _tenures(stage, name, unit, holders, names)
    for number, district in enumerate(stage.districts()):
        yield _tenures(stage, f"Camat {district.name}", district.name, SOME_CAMAT if number % 9 == 4 else CAMAT, names)


def yearly_prices(stage: Stage) -> Iterator[Story]:
    """Standard prices of last year, this year and the next, entered by the planner; each year three per cent more."""
    for years_on, entered in ((-1, 470), (0, 200), (1, 25)):
        yield _prices(stage, stage.today.year + years_on, years_on + 1, stage.ago(entered))


def _open_register(stage: Stage, password: str) -> None:
    """The operator's acts: the first account and the settings of the installation."""
    with writing():
        admin = User(username="admin", is_superuser=True, email="admin@contoh.example")
        accounts.check_password(password, admin)
        admin.password = make_password(password)
        admin.full_clean()
        admin.save(force_insert=True)
        Credential.objects.create(user=admin)
        changes = {"username": [None, Private("admin")], "is_superuser": [None, True]}
        record("user.created", admin, actor=None, role=OPERATOR, changes=changes)
        stage.users["admin"] = admin
        installation = Installation(
            pk=1, name=NAME, province=PROVINCE, agency_address="Jalan Contoh Nomor 1, Contoh", signing_place="Contoh",
            sample_data=True, endorsement=Installation.Endorsement.TAP, pledge_notice_days=0,
        )  # fmt: skip
        installation.full_clean()
        installation.save(force_insert=True)
        changes = {
            "name": [None, NAME], "province": [None, PROVINCE], "sample_data": [None, True],
            "pledge_notice_days": [None, 0],
        }  # fmt: skip
        record("installation.changed", installation, actor=None, role=OPERATOR, changes=changes)
        seed(range(FIRST_DAY.year, stage.today.year + 2))


def _units(stage: Stage) -> None:
    admin = stage.users["admin"]
    root = keep(Unit(), actor=admin, code="32.01", name=NAME, kind=Unit.Kind.REGENCY, parent=None)
    stage.units["root"] = root
    for row in rows_of(DATA / "kecamatan.csv"):
        values = {
            "code": row["code"], "name": row["name"], "kind": Unit.Kind.DISTRICT, "parent": root,
            "affair": "Kewilayahan", "location_code": f"{LOCATION}.70.{row['code'][-2:]}.01.01",
        }  # fmt: skip
        stage.units[row["name"]] = keep(Unit(), actor=admin, **values)
    for code, (name, affair, location) in AGENCIES.items():
        values = {
            "code": f"32.01.{code}", "name": name, "kind": Unit.Kind.AGENCY, "parent": root, "affair": affair,
            "location_code": f"{LOCATION}.{location}",
        }  # fmt: skip
        stage.units[code] = keep(Unit(), actor=admin, **values)
    dinas = stage.diskominfo
    for code, name in DIVISIONS.items():
        values = {"code": f"{dinas.code}.{code}", "name": name, "kind": Unit.Kind.DIVISION, "parent": dinas}
        stage.units[code] = keep(Unit(), actor=admin, **values)


def merged_division(stage: Stage) -> Story:
    """One division of Diskominfo merged into another by decree: what it answered for follows."""
    old, new = (stage.units[code] for code in DIVISIONS)
    yield stage.ago(60)
    succeeding.succeed_unit(
        old, actor=stage.users["admin"], successor=new, kind=Succession.Kind.TAKES_PLACE, on=stage.due(-63),
        decree="Perbup 9 (contoh)", reason="Penggabungan bidang",
    )  # fmt: skip
    yield stage.ago(57)
    succeeding.confirm(old, actor=stage.users["sekda"])
    yield stage.ago(56)
    keep(old, actor=stage.users["admin"], active=False)


def _officers(stage: Stage, names: Iterator[str], password: str) -> None:
    """Whoever decides signs in and sets his own password before he is given his role."""
    for login, position, agency, role in OFFICERS:
        user = _account(stage, login, _person(stage, next(names), stage.units[agency], position))
        accounts.set_password(user, actor=user, password=password)
        accounts.grant(user=user, role=role, unit=stage.root, actor=stage.users["admin"])
    _account(stage, "publik", None)


def _requesters(stage: Stage, names: Iterator[str]) -> None:
    admin = stage.users["admin"]
    for unit in stage.districts():
        user = _account(stage, login_of(unit), _person(stage, next(names), unit, "Admin media sosial kecamatan"))
        accounts.grant(user=user, role=Role.REQUESTER, unit=unit, actor=admin)
        handle = f"@kec.{login_of(unit)}"
        keep(SocialAccount(), actor=admin, unit=unit, platform=SocialAccount.Platform.INSTAGRAM, handle=handle)
        if unit.pk % 2:
            keep(SocialAccount(), actor=admin, unit=unit, platform=SocialAccount.Platform.FACEBOOK, handle=str(unit))
    for name in HEADS:
        unit = stage.units[name]
        user = _account(stage, f"camat-{login_of(unit)}", _person(stage, next(names), unit, f"Camat {name}"))
        accounts.grant(user=user, role=Role.UNIT_HEAD, unit=unit, actor=admin)


def _catalogue(stage: Stage) -> None:
    clerk = stage.users["pengurus"]
    codes: dict[str, ItemCode | None] = {"": None}
    for row in rows_of(CATALOGUE / "item_codes.csv"):
        life = int(row["useful_life_years"]) if row["useful_life_years"] else None
        codes[row["code"]] = keep(ItemCode(), actor=clerk, code=row["code"], name=row["name"], useful_life_years=life)
    for row in rows_of(CATALOGUE / "families.csv"):
        stage.families[row["code"]] = keep(Family(), actor=clerk, **row)
    for row in rows_of(CATALOGUE / "device_types.csv"):
        life = int(row["useful_life_years"]) if row["useful_life_years"] else None
        values = row | {
            "family": stage.families[row["family"]], "item_code": codes[row["item_code"]], "useful_life_years": life,
        }  # fmt: skip
        stage.types[row["code"]] = put(DeviceType(), role=OPERATOR, **values)
    for code, type_code in PLANNED.items():
        keep(stage.families[code], actor=clerk, planned_type=stage.types[type_code])
    stage.prices |= {row["device_type"]: int(row["price"]) for row in rows_of(DATA / "prices.csv")}


def _prices(stage: Stage, year: int, step: int, entered: date) -> Story:
    yield entered
    for number, row in enumerate(rows_of(DATA / "prices.csv"), start=1):
        values = {
            "device_type": stage.types[row["device_type"]], "year": year, "source": PRICE_SOURCE,
            "price": round(int(row["price"]) * (100 + 3 * step) / 100, -4),
            "includes_ppn": row["device_type"] not in WITHOUT_PPN, "component_id": f"{year}.16.{number:03d}",
            "specification": row["specification"],
            "tkdn_percent": Decimal(row["tkdn_percent"]) if row["tkdn_percent"] else None,
        }  # fmt: skip
        keep(StandardPrice(), actor=stage.users["perencana"], **values)


def _tenures(stage: Stage, name: str, unit: str, holders: tuple[tuple[str, str], ...], names: Iterator[str]) -> Story:
    people = [next(names) for _holder in holders]
    last: Tenure | None = None
    for number, (status, day) in enumerate(holders):
        since = date.fromisoformat(day)
        yield max(since, FIRST_DAY + timedelta(days=1))
        admin = stage.users["admin"]
        if last is None:
            stage.offices[name] = keep(Office(), actor=admin, name=name, unit=stage.units[unit])
        else:
            keep(last, actor=admin, ends_on=since - timedelta(days=1))
        holder = _holder(stage, name, people[number], unit)
        values = {"office": stage.offices[name], "person": holder, "status": status, "starts_on": since}
        last = keep(Tenure(), actor=admin, **values)


def _holder(stage: Stage, office: str, name: str, unit: str) -> Person:
    """Who holds the office: the person of the account that acts for it, or somebody without an account."""
    login = "sekda" if unit == "SETDA" else f"camat-{unit.lower()}"
    known = stage.users[login].person if login in stage.users else None
    return known or _person(stage, name, stage.units[unit], office)


def _account(stage: Stage, login: str, person: Person | None) -> User:
    """An account with the password that all have: it was checked and hashed once, for ``admin``."""
    admin = stage.users["admin"]
    user = User(username=login, email=f"{login}@contoh.example", person=person, password=admin.password)
    stage.users[login] = accounts.open_account(user, actor=admin)
    return stage.users[login]


def _person(stage: Stage, name: str, unit: Unit, position: str) -> Person:
    number = Person.objects.count() + 1
    rank = next((rank for begins, rank in RANKS.items() if position.startswith(begins)), USUAL_RANK)
    values = {
        "name": name,
        "unit": unit,
        "position": position,
        "rank": rank,
        "nip": f"19{70 + number % 20}01012010011{number:03d}",
        "phone": f"+62812000{number:05d}",
    }
    return keep(Person(), actor=stage.users["admin"], **values)


def _names(start: int = 0) -> Iterator[str]:
    """Invented names, each once."""
    for number in range(start, len(GIVEN) * len(FAMILY)):
        yield f"{GIVEN[number % len(GIVEN)]} {FAMILY[(number + number // len(GIVEN)) % len(FAMILY)]}"
