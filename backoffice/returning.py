"""What was typed comes back: when a session ended meanwhile, or a form arrives without its token.

Nothing is done with what was sent. The page that answers carries all of it, asks for the password where nobody is
signed in, and leads back to the form as it was; files and passwords alone have to be given again. Who signs in must be
whoever typed: the form says so, signed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth import login
from django.core.files.uploadedfile import UploadedFile
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from backoffice.accounts import LoginForm
from backoffice.forms import AGAIN
from core.errors import TooMany
from core.strict import parse_id
from org.models import User

BY, IN = "_by", "_in"
SIGNED_OUT = _("Sesi Anda sudah berakhir. Belum ada yang disimpan, dan isian Anda masih ada.")
WITHOUT_COOKIES = _(
    "Peramban ini tidak mengirim cookie Gawai, jadi Anda tidak dikenali. Belum ada yang disimpan, dan isian Anda masih "
    "ada. Izinkan cookie untuk alamat ini bila halaman ini muncul lagi."
)
OTHER_SESSION = _(
    "Formulir ini dibuka sebelum Anda terakhir masuk, misalnya di tab lain. Belum ada yang disimpan, dan isian Anda "
    "masih ada."
)
_signer = Signer(salt="gawai.form")

V = TypeVar("V", bound=Callable[..., HttpResponseBase])
Context = dict[str, Any]


def keeps_form(view: V) -> V:
    """Mark a view whose form is drawn again, with what was typed, when ``_again`` is sent with it."""
    view.keeps_form = True  # type: ignore[attr-defined]
    return view


def typed_by(user: Any) -> str:
    """What a form says of whoever fills it in."""
    return _signer.sign(str(user.pk))


def signed_out(request: HttpRequest, context: Context, again: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Ask for the password and then draw the form again; ``again`` runs the view that draws it."""
    author = _author(request)
    if f"{IN}-password" not in request.POST:
        return _page(request, context, SIGNED_OUT, _asking(request, author))
    form = LoginForm(request, request.POST, prefix=IN)
    try:
        held = form.is_valid()
    except TooMany as refusal:
        return _page(request, context, refusal.detail, _asking(request, author), status=429)
    if not held:
        return _page(request, context, SIGNED_OUT, _hiding(form, author), status=400)
    user = form.get_user()
    login(request, user)
    if author not in (None, user):
        return HttpResponseRedirect(request.get_full_path())
    request.POST = _carried(request)  # type: ignore[assignment]
    request.POST.update({AGAIN: "1"})
    messages.info(request, _("Anda sudah masuk lagi. Periksa isian Anda, lalu kirim."))
    return again()


def unsent(request: HttpRequest, context: Context) -> HttpResponse | None:
    """The page for a form without its token; None for one that did not come from our own pages, or is another's."""
    if request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}":
        return None
    author = _author(request)
    if not request.user.is_authenticated:
        return _page(request, context, WITHOUT_COOKIES, _asking(request, author), status=403)
    return _page(request, context, OTHER_SESSION, None, status=403) if author in (None, request.user) else None


def page_before(request: HttpRequest) -> str:
    """The page from which something was sent that is no form to come back to."""
    before = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(before, {request.get_host()}):
        return urlsplit(before)._replace(scheme="", netloc="").geturl()
    return reverse("admin:index")


def _page(
    request: HttpRequest, context: Context, why: Any, form: LoginForm | None, *, status: int = 200
) -> HttpResponse:
    carried = _carried(request)
    files = {name: cast("UploadedFile", upload).name for name, upload in request.FILES.items()}
    pairs = [(name, value) for name, values in carried.lists() for value in values]
    told = {
        "title": _("Masuk lagi untuk melanjutkan") if form else _("Belum terkirim"),
        "why": why, "form": form, "author": _author(request), "pairs": pairs, "files": files,
    }  # fmt: skip
    return render(request, "backoffice/returning.html", {**context, **told}, status=status)


def _asking(request: HttpRequest, author: User | None) -> LoginForm:
    return _hiding(LoginForm(request, prefix=IN), author)


def _hiding(form: LoginForm, author: User | None) -> LoginForm:
    """Who is known is not asked for."""
    if author:
        form.initial["username"] = author.get_username()
        form.fields["username"].widget = form.fields["username"].hidden_widget()
    return form


def _author(request: HttpRequest) -> User | None:
    """Who filled the form in, as the form says."""
    try:
        pk = parse_id(_signer.unsign(request.POST.get(BY, "")))
    except BadSignature:
        return None
    return User.objects.acting().filter(pk=pk).first() if pk else None


def _carried(request: HttpRequest) -> QueryDict:
    """What was typed, without passwords and what belongs to one sending."""
    found = request.POST.copy()
    for name in list(found):
        if "password" in name or name.startswith(f"{IN}-") or name in ("csrfmiddlewaretoken", AGAIN):
            del found[name]
    return found
