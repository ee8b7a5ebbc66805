"""Whose paper it is and who signs it: letterheads, heads of units on a day, the people behind a handover."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F

from assets.models import Custody, Handover
from assets.states import COMES_BACK, FROM_STOCK
from core.models import Installation
from documents.papers.typesetting import plain
from org.models import Grant, Person, Role, Tenure, Unit

CLERK = "Pengurus Barang"
_HEADS = {
    Unit.Kind.DISTRICT: "Camat {name}",
    Unit.Kind.URBAN_VILLAGE: "Lurah {name}",
    Unit.Kind.VILLAGE: "Kepala Desa {name}",
}
_KIND_WORDS = {Unit.Kind.URBAN_VILLAGE: "Kelurahan ", Unit.Kind.VILLAGE: "Desa "}


@dataclass(frozen=True)
class Signer:
    """Somebody who signs for ``unit``, or the empty place for whoever will."""

    unit: Unit
    position: str = ""
    person: Person | None = None

    def data(self) -> dict[str, Any]:
        """Name, number, position and unit as the templates take them; what is not known is empty."""
        return {
            "name": plain(self.person.name) if self.person else "",
            "number": identity_number(self.person.nip) if self.person else ["NIP", ""],
            "position": plain(self.position),
            "unit": unit_name(self.unit),
        }


def identity_number(text: str) -> list[str]:
    """What to call the number of a person, and the number in groups: a NIP has 18 digits."""
    digits = text.replace(" ", "")
    if len(digits) == 18 and digits.isdecimal():
        return ["NIP", f"{digits[:8]} {digits[8:14]} {digits[14]} {digits[15:]}"]
    return ["Nomor Identitas" if digits else "NIP", plain(text)]


def unit_name(unit: Unit) -> str:
    """The full name: Kecamatan Kemang, Kelurahan Atang Senjaya."""
    word = _KIND_WORDS.get(Unit.Kind(unit.kind), "")
    name = plain(unit)
    return name if name.casefold().startswith(word.casefold()) else word + name


def letterhead(agency: Unit) -> dict[str, str]:
    """Government, office and address on top of the papers of ``agency``; only our own office's address is known."""
    ours = Installation.current()
    government = plain(ours.name)
    if not government.casefold().startswith("pemerintah"):
        government = f"Pemerintah {government}"
    own = agency.parent_id is None or agency.name.casefold() == ours.agency_name.casefold()
    return {
        "government": government.upper(),
        "office": plain(ours.agency_name if own else unit_name(agency)).upper(),
        "address": plain(ours.agency_address) if own else "",
    }


def head_title(unit: Unit) -> str:
    """What the head of ``unit`` is called; empty for the district, whose papers Gawai does not write."""
    name = unit_name(unit)
    if unit.kind in _HEADS:
        bare = name.removeprefix("Kecamatan ").removeprefix("Kelurahan ").removeprefix("Desa ")
        return _HEADS[Unit.Kind(unit.kind)].format(name=bare)
    if unit.kind == Unit.Kind.REGENCY:
        return ""
    if name.startswith("Sekretariat "):
        return name.replace("Sekretariat", "Sekretaris", 1)
    return "Inspektur" if name == "Inspektorat" else f"Kepala {name}"


def head_of(unit: Unit, on: date) -> Signer:
    """Who signs for ``unit`` on local day ``on``: the holder of its head office, else who has the grant to sign."""
    title = head_title(unit)
    if not title:
        return Signer(unit)
    tenure = (
        Tenure.objects.select_related("person", "office")
        .filter(office__unit=unit, office__name__in=(title, title.split(" ")[0]), starts_on__lte=on)
        .exclude(ends_on__lt=on)
        .order_by("-starts_on", "-pk")
        .first()
    )
    if tenure:
        acting = "" if tenure.status == Tenure.Status.DEFINITIVE else f"{tenure.get_status_display()} "
        return Signer(unit, f"{acting}{title}", tenure.person)
    grant = (
        Grant.objects.at(on)
        .select_related("user__person")
        .filter(role=Role.UNIT_HEAD, unit=unit, user__person__isnull=False)
        .order_by(F("acting_for").desc(nulls_last=True), "-starts_on", "-pk")
        .first()
    )
    if grant is None:
        return Signer(unit, title, None)
    return Signer(unit, f"Plh. {title}" if grant.acting_for_id else title, grant.user.person)


def handover_parties(handover: Handover, on: date) -> tuple[Signer, Signer]:
    """PIHAK PERTAMA, who gives, and PIHAK KEDUA, who receives."""
    recorder = handover.recorded_by.person
    gives, receives = handover.from_unit, handover.recipient_unit
    if handover.kind in COMES_BACK:
        brought = recorder if recorder and gives.agency().covers(recorder.unit) else _holder(handover)
        took = handover.recipient or (recorder if recorder != brought else None)
        return _signer(brought, head_of(gives, on)), _signer(took, Signer(receives, CLERK), position=CLERK)
    if handover.kind not in FROM_STOCK:
        giver = _signer(_holder(handover), head_of(gives, on))
    else:
        giver = _signer(recorder, head_of(gives, on), position=CLERK)
    return giver, _signer(handover.recipient, head_of(receives, on))


def keeper_of(handover: Handover) -> Unit:
    """The office whose paper it is: on whose books the devices stood; between two others, the recorder's own."""
    if handover.kind in COMES_BACK:
        return handover.recipient_unit.agency()
    recorder = handover.recorded_by.person
    moves = handover.kind not in FROM_STOCK
    return (recorder.unit if recorder and moves else handover.from_unit).agency()


def acknowledging(handover: Handover, on: date, parties: tuple[Signer, Signer]) -> list[Signer]:
    """The heads of the offices concerned, the giving side first, unless they sign as a party already."""
    signing = {party.person for party in parties if party.person}
    agencies = (handover.from_unit.agency(), handover.recipient_unit.agency(), keeper_of(handover))
    heads = [head_of(agency, on) for agency in {agency.pk: agency for agency in agencies}.values()]
    return [head for head in heads if head.position and head.person not in signing]


def _signer(person: Person | None, otherwise: Signer, *, position: str = "") -> Signer:
    """``person``, with ``position`` when none is on record; ``otherwise``, who signs when nobody is known."""
    if person is None or person == otherwise.person:
        return otherwise
    return Signer(otherwise.unit, person.position or position, person)


def _holder(handover: Handover) -> Person | None:
    """Who had the first of the devices before this handover took them."""
    item = handover.items.order_by("pk").first()
    if item is None:
        return None
    ended = Custody.objects.select_related("person").filter(asset=item.asset_id)
    before = ended.filter(ended_by=item).exclude(began_by=item).first() or ended.filter(until__isnull=True).first()
    return before.person if before else None
