"""The floor: the same rows by one prepared, hand-written statement each, through psycopg and orjson, bare WSGI.

No rights, no rules, no journal, no validation: what the machine can do at best.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import orjson
import psycopg
from psycopg.rows import dict_row

COLUMNS = """a.id, a.tag, a.nibar, a.brand, a.model, a.serial_number, a.imei_1, a.imei_2, a.condition, a.price,
    a.acquired_on, a.fund_source, a.version, a.created_at, a.updated_at, t.id AS type_id, t.code AS type_code,
    t.name AS type_name, u.id AS unit_id, u.code AS unit_code, u.name AS unit_name, h.id AS holder_id,
    h.code AS holder_code, h.name AS holder_name"""
TABLES = """assets_asset a JOIN assets_devicetype t ON t.id = a.device_type_id JOIN org_unit u ON u.id = a.unit_id
    LEFT JOIN assets_custody c ON c.asset_id = a.id AND c.until IS NULL LEFT JOIN org_unit h ON h.id = c.unit_id"""
LIST = f"SELECT {COLUMNS} FROM {TABLES} WHERE a.id > %s ORDER BY a.id LIMIT 50"  # noqa: S608
FILTER = f"""SELECT {COLUMNS} FROM {TABLES}
    WHERE a.condition = %s AND a.search_text LIKE %s ORDER BY a.id LIMIT 50"""  # noqa: S608
DETAIL = f"SELECT {COLUMNS} FROM {TABLES} WHERE a.id = %s"  # noqa: S608
CREATE = """INSERT INTO assets_asset (created_at, updated_at, version, tag, nibar, device_type_id, brand, model,
    serial_number, register_number, imei_1, imei_2, condition, unit_id, fund_source, note, retirement_number)
    VALUES (now(), now(), 1, %s, '', %s, %s, %s, '', '', '', '', 'good', %s, '', '', '') RETURNING id"""
CHANGE = "UPDATE assets_asset SET condition = %s, version = version + 1, updated_at = now() WHERE id = %s RETURNING id"

_local = threading.local()


def database() -> psycopg.Connection[dict[str, Any]]:
    if not hasattr(_local, "connection"):
        _local.connection = psycopg.connect(
            os.environ["DATABASE_URL"], autocommit=True, row_factory=dict_row, prepare_threshold=1
        )
    return _local.connection


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    path, query = environ["PATH_INFO"], parse_qs(environ.get("QUERY_STRING", ""))
    body: Any
    if environ["REQUEST_METHOD"] == "POST":
        given = orjson.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        if path == "/create":
            parameters = [given["tag"], given["device_type"], given["brand"], given["model"], given["unit"]]
            body = database().execute(CREATE, parameters).fetchone()
        else:
            body = database().execute(CHANGE, [given["condition"], given["id"]]).fetchone()
    elif path == "/detail":
        body = database().execute(DETAIL, [int(query["id"][0])]).fetchone()
    elif path == "/filter":
        body = database().execute(FILTER, [query["condition"][0], f"%{query['search'][0]}%"]).fetchall()
    else:
        body = database().execute(LIST, [int(query.get("after", ["0"])[0])]).fetchall()
    payload = orjson.dumps(body)
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(payload)))])
    return [payload]
