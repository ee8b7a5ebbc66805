"""The one place where the theme enters. Replace these two names by Django's own to go without it."""

from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite as AdminSite

__all__ = ["AdminSite", "ModelAdmin"]
