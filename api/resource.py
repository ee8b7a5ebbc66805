"""The base of every resource. A resource declares what it shows and who may do what; the order of checks is here.

Signed in (401), the object in scope (404), may act at all (403), input (400), unchanged since read (412), and then the
verb of the domain, which refuses what its state forbids (409).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache, wraps
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Model, QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSetMixin

from api import events, idempotency, paging
from api.acts import Call, answers, input_of, input_of_many, runs
from api.fields import Input, store_files
from api.models import Answer
from api.parsing import plain
from api.shapes import JsonRow, Schema, Shape
from core import acts, clock, files, many, security
from core.errors import DomainError, Missing, NotAllowed, Stale
from core.lists import Listing
from core.models import Registered
from core.permits import Permits, actions
from core.prepared import RowsOfIds
from core.searching import Values
from core.strict import check_parameters, parse_id
from core.transactions import fresh, writing
from documents.papers.printed import PRINTED, Printed
from org.models import Token
from wording.lists import EVENTS

API = "/api/v1/"
# Verbs whose handler has another name: DRF's, or since every resource has something of that name.
HANDLERS = {"change": "partial_update", "delete": "destroy", "object": "object_to"}


def base_address() -> str:
    """Where the API is for the outside, ending in a slash."""
    return f"{settings.BASE_URL}{API}"


class FileRenderer(JSONRenderer):
    """For answers that are files: any ``Accept`` will do. Refusals are still JSON."""

    media_type = "*/*"


class Base(APIView):
    """What all views of the API share."""

    http_method_names = ["get", "head", "post", "patch", "delete"]
    open_to_all: ClassVar[bool] = False
    only_computes: ClassVar[bool] = False  # a POST that changes nothing is one for tokens that only read, too
    format_kwarg = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.perform_authentication(request)
        if not self.open_to_all and not request.user.is_authenticated:
            raise NotAuthenticated(_("Masuk dahulu, atau kirim token."))
        try:
            self.find()
        except Missing:
            if not self.is_repeated():
                raise
        writes = request.method not in ("GET", "HEAD") and not self.only_computes
        if writes and self.only_reads:
            raise NotAllowed("read_only_token", _("Token ini hanya untuk membaca."))
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)

    @property
    def only_reads(self) -> bool:
        """Whether the caller's token lets nothing be written."""
        return isinstance(self.request.auth, Token) and self.request.auth.scope != Token.Scope.WRITE

    def find(self) -> None:
        """Look up what the address names; ``Missing`` when the caller cannot see it."""

    def is_repeated(self) -> bool:
        """Whether this call repeats one whose own act took the object out of the caller's sight."""
        return False

    def body(self, form: type[Input]) -> Any:
        """What was sent, as plain values. 400, 413 or 415 when it cannot be read."""
        fields = form().fields
        lists = [name for name, field in fields.items() if isinstance(field, serializers.ListField)]
        nested = [n for n, f in fields.items() if isinstance(f, (serializers.BaseSerializer, serializers.DictField))]
        return plain(self.request.data, lists, nested)

    def validated(self, form: type[Input], data: Any, *, partial: bool = False) -> dict[str, Any]:
        serializer = form(data=data, partial=partial, context={"user": self.request.user})
        serializer.is_valid(raise_exception=True)
        return store_files(serializer, serializer.validated_data, self.request.user)


