"""What the sheets of the budget workbook show: one source of rows for each ``rows`` of a layout, and its fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assets.models import Asset, Custody
from assets.registers import register_numbers
from assets.states import AssetState, Condition, FundSource, LegalAct
from core import clock, words
from core.how_many import how_many
from core.models import Installation
from documents.papers.parties import identity_number, unit_name
from documents.reports.base import CHUNK, labels
from org.models import Unit
from org.models.units import subtree
from planning import reading
from planning.models import AccountCode, Plan, PlanLine
from planning.states import PlanState
from pledges.models import Evidence, Pledge
from pledges.states import Status
from pledges.status import days_late
from requests_app.models import RequestLine
from requests_app.states import RequestState, Situation

Values = Mapping[str, Any]
Item = tuple[str, str]
"""Item code ("" where it is not known yet) and name, as the forms say them."""
MOST_NAMED = 3
"""So many units are named beside a row that is for several; more are counted."""
EQUIPMENT = "1.3.2."
DOTS = "…………………"
EBMD_LETTERS = {"RR": "KB"}
"""By which e-BMD writes a condition, where it is not the letter of the forms."""


@dataclass(frozen=True)
class Line:
    """One row: ``values`` by field; ``keys`` of the plan lines it stands for; ``branch`` its level in the tree (0: an
    item)."""

    values: Values
    keys: tuple[int, ...] = ()
    branch: int = 0
    mark: str = ""


@dataclass
class PlanData:
    """A plan as the workbook shows it, read with the rights of ``owner``.

    ``booking``: the unit to whose books its registers are narrowed; nobody: those of all units within the plan.
    """

    plan: Plan
    owner: Any
    lines: list[PlanLine] = field(init=False)
    booking: Unit | None = None
    agencies: dict[int, str] = field(init=False, default_factory=dict)
    numbered: dict[int, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.lines = list(self.plan.lines.speaking().with_names())

    @property
    def open(self) -> bool:
        """Whether the planner may still fill in."""
        return self.plan.state == PlanState.DRAFT

    @cached_property
    def silent(self) -> list[PlanLine]:
        """The lines whose claims are all met by what is budgeted, in the store or received: the workbook has no row of
        them, and their maximum and devices stand in the first row of their item."""
        return list(self.plan.lines.with_names().exclude(pk__in=[line.pk for line in self.lines]))

    @cached_property
    def accounts(self) -> dict[str, str]:
        return dict(AccountCode.objects.values_list("code", "name"))

    @cached_property
    def shares(self) -> dict[int, reading.Share]:
        return {share.unit.pk: share for share in reading.fairness(self.plan)}

    @cached_property
    def office(self) -> Installation:
        return Installation.current()

    @property
    def words(self) -> dict[str, str]:
        """What titles may name; dots for what nobody has filled in yet."""
        return {name: said or DOTS for name, said in self.known.items()}

    @cached_property
    def known(self) -> dict[str, str]:
        """What titles may name, as far as it is known."""
        plan, line = self.plan, _line_to(self.booking or self.plan.unit)
        return {
            "unit": unit_name(plan.unit), "year": str(plan.fiscal_year), "stage": str(plan.get_stage_display()),
            "district": self.office.name, "number": plan.number, "province": self.province,
            "affair": next((unit.affair for unit in reversed(line) if unit.affair), ""),
            "agency": unit_name(line[0]), "sub_unit": unit_name(line[min(1, len(line) - 1)]),
            "booking_unit": unit_name(line[-1]), "location_code": line[-1].location_code,
            "threshold": threshold_words(self.office),
        }  # fmt: skip

    def agency_of(self, unit: Unit) -> str:
        """The Pengguna Barang to which the unit belongs; asked once for each."""
        if unit.pk not in self.agencies:
            self.agencies[unit.pk] = unit_name(unit.agency())
        return self.agencies[unit.pk]

    @cached_property
    def province(self) -> str:
        """As set, else as the unit above the district is called."""
        above = Unit.objects.filter(kind=Unit.Kind.PROVINCE).first()
        return self.office.province or (above.name if above else "")

    @property
    def signing(self) -> Unit:
        """Whose head signs."""
        return self.booking.agency() if self.booking else self.plan.unit

    @property
    def place(self) -> str:
        """Where it is signed: a kecamatan signs at home."""
        home = self.signing.kind == Unit.Kind.DISTRICT
        return self.signing.name if home else self.office.signing_place

    def within(self) -> QuerySet[Unit]:
        return Unit.objects.filter(subtree(self.plan.within.code))

    def keepers(self, devices: QuerySet) -> list[Unit]:
        """The plan's own unit, then every other within it that keeps some of ``devices``, by code."""
        others = self.within().filter(pk__in=devices.order_by().values("unit")).exclude(pk=self.plan.unit_id)
        return [self.plan.unit, *others.select_related("parent__parent__parent").order_by("code")]

    def booked_by(self, unit: Unit) -> PlanData:
        """The same plan with the registers of ``unit`` alone."""
        found = copy(self)
        found.booking = unit
        found.__dict__.pop("known", None)
        return found

    def books(self) -> QuerySet:
        """Devices on the list of the units within the plan, in the owner's scope."""
        return Asset.objects.visible_to(self.owner).with_state().filter(self._on_the_books).exclude(
            state=AssetState.RETIRED
        )  # fmt: skip

    @cached_property
    def minor(self) -> Counter[Item]:
        """How many devices of each item on the books are below the threshold (ekstrakomptabel)."""
        return _by_item(below_threshold(self))

    @cached_property
    def on_balance(self) -> Counter[Item]:
        """How many of each item on the books are on the balance sheet: all but ``minor``."""
        return _by_item(self.books()) - self.minor

    @property
    def _on_the_books(self) -> Q:
        return Q(unit=self.booking) if self.booking else Q(unit__in=self.within().order_by().values("pk"))

    @property
    def registers(self) -> dict[int, int]:
        """The register number of each device, counted once for all books."""
        if not self.numbered:
            self.numbered.update(register_numbers())
        return self.numbered


