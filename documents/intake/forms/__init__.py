"""The kinds of files that can be read in."""

from __future__ import annotations

from documents.intake.forms.archive import OLD_DELIVERIES, OLD_PLEDGES
from documents.intake.forms.assets import ASSETS
from documents.intake.forms.base import Field, Form
from documents.intake.forms.office import DEVICE_TYPES, PEOPLE, STANDARD_PRICES, UNITS

FORMS: dict[str, Form] = {
    form.kind: form for form in (ASSETS, PEOPLE, UNITS, DEVICE_TYPES, STANDARD_PRICES, OLD_PLEDGES, OLD_DELIVERIES)
}

__all__ = ["FORMS", "Field", "Form"]
