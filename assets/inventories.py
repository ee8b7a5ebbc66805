"""Inventories: opened and closed by the asset clerk, answered line by line by the units that hold the devices."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.utils.translation import gettext_lazy as _

from assets import rules
from assets.models import Custody, Inventory, InventoryLine
from assets.register import note_condition
from assets.states import INVENTORY_MOVES, Condition, InventoryAnswer, InventoryState
from core import clock
from core.acts import Done, act
from core.errors import DomainError
from core.lifecycle import move
from core.models import Registered
from core.numbering import serial
from core.permits import Every, admit
from core.taking import Ask, Note, Photos, Reason
from core.validation import validate
from org.models import Unit, User

MAX_LINES = 2000


@act(
    "create", _("Buka inventarisasi"),
    _("Setiap perangkat yang sekarang dipegang unit itu dan unit di bawahnya ditanyakan kepada pemegangnya."),
    done=_("Inventarisasi dibuka."), event="inventory.opened", who=rules.may_keep, under="unit",
)  # fmt: skip
def open_inventory(*, unit: Unit, due_on: date, actor: User, note: str = "") -> Done[Inventory]:
    """Open an inventory of ``unit`` and the units under it: one line per device that one of them holds now.

    Refuses a day before today, a unit that holds nothing and one that holds more than ``MAX_LINES``. Its event has the
    devices related.
    """
    if due_on < clock.today():
        raise DomainError("in_the_past", _("Tanggal ini sudah lewat."), field="due_on")
    held = Custody.objects.filter(until__isnull=True, unit__in=Unit.objects.within(unit.code)).order_by("asset_id")
    custodies = list(held.select_related("asset", "unit")[: MAX_LINES + 1])
    if not custodies:
        raise DomainError("nothing_held", _("Unit ini tidak memegang perangkat."), field="unit")
    if len(custodies) > MAX_LINES:
        detail = _("Terlalu banyak perangkat; buka inventarisasi per kecamatan.")
        raise DomainError("too_many_lines", detail, field="unit")
    number = serial("inventory", "IV", clock.today())
    inventory = Inventory(number=number, unit=unit, due_on=due_on, note=note, opened_by=actor)
    validate(inventory)
    inventory.save(force_insert=True)
    InventoryLine.objects.bulk_create(
        InventoryLine(inventory=inventory, asset=each.asset, unit=each.unit) for each in custodies
    )
    changes = {"unit": [None, unit.code], "due_on": [None, due_on], "devices": [None, len(custodies)]}
    return Done(inventory, changes, related=[each.asset for each in custodies], reason=note)


@act(
    "confirm", _("Ada"), _("Perangkat ini ada di unit Anda. Bila perlu, laporkan kondisinya dengan foto."),
    done=_("Tercatat ada."), event="inventory_line.confirmed",
    who=rules.answers_for, when=Every(rules.still_open, rules.not_yet(InventoryAnswer.CONFIRMED)),
)  # fmt: skip
def confirm(
    line: InventoryLine, *, actor: User,
    condition: Annotated[Condition | Literal[""], Ask(label=_("Kondisi"))] = "",
    photo: Annotated[Photos, Ask(label=_("Foto"), help=_("Bila ada foto, isi juga kondisinya."))] = (),
    reason: Annotated[Reason, Ask(label=_("Keterangan"))] = "",
) -> Done[InventoryLine]:  # fmt: skip
    """The device is there; a ``condition`` told with it becomes a condition report, to which photos belong."""
    if photo and not condition:
        raise DomainError("required", _("Bila ada foto, isi juga kondisinya."), field="condition")
    changes = _answered(line, InventoryAnswer.CONFIRMED, reason, actor)
    if condition:
        admit(rules.on_the_list, line.asset)
        line.report, changes["condition"] = note_condition(
            line.asset, unit=line.unit, actor=actor, condition=condition, note=reason, photo=photo
        )
    return _saved(line, changes)


@act(
    "not-found", _("Tidak ditemukan"),
    _("Ini belum laporan hilang. Bila perangkat hilang, laporkan di halaman perangkat."),
    done=_("Tercatat tidak ditemukan."), event="inventory_line.not_found",
    who=rules.answers_for, when=Every(rules.still_open, rules.not_yet(InventoryAnswer.NOT_FOUND)),
)  # fmt: skip
def not_found(line: InventoryLine, *, actor: User, reason: Note = "") -> Done[InventoryLine]:
    """The device was not found. It is not lost by that: a person reports it lost.

    While the inventory is open, a later ``confirm`` takes the place of this answer, and the other way round.
    """
    line.report = None
    return _saved(line, _answered(line, InventoryAnswer.NOT_FOUND, reason, actor))


@act(
    "close", _("Tutup inventarisasi"),
    _("Jawaban tidak dapat diubah lagi. Yang belum dijawab dan yang tidak ditemukan tercatat dalam riwayat."),
    done=_("Inventarisasi ditutup."), event="inventory.closed", who=rules.counts, when=rules.is_open,
)  # fmt: skip
def close(inventory: Inventory, *, actor: User, reason: Note = "") -> Done[Inventory]:
    """Close the inventory, also when lines are without answer; they are named."""
    moved = move(inventory, INVENTORY_MOVES, to=InventoryState.CLOSED, closed_at=clock.now())
    tags: dict[str, list[str]] = {answer: [] for answer in ("", *InventoryAnswer.values)}
    for answer, tag in inventory.lines.order_by("pk").values_list("answer", "asset__tag"):
        tags[answer].append(tag)
    changes = {
        "state": moved,
        "confirmed": [None, len(tags[InventoryAnswer.CONFIRMED])],
        "not_found": [None, tags[InventoryAnswer.NOT_FOUND]],
        "unanswered": [None, tags[""]],
    }
    return Done(inventory, changes)


def _answered(line: InventoryLine, answer: str, note: str, actor: User) -> dict[str, Any]:
    """Set the answer on ``line``; returns it for the journal."""
    old, line.answer = line.answer, answer
    line.note, line.answered_by, line.answered_at = note, actor, clock.now()
    return {"answer": [old or None, answer]}


def _saved(line: InventoryLine, changes: dict[str, Any]) -> Done[InventoryLine]:
    validate(line)
    line.save(update_fields=["answer", "note", "report", "answered_by", "answered_at"])
    related: list[Registered] = [line.inventory, line.asset, *([line.report] if line.report else [])]
    return Done(line, changes, related=related)
