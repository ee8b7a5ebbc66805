"""Which journal SQLite may keep."""

SAFE_WAL = (3, 51, 3)


def journal_mode(version: tuple[int, int, int]) -> str:
    """``WAL``, or ``DELETE`` below 3.51.3, where resetting a write-ahead log can corrupt the file."""
    return "WAL" if version >= SAFE_WAL else "DELETE"
