"""Makes the data of the benchmark: N devices, four in ten of them in use. `make bench-data N=100000`."""

from __future__ import annotations

import os
import sys
from typing import Any

DEFAULT_URL = "postgres://{user}@127.0.0.1:5432/gawai_bench"
PASSWORD = "bench-only-password"  # noqa: S105  (an account of a throw-away database)

FILL = """
INSERT INTO assets_asset (created_at, updated_at, version, tag, nibar, device_type_id, brand, model, serial_number,
    register_number, imei_1, imei_2, condition, unit_id, price, acquired_on, fund_source, note, retirement_number)
SELECT now(), now() - (n %% 1000) * interval '1 minute', 1, 'BM-' || lpad(n::text, 7, '0'),
    '1202' || lpad(n::text, 41, '0'),
    (SELECT id FROM assets_devicetype ORDER BY id OFFSET n %% (SELECT count(*) FROM assets_devicetype) LIMIT 1),
    (ARRAY['Samsung', 'Xiaomi', 'Canon', 'Lenovo', 'Epson'])[1 + n %% 5], 'Tipe ' || n %% 97, 'SN' || md5(n::text),
    '', '', '', (ARRAY['good', 'good', 'good', 'lightly_damaged', 'badly_damaged'])[1 + n %% 5],
    (SELECT id FROM org_unit WHERE code = '32.01.DISKOMINFO'), 1000000 + (n %% 90) * 100000,
    date '2020-01-01' + (n %% 2000), 'pad', '', ''
FROM generate_series(1, %(rows)s) n
"""
ISSUE = (
    """
INSERT INTO assets_handover (created_at, updated_at, version, number, kind, legal_act, decision_number, state,
    from_unit_id, recipient_unit_id, handed_over_on, recorded_at, accepted_at, recorded_by_id, note)
SELECT now(), now(), 1, 'BM/' || a.id, 'issue', 'penggunaan_sementara', '', 'accepted', a.unit_id,
    (SELECT id FROM org_unit WHERE kind = 'district' ORDER BY id
        OFFSET (a.id / 10) %% (SELECT count(*) FROM org_unit WHERE kind = 'district') LIMIT 1),
    date '2024-01-01', now(), now(), %(clerk)s, ''
FROM assets_asset a WHERE a.id %% 10 < 4
    """,
    """
INSERT INTO assets_handoveritem (handover_id, asset_id, condition, condition_before, accessories, state, accepted_at,
    received_on, unit_accepted, substitute, dispute_reason)
SELECT h.id, split_part(h.number, '/', 2)::bigint, 'good', 'good', '', 'accepted', now(), h.handed_over_on, true, false,
    ''
FROM assets_handover h WHERE h.number LIKE 'BM/%%'
    """,
    """
INSERT INTO assets_custody (asset_id, unit_id, since, began_by_id)
SELECT i.asset_id, h.recipient_unit_id, h.handed_over_on, i.id
FROM assets_handoveritem i JOIN assets_handover h ON h.id = i.handover_id
    """,
)


def address() -> str:
    """The database of the benchmark: DATABASE_URL, or gawai_bench on this machine's PostgreSQL."""
    return os.environ.get("DATABASE_URL") or DEFAULT_URL.format(user=os.environ.get("USER", "postgres"))


def prepare() -> None:
    """Point Django at the benchmark's database, making it when it is missing."""
    import psycopg

    url = address()
    server, name = url.rsplit("/", 1)
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
    os.environ.update(DATABASE_URL=url, GAWAI_ENV="demo")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

    import django

    django.setup()


def insert(cursor: Any, rows: int, clerk: int) -> None:
    """``rows`` devices of 32.01.DISKOMINFO, four in ten of them accepted in a kecamatan; ``clerk``: a user id."""
    cursor.execute(FILL, {"rows": rows})
    for statement in ISSUE:
        cursor.execute(statement, {"clerk": clerk})
    cursor.execute("ANALYZE")


def fill(rows: int) -> None:
    """Migrate, add units, catalogue and accounts through the verbs, and ``rows`` devices by plain SQL."""
    from django.core.management import call_command
    from django.db import connection

    from assets.models import Asset, DeviceType, Family
    from org import accounts, reference
    from org.models import Person, Role, Unit, User

    call_command("migrate", verbosity=0)
    if Asset.objects.exists():
        print(f"{Asset.objects.count()} devices are there already; drop the database to begin anew.")  # noqa: T201
        return
    chief = User.objects.create_superuser("bench-admin", PASSWORD)
    root = reference.keep(Unit(), actor=chief, code="32.01", name="Kabupaten Contoh", kind="regency")
    office = reference.keep(Unit(), actor=chief, code="32.01.DISKOMINFO", name="Diskominfo", kind="agency", parent=root)
    for n in range(1, 41):
        reference.keep(Unit(), actor=chief, code=f"32.01.{n:02d}", name=f"Contoh {n}", kind="district", parent=root)
    family = reference.keep(Family(), actor=chief, code="hp", name="HP")
    for n in range(5):
        reference.keep(DeviceType(), actor=chief, code=f"type_{n}", name=f"Jenis {n}", family=family)
    person = reference.keep(Person(), actor=chief, name="Pengurus Contoh", unit=office)
    clerk = accounts.create_user(username="bench", password=PASSWORD, email="", person=person, actor=chief)
    accounts.set_password(clerk, actor=clerk, password=PASSWORD)
    accounts.grant(user=clerk, role=Role.ASSET_CLERK, unit=root, actor=chief)
    with connection.cursor() as cursor:
        insert(cursor, rows, clerk.pk)
    print(f"{rows} devices made.")  # noqa: T201


if __name__ == "__main__":
    prepare()
    fill(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
