"""What the API reads: JSON bounded in size and depth, form data as plain values, parameters each known and single."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any, NoReturn

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework.parsers import BaseParser

from api.problems import Invalid, Refusal
from core.errors import Fault
from core.strict import shown, text_fault

MAX_JSON_BYTES = 1_000_000
MAX_DEPTH = 12


class JSONParser(BaseParser):
    """UTF-8 JSON with no more than ``MAX_JSON_BYTES`` and ``MAX_DEPTH`` levels, no duplicate keys, no NaN."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        request = (parser_context or {}).get("request")
        charset = request.content_params.get("charset", "utf-8") if request is not None else "utf-8"
        if charset.strip("\"'").lower() not in ("utf-8", "utf8"):
            raise Refusal(415, "unsupported_media_type", _("JSON harus dikirim dalam UTF-8."))
        if request is not None and int(request.META.get("CONTENT_LENGTH") or 0) > MAX_JSON_BYTES:
            raise Refusal(413, "too_large", _("Isi permintaan terlalu besar."))
        content = stream.read(MAX_JSON_BYTES + 1)
        if len(content) > MAX_JSON_BYTES:
            raise Refusal(413, "too_large", _("Isi permintaan terlalu besar."))
        return read_json(content)


def read_json(content: bytes | str) -> Any:
    """The value of a JSON text, or a 400 that says what is wrong with it."""
    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_not_a_number, parse_float=_finite, parse_int=_integer
        )
    except RecursionError:
        raise Refusal(400, "too_deep", _("JSON bersarang terlalu dalam.")) from None
    except ValueError:
        raise Refusal(400, "malformed", _("Isi permintaan bukan JSON yang sah.")) from None
    _inspect(value, "", MAX_DEPTH)
    return value


def plain(data: Any, lists: Collection[str] = (), composites: Collection[str] = ()) -> Any:
    """Form data as the same plain values that JSON gives; JSON passes as it is.

    ``lists``: names that may come several times. ``composites``: names whose value is written as JSON text.
    """
    if not isinstance(data, QueryDict):
        return data
    faults = [Fault(shown(n), "repeated", _("Diisi lebih dari sekali.")) for n in data if _repeated(data, n, lists)]
    if faults:
        raise Invalid(*faults)
    values: dict[str, Any] = {name: data.getlist(name) if name in lists else data[name] for name in data}
    for name in set(composites) & set(values):
        if isinstance(values[name], str):
            values[name] = read_json(values[name])
    return values


def _repeated(data: QueryDict, name: str, lists: Collection[str]) -> bool:
    return name not in lists and len(data.getlist(name)) > 1


def _inspect(value: Any, path: str, depth: int) -> None:
    """Refuses what is nested too deep and text that cannot be stored, naming the place."""
    if depth < 0:
        raise Refusal(400, "too_deep", _("JSON bersarang terlalu dalam."))
    if isinstance(value, str):
        fault = text_fault(value)
        if fault:
            raise Invalid(Fault(path, *fault))
    elif isinstance(value, dict):
        for key, inner in value.items():
            _inspect(inner, f"{path}.{shown(key)}" if path else shown(key), depth - 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _inspect(inner, f"{path}.{index}" if path else str(index), depth - 1)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counted = Counter(name for name, _value in pairs)
        twice = [name for name, times in counted.items() if times > 1][:50]
        raise Invalid(*(Fault(shown(name), "repeated", _("Diisi lebih dari sekali.")) for name in twice))
    return found


def _not_a_number(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _integer(text: str) -> int:
    if len(text) > 40:
        raise Refusal(400, "out_of_range", _("Ada bilangan di luar batas yang dapat disimpan."))
    return int(text)
