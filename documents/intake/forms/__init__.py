"""The kinds of files that can be read in."""

from __future__ import annotations

from documents.intake.forms.assets import ASSETS
from documents.intake.forms.base import Field, Form

FORMS: dict[str, Form] = {form.kind: form for form in (ASSETS,)}

__all__ = ["FORMS", "Field", "Form"]
