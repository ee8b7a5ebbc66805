"""Text as it is searched and names as they are compared: one case, no accents, no apostrophes, whatever the keyboard.

The same table serves Python, SQLite (a function of each connection) and PostgreSQL (a function that a migration makes),
so that both databases find the same.
"""

from __future__ import annotations

import unicodedata

from core.text import folded

NAME = "gawai_plain"
_LETTERS = (range(0x00C0, 0x0250), range(0x0370, 0x0530), range(0x1E00, 0x1F00))
_MARKS = range(0x0300, 0x0370)
_APOSTROPHES = "'`´ʹʻʼʽʾʿˈ‘’‛′＇·"
"""What stands for an apostrophe in names (Ma'ruf, Ma’ruf), and the dot that pages put between two names."""
_AS = {"\xa0": " ", **dict.fromkeys("‐‑‒–—−", "-"), **dict.fromkeys("“”", '"'), "ß": "s", "Đ": "d", "đ": "d",
       "Ø": "o", "ø": "o", "Ł": "l", "ł": "l"}  # fmt: skip


def _bare(letter: str) -> str:
    """The letter in lower case without what stands on or under it."""
    kept = "".join(each for each in unicodedata.normalize("NFKD", letter) if unicodedata.category(each) != "Mn")
    return kept.lower() if len(kept.lower()) == 1 else letter


def _table() -> dict[str, str]:
    found = {chr(code): _bare(chr(code)) for letters in _LETTERS for code in letters}
    found |= dict.fromkeys((*map(chr, _MARKS), *_APOSTROPHES), "")
    found |= _AS
    return {letter: plain for letter, plain in found.items() if plain != letter}


_TABLE = _table()
_IN_PYTHON = str.maketrans(_TABLE | {chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})


def plain(text: str) -> str:
    """``text`` as it is searched. What differs in case, accents and apostrophes alone is one and the same."""
    return text.lower().replace("'", "").replace("`", "") if text.isascii() else text.translate(_IN_PYTHON)


def name_key(name: str) -> str:
    """A name as it is compared: ``plain``, with single spaces and letters of one width."""
    return folded(plain(name))


def in_sqlite(text: str | None) -> str | None:
    """``plain``, where the database calls it."""
    return None if text is None else plain(text)


def for_postgresql() -> str:
    """The statement that makes the function in PostgreSQL; text of ASCII alone, which most is, takes the short way."""
    kept = sorted(_TABLE.items(), key=lambda pair: not pair[1])  # ``translate`` takes out what has no counterpart
    letters = "".join(letter for letter, _plain in kept).replace("'", "''")
    plains = "".join(plain for _letter, plain in kept)
    return (
        f"CREATE OR REPLACE FUNCTION {NAME}(text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS "
        "$body$ BEGIN IF octet_length($1) = char_length($1) THEN "
        "RETURN lower(translate($1, '''`', '') COLLATE \"C\"); END IF; "
        f"RETURN lower(translate($1, '{letters}', '{plains}') COLLATE \"C\"); END $body$"
    )
