"""One page for an act over many: what was chosen on a list, what is said for all, and what rules it out, row by row."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from backoffice import acting, queues
from backoffice.forms import form_for
from core import acts, many, words
from core.errors import DomainError, Stale
from core.strict import parse_id
from core.taking import MOST_LINES
from documents.papers.printed import Printed
from wording.lately import told_of

ROW, LONGEST_ROW = "row", 40


@dataclass(frozen=True)
class Offer:
    """Something that can be done to all chosen rows of a list."""

    label: Any
    address: str
    primary: bool = False


def offered(admin: Any, request: HttpRequest) -> list[Offer]:
    """In a queue the acts it waits for, on every list the papers of its rows."""
    queue, name = queues.queue_in(request, admin.model), admin._name
    acted = [
        Offer(each.label, reverse(f"admin:{name}_many", args=[each.name]), primary=True)
        for each in (queue.over_many if queue else ())
    ]
    papers = [Offer(_printing(each), reverse(f"admin:{name}_papers", args=[each.name])) for each in admin.printed]
    return [*acted, *papers]


def _lowered(title: Any) -> str:
    """A title inside a sentence; an abbreviation stays as it is."""
    said = str(title)
    return said if said[1:2].isupper() else said[:1].lower() + said[1:]


def act(admin: Any, request: HttpRequest, name: str) -> HttpResponse:
    """Show what was chosen and ask what is said for all, or do it: to all or to none."""
    verb = admin.verbs.get(name)
    if verb is None or not acts.of(verb).many:
        raise Http404
    told, chosen = acts.of(verb), _chosen(request)
    if not chosen:
        return _nothing(admin, request)
    form_class = admin.many_forms.get(name) or form_for(verb, many=True)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    ruled_out = many.ruled_out(told, admin.visible(request.user), chosen, request.user)
    shut = {pk for pk, (_thing, refusal) in ruled_out.items() if not isinstance(refusal, Stale)}
    left_out = ruled_out if sent and not acting.is_sent(request) else shut
    meant = [pk for pk in chosen if pk not in left_out]
    form = form_class(*sent, user=request.user, subject=_seen(admin, request, meant), query=request.GET)
    if answered := acting.asked_beside(request, form):
        return answered
    status = 200
    undone: dict[int, tuple[Any, DomainError]] = {}
    if acting.is_sent(request):
        try:
            done = many.run(told, admin.visible(request.user), chosen, request.user, acting.values_of(form))
        except (DomainError, ValidationError) as error:
            undone = getattr(error, "refused", {})
            status = acting.refused(request, form, error)
        else:
            messages.success(request, _said(admin, told, done))
            return HttpResponseRedirect(_back(admin, request))
    context = {
        **admin.admin_site.each_context(request),
        "title": told.label,
        "verb": told,
        "form": form,
        "multipart": form.is_multipart(),
        "back": _back(admin, request),
        "list_name": admin.model._meta.verbose_name_plural,
        "rows": _shown(admin, request, chosen, ruled_out | undone, shut),
        "refused": bool(ruled_out or undone),
        "undone": bool(undone),
        "able": len(shut) < len(chosen),
        "register": admin,
    }
    template = admin.many_templates.get(name, "backoffice/many.html")
    return TemplateResponse(request, template, context, status=status)


def _seen(admin: Any, request: HttpRequest, chosen: Iterable[int]) -> list[Any]:
    """Those of the chosen rows that are in scope, in their order."""
    found = admin.visible(request.user).select_related(*admin.related).in_bulk(list(chosen))
    return [found[pk] for pk in chosen if pk in found]


def _said(admin: Any, told: acts.Act, done: list[Any]) -> str:
    """That it was done; of papers that were made, where all of them are printed together."""
    words_ = ngettext("%(n)s baris: %(done)s", "%(n)s baris: %(done)s", len(done))
    said = words_ % {"n": words.thousands(len(done)), "done": told.done}
    made = admin.admin_site._registry.get(told.made)
    if made is None or made is admin:
        return said
    rows = "&".join(f"{ROW}={each.pk}" for each in done)
    printed = [
        (f"{reverse(f'admin:{made._name}_papers', args=[each.name])}?{rows}", _printing(each)) for each in made.printed
    ]
    return format_html("{}{}", said, format_html_join("", ' <a class="g-link" href="{}">{}</a>', printed))


def _printing(printed: Printed) -> str:
    return gettext("Cetak %(paper)s") % {"paper": _lowered(printed.title)}


def print_all(admin: Any, request: HttpRequest, name: str) -> HttpResponseBase:
    """The same paper of all chosen rows, as one file."""
    printed = next((each for each in admin.printed if each.name == name), None)
    if printed is None or request.method not in ("GET", "HEAD"):
        raise Http404
    chosen = _chosen(request)
    if not chosen:
        return _nothing(admin, request)
    found = admin.visible(request.user).in_bulk(list(chosen))
    missing = [pk for pk in chosen if pk not in found or not printed.may(request.user, found[pk])]
    if missing:
        told = _("Tidak ada yang dicetak. Tidak ditemukan: %(rows)s") % {"rows": ", ".join(map(str, missing))}
        messages.error(request, told)
        return HttpResponseRedirect(_back(admin, request))
    return printed.answer_all([found[pk] for pk in chosen], request.user)


def _chosen(request: HttpRequest) -> dict[int, int | None]:
    """The rows that were ticked, by id, with the version shown of each."""
    sent = request.POST if request.method == "POST" else request.GET
    rows = sent.getlist(ROW)
    if len(rows) > MOST_LINES:
        raise BadRequest
    found: dict[int, int | None] = {}
    for each in rows:
        pk, _dot, version = each[:LONGEST_ROW].partition(".")
        known = parse_id(pk)
        if known is None or (version and parse_id(version) is None):
            raise BadRequest
        found[known] = parse_id(version) if version else None
    return found


def _nothing(admin: Any, request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("Centang dahulu baris yang dimaksud."))
    return HttpResponseRedirect(_back(admin, request))


def _back(admin: Any, request: HttpRequest) -> str:
    """The list from which one came."""
    queue = queues.queue_in(request, admin.model)
    return admin.list_address() + (queue.query if queue else "")


def _shown(
    admin: Any, request: HttpRequest, chosen: dict[int, int | None], refused: dict[int, tuple[Any, DomainError]],
    shut: Collection[int],
) -> list[dict[str, Any]]:  # fmt: skip
    """The chosen rows as the list shows them; what rules one out, and who did what to it when. That one is unticked,
    and cannot be ticked again where it is among ``shut``."""
    rows = admin.annotated(admin.visible(request.user)).select_related(*admin.related)
    found = rows.filter(pk__in=list(chosen)).in_bulk() if chosen else {}
    admin.prepare(request, list(found.values()))
    shown = []
    for pk, version in chosen.items():
        thing, (_thing, refusal) = found.get(pk), refused.get(pk, (None, None))
        now = getattr(thing, "version", version)
        shown.append({
            "thing": thing, "value": f"{pk}.{now if refusal else version or now}", "pk": pk,
            "ticked": refusal is None, "shut": pk in shut,
            "name": admin.called(thing) if thing else _("Baris %(n)s") % {"n": pk},
            "refusal": told_of(refusal, thing, request.user) if refusal else "",
        })  # fmt: skip
    return shown
