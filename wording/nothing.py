"""What is said where nothing stands, on pages, in lists and on papers alike, and where it is not for the reader."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

NOTHING = "–"
HIDDEN = _("Tidak ditampilkan untuk peran Anda.")
PARTLY_HIDDEN = _("Hanya yang boleh dilihat peran Anda.")


def or_nothing(value: Any) -> Any:
    """The value, or what is said in its place where there is none."""
    return NOTHING if value is None or value == "" else value
