"""Where everything answers. ``/healthz`` and ``/readyz`` answer in ``core.health``, before hosts are checked."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from backoffice.admin import site

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("admin/", site.urls),
    path("api/", include("api.urls")),
    path("i18n/setlang/", set_language, name="set_language"),
]

handler400 = "core.faults.bad_request"
handler403 = "core.faults.forbidden"
handler404 = "core.faults.not_found"
handler500 = "core.faults.server_error"
