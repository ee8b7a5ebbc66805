"""Rows put aside in a temporary file, to be read again as often as one likes without holding them in memory."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

_BATCH = 500


class Spool:
    """Rows put aside in a temporary file, so that reading them from the database is soon over."""

    def __init__(self, file: IO[bytes]) -> None:
        self.count = 0
        self._file = file

    def fill(self, rows: Iterable[tuple[Any, ...]]) -> None:
        source = iter(rows)
        while batch := list(islice(source, _BATCH)):
            pickle.dump(batch, self._file, pickle.HIGHEST_PROTOCOL)
            self.count += len(batch)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        self._file.seek(0)
        left = self.count
        while left:
            batch = pickle.load(self._file)  # noqa: S301  (written by ``fill``, in a file nobody else can open)
            left -= len(batch)
            yield from batch


@contextmanager
def spool() -> Iterator[Spool]:
    """An empty spool; its file is gone after the block."""
    with TemporaryFile() as file:
        yield Spool(file)