def _line_to(unit: Unit) -> list[Unit]:
    """From the agency on whose books ``unit`` stands down to the unit itself."""
    agency, line = unit.agency(), [unit]
    while line[0] != agency and line[0].parent:
        line.insert(0, line[0].parent)
    return line


@dataclass(frozen=True)
class Source:
    """``found``: the devices among which the rows are, of sources that a sheet may show unit by unit."""

    rows: Callable[[PlanData], Iterator[Line]]
    fields: frozenset[str]
    found: Callable[[PlanData], QuerySet] | None = None


# ---- plan lines


def _for_whom(lines: Sequence[PlanLine]) -> str:
    """The units of the lines by name, or how many they are."""
    names = dict.fromkeys(unit_name(line.unit) for line in lines)
    if len(names) <= MOST_NAMED:
        return ", ".join(names)
    return ngettext("%(n)s unit", "%(n)s unit", len(names)) % {"n": words.thousands(len(names))}


def _remark(lines: Sequence[PlanLine], data: PlanData, silent: Sequence[PlanLine] = ()) -> str:
    """What column Ket says: for whom, what is missing, what is on its way to these and the ``silent`` ones, from which
    year the price is, and the planner's own words."""
    parts = [_("Untuk %(unit)s") % {"unit": _for_whom(lines)}]
    for missing, said in (
        ([line for line in lines if line.standard is None], _("standar kebutuhan belum ditetapkan")),
        ([line for line in lines if line.unit_price is None], _("harga belum ada")),
    ):
        if missing:
            parts.append(said if len(missing) == len(lines) else f"{said} ({_for_whom(missing)})")
    for said, n in (
        (_("sudah dianggarkan %(n)s"), sum(line.budgeted for line in (*lines, *silent))),
        (_("dalam penerimaan %(n)s"), sum(line.incoming for line in (*lines, *silent))),
    ):
        parts += [said % {"n": words.thousands(n)}] if n else []
    years = sorted({line.price_year for line in lines if line.unit_price and line.price_year})
    parts += [_("harga SSH %(year)s") % {"year": year} for year in years if year != data.plan.fiscal_year]
    return "; ".join([*parts, *dict.fromkeys(line.note for line in lines if line.note)])


def _books_remark(lines: Sequence[PlanLine], data: PlanData, silent: Sequence[PlanLine] = ()) -> str:
    """The same, and how many of the item are on the books without being on the balance sheet."""
    n = data.minor[_of_item(lines[0])]
    minor = [_("%(n)s ekstrakomptabel, di luar neraca") % {"n": words.thousands(n)}] if n else []
    return "; ".join([_remark(lines, data, silent), *minor])


def _review_remark(lines: Sequence[PlanLine], _data: PlanData, _silent: Sequence[PlanLine] = ()) -> str:
    return "; ".join([_for_whom(lines), *dict.fromkeys(line.review_reason for line in lines if line.review_reason)])


