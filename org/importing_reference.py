"""Reference data from a file: rows that are new, that say something new, or that stand there already."""

from __future__ import annotations

from collections import ChainMap
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from core.errors import NotAllowed
from core.identity import NIP, TEXT
from core.importing import Action, FileRow, Importer, Question, Step, check_fields, insert, said, update
from core.plain import name_key
from core.text import folded
from org import fixed, placing, unit_names
from org.importing_units import guessed_kind
from org.models import Person, Reference, Unit, User
from org.models.accounts import end_credentials
from org.models.units import SECOND_ROOT
from org.namesakes import alike
from org.reference import followed, keeper, unit_of
from org.succession import revived
from org.units_named import Units


class ReferenceImporter(Importer):
    """Base for tables that a role keeps. Values of a row are fields of ``model``, empty cells say nothing.

    ``existing(step)`` finds the row meant; ``resolved(step)`` turns words for related rows into these.
    """

    model: ClassVar[type[Reference]]
    chunk = 200_000

    def __init__(self, actor: User, unit: Any = None) -> None:
        super().__init__(actor, unit)
        self.allowed: dict[int | None, bool] = {}

    @classmethod
    def may(cls, actor: User) -> str:
        return keeper(actor, cls.model)

    def existing(self, step: Step, values: dict[str, Any]) -> Any:
        raise NotImplementedError

    def resolved(self, step: Step) -> dict[str, Any]:
        return step.row.values

    def read(self, step: Step, values: dict[str, Any], known: Any) -> dict[str, Any]:
        """The values as the register keeps them, of a row that means ``known`` or a new thing (None)."""
        return values

    def settle(self, step: Step) -> None:
        values = self.resolved(step)
        if step.action in (Action.FAULT, Action.SKIP):
            return
        known = self.existing(step, values)
        if step.action in (Action.ASK, Action.SKIP):
            return
        if known is not None:
            self._may_touch(step, known)
        values = self.read(step, values, known)
        step.instance = known or self.model()
        for name, value in values.items():
            old = getattr(step.instance, name) if known else None
            if known is None or old != value:
                step.changes[name] = [_shown(old), _shown(value)]
                setattr(step.instance, name, value)
        step.label = str(step.instance)
        if known is not None and not step.changes:
            step.action = Action.SAME
            return
        if known is not None and step.action != Action.FAULT:
            step.action = Action.CHANGE
        self._may_touch(step, step.instance)
        for name, why in fixed.staying(step.instance, step.changes):
            step.fault(name, "in_use", why)
        self.check(step)

    def check(self, step: Step) -> None:
        check_fields(step)
        try:
            step.instance.clean()
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                step.fault(name, "invalid", " ".join(messages))

    def write(self, steps: list[Step]) -> list[Any]:
        for step in steps:
            step.changes |= followed(step.instance, step.changes, self.actor)
        new = [step.instance for step in steps if step.action == Action.CREATE]
        return [*insert(new), *update([step for step in steps if step.action == Action.CHANGE])]

    def _may_touch(self, step: Step, row: Any) -> None:
        key = None if row.of_the_whole else getattr(unit_of(row), "pk", None)
        if key not in self.allowed:
            try:
                keeper(self.actor, row)
                self.allowed[key] = True
            except NotAllowed:
                self.allowed[key] = False
        if not self.allowed[key]:
            step.fault(
                "unit_code",
                "role_missing",
                _("Unit ini di luar wewenang Anda: minta pengelola unit itu mengunggah baris ini."),
            )


