"""The subject report (UU 27/2022): all that is held about one person and what was done with it, as one workbook.

Sheets: who the person is, every row of every table that points at or names them, the journal of what was done about and
by them, and who read or took along their data between two instants. Other people are masked: of whom something is
said only the initials stand there, with their unit.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Model, Q
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import clock, journal, words
from core.columns import label_of
from core.errors import DomainError, Missing
from core.jobs import Progress, Result
from core.models import Event, EventObject, EventPrivate, Installation, Job
from core.naming import Known
from core.personal import mentions, models_of_ours, tables
from core.strict import POINT_WANTED, parse_point
from documents.filenames import file_name
from documents.layout import CellKind, Column, Cover, Layout
from documents.snapshot import snapshot
from documents.workbook import SafeWorkbook
from org.models import Grant, Person, Tenure, User
from personal import readings
from personal.forgetting import account_of, known_of
from personal.officer import oneself_or_officer
from wording.events import kind_of, sentence_of
from wording.nothing import or_nothing
from wording.roles import ROLES

KIND = "subject_report"
READ_AS: dict[str, Any] = {
    "person_viewed": _("Halaman orang dibuka"),
    "people_listed": _("Ada dalam daftar yang dibuka"),
    "journal_read": _("Ada dalam jurnal yang dibuka"),
    "export_made": _("Ada dalam berkas ekspor yang dibuat"),
    "export": _("Berkas ekspor diunduh"),
    "export_downloaded": _("Berkas ekspor diunduh"),
    "paper_printed": _("Ada dalam dokumen yang dicetak"),
    "person_reported": _("Laporan data pribadi dibuat"),
    "readings_read": _("Catatan pembacaan dibuka"),
    "import_read": _("Ada dalam berkas yang diunggah untuk diimpor"),
    "import_viewed": _("Ada dalam hasil pemeriksaan berkas impor yang dibuka"),
    "import_downloaded": _("Ada dalam berkas impor yang diunduh dengan tandanya"),
}
CALLED: dict[str, Any] = {
    "uploaded_by": _("Diunggah oleh"), "confirmed_by": _("Dibenarkan oleh"), "ended_by": _("Diakhiri oleh"),
    "submitted_by": _("Diajukan oleh"), "published_by": _("Diterbitkan oleh"), "checked_by": _("Diperiksa oleh"),
    "filed_by": _("Dibuat oleh"), "endorsed_by": _("Didukung oleh"), "verified_by": _("Diverifikasi oleh"),
    "decided_by": _("Diputuskan oleh"), "user": _("Akun"), "backoffice.sentform": _("Formulir terkirim"),
    "core.signin": _("Masuk"), "core.knowndevice": _("Perangkat masuk yang dikenal"),
    "api.answer": _("Jawaban API yang disimpan"),
}  # fmt: skip
"""Columns and tables that have no words of their own."""
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\S*")
_NUMBERS = re.compile(r"\d[\d .\-]{8,}\d")
_PAGE = 500
_WHEN = ("created_at", "asked_at", "recorded_at", "at", "sent_at")
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Section:
    """One sheet: ``rows`` are read when it is written."""

    name: str
    title: Any
    columns: tuple[tuple[str, Any, CellKind, int], ...]
    rows: Callable[[], Iterable[Row]]

    @property
    def layout(self) -> Layout:
        made = tuple(Column(label, kind, width) for _name, label, kind, width in self.columns)
        return Layout(sheet=self.title, title=self.title, columns=made)

    @property
    def as_json(self) -> list[dict[str, Any]]:
        names = [name for name, *_rest in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows()]


def initials(name: str) -> str:
    """ "Ujang Suherman" → "U. S."."""
    return or_nothing(" ".join(f"{part[0]}." for part in name.split()))


class Subject:
    """One person, and everything held about them; ``since`` and ``until`` bound the readings and the journal."""

    def __init__(self, person: Person, since: datetime, until: datetime) -> None:
        self.person, self.since, self.until = person, since, until
        self.user = account_of(person)
        self.known: Known = known_of(person)

    def sections(self) -> tuple[Section, ...]:
        text, code, instant = CellKind.TEXT, CellKind.CODE, CellKind.DATETIME
        return (
            Section(
                "person", _("Identitas"), (("name", _("Data"), text, 28), ("value", _("Isi"), code, 50)), self._own
            ),
            Section(
                "held", _("Catatan tentang orang ini"),
                (("kind", _("Jenis"), text, 26), ("record", _("Nomor"), code, 22), ("as", _("Sebagai"), text, 26),
                 ("at", _("Dicatat"), instant, 18), ("text", _("Isi"), text, 60)),
                self._held,
            ),
            Section(
                "processing", _("Riwayat pemrosesan"),
                (("at", _("Waktu"), instant, 18), ("seq", _("Nomor jurnal"), CellKind.INTEGER, 12),
                 ("event", _("Peristiwa"), text, 36), ("about", _("Tentang"), text, 30), ("by", _("Oleh"), text, 36),
                 ("change", _("Perubahan"), text, 60)),
                self._processing,
            ),
            Section(
                "readings", _("Siapa membaca atau mengekspor"),
                (("at", _("Waktu"), instant, 18), ("how", _("Cara"), text, 34), ("by", _("Oleh"), text, 36),
                 ("detail", _("Rincian"), text, 60)),
                self._readings,
            ),
        )  # fmt: skip

    # ---- what is held

    def _own(self) -> Iterator[Row]:
        person, user = self.person, self.user
        for field in ("name", "position", "rank", "nip", "phone", "unit", "active"):
            yield capfirst(str(Person._meta.get_field(field).verbose_name)), _said(getattr(person, field))  # type: ignore[union-attr]
        if user:
            for field in ("username", "email", "last_login", "is_active"):
                yield capfirst(str(User._meta.get_field(field).verbose_name)), _said(getattr(user, field))  # type: ignore[union-attr]
            for given in Grant.objects.filter(user=user).select_related("unit"):
                yield gettext("Hak peran"), f"{given}, {_term(given)}"
        for tenure in Tenure.objects.filter(person=person).select_related("office"):
            yield gettext("Masa jabatan"), f"{tenure.office}, {_term(tenure)}"

    def _held(self) -> Iterator[Row]:
        """Rows that point at the person or the account, and rows that name the person in their text."""
        for model, ties in links().items():
            columns = tables().get(model, ())
            wanted = Q(pk__in=[])
            for link, to in ties:
                target = self.person if to is Person else self.user
                if target is not None:
                    wanted |= Q(**{link: target})
            seen: set[int] = set()
            for row in _each(model, wanted):
                seen.add(row.pk)
                yield self._row(model, row, self._roles(row, ties), columns)
            if columns:
                named = (each for each, _columns in mentions(model, columns, self.known) if each.pk not in seen)
                yield from (self._row(model, row, gettext("Disebut"), columns) for row in named)

    def _roles(self, row: Model, ties: list[tuple[str, type[Model]]]) -> str:
        own: dict[type[Model], int | None] = {Person: self.person.pk, User: self.user.pk if self.user else None}
        held = [link for link, to in ties if getattr(row, f"{link}_id") == own[to] is not None]
        return ", ".join(called(type(row), link) for link in held)

    def _row(self, model: type[Model], row: Model, role: str, columns: Iterable[str]) -> Row:
        number = str(getattr(row, "journal_number", "") or getattr(row, "number", "") or f"#{row.pk}")
        at = next((found for name in _WHEN if (found := getattr(row, name, None))), None)
        texts = [text for name in columns for text in _texts(getattr(row, name))]
        return called(model), number, role, at, self.masked(" · ".join([*_facts(row), *texts]))

    # ---- what was done

    def _processing(self) -> Iterator[Row]:
        about = Q(object_type="person", object_id=self.person.pk)
        by = Q(pk__in=[])
        if self.user:
            about |= Q(object_type="user", object_id=self.user.pk)
            by = Q(actor_id=self.user.pk)
        touched = EventObject.objects.filter(about).values("event_id")
        events = Event.objects.filter(by | Q(pk__in=touched), at__gte=self.since, at__lte=self.until)
        last = 0
        while page := list(events.filter(pk__gt=last).order_by("seq")[:_PAGE]):
            kept = dict(EventPrivate.objects.filter(event__in=page).values_list("event_id", "values"))
            for event in page:
                own = (event.subject_type, event.subject_id) in self._subjects
                changes, _reason = journal.opened(event, kept.get(event.pk, {}))
                sentence = sentence_of(event.verb, changes)[0]
                about_what = f"{kind_of(event)} {event.subject_number or f'#{event.subject_id}'}"
                named = (f"{_of_event(event, name)}: {_pair(pair)}" for name, pair in changes.items())
                told = "; ".join(named) if own else ""
                who = self.by(event.actor_id, event.role)
                yield event.at, event.seq, str(sentence), about_what, who, self.masked(told)
            last = page[-1].pk

    @cached_property
    def _subjects(self) -> set[tuple[str, int]]:
        return {("person", self.person.pk), *([("user", self.user.pk)] if self.user else [])}

    # ---- who read

    def _readings(self) -> Iterator[Row]:
        for read in readings.of(self.person.pk, self.since, self.until):
            detail = ", ".join(f"{name}={value}" for name, value in read.detail.items())
            yield read.at, str(READ_AS[read.kind]), self.by(read.user, ""), self.masked(detail)

    # ---- other people

    def by(self, user: int | None, role: str) -> str:
        """Who did something: the person by name, others by initials, role and unit, the system as such."""
        if user is None:
            return gettext("sistem")
        if self.user and user == self.user.pk:
            return str(self.user)
        name, unit = self._accounts.get(user, ("", ""))
        return " · ".join(filter(None, (initials(name), str(ROLES.get(role, "")), unit)))

    @cached_property
    def _accounts(self) -> dict[int, tuple[str, str]]:
        people = User.objects.values_list("pk", "username", "person__name", "person__unit__name")
        return {pk: (name or username, unit or "") for pk, username, name, unit in people}

    @cached_property
    def _others(self) -> dict[str, list[str]]:
        """The names of everybody else, by their first word."""
        found: dict[str, list[str]] = {}
        for name in Person.objects.exclude(pk=self.person.pk).exclude(name="").values_list("name", flat=True):
            if len(name.split()) > 1 and not self.known.names_in(name):
                found.setdefault(name.split()[0].casefold(), []).append(name)
        return found

    def masked(self, text: str) -> str:
        """``text`` without names of other people, and without long numbers that are not the person's own."""
        for word in set(re.findall(r"\w+", text.casefold())):
            for name in self._others.get(word, ()):
                text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", initials(name), text, flags=re.IGNORECASE)
        return _NUMBERS.sub(lambda found: found[0] if self.known.names_in(found[0]) else "•••", text)


