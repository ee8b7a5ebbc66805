"""The life of a plan: calculated, adjusted by the planner, reviewed by a second person, frozen as a version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import Conflict, DomainError, Fault, faults_of
from core.journal import Private, record
from core.lifecycle import move
from core.models import Registered
from core.numbering import next_number
from core.permits import Permit
from core.transactions import fresh, writing
from core.validation import validate
from org.models import Unit
from planning import rules
from planning.calculating import put_lines
from planning.models import Plan, PlanCause, PlanLine, SubActivity
from planning.reading import figures_of
from planning.states import PLAN_MOVES, UNMET, CauseKind, Fulfilment, PlanState, Stage
from pledges.models import Pledge
from requests_app.models import DeviceRequest

DESCRIPTIVE = ("sub_activity", "fund_source", "ceiling", "note")
ADJUSTABLE = (
    "proposed", "unit_price", "price_includes_ppn", "specification", "account_code", "fund_source", "budgeting_unit",
    "proposal_origin", "note",
)  # fmt: skip
_RELATED = ("unit", "within", "sub_activity")


@dataclass(frozen=True)
class Reviewed:
    """What the review says of one line: how many of it, by which way, and why when it is less than proposed."""

    id: int
    approved: int
    fulfilment: str = Fulfilment.PURCHASE
    reason: str = ""


def create(
    *, fiscal_year: int, actor: Any, stage: str = Stage.MURNI, unit: Unit | None = None, within: Unit | None = None,
    sub_activity: SubActivity | None = None, fund_source: str = "", ceiling: int | None = None, note: str = "",
) -> Plan:  # fmt: skip
    """Begin the plan of ``unit`` (the planner's own agency) for the needs ``within`` a unit (the whole district).

    It is calculated at once. It follows the latest frozen plan of the same agency, year and round, else of the rounds
    before it. ``Conflict`` while another of the same year and round is open. Writes ``plan.created``.
    """
    unit = unit or _own_agency(actor)
    within = within or _root_of(unit)
    with writing():
        role = rules.may_plan(actor, within)
        if fiscal_year < clock.today().year:
            raise DomainError("in_the_past", _("Tahun anggaran ini sudah lewat."), field="fiscal_year")
        same = Plan.objects.filter(unit=unit, fiscal_year=fiscal_year)
        if same.filter(stage=stage).exclude(state=PlanState.FROZEN).exists():
            raise Conflict("plan_open", _("Masih ada rencana yang belum ditetapkan untuk tahun dan tahap ini."))
        edition = same.filter(stage=stage).aggregate(last=Max("edition"))["last"] or 0
        plan = Plan(
            number=f"RK-{fiscal_year}-{next_number('plan', fiscal_year):04d}", fiscal_year=fiscal_year, stage=stage,
            edition=edition + 1, unit=unit, within=within, sub_activity=sub_activity,
            fund_source=fund_source, ceiling=ceiling, note=note, made_by=actor,
        )  # fmt: skip
        validate(plan)
        frozen = same.filter(state=PlanState.FROZEN).order_by("frozen_at", "pk")
        plan.previous = frozen.filter(stage=stage).last() or frozen.filter(stage__in=Stage.before(stage)).last()
        plan.save(force_insert=True)
        put_lines(plan)
        changes = {"fiscal_year": [None, fiscal_year], "stage": [None, stage], **_calculated(plan)}
        record("plan.created", plan, actor=actor, role=role, changes=changes, reason=note)
    return plan


def change(plan: Plan, *, actor: Any, **values: Any) -> Plan:
    """Change what describes a draft: sub activity, fund source, ceiling, note. Writes ``plan.changed``."""
    with writing():
        plan, role = _admitted(plan, "change", actor)
        changed = {}
        for name in DESCRIPTIVE:
            if name in values and getattr(plan, name) != values[name]:
                old, new = getattr(plan, name), values[name]
                changed[name] = [Private(old), Private(new)] if name == "note" else [_plain(old), _plain(new)]
                setattr(plan, name, new)
        if changed:
            validate(plan)
            plan.save(update_fields=list(changed))
            record("plan.changed", plan, actor=actor, role=role, changes=changed)
    return plan


def recalculate(plan: Plan, *, actor: Any, reason: str = "") -> Plan:
    """Calculate a draft anew from what is on record now; what the planner set by hand stays.

    Writes ``plan.recalculated``.
    """
    with writing():
        plan, role = _admitted(plan, "recalculate", actor)
        put_lines(plan)
        record("plan.recalculated", plan, actor=actor, role=role, changes=_calculated(plan), reason=reason)
    return plan


def adjust(plan: Plan, *, lines: Iterable[dict[str, Any]], actor: Any, reason: str = "") -> Plan:
    """Set fields of lines by hand: ``{id, proposed?, unit_price?, price_includes_ppn?, specification?, account_code?,
    fund_source?, budgeting_unit?, proposal_origin?, note?}`` each. All-or-nothing, draft only; nothing is written when
    nothing differs. Writes ``plan.adjusted``.
    """
    with writing():
        plan, role = _admitted(plan, "adjust", actor)
        named = _named(plan, list(lines))
        summary = []
        for path, line, values in named:
            differing = {n: v for n, v in values.items() if n in ADJUSTABLE and getattr(line, n) != v}
            if differing:
                summary.append({"line": line.position, **{n: _pair(line, n, v) for n, v in differing.items()}})
                _adjust(line, differing, path)
        if summary:
            changes = {"lines": [None, summary]}
            record("plan.adjusted", plan, actor=actor, role=role, changes=changes, reason=reason)
    return plan


def review(plan: Plan, *, lines: Iterable[Reviewed] = (), actor: Any, reason: str = "") -> Plan:
    """The second person's review (penelaahan): per line how many, by which way, and why.

    A line not named is approved as proposed, by purchase. Less than proposed needs a reason; more is refused.
    By an approver or planner who did not make the plan. Writes ``plan.reviewed``.
    """
    with writing():
        plan, role = _admitted(plan, "review", actor)
        rows = {line.pk: line for line in plan.lines.all()}
        said = _said(list(lines), rows)
        for line in rows.values():
            each = said.get(line.pk) or Reviewed(line.pk, line.proposed)
            line.approved, line.fulfilment, line.review_reason = each.approved, each.fulfilment, each.reason
        PlanLine.objects.bulk_update(rows.values(), ["approved", "fulfilment", "review_reason"], batch_size=500)
        moved = move(plan, PLAN_MOVES, to=PlanState.REVIEWED, reviewed_by=actor, reviewed_at=clock.now())
        summary = [
            {"line": rows[pk].position, "approved": each.approved, "fulfilment": each.fulfilment}
            for pk, each in said.items()
        ]
        changes = {"state": moved, "lines": [None, summary], "approved": [None, sum(r.approved for r in rows.values())]}
        record("plan.reviewed", plan, actor=actor, role=role, changes=changes, reason=reason)
    return plan


def send_back(plan: Plan, *, actor: Any, reason: str) -> Plan:
    """Return a reviewed plan to its maker; what the review said is taken off its lines. Writes ``plan.sent_back``."""
    with writing():
        plan, role = _admitted(plan, "send-back", actor)
        moved = move(plan, PLAN_MOVES, to=PlanState.DRAFT, reviewed_by=None, reviewed_at=None)
        plan.lines.update(approved=None, fulfilment="", review_reason="")
        record("plan.sent_back", plan, actor=actor, role=role, changes={"state": moved}, reason=reason)
    return plan


def freeze(plan: Plan, *, actor: Any, reason: str = "") -> Plan:
    """Fix a reviewed plan as a version that never changes again. Writes ``plan.frozen`` with the requests and pledges
    that it takes up related."""
    with writing():
        plan, role = _admitted(plan, "freeze", actor)
        moved = move(plan, PLAN_MOVES, to=PlanState.FROZEN, frozen_by=actor, frozen_at=clock.now())
        changes = {"state": moved, **_calculated(plan)}
        record("plan.frozen", plan, actor=actor, role=role, changes=changes, related=_taken_up(plan), reason=reason)
    return plan


def delete(plan: Plan, *, actor: Any) -> None:
    """Delete a draft; its number is not given again. Writes ``plan.discarded``."""
    with writing():
        plan, role = _admitted(plan, "delete", actor)
        changes = {name: [getattr(plan, name), None] for name in ("fiscal_year", "stage", "unit", "within")}
        record("plan.discarded", plan, actor=actor, role=role, changes=changes)
        plan.delete()


def _admitted(plan: Plan, verb: str, actor: Any) -> tuple[Plan, str]:
    """The plan as it is now and the role of the actor; ``Conflict`` when its state has no such act."""
    plan = fresh(plan, *_RELATED)
    permit: Permit = rules.PLAN_VERBS[verb]
    role = permit.who(actor, plan)
    if not permit.when(plan):
        raise Conflict("illegal_transition", _("Tindakan ini tidak berlaku pada keadaan rencana sekarang."))
    return plan, role


def _own_agency(actor: Any) -> Unit:
    person = getattr(actor, "person", None)
    if person is None or person.unit is None:
        raise DomainError("required", _("Pilih unit yang menganggarkan."), field="unit")
    return person.unit.agency()


def _root_of(unit: Unit) -> Unit:
    while unit.parent:
        unit = unit.parent
    return unit


def _calculated(plan: Plan) -> dict[str, Any]:
    figures = figures_of(plan)
    return {
        "devices": [None, figures.need], "amount": [None, figures.total], "without_price": [None, figures.unpriced],
        "anchor": [None, plan.anchor_seq],
    }  # fmt: skip


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Registered) else value


def _pair(line: PlanLine, name: str, new: Any) -> list[Any]:
    pair = [_plain(getattr(line, name)), _plain(new)]
    return [Private(each) for each in pair] if name == "note" else pair


def _named(plan: Plan, lines: list[dict[str, Any]]) -> list[tuple[str, PlanLine, dict[str, Any]]]:
    rows = {line.pk: line for line in plan.lines.select_related("budgeting_unit")}
    faults, found, seen = [], [], set()
    for index, values in enumerate(lines):
        line = rows.get(values["id"])
        if line is None or line.pk in seen:
            faults.append(Fault(f"lines.{index}.id", "not_found", _("Bukan baris rencana ini, atau disebut dua kali.")))
        else:
            found.append((f"lines.{index}", line, values))
        seen.add(values["id"])
    if faults:
        raise DomainError("invalid", _("Penyesuaian tidak lengkap."), faults=tuple(faults))
    return found


def _adjust(line: PlanLine, values: dict[str, Any], path: str) -> None:
    try:
        changed = set_by_hand(line, values)
    except ValidationError as error:
        raise DomainError("invalid", _("Penyesuaian tidak lengkap."), faults=faults_of(error, prefix=path)) from error
    line.save(update_fields=changed)


def set_by_hand(line: PlanLine, values: dict[str, Any]) -> list[str]:
    """Set ``values`` on ``line`` as the planner's own; returns the fields to save. Raises ``ValidationError``."""
    for name, value in values.items():
        setattr(line, name, value)
    fields = {field.name: field for field in line._meta.fields}
    line.clean_fields(exclude={n for n, f in fields.items() if n not in values or (f.null and values[n] is None)})
    if "unit_price" in values:
        line.price_year = None
    line.adjusted = sorted({*line.adjusted, *values})
    return [*values, "price_year", "adjusted"]


def _said(lines: list[Reviewed], rows: dict[int, PlanLine]) -> dict[int, Reviewed]:
    faults, found = [], {}
    for index, each in enumerate(lines):
        line = rows.get(each.id)
        if line is None or each.id in found:
            faults.append(Fault(f"lines.{index}.id", "not_found", _("Bukan baris rencana ini, atau disebut dua kali.")))
            continue
        found[each.id] = each
        faults += _faults(each, line, f"lines.{index}")
    if faults:
        raise DomainError("invalid", _("Penelaahan belum lengkap."), faults=tuple(faults))
    return found


def _faults(each: Reviewed, line: PlanLine, path: str) -> list[Fault]:
    found = []
    if each.fulfilment not in Fulfilment.values:
        found.append(Fault(f"{path}.fulfilment", "invalid_choice", _("Cara pemenuhan ini tidak dikenal.")))
    if not 0 <= each.approved <= line.proposed:
        detail = _("Jumlah disetujui antara 0 dan %(n)s.") % {"n": line.proposed}
        found.append(Fault(f"{path}.approved", "out_of_range", detail))
    if each.fulfilment in UNMET and each.approved:
        found.append(Fault(f"{path}.approved", "invalid", _("Yang ditunda atau tidak dipenuhi disetujui 0.")))
    if each.approved < line.proposed and not each.reason.strip():
        found.append(Fault(f"{path}.reason", "required", _("Beri alasan mengapa kurang dari yang diusulkan.")))
    return found


def _taken_up(plan: Plan) -> list[Registered]:
    """The requests and pledges for which something of the plan was approved."""
    causes = PlanCause.objects.filter(line__plan=plan, line__approved__gt=0)
    asked = causes.filter(kind=CauseKind.REQUEST).values("request_line__request")
    promised = causes.filter(kind=CauseKind.PLEDGE).values("pledge_line__pledge")
    linked = causes.filter(kind=CauseKind.REQUEST).values("request_line__pledge_line__pledge")
    pledges = Pledge.objects.filter(pk__in=promised) | Pledge.objects.filter(pk__in=linked)
    return [*DeviceRequest.objects.filter(pk__in=asked).order_by("pk"), *pledges.distinct().order_by("pk")]
