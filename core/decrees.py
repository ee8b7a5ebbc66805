"""The number of a decree as it is entered: "Perda 3/2026". Without a digit or without a letter it names no paper."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

NO_NUMBER = _("Isi jenis dan nomor keputusannya, misalnya Perda 3/2026.")


class DecreeColumn(models.CharField):
    """Which decree something rests on: its kind in letters and its number in digits (pledges.md, "Succession")."""

    default_validators = [RegexValidator(r"(?s)(?=.*\d)(?=.*[^\W\d_])", NO_NUMBER)]
