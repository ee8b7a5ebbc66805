"""``Idempotency-Key``: the first success of a call is kept with its effect, and told again to whoever repeats it."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from api.models import Answer
from api.problems import Invalid, Refusal
from core.errors import Fault
from core.jobs import Progress
from core.models import Job
from core.prepared import first

KEPT = timedelta(days=7)
REPLAYED = "Idempotency-Replayed"
KEPT_HEADERS = ("Location", "ETag")
_BARE = ("id", "number")


def key_of(request: Request) -> str:
    """The call's key; empty when it has none. 400 for one that is not 1 to 255 printable ASCII characters."""
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is None or request.method != "POST":
        return ""
    if not re.fullmatch(r"[\x21-\x7e]{1,255}", key):
        detail = _("Kunci pengulangan: 1 sampai 255 huruf ASCII tanpa spasi.")
        raise Invalid(Fault("Idempotency-Key", "invalid", detail))
    return key


def fingerprint(data: Any) -> str:
    """The same for the same fields and the same files, in whatever order or encoding they came."""
    plain = json.dumps(data, sort_keys=True, default=_digest, ensure_ascii=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def find(request: Request, key: str) -> Answer | None:
    where = str(request.method), request.path, key, request.user.pk
    return first(_kept_under, Answer, (), *where)


def _kept_under(method: str, path: str, key: str, user: int) -> QuerySet:
    return Answer.objects.filter(user_id=user, method=method, path=path, key=key)


def replay(answer: Answer, content: str) -> HttpResponse:
    """The kept answer again; 422 when the key came with other content this time."""
    if answer.fingerprint != content:
        raise Refusal(422, "idempotency_key_reused", _("Kunci ini sudah dipakai untuk isi yang lain."))
    headers = {**answer.headers, REPLAYED: "true"}
    return HttpResponse(answer.body, status=answer.status, headers=headers, content_type="application/json")


def taken_out_of_sight(request: Request) -> Answer | None:
    """The kept answer to this call, when its own act took the object out of the caller's sight."""
    try:
        key = key_of(request)
    except Invalid:
        return None
    kept = find(request, key) if key else None
    return kept if kept is not None and kept.out_of_sight else None


def keep(request: Request, key: str, content: str, response: Response, *, out_of_sight: bool = False) -> None:
    """Keep ``response`` under ``key``; of an object that is ``out_of_sight`` of the caller since, id and number alone.
    Call inside the transaction of the effect."""
    data = {name: response.data[name] for name in _BARE if name in response.data} if out_of_sight else response.data
    headers = {} if out_of_sight else {name: response[name] for name in KEPT_HEADERS if name in response}
    Answer.objects.create(
        user=request.user, method=request.method, path=request.path, key=key, fingerprint=content,
        status=response.status_code, body=JSONRenderer().render(data).decode(), headers=headers,
        out_of_sight=out_of_sight,
    )  # fmt: skip


def forget_old() -> int:
    """Drop answers older than a week; returns how many."""
    return Answer.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]


def forget_witness(job: Job, _progress: Progress) -> None:
    """Take a witness's name and words out of the kept answers; ``params``: ``{pledge, witness}``, two ids."""
    for answer in Answer.objects.filter(path=f"/api/v1/pledges/{job.params['pledge']}/witnesses/"):
        told = json.loads(answer.body)
        if told["id"] == job.params["witness"]:
            answer.body = json.dumps({**told, "name": "", "statement": "", "erased": True})
            answer.save(update_fields=["body"])


def _digest(value: Any) -> Any:
    if isinstance(value, UploadedFile):
        found = hashlib.sha256()
        for chunk in value.chunks():
            found.update(chunk)
        value.seek(0)
        return ["file", found.hexdigest()]
    raise TypeError(type(value).__name__)
