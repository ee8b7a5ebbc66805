"""Lines as they come in, checked one by one so that a faulty one is named by its place."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, Fault, faults_of
from pledges.models.pledge import Promised


def check(line: Promised, index: int, exclude: Collection[str] = ()) -> None:
    """Refuses a line that is not whole, or half a device, naming ``lines.{index}.{field}``."""
    prefix = f"lines.{index}"
    if not isinstance(line.quantity, int):
        fault = Fault(f"{prefix}.quantity", "invalid", _("Harus bilangan bulat."))
        raise DomainError("invalid", _("Baris janji tidak lengkap."), faults=(fault,))
    try:
        line.full_clean(exclude=exclude)
    except ValidationError as error:
        raise DomainError("invalid", _("Baris janji tidak lengkap."), faults=faults_of(error, prefix=prefix)) from error
