"""Check an exported journal without Gawai: python3 verify_journal.py FILE.jsonl [--anchor SEQ:HASH ...]

Numbers, links, hashes and the closing anchor. An anchor noted elsewhere also shows a tail that was cut or written anew,
and vouches for the entry before a file that begins after 1. Exit code 1 names the first bad line. Python 3.9+.
"""

import argparse
import hashlib
import json
import re
import sys

compact = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def need(condition, why):
    if not condition:
        raise ValueError(why)


def anchor(text):
    need(re.fullmatch(r"[0-9]{1,18}:[0-9a-f]{64}", text), "an anchor looks like 123:<64 hexadecimal digits>")
    return int(text.split(":")[0]), text.split(":")[1]


def verify(lines, anchors=()):
    """``(number, hash)`` of the last entry. ``ValueError``, with the line, for the first thing that is wrong."""
    seq, digest, entry, count, anchors = None, "", True, 0, dict(anchors)
    for count, line in enumerate(lines, 1):
        try:
            need(entry, "something follows the closing anchor")
            entry = json.loads(line.decode())
            need(f"{compact(entry)}\n".encode() == line, "not written as the journal writes")
            number, sealed = anchor(entry.pop("anchor")) if len(entry) == 1 else (entry["seq"], entry.pop("hash"))
            if seq is None:
                seq = number - bool(entry)
                digest = {0: "0" * 64, **anchors}.get(seq)
                need(digest and min(anchors, default=seq) >= seq, f"give the anchor of entry {seq} and none before it")
            if entry:
                need((number, entry["prev_hash"]) == (seq + 1, digest), f"entry {number} does not follow entry {seq}")
                digest = hashlib.sha256((digest + compact(entry)).encode()).hexdigest()
                need(sealed == digest == anchors.get(number, digest), f"the hash of entry {number} does not hold")
            need((number, sealed) == (seq + bool(entry), digest), "not the anchor of the last entry")
            seq = number
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"line {count}: {error}") from None
    need(not entry and max(anchors, default=0) <= seq, f"line {count + 1}: the file ends before its anchor")
    return seq, digest


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=argparse.FileType("rb"))
    parser.add_argument("--anchor", type=anchor, action="append", default=[], metavar="SEQ:HASH")
    given = parser.parse_args()
    try:
        sys.stdout.write("the journal holds to entry {}:{}\n".format(*verify(given.file, given.anchor)))
    except ValueError as error:
        sys.exit(str(error))
