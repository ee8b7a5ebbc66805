"""Whose paper it is and who signs it: letterheads, heads of units on a day, the people behind a handover."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F

from assets.models import Custody, Handover
from assets.states import COMES_BACK, FROM_STOCK
from core.models import Event, Installation, Registered
from documents.papers.typesetting import plain
from org.models import Grant, Person, Role, Tenure, Unit, User

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
        """Name, number, rank, position and unit as the templates take them; what is not known is empty."""
        return {
            "name": plain(self.person.name) if self.person else "",
            "number": identity_number(self.person.nip) if self.person else ["NIP", ""],
            "rank": plain(self.person.rank) if self.person else "",
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
    """Government, office and address on top of the papers of ``agency``; the settings hold that of our own office."""
    ours = Installation.current()
    government = plain(ours.name)
    if not government.casefold().startswith("pemerintah"):
        government = f"Pemerintah {government}"
    own = (
        agency.kind == Unit.Kind.REGENCY
        or agency.parent_id is None
        or agency.name.casefold() == ours.agency_name.casefold()
    )
    return {
        "government": government.upper(),
        "office": plain(ours.agency_name if own else unit_name(agency)).upper(),
        "address": plain(agency.address or (ours.agency_address if own else "")),
    }


def head_title(unit: Unit) -> str:
    """What the head of ``unit`` is called; empty for the district, whose papers Gawai does not write."""
    name = unit_name(unit)
    if unit.kind in _HEADS:
        bare = name.removeprefix("Kecamatan ").removeprefix("Kelurahan ").removeprefix("Desa ")
        return _HEADS[Unit.Kind(unit.kind)].format(name=bare)
    if unit.kind in (Unit.Kind.PROVINCE, Unit.Kind.REGENCY):
        return ""
    if name.startswith("Sekretariat "):
        return name.replace("Sekretariat", "Sekretaris", 1)
    return "Inspektur" if name == "Inspektorat" else f"Kepala {name}"


def head_of(unit: Unit, on: date) -> Signer:
    """Who signs for ``unit`` on local day ``on``: the holder of its head office, else who has the grant to sign.

    Before a definitive holder his dated substitute, who signs in his place.
    """
    title = head_title(unit)
    if not title:
        return Signer(unit)
    tenures = (
        Tenure.objects.select_related("person", "office")
        .filter(office__unit=unit, office__name__in=(title, title.split(" ")[0]), starts_on__lte=on)
        .exclude(ends_on__lt=on)
        .order_by("-starts_on", "-pk")
    )
    tenure = tenures.first()
    if tenure and tenure.status != Tenure.Status.DEFINITIVE:
        definitive = tenures.filter(status=Tenure.Status.DEFINITIVE).first()
        absent = definitive.person if definitive and tenure.status == Tenure.Status.PLH else None
        return Signer(unit, _in_place(f"{tenure.get_status_display()} {title}", absent), tenure.person)
    grant = (
        Grant.objects.at(on)
        .select_related("user__person", "acting_for__person")
        .filter(role=Role.UNIT_HEAD, unit=unit, user__person__isnull=False)
        .order_by(F("acting_for").desc(nulls_last=True), "-starts_on", "-pk")
        .first()
    )
    if grant and grant.acting_for:
        return Signer(unit, _in_place(f"Plh. {title}", grant.acting_for), grant.user.person)
    if tenure:
        return Signer(unit, title, tenure.person)
    return Signer(unit, title, grant.user.person if grant else None)


def substitute(subject: Registered, by: User | None, title: str, *verbs: str) -> str:
    """The position under which ``by`` did one of ``verbs`` to ``subject``, where they stood in for somebody by then."""
    acts = Event.objects.filter(
        subject_type=subject.journal_type, subject_id=subject.pk, actor_id=by.pk if by else None, verb__in=verbs
    )
    act = acts.order_by("-seq").first()
    absent = User.objects.filter(pk=act.acting_for_id).first() if act and act.acting_for_id else None
    return _in_place(f"Plh. {title}", absent) if absent else ""


def _in_place(position: str, absent: Any) -> str:
    return f"{position}, untuk {absent}" if absent else position


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
        acting = substitute(handover, handover.recorded_by, CLERK, "handover.prepared", "handover.handed_over")
        giver = _signer(recorder, head_of(gives, on), position=CLERK, acting=acting)
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


def _signer(person: Person | None, otherwise: Signer, *, position: str = "", acting: str = "") -> Signer:
    """``person``, with ``position`` when none is on record; ``otherwise``, who signs when nobody is known.

    ``acting``: the position of a substitute, which goes before any other.
    """
    if person is None or (person == otherwise.person and not acting):
        return otherwise
    return Signer(otherwise.unit, acting or person.position or position, person)


def _holder(handover: Handover) -> Person | None:
    """Who had the first of the devices before this handover took them."""
    item = handover.items.order_by("pk").first()
    if item is None:
        return None
    ended = Custody.objects.select_related("person").filter(asset=item.asset_id)
    before = ended.filter(ended_by=item).exclude(began_by=item).first() or ended.filter(until__isnull=True).first()
    return before.person if before else None
