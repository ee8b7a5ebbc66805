"""Files that people hand in. A photo is decoded and encoded anew, so nothing of the upload itself is kept.

Decoding and writing happen before any transaction: call ``store_image`` or ``store_document`` first and hand the
``Attachment`` to the verb. One that no verb took is swept away after a day.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Exists, ForeignObjectRel, Model, OuterRef, Q
from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from core import clock, letters, pictures
from core.errors import DomainError
from core.models import Attachment, Job
from core.models.attachment import SMALL
from core.text import FORBIDDEN

LONGEST_HEADER = 255
UNUSED_AFTER = timedelta(days=1)
IMAGE, PDF = "image/jpeg", "application/pdf"
CONTENT_TYPES = {Attachment.Kind.IMAGE: IMAGE, Attachment.Kind.PDF: PDF}
SANDBOX = "default-src 'none'; img-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"


def store_image(upload: UploadedFile, *, actor: Any, title: str = "", letter: bool = False) -> Attachment:
    """Keep a photo (JPEG, PNG or WebP) as an upright JPEG of at most 1600 pixels a side, without metadata, and a small
    one beside it.

    Raises ``DomainError``: ``too_large``, ``too_many_pixels`` or ``invalid_image``, of a ``letter`` on which nothing
    can be seen also ``blank_document``; ``TooMany``: ``busy``.
    """
    made = pictures.developed(_bounded(upload), letter=letter)
    attachment = _store(made.photo, Attachment.Kind.IMAGE, ".jpg", actor, title)
    attachment.file.storage.save(attachment.thumbnail, ContentFile(made.thumbnail))
    return attachment


def store_pdf(upload: UploadedFile, *, actor: Any, title: str = "") -> Attachment:
    """Keep a PDF as it is; it is only ever offered for download.

    Raises ``DomainError``: ``too_large``, or why it is no letter (``core.letters``); ``TooMany``: ``busy``.
    """
    file = _bounded(upload)
    letters.check(file)
    file.seek(0)
    return _store(file.read(), Attachment.Kind.PDF, ".pdf", actor, title)


def store_document(upload: UploadedFile, *, actor: Any, title: str = "") -> Attachment:
    """Keep a signed letter: a PDF, or a photo of it. Raises ``DomainError``."""
    start = upload.read(5)
    upload.seek(0)
    if start == b"%PDF-":
        return store_pdf(upload, actor=actor, title=title)
    return store_image(upload, actor=actor, title=title, letter=True)


def download_response(attachment: Attachment, *, inline: bool = False) -> FileResponse:
    """The file for somebody who may see it, to download or, ``inline``, to look at; ``Http404`` when it has gone from
    the disk.

    It is called by its kind and hash: what its sender called it stays a title.
    """
    kind, suffix = Attachment.Kind(attachment.kind), PurePosixPath(str(attachment.file.name)).suffix
    name = f"lampiran-{kind.value}-{attachment.sha256[:12]}{suffix}"
    return file_response(attachment.file, name, CONTENT_TYPES[kind], inline=inline)


def thumbnail_response(attachment: Attachment) -> FileResponse:
    """The small picture of a photo, for who may see the photo; the photo itself where there is none."""
    storage, name = attachment.file.storage, attachment.thumbnail
    small = storage.open(name) if storage.exists(name) else attachment.file
    return file_response(small, f"kecil-{attachment.sha256[:12]}.jpg", IMAGE)


def handed_in(pk: int, *, actor: Any) -> Attachment:
    """A file that ``actor`` handed in before the act it is for. ``DomainError`` (``gone``) once it was used or it is
    about to be swept away."""
    since = clock.now() - UNUSED_AFTER / 2
    found = Attachment.objects.filter(~_referred_to(), pk=pk, uploaded_by=actor, created_at__gt=since).first()
    if found is None:
        raise DomainError("gone", _("Berkas ini tidak disimpan lagi. Pilih dan kirim sekali lagi."), field="file")
    return found


def file_response(file: Any, filename: str, content_type: str, *, inline: bool = False) -> FileResponse:
    """A private file that no browser runs, sniffs or keeps; a download unless ``inline``."""
    try:
        opened = file.open("rb")
    except (OSError, ValueError) as error:
        raise Http404 from error
    response = FileResponse(opened, content_type=content_type)
    response.headers["Content-Disposition"] = disposition(filename, inline=inline)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def disposition(filename: str, *, inline: bool = False) -> str:
    """``Content-Disposition`` for a download, or of what is shown ``inline``: one line, at most 255 bytes, any text
    made a plain file name."""
    plain = PurePosixPath(plain_name(filename.replace("/", "-")))  # numbers of papers have slashes
    stem, suffix, kind = plain.stem, plain.suffix, "inline" if inline else "attachment"
    for length in range(LONGEST_HEADER, 0, -1):
        header = content_disposition_header(not inline, f"{stem[:length].rstrip(' .')}{suffix[:10]}") or kind
        if len(header.encode()) <= LONGEST_HEADER:
            return header
    return kind


def sweep() -> None:
    """Delete attachments of yesterday and before that nothing refers to, and stored files without a row."""
    unused_since = clock.now() - UNUSED_AFTER  # by the clock that wrote ``created_at``; files have that of the machine
    for unused in Attachment.objects.filter(~_referred_to(), created_at__lt=unused_since).iterator():
        unused.delete()
        unused.file.storage.delete(unused.thumbnail)
        unused.file.delete(save=False)
    before = timezone.now() - UNUSED_AFTER
    for folder, model in (("attachments", Attachment), ("jobs", Job)):
        _sweep_strays(folder, model, before.timestamp())


def _referred_to() -> Q:
    """Whether any row of any model points at the attachment, through links without a name of their own too."""
    condition = Q(pk__in=[])
    for link in Attachment._meta.get_fields(include_hidden=True):
        if isinstance(link, ForeignObjectRel):
            rows = link.related_model._base_manager.filter(**{link.field.name: OuterRef("pk")})
            condition |= Q(Exists(rows))
    return condition


def _sweep_strays(folder: str, model: type[Model], before: float) -> None:
    root = Path(settings.MEDIA_ROOT)
    for path in (root / folder).rglob("*"):
        name = path.relative_to(root).as_posix().replace(SMALL, ".jpg")
        if path.is_file() and path.stat().st_mtime < before and not model._base_manager.filter(file=name).exists():
            path.unlink(missing_ok=True)


def _bounded(upload: UploadedFile) -> BinaryIO:
    """The upload, which is neither empty nor over the limit."""
    if not upload.size or upload.size > settings.MAX_FILE_BYTES:
        limit = settings.MAX_FILE_BYTES // (1024 * 1024)
        raise DomainError("too_large", _("Berkas kosong atau lebih dari %d MB.") % limit, field="file")
    return cast("BinaryIO", upload)


def _store(content: bytes, kind: str, suffix: str, actor: Any, title: str) -> Attachment:
    attachment = Attachment(
        kind=kind,
        title=plain_name(title)[:150],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=actor,
    )
    attachment.file.save(f"{uuid.uuid4().hex}{suffix}", ContentFile(content), save=True)
    return attachment


def plain_name(name: str) -> str:
    """``name`` without its path, control characters and what file systems refuse."""
    last = FORBIDDEN.sub("", name).replace("\\", "/").rsplit("/", 1)[-1]
    cleaned = "".join("-" if each in '<>:"|?*\n\r\t' else each for each in last).strip(" .")
    return cleaned or "berkas"
