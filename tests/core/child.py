"""Harmless children for ``core.apart``: one that never ends, one that wants memory, one that tells its environment."""

from __future__ import annotations

import json
import os
import sys

from core.confined import TOO_LARGE, confine

MEGABYTE = 1024 * 1024


def main(what: str) -> None:
    confine(memory=16 * MEGABYTE, seconds=1)
    if what == "environment":
        print(json.dumps(sorted(os.environ)))  # noqa: T201
    elif what == "size":
        print(len(sys.stdin.buffer.read()))  # noqa: T201
    elif what == "memory":
        try:
            bytearray(64 * MEGABYTE)
        except MemoryError:
            sys.exit(TOO_LARGE)
    while what == "time":
        pass


if __name__ == "__main__":
    main(sys.argv[1])