def _account(line: PlanLine, data: PlanData) -> str:
    """The account with its name, as the heading of what it pays."""
    if not line.account_code:
        return _("Kode rekening belum diisi")
    return f"{line.account_code} {data.accounts.get(line.account_code, '')}".strip()


def _code(line: PlanLine) -> str:
    return getattr(getattr(line.device_type, "item_code", None), "code", "")


def _of_item(line: PlanLine) -> Item:
    return _code(line), _item(line)


def _by_item(devices: QuerySet) -> Counter[Item]:
    kind = "device_type__"
    rows = devices.order_by().values_list(_CODE, f"{kind}item_code__name", f"{kind}name").annotate(n=Count("pk"))
    found: Counter[Item] = Counter()
    for code, official, name, n in rows:
        found[code or "", official or name] += n
    return found


def _item(line: PlanLine) -> str:
    """The official name of the item code, else the name of the device type or family."""
    kind = line.device_type
    return kind.item_code.name if kind and kind.item_code else str(kind or line.family)


def _measure(line: PlanLine) -> str:
    return line.device_type.unit_of_measure if line.device_type else "unit"


def _ppn(line: PlanLine) -> Any:
    """Per cent to be added to the price: 0 where it is included, None where it is not known."""
    return 0 if line.price_includes_ppn else line.ppn_percent


def _cost(part: str) -> Callable[[PlanLine, PlanData], Any]:
    return lambda line, _data: getattr(line.amount(), part, None)


def _branch(code: str, name: str) -> Callable[[PlanLine, PlanData], Any]:
    def words(_line: PlanLine, data: PlanData) -> str:
        found = data.plan.sub_activity
        return f"{getattr(found, code)} {getattr(found, name)}" if found else ""

    return words


_AS_STORED = (
    "number", "standard", "standard_basis", "usable", "requested", "under_decision", "pledged", "replacement",
    "standard_gap", "need", "proposed", "approved", "planned", "review_reason", "score", "waiting_days", "unit_price",
    "price_year", "component_id", "specification", "tkdn_percent", "account_code", "note",
)  # fmt: skip
_MADE: dict[str, Callable[[PlanLine, PlanData], Any]] = {
    "id": lambda line, _data: line.pk,
    "unit": lambda line, _data: unit_name(line.unit),
    "unit_code": lambda line, _data: line.unit.code,
    "budgeting_unit": lambda line, _data: unit_name(line.budgeting_unit),
    "budgeting_agency": lambda line, data: data.agency_of(line.budgeting_unit),
    "programme": _branch("programme_code", "programme_name"),
    "activity": _branch("activity_code", "activity_name"),
    "sub_activity": _branch("code", "name"),
    "item_code": lambda line, _data: _code(line),
    "item_name": lambda line, _data: _item(line),
    "device_type": lambda line, _data: str(line.device_type or line.family),
    "unit_of_measure": lambda line, _data: _measure(line),
    "standard_measure": lambda line, _data: "" if line.standard is None else _measure(line),
    "optimisable": lambda line, _data: line.usable + line.stock,
    "on_balance": lambda line, data: data.on_balance[_of_item(line)],
    "supplied": lambda line, _data: line.budgeted + line.stock + line.incoming,
    "fulfilment": lambda line, _data: str(line.get_fulfilment_display()),
    "ppn_percent": lambda line, _data: _ppn(line),
    "base": _cost("base"),
    "ppn": _cost("ppn"),
    "total": _cost("total"),
    "account": _account,
    "account_name": lambda line, data: data.accounts.get(line.account_code, ""),
    "fund_source": lambda line, _data: str(line.get_fund_source_display()),
    "proposal_origin": lambda line, _data: str(line.get_proposal_origin_display()),
    "package": lambda line, _data: _("Pengadaan %(item)s") % {"item": line.device_type or line.family},
}
_OF_SEVERAL: dict[str, Callable[..., str]] = {
    "remark": _remark, "books_remark": _books_remark, "review_remark": _review_remark,
}  # fmt: skip
_SUMMED = frozenset({
    "standard", "usable", "optimisable", "requested", "under_decision", "pledged", "replacement", "standard_gap",
    "supplied", "need", "proposed", "approved", "planned", "base", "ppn", "total",
})  # fmt: skip
LINE_FIELDS = (*_AS_STORED, *_MADE, *_OF_SEVERAL)


