"""Two people of one name in one unit are rarely two: whoever enters the second is asked first. Two offices of one name
are one: what the first promised would not stand with the second, so the second is refused.

Names are the same whatever their apostrophe, case and accents (``core.plain``). Who has another NIP is another person.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict
from core.plain import name_key
from org.models import Office, Person, Unit
from org.models.units import lineage, subtree

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


SECOND = _(
    "%(unit)s sudah mempunyai jabatan %(name)s. Pakai jabatan itu; yang berganti nama karena keputusan dicatat dengan "
    "nama barunya dan diusulkan sebagai penerusnya."
)
_NO_WORD = re.compile(r"[^\w]+")
_OF_DINAS = re.compile(r"\bdi[sn](?=\w{3})")
_SHORT = {
    "kadis": "kepala dinas", "kadin": "kepala dinas", "kaban": "kepala badan", "kabag": "kepala bagian",
    "kabid": "kepala bidang", "kasi": "kepala seksi", "kasubbag": "kepala subbagian", "kasubag": "kepala subbagian",
    "kades": "kepala desa", "sekda": "sekretaris daerah", "sekdis": "sekretaris dinas", "sekcam": "sekretaris camat",
    "wabup": "wakil bupati", "walkot": "wali kota", "wawalkot": "wakil wali kota",
}  # fmt: skip
_SILENT = frozenset(
    {"plt", "plh", "pj", "pjs", "dan", "dinas", "badan", "kantor", "kabupaten", "kab", "kota", "kecamatan", "kec",
     "kelurahan", "kel", "desa"}
)  # fmt: skip
"""Words of an office's name that tell it from no other of its unit: how it is held, and what kind of unit that is."""
_OF_DIVISION = frozenset({"bidang", "bagian"})


def same_office(name: str, unit: Unit) -> str:
    """``name`` of an office as ``unit`` would read it: "Kadis Kominfo" of the Dinas Kominfo is its "Kepala"."""
    silent = _SILENT | (_OF_DIVISION if unit.kind == Unit.Kind.DIVISION else frozenset())
    said, own = _words(name, silent), _words(unit.name, silent)
    return f" {said} ".replace(f" {own} ", " ").replace(" ", "") or said if own else said.replace(" ", "")


def _words(name: str, silent: Collection[str]) -> str:
    words = _NO_WORD.sub(" ", name_key(name)).split()
    long = " ".join(_SHORT.get(each, each) for each in words).replace("wali kota", "walikota")
    return " ".join(each for each in _OF_DINAS.sub("dinas ", long).split() if each not in silent)


def refuse_second_office(office: Office, changed: Collection[str]) -> None:
    """``Conflict`` for an office that is new, renamed, moved or in use again, called as another of its unit, or of one
    above or under it (pledges.md, "Succession": another office is a successor, by decree)."""
    anew = {"name", "unit"}.intersection(changed)
    if not anew and not (office.active and "active" in changed):
        return
    near = Q(unit__code__in=lineage(office.unit.code)) | subtree(office.unit.code, field="unit__code")
    others = Office.objects.filter(near).exclude(pk=office.pk).select_related("unit").order_by("pk")
    for other in others if anew else others.filter(active=True):
        if same_office(office.name, other.unit) == same_office(other.name, other.unit):
            raise Conflict("similar_name", SECOND % {"unit": other.unit, "name": other}, field="name")
