"""Pledges with both deadlines, what was delivered and how late it is, as they stood on the day asked about."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from documents.reports.base import listed
from pledges import lists

PLEDGES = listed(lists.PLEDGES, sheet=_("Janji"), title=_("Daftar janji perangkat"), file_word="janji")
