"""What a check of the register found, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

WORDS = {
    "row": _("%(thing)s ada di register, tetapi tidak ada catatan yang membuatnya."),
    "gone": _("%(thing)s hilang dari register, tetapi tidak ada catatan yang menghapusnya."),
    "columns": _("%(thing)s tidak lagi seperti yang tercatat: %(columns)s."),
    "facts": _("Rincian catatan nomor %(event)s tidak sama dengan segelnya."),
}


def unexplained(fault: Mapping[str, Any]) -> str:
    """The first thing that no event explains (``core.verifying.Unexplained`` as JSON), as one sentence."""
    kind, event = str(WORDS[fault["kind"]]), {"event": fault["event"]}
    if not fault["label"]:
        return kind % event
    model = apps.get_model(fault["label"])
    number = fault["number"] or gettext("dengan id %(id)s") % {"id": fault["pk"]}
    thing = f"{model._meta.verbose_name} {number}"
    columns = ", ".join(dict.fromkeys(_name(model, column) for column in fault["columns"]))
    return kind % {**event, "thing": thing[:1].upper() + thing[1:], "columns": columns}


def _name(model: type[Model], column: str) -> str:
    """What people call the column; of a file that was exchanged, the column that refers to it."""
    return str(model._meta.get_field(column.split("__")[0]).verbose_name)  # type: ignore[union-attr]