def lines(data: PlanData) -> Iterator[Line]:
    """Every line of the plan in its order, the most urgent first."""
    for line in data.lines:
        values = _values(line, data) | {name: make([line], data) for name, make in _OF_SEVERAL.items()}
        yield Line(values, keys=(line.pk,))


def _values(line: PlanLine, data: PlanData) -> dict[str, Any]:
    stored = {name: getattr(line, name) for name in _AS_STORED}
    return stored | {name: make(line, data) for name, make in _MADE.items()}


def together(rows: Iterable[Line], fields: Sequence[str], data: PlanData) -> Iterator[Line]:
    """The rows that agree in ``fields`` as one: its counts and amounts are sums, what else differs is left out.

    The first row of an item also counts the plan's silent lines of it, so that its maximum, what is optimisable and
    what is on its way are those of all units of the plan.
    """
    groups: dict[tuple[Any, ...], list[Line]] = {}
    for row in rows:
        groups.setdefault(tuple(row.values[name] for name in fields), []).append(row)
    of = {line.pk: line for line in data.lines}
    silent: dict[Item, list[PlanLine]] = {}
    for line in data.silent:
        silent.setdefault(_of_item(line), []).append(line)
    for group in groups.values():
        keys = tuple(key for row in group for key in row.keys)
        beside = silent.pop(_of_item(of[keys[0]]), [])
        counted = [*(row.values for row in group), *(_values(line, data) for line in beside)]
        values = {
            name: _sum([each[name] for each in counted])
            if name in _SUMMED
            else _one([row.values[name] for row in group])
            for name in group[0].values
        }
        values["standard_measure"] = "" if values["standard"] is None else values["unit_of_measure"]
        values |= {name: make([of[key] for key in keys], data, beside) for name, make in _OF_SEVERAL.items()}
        yield Line(values, keys=keys)


def _sum(values: list[Any]) -> Any:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _one(values: list[Any]) -> Any:
    return values[0] if len(set(values)) == 1 else None


# ---- units


UNIT_FIELDS = ("unit", "asked", "approved", "received", "outstanding", "personal", "median_days", "need", "planned",
               "total")  # fmt: skip


def units(data: PlanData) -> Iterator[Line]:
    """One row per unit that has asked or for which something is planned, by code."""
    by_unit: dict[int, list[PlanLine]] = {}
    for line in data.lines:
        by_unit.setdefault(line.unit_id, []).append(line)
    shown = {*by_unit, *data.shares}
    personal = _personal(data)
    for unit in data.within().filter(pk__in=shown).order_by("code"):
        share = data.shares.get(unit.pk) or reading.Share(unit=unit)
        sums = reading.sums(by_unit.get(unit.pk, []))
        yield Line({
            "unit": unit_name(unit), "asked": share.asked, "approved": share.approved, "received": share.received,
            "outstanding": max(share.approved - share.received, 0), "personal": personal.get(unit.pk, 0),
            "median_days": share.median_days, "need": sums.need, "planned": sums.planned, "total": sums.total,
        })  # fmt: skip


def _personal(data: PlanData) -> dict[int, int]:
    """Private devices in office use, as requests say that are neither withdrawn nor fulfilled."""
    open_lines = RequestLine.objects.can_still_deliver().filter(
        request__unit__in=data.within().order_by().values("pk"),
        situation__in=[Situation.PERSONAL, Situation.PERSONAL_BROKEN],
        request__state__in=[RequestState.SUBMITTED, RequestState.VERIFIED, RequestState.DECIDED],
    )
    rows = open_lines.order_by().values("request__unit").annotate(n=Sum("quantity"))
    return {row["request__unit"]: row["n"] for row in rows}


# ---- registers


MAINTENANCE_FIELDS = (
    "unit", "item_code", "item_name", "quantity", "unit_of_measure", "status", "good", "lightly", "badly", "work",
    "proposed", "remark",
)  # fmt: skip


_CODE = "device_type__item_code__code"
_COUNTED = F(_CODE).asc(nulls_last=True)


def equipment(devices: QuerySet) -> QuerySet:
    """Of ``devices`` the peralatan dan mesin (1.3.2), and those whose item code is not known yet; no supplies."""
    return devices.filter(Q(**{f"{_CODE}__startswith": EQUIPMENT}) | Q(device_type__item_code__isnull=True))


