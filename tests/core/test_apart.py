"""Foreign files are opened in a child with little memory and time, one at a time, with a short line."""

from __future__ import annotations

import io
import json
import threading
from contextlib import ExitStack

import pytest

from core import apart
from core.confined import BROKEN, TOO_LARGE
from core.errors import TooMany

CHILD = "tests.core.child"


def opened(what: str) -> bytes:
    return apart.opened(CHILD, io.BytesIO(b"isi"), what)


@pytest.mark.parametrize("what", ["memory", "time"])
def test_a_child_has_no_more_than_it_may(what: str) -> None:
    with pytest.raises(apart.Unopened) as refused:
        opened(what)
    assert refused.value.why == TOO_LARGE


def test_a_child_gets_the_file_and_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "rahasia")
    assert opened("size").strip() == b"3"
    assert "SECRET_KEY" not in json.loads(opened("environment"))


def test_a_child_that_fails_by_itself_says_that_the_file_is_broken() -> None:
    with pytest.raises(apart.Unopened) as refused:
        apart.opened("tests.core.no_such_child", io.BytesIO())
    assert refused.value.why in (1, BROKEN)


def test_who_comes_to_a_full_line_is_sent_away_and_the_others_are_served_in_turn() -> None:
    served: list[bytes] = []
    with ExitStack() as first:
        first.enter_context(apart._in_line())
        waiting = [threading.Thread(target=lambda: served.append(opened("size"))) for _ in range(apart.LINE - 1)]
        for each in waiting:
            each.start()
        last = first.enter_context(_a_place())
        with pytest.raises(TooMany) as refused:
            opened("size")
        assert (refused.value.code, refused.value.retry_after) == ("busy", apart.RETRY_SECONDS)
        assert last and not served
    for each in waiting:
        each.join()
    assert len(served) == apart.LINE - 1
    assert opened("size")


def test_who_waits_too_long_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "LINE_SECONDS", 0.01)
    with apart._in_line(), pytest.raises(TooMany):
        opened("size")


class _a_place:  # noqa: N801  (a context manager used like a function)
    """The last place of the line, taken once the others are."""

    def __enter__(self) -> bool:
        while apart._places._value > 1:  # type: ignore[attr-defined]
            pass
        return apart._places.acquire()

    def __exit__(self, *error: object) -> None:
        apart._places.release()