class UnitImporter(ReferenceImporter):
    """Values: ``code``, ``name``, ``kind`` (may follow from the code), ``active``. The parent follows from the code."""

    verb = "unit.imported"
    model = Unit
    keys = (("code",),)

    def __init__(self, actor: User, unit: Any = None) -> None:
        super().__init__(actor, unit)
        self.known = {each.code: each for each in Unit.objects.select_related("parent")}
        self.coming: dict[str, Unit] = {}
        self.named: set[str] = set()

    def plan(self, rows: list[FileRow]) -> list[Step]:
        """Parents before their children, whatever the order of the file."""
        self.named.update(row.values.get("code", "") for row in rows)
        depth = {row.place: row.values.get("code", "").count(".") for row in rows}
        steps = super().plan(sorted(rows, key=lambda row: depth[row.place]))
        self._refuse_seconds(steps)
        return steps

    def _refuse_seconds(self, steps: list[Step]) -> None:
        """Once all names of the file are read: it may say two the other way round."""
        beside: dict[str, list[Unit]] = {}
        for unit in (*self.known.values(), *self.coming.values()):
            beside.setdefault(unit.parent.code if unit.parent else "", []).append(unit)
        called = [
            step for step in steps
            if step.action in (Action.CREATE, Action.CHANGE) and {"name", "kind"}.intersection(step.changes)
        ]  # fmt: skip
        former = unit_names.former_names(self.known.values()) if called else {}
        for step in called:
            unit = step.instance
            others = (each for each in beside[unit.parent.code if unit.parent else ""] if each is not unit)
            if why := unit_names.taken_by(unit, others, former):
                step.fault("name", "similar_name", why)

    def existing(self, step: Step, values: dict[str, Any]) -> Any:
        return self.known.get(values["code"])

    def resolved(self, step: Step) -> dict[str, Any]:
        values = dict(step.row.values)
        if values["code"] in self.known:
            return values
        parent = placing.nearest(values["code"], ChainMap(self.coming, self.known))
        if parent is None and not self._may_be_root(step, values["code"]):
            return values
        kind = values.get("kind") or guessed_kind(values["code"], parent)
        if not kind:
            step.fault("kind", "required", _("Jenis unit tidak dapat disimpulkan dari kodenya; isi kolom jenis."))
        return {**values, "kind": str(kind), "parent": parent}

    def _may_be_root(self, step: Step, code: str) -> bool:
        roots = [each for each in (*self.coming.values(), *self.known.values()) if each.parent is None]
        beside = next((each for each in roots if not each.code.startswith(f"{code}.")), None)
        if beside:
            step.fault("code", "second_root", SECOND_ROOT % {"code": beside.code, "name": beside.name})
        elif roots and not self.actor.is_superuser:
            step.fault("code", "role_missing", placing.ABOVE_ALL)
        elif root := placing.above_one(code, self.known.values(), self.named):
            step.fault("code", "above_one", placing.ABOVE_ONE % {"code": root.code, "name": root.name})
        return step.action != Action.FAULT

    def check(self, step: Step) -> None:
        check_fields(step)
        if step.action == Action.CREATE:
            self.coming[step.instance.code] = step.instance

    def write(self, steps: list[Step]) -> list[Any]:
        """New units level by level, because a child needs the id of its parent."""
        changed = [step for step in steps if step.action == Action.CHANGE]
        touched = update(changed)
        revived(step.instance for step in changed if step.changes.get("active") == [False, True])
        levels: dict[int, list[Unit]] = {}
        for step in steps:
            if step.action == Action.CREATE:
                levels.setdefault(step.instance.code.count("."), []).append(step.instance)
        for level in sorted(levels):
            for unit in levels[level]:
                unit.parent = unit.parent  # takes over the id that the parent has by now
            touched += insert(levels[level])
        touched += placing.taken_under_new(self.coming.values(), self.known.values())
        return touched


SAME, ANOTHER = "same", "another"


