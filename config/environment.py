"""What the environment may say, and the refusals: a wrong or unsafe value ends the start with one sentence.

Every refusal leaves through ``SystemExit``, so ``manage.py``, the app server and its preloaded workers print the
sentence on stderr, without a traceback, and end with a code other than 0.
"""

from __future__ import annotations

import os
import secrets
import zoneinfo
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, unquote, urlsplit

MODES = ("production", "demo", "development")
SAMPLE_KEYS = ("change", "sample", "example", "secret", "insecure", "development", "contoh", "ganti")
SHORTEST_KEY = 50


def refuse(sentence: str) -> NoReturn:
    """End the process: ``sentence`` on stderr, exit code 1."""
    raise SystemExit(f"Gawai does not start: {' '.join(sentence.split())}.")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def mode() -> str:
    """``GAWAI_ENV``: production, demo or development (the default)."""
    value = text("GAWAI_ENV", "development")
    if value not in MODES:
        refuse(f"GAWAI_ENV must be one of {', '.join(MODES)}, not {value[:40]!r}")
    return value


def whole_number(name: str, default: int, *, low: int, high: int) -> int:
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
        refuse(f"{name} must be a whole number from {low} to {high}, not {value[:40]!r}")
    return int(value)


def time_zone(default: str = "Asia/Jakarta") -> str:
    value = text("TIME_ZONE", default)
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        refuse(f"TIME_ZONE names no known time zone: {value[:60]!r}")
    return value


def frozen_now(production: bool) -> datetime | None:
    """``GAWAI_NOW``, the instant at which the clock of the register is held still; None when it runs."""
    value = text("GAWAI_NOW")
    if not value:
        return None
    if production:
        refuse("GAWAI_NOW holds the clock still and is not allowed in production mode")
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        refuse(f"GAWAI_NOW must be an instant such as 2026-11-22T08:00:00+07:00, not {value[:60]!r}")
    if instant.tzinfo is None:
        refuse("GAWAI_NOW needs an offset, as in 2026-11-22T08:00:00+07:00")
    return instant


def data_dir(default: Path) -> Path:
    """``DATA_DIR``, made when it is missing."""
    path = Path(text("DATA_DIR", str(default))).expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        refuse(f"DATA_DIR {str(path)!r} cannot be used ({error.strerror or error})")
    if not os.access(path, os.W_OK | os.X_OK):
        refuse(f"DATA_DIR {str(path)!r} cannot be written")
    return path


def secret_key(production: bool, directory: Path) -> str:
    """``SECRET_KEY``; outside production one is made once and kept in ``directory``."""
    key = os.environ.get("SECRET_KEY", "")
    if production:
        if not key.strip():
            refuse("SECRET_KEY is empty; production mode needs a random key of at least 50 characters")
        if len(key) < SHORTEST_KEY or len(set(key)) < 10:
            refuse("SECRET_KEY is too short or too regular; production mode needs 50 random characters or more")
        if any(word in key.lower() for word in SAMPLE_KEYS):
            refuse("SECRET_KEY looks like a sample; production mode needs a random one of its own")
        return key
    return key.strip() or _kept_key(directory / "secret_key")


