"""OpenAPI 3.1 from the same declarations that the views run on: shapes, filters, inputs."""

from __future__ import annotations

from typing import Any

import uritemplate
from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, get_lib_doc_excludes
from rest_framework import serializers

from api import paging
from api.acts import JSON, Call, Spec
from api.columns import parameters_of
from api.fields import Input, Nothing
from api.problems import CONTENT_TYPE
from api.resource import Resource
from api.shapes import INTEGER, LINK_SCHEMA, STRING, URI, Schema, Shape, nullable

FORM = "multipart/form-data"
PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457 problem details.",
    "properties": {
        "type": STRING,
        "title": STRING,
        "status": INTEGER,
        "detail": STRING,
        "code": STRING,
        "request_id": STRING,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": STRING, "code": STRING, "detail": STRING},
                "required": ["field", "code", "detail"],
            },
        },
    },
    "required": ["type", "title", "status", "detail", "code", "request_id", "errors"],
    "examples": [
        {
            "type": "about:blank",
            "title": "Permintaan tidak dapat diterima",
            "status": 400,
            "detail": "Ada isian yang perlu diperbaiki.",
            "code": "invalid",
            "request_id": "5f0c8a",
            "errors": [{"field": "lines.0.quantity", "code": "min_value", "detail": "Nilai paling kecil 1."}],
        }
    ],
}
REFUSALS = {
    400: "The input is wrong, or a parameter or field is unknown; each is named in `errors`.",
    401: "Not signed in: no token or session, or one that is no longer good.",
    403: "Seen, but not for this caller's roles.",
    404: "There is no such object in the caller's scope.",
    405: "This object does not take this method: what has been published is not deleted.",
    406: "Only JSON is answered here.",
    409: "The present state rules this out, or somebody was faster.",
    412: "Changed since the version named in `If-Match`.",
    413: "The body is too large.",
    414: "The address is too long.",
    415: "The body's type is not supported.",
    422: "The `Idempotency-Key` was used with other content.",
    429: "Too many attempts; see `Retry-After`.",
    503: "The database cannot be reached at the moment; see `Retry-After`.",
}
READING = (400, 401, 403, 404, 406, 414, 503)
WRITING = (400, 401, 403, 404, 405, 406, 409, 412, 413, 414, 415, 422, 429, 503)


