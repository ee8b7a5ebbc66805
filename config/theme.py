"""The dress of the admin site: one colour, one typeface, no picture from anywhere else."""

from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

TEAL = {
    "50": "#f0faf8",
    "100": "#d6f1ec",
    "200": "#aee2d9",
    "300": "#7dccc1",
    "400": "#4bafa3",
    "500": "#2b9488",
    "600": "#0f766e",
    "700": "#0d615b",
    "800": "#0f4e4a",
    "900": "#11413e",
    "950": "#042624",
}
INK = {
    "50": "#f5f7f6",
    "100": "#ebefed",
    "200": "#dde4e1",
    "300": "#c2ccc8",
    "400": "#8b9995",
    "500": "#5f6e6a",
    "600": "#475552",
    "700": "#364340",
    "800": "#222d2b",
    "900": "#14211f",
    "950": "#0c1514",
}

UNFOLD = {
    "SITE_TITLE": "Gawai",
    "SITE_HEADER": "gawai",
    "SITE_SUBHEADER": _("Usulan, perangkat, janji: tercatat sampai tuntas."),
    "SITE_URL": None,
    "SITE_SYMBOL": "devices",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "BORDER_RADIUS": "10px",
    "COLORS": {"primary": TEAL, "base": INK},
    "STYLES": [lambda request: static("backoffice/backoffice.css")],
    "SCRIPTS": [lambda request: static("backoffice/backoffice.js")],
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": "backoffice.navigation.sidebar"},
}
