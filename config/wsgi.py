"""The application for the server. It starts only with a database that answers and collected static files."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()


def _require_surroundings() -> None:
    from django.conf import settings
    from django.db import Error, connections

    from config.environment import database_refusal, refuse

    try:
        connections["default"].ensure_connection()
    except Error as error:
        refuse(database_refusal(error))
    if not (settings.STATIC_ROOT / "staticfiles.json").is_file():
        refuse("the static files are not collected; run manage.py collectstatic first")
    connections.close_all()  # workers are forked from here and open their own


def _warm_up() -> None:
    """Import every page and the texts before the workers are forked, so that their first answers are not slow."""
    from django.template.loader import get_template
    from django.urls import get_resolver
    from django.utils import translation

    get_resolver()._populate()
    for language in ("en", "id"):
        translation.activate(language)
    translation.deactivate()
    for name in (
        "admin/login.html",
        "backoffice/home.html",
        "backoffice/list.html",
        "backoffice/object.html",
        "errors/fault.html",
    ):
        get_template(name)


_require_surroundings()
_warm_up()
