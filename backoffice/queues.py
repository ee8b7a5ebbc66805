"""Worklists as pages show them: the filter of a list, its order, the next of the queue, and how late a row is.

A queue goes by one parameter, ``desk``: on a list it chooses the rows, on the pages of an object it says from which
list one came, so that after an act the next one follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Case, F, Model, QuerySet, Value, When
from django.db.models.expressions import OrderBy
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice import html
from backoffice.filters import ListFilter
from backoffice.verbs import PRIMARY
from core import acts, clock, words
from core.errors import Text
from desks.worklists import CHAINS, KINDS, Worklist, worklist
from org.models import Role
from org.rules import holds
from requests_app.models import DeviceRequest

PARAMETER, LATE = "desk", "-overdue"
NAMES: Mapping[str, Text] = {
    "requests": _("Usulan"),
    "handovers": _("Serah terima"),
    "returns": _("Pinjaman yang harus kembali"),
    "conditions": _("Perangkat rusak"),
    "away": _("Perangkat tidak di unit"),
    "holders": _("Pemegang pindah"),
    "device-types": _("Jenis perangkat baru"),
    "inventories": _("Inventarisasi"),
    "pledges": _("Janji"),
    "plans": _("Rencana kebutuhan"),
    "revisions": _("Permintaan tenggat"),
    "line-changes": _("Perubahan baris janji"),
    "closures": _("Penutupan janji"),
    "pass-ons": _("Alih penanggung jawab"),
    "corrections": _("Pembetulan tenggat"),
    "calendar-proposals": _("Usulan kalender"),
    "unit-successions": _("Penerus unit"),
    "office-successions": _("Penerus jabatan"),
    "personal-requests": _("Permintaan data pribadi"),
    CHAINS: _("Rantai yang perlu diperiksa"),
}
MODELS: Mapping[str, type[Model]] = {**{name: kind.model for name, kind in KINDS.items()}, CHAINS: DeviceRequest}


@dataclass(frozen=True)
class Following:
    """The next row of a queue, one of ``left``; none where nothing else waits. ``last``: the row itself still does."""

    name: str = ""
    address: str = ""
    left: int = 0
    last: bool = False


@dataclass(frozen=True)
class Queue:
    """One worklist of one person, of which perhaps only what is ``late`` is looked at."""

    name: str
    work: Worklist
    late: bool

    @property
    def value(self) -> str:
        return f"{self.name}{LATE}" if self.late else self.name

    @cached_property
    def overdue(self) -> list[int]:
        """The ids of what is overdue. Looked up apart: SQLite takes no statement as deep as that of two judgements."""
        return list(self.work.overdue.order_by().values_list("pk", flat=True))

    @cached_property
    def ids(self) -> list[int]:
        return self.overdue if self.late else list(self.work.all.order_by().values_list("pk", flat=True))

    @property
    def over_many(self) -> list[acts.Act]:
        """What this person does in it, as far as it is done to several rows at once."""
        verbs = (acts.of(verb) for step in self.work.steps for verb in step.verbs)
        return list({each.name: each for each in verbs if each.many}.values())

    @property
    def order(self) -> list[Any]:
        """What is overdue first, then what has waited longest."""
        late = Case(When(pk__any_of=self.overdue, then=Value(0)), default=Value(1))
        since = F(self.work.since) if isinstance(self.work.since, str) else self.work.since
        return [OrderBy(late), OrderBy(since, nulls_last=True), "pk"]

    @property
    def query(self) -> str:
        """What keeps the queue in the address of a page."""
        return f"?{PARAMETER}={self.value}"

    @property
    def address(self) -> str:
        return address(self.name, late=self.late)

    def after(self, pk: int) -> list[int]:
        """What of the queue follows on the row being looked at or acted on: from there on, and then from its head."""
        rows = self.work.all.filter(pk__any_of=self.ids)
        order = list(rows.order_by(*self.order).values_list("pk", flat=True))
        here = order.index(pk) if pk in order else -1
        return order[here + 1 :] + order[: max(here, 0)]


def following(site: Any, request: HttpRequest, queue: Queue, obj: Any) -> Following:
    """The next of the queue, with the page of the act it waits for where that is the weightiest; else its own. ``obj``
    is the one looked at, or what came of it."""
    admin = site._registry[MODELS[queue.name]]
    pk = obj.pk if isinstance(obj, admin.model) else 0
    rest = queue.after(pk)
    if not rest:
        return Following(last=pk in queue.ids)
    row = admin.find(request, rest[0])
    waits_for = {acts.of(verb).name for step in queue.work.steps for verb in step.verbs}
    allowed = waits_for & set(admin.actions_of(request.user, row))
    verb = next((each.name for each in admin.buttons if each.name in allowed and each.tone == PRIMARY), None)
    leads = admin.verb_address(row, verb) if verb else admin.address(row)
    return Following(admin.called(row), leads + queue.query, len(rest))


def queue_of(user: Any, value: str | None) -> Queue | None:
    """The queue that a parameter names; None for none, or for something else."""
    name = (value or "").removesuffix(LATE)
    return Queue(name, worklist(name, user), bool(value and value.endswith(LATE))) if name in NAMES else None


def queue_in(request: Any, model: type[Model] | None = None) -> Queue | None:
    """The queue from which the person came here, looked up once a call; only one of ``model``, where it is given."""
    if not hasattr(request, "_queue"):
        request._queue = queue_of(request.user, request.GET.get(PARAMETER))
    queue = request._queue
    return queue if queue and model in (None, MODELS[queue.name]) else None


class QueueFilter(ListFilter):
    """What waits for the person who looks, of the kinds of work that are about the rows of this list."""

    title, parameter_name = _("Antrean"), PARAMETER

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = [name for name, model in MODELS.items() if model is model_admin.model]
        if not holds(request.user, Role.AUDITOR):
            names = [name for name in names if name != CHAINS]
        offered = [(name, late) for name in names for late in (False, True) if not late or _can_be_late(name)]
        return [(f"{name}{LATE if late else ''}", title(name, late=late)) for name, late in offered]

    def apply(self, request: HttpRequest, queryset: QuerySet, value: str) -> QuerySet:
        queue = queue_in(request, queryset.model)
        assert queue  # noqa: S101  (one of those offered)
        return queryset.filter(pk__any_of=queue.ids)


def _can_be_late(name: str) -> bool:
    return name != CHAINS and KINDS[name].late is not None


def title(name: str, *, late: bool = False) -> str:
    """How a queue is called among the filters of its list."""
    plain = gettext("Menunggu Anda: %(what)s") % {"what": str(NAMES[name]).lower()}
    return gettext("%(queue)s, lewat batas waktu") % {"queue": plain} if late else plain


def address(name: str, *, late: bool = False) -> str:
    """Where a queue is shown."""
    model = MODELS[name]._meta
    listed = reverse(f"admin:{model.app_label}_{model.model_name}_changelist")
    return f"{listed}?{PARAMETER}={name}{LATE if late else ''}"


def due(day: date | None, *, waits: bool = True) -> SafeString | str:
    """A last day; where it is past while something waits, by how much, told by words and a shape."""
    if day is None:
        return ""
    said = html.on_one_line(words.short_date(day))
    late = clock.days_past(day, clock.today()) if waits else 0
    if late <= 0:
        return said
    over = gettext("lewat %(days)s") % {"days": words.days(late)}
    return format_html('{} <span class="g-badge g-late g-nowrap">{}</span>', said, over)