def maintenance(data: PlanData) -> Iterator[Line]:
    """Devices of the agency's own books that need upkeep, by unit and type: those lightly damaged, and those in use.

    Those that are not fit and those in temporary use or lent may not be in the plan (RKBMD Pemeliharaan).
    """
    lent = Custody.objects.filter(
        until__isnull=True, began_by__handover__legal_act__in=[LegalAct.TEMPORARY_USE, LegalAct.LOAN_FOR_USE]
    )
    own = {unit.pk: unit for unit in Unit.objects.filter(subtree(data.plan.unit.code))}
    kept = (
        equipment(Asset.objects.visible_to(data.owner).with_state())
        .filter(Q(condition__in=Condition.which(worn=True)) | Q(state__in=[AssetState.ISSUED, AssetState.IN_REPAIR]))
        .filter(unit__in=own, condition__in=Condition.which(fit=True))
        .exclude(state__in=[AssetState.RETIRED, AssetState.LOST])
        .exclude(pk__in=lent.values("asset"))
    )
    kind = "device_type__"
    rows = (
        kept.order_by("unit__code", _COUNTED, f"{kind}name")
        .values_list("unit", _CODE, f"{kind}item_code__name", f"{kind}name", f"{kind}unit_of_measure")
        .annotate(n=Count("pk"), worn=Count("pk", filter=Q(condition__in=Condition.which(worn=True))))
    )
    for unit, code, official, name, measure, number, worn in rows:
        yield Line({
            "unit": unit_name(own[unit]),
            "item_code": code or "", "item_name": official or name, "quantity": number, "unit_of_measure": measure,
            "status": _("Milik Sendiri"), "good": number - worn, "lightly": worn, "badly": 0,
            "work": _("Pemeliharaan %(item)s") % {"item": name}, "proposed": number,
            "remark": _("%(n)s perlu perbaikan") % {"n": words.thousands(worn)} if worn else "",
        })  # fmt: skip


_HANDOVER = "open_custody__began_by__handover"
_DEVICE = {
    "holder_unit": "unit__name", "nibar": "nibar", "tag": "tag", "item_code": _CODE,
    "official": "device_type__item_code__name", "device_type": "device_type__name", "brand": "brand", "model": "model",
    "serial_number": "serial_number", "own_register": "register_number", "imei_1": "imei_1", "imei_2": "imei_2",
    "acquired_on": "acquired_on",
    "price": "price", "condition": "condition", "person": "open_custody__person__name",
    "nip": "open_custody__person__nip", "position": "open_custody__person__position",
    "user_unit": "open_custody__unit__name", "user_kind": "open_custody__unit__kind",
    "handover": f"{_HANDOVER}__number", "handed_over_on": f"{_HANDOVER}__handed_over_on",
    "fund_source": "fund_source", "note": "note",
}  # fmt: skip
DEVICE_FIELDS = (
    *(name for name in _DEVICE if name not in ("user_kind", "own_register")), "item", "item_name", "make", "year",
    "origin", "letter", "ebmd_letter", "one", "nothing", "remark", "identity", "holder_status", "register",
)  # fmt: skip


def devices(data: PlanData) -> Iterator[Line]:
    """The register: devices on the books of the units within the plan, by unit and item code."""
    yield from _device_rows(data.books(), data)


def all_equipment(data: PlanData) -> QuerySet:
    return equipment(data.books())


def holders(data: PlanData) -> Iterator[Line]:
    """Devices in somebody's hands (IV.J.1.2 of Permendagri 47/2021)."""
    held = data.books().filter(open_custody__isnull=False)
    yield from _device_rows(held, data, "open_custody__unit__code")


def above_threshold(data: PlanData) -> QuerySet:
    """Equipment that is capitalised (intrakomptabel); what has no price on record counts as such."""
    return equipment(data.books()).exclude(_cheap(data.office))


def below_threshold(data: PlanData) -> QuerySet:
    """Equipment that costs less (ekstrakomptabel)."""
    return equipment(data.books()).filter(_cheap(data.office))


def _cheap(office: Installation) -> Q:
    """What cost less than the threshold of the day on which it was bought; of what day is not known, than today's."""
    steps = office.thresholds
    ends = [since for since, _amount in steps[1:]]
    found = Q(acquired_on__isnull=True, price__isnull=False, price__lt=steps[-1][1])
    for (since, amount), until in zip(steps, [*ends, None], strict=True):
        before = Q(acquired_on__lt=until) if until else Q()
        found |= before & Q(acquired_on__isnull=False, acquired_on__gte=since, price__isnull=False, price__lt=amount)
    return found