class Operation(AutoSchema):
    """One operation, described from its handler's ``act`` or ``spec``, or from what its resource declares."""

    def get_operation_id(self) -> str:
        tokens = [token.replace("-", "_") for token in self._tokenize_path()]
        name = getattr(self.view, "action", None) or self.method.lower()
        return "_".join([*tokens, name] if tokens[-1:] != [name] else tokens)

    def get_tags(self) -> list[str]:
        return self._tokenize_path()[:1]

    def _get_parameters(self) -> list[Schema]:
        found = [
            {"name": name, "in": "path", "required": True, "schema": {**INTEGER, "format": "int64", "minimum": 1}}
            for name in sorted(uritemplate.variables(self.path))
        ]
        found += [
            {"name": name, "in": "query", "schema": schema, **_comma_separated(schema)}
            for name, schema in sorted(self._query().items())
        ]
        found += [{"name": name, "in": "header", "schema": STRING} for name in self._headers()]
        return [self._shared(each) for each in found]

    def _shared(self, parameter: Schema) -> Schema:
        """A reference to the parameter; itself when another one already bears its name."""
        name = f"{parameter['in']}.{parameter['name']}"
        known = self._named(name, parameter, ResolvedComponent.PARAMETER)
        return known if self.registry[(name, ResolvedComponent.PARAMETER)].schema == parameter else parameter

    def _get_request_body(self, direction: str = "request") -> Schema | None:
        form = self._spec().input
        if self.method not in ("POST", "PATCH") or form is Nothing:
            return None
        serializer = form(partial=self.method == "PATCH")
        media_types = _media_types(serializer)
        schema = self.resolve_serializer(serializer, "request").ref
        body: Schema = {"content": {each: {"schema": schema} for each in media_types}}
        if self.method == "POST" and any(each.required for each in serializer.fields.values()):
            body["required"] = True
        return body

    def _get_response_bodies(self, direction: str = "response") -> Schema:
        spec = self._spec()
        success: Schema = {"description": "Done."}
        if spec.answer is not None:
            schema = self._component(spec.answer) if isinstance(spec.answer, Shape) else spec.answer
            success["content"] = {JSON: {"schema": _listed(spec, schema)}}
        elif spec.files:
            kinds = [each.partition(";")[0] for each in spec.files]
            success["content"] = {kind: {"schema": {**STRING, "contentMediaType": kind}} for kind in kinds}
        self._named("Link", LINK_SCHEMA)
        codes = READING if self.method == "GET" else WRITING
        return {str(spec.status): success} | {str(code): self._refusal(code) for code in codes}

    def _refusal(self, code: int) -> Schema:
        problem = {CONTENT_TYPE: {"schema": self._named("Problem", PROBLEM)}}
        answer = {"description": REFUSALS[code], "content": problem}
        return self._named(f"Refused{code}", answer, ResolvedComponent.RESPONSE)

    def _handler(self) -> Any:
        return getattr(self.view, getattr(self.view, "action", None) or self.method.lower())

    def _spec(self) -> Spec:
        handler = self._handler()
        view: Any = self.view
        if hasattr(handler, "spec"):
            return handler.spec
        act: Call | None = getattr(handler, "act", None)
        if act is not None and act.many:
            return Spec((act.shown_by or view).row, act.status, act.input, together=True)
        if act is not None:
            return Spec(None if act.status == 204 else (act.shown_by or view).full, act.status, act.input)
        if view.action == "list":
            return Spec(view.row, many=True, listing=view.listing)
        return Spec(view.full)

    def _query(self) -> dict[str, Schema]:
        spec, view = self._spec(), self.view
        found: dict[str, Schema] = {}
        if spec.listing:
            found |= {
                "limit": {**INTEGER, "minimum": 1, "maximum": paging.MAX_LIMIT, "default": paging.DEFAULT_LIMIT},
                "offset": {**INTEGER, "minimum": 0},
                "cursor": {**STRING, "description": "Empty to start; then taken from `next`."},
                "ordering": {**STRING, "description": f"Of: {', '.join(spec.listing.ordering)}; `-` reverses."},
                **parameters_of(spec.listing),
            }
        if isinstance(view, Resource) and self.method == "GET" and not hasattr(self._handler(), "spec"):
            found |= view.extra_parameters
        return found

    def _headers(self) -> list[str]:
        act: Call | None = getattr(self._handler(), "act", None)
        keyed = ["Idempotency-Key"] if self.method == "POST" and act is not None and act.idempotent else []
        return keyed + (["If-Match"] if act is not None and "{id}" in self.path else [])

    def _component(self, shape: Shape) -> Schema:
        for each in shape.nested():
            self._component(each)
        return self._named(shape.name, shape.schema())

    def _named(self, name: str, schema: Schema, kind: str = ResolvedComponent.SCHEMA) -> Schema:
        component = ResolvedComponent(name=name, type=kind, object=name, schema=schema)
        self.registry.register_on_missing(component)
        return component.ref


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "api.authentication.BearerToken"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> Schema:
        return {"type": "http", "scheme": "bearer", "description": "`gw_…`, from `auth/token/` or `tokens/`."}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "api.authentication.SessionCookie"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> Schema:
        return {"type": "apiKey", "in": "cookie", "name": "gawai_session", "description": "With `X-CSRFToken`."}


class RelatedField(OpenApiSerializerFieldExtension):
    target_class = "api.fields.Related"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Schema:
        return {**INTEGER, "format": "int64", "minimum": 1, "description": "Id of an object in the caller's scope."}


class AnswersInput(OpenApiSerializerExtension):
    target_class = "api.resources.imports.AnswersInput"

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> Schema:
        return {"type": "object", "minProperties": 1, "additionalProperties": STRING}


def _listed(spec: Spec, row: Schema) -> Schema:
    if spec.together:
        return {"type": "object", "properties": {"results": {"type": "array", "items": row}}, "required": ["results"]}
    return _page(row) if spec.many else row


def _page(row: Schema) -> Schema:
    address = nullable(URI)
    return {
        "type": "object",
        "properties": {
            "count": INTEGER,
            "next": address,
            "previous": address,
            "results": {"type": "array", "items": row},
        },
        "required": ["next", "previous", "results"],
    }


def undescribed() -> list[type[Any]]:
    """The classes whose docstrings are for who reads the code: theirs, and all above them, describe no schema."""
    return [Input, *get_lib_doc_excludes()]


def only_v1(endpoints: list[Any], **kwargs: Any) -> list[Any]:
    return [each for each in endpoints if each[0].startswith("/api/v1/")]


def _media_types(serializer: serializers.Serializer) -> list[str]:
    """A form when there is a file to send, JSON when there need not be."""
    fields = [getattr(each, "child", each) for each in serializer.fields.values()]
    needed = [each.required for each in fields if isinstance(each, serializers.FileField)]
    return [*([] if any(needed) else [JSON]), *([FORM] if needed else [])]


def _comma_separated(schema: Schema) -> Schema:
    return {"style": "form", "explode": False} if schema.get("type") == "array" else {}
