"""The words of the register as HTML: badges, numbers of documents and sums that are not broken."""

from __future__ import annotations

import re
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from wording.badges import Badge

NUMBERS = re.compile(r"((?<!\S)(?=\S*\d)(?!\S*:/)[^\s/-]+(?:[/-][^\s/-]+){2,})")
LONG_NUMBER = 16
# What is counted and measured: its number stays beside it. What stands in a tag or may be sent back is left alone.
UNITS = (
    "hari|minggu|bulan|tahun|jam|menit|detik|kali|unit|baris|hal|orang|perangkat|usulan|janji|kecamatan|KB|MB|GB|juta|miliar"
    "|days?|weeks?|months?|years?|hours?|minutes?|seconds?|times|units?|rows?|people|devices?|requests?|pledges?|million"
)
MEASURED = re.compile(
    rf"(?P<number>\d(?:</[a-z]+>)*) (?=(?:{UNITS})\b)"
    r"|<(?P<kept>textarea|option|script|title)\b.*?</(?P=kept)>|<[^>]*>",
    re.DOTALL,
)


def badge(said: Badge) -> SafeString:
    return format_html('<span class="g-badge g-{}">{}</span>', said.tone, said.text)


def unbroken(text: Any) -> SafeString:
    """``text`` with every document number in it kept on one line where the line is long enough."""
    if isinstance(text, SafeString):
        return text
    parts = NUMBERS.split(str(text))  # every second one is a number
    return format_html_join("", "{}", ((_document_number(part) if n % 2 else part,) for n, part in enumerate(parts)))


def together(page: str) -> str:
    """The markup of a page with no line broken between a number and what it counts: "20 hari"."""
    return MEASURED.sub(lambda found: f"{found['number']}\N{NO-BREAK SPACE}" if found["number"] else found[0], page)


def _document_number(text: str) -> SafeString:
    return format_html('<span class="g-doc{}">{}</span>', " g-long" if len(text) > LONG_NUMBER else "", text)


def on_one_line(text: Any) -> SafeString:
    """For a narrow column: a sum of money is not broken."""
    return format_html('<span class="g-nowrap">{}</span>', text)
