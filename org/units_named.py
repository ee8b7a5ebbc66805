"""Units as files name them: by code, or by a name that only one of them bears."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from core.importing import Step
from core.plain import name_key
from org.models import Unit

_KIND = re.compile(r"^(kecamatan|kec\.?|kelurahan|kel\.?|desa|kantor kecamatan|kantor)\s+")


class Units:
    """All units, read once. Names match without spaces, and with or without the word for their kind."""

    def __init__(self) -> None:
        self.by_code: dict[str, Unit] = {}
        self.by_name: dict[str, list[Unit]] = {}
        for unit in Unit.objects.all():
            self.by_code[unit.code] = unit
            for name in {_lean(unit.name), _lean(str(unit)), bare(unit.name)}:
                self.by_name.setdefault(name, []).append(unit)

    def choose(self, step: Step, code: str, name: str = "", *, field: str = "unit") -> Unit | None:
        """The unit that a row means; says on ``{field}_code`` or ``{field}_name`` what is wrong with it."""
        if code:
            found = self.found(code)
            if found is None:
                step.fault(f"{field}_code", "unknown", _("Kode unit ini tidak ada."))
            return found
        named = self._named(name)
        if len(named) == 1:
            return named[0]
        detail = (
            _("Beberapa unit bernama sama; isi kodenya.")
            if named
            else _("Unit dengan nama ini tidak ada: tulis kode atau nama unit seperti di daftar unit.")
        )
        step.fault(f"{field}_name", "ambiguous" if named else "unknown", detail)
        return None

    def found(self, code: str, name: str = "") -> Unit | None:
        """The one unit of this code, or without it of this name."""
        if code:
            return self.by_code.get(code.strip().upper())
        named = self._named(name)
        return named[0] if len(named) == 1 else None

    def _named(self, name: str) -> list[Unit]:
        return self.by_name.get(_lean(name)) or self.by_name.get(bare(name), [])


def _lean(name: str) -> str:
    return name_key(name).replace(" ", "")


def bare(name: str) -> str:
    """The name of a unit as it is compared: without the word for its kind and without spaces."""
    return _KIND.sub("", name_key(name)).replace(" ", "")