def links() -> dict[type[Model], list[tuple[str, type[Model]]]]:
    """The columns of each table of ours that point at a person or an account."""
    found: dict[type[Model], list[tuple[str, type[Model]]]] = {}
    for model in models_of_ours():
        for field in model._meta.concrete_fields:
            if field.related_model in (Person, User) and not (model is User and field.name == "person"):
                found.setdefault(model, []).append((field.name, field.related_model))
    for model in tables():
        found.setdefault(model, [])
    return found


def called(model: type[Model], name: str = "") -> str:
    """A table, or one of its columns, in words."""
    own: Any = model._meta.get_field(name) if name else model._meta
    return capfirst(str(CALLED.get(name or model._meta.label_lower) or own.verbose_name))


def _facts(row: Model) -> Iterator[str]:
    """What a row is about and where it stands: what it points at beside people, its codes and its days."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if value in (None, "") or not isinstance(field.verbose_name, Promise):
            continue
        if field.is_relation:
            told = "" if field.related_model in (Person, User) else str(getattr(row, field.name))
        elif field.choices:
            told = str(getattr(row, f"get_{field.name}_display")())
        else:
            told = _said(value) if isinstance(value, date) and field.name not in _WHEN else ""
        if told:
            yield f"{capfirst(str(field.verbose_name))}: {told}"


def _texts(value: Any) -> Iterator[str]:
    """The words in a column of text, or of JSON."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
    elif isinstance(value, str) and value:
        yield _said(value)