def _kept_key(path: Path) -> str:
    with suppress(FileExistsError, OSError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
    try:
        kept = path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        refuse(f"the key in {str(path)!r} cannot be read")
    return kept or refuse(f"the key in {str(path)!r} is empty; delete the file or set SECRET_KEY")


def base_url(production: bool, port: int) -> str:
    """``BASE_URL``, the only address that links carry, without a slash at the end."""
    value = text("BASE_URL", "" if production else f"http://127.0.0.1:{port}").rstrip("/")
    parts = _split(value)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        refuse(f"BASE_URL must be the public address, such as https://gawai.example.go.id, not {value[:80]!r}")
    if production and parts.scheme != "https":
        refuse("BASE_URL must begin with https:// in production mode")
    return value


def allowed_hosts(production: bool, public_address: str) -> list[str]:
    """``ALLOWED_HOSTS``, separated by commas; by default the host of ``BASE_URL``, in development this machine too."""
    hosts = [each.strip() for each in text("ALLOWED_HOSTS").split(",") if each.strip()]
    if production and any("*" in each for each in hosts):
        refuse("ALLOWED_HOSTS must name the hosts; * is not allowed in production mode")
    if not hosts:
        hosts = [urlsplit(public_address).hostname or ""]
        if not production:
            hosts += ["localhost", "127.0.0.1", "[::1]", "testserver"]
    return hosts


def refuse_debug() -> None:
    for name in ("DEBUG", "DJANGO_DEBUG"):
        if text(name).lower() not in ("", "0", "false", "no", "off"):
            refuse(f"{name} is set; production mode has no debug pages")


def database(directory: Path) -> dict[str, Any]:
    """The database of ``DATABASE_URL``, or the embedded one in ``directory``: engine, name and address, no options.

    The sentence of a refusal never repeats the address, which may hold a password.
    """
    if "DATABASE_URL" not in os.environ:
        return {"ENGINE": "core.db.sqlite", "NAME": str(directory / "gawai.sqlite3")}
    parts = _split(os.environ["DATABASE_URL"].strip())
    if parts is None or parts.scheme not in ("sqlite", "postgres", "postgresql"):
        refuse("DATABASE_URL must look like postgres://user:password@host:5432/name or sqlite:////path/to/file")
    return _sqlite(parts) if parts.scheme == "sqlite" else _postgresql(parts)


def _sqlite(parts: SplitResult) -> dict[str, Any]:
    path = unquote(parts.path)[1:]
    if parts.netloc or parts.query or not path:
        refuse("DATABASE_URL must name one file, as in sqlite:////path/to/file")
    if path == ":memory:":
        refuse("DATABASE_URL must name a file; a database in memory would be lost and is not shared by the workers")
    file = Path(path).absolute()
    if file.is_dir() or not file.parent.is_dir():
        refuse(f"DATABASE_URL names the file {str(file)!r}, which is a directory or lies in none")
    return {"ENGINE": "core.db.sqlite", "NAME": str(file)}


def _postgresql(parts: SplitResult) -> dict[str, Any]:
    name = unquote(parts.path)[1:]
    if not name or "/" in name:
        refuse("DATABASE_URL names no database; it must end in /name")
    try:
        port = parts.port
    except ValueError:
        refuse("DATABASE_URL has a port that is no number from 1 to 65535")
    options = dict(pair.partition("=")[::2] for pair in parts.query.split("&") if pair)
    unknown = sorted(set(options) - {"sslmode", "sslrootcert", "sslcert", "sslkey", "host"})
    if unknown:
        refuse(f"DATABASE_URL has an option that is not known: {unknown[0][:40]!r}")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(options.pop("host", "") or parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": {key: unquote(value) for key, value in options.items()},
    }


def _split(value: str) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        _ = parts.hostname
    except ValueError:
        return None
    return parts if parts.scheme else None


def database_refusal(error: Exception) -> str:
    """Why the database cannot be used, in one sentence without address, user or password."""
    said = str(error).lower()
    reasons: Mapping[str, str] = {
        "password authentication": "it refuses the user or password of DATABASE_URL",
        "no password supplied": "it asks for a password and DATABASE_URL has none",
        "role": "it does not know the user of DATABASE_URL",
        "does not exist": "it has no database of the name in DATABASE_URL",
        "could not translate": "the host of DATABASE_URL is not known",
        "failed to resolve": "the host of DATABASE_URL is not known",
        "name or service": "the host of DATABASE_URL is not known",
        "refused": "nothing answers at the host and port of DATABASE_URL",
        "timeout": "the host of DATABASE_URL does not answer in time",
        "unable to open": "its file cannot be opened",
        "not a database": "its file is not a database",
        "readonly": "its file cannot be written",
        "locked": "another process keeps it locked",
        "ssl": "the secure connection that DATABASE_URL asks for cannot be made",
    }
    why = next((reason for sign, reason in reasons.items() if sign in said), "it does not answer as a database should")
    return f"the database cannot be used, {why}"
