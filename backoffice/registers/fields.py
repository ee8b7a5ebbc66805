"""Fields that several registers share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from backoffice.texts import TextField
from core.errors import DomainError, Fault
from core.identity import TAG

MOST_TAGS = 200


class TagsField(TextField):
    """Devices by their labels, one a line or separated by commas: typed, or read by a scanner."""

    widget = forms.Textarea(attrs={"rows": 4, "autocapitalize": "characters"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Satu label per baris."))
        super().__init__(max_length=10_000, **kwargs)

    def resolve(self, text: str, user: Any, field: str = "assets") -> list[Asset]:
        """The devices named, in the user's scope. ``DomainError`` names every label that is not there."""
        tags = list(dict.fromkeys(tag.strip() for line in text.splitlines() for tag in line.split(",") if tag.strip()))
        if len(tags) > MOST_TAGS:
            raise DomainError("too_many", _("Paling banyak %(n)s perangkat.") % {"n": MOST_TAGS}, field=field)
        keys = {tag: TAG.folded(tag) for tag in tags}
        seen = Asset.objects.visible_to(user).filter(tag_key__in=keys.values()).select_related("unit", "device_type")
        found = {asset.tag_key: asset for asset in seen if asset.tag_key}
        missing = [tag for tag, key in keys.items() if key not in found]
        if missing:
            detail = _("Label tidak ditemukan: %(tags)s") % {"tags": ", ".join(missing[:10])}
            raise DomainError("not_found", detail, faults=(Fault(field, "not_found", detail),))
        return list({key: found[key] for key in keys.values()}.values())
