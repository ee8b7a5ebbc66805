"""Another unit comes to answer for a pledge: asked by one, decided by another. Words, dates and lines stay."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.acts import Done, act
from core.errors import Conflict, DomainError
from core.permits import Every
from core.taking import Reason
from org.models import Unit, User
from pledges import rules
from pledges.asking import Decided, Paper, asked_for
from pledges.models import PassingOn, Pledge


@act(
    "pass-on", _("Alihkan penanggung jawab"), _("Unit lain yang menjawab janji ini. Sekda yang memutuskan."),
    done=_("Permintaan tercatat."), event="pledge.passing_on_asked",
    who=rules.asker, when=Every(rules.can_be_eased, rules.no_unit_asked),
)  # fmt: skip
def pass_on(pledge: Pledge, *, actor: User, responsible_unit: Unit, reason: Reason, document: Paper) -> Done[PassingOn]:
    """Ask that ``responsible_unit`` answer for the pledge. Until it is decided the present unit does."""
    if not responsible_unit.active or responsible_unit.pk == pledge.responsible_unit_id:
        raise DomainError("invalid", _("Pilih unit lain yang masih aktif."), field="responsible_unit")
    row = PassingOn(
        pledge=pledge, from_unit=pledge.responsible_unit, responsible_unit=responsible_unit, reason=reason,
        asked_by=actor,
    )  # fmt: skip
    return asked_for(row, _changes(row), document)


def decided(row: PassingOn, approved: bool) -> Decided:
    """Let the unit asked for answer from now on."""
    if not approved:
        return Decided("pledge.passing_on_refused", _changes(row))
    if row.pledge.responsible_unit_id != row.from_unit_id or not row.responsible_unit.active:
        raise Conflict("outdated", _("Penanggung jawab janji ini atau unit yang diminta sudah berubah."))
    row.pledge.responsible_unit = row.responsible_unit
    row.pledge.save(update_fields=["responsible_unit"])
    return Decided("pledge.passed_on", _changes(row))


def _changes(row: PassingOn) -> dict[str, list[str]]:
    return {"responsible_unit": [row.from_unit.code, row.responsible_unit.code]}
