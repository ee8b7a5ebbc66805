"""Inventories: opened by the asset clerk, answered device by device on a phone, closed with what is missing named."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets import inventories
from assets.lists import INVENTORIES, INVENTORY_LINES
from assets.models import Inventory, InventoryLine
from assets.states import InventoryState
from backoffice import filters, html, queues
from backoffice.base import BaseAdmin, address_of, shows
from backoffice.columns import in_list
from backoffice.forms import form_for
from backoffice.verbs import PRIMARY, Button
from core import acts, clock, words
from core.permits import actions
from wording import badges
from wording.nothing import or_nothing


class OpenForm(form_for(inventories.open_inventory)):  # type: ignore[misc]
    """A unit the clerk keeps, and the last day for answers."""

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        return super().choices_of(name, queryset).filter(active=True)


@shows(Inventory)
class InventoryAdmin(BaseAdmin):
    verbs, creates = acts.on(Inventory, inventories), inventories.open_inventory
    forms = {"create": OpenForm}
    listing = INVENTORIES
    list_display = (*in_list(INVENTORIES, "number", "unit"), "status", "progress", "due")
    list_filter = filters.of(INVENTORIES)
    search_help_text = _("Cari nomor, unit")
    related = ("unit", "opened_by__person")
    nothing = _("Belum ada inventarisasi di sini.")

    def annotated(self, queryset: QuerySet) -> QuerySet:
        """The lines are counted for the rows of one page only."""
        return queryset

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        derived = INVENTORIES.derived(Inventory.objects.all(), INVENTORIES.reader(request.user))
        counted = derived.in_bulk([row.pk for row in rows])
        for row in rows:
            row.counted = counted[row.pk]

    @admin.display(description=_("keadaan"))
    def status(self, obj: Any) -> str:
        return html.badge(badges.inventory(obj))

    @admin.display(description=_("tenggat"), ordering="due_on")
    def due(self, obj: Any) -> str:
        return queues.due(obj.due_on, waits=obj.state == InventoryState.OPEN)

    @admin.display(description=_("terjawab"))
    def progress(self, obj: Any) -> str:
        found = obj.counted
        said = words.out_of(found.devices - found.unanswered, found.devices)
        missing = gettext("%(n)s tidak ditemukan") % {"n": words.thousands(found.not_found)} if found.not_found else ""
        return " · ".join(filter(None, (said, missing)))

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        lines = InventoryLine.objects.visible_to(request.user).filter(inventory=obj)
        lines = lines.select_related("asset__device_type", "unit", "inventory", "report", "answered_by__person")
        self.prepare(request, [obj])
        return {
            "badge": html.badge(badges.inventory(obj)),
            "title": f"{gettext('Inventarisasi')} {obj.unit}",
            "lead": _lead(obj),
            "part": "backoffice/parts/inventory.html",
            "lines": [_shown(line, request.user) for line in lines.order_by("unit__code", "pk")],
            "facts": [(_("Terjawab"), self.progress(obj)), (_("Dibuka oleh"), obj.opened_by)],
        }


@shows(InventoryLine)
class InventoryLineAdmin(BaseAdmin):
    verbs = acts.on(InventoryLine, inventories)
    tones = {"confirm": PRIMARY}
    listing = INVENTORY_LINES
    list_display = in_list(INVENTORY_LINES, "asset", "inventory", "unit", "answer", answer=badges.answer)
    list_filter = filters.of(INVENTORY_LINES)
    related = ("asset__device_type", "inventory", "unit", "report", "answered_by__person")

    def heading(self, verb: Button, subject: Any) -> Any:
        return _("%(device)s masih ada?") % {"device": subject.asset} if verb.name == "confirm" else verb.label

    def initial(self, verb: Button, subject: Any) -> dict[str, Any]:
        return {"reason": subject.note}

    def after(self, verb: Button, subject: Any, result: Any) -> str:
        return address_of(subject.inventory)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {
            "badge": html.badge(badges.answer(obj.answer)),
            "title": f"{obj.asset.device_type} · {obj.asset}",
            "facts": [(_("Dijawab oleh"), or_nothing(obj.answered_by))],
        }


def _lead(obj: Inventory) -> Any:
    if obj.state == InventoryState.CLOSED:
        return ""
    if days := clock.days_past(obj.due_on, clock.today()):
        return _("Batas waktu jawaban sudah lewat %(days)s.") % {"days": words.days(days)}
    return _("Jawab paling lambat %(day)s: perangkatnya masih ada?") % {"day": words.long_date(obj.due_on)}


def _shown(line: InventoryLine, user: Any) -> dict[str, Any]:
    """A line with its badge and the buttons this person may press now."""
    allowed = actions(InventoryLineAdmin.permits, user, line)
    buttons = [verb for verb in InventoryLineAdmin.buttons if verb.name in allowed]
    return {
        "line": line,
        "badge": html.badge(badges.answer(line.answer)),
        "condition": html.badge(badges.condition(line.report.condition)) if line.report else "",
        "buttons": buttons,
    }
