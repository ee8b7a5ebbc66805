"""What stands below the list of a sheet: places to sign and small tables to fill in by hand, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain, zip_longest
from typing import NamedTuple

from django.utils import translation

from core import words
from documents.papers.parties import Signer, head_of
from documents.planbook.forms import Block, Form
from documents.planbook.sources import PlanData
from documents.stream import Said
from documents.styles import Role


class Part(NamedTuple):
    """What is said in one row over the columns ``first`` to ``last``, counted from 1."""

    first: int
    last: int
    said: Said


def rows(form: Form, data: PlanData, day: date) -> Iterator[list[Part]]:
    """The closing blocks row by row, each row from left to right."""
    number = {column.key: n for n, column in enumerate(form.columns, 1)}
    drawn = [_drawn(block, number, data, day) for block in form.closing]
    for parts in zip_longest(*drawn, fillvalue=()):
        yield list(chain.from_iterable(parts))


def _drawn(block: Block, number: dict[str, int], data: PlanData, day: date) -> Iterator[list[Part]]:
    first, last = number[block.at], number[block.to]
    titles = [_dated(day)] if block.dated else []
    titles += [title.format(**data.words) for title in block.titles]
    for title in titles:
        yield [Part(first, last, Said(title, Role.CENTRED))]
    if block.signer:
        for said in _signed(block, data, day):
            yield [Part(first, last, said)]
        return
    starts = [number[key] for _title, key in block.columns]
    ends = [start - 1 for start in starts[1:]] + [last]
    for role, row in [
        (Role.HEADER, [title for title, _key in block.columns]),
        *((Role.BODY, row) for row in block.rows),
    ]:
        yield [Part(start, end, Said(text, role)) for start, end, text in zip(starts, ends, row, strict=True)]


def _dated(day: date) -> str:
    """Place and day in the language of the layouts."""
    with translation.override("id"):
        return f"…………………, {words.long_date(day)}"


def _signed(block: Block, data: PlanData, day: date) -> list[Said]:
    """Room to sign, name and number; what is not known is left to be written."""
    unit = data.plan.unit
    signer = (head_of(unit, day) if block.signer == "unit" else Signer(unit)).data()
    label, digits = signer["number"]
    return [
        Said("", Role.NOTE), Said("", Role.NOTE), Said(signer["name"] or "…………………………………", Role.SIGNER),
        Said(f"{label} {digits or '…………………………'}", Role.CENTRED),
    ]  # fmt: skip
