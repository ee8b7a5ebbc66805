"""What a template offers to choose from: the words of a closed list, or rows of the register that are in use."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Choices

from assets.models import DeviceType
from org.models import Unit


def labels(choices: type[Choices]) -> Callable[[], list[str]]:
    return lambda: [str(label) for label in choices.labels]


def device_types() -> list[str]:
    return list(DeviceType.objects.filter(active=True).values_list("name", flat=True))


def units() -> list[str]:
    return list(Unit.objects.filter(active=True).values_list("code", flat=True))
