"""The planner's corrected budget workbook: its input cells, read back into the draft it was made from."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.acts import of
from core.errors import Conflict, NotAllowed, faults_of
from core.importing import Action, FileRow, Importer, Step
from core.permits import admit
from org.models import User
from planning.models import Plan, PlanLine
from planning.plans import adjust, set_by_hand
from planning.rules import may_plan


class PlanImporter(Importer):
    """Values: ``key`` (id of the line), ``number`` as the workbook showed it, and what may be filled in.

    A line is changed only while its plan is a draft and its number is what it was when the workbook was made: a plan
    calculated anew since then is another one. What equals the plan changes nothing; an emptied cell says nothing.
    """

    verb = "plan.read_back"
    keys = (("key",),)
    private = frozenset({"note"})
    inputs: ClassVar[tuple[str, ...]] = (
        "proposed", "unit_price", "specification", "account_code", "fund_source", "proposal_origin", "note",
    )  # fmt: skip

    @classmethod
    def may(cls, actor: User) -> str:
        return may_plan(actor)

    def begin(self, rows: list[FileRow]) -> None:
        ids = {row.values["key"] for row in rows if "key" in row.values}
        lines = PlanLine.objects.with_names().select_related("plan__within").filter(pk__in=ids)
        self.lines = {line.pk: line for line in lines.filter(plan__in=Plan.objects.visible_to(self.actor).values("pk"))}

    def settle(self, step: Step) -> None:
        values, line = step.row.values, self.lines.get(step.row.values["key"])
        if line is None:
            step.fault("key", "unknown", _("Baris ini bukan baris rencana."))
            return
        step.label = f"{line.number} {line.unit} · {line.device_type or line.family}"
        if self._refused(step, line):
            return
        step.changes = {
            name: [getattr(line, name), values[name]]
            for name in self.inputs
            if name in values and values[name] != getattr(line, name)
        }
        step.action = Action.CHANGE if step.changes else Action.SAME
        step.instance = line
        try:
            set_by_hand(line, {name: new for name, (_old, new) in step.changes.items()})
        except ValidationError as error:
            for fault in faults_of(error):
                step.fault(fault.field, fault.code, fault.detail)

    def _refused(self, step: Step, line: PlanLine) -> bool:
        permit = of(adjust).permit
        try:
            permit.who(self.actor, line.plan)
            admit(permit.when, line.plan)
        except (NotAllowed, Conflict) as error:
            step.fault("key", error.code, error.detail)
        else:
            if step.row.values["number"] != line.number:
                detail = _("Rencana sudah dihitung ulang sejak buku kerja ini dibuat; unduh lagi.")
                step.fault("number", "stale", detail)
        return step.action == Action.FAULT

    def write(self, steps: list[Step]) -> list[Any]:
        for step in steps:
            step.instance.save(update_fields=[*step.changes, "price_year", "adjusted"])
        touched = {step.instance.plan_id: step.instance.plan for step in steps}
        for plan in touched.values():
            plan.save(update_fields=[])
        return list(touched.values())
