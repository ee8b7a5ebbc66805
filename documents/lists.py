"""The lists of work behind files: jobs, files that came in, and the security log, which notes who took what along."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.columns import Column, On, ValueKind
from core.lists import Filter, Listing
from core.models import Job, SecurityEvent
from core.searching import labelled
from documents.models import ImportSession
from documents.subjectreport import READ_AS
from org.lists import account_called
from org.models import Role, User
from org.rules import reach

JOBS = Listing(
    model=Job,
    filters=(Filter("id"), Filter("kind"), Filter("state")),
    ordering={"id": "pk"},
)

IMPORTS = Listing(
    model=ImportSession,
    filters=(Filter("id"), Filter("kind"), Filter("sha256")),
    ordering={"id": "pk"},
)

SECURITY_WORDS: dict[str, Any] = {
    "login": _("Masuk"),
    "login_failed": _("Gagal masuk"),
    "login_locked": _("Percobaan masuk ditahan"),
    "login_besieged": _("Sandi akun ditebak terus"),
    "refused": _("Tindakan ditolak"),
    **READ_AS,
    "file_read": _("Berkas dibuka"),
    "export_asked": _("Ekspor diminta"),
    "import_received": _("Berkas impor diterima"),
    "token_created": _("Token dibuat"),
    "token_revoked": _("Token dicabut"),
    "token_replaced": _("Token diganti yang baru"),
    "token_refused": _("Token ditolak"),
}

DETAIL_WORDS: dict[str, Any] = {
    "path": _("Halaman"), "method": _("Cara memanggil"), "code": _("Sebab"), "scope": _("Lingkup"),
    "token": _("Token"), "job": _("Unduhan"), "what": _("Daftar"), "order": _("Yang diminta"), "filters": _("Saringan"),
    "people": _("Orang"), "rows": _("Baris"), "sha256": "SHA-256", "session": _("Berkas impor"), "kind": _("Jenis"),
    "status": _("Status"), "accounts": _("Akun"), "username": _("Nama pengguna"),
}  # fmt: skip
"""What is noted with an entry, by name."""


def reads_security(user: Any) -> bool:
    """The superuser and auditors of the whole district."""
    return user.is_superuser or any(held.role == Role.AUDITOR and held.whole for held in reach(user).held)


def _security(user: Any) -> QuerySet:
    return SecurityEvent.objects.all() if reads_security(user) else SecurityEvent.objects.none()


def _in_words(word: str, _values: Any) -> Q:
    people = User.objects.filter(User.is_called(word))
    return Q(kind__in=labelled(SECURITY_WORDS.items(), word)) | Q(user_id__in=people.values("pk"))


SECURITY = Listing(
    model=SecurityEvent,
    scope=_security,
    columns=(
        Column("at", On.SHEET),
        Column("kind", On.SHEET, make=lambda kind: str(SECURITY_WORDS.get(kind, kind)), kind=ValueKind.TEXT, width=34),
        Column("account", On.SHEET, source="account_name", kind=ValueKind.TEXT, label=_("akun")),
        Column("address", On.SHEET, kind=ValueKind.CODE),
        Column("request_id", On.SHEET, kind=ValueKind.CODE, width=36),
    ),
    for_sheet=lambda rows: rows.annotate(account_name=account_called("user_id")),
    filters=(Filter("id"), Filter("kind", label=_("Jenis"), page="kind", options=SECURITY_WORDS.items())),
    search=("address", "request_id", _in_words),
    ordering={"id": "pk"},
)