def threshold_words(office: Installation) -> str:
    """ "Rp2.000.000; perolehan sebelum 1 Januari 2026: Rp1.000.000"."""
    *earlier, (since, amount) = office.thresholds
    told = [words.rupiah(amount)]
    for day, was in reversed(earlier):
        before = _("perolehan sebelum %(day)s: %(amount)s")
        told.append(before % {"day": words.long_date(since), "amount": words.rupiah(was)})
        since = day
    return "; ".join(told)


def _of(found: Callable[[PlanData], QuerySet]) -> Source:
    return Source(lambda data: _device_rows(found(data), data), frozenset(DEVICE_FIELDS), found)


@lru_cache(maxsize=4096)
def _called(name: str | None, kind: str | None) -> str:
    """A unit as people call it, from its columns."""
    return str(Unit(name=name, kind=kind or "")) if name else ""


def _device_rows(rows: QuerySet, data: PlanData, *order: str) -> Iterator[Line]:
    """One row per device, by ``order``, else by the unit that keeps it and the item code."""
    ordered = rows.order_by(*order, "pk") if order else rows.order_by("unit__code", _COUNTED, "device_type__name", "pk")
    for pk, *values in ordered.values_list("pk", *_DEVICE.values()).iterator(chunk_size=CHUNK):
        each = dict(zip(_DEVICE, values, strict=True))
        name = each["official"] or each["device_type"]
        letter = Condition(each["condition"]).letter
        numbers = [f"IMEI {n}" for n in (each["imei_1"], each["imei_2"]) if n]
        yield Line({
            **each,
            "item": " ".join(filter(None, (each["item_code"], name))),
            "item_name": name,
            "make": " ".join(filter(None, (each["brand"], each["model"]))),
            "year": each["acquired_on"].year if each["acquired_on"] else None,
            "origin": _("Hibah") if each["fund_source"] == FundSource.HIBAH else _("Pembelian"),
            "letter": letter,
            "ebmd_letter": EBMD_LETTERS.get(letter, letter),
            "one": 1,
            "nothing": None,
            "identity": " ".join(identity_number(each["nip"] or "")[1:]),
            "holder_status": _("Pegawai") if each["nip"] else "",
            "register": each["own_register"] or f"{data.registers[pk]:04d}",
            "remark": "; ".join(filter(None, [*numbers, _called(each["user_unit"], each["user_kind"])])),
        })  # fmt: skip


PLEDGE_FIELDS = ("number", "office", "made_on", "occasion", "title", "quote", "promised", "delivered", "outstanding",
                 "original_due_on", "first_due_on", "corrected_on", "due_on", "days_late", "days_late_original",
                 "status", "evidence")  # fmt: skip


def pledges(data: PlanData) -> Iterator[Line]:
    """Published pledges in the owner's scope, as they stand today."""
    statuses = labels(Status.choices)
    rows: Any = Pledge.objects.visible_to(data.owner).published().judged()
    rows = rows.annotate(papers=how_many(Evidence.objects.filter(pledge=OuterRef("pk"))))
    for each in rows.select_related("office").order_by("pk").iterator(chunk_size=CHUNK):
        counted = (each.closed_on, each.completed_on, each.promised, each.delivered, clock.today())
        yield Line({
            "number": each.number, "office": each.office.name, "made_on": each.made_on_to,
            "occasion": ", ".join(filter(None, (each.occasion, each.place))), "title": each.title, "quote": each.quote,
            "promised": each.promised, "delivered": each.delivered,
            "outstanding": max(each.promised - each.delivered, 0), "original_due_on": each.original_due_on,
            "first_due_on": each.first_due_on, "corrected_on": each.corrected_on,
            "due_on": each.due_on, "days_late": days_late(each.due_on, *counted),
            "days_late_original": days_late(each.first_due_on, *counted), "status": statuses[each.status],
            "evidence": each.papers,
        })  # fmt: skip


SOURCES = {
    "lines": Source(lines, frozenset(LINE_FIELDS)),
    "units": Source(units, frozenset(UNIT_FIELDS)),
    "maintenance": Source(maintenance, frozenset(MAINTENANCE_FIELDS)),
    "holders": Source(holders, frozenset(DEVICE_FIELDS)),
    "devices": Source(devices, frozenset(DEVICE_FIELDS)),
    "equipment": _of(all_equipment),
    "intracomptable": _of(above_threshold),
    "extracomptable": _of(below_threshold),
    "pledges": Source(pledges, frozenset(PLEDGE_FIELDS)),
}