class Resource(ViewSetMixin, Base):
    """A list of one kind of object and the verbs on each."""

    lookup_url_kwarg = "id"
    lookup_value_regex = "[^/]+"

    path: ClassVar[str]
    row: ClassVar[Shape]
    full: ClassVar[Shape]
    listing: ClassVar[Listing]
    default_ordering: ClassVar[str] = "id"
    extra_parameters: ClassVar[dict[str, Schema]] = {}
    related: ClassVar[tuple[str, ...]] = ()

    permits: ClassVar[Permits] = {}
    verbs: ClassVar[Mapping[str, Callable[..., Any]]] = {}
    creates: ClassVar[Callable[..., Any] | None] = None
    inputs: ClassVar[Mapping[str, type[Input]]] = {}
    many_inputs: ClassVar[Mapping[str, type[Input]]] = {}
    asked: ClassVar[Mapping[type[Model], type[Resource]]] = {}

    object: Any = None
    create: ClassVar[Callable[..., Any]]
    partial_update: ClassVar[Callable[..., Any]]
    destroy: ClassVar[Callable[..., Any]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Give each verb of the domain and each paper printed of a row its handler.

        ``inputs``, ``many_inputs``: what is sent where the verb cannot say it, to one or to many. ``asked``: who shows
        what a verb makes of another kind.
        """
        super().__init_subclass__(**kwargs)
        if cls.creates is not None and "create" not in vars(cls):
            cls.create = performs("create", _act(cls, cls.creates, 201))
        for name, verb in cls.verbs.items():
            attribute = HANDLERS.get(name, name.replace("-", "_"))
            call = _act(cls, verb, 204 if name == "delete" else 200)
            if attribute in vars(cls):  # the class has its own handler, which performs this
                vars(cls)[attribute].act = call
            else:
                handler, extra = performs(attribute, call), name not in ("change", "delete")
                made = action(detail=True, methods=["post"], url_path=name)(handler) if extra else handler
                setattr(cls, attribute, made)
            if acts.of(verb).many and not issubclass(cls, Under):
                setattr(cls, f"many_{attribute}", action(detail=False, methods=["post"], url_path=f"many/{name}")(
                    performs_many(f"many_{attribute}", cls, verb)))  # fmt: skip
        cls.permits = {**acts.permits(cls.verbs), **cls.permits}
        for each in PRINTED.get(cls.listing.model, ()) if hasattr(cls, "listing") else ():
            setattr(cls, each.name.replace("-", "_"), prints(each))

    def source(self) -> Any:
        """All rows of this kind."""
        return self.listing.model._default_manager.all()

    def visible(self) -> QuerySet:
        """The rows in the caller's scope."""
        return self.source().visible_to(self.request.user)

    def annotated(self, queryset: QuerySet) -> QuerySet:
        """Adds the derived columns that the shapes show."""
        return self.listing.derived(queryset, self.reader)

    @property
    def reader(self) -> Values:
        """What the derived columns depend on of the caller."""
        return self.listing.reader(self.request.user)

    @property
    def subject(self) -> Any:
        """What a verb acts on: the object, or what a new one is created under; None at the top."""
        return self.object

    def finish(self, rows: list[JsonRow]) -> None:
        """Fill in what no column holds, in place; for one row as for a page."""

    def actions_of(self, instance: Any, row: JsonRow) -> list[str]:
        """The verbs the caller may do to ``instance`` now; ``row`` is what was read of it."""
        return actions(self.permits, self.request.user, instance)

    # Reading

    def find(self) -> None:
        if self.lookup_url_kwarg in self.kwargs:
            pk = parse_id(self.kwargs[self.lookup_url_kwarg])
            self.object = self.visible().select_related(*self.related).filter(pk=pk).first() if pk else None
            if self.object is None:
                raise Missing("not_found", _("Tidak ditemukan."))

    def list(self, request: Request, **kwargs: Any) -> Response:
        return Response(self.page_of(self.selected(request.query_params)))

    def selected(self, params: QueryDict, queryset: QuerySet | None = None) -> QuerySet:
        """The rows in the caller's scope that the query parameters choose."""
        visible = self.visible() if queryset is None else queryset
        values = self.listing.read(params, [*paging.PARAMETERS, *self.extra_parameters])
        return self.listing.select(visible, {**self.reader, **values})

    def complete(self, queryset: QuerySet) -> QuerySet:
        """``queryset`` with the derived columns, unless it has them already."""
        return queryset if queryset.query.annotations else self.annotated(queryset)

    def page_of(self, queryset: QuerySet) -> JsonRow:
        wanted = self.request.query_params.get("ordering") or self.default_ordering
        keys = paging.keys_of(queryset.model, wanted, self.listing.ordering)
        if not paging.stored(queryset.model, keys):
            queryset = self.complete(queryset)
        answer = paging.page(self.request, queryset, self.row, keys, base_address(), self.rows_of)
        self.finish(answer["results"])
        return answer

    def rows_of(self, ids: Sequence[int]) -> RowsOfIds:
        """The rows of these ids, which were found in the caller's scope, with all columns."""
        return RowsOfIds(self._complete_source, ids, given=(self.depends_on(),))

    def _complete_source(self, _depends_on: Hashable) -> QuerySet:
        return self.annotated(self.source())

    def depends_on(self) -> Hashable:
        """What ``annotated`` puts into its query besides the rows themselves."""
        return clock.today(), *self.reader.values()

    def shape_of_one(self, instance: Any) -> Shape:
        """``full``, unless the call or what hangs on ``instance`` asks for another."""
        return self.full

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        check_parameters(request.query_params, self.extra_parameters)
        return self.shown(self.object)

    def shown(self, instance: Any, status: int = 200) -> Response:
        """The detail shape of ``instance`` with its actions and ``ETag``."""
        [row] = self.shape_of_one(instance).rows(self.rows_of([instance.pk]), base_address())
        self.finish([row])
        if "actions" in self.full.fields:
            row["actions"] = [] if self.only_reads else self.actions_of(instance, row)
        response = Response(row, status=status)
        if "version" in row:
            response["ETag"] = etag(instance, row["version"])
        if status == 201:
            response["Location"] = row["url"]
        return response

    def shown_together(self, ids: Sequence[int], status: int) -> Response:
        """The rows of these ids, in this order."""
        rows = sorted(self.row.rows(self.rows_of(ids), base_address()), key=lambda row: ids.index(row["id"]))
        self.finish(rows)
        return Response({"results": rows}, status=status)

    # Acting

    def is_repeated(self) -> bool:
        return idempotency.taken_out_of_sight(self.request) is not None

    def replay(self, act: Call, kept: Answer, content: str) -> HttpResponse:
        """The kept answer, to who may still read what it shows; of what its own act took out of sight it shows no more
        than id and number. The verb's permit is not asked again. ``Missing`` otherwise."""
        shown, reader = json.loads(kept.body), self.shower(act) if act.many else self
        if not kept.out_of_sight and not all(reader.sees(each.get("id")) for each in shown.get("results", [shown])):
            raise Missing("not_found", _("Tidak ditemukan."))
        return idempotency.replay(kept, content)

    def shower(self, act: Call) -> Resource:
        """Who shows what an act makes."""
        return act.shown_by(request=self.request, kwargs=self.kwargs) if act.shown_by else self

    def sees(self, pk: Any) -> bool:
        """Whether the caller still sees what was answered. What hangs on the object is seen with it."""
        return self.object is not None or self.visible().filter(pk=pk).exists()

    def perform(self, act: Call) -> HttpResponse:
        request = self.request
        key = idempotency.key_of(request) if act.idempotent else ""
        kept = idempotency.find(request, key) if key else None
        if kept:
            return self.replay(act, kept, idempotency.fingerprint(self.body(act.input)))
        act.who(request.user, self.subject)
        check_parameters(request.query_params, ())
        data = self.body(act.input)
        fields = self.validated(act.input, data, partial=request.method == "PATCH")
        content = idempotency.fingerprint(data) if key else ""
        try:
            with writing():
                self.check_if_match()
                done = self.carry_out(act, fields)
                if key:
                    response = self.answer(act, done)
                    gone = self.object is not None and not self.sees_still()
                    idempotency.keep(request, key, content, response, out_of_sight=gone)
        except (DomainError, ValidationError, IntegrityError):
            kept = idempotency.find(request, key) if key else None
            if kept is None:
                raise
            return self.replay(act, kept, content)
        return response if key else self.answer(act, done)  # the next writer need not wait for an answer

    def sees_still(self) -> bool:
        """Whether the object is in the caller's scope after the act too."""
        return self.visible().filter(pk=self.object.pk).exists()

    def carry_out(self, act: Call, fields: dict[str, Any]) -> Any:
        """Run the verb; returns what it returns."""
        if act.many:
            chosen = {each["id"]: each.get("version") for each in fields.pop("rows")}
            return many.run(acts.of(act.run), self.visible(), chosen, self.request.user, fields)
        subject = [] if self.subject is None else [self.subject]
        return act.run(*subject, actor=self.request.user, **fields)

    def answer(self, act: Call, done: Any) -> Response:
        """What the caller is told: the object as it is after the verb."""
        if act.status == 204:
            return Response(status=204)
        if act.many:
            return self.shower(act).shown_together([each.pk for each in done], act.status)
        if act.shown_by:
            return self.shower(act).shown(done, act.status)
        return self.shown(
            done if isinstance(done, self.source().model) else fresh(self.object, *self.related), act.status
        )

    def check_if_match(self) -> None:
        """``Stale`` when the caller names a version that is no longer the present one. Call inside ``writing()``."""
        wanted = self.request.META.get("HTTP_IF_MATCH", "").strip()
        if not wanted or wanted == "*" or self.object is None:
            return
        present = None  # what has no versions has none that the caller could have read
        if isinstance(self.object, Registered):
            model = type(self.object)
            version = model._base_manager.filter(pk=self.object.pk).values_list("version", flat=True).first()
            present = etag(self.object, version or 0)
        if present not in [each.strip() for each in wanted.split(",")]:
            raise Stale("stale", _("Sudah berubah sejak Anda membacanya. Muat ulang dahulu."))


def _act(resource: type[Resource], verb: Callable[..., Any], status: int) -> Call:
    told = acts.of(verb)
    shown_by = resource.asked.get(told.made)
    form = resource.inputs.get(told.name) or _input_of(verb)
    return Call(verb, told.permit.who, form, status=201 if shown_by else status, shown_by=shown_by)


_input_of = cache(input_of)  # a verb of an abstract base stands in several resources and takes the same in each


def performs(name: str, act: Call) -> Any:
    """The handler of that name: it performs ``act``."""

    @runs(act)
    def handler(self: Resource, request: Request, **kwargs: Any) -> HttpResponse:
        return self.perform(act)

    handler.__name__, handler.__doc__ = name, act.run.__doc__
    return handler


def _whoever(_user: Any, _nothing: None) -> None:
    """Of an act over many each row is asked."""


def performs_many(name: str, resource: type[Resource], verb: Callable[..., Any]) -> Any:
    """The handler that does ``verb`` to several rows at once; who may is asked of each."""
    told = acts.of(verb)
    shown_by = resource.asked.get(told.made)
    form = resource.many_inputs.get(told.name) or input_of_many(verb)
    call = Call(verb, _whoever, form, status=201 if shown_by else 200, shown_by=shown_by, many=True)
    handler = performs(name, call)
    handler.__doc__ = f"{verb.__doc__}\n\nAll of the rows or none; each refusal is named in `errors`."
    return handler


class Under:
    """Mixin of resources whose rows hang on an object of ``parent``, in the column ``under``; who reads it reads them.

    The part of the path that names the object is called like the column.
    """

    parent: ClassVar[type[Resource]]
    under: ClassVar[str]
    request: Any
    kwargs: Any
    source: Any
    object: Any = None
    above: Any = None

    def visible(self) -> QuerySet:
        return self.source().filter(**{self.under: self.above})

    def find(self) -> None:
        parent = self.parent(request=self.request, kwargs={"id": self.kwargs[self.under]})
        parent.find()
        self.above = parent.object
        super().find()  # type: ignore[misc]

    @property
    def subject(self) -> Any:
        return self.object or self.above


class Told:
    """Mixin of resources whose objects have a history in the journal."""

    object: Any

    @action(detail=True, methods=["get"])
    @answers(events.EVENT, many=True, listing=EVENTS)
    def history(self, request: Request, **kwargs: Any) -> Response:
        """The events in which the object is subject or related, as far as the caller may see what they are about; of
        what happened to a device while others held it, day, kind and condition."""
        return Response(events.page(request, base_address(), of=self.object))


def etag(instance: Registered, version: int) -> str:
    return f'"{instance.journal_type}-{instance.pk}-{version}"'


def send_file(*media_types: str, small: bool = False) -> Callable[[Any], Any]:
    """A handler that returns an ``Attachment`` or None sends its file, for download only; the security log notes it.
    ``small``: the thumbnail, which is part of what shows it and not noted by itself."""

    def decorate(handler: Any) -> Any:
        @wraps(handler)
        def send(self: Resource, request: Request, **kwargs: Any) -> HttpResponseBase:
            check_parameters(request.query_params, ())
            attachment = handler(self, request, **kwargs)
            if attachment is None:
                raise Missing("not_found", _("Tidak ditemukan."))
            if small:
                return files.thumbnail_response(attachment)
            security.log_request("file_read", request)
            return files.download_response(attachment)

        return answers(None, files=media_types)(send)

    return decorate


def prints(printed: Printed) -> Any:
    """``GET {list}/{id}/{name}/``: a paper of the object as PDF."""

    def handler(self: Resource, request: Request, **kwargs: Any) -> HttpResponseBase:
        check_parameters(request.query_params, ())
        printed.who(request.user, self.object)
        return printed.answer(self.object, request.user)

    handler.__name__ = printed.name.replace("-", "_")
    handler.__doc__ = printed.render.__doc__
    described = answers(None, files=(files.PDF,))(handler)
    return action(detail=True, methods=["get"], url_path=printed.name, renderer_classes=[FileRenderer])(described)
