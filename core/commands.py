"""What every command of the product begins with."""

from __future__ import annotations

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Starts at once: the system checks look over the code, every page of it, and belong to ``check`` and the tests."""

    requires_system_checks: list[str] = []