def _of_event(event: Event, name: str) -> str:
    model = Person if event.subject_type == Person.journal_type else User
    return capfirst(str(label_of(model, name)))


def _term(held: Grant | Tenure) -> str:
    end = words.short_date(held.ends_on)
    return f"{words.short_date(held.starts_on)} – {end}".strip()


def _each(model: type[Model], wanted: Q) -> Iterator[Model]:
    last, rows = 0, model._base_manager.filter(wanted).order_by("pk")
    while page := list(rows.filter(pk__gt=last)[:_PAGE]):
        yield from page
        last = page[-1].pk


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("ya") if value else gettext("tidak")
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        value = parse_datetime(value) or value
    if isinstance(value, datetime):
        return words.instant(value)
    if isinstance(value, date):
        return words.short_date(value)
    return "" if value is None else str(value)


def _pair(pair: Any) -> str:
    old, new = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
    return f"{_said(old)} → {_said(new)}"


def span(since: str = "", until: str = "") -> tuple[datetime, datetime]:
    """The instants that two days or times (``parse_point``) name, both included; from the beginning, until now.
    ``DomainError`` by the field: of what is no time, or turned.

    Now is the later of the register's clock and the machine's, by which the security log is kept.
    """
    first = parse_point(since) if since else clock.start_of(date(2000, 1, 1))
    last = parse_point(until, last=True) if until else clock.end_of(max(clock.today(), timezone.localdate()))
    if first is None or last is None:
        raise DomainError("invalid", POINT_WANTED, field="until" if first else "since")
    if first > last:
        raise DomainError("invalid", _("Waktu akhir tidak boleh sebelum waktu mulai."), field="until")
    return first, last


