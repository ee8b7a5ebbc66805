"""What stands below the list of a sheet: places to sign and small tables to fill in by hand, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain, zip_longest
from typing import NamedTuple

from core import words
from documents.papers.parties import Signer, head_of
from documents.planbook.forms import Block, Form
from documents.planbook.sources import DOTS, PlanData
from documents.stream import Said
from documents.styles import Role

ROOM = 2
"""Rows left free to sign in."""


class Part(NamedTuple):
    """What is said in one row over the columns ``first`` to ``last``, counted from 1."""

    first: int
    last: int
    said: Said


def rows(form: Form, data: PlanData, day: date) -> Iterator[list[Part]]:
    """The closing blocks row by row, each row from left to right, the names of who signs beside each other."""
    number = {column.key: n for n, column in enumerate(form.columns, 1)}
    heads = [_head(block, data, day) for block in form.closing]
    deepest = max((len(head) for head, block in zip(heads, form.closing, strict=True) if block.signer), default=0)
    drawn = [_drawn(block, head, deepest, number, data, day) for block, head in zip(form.closing, heads, strict=True)]
    for parts in zip_longest(*drawn, fillvalue=()):
        yield list(chain.from_iterable(parts))


def _head(block: Block, data: PlanData, day: date) -> list[str]:
    """Place and day, the titles, and under which title the head of the unit signs."""
    dated = [f"{data.place or DOTS}, {words.long_date(day)}"] if block.dated else []
    titles = [title.format(**data.words) for title in block.titles]
    return [*dated, *titles, *filter(None, [_signer(block, data, day).position])]


def _drawn(
    block: Block, head: list[str], deepest: int, number: dict[str, int], data: PlanData, day: date
) -> Iterator[list[Part]]:
    first, last = number[block.at], number[block.to]
    for title in head:
        yield [Part(first, last, Said(title, Role.CENTRED))]
    if block.signer:
        blank = [Said("", Role.NOTE)] * (deepest - len(head) + ROOM)
        for said in [*blank, *_signed(_signer(block, data, day))]:
            yield [Part(first, last, said)]
        return
    starts = [number[key] for _title, key in block.columns]
    ends = [start - 1 for start in starts[1:]] + [last]
    for role, row in [
        (Role.HEADER, [title for title, _key in block.columns]),
        *((Role.BODY, row) for row in block.rows),
    ]:
        yield [Part(start, end, Said(text, role)) for start, end, text in zip(starts, ends, row, strict=True)]


def _signer(block: Block, data: PlanData, day: date) -> Signer:
    return head_of(data.signing, day) if block.signer == "unit" else Signer(data.signing)


def _signed(signer: Signer) -> list[Said]:
    """Name, rank and number; what is not known is left to be written."""
    told = signer.data()
    label, digits = told["number"]
    rank = [Said(told["rank"], Role.CENTRED)] if told["rank"] else []
    return [
        Said(told["name"] or "…………………………………", Role.SIGNER),
        *rank,
        Said(f"{label} {digits or '…………………………'}", Role.CENTRED),
    ]
