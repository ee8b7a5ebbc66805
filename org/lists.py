"""The lists of units, offices, people, accounts and the calendar; and what the lists of every package share."""

from __future__ import annotations

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from core import asked, words
from core.columns import Column, On, ValueKind
from core.errors import Text
from core.lists import EXACT_OR_NONE, RANGE, RANGE_OR_NONE, TEXT, Filter, Listing
from org.models import (
    CalendarDay,
    CalendarProposal,
    Grant,
    Office,
    OfficeSuccession,
    Person,
    Reference,
    Role,
    SocialAccount,
    Succession,
    Tenure,
    Token,
    Unit,
    UnitSuccession,
    User,
)
from org.models.units import subtree
from org.reference import entered
from org.rules import reach

UNIT = _("unit")


def within(name: str = "within", *, column: str = "unit", label: Text = UNIT, page: str = "") -> Filter:
    """``within=32.01.10``: rows of the unit with this code and of all under it. A page offers the units in reach.

    ``column`` leads to the unit; empty: the rows are units themselves.
    """
    code_of = f"{column}__code" if column else "code"
    return Filter(
        name,
        column=column,
        apply=lambda rows, code, _values: rows.filter(subtree(code, field=code_of)),
        kind=ValueKind.TEXT,
        label=label,
        page=page,
        rows=units_of,
    )


def in_use(name: str = "active") -> Filter:
    """Whether a row is in use; a page says ``active=1`` or ``active=0``."""
    return Filter(
        name,
        ("exact",),
        label=_("keadaan"),
        page="active",
        options=(("1", _("Aktif")), ("0", _("Tidak aktif"))),
        means={"1": {name: "true"}, "0": {name: "false"}},
    )


def units_of(user: Any) -> QuerySet:
    """The units that the user's grants reach, down to kecamatan; chosen by their code."""
    units = reach(user).units()
    known = Unit.objects.all() if units is None else units
    return known.exclude(kind__in=[Unit.Kind.VILLAGE, Unit.Kind.URBAN_VILLAGE])


def account_called(column: str) -> Subquery:
    """What the account is called whose id stands in ``column``, which is no link."""
    name = Coalesce(NullIf(F("person__name"), Value("")), F("username"))
    return Subquery(User.objects.filter(pk=OuterRef(column)).values_list(name)[:1])


def kept(model: type[Reference], *but: str) -> tuple[Column, ...]:
    """The columns of reference data that are entered, without those named."""
    return tuple(Column(name) for name in entered(model) if name not in but)


def sorts(*columns: str) -> dict[str, str]:
    """Sorts by id, by the last change, and by these columns."""
    return {"id": "pk", "updated_at": "updated_at", **{name: name for name in columns}}


UNITS = Listing(
    model=Unit,
    columns=(*kept(Unit, "working_week"), Column("working_week", On.PAGE | On.SHEET)),
    filters=(
        Filter("kind", page="kind"),
        in_use(),
        within(column=""),
        Filter("id"),
        Filter("code", TEXT),
        Filter("name", TEXT),
        Filter("parent", EXACT_OR_NONE),
        Filter("parent__code"),
    ),
    search=("code", "name", "kind"),
    ordering=sorts("code", "name", "kind"),
)

OFFICES = Listing(
    model=Office,
    columns=kept(Office),
    filters=(
        within(page="unit"),
        in_use(),
        Filter("id"),
        Filter("name", TEXT),
        Filter("unit"),
        Filter("unit__code"),
    ),
    search=("name", "unit"),
    ordering=sorts("name", "unit__code"),
)


def _successions(model: type[Succession]) -> Listing:
    return Listing(
        model=model,
        columns=(
            *(Column(name) for name in ("predecessor", "successor", "kind", "on", "decree")),
            *asked.COLUMNS,
        ),
        filters=(*asked.filters(), Filter("kind", page="kind"), Filter("predecessor"), Filter("successor"),
                 Filter("on", RANGE)),
        search=("predecessor", "successor", "decree"),
        ordering={"id": "pk", "on": "on"},
    )  # fmt: skip


UNIT_SUCCESSIONS = _successions(UnitSuccession)
OFFICE_SUCCESSIONS = _successions(OfficeSuccession)

TENURES = Listing(
    model=Tenure,
    columns=kept(Tenure),
    filters=(
        Filter("status", page="status"),
        within(column="office__unit", page="unit"),
        Filter("id"),
        Filter("office"),
        Filter("person"),
        Filter("starts_on", RANGE),
        Filter("ends_on", RANGE_OR_NONE),
    ),
    search=("office", "person"),
    ordering=sorts("starts_on", "ends_on"),
)

