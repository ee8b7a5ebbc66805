"""What the sheets of the budget workbook show: one source of rows for each ``rows`` of a layout, and its fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from assets.models import Asset, Custody
from assets.states import AssetState, Condition, FundSource, LegalAct
from core import clock, words
from core.models import Installation
from documents.papers.parties import identity_number, unit_name
from documents.reports.base import CHUNK, labels
from org.models import Unit
from org.models.units import subtree
from planning import reading
from planning.models import AccountCode, Plan, PlanLine
from planning.states import PlanState
from pledges.models import Pledge
from pledges.states import Status
from pledges.status import days_late
from requests_app.models import RequestLine
from requests_app.states import RequestState, Situation

Values = Mapping[str, Any]
EBMD_LETTERS = {"RR": "KB"}
"""By which e-BMD writes a condition, where it is not the letter of the forms."""


@dataclass(frozen=True)
class Line:
    """One row: ``values`` by field; ``key`` of a plan line; ``branch`` its level in the tree (0: an item)."""

    values: Values
    key: int | None = None
    branch: int = 0
    mark: str = ""


@dataclass
class PlanData:
    """A plan as the workbook shows it, read with the rights of ``owner``."""

    plan: Plan
    owner: Any
    lines: list[PlanLine] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = list(self.plan.lines.speaking().with_names())

    @property
    def open(self) -> bool:
        """Whether the planner may still fill in."""
        return self.plan.state == PlanState.DRAFT

    @cached_property
    def accounts(self) -> dict[str, str]:
        return dict(AccountCode.objects.values_list("code", "name"))

    @cached_property
    def shares(self) -> dict[int, reading.Share]:
        return {share.unit.pk: share for share in reading.fairness(self.plan)}

    @cached_property
    def words(self) -> dict[str, str]:
        """What titles may name."""
        plan = self.plan
        return {
            "unit": unit_name(plan.unit), "year": str(plan.fiscal_year), "stage": str(plan.get_stage_display()),
            "district": Installation.current().name, "number": plan.number,
        }  # fmt: skip

    def within(self) -> QuerySet[Unit]:
        return Unit.objects.filter(subtree(self.plan.within.code))

    def books(self) -> QuerySet:
        """Devices on the list of the units within the plan, in the owner's scope."""
        return (
            Asset.objects.visible_to(self.owner)
            .with_state()
            .filter(unit__in=self.within().order_by().values("pk"))
            .exclude(state=AssetState.RETIRED)
        )


# ---- plan lines


def _remark(line: PlanLine, data: PlanData) -> str:
    """What column Ket says: for whom, what is missing, from which year the price is, and the planner's own words."""
    parts = [_("Untuk %(unit)s") % {"unit": unit_name(line.unit)}]
    if line.standard is None:
        parts.append(_("standar kebutuhan belum ditetapkan"))
    if line.unit_price is None:
        parts.append(_("harga belum ada"))
    elif line.price_year and line.price_year != data.plan.fiscal_year:
        parts.append(_("harga SSH %(year)s") % {"year": line.price_year})
    return "; ".join([*parts, *([line.note] if line.note else [])])


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
    "programme": _branch("programme_code", "programme_name"),
    "activity": _branch("activity_code", "activity_name"),
    "sub_activity": _branch("code", "name"),
    "item_code": lambda line, _data: getattr(getattr(line.device_type, "item_code", None), "code", ""),
    "item_name": lambda line, _data: _item(line),
    "device_type": lambda line, _data: str(line.device_type or line.family),
    "unit_of_measure": lambda line, _data: _measure(line),
    "standard_measure": lambda line, _data: "" if line.standard is None else _measure(line),
    "supplied": lambda line, _data: line.budgeted + line.stock + line.incoming,
    "fulfilment": lambda line, _data: str(line.get_fulfilment_display()),
    "ppn_percent": lambda line, _data: _ppn(line),
    "base": _cost("base"),
    "ppn": _cost("ppn"),
    "total": _cost("total"),
    "account_name": lambda line, data: data.accounts.get(line.account_code, ""),
    "fund_source": lambda line, _data: str(line.get_fund_source_display()),
    "proposal_origin": lambda line, _data: str(line.get_proposal_origin_display()),
    "package": lambda line, _data: _("Pengadaan %(item)s") % {"item": line.device_type or line.family},
    "remark": _remark,
    "review_remark": lambda line, _data: "; ".join(filter(None, (unit_name(line.unit), line.review_reason))),
}
LINE_FIELDS = (*_AS_STORED, *_MADE)


def lines(data: PlanData) -> Iterator[Line]:
    """Every line of the plan in its order, the most urgent first."""
    for line in data.lines:
        values = {name: getattr(line, name) for name in _AS_STORED}
        yield Line({**values, **{name: make(line, data) for name, make in _MADE.items()}}, key=line.pk)


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


