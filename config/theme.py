"""The dress of the admin site."""

UNFOLD = {"SITE_TITLE": "Gawai", "SITE_HEADER": "Gawai"}
