"""Records about people that have come to the end of their period (Jadwal Retensi Arsip), and how they end.

A rule says for how many years records of a kind are kept after they came to rest; a hold keeps one of them longer. What
is due is the same list for the dry run and the run, which ends each record in an act of its own with one event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import ExtractMonth, ExtractYear
from django.utils.translation import gettext_lazy as _

from assets.models import Custody, Handover
from assets.states import HandoverState
from core import clock, jobs
from core.acts import Done, act
from core.errors import Conflict, DomainError
from core.journal import record
from core.models import Registered, SecurityEvent
from core.permits import refusing
from core.personal import erasing, rewrite
from core.taking import Reason
from core.transactions import writing
from org.models import Person, Unit, User
from personal.forgetting import forget_person
from personal.models import LegalHold, RecordKind, RetentionRule
from personal.officer import officer
from pledges.models import Witness
from pledges.papers import forget_witness
from requests_app.models import DeviceRequest, RequestLine
from requests_app.states import RequestState

JOB = "retention"


@dataclass(frozen=True, order=True)
class Item:
    """One record that is due: its id (of the security log year and month, 202511) and since when it rested."""

    record: int
    rested: datetime


def due(rule: RetentionRule) -> list[Item]:
    """What the rule ends today, without what is held; nothing while it is not active."""
    held = _held(rule)
    return [item for item in _rested(rule) if item.record not in held]


def held_back(rule: RetentionRule) -> list[Item]:
    """What the rule would end today if it were not held."""
    held = _held(rule)
    return [item for item in _rested(rule) if item.record in held]


def _held(rule: RetentionRule) -> set[int]:
    return set(LegalHold.objects.in_force().filter(kind=rule.kind).values_list("record", flat=True))


def _rested(rule: RetentionRule) -> list[Item]:
    if not rule.active:
        return []
    before = clock.start_of(clock.years_after(clock.today(), -rule.years))
    return sorted(Item(*row) for row in _DUE[RecordKind(rule.kind)](before))


def records(kind: str, numbers: Iterable[int]) -> dict[int, Any]:
    """The records of a kind by their ids, where they are rows of the register."""
    model = _MODELS.get(RecordKind(kind))
    return model._base_manager.select_related(_UNIT[RecordKind(kind)]).in_bulk(list(numbers)) if model else {}


def unit_of(kind: str, row: Any) -> Unit:
    """Whose record it is."""
    return attrgetter(_UNIT[RecordKind(kind)].replace("__", "."))(row)


def numbered(kind: str, text: str) -> int:
    """The id of the record that is called ``text``: a request by its number, a witness by id, a month as 202511."""
    found = DeviceRequest.objects.filter(number=text.strip()).first() if kind == RecordKind.REQUEST else None
    if found is None and not (text.isascii() and text.strip().isdigit() and len(text) < 19):
        raise DomainError("does_not_exist", _("Catatan ini tidak ada."), field="record")
    return found.pk if found else int(text)


def _people(before: datetime) -> QuerySet:
    """People put out of use, whose account acts no more with it, who hold and await nothing."""
    waiting = [HandoverState.PREPARED, HandoverState.HANDED_OVER]
    needed = Exists(Custody.objects.filter(person=OuterRef("pk"), until=None)) | Exists(
        Handover.objects.filter(recipient=OuterRef("pk"), state__in=waiting)
    )
    resting = Person.objects.filter(~needed, active=False, erased_at=None, updated_at__lt=before)
    return resting.values_list("pk", "updated_at")


def _requests(before: datetime) -> QuerySet:
    """Requests at their end whose words still stand."""
    ended = [RequestState.WITHDRAWN, RequestState.CLOSED, RequestState.FULFILLED]
    found = DeviceRequest.objects.with_state().filter(derived_state__in=ended, updated_at__lt=before)
    return found.exclude(purpose="").values_list("pk", "updated_at")


def _witnesses(before: datetime) -> QuerySet:
    return Witness.objects.exclude(salt="").filter(created_at__lt=before).values_list("pk", "created_at")


def _months(before: datetime) -> Iterator[tuple[int, datetime]]:
    """Months of the security log that lie wholly before the day."""
    first = clock.local(before).date().replace(day=1)
    noted = SecurityEvent.objects.filter(at__lt=clock.start_of(first)).order_by()
    months = noted.annotate(year=ExtractYear("at"), month=ExtractMonth("at")).values_list("year", "month").distinct()
    for year, month in months:
        yield year * 100 + month, _month(year * 100 + month)[1]


def _month(number: int) -> tuple[datetime, datetime]:
    """First instant of a month, and of the one after."""
    year, month = divmod(number, 100)
    start, end = date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    return clock.start_of(start), clock.start_of(end)


_DUE: dict[RecordKind, Callable[[datetime], Any]] = {
    RecordKind.PERSON: _people,
    RecordKind.REQUEST: _requests,
    RecordKind.WITNESS: _witnesses,
    RecordKind.SECURITY_LOG: _months,
}


# ---- ending


def _end_person(pk: int) -> Registered:
    person = Person.objects.get(pk=pk)
    forget_person(person)
    return person


def _end_request(pk: int) -> Registered:
    """The words go; who asked for what, when and what became of it stays."""
    request = DeviceRequest.objects.get(pk=pk)
    with erasing():
        for line in RequestLine.objects.filter(request=request):
            rewrite(line, note="", reason="")
        rewrite(request, purpose="")
    return request


def _end_witness(pk: int) -> Registered:
    witness = Witness.objects.get(pk=pk)
    forget_witness(witness)
    return witness


def _end_month(number: int) -> None:
    since, until = _month(number)
    with erasing():
        SecurityEvent.objects.filter(at__gte=since, at__lt=until).delete()


_END: dict[RecordKind, Callable[[int], Registered | None]] = {
    RecordKind.PERSON: _end_person,
    RecordKind.REQUEST: _end_request,
    RecordKind.WITNESS: _end_witness,
    RecordKind.SECURITY_LOG: _end_month,
}


def apply(rule: RetentionRule, *, actor: User | None, role: str) -> list[Item]:
    """End what is due, each in a transaction of its own with one ``retention.disposed``; returns what was ended.

    What was held, or came to life, since the list was read stays.
    """
    return [item for item in due(rule) if _dispose(rule, item, actor, role)]


def _dispose(rule: RetentionRule, item: Item, actor: User | None, role: str) -> bool:
    with writing():
        rule = RetentionRule.objects.get(pk=rule.pk)
        if item not in due(rule):
            return False
        about = _END[RecordKind(rule.kind)](item.record) or rule
        changes = {"kind": [None, rule.kind], "record": [item.record, None], "years": [None, rule.years]}
        related = [rule] if about != rule else []
        record("retention.disposed", about, actor=actor, role=role, changes=changes, related=related)
    return True


# ---- verbs


@refusing(_("Masa simpan ini tidak aktif."))
def in_force(rule: RetentionRule) -> bool:
    return rule.active


@act(
    "apply", _("Jalankan penghapusan"),
    _("Data dan kata-kata tentang orang dalam tiap catatan pada daftar ini dihapus; nomor, hari dan keadaannya tetap. "
      "Bulan catatan keamanan dihapus seluruhnya. Masing-masing tercatat di jurnal. Tidak dapat dibatalkan."),
    done=_("Penghapusan berjalan; hasilnya di Unduhan dan pekerjaan."), event="retention_rule.asked", who=officer,
    when=in_force,
)  # fmt: skip
def ask_to_apply(rule: RetentionRule, *, actor: User, reason: Reason) -> Done[RetentionRule]:
    """Have a job end what is due, as this officer. ``Conflict`` when nothing is."""
    items = due(rule)
    if not items:
        raise Conflict("nothing_due", _("Tidak ada catatan yang sampai masa simpannya."))
    jobs.enqueue(JOB, actor, {"rule": rule.pk})
    return Done(rule, {"due": [None, len(items)]})


@act(
    "create", _("Tahan dari penghapusan"), _("Catatan ini tidak dihapus sampai penahanannya dilepas."),
    done=_("Catatan ditahan."), event="legal_hold.placed", who=officer,
)  # fmt: skip
def hold(*, actor: User, kind: RecordKind, record: int, basis: str) -> Done[LegalHold]:
    """Keep one record from being erased, whatever its period and whoever asks. Refuses a record that is not there."""
    if not _is_there(RecordKind(kind), record):
        raise DomainError("does_not_exist", _("Catatan ini tidak ada."), field="record")
    placed = LegalHold(kind=kind, record=record, basis=basis, placed_by=actor)
    placed.full_clean()
    placed.save(force_insert=True)
    return Done(placed, {"kind": [None, kind], "record": [None, record], "basis": [None, basis]})


_MODELS: dict[RecordKind, type[Registered]] = {
    RecordKind.PERSON: Person, RecordKind.REQUEST: DeviceRequest, RecordKind.WITNESS: Witness,
}  # fmt: skip

_UNIT = {
    RecordKind.PERSON: "unit", RecordKind.REQUEST: "unit", RecordKind.WITNESS: "pledge__responsible_unit",
}  # fmt: skip


def _is_there(kind: RecordKind, number: int) -> bool:
    if kind in _MODELS:
        return _MODELS[kind]._base_manager.filter(pk=number).exists()
    return 2000 <= number // 100 <= clock.today().year and 1 <= number % 100 <= 12


@refusing(_("Penahanan ini sudah dilepas."))
def held(placed: LegalHold) -> bool:
    return placed.lifted_at is None


@act(
    "lift", _("Lepaskan"), _("Catatan ini boleh dihapus lagi bila masa simpannya sampai."),
    done=_("Penahanan dilepas."), event="legal_hold.lifted", who=officer, when=held,
)  # fmt: skip
def lift(placed: LegalHold, *, actor: User, reason: Reason) -> Done[LegalHold]:
    """The record may be erased again."""
    placed.lifted_at, placed.lifted_by = clock.now(), actor
    placed.save(update_fields=["lifted_at", "lifted_by"])
    return Done(placed, {"lifted_at": [None, placed.lifted_at]})
