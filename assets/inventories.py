"""Inventories: opened and closed by the asset clerk, answered line by line by the units that hold the devices."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from assets import rules
from assets.models import Custody, Inventory, InventoryLine
from assets.register import note_condition
from assets.states import INVENTORY_MOVES, InventoryAnswer, InventoryState
from core import clock
from core.errors import Conflict, DomainError
from core.journal import record
from core.lifecycle import move
from core.models import Attachment, Registered
from core.numbering import serial
from core.transactions import fresh, writing
from core.validation import validate
from org.models import Unit

MAX_LINES = 2000


def open_inventory(*, unit: Unit, due_on: date, actor: Any, note: str = "") -> Inventory:
    """Open an inventory of ``unit`` and the units under it: one line per device that one of them holds now.

    Refuses a day before today, a unit that holds nothing and one that holds more than ``MAX_LINES``. Writes
    ``inventory.opened`` with the devices related.
    """
    with writing():
        role = rules.may_keep(actor, unit)
        if due_on < clock.today():
            raise DomainError("in_the_past", _("Tanggal ini sudah lewat."), field="due_on")
        held = Custody.objects.filter(until__isnull=True, unit__in=Unit.objects.within(unit.code)).order_by("asset_id")
        custodies = list(held.select_related("asset", "unit")[: MAX_LINES + 1])
        if not custodies:
            raise DomainError("nothing_held", _("Unit ini tidak memegang perangkat."), field="unit")
        if len(custodies) > MAX_LINES:
            raise DomainError(
                "too_many_lines", _("Terlalu banyak perangkat; buka inventarisasi per kecamatan."), field="unit"
            )
        number = serial("inventory", "IV", clock.today())
        inventory = Inventory(number=number, unit=unit, due_on=due_on, note=note, opened_by=actor)
        validate(inventory)
        inventory.save(force_insert=True)
        InventoryLine.objects.bulk_create(
            InventoryLine(inventory=inventory, asset=each.asset, unit=each.unit) for each in custodies
        )
        changes = {"unit": [None, unit.code], "due_on": [None, due_on], "devices": [None, len(custodies)]}
        record(
            "inventory.opened", inventory, actor=actor, role=role, changes=changes, reason=note,
            related=[each.asset for each in custodies],
        )  # fmt: skip
    return inventory


def confirm(
    line: InventoryLine, *, actor: Any, condition: str = "", reason: str = "", photo: Attachment | None = None
) -> InventoryLine:
    """The device is there; a ``condition`` told with it becomes a condition report, to which a photo belongs.

    Writes ``inventory_line.confirmed``.
    """
    if photo and not condition:
        raise DomainError("required", _("Bila ada foto, isi juga kondisinya."), field="condition")
    with writing():
        line = fresh(line, "inventory", "asset", "unit")
        role = rules.INVENTORY_LINE_VERBS["confirm"].who(actor, line)
        changes = _answered(line, InventoryAnswer.CONFIRMED, reason, actor)
        if condition:
            line.report, changes["condition"] = note_condition(
                line.asset, unit=line.unit, actor=actor, condition=condition, note=reason, photo=photo
            )
        _save(line, changes, actor=actor, role=role)
    return line


def not_found(line: InventoryLine, *, actor: Any, reason: str = "") -> InventoryLine:
    """The device was not found. It is not lost by that: a person reports it lost. Writes ``inventory_line.not_found``.

    While the inventory is open, a later ``confirm`` takes the place of this answer, and the other way round.
    """
    with writing():
        line = fresh(line, "inventory", "asset", "unit")
        role = rules.INVENTORY_LINE_VERBS["not-found"].who(actor, line)
        line.report = None
        _save(line, _answered(line, InventoryAnswer.NOT_FOUND, reason, actor), actor=actor, role=role)
    return line


def close(inventory: Inventory, *, actor: Any, reason: str = "") -> Inventory:
    """Close the inventory, also when lines are without answer; they are named. Writes ``inventory.closed``."""
    with writing():
        inventory = fresh(inventory, "unit")
        role = rules.INVENTORY_VERBS["close"].who(actor, inventory)
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
        record("inventory.closed", inventory, actor=actor, role=role, changes=changes, reason=reason)
    return inventory


def _answered(line: InventoryLine, answer: str, note: str, actor: Any) -> dict[str, Any]:
    """Set the answer on ``line``; returns it for the journal."""
    if line.inventory.state != InventoryState.OPEN:
        raise Conflict("illegal_transition", _("Inventarisasi ini sudah ditutup."))
    if line.answer == answer:
        raise Conflict("illegal_transition", _("Jawaban ini sudah tercatat."))
    old, line.answer = line.answer, answer
    line.note, line.answered_by, line.answered_at = note, actor, clock.now()
    return {"answer": [old or None, answer]}


def _save(line: InventoryLine, changes: dict[str, Any], *, actor: Any, role: str) -> None:
    validate(line)
    line.save(update_fields=["answer", "note", "report", "answered_by", "answered_at"])
    related: list[Registered] = [line.inventory, line.asset, *([line.report] if line.report else [])]
    verb = f"inventory_line.{line.answer}"
    record(verb, line, actor=actor, role=role, changes=changes, reason=line.note, related=related)
