"""The scoping contract: every queryset that people read through has ``visible_to(user)``, and it fails closed."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.errors import Missing


class ScopedQuerySet(models.QuerySet):
    """Base of scoped querysets. A subclass says in ``in_scope`` which rows somebody signed in may read."""

    def visible_to(self, user: Any) -> Self:
        """The rows this user may read: none for strangers and accounts that do not act, all for the superuser."""
        if not getattr(user, "is_authenticated", False) or not user.acts:
            return self.none()
        if user.is_superuser:
            return self.all()
        return self.in_scope(user)

    def in_scope(self, user: Any) -> Self:
        return self.none()

    def get_visible(self, user: Any, pk: int) -> Any:
        """The row if this user may read it; otherwise ``Missing``, the same as for a row that does not exist."""
        found = self.visible_to(user).filter(pk=pk).first()
        if found is None:
            raise Missing("not_found", _("Tidak ditemukan."))
        return found