def maintenance(data: PlanData) -> Iterator[Line]:
    """Devices of the agency's own books to be kept up, by type: fit for use, not lent to another unit.

    Those that are not fit and those in temporary use or lent may not be in the plan (RKBMD Pemeliharaan).
    """
    lent = Custody.objects.filter(
        until__isnull=True, began_by__handover__legal_act__in=[LegalAct.TEMPORARY_USE, LegalAct.LOAN_FOR_USE]
    )
    kept = (
        Asset.objects.visible_to(data.owner)
        .with_state()
        .filter(unit__in=Unit.objects.filter(subtree(data.plan.unit.code)).order_by().values("pk"))
        .exclude(state__in=[AssetState.RETIRED, AssetState.LOST])
        .filter(condition__in=Condition.which(fit=True))
        .exclude(pk__in=lent.values("asset"))
    )
    kind = "device_type__"
    rows = (
        kept.order_by(f"{kind}code")
        .values_list(f"{kind}item_code__code", f"{kind}item_code__name", f"{kind}name", f"{kind}unit_of_measure")
        .annotate(n=Count("pk"), worn=Count("pk", filter=Q(condition__in=Condition.which(worn=True))))
    )
    for code, official, name, measure, number, worn in rows.order_by(f"{kind}item_code__code", f"{kind}name"):
        yield Line({
            "unit": data.words["unit"],
            "item_code": code or "", "item_name": official or name, "quantity": number, "unit_of_measure": measure,
            "status": _("Milik Sendiri"), "good": number - worn, "lightly": worn, "badly": 0,
            "work": _("Pemeliharaan %(item)s") % {"item": name}, "proposed": number,
            "remark": _("%(n)s perlu perbaikan") % {"n": words.thousands(worn)} if worn else "",
        })  # fmt: skip


_HANDOVER = "open_custody__began_by__handover"
_DEVICE = {
    "holder_unit": "unit__name", "nibar": "nibar", "tag": "tag", "item_code": "device_type__item_code__code",
    "official": "device_type__item_code__name", "device_type": "device_type__name", "brand": "brand", "model": "model",
    "serial_number": "serial_number", "imei_1": "imei_1", "imei_2": "imei_2", "acquired_on": "acquired_on",
    "price": "price", "condition": "condition", "person": "open_custody__person__name",
    "nip": "open_custody__person__nip", "position": "open_custody__person__position",
    "user_unit": "open_custody__unit__name", "handover": f"{_HANDOVER}__number",
    "handed_over_on": f"{_HANDOVER}__handed_over_on", "fund_source": "fund_source",
}  # fmt: skip
DEVICE_FIELDS = (
    *_DEVICE, "item", "item_name", "make", "year", "origin", "letter", "ebmd_letter", "one", "nothing", "remark",
    "identity", "holder_status",
)  # fmt: skip


def devices(data: PlanData) -> Iterator[Line]:
    """The register: devices on the books of the units within the plan, by unit and item code."""
    yield from _device_rows(data.books().order_by("unit__code", "device_type__item_code__code", "pk"))


def holders(data: PlanData) -> Iterator[Line]:
    """Devices in somebody's hands (IV.J.1.2 of Permendagri 47/2021)."""
    held = data.books().filter(open_custody__isnull=False)
    yield from _device_rows(held.order_by("open_custody__unit__code", "pk"))


def _device_rows(rows: QuerySet) -> Iterator[Line]:
    for values in rows.values_list(*_DEVICE.values()).iterator(chunk_size=CHUNK):
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
            "remark": "; ".join([*numbers, *([each["user_unit"]] if each["user_unit"] else [])]),
        })  # fmt: skip


PLEDGE_FIELDS = ("number", "office", "made_on", "occasion", "title", "quote", "promised", "delivered", "outstanding",
                 "original_due_on", "first_due_on", "corrected_on", "due_on", "days_late", "days_late_original",
                 "status", "evidence")  # fmt: skip


def pledges(data: PlanData) -> Iterator[Line]:
    """Published pledges in the owner's scope, as they stand today."""
    statuses = labels(Status.choices)
    rows: Any = Pledge.objects.visible_to(data.owner).published().judged()
    rows = rows.annotate(papers=Count("evidence", distinct=True))
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


@dataclass(frozen=True)
class Source:
    rows: Callable[[PlanData], Iterator[Line]]
    fields: frozenset[str]


SOURCES = {
    "lines": Source(lines, frozenset(LINE_FIELDS)),
    "units": Source(units, frozenset(UNIT_FIELDS)),
    "maintenance": Source(maintenance, frozenset(MAINTENANCE_FIELDS)),
    "holders": Source(holders, frozenset(DEVICE_FIELDS)),
    "devices": Source(devices, frozenset(DEVICE_FIELDS)),
    "pledges": Source(pledges, frozenset(PLEDGE_FIELDS)),
}
