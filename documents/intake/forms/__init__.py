"""The kinds of files that can be read in."""

from __future__ import annotations

from documents.intake.forms.archive import OLD_DELIVERIES, OLD_PLEDGES
from documents.intake.forms.assets import ASSETS
from documents.intake.forms.base import Field, Form
from documents.intake.forms.office import DEVICE_TYPES, PEOPLE, STANDARD_PRICES, UNITS
from documents.intake.forms.planning import BUDGET_PLAN

FORMS: dict[str, Form] = {
    form.kind: form for form in (ASSETS, PEOPLE, UNITS, DEVICE_TYPES, STANDARD_PRICES, OLD_PLEDGES, OLD_DELIVERIES,
                         BUDGET_PLAN)
}  # fmt: skip
TEMPLATED = {kind: form for kind, form in FORMS.items() if form.has_template}
"""The kinds with a template to fill in."""

__all__ = ["FORMS", "TEMPLATED", "Field", "Form"]
