"""What a stored value becomes in a file that people open in a spreadsheet."""

from __future__ import annotations

import re
from decimal import Decimal

UNSTORABLE = "\N{REPLACEMENT CHARACTER}"
_NEVER = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_UNSTORABLE = re.compile(f"[{_NEVER}]")
_FORMULA_STARTS = r"=+\-@\t\r\n＝＋－＠"
_LIKE_FORMULA = re.compile(f"[{_FORMULA_STARTS}]")


def storable(text: str) -> str:
    """``text`` with each character that neither XML nor UTF-8 can hold turned into U+FFFD; all else unchanged."""
    return _UNSTORABLE.sub(UNSTORABLE, text)


def like_formula(text: str) -> bool:
    """Whether a spreadsheet could take ``text`` for a formula when somebody types or opens it."""
    return bool(_LIKE_FORMULA.match(text))


def unchanged(careful: str) -> re.Pattern[str]:
    """Matches in full what a file can hold as it is: nothing unstorable, nothing of ``careful``, no beginning like a
    formula, no space at either end.
    """
    never = _NEVER + re.escape(careful)
    return re.compile(rf"[^\s{_FORMULA_STARTS}{never}](?:[^{never}]*[^\s{never}])?")


def is_number(value: object) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
