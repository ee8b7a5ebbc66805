"""The base of every register: scoped lists, read-only object pages, and verbs as the only way to change anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Model, QuerySet
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from backoffice import acting, exporting, filters, many, printing, queues, readings
from backoffice.columns import facts_of
from backoffice.forms import VerbForm, form_for
from backoffice.list_page import ListPage
from backoffice.returning import keeps_form
from backoffice.verbs import PLAIN, TONES, Button, Creation
from core import acts, security
from core.errors import Missing, NotAllowed
from core.files import download_response
from core.lists import Listing
from core.permits import Permits, actions
from core.searching import search
from documents.papers.printed import PRINTED, Printed
from documents.reports.offered import kind_of
from wording.timeline import story_of

A = TypeVar("A", bound="BaseAdmin")


class BaseAdmin(ModelAdmin):
    """Rights come from ``permits`` and ``creation``, the rules the verbs ask; Django's permissions play no part."""

    actions = None
    list_per_page = 25
    list_max_show_all = 0
    show_full_result_count = False
    list_display_links = None
    sortable_by: Any = None
    list_filter: Any = ()

    permits: ClassVar[Permits] = {}
    buttons: ClassVar[tuple[Button, ...]] = ()
    creation: ClassVar[Creation | None] = None
    verbs: ClassVar[Mapping[str, Callable[..., Any]]] = {}
    creates: ClassVar[Callable[..., Any] | None] = None
    forms: ClassVar[Mapping[str, type[VerbForm]]] = {}
    tones: ClassVar[Mapping[str, str]] = {}
    templates: ClassVar[Mapping[str, str]] = {}
    many_forms: ClassVar[Mapping[str, type[VerbForm]]] = {}
    many_templates: ClassVar[Mapping[str, str]] = {}
    listing: ClassVar[Listing | None] = None
    related: ClassVar[tuple[str, ...]] = ()
    object_template: ClassVar[str] = "backoffice/object.html"
    usual: ClassVar[Mapping[str, str]] = {}
    workbook_kind: ClassVar[str] = ""
    workbook_label: ClassVar[Any] = ""
    files: ClassVar[tuple[str, ...]] = ()
    readings: ClassVar[tuple[readings.Reading, ...]] = ()
    intro: ClassVar[Any] = ""
    nothing: ClassVar[Any] = _("Belum ada data di sini.")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Give each verb of the domain its button and page; first those of weight, last those that end something.

        What only the page says stands under the verb's name in ``forms``, ``tones`` and ``templates``; of an act over
        many in ``many_forms``, whose ``subject`` are the rows chosen, and ``many_templates``.
        """
        super().__init_subclass__(**kwargs)
        drawn = sorted((cls._button(each) for each in cls.verbs.values()), key=lambda button: TONES.index(button.tone))
        cls.buttons = (*cls.buttons, *drawn)
        cls.permits = {**acts.permits(cls.verbs), **cls.permits}
        if cls.creates is not None:
            made, who = cls._button(cls.creates), acts.of(cls.creates).permit.who
            cls.creation = Creation(
                made.label, made.explain, made.done, lambda user: who(user, None), made.run, made.form, made.template
            )

    @classmethod
    def _button(cls, verb: Callable[..., Any]) -> Button:
        told = acts.of(verb)
        return Button(
            told.name,
            told.label,
            told.explain,
            told.done,
            verb,
            cls.forms.get(told.name) or form_for(verb),
            cls.tones.get(told.name, PLAIN),
            cls.templates.get(told.name, Button.template),
            leaves=told.name == "delete",
        )

    @property
    def search_fields(self) -> Any:  # type: ignore[override]
        return self.listing.search if self.listing else ()

    # Scope

    def visible(self, user: Any) -> QuerySet:
        """Every row this user may read."""
        return self.model.objects.visible_to(user)

    def annotated(self, queryset: QuerySet) -> QuerySet:
        """Adds the derived columns that the list shows and filters by."""
        return self.listing.derived(queryset, {}) if self.listing else queryset

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return (
            self.annotated(self.visible(request.user))
            .select_related(*self.related)
            .order_by(*self.get_ordering(request))
        )

    def get_ordering(self, request: HttpRequest) -> Any:
        """In a queue what is overdue first, then what has waited longest."""
        if queue := queues.queue_in(request, self.model):
            return queue.order
        return self.ordering or self.model._meta.ordering or ("-pk",)

    def find(self, request: HttpRequest, pk: int) -> Any:
        """The row, or ``Missing`` when there is none in this person's scope."""
        visible = self.annotated(self.visible(request.user)).select_related(*self.related)
        found = visible.filter(pk=pk).first()
        if found is None:
            raise Missing("not_found", _("Tidak ditemukan."))
        return found

    # Rights, as the rules have them

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def may_read(self, user: Any) -> bool:
        """Whether this register is for the user at all; which rows is for ``visible``."""
        return user.acts

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_authenticated and self.may_read(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if self.creation is None:
            return False
        try:
            self.creation.who(request.user)
        except NotAllowed:
            return False
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and "change" in self.actions_of(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and "delete" in self.actions_of(request.user, obj)

    def actions_of(self, user: Any, obj: Any) -> list[str]:
        """The verbs this user may do to the object now."""
        return actions({verb.name: self.permits[verb.name] for verb in self.buttons}, user, obj)

    # Lists

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        """Hang on the rows of one page what their columns show, in a fixed number of queries."""

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        return lookup in {each.parameter_name for each in self.list_filter}

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ListPage

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        return None

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return search(queryset, self.search_fields, filters.asked_words(search_term)), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD") or not set(request.GET) <= {*self.parameters(), filters.OFFER}:
            raise BadRequest
        filters.asked_words(request.GET.get("q", ""))
        if answered := filters.answer(self, request):
            return answered
        try:
            rows: Any = self.get_changelist_instance(request)
        except IncorrectLookupParameters as error:
            raise BadRequest from error
        page = request.GET.get("p", "1")
        if not rows.sorts(request.GET.get("o", "")):
            raise BadRequest
        if page != str(rows.page_num) or not 1 <= rows.page_num <= rows.paginator.num_pages:
            raise BadRequest
        sieved = [each for each in rows.filter_specs if each.value()]
        queue = queues.queue_in(request, self.model)
        context = {
            **self.admin_site.each_context(request),
            "title": self.list_title(request),
            "listed": rows,
            "register": self,
            "may_add": self.has_add_permission(request),
            "export_address": reverse(f"admin:{self._name}_export") if self.export_kind else "",
            "print_address": printing.address(self, rows) if self.export_kind else "",
            "sieved": bool(sieved),
            "queue": queue,
            "emptied": queue is not None and len(sieved) == 1 and not rows.query,
            "many": many.offered(self, request),
            "filtered": bool(rows.query or sieved),
            **self.list_extras(request, rows),
        }
        return TemplateResponse(request, printing.template_of(request), context)

    def parameters(self) -> set[str]:
        """Everything that may stand in the address of the list."""
        return {"q", "p", "o", *(each.parameter_name for each in self.list_filter)}

    def list_title(self, request: HttpRequest) -> Any:
        return self.model._meta.verbose_name_plural

    def list_extras(self, request: HttpRequest, rows: ChangeList) -> dict[str, Any]:
        return {}

    # One object

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """What the object's page shows: ``lead``, ``badge``, ``part``, ``tables``; ``facts`` that are no column;
        ``besides``: which events that do not touch it belong to its story all the same."""
        return {}

    def shown(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """What the object's page shows: the columns of its list first among its facts, and its files."""
        page = self.page(request, obj)
        return {
            "attached": [(self.file_label(obj, n), n) for n in self.files if getattr(obj, n)],
            **page,
            "facts": [*self.columns(request, obj), *page.get("facts", ())],
        }

    repeats = False
    """Whether the pages of its verbs show again what the object's page does: what somebody is about to decide."""

    def columns(self, request: HttpRequest, obj: Any) -> list[tuple[Any, Any]]:
        """The first facts of an object's page: the columns of its list that are ``On.PAGE``."""
        return facts_of(self.listing, obj) if self.listing else []

    def object_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        obj = self.find(request, pk)
        allowed = set(self.actions_of(request.user, obj)) if self.buttons else set()
        shown, queue = self.shown(request, obj), queues.queue_in(request)
        kept = queue.query if queue else ""
        context = {
            **self.admin_site.each_context(request),
            "title": str(obj),
            "thing": obj,
            "printed": self.papers_of(request.user, obj),
            "readings": self.readings_of(obj),
            "workbook_address": reverse(f"admin:{self._name}_workbook", args=[obj.pk]) if self.workbook_label else "",
            "register": self,
            "buttons": [(v, self.verb_address(obj, v.name) + kept) for v in self.buttons if v.name in allowed],
            "queue": queue,
            "following": queue and queues.following(self.admin_site, request, queue, obj),
            "story": story_of(obj, request.user, shown.get("besides")) if getattr(obj, "journal_type", "") else None,
            **shown,
        }
        return TemplateResponse(request, self.object_template, context)

    @keeps_form
    def many_view(self, request: HttpRequest, verb: str) -> HttpResponse:
        return many.act(self, request, verb)

    def print_many_view(self, request: HttpRequest, name: str) -> HttpResponseBase:
        return many.print_all(self, request, name)

    @keeps_form
    def act_view(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        return acting.act(self, request, pk, verb)

    @keeps_form
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return acting.create(self, request)

    def export_view(self, request: HttpRequest) -> HttpResponse:
        return exporting.export(self, request)

    @property
    def export_kind(self) -> str:
        """The name of the export of this list; empty where the register is no list."""
        return kind_of(self.listing) if self.listing else ""

    def printed_view(self, request: HttpRequest) -> HttpResponse:
        return printing.printed(self, request)

    def workbook_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return exporting.export_one(self, request, pk)

    def file_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
        """A file that hangs on an object, for who may read the object."""
        attached = getattr(self.find(request, pk), name, None) if name in self.files else None
        if attached is None:
            raise Http404
        security.log_request("file_read", request)
        return download_response(attached)

    def file_label(self, obj: Any, name: str) -> Any:
        return obj._meta.get_field(name).verbose_name

    def papers_of(self, user: Any, obj: Any) -> list[tuple[Any, str]]:
        """What of an object this user may print, and where."""
        return [(each.title, self.print_address(obj, each.name)) for each in self.printed if each.may(user, obj)]

    @property
    def printed(self) -> tuple[Printed, ...]:
        return PRINTED.get(self.model, ())

    def print_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
        """One of the papers of an object."""
        obj = self.find(request, pk)
        wanted = next((each for each in self.printed if each.name == name and each.may(request.user, obj)), None)
        if wanted is None or request.method not in ("GET", "HEAD"):
            raise Http404
        return wanted.answer(obj, request.user)

    def reading_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        return readings.show(self, request, pk, name)

    def readings_of(self, obj: Any) -> list[tuple[Any, str]]:
        """What is read off an object on a page of its own, and where."""
        return [(each.label, self.reading_address(obj, each.name)) for each in self.readings]

    def called(self, obj: Any) -> str:
        """How a row is called in a few words, where it follows in a queue."""
        return str(obj)

    def initial(self, verb: Button, subject: Any) -> dict[str, Any]:
        """What the form of a verb begins with."""
        return {}

    def heading(self, verb: Button, subject: Any) -> Any:
        """What stands above the page of a verb."""
        return verb.label

    def beside(self, verb: Button | Creation, subject: Any, form: Any) -> Mapping[str, Any]:
        """What the page of a verb shows beside its form."""
        return {}

    def done(self, making: Creation, made: Any) -> Any:
        """What is said once something was made."""
        return making.done

    def after(self, verb: Button, subject: Any, result: Any) -> str:
        """Where a verb leads: to its object's page, or to the list when that is gone."""
        return self.list_address() if verb.leaves else self.address(subject)

    # Addresses

    @property
    def media(self) -> Media:
        return Media()

    def register_urls(self) -> tuple[list[Any], None, None]:
        name = f"{self.model._meta.app_label}_{self.model._meta.model_name}"

        def guarded(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        urls: list[Any] = [
            path("", guarded(self.changelist_view), name=f"{name}_changelist"),
            path("<int:pk>/change/", guarded(self.object_page), name=f"{name}_change"),
        ]
        if self.creation:
            urls.append(path("add/", guarded(self.add_view), name=f"{name}_add"))
        if self.workbook_label:
            urls.append(path("<int:pk>/export/", guarded(self.workbook_view), name=f"{name}_workbook"))
        if self.export_kind:
            urls.append(path("export/", guarded(self.export_view), name=f"{name}_export"))
            urls.append(path("printed/", guarded(self.printed_view), name=f"{name}_printed"))
        if self.files:
            urls.append(path("<int:pk>/file/<slug:name>/", guarded(self.file_view), name=f"{name}_file"))
        if self.printed:
            urls.append(path("<int:pk>/print/<slug:name>/", guarded(self.print_view), name=f"{name}_print"))
            urls.append(path("print/<slug:name>/", guarded(self.print_many_view), name=f"{name}_papers"))
        if self.readings:
            urls.append(path("<int:pk>/read/<slug:name>/", guarded(self.reading_view), name=f"{name}_read"))
        if any(acts.of(each).many for each in self.verbs.values()):
            urls.append(path("many/<slug:verb>/", guarded(self.many_view), name=f"{name}_many"))
        if self.buttons:
            urls.append(path("<int:pk>/do/<slug:verb>/", guarded(self.act_view), name=f"{name}_act"))
        return urls, None, None

    def list_address(self) -> str:
        return reverse(f"admin:{self._name}_changelist")

    def add_address(self) -> str:
        return reverse(f"admin:{self._name}_add")

    def address(self, obj: Model) -> str:
        return address_of(obj)

    def verb_address(self, obj: Model, verb: str) -> str:
        return reverse(f"admin:{self._name}_act", args=[obj.pk, verb])

    def print_address(self, obj: Model, name: str) -> str:
        return reverse(f"admin:{self._name}_print", args=[obj.pk, name])

    def reading_address(self, obj: Model, name: str) -> str:
        return reverse(f"admin:{self._name}_read", args=[obj.pk, name])

    @property
    def _name(self) -> str:
        return f"{self.model._meta.app_label}_{self.model._meta.model_name}"


def address_of(obj: Model) -> str:
    """The page of any object that has one."""
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def linked(obj: Model, text: Any = None) -> str:
    """The name of an object, leading to its page."""
    return format_html('<a class="g-link" href="{}">{}</a>', address_of(obj), str(obj) if text is None else text)


REGISTERS: dict[type[Model], type[BaseAdmin]] = {}


def shows(model: type[Model]) -> Callable[[type[A]], type[A]]:
    """Make a class the register of ``model`` on the site."""

    def register(shown: type[A]) -> type[A]:
        if model in queues.MODELS.values():
            shown.list_filter = (queues.QueueFilter, *shown.list_filter)
        REGISTERS[model] = shown
        return shown

    return register
