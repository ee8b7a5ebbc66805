"""The life of a plan: calculated, adjusted by the planner, reviewed by a second person, frozen as a version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from assets.states import FundSource
from core import clock
from core.acts import Done, act, unchanged
from core.errors import Conflict, DomainError, Fault, faults_of
from core.journal import Private
from core.lifecycle import move
from core.models import Registered
from core.numbering import next_number
from core.numbers import thousands
from core.taking import Ask, Note, Reason, Rupiah
from core.validation import validate
from org.models import Unit, User
from planning import rules
from planning.calculating import put_lines
from planning.models import Plan, PlanCause, PlanLine, SubActivity
from planning.reading import figures_of
from planning.states import PLAN_MOVES, UNMET, CauseKind, Fulfilment, PlanState, Stage
from pledges.models import Pledge
from requests_app.models import DeviceRequest

ADJUSTABLE = (
    "proposed", "unit_price", "price_includes_ppn", "specification", "account_code", "fund_source", "budgeting_unit",
    "proposal_origin", "note",
)  # fmt: skip


class Described(TypedDict, total=False):
    """What describes a plan and may be changed while it is a draft."""

    sub_activity: SubActivity | None
    fund_source: FundSource | Literal[""]
    ceiling: Annotated[Rupiah | None, Ask(help=_("Rupiah bulat; boleh menyusul."))]
    note: str


DESCRIPTIVE = tuple(Described.__annotations__)


@dataclass(frozen=True)
class Reviewed:
    """What the review says of one line: how many of it, by which way, and why when it is less than proposed."""

    id: int
    approved: int
    fulfilment: str = Fulfilment.PURCHASE
    reason: str = ""


@act(
    "create", _("Buat rencana"),
    _("Kebutuhan tahun itu langsung dihitung dari usulan, janji, perangkat dan anggaran yang tercatat."),
    done=_("Rencana dibuat dan dihitung."), event="plan.created", who=rules.may_plan, under="within",
)  # fmt: skip
def create(
    *, actor: User, fiscal_year: int, stage: Stage = Stage.MURNI,
    unit: Annotated[Unit | None, Ask(help=_("Kosongkan untuk perangkat daerah Anda sendiri."))] = None,
    within: Annotated[Unit | None, Ask(help=_("Kosongkan untuk seluruh kabupaten."))] = None,
    **described: Unpack[Described],
) -> Done[Plan]:  # fmt: skip
    """Begin the plan of ``unit`` (the planner's own agency) for the needs ``within`` a unit (the whole district).

    It is calculated at once. It follows the latest frozen plan of the same agency, year and round, else of the rounds
    before it. ``Conflict`` while another of the same year and round is open.
    """
    unit = unit or _own_agency(actor)
    if within is None:
        within = _root_of(unit)
        rules.may_plan(actor, within)
    if fiscal_year < clock.today().year:
        raise DomainError("in_the_past", _("Tahun anggaran ini sudah lewat."), field="fiscal_year")
    same = Plan.objects.filter(unit=unit, fiscal_year=fiscal_year)
    if same.filter(stage=stage).exclude(state=PlanState.FROZEN).exists():
        raise Conflict("plan_open", _("Masih ada rencana yang belum ditetapkan untuk tahun dan tahap ini."))
    edition = same.filter(stage=stage).aggregate(last=Max("edition"))["last"] or 0
    plan = Plan(
        number=f"RK-{fiscal_year}-{next_number('plan', fiscal_year):04d}", fiscal_year=fiscal_year, stage=stage,
        edition=edition + 1, unit=unit, within=within, made_by=actor, **described,
    )  # fmt: skip
    validate(plan)
    frozen = same.filter(state=PlanState.FROZEN).order_by("frozen_at", "pk")
    plan.previous = frozen.filter(stage=stage).last() or frozen.filter(stage__in=Stage.before(stage)).last()
    plan.save(force_insert=True)
    put_lines(plan)
    changes = {"fiscal_year": [None, fiscal_year], "stage": [None, stage], **_calculated(plan)}
    return Done(plan, changes, reason=plan.note)


@act(
    "review", _("Telaah"),
    _("Tetapkan berapa yang disetujui dan cara pemenuhannya. Kurang dari yang diusulkan perlu alasan."),
    done=_("Penelaahan tercatat."), event="plan.reviewed", who=rules.reviewer, when=rules.is_draft,
)  # fmt: skip
def review(plan: Plan, *, actor: User, lines: Iterable[Reviewed] = (), reason: Note = "") -> Done[Plan]:
    """The second person's review (penelaahan): per line how many, by which way, and why.

    A line not named is approved as proposed, by purchase. Less than proposed needs a reason; more is refused.
    """
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
    approved = sum(line.approved or 0 for line in rows.values())
    return Done(plan, {"state": moved, "lines": [None, summary], "approved": [None, approved]})


@act(
    "freeze", _("Tetapkan"),
    _("Rencana menjadi versi tetap: tidak dapat diubah atau dihapus lagi. Perubahan berikutnya adalah versi baru."),
    done=_("Rencana ditetapkan."), event="plan.frozen", who=rules.planner, when=rules.is_reviewed,
)  # fmt: skip
def freeze(plan: Plan, *, actor: User, reason: Note = "") -> Done[Plan]:
    """Fix a reviewed plan as a version that never changes again. Its event has the requests and pledges that it takes
    up related."""
    moved = move(plan, PLAN_MOVES, to=PlanState.FROZEN, frozen_by=actor, frozen_at=clock.now())
    return Done(plan, {"state": moved, **_calculated(plan)}, related=_taken_up(plan))


@act(
    "adjust", _("Sesuaikan baris"),
    _("Yang Anda isi sendiri tetap, juga bila kebutuhan dihitung ulang. Simpan setiap halaman."),
    done=_("Penyesuaian tersimpan."), event="plan.adjusted", who=rules.planner, when=rules.is_draft,
)  # fmt: skip
def adjust(plan: Plan, *, actor: User, lines: Iterable[dict[str, Any]], reason: Note = "") -> Done[Plan]:
    """Set fields of lines by hand: ``{id, proposed?, unit_price?, price_includes_ppn?, specification?, account_code?,
    fund_source?, budgeting_unit?, proposal_origin?, note?}`` each. All-or-nothing; nothing is written when nothing
    differs.
    """
    summary = []
    for path, line, values in _named(plan, list(lines)):
        differing = {n: v for n, v in values.items() if n in ADJUSTABLE and getattr(line, n) != v}
        if differing:
            summary.append({"line": line.position, **{n: _pair(line, n, v) for n, v in differing.items()}})
            _adjust(line, differing, path)
    return Done(plan, {"lines": [None, summary]}) if summary else unchanged(plan)


@act(
    "recalculate", _("Hitung ulang"),
    _("Kebutuhan dihitung lagi dari usulan, janji, perangkat dan anggaran yang tercatat sekarang."),
    done=_("Kebutuhan dihitung ulang."), event="plan.recalculated", who=rules.planner, when=rules.is_draft,
)  # fmt: skip
def recalculate(plan: Plan, *, actor: User, reason: Note = "") -> Done[Plan]:
    """Calculate a draft anew from what is on record now; what the planner set by hand stays."""
    put_lines(plan)
    return Done(plan, _calculated(plan))


@act(
    "send-back", _("Kembalikan"),
    _("Rencana kembali menjadi draf perencana; hasil penelaahan dihapus dari barisnya."),
    done=_("Rencana dikembalikan."), event="plan.sent_back", who=rules.reviewer, when=rules.is_reviewed,
)  # fmt: skip
def send_back(plan: Plan, *, actor: User, reason: Reason) -> Done[Plan]:
    """Return a reviewed plan to its maker; what the review said is taken off its lines."""
    moved = move(plan, PLAN_MOVES, to=PlanState.DRAFT, reviewed_by=None, reviewed_at=None)
    plan.lines.update(approved=None, fulfilment="", review_reason="")
    return Done(plan, {"state": moved})


@act(
    "change", _("Ubah keterangan"), _("Sub kegiatan, sumber dana, pagu dan catatan rencana ini."),
    done=_("Perubahan tersimpan."), event="plan.changed", who=rules.planner, when=rules.is_draft,
)  # fmt: skip
def change(plan: Plan, *, actor: User, **described: Unpack[Described]) -> Done[Plan]:
    """Change what describes a draft; nothing when nothing changes."""
    changes = {name: _pair(plan, name, value) for name, value in described.items() if getattr(plan, name) != value}
    if not changes:
        return unchanged(plan)
    for name in changes:
        setattr(plan, name, described[name])  # type: ignore[literal-required]
    validate(plan)
    plan.save(update_fields=list(changes))
    return Done(plan, changes)


@act(
    "delete", _("Hapus draf"), _("Draf ini dihapus; nomornya tidak dipakai lagi."),
    done=_("Draf dihapus."), event="plan.discarded", who=rules.planner, when=rules.is_draft,
)  # fmt: skip
def delete(plan: Plan, *, actor: User) -> Done[None]:
    """Delete a draft; its number is not given again."""
    changes = {name: [getattr(plan, name), None] for name in ("fiscal_year", "stage", "unit", "within")}
    Plan.objects.filter(pk=plan.pk).delete()
    return Done(None, changes)


def _own_agency(actor: User) -> Unit:
    person = actor.person
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


def _pair(thing: Plan | PlanLine, name: str, new: Any) -> list[Any]:
    """A change as the journal keeps it."""
    pair = [_plain(getattr(thing, name)), _plain(new)]
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
        detail = _("Jumlah disetujui antara 0 dan %(n)s.") % {"n": thousands(line.proposed)}
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