class PersonImporter(ReferenceImporter):
    """Values: ``name``, ``nip``, ``position``, ``phone``, ``active``; ``unit_code`` or ``unit_name``.

    Somebody is recognised by the NIP; without one by the name within the unit. Where several are called so, in the
    unit or in the file, and where the name is spelled otherwise, it is asked who is meant.
    """

    verb = "person.imported"
    model = Person
    keys = (("nip",),)
    kinds: ClassVar = {"nip": NIP}
    private = Person.private_fields
    own = frozenset({"name", "nip", "phone"})

    @classmethod
    def readable(cls, actor: User, model: type[Model]) -> QuerySet:
        """Numbers and telephones stand in it."""
        return Person.administered(actor)

    def __init__(self, actor: User, unit: Any = None) -> None:
        super().__init__(actor, unit)
        self.units = Units()

    def begin(self, rows: list[FileRow]) -> None:
        people = list(Person.objects.select_related("unit").order_by("pk"))
        self.by_nip = {each.nip_key: each for each in people if each.nip_key}
        self.by_name: dict[tuple[str, int], list[Person]] = {}
        for each in people:
            self.by_name.setdefault((name_key(each.name), each.unit_id), []).append(each)
        self.named: dict[tuple[str, int], FileRow] = {}

    def resolved(self, step: Step) -> dict[str, Any]:
        values = dict(step.row.values)
        code, name = values.pop("unit_code", ""), values.pop("unit_name", "")
        if code or name:
            values["unit"] = self.units.choose(step, code, name)
        elif self.unit is not None:
            values["unit"] = self.unit
        else:
            step.fault("unit_code", "required", _("Isi kode unit, atau pilih unit saat mengunggah."))
        if values.get("unit"):
            step.meant = {"unit_code": f"{values['unit'].code} {values['unit']}", "unit_name": ""}
        return values

    def existing(self, step: Step, values: dict[str, Any]) -> Any:
        name = values["name"]
        nip, key = NIP.folded(values.get("nip", "")), (name_key(name), values["unit"].pk)
        if nip and nip in self.by_nip:
            return self.by_nip[nip]
        step.label = name
        first = self.named.setdefault(key, step.row) if not nip else step.row
        if first is not step.row and not self._is_another(step, first):
            return None
        like = alike(name, nip, self.by_name.get(key, []))
        found = [each for each in like if folded(each.name) == folded(name)]
        if like and (len(found) != 1 or first is not step.row):
            return self._chosen(step, like)
        return found[0] if found else None

    def _is_another(self, step: Step, first: FileRow) -> bool:
        """Whether the row means somebody else than an earlier one of that name. The same one is passed over."""
        text = _("%(name)s sudah ada di baris %(n)s berkas ini. Orang yang sama?")
        answer = self.ask(
            step,
            Question(
                _question(step, "twice"), text % {"name": step.row.values["name"], "n": said(first.place)},
                ((SAME, _("Orang yang sama: lewati baris ini")), (ANOTHER, _("Orang lain dengan nama yang sama"))),
                row=step.row.number, sheet=step.row.sheet,
            ),
        )  # fmt: skip
        if answer == SAME:
            step.skip(
                "name", "duplicate", _("Orang yang sama dengan baris %(n)s: dilewati.") % {"n": said(first.place)}
            )
        return answer == ANOTHER

    def _chosen(self, step: Step, like: list[Person]) -> Person | None:
        """Who of those that are called so is meant; None for another one, and while it is asked."""
        people = tuple((str(each.pk), _described(each)) for each in like)
        answer = self.ask(
            step,
            Question(
                _question(step, "who"), _("Di unit ini sudah ada %(name)s. Siapa yang dimaksud?") % {"name": like[0]},
                (*people, (ANOTHER, _("Orang lain dengan nama yang sama"))),
                row=step.row.number, sheet=step.row.sheet, about=tuple(like),
            ),
        )  # fmt: skip
        return next((each for each in like if str(each.pk) == answer), None)

    def read(self, step: Step, values: dict[str, Any], known: Any) -> dict[str, Any]:
        """The number as the register keeps it; what is no NIP stays text where the row or the register says so."""
        if known is None and any(question.answered(self.answers) == ANOTHER for question in step.questions):
            values = {**values, "namesake": True}
        if not values.get("nip"):
            return values
        free = values.get("not_nip", known.not_nip if known else False)
        if known is not None and free == known.not_nip and NIP.folded(values["nip"]) == known.nip_key:
            return {**values, "nip": known.nip}
        try:
            return {**values, "nip": (TEXT if free else NIP).read(values["nip"])}
        except ValidationError as error:
            step.fault("nip", error.error_list[0].code or "invalid", " ".join(error.messages))
        return values

    def write(self, steps: list[Step]) -> list[Any]:
        end_credentials(step.instance for step in steps if step.changes.get("active") == [True, False])
        return super().write(steps)


def _question(step: Step, what: str) -> str:
    return ".".join(filter(None, (what, step.row.sheet, str(step.row.number))))


def _described(person: Person) -> str:
    """By what people of one name are told apart."""
    return ", ".join(filter(None, (person.name, person.position, person.nip)))


def _shown(value: Any) -> Any:
    """A value as the journal tells it: related rows by their code."""
    return getattr(value, "code", value)