def as_json(person: Person, since: datetime, until: datetime) -> dict[str, list[dict[str, Any]]]:
    """The report as plain values, by section."""
    with snapshot():
        return {each.name: each.as_json for each in Subject(person, since, until).sections()}


def write(person: Person, since: datetime, until: datetime, *, made_by: str) -> tuple[Path, int]:
    """The report as a workbook in a new file; returns it and the number of rows. Reads one state of the register."""
    installation = Installation.current()
    with tempfile.NamedTemporaryFile(prefix="gawai-", suffix=".xlsx", delete=False) as file, snapshot():
        days = ((gettext("sejak"), since), (gettext("sampai"), until))
        cover = Cover(
            office=f"{installation.agency_name} · {installation.name}", as_of=clock.now(), anchor=journal.head(),
            filters=tuple((name, words.instant(day)) for name, day in days),
            sample=installation.sample_data, made_by=made_by,
        )  # fmt: skip
        with SafeWorkbook(cover) as book:
            rows = sum(book.add(each.layout, each.rows()) for each in Subject(person, since, until).sections())
            book.save(file)
    return Path(file.name), rows


def may_read(user: Any, task: Job) -> Person:
    """Of whom the job reports. ``NotAllowed`` for who is neither this person nor the officer in charge."""
    person = Person.objects.filter(pk=task.params["person"]).first()
    if person is None:
        raise Missing("not_found", _("Tidak ditemukan."))
    oneself_or_officer(user, person)
    return person


def make(task: Job, _progress: Progress) -> Result:
    """The job: ``params`` are person, since and until (as ``span`` takes them), language. Rights are those its owner
    has then."""
    owner, params = task.owner, task.params
    if owner is None:
        raise Missing("not_found", _("Tidak ditemukan."))
    person = may_read(owner, task)
    days = [params.get(name, "") for name in ("since", "until")]
    with translation.override(params.get("language") or settings.LANGUAGE_CODE):
        path, rows = write(person, *span(*days), made_by=str(owner))
        name = file_name(gettext("data-pribadi"), str(person.pk), f"{clock.today()}", extension="xlsx")
    readings.note("person_reported", owner, [person.pk], job=task.pk)
    return Result(path, name, rows)
