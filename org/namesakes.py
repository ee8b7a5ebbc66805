"""Two people of one name in one unit are rarely two: whoever enters the second is asked first.

Names are the same whatever their apostrophe, case and accents (``core.plain``). Who has another NIP is another person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict
from core.plain import name_key
from org.models import Person

_TITLE = re.compile(r"^(?:drs?|dra|h|hj|ir|prof|dr|apt|ns|sdr|sdri|bapak|ibu|bpk)(?:\.\s*|\s+)(?=\S)")
ASKED = _("Di unit ini sudah ada %(name)s. Bila memang orang lain, nyatakan sebagai orang lain dengan nama yang sama.")


def alike(name: str, nip_key: str, people: Iterable[Person]) -> list[Person]:
    """Those among ``people`` of a unit who may be the one called so."""
    key = name_key(name)
    return [each for each in people if name_key(each.name) == key and not (nip_key and each.nip_key)]


def bare(name: str) -> str:
    """A name as it is compared, without titles before and behind it."""
    found = name_key(name.partition(",")[0])
    while found != (left := _TITLE.sub("", found)):
        found = left
    return found


def refuse_second(person: Person) -> None:
    """``Conflict`` for a new person called as somebody of the unit, unless it is said that this is another one."""
    if person.namesake:
        return
    others = Person.objects.filter(unit=person.unit, name__plain__contains=name_key(person.name).split(" ")[0])
    if found := alike(person.name, person.nip_key, others.order_by("pk")):
        raise Conflict("similar_name", ASKED % {"name": found[0]}, field="name")
