"""What a password must not be, beyond Django's own rules."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

OFFICE_WORDS = (
    "gawai|perangkat|usulan|janji|diskominfo|kominfo|komdigi|kecamatan|kabupaten|kelurahan|desa|kota|dinas|bupati|camat"
    "|lurah|sekda|inspektorat|pemda|pemkab|pemkot|medsos|admin|administrator|operator|password|katasandi|sandi|rahasia"
    "|indonesia|bogor|lebak|banten|bontang|tangerang|jawabarat"
)
_ONLY_OFFICE_WORDS = re.compile(f"(?:{OFFICE_WORDS})+")


class NoOfficeWordsValidator:
    """Refuses words of the office with nothing but digits and signs around them, such as ``diskominfo2026``."""

    def validate(self, password: str, user: Any = None) -> None:
        letters = re.sub(r"[^a-z]", "", password.lower())
        if _ONLY_OFFICE_WORDS.fullmatch(letters):
            raise ValidationError(
                _("Kata sandi ini hanya berisi kata kantor dan angka, jadi mudah ditebak."), code="password_office_word"
            )

    def get_help_text(self) -> str:
        return gettext("Jangan hanya memakai kata kantor seperti nama dinas atau kecamatan dengan angka.")


class NotPersonalValidator(UserAttributeSimilarityValidator):
    """Refuses passwords close to the account's name, e-mail, or the person's name and employee number (NIP)."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is None:
            return
        person = getattr(user, "person", None)
        for holder, names in ((user, ("username", "email")), (person, ("name", "nip", "phone"))):
            self.attributes = names
            super().validate(password, holder)
