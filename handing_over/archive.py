"""Old deliveries from a file, while the archive is being entered: signed papers of the time before the register.

Rows with the same number are one paper; a device without any is a paper of its own. Devices pass on its day; for
pledges they count when somebody else attaches the signed paper. A paper that is on record is never changed by a file.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from assets import custody
from assets.models import Asset, Custody, Handover
from assets.rules import may_keep
from assets.states import AssetState, Condition, HandoverKind
from core import words
from core.errors import NotAllowed
from core.folded import column as folded_column
from core.identity import NIP
from core.importing import Action, FileRow, Importer, Step
from core.models import Installation
from core.plain import name_key
from handing_over.fulfilment import enter_archived
from handing_over.items import MAX_ITEMS, Item
from org.models import Person, Role, Unit, User
from org.namesakes import bare
from org.rules import reach
from org.units_named import Units
from pledges.models import Pledge, PledgeLine

MARKS = ("tag", "nibar", "serial_number")


@dataclass
class _Paper:
    number: str
    _: KW_ONLY
    day: date
    unit: Unit
    recipient: Person | None
    known: Handover | None = None
    items: list[Item] = field(default_factory=list)


class DeliveryImporter(Importer):
    """Values: ``number`` and ``handed_over_on`` of the paper; ``unit_code`` or ``unit_name`` and ``recipient`` (name or
    NIP); the device by ``tag``, ``nibar`` or ``serial_number``; ``condition``, ``accessories``; ``pledge`` (number).
    """

    verb = "handover.imported"
    chunk = 200_000

    def __init__(self, actor: User, unit: Any = None) -> None:
        super().__init__(actor, unit)
        self.units = Units()
        keeps = reach(actor).unit_ids(Role.ASSET_CLERK)
        self.keeps = None if keeps is None else set(keeps)
        self.papers: dict[str, _Paper] = {}
        self.handed: dict[int, tuple[str, int, int]] = {}

    @classmethod
    def may(cls, actor: User) -> str:
        role = may_keep(actor)
        if not Installation.current().archive_open:
            raise NotAllowed("archive_closed", _("Masa pencatatan arsip sudah ditutup."))
        return role

    def begin(self, rows: list[FileRow]) -> None:
        self.assets: dict[str, dict[str, list[Asset]]] = {}
        for name in MARKS:
            key = folded_column(Asset, name)
            wanted = {key.of_text(row.values[name]) for row in rows if row.values.get(name)} - {""}
            found = Asset.objects.with_state().filter(**{f"{key.name}__in": wanted})
            for asset in found.select_related("device_type", "unit__parent__parent"):
                self.assets.setdefault(name, {}).setdefault(getattr(asset, key.name), []).append(asset)
        numbers = {number for row in rows if (number := self._number(row.values))}
        papers = Handover.objects.filter(number__in=numbers).prefetch_related("items")
        self.known = {each.number: each for each in papers}
        self.people: dict[tuple[str, str], list[Person]] = {}
        for person in Person.objects.select_related("unit"):
            for word in {name_key(person.name), bare(person.name), person.nip_key} - {""}:
                self.people.setdefault((word, person.unit.code), []).append(person)
        wanted = {row.values["pledge"] for row in rows if row.values.get("pledge")}
        pledges = Pledge.objects.visible_to(self.actor).published().filter(number__in=wanted)
        self.pledges = {each.number: each for each in pledges.prefetch_related("lines__unit")}
        self.moved = dict(Custody.objects.values_list("asset").annotate(last=Max("since")))

    def settle(self, step: Step) -> None:
        values = step.row.values
        asset, paper = self._asset(step), self._paper(step)
        if paper is None or asset is None:
            return
        step.label = f"{paper.number} {asset}"
        if paper.known is not None:
            self._compare(step, paper, asset)
            return
        self._refuse_unfit(step, paper, asset)
        line = self._pledge_line(step, paper, asset) if values.get("pledge") else None
        if len(paper.items) == MAX_ITEMS:
            step.fault(
                "number", "out_of_range", _("Satu BAST memuat paling banyak %(n)s perangkat.") % {"n": MAX_ITEMS}
            )
        step.instance = paper
        paper.items.append(
            Item(
                asset,
                condition=values.get("condition", ""),
                accessories=values.get("accessories", ""),
                request_line=None,
                pledge_line=line,
            )
        )

    def write(self, steps: list[Step]) -> list[Any]:
        papers = {id(step.instance): step.instance for step in steps}.values()
        touched: dict[tuple[str, int], Any] = {}
        for paper in sorted(papers, key=lambda each: (each.day, each.number)):
            keeper = paper.items[0].asset.unit
            handover = Handover(
                kind=HandoverKind.ISSUE, from_unit=keeper, recipient_unit=paper.unit, recipient=paper.recipient,
                legal_act=custody.settle_legal_act(HandoverKind.ISSUE, "", keeper, paper.unit), recorded_by=self.actor,
            )  # fmt: skip
            for each in enter_archived(handover, paper.items, on=paper.day, number=paper.number):
                touched[each.journal_type, each.pk] = each
        return list(touched.values())

    def _number(self, values: dict[str, Any]) -> str:
        """The number of a row's paper; where it has none, what the paper is called by: its device and day."""
        if values.get("number"):
            return str(values["number"])
        found, day = self._named(values), values.get("handed_over_on")
        return f"Tanpa nomor {found[0].tag} {day.isoformat()}" if len(found) == 1 and day else ""

    def _paper(self, step: Step) -> _Paper | None:
        values = step.row.values
        unit = self.units.choose(step, values.get("unit_code", ""), values.get("unit_name", ""))
        recipient = self._recipient(step, unit) if unit and values.get("recipient") else None
        if unit and not unit.active:
            step.fault("unit_code", "out_of_use", _("Unit penerima tidak dipakai lagi: tulis unit penggantinya."))
        if recipient and (not recipient.active or recipient.leaving_since):
            step.fault("recipient", "out_of_use", _("Penerima tidak bertugas lagi atau akan pindah."))
        number, day = self._number(values), values["handed_over_on"]
        if unit is None or not number or step.action == Action.FAULT:
            return None
        paper = self.papers.setdefault(
            number, _Paper(number, day=day, unit=unit, recipient=recipient, known=self.known.get(number))
        )
        if (paper.day, paper.unit, paper.recipient) != (day, unit, recipient):
            step.fault("number", "different", _("Baris lain dengan nomor ini menyebut tanggal atau penerima lain."))
            return None
        return paper

    def _recipient(self, step: Step, unit: Unit) -> Person | None:
        said = step.row.values["recipient"]
        spelled = {name_key(said), bare(said), NIP.folded(said)}
        found = {each.pk: each for (name, code), people in self.people.items() for each in people
                 if name in spelled and unit.covers(each.unit)}  # fmt: skip
        if len(found) == 1:
            return next(iter(found.values()))
        detail = (
            _("Beberapa orang bernama sama; isi NIP-nya.")
            if found
            else _("Penerima belum tercatat di unit ini: catat orangnya dahulu, atau perbaiki namanya.")
        )
        step.fault("recipient", "ambiguous" if found else "unknown", detail)
        return None

    def _named(self, values: dict[str, Any]) -> list[Asset]:
        """The devices that the first mark of a row names."""
        name = _mark_in(values)
        if name is None:
            return []
        found = self.assets.get(name, {}).get(folded_column(Asset, name).of_text(values[name]), [])
        return [each for each in found if self.keeps is None or each.unit_id in self.keeps]

    def _asset(self, step: Step) -> Asset | None:
        values = step.row.values
        found = self._named(values)
        if len(found) == 1:
            return found[0]
        name = _mark_in(values)
        if name is None:
            step.fault("tag", "required", _("Isi label, NIBAR atau nomor seri perangkat."))
            return None
        detail = (
            _("Beberapa perangkat bernomor ini.")
            if found
            else _("Perangkat ini tidak ada di register: catat perangkatnya dahulu, atau perbaiki nomornya.")
        )
        step.fault(name, "ambiguous" if found else "unknown", detail)
        return None

    def _compare(self, step: Step, paper: _Paper, asset: Asset) -> None:
        known = paper.known
        assert known is not None  # noqa: S101  (asked by the caller)
        there = {item.asset_id for item in known.items.all()}
        same = (known.handed_over_on, known.recipient_unit_id) == (paper.day, paper.unit.pk) and asset.pk in there
        if same:
            step.action = Action.SAME
        else:
            step.fault("number", "unique", _("Nomor BAST ini sudah tercatat dengan isi lain."))

    def _refuse_unfit(self, step: Step, paper: _Paper, asset: Asset) -> None:
        first = self.handed.setdefault(asset.pk, step.row.place)
        last = self.moved.get(asset.pk)
        if first != step.row.place:
            step.fault_twice("tag", first)
        elif asset.state != AssetState.IN_STOCK:
            state = AssetState(asset.state).label
            step.fault("tag", "asset_not_available", _("Perangkat tidak tersedia: %(state)s.") % {"state": state})
        elif broken := {asset.condition, step.row.values.get("condition", "")} & set(Condition.which(fit=False)):
            state = Condition(broken.pop()).label
            step.fault("tag", "asset_not_available", _("Perangkat tidak tersedia: %(state)s.") % {"state": state})
        elif last and last > paper.day:
            detail = _("Tanggal ini sebelum perangkat terakhir berpindah.")
            step.fault("handed_over_on", "before_last_move", detail)
        if asset.acquired_on and asset.acquired_on > paper.day:
            detail = _("Tanggal ini sebelum perangkat dibeli (%(day)s): periksa tanggalnya atau tanggal perolehan.")
            step.fault("handed_over_on", "before_purchase", detail % {"day": words.long_date(asset.acquired_on)})
        if paper.items and paper.items[0].asset.unit_id != asset.unit_id:
            step.fault(
                "number",
                "several_givers",
                _("Semua perangkat satu BAST harus berasal dari unit yang sama: pisahkan nomornya."),
            )

    def _pledge_line(self, step: Step, paper: _Paper, asset: Asset) -> PledgeLine | None:
        pledge = self.pledges.get(step.row.values["pledge"])
        if pledge is None or pledge.closed:
            step.fault("pledge", "pledge_not_open", _("Janji ini belum diterbitkan atau sudah ditutup."))
            return None
        for line in pledge.lines.all():
            if line.unit.covers(paper.unit) and line.covers(asset.device_type):
                return line
        step.fault("pledge", "wrong_line", _("Janji ini tidak menyebut perangkat ini untuk unit penerima."))
        return None


def _mark_in(values: dict[str, Any]) -> str | None:
    """The first mark by which a row names a device."""
    return next((each for each in MARKS if values.get(each)), None)
