"""Name and password against a token; one's own tokens, and those of the accounts that one administers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.contrib.auth import authenticate
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response

from api import shapes
from api.acts import answers
from api.fields import Code, Input, Instant, Text
from api.resource import Base, Resource
from api.resources.reference import ACTIONS
from api.shapes import BOOLEAN, INTEGER, STRING, Field, Schema, Shape
from core import acts
from core.amounts import longest
from core.lists import Filter, Listing
from core.strict import check_parameters
from org import tokens
from org.lists import TOKENS
from org.models import Token, User


class Login(Input):
    username = Text(max_length=longest(User, "username"))
    password = serializers.CharField(max_length=1000, trim_whitespace=False)
    otp = Text(required=False, allow_blank=True, max_length=20)


class NewToken(Input):
    name = Text(max_length=longest(Token, "name"))
    scope = Code(choices=Token.Scope.choices, required=False)
    expires_at = Instant(required=False)


_ISSUED: Schema = {
    "type": "object",
    "properties": {
        "token": {**STRING, "description": "Shown this once."},
        "expires_at": shapes.INSTANT,
        "scope": {**STRING, "enum": Token.Scope.values},
    },
    "required": ["token", "expires_at", "scope"],
}


class Auth(Base):
    """Name and password against a token. Counted and refused like every other login.

    An account has at most 20 live tokens; one more takes the place of the one made here that was used longest ago.
    """

    authentication_classes = ()
    open_to_all = True
    http_method_names = ["post"]

    @answers(_ISSUED, input=Login)
    def post(self, request: Request) -> Response:
        check_parameters(request.query_params, ())
        given = self.validated(Login, self.body(Login))
        user = authenticate(request._request, username=given["username"], password=given["password"])
        if user is None:
            raise AuthenticationFailed(_("Nama pengguna atau kata sandi salah."))
        token, secret = tokens.issue(user, name=str(_("Masuk lewat API")), by_signing_in=True)
        return Response({"token": secret, "expires_at": shapes.local(token.expires_at), "scope": token.scope})

    def get_authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="gawai"'


def _is_live(
    _base: str, revoked_at: datetime | None, expires_at: datetime, active: bool, person: int | None,
    serves: bool | None, made_under: datetime, now: datetime,
) -> bool:  # fmt: skip
    acts = active and (person is None or bool(serves))
    return revoked_at is None and expires_at > timezone.now() and acts and made_under == now


def _token(path: str) -> dict[str, Any]:
    return {
        "id": shapes.number("pk"),
        "url": shapes.url(path),
        "name": shapes.text("name"),
        "scope": shapes.code("scope", Token.Scope.choices),
        "created_at": shapes.instant("created_at"),
        "expires_at": shapes.instant("expires_at"),
        "last_used_at": shapes.instant("last_used_at"),
        "revoked_at": shapes.instant("revoked_at"),
        "live": Field(
            (
                "revoked_at",
                "expires_at",
                "user__is_active",
                "user__person_id",
                "user__person__active",
                "credentials_since",
                "user__credentials_since",
            ),
            {**BOOLEAN, "description": "Whether it opens something now."},
            _is_live,
        ),
    }


TOKEN = Shape("Token", _token("tokens"))
ACCOUNT_TOKEN = Shape("AccountToken", {**_token("account-tokens"), "user": shapes.account("user")})


class TokenResource(Resource):
    """The caller's own tokens. A token is made for the caller alone, with no more than the caller may do."""

    path = "tokens"
    row = full = TOKEN
    listing = Listing(
        model=Token,
        filters=(Filter("scope"), Filter("revoked_at", ("isnull",))),
        ordering={"id": "pk", "created_at": "created_at"},
    )
    default_ordering = "-id"

    def visible(self) -> QuerySet:
        return super().visible().filter(user=self.request.user)

    @answers({**_ISSUED, "properties": {**_ISSUED["properties"], "id": INTEGER}}, status=201, input=NewToken)
    def create(self, request: Request, **kwargs: Any) -> Response:
        """A new token: at most one year, shown once. An account has at most 20 live ones."""
        check_parameters(request.query_params, ())
        given = self.validated(NewToken, self.body(NewToken))
        token, secret = tokens.issue(request.user, **given)
        response = self.shown(token, status=201)
        response.data["token"] = secret
        return response

    @answers(None, status=204)
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Revoke the token; it stays listed."""
        check_parameters(request.query_params, ())
        tokens.revoke(self.object, actor=cast("User", request.user))
        return Response(status=204)


class AccountTokens(Resource):
    """Tokens of the accounts that the caller administers, and the caller's own."""

    path, listing, default_ordering = "account-tokens", TOKENS, "-id"
    row, full = ACCOUNT_TOKEN, ACCOUNT_TOKEN.extend("AccountTokenDetail", actions=ACTIONS)
    related = Token.read_with
    verbs = acts.on(Token, tokens)
