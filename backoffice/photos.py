"""Photos in a form: several, each sent by itself as soon as it is chosen (``photos.js``), or all with the form.

What was sent ahead is kept for a while; the form names it by a token of its sender.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, TooMany
from core.faults import status_of
from core.files import handed_in, store_image
from core.models import Attachment

IMAGES = "image/jpeg,image/png,image/webp"
KEEP = "_keep"
"""Names the field for which a form's page is sent one photo ahead of the form."""
KEPT, REFUSED = "kept", "refused"
MEGABYTE = 1024 * 1024
_SALT = "gawai.photo"


@dataclass(frozen=True)
class Chosen:
    """The photos of a form: ``files`` come with it, ``tokens`` name those sent ahead; ``refused`` says, in the words of
    their refusal, which were not taken and still stand in the form."""

    files: tuple[UploadedFile, ...] = ()
    tokens: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.files) + len(self.tokens) + len(self.refused)


class PhotosInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Chosen:
        if not isinstance(data, QueryDict):  # of a form that was not sent
            return Chosen()
        kept, refused = (dict.fromkeys(data.getlist(f"{name}-{each}")) for each in (KEPT, REFUSED))
        return Chosen(tuple(files.getlist(name)), tuple(kept), tuple(refused))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and not {f"{name}-{KEPT}", f"{name}-{REFUSED}"} & data.keys()


class PhotosField(forms.Field):
    """Up to ``most`` photos."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        attrs = {"accept": IMAGES, "multiple": True, "data-most": most, "data-bytes": settings.MAX_FILE_BYTES}
        super().__init__(widget=PhotosInput(attrs=attrs), **kwargs)

    @property
    def said(self) -> dict[str, Any]:
        """What is said of the limits before anything is chosen: numbers and megabytes."""
        each, together = settings.MAX_FILE_BYTES // MEGABYTE, settings.MAX_UPLOAD_BYTES // MEGABYTE
        return {"most": self.most, "each": each, "together": together}

    def validate(self, value: Any) -> None:
        if value and value.refused:
            raise ValidationError(_("Ada foto yang ditolak. Buang atau ganti dahulu."), "refused")
        super().validate(value if value else None)
        if value and len(value) > self.most:
            raise ValidationError(_("Paling banyak %(number)s foto."), "too_many", {"number": self.most})

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)

    def stored(self, chosen: Chosen | None, name: str, user: Any) -> tuple[Attachment, ...]:
        """The photos, those sent ahead first. ``DomainError`` of the field ``name``, with that of the file."""
        if chosen is None:
            return ()
        try:
            ahead = [_named(token, user) for token in chosen.tokens]
        except DomainError as error:
            raise error.told_of(name) from None
        return (*ahead, *(_stored(each, name, user) for each in chosen.files))


def _stored(upload: UploadedFile, name: str, user: Any) -> Attachment:
    try:
        return store_image(upload, actor=user, title=upload.name or "")
    except DomainError as error:
        error.detail = f"{upload.name}: {error.detail}"
        raise error.told_of(name) from None


def _named(token: str, user: Any) -> Attachment:
    try:
        pk, by = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        pk, by = 0, None
    return handed_in(pk if by == user.pk else 0, actor=user)


def sent_ahead(bound: Any) -> list[tuple[str, str]]:
    """Of a field of a form the photos sent ahead that are still kept: token and what their sender called them."""
    found = []
    for token in getattr(bound.data, "tokens", ()) if bound.form.is_bound else ():
        with suppress(DomainError):
            found.append((token, str(_named(token, bound.form.user))))
    return found


def answer(request: HttpRequest, form: Any) -> HttpResponse | None:
    """Keeps a photo that is sent ahead of its form, where that is what the call asks."""
    name = request.POST.get(KEEP)
    if name is None:
        return None
    upload = request.FILES.get(name)
    if upload is None or not isinstance(form.fields.get(name), PhotosField):
        return JsonResponse({}, status=400)
    try:
        kept = store_image(upload, actor=request.user, title=upload.name or "")
    except DomainError as error:
        headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}
        return JsonResponse({"detail": str(error.detail)}, status=status_of(error) or 400, headers=headers)
    return JsonResponse({"token": signing.dumps([kept.pk, request.user.pk], salt=_SALT)})
