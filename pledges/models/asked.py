from __future__ import annotations

from typing import ClassVar

from django.db import models

from core.models import Asked
from pledges.models.pledge import Pledge


class AskedOfPledge(Asked):
    """Something asked about a pledge, and decided."""

    read_with: ClassVar[tuple[str, ...]] = ("pledge__responsible_unit",)

    pledge: models.ForeignKey[Pledge, Pledge]

    class Meta(Asked.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.pledge.number}: {self.get_kind_display()}"  # type: ignore[attr-defined]

    @property
    def journal_unit_id(self) -> int | None:
        return self.pledge.responsible_unit_id
