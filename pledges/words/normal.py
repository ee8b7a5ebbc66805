"""Spoken Indonesian in one plain form: polite words gone, short forms written out, number words as digits."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 1000

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan", "februari pebruari february feb peb", "maret march mar", "april apr", "mei may",
            "juni june jun", "juli july jul", "agustus august agust agus agst agt agu ags aug", "september sept sep",
            "oktober october okt oct", "november nopember nov nop", "desember december des dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))

_POLITE = re.compile(
    r"\bin\s*s(?:y|h)?\s*a+\s*['`’]?\s*al+[ao]h?u?\b|\b(?:bismillah|alhamdulillah|aa?mii?n+|semoga|mohon\s+doa(?:nya)?)\b"
    r"|\bmudah\s*-?\s*mudahan\b|\bmudah2an\b|\b(?:kalau|jika|bila|apabila)\s+(?:bisa|tuhan\s+\w+|al+[ao]h\s+\w+"
    r"|tidak\s+ada\s+(?:halangan|aral)(?:\s+melintang)?)\b",
    re.IGNORECASE,
)
_ONES = {
    w: n for n, w in enumerate(["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"])
}
_WHOLE = {"sepuluh": 10, "sebelas": 11, "seratus": 100, "seribu": 1000}
_TIMES = {"puluh": 10, "ratus": 100, "ribu": 1000}
_WORD = "|".join([*_ONES, *_WHOLE, *_TIMES, "belas"])
_DOT = rf"(?:\.(?!\s+(?:{_WORD}|se(?:hari|minggu|pekan|bulan|tahun))\b))?"
"""That of a short form; before another length it ends the sentence: "3 bln. Seminggu sebelum Natal"."""
_LONG_FORMS = (
    (r"\bt\.\s*a\.?(?=\s|\d|$)", "TA "),
    (r"\bs\s*[./]\s*d\b\.?", " sampai "),
    (r"\b(?:tgl|tggl)\b\.?", "tanggal"),
    (rf"\b(?:thn|th)\b{_DOT}", "tahun"),
    (rf"\bbln\b{_DOT}", "bulan"),
    (rf"\bmgg\b{_DOT}", "minggu"),
    (rf"\bhr\b{_DOT}", "hari"),
    (r"\b(?:sblm|sblum|sebelom)\b\.?", "sebelum"),
    (r"\b(?:stlh|stelah|ssdh)\b\.?", "setelah"),
    (r"\b(?:sampe|smp|smpai)\b\.?", "sampai"),
    (r"\b(?:tdk|blm)\b\.?", "tidak"),
    (r"\blg\b\.?", "lagi"),
    (r"(?<=\w{4})(?<!\bagust)(?<!\b(?:agus|agst|sept))\.(?=\s+\w)|(?<=\d)\.(?=\s+[^\W\d])", ","),
    (r"(?<=[^\W\d])\.", " "),
    (r"[–—]", "-"),
    (r"\b(?:yang\s+akan\s+datang|yad|mendatang|(?<!hari\s)ke\s+depan)\b", "depan"),
    (r"\b(minggu|pekan|triwulan|tw|kuartal|semester|ri)\s+ke\s+(?=\d)", r"\1 ke-"),
    (
        r"\b(?:tidak|tak)\s+(?:lebih(?:\s+lambat)?|lewat)\s+dari\b|\b(?:tidak|tak|jangan)\s+(?:sampai\s+)?(?:melewati"
        r"|melebihi|lewat)\b|\b(?:tidak|tak)\s+sampai\b",
        "",
    ),
)

_NUMBER = re.compile(rf"\b(?:{_WORD})\b(?:\s+(?:{_WORD})\b)*", re.IGNORECASE)
_ONE_OF = re.compile(r"\bse(hari|minggu|pekan|bulan|tahun)\b", re.IGNORECASE)
_TWICE = re.compile(r"\b(\d+)\s*\(\s*\1\s*\)")


def normalised(text: str) -> str:
    """``text`` in the form the patterns expect; empty when nothing but politeness was said. Case is kept."""
    text = unicodedata.normalize("NFKC", text[:LONGEST])
    text = "".join(char if char.isprintable() else " " for char in text)
    text = _POLITE.sub(" ", text)
    for pattern, long_form in _LONG_FORMS:
        text = re.sub(pattern, long_form, text, flags=re.IGNORECASE)
    text = _NUMBER.sub(lambda match: _digits(match[0]), text)
    text = _ONE_OF.sub(r"1 \1", text)
    text = re.sub(r"\b(\d+)\s+setengah\s+tahun\b", lambda m: f"{int(m[1]) * 12 + 6} bulan", text, flags=re.IGNORECASE)
    text = re.sub(r"\bsetengah\s+tahun\b", "6 bulan", text, flags=re.IGNORECASE)
    text = _TWICE.sub(r"\1", text)
    text = re.sub(r"\s+", " ", text).strip(" ,;:!?-\"'“”.()")
    return text if re.search(r"\w", text) else ""


def _digits(words: str) -> str:
    """ "dua puluh lima" as "25", "dua tiga" as "2-3"."""
    total = last = 0
    before = less = ""
    for word in words.lower().split():
        if word in _ONES and before in _ONES:
            less, last = f"{total + last}-", 0
        before = word
        if word == "belas":
            last += 10
        elif word in _TIMES:
            total, last = total + (last or 1) * _TIMES[word], 0
        else:
            total, last = total + last, _ONES.get(word, _WHOLE.get(word, 0))
    return f"{less}{total + last}"