# Name and unit are all that other officers see of anyone.
PEOPLE = Listing(
    model=Person,
    columns=(
        Column("name"),
        Column("unit"),
        Column("position", On.PAGE),
        Column("rank", On.PAGE),
        Column("nip", On.PAGE, kind=ValueKind.CODE),
        Column("not_nip", On.PAGE),
        Column("phone", On.PAGE, make=words.phone),
        Column("leaving_since", On.PAGE),
        Column("moves_to", On.PAGE),
        Column("devices_to", On.PAGE),
        Column("active"),
    ),
    filters=(
        within(page="unit"),
        in_use(),
        Filter("id"),
        Filter("name", TEXT),
        Filter("unit"),
        Filter("unit__code"),
    ),
    search=("name", "unit"),
    ordering=sorts("name", "unit__code"),
)

SOCIAL_ACCOUNTS = Listing(
    model=SocialAccount,
    columns=kept(SocialAccount),
    filters=(
        Filter("platform", page="platform"),
        within(page="unit"),
        in_use(),
        Filter("id"),
        Filter("unit"),
        Filter("unit__code"),
        Filter("handle", TEXT),
    ),
    search=("handle", "unit"),
    ordering=sorts("platform", "handle", "unit__code"),
)


def with_state(rows: Any, _values: Any) -> QuerySet:
    return rows.with_state()


CALENDAR_DAYS = Listing(
    model=CalendarDay,
    columns=(
        *(Column(name) for name in ("date", "name", "kind", "decree", "estimated", "works")),
        Column("state", kind=ValueKind.CHOICE, choices=CalendarDay.State, label=_("keadaan")),
        Column("removed", On.ROW),
        Column("confirmed_at", On.ROW),
    ),
    filters=(
        Filter("kind", page="kind"),
        Filter(
            "state",
            kind=ValueKind.CHOICE,
            choices=CalendarDay.State,
            label=_("keadaan"),
            page="state",
        ),
        Filter("id"),
        Filter("date", RANGE),
        Filter("name", TEXT),
        Filter("estimated", ("exact",)),
        Filter("works", ("exact",)),
    ),
    search=("name", "decree"),
    ordering=sorts("date"),
    derived=with_state,
)

CALENDAR_PROPOSALS = Listing(
    model=CalendarProposal,
    columns=(Column("decree"), *asked.COLUMNS),
    filters=asked.filters(),
    search=("decree", "days__name"),
    ordering={"id": "pk"},
)


def _holding(rows: QuerySet, role: str, _values: Any) -> QuerySet:
    """Accounts that hold the role today."""
    return rows.filter(pk__in=Grant.objects.at().filter(role=role).values("user"))


USERS = Listing(
    model=User,
    columns=(
        Column("username", On.SHEET, kind=ValueKind.CODE),
        Column("person", On.SHEET),
        Column("unit", On.SHEET, source="person__unit"),
        Column("is_active", On.SHEET),
    ),
    filters=(
        in_use("is_active"),
        within(column="person__unit", page="unit"),
        Filter("role", apply=_holding, kind=ValueKind.CHOICE, choices=Role, label=_("peran"), page="role"),
    ),
    search=("username", "person", "person__unit"),
    ordering=sorts("username"),
)

GRANTS = Listing(
    model=Grant,
    columns=(
        *(Column(name, On.PAGE | On.SHEET) for name in ("user", "role", "unit")),
        *(Column(name, On.SHEET) for name in ("starts_on", "ends_on", "acting_for")),
    ),
    filters=(Filter("role", page="role"), within(page="unit")),
    search=("user", "user__username", "unit"),
    ordering=sorts("starts_on", "ends_on"),
)

TOKENS = Listing(
    model=Token,
    columns=(
        Column("name", On.SHEET),
        *(Column(name, On.PAGE | On.SHEET) for name in ("user", "scope")),
        *(Column(name, On.SHEET) for name in ("created_at", "expires_at", "last_used_at", "revoked_at")),
    ),
    filters=(
        Filter("user"),
        Filter("scope", page="scope"),
        Filter("revoked_at", ("isnull",)),
        within(column="user__person__unit", page="unit"),
    ),
    search=("name", "user", "user__username"),
    ordering={"id": "pk", "created_at": "created_at", "expires_at": "expires_at"},
)
