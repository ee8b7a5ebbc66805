"""The site itself: who gets in, which addresses exist beside those of the registers."""

from __future__ import annotations

from functools import update_wrapper
from typing import Any, cast

from django.contrib.admin import AdminSite
from django.contrib.auth.views import PasswordChangeView, redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _

from backoffice import downloads, figures_page, finding, home, import_pages, returning
from backoffice.accounts import LoginForm, OwnPasswordForm
from backoffice.navigation import installation_of, menu
from core.searching import LONGEST_SEARCH
from org.besieged import besieged


class BackofficeSite(AdminSite):
    """Only what is listed here answers: no bulk actions, no lookups of foreign models, no object redirects."""

    site_title = "Gawai"
    index_title = _("Beranda")
    login_form = LoginForm
    final_catch_all_view = False
    _registry: dict[Any, Any]

    def get_urls(self) -> list[URLPattern | URLResolver]:
        def page(view: Any) -> Any:
            return self.admin_view(view)

        urls: list[URLPattern | URLResolver] = [
            path("", page(self.index), name="index"),
            path("login/", self.login, name="login"),
            path("logout/", page(self.logout), name="logout"),
            path("password_change/", page(self.password_change), name="password_change"),
            path("password_change/done/", page(self.password_changed), name="password_change_done"),
            path("figures/", page(self.figures), name="figures"),
            path("find/", page(self.find), name="find"),
            path("jobs/", page(self.jobs), name="jobs"),
            path("jobs/<int:pk>/file/", page(downloads.download), name="job_file"),
            path("imports/", page(self.imports), name="imports"),
            path("imports/<int:pk>/", page(self.one_import), name="import"),
            path("imports/<int:pk>/annotated/", page(import_pages.annotated), name="import_annotated"),
            path("imports/template/<str:kind>/", page(import_pages.empty), name="import_template"),
            path("verify-journal/", page(downloads.verify_journal), name="verify_journal"),
            path("verify-register/", page(downloads.verify_register), name="verify_register"),
            path("export-journal/", page(downloads.export_journal), name="export_journal"),
        ]
        for model, model_admin in self._registry.items():
            urls += [path(f"{model._meta.app_label}/{model._meta.model_name}/", model_admin.register_urls())]
        return urls

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """What is sent after the session ended is not lost with it."""
        guarded = super().admin_view(view, cacheable)
        returns = getattr(view, "keeps_form", False)

        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.method != "POST" or request.user.is_authenticated or request.path == reverse("admin:logout"):
                return guarded(request, *args, **kwargs)
            if returns:
                context = self.each_context(request)
                return returning.signed_out(request, context, lambda: guarded(request, *args, **kwargs))
            return redirect_to_login(returning.page_before(request), reverse("admin:login"))

        update_wrapper(answered, guarded)
        if returns:
            answered.unsent = lambda request: returning.unsent(request, self.each_context(request))  # type: ignore[attr-defined]
        return answered

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The menu names the registers itself (navigation.py)."""
        return []

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        installation = installation_of(request)
        told = {"installation": installation, "sample_data": installation.sample_data, "longest_search": LONGEST_SEARCH}
        return context | told | ({"menu": menu(request, self._registry)} if context["has_permission"] else {})

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        told = {"title": self.index_title, "besieged": besieged(request.user)}
        context = {**self.each_context(request), **told, **home.screen(request.user)}
        return TemplateResponse(request, "backoffice/home.html", context)

    def figures(self, request: HttpRequest) -> TemplateResponse:
        screen = figures_page.screen(request)
        context = {**self.each_context(request), **screen}
        return TemplateResponse(
            request, "backoffice/figures.html", context, status=400 if screen["form"].errors else 200
        )

    def find(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or not request.GET.keys() <= {"q"}:
            raise BadRequest
        return finding.screen(self, request, self.each_context(request))

    def jobs(self, request: HttpRequest) -> TemplateResponse:
        context = {**self.each_context(request), "title": _("Unduhan dan pekerjaan"), **downloads.screen(request.user)}
        return TemplateResponse(request, "backoffice/jobs.html", context)

    @returning.keeps_form
    def imports(self, request: HttpRequest) -> HttpResponseBase:
        return import_pages.screen(request, self.each_context(request))

    @returning.keeps_form
    def one_import(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return import_pages.one(request, pk, self.each_context(request))

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=reverse("admin:password_change_done"),
            template_name="backoffice/password.html",
            extra_context={**self.each_context(request), "title": _("Ubah kata sandi")},
        )
        return cast("HttpResponse", view(request))

    def password_changed(self, request: HttpRequest) -> TemplateResponse:
        context = {**self.each_context(request), "title": _("Kata sandi sudah diganti")}
        return TemplateResponse(request, "backoffice/password_done.html", context)


site = BackofficeSite(name="admin")
