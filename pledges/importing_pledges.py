"""Old pledges from a file: they become drafts, which people then check, submit and publish one by one.

Rows with the same words, office and days are one pledge; each adds a line. A pledge is never changed by a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from assets.models import DeviceType, Family
from core import clock
from core.errors import DomainError, faults_of
from core.importing import Action, FileRow, Importer, Step, check_fields, insert
from core.plain import name_key
from core.text import folded
from org.models import Office, User
from org.rules import unit_of
from org.units_named import Units
from pledges import rules
from pledges.lines import check
from pledges.models import Pledge, PledgeLine
from pledges.suggesting import read

WORDS = (
    "title", "quote", "occasion", "place", "basis", "strength", "deadline_text", "original_due_on", "budget_ref",
)  # fmt: skip


DECIDING = ("original_due_on", "strength", "deadline_text")
"""What of the words decides how a pledge is judged: a row that says it otherwise is not the same."""


@dataclass
class _Group:
    """One pledge of the file: the row that began it, and its lines by what is promised to whom."""

    pledge: Pledge
    row: int
    known: Pledge | None = None
    lines: dict[tuple[Any, ...], PledgeLine] = field(default_factory=dict)


class PledgeImporter(Importer):
    """Values: the words of a ``Pledge``; ``office`` by name; ``made_on`` (day or year) or ``made_on_from`` and
    ``made_on_to``; ``responsible_code`` or ``responsible_name``; of the line ``unit_code`` or ``unit_name``,
    ``promised`` (family or device type, by code or name) and ``quantity``.
    """

    verb = "pledge.imported"
    chunk = 200_000

    def __init__(self, actor: User, unit: Any = None) -> None:
        super().__init__(actor, unit)
        self.units = Units()
        self.offices: dict[str, list[Office]] = {}
        for office in Office.objects.select_related("unit"):
            self.offices.setdefault(name_key(office.name), []).append(office)
        self.families = {folded(word): each for each in Family.objects.all() for word in (each.code, each.name)}
        self.types = {folded(word): each for each in DeviceType.objects.all() for word in (each.code, each.name)}
        self.groups: dict[tuple[Any, ...], _Group] = {}

    @classmethod
    def may(cls, actor: User) -> str:
        return rules.may_draft(actor)

    def begin(self, rows: list[FileRow]) -> None:
        self.known: dict[tuple[Any, ...], Pledge] = {}
        for pledge in Pledge.objects.visible_to(self.actor).prefetch_related("lines").order_by("-pk"):
            self.known[folded(pledge.quote), pledge.office_id, pledge.made_on_from, pledge.made_on_to] = pledge

    def settle(self, step: Step) -> None:
        days, office = self._days(step), self._office(step)
        if days is None or office is None:
            return
        key = folded(step.row.values["quote"]), office.pk, *days
        group = self.groups.get(key)
        if group is None:
            group = self.groups[key] = _Group(Pledge(), step.row.number, self.known.get(key))
            if group.known is None and not office.active:
                step.fault("office", "out_of_use", rules.OFFICE_OUT_OF_USE)
            self._begin_pledge(step, group, office, days)
        step.instance, step.known = group, group.known
        step.label = group.pledge.title or step.row.values["title"]
        if step.action != Action.FAULT:
            self._add_line(step, group)

    def write(self, steps: list[Step]) -> list[Any]:
        groups = {id(step.instance): step.instance for step in steps}.values()
        pledges = insert([group.pledge for group in groups])
        lines = [line for group in groups for line in group.lines.values()]
        for group in groups:
            for line in group.lines.values():
                line.pledge = group.pledge
        try:
            PledgeLine.objects.bulk_create(lines)
        except IntegrityError as error:
            raise DomainError("invalid", _("Baris janji tidak lengkap.")) from error
        return pledges

    def _begin_pledge(self, step: Step, group: _Group, office: Office, days: tuple[date, date]) -> None:
        values = step.row.values
        code, name = values.get("responsible_code", ""), values.get("responsible_name", "")
        responsible = self.units.choose(step, code, name, field="responsible") if code or name else self.unit
        if responsible is None:
            if not (code or name):
                step.fault("responsible_code", "required", _("Isi kode unit penanggung jawab."))
            return
        pledge = group.pledge
        pledge.office, (pledge.made_on_from, pledge.made_on_to) = office, days
        pledge.responsible_unit, pledge.recorded_by = responsible, self.actor
        pledge.recorded_in = unit_of(self.actor)
        for word in WORDS:
            if word in values:
                setattr(pledge, word, values[word])
        check_fields(_on(step, pledge))
        try:
            pledge.clean()
        except ValidationError as error:
            for each in faults_of(error):
                step.fault(each.field, each.code, each.detail)
        if pledge.original_due_on and pledge.original_due_on < pledge.made_on_from:
            step.fault("original_due_on", "invalid", _("Tenggat tidak boleh sebelum janji diucapkan."))
        if step.action != Action.FAULT:
            read(pledge)

    def _add_line(self, step: Step, group: _Group) -> None:
        line = self._line(step)
        if step.action == Action.FAULT:
            return
        if line is not None:
            if line.kind_for_unit in group.lines:
                step.fault("quantity", "duplicate", _("Penerima dan perangkat ini sudah ada pada janji yang sama."))
            group.lines[line.kind_for_unit] = line
        if group.known is not None:
            self._compare(step, group.known, line)

    def _compare(self, step: Step, known: Pledge, line: PledgeLine | None) -> None:
        there = {(*each.kind_for_unit, each.quantity) for each in known.lines.all()}
        same = not there if line is None else (*line.kind_for_unit, line.quantity) in there
        if same and all(getattr(known, name) == step.row.values.get(name, getattr(known, name)) for name in DECIDING):
            step.action = Action.SAME
        else:
            detail = _("Janji ini sudah tercatat (%(number)s) dengan isi lain; ubah lewat halamannya.")
            step.fault("quote", "not_editable", detail % {"number": known.number or _("draf")})

    def _line(self, step: Step) -> PledgeLine | None:
        """What the row promises to whom; None when no number was said."""
        values = step.row.values
        said = [values.get(name) for name in ("unit_code", "unit_name", "promised", "quantity")]
        if not any(said):
            return None
        unit = self.units.choose(step, values.get("unit_code", ""), values.get("unit_name", ""))
        word = folded(values.get("promised", ""))
        family, device_type = self.families.get(word), self.types.get(word)
        if family is None and device_type is None:
            step.fault("promised", "unknown", _("Kelompok atau jenis perangkat ini tidak ada."))
        if "quantity" not in values:
            step.fault("quantity", "required", _("Wajib diisi."))
        if step.action == Action.FAULT or unit is None:
            return None
        line = PledgeLine(
            unit=unit, family=family, device_type=None if family else device_type, quantity=values["quantity"]
        )
        try:
            check(line, 0, exclude=("pledge",))
        except DomainError as refusal:
            for each in refusal.faults:
                step.fault("quantity", each.code, each.detail)
        return line

    def _office(self, step: Step) -> Office | None:
        found = self.offices.get(name_key(step.row.values["office"]), [])
        if len(found) == 1:
            return found[0]
        detail = _("Beberapa jabatan bernama sama.") if found else _("Jabatan ini belum tercatat.")
        step.fault("office", "ambiguous" if found else "unknown", detail)
        return None

    def _days(self, step: Step) -> tuple[date, date] | None:
        values = step.row.values
        said = values.get("made_on")
        first, last = values.get("made_on_from", said), values.get("made_on_to", said)
        if first is None or last is None:
            step.fault("made_on", "required", _("Isi tanggal atau tahun ucapan."))
            return None
        first = date(first, 1, 1) if isinstance(first, int) else first
        last = min(date(last, 12, 31), clock.today()) if isinstance(last, int) else last
        if last < first:
            step.fault("made_on_to", "invalid", _("Akhir rentang ucapan tidak boleh sebelum awalnya."))
            return None
        return first, last


def _on(step: Step, pledge: Pledge) -> Step:
    step.instance = pledge
    return step
