"""The lines of plans: what a unit needs of a device type, and everything that speaks for that number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from backoffice import filters, html
from backoffice.base import BaseAdmin, address_of, shows
from backoffice.columns import in_list
from core import words
from core.acts import of
from core.columns import label_of
from core.permits import actions
from planning.lists import PLAN_LINES
from planning.models import PlanCause, PlanLine
from planning.plans import adjust
from planning.states import COUNTED, CauseKind, WornReason
from pledges.models import Pledge
from wording.nothing import NOTHING, or_nothing


def cost(line: PlanLine) -> str:
    """What the line costs, in words where that is not known."""
    found = line.amount()
    return words.rupiah(found.total) if found else gettext("belum ada harga")


def row_of(line: PlanLine) -> dict[str, Any]:
    """The line as a row of the plan's page."""
    return {
        "address": address_of(line), "unit": line.unit, "device": line.device_type or line.family,
        "need": words.thousands(line.need), "proposed": words.thousands(line.proposed),
        "approved": NOTHING if line.approved is None else words.thousands(line.approved),
        "price": or_nothing(words.rupiah(line.unit_price)), "cost": cost(line), "score": line.score,
        "waiting": words.age(line.waiting_days) if line.waiting_days else NOTHING,
    }  # fmt: skip


@shows(PlanLine)
class PlanLineAdmin(BaseAdmin):
    listing = PLAN_LINES
    list_display = (
        "what", *in_list(PLAN_LINES, "unit", "need", "proposed", "approved"), "amount", *in_list(PLAN_LINES, "score"),
        "waiting",
    )  # fmt: skip
    list_filter = filters.of(PLAN_LINES)
    search_help_text = _("Cari unit, perangkat")
    related = ("plan", "unit", "family", "device_type", "budgeting_unit")
    nothing = _("Belum ada baris di sini.")

    @admin.display(description=_("baris"))
    def what(self, obj: Any) -> str:
        return f"{obj.number} · {obj.device_type or obj.family}"

    @admin.display(description=_("jumlah"))
    def amount(self, obj: Any) -> str:
        return html.on_one_line(cost(obj))

    @admin.display(description=_("menunggu"))
    def waiting(self, obj: Any) -> str:
        return words.age(obj.waiting_days) if obj.waiting_days else ""

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        plan = obj.plan
        groups = _groups(obj, request.user)
        adjustable = "adjust" in actions({"adjust": of(adjust).permit}, request.user, plan)
        address = reverse("admin:planning_plan_act", args=[plan.pk, "adjust"])
        return {
            "title": f"{obj.device_type or obj.family} · {obj.unit}",
            "lead": _lead(obj),
            "parent": plan,
            "parent_address": address_of(plan),
            "part": "backoffice/parts/plan_line.html",
            "counted": [group for group in groups if group["counted"]],
            "beside": [group for group in groups if not group["counted"]],
            "adjust_address": f"{address}?line={obj.pk}" if adjustable else "",
            "facts": _facts(obj),
        }


def _lead(line: PlanLine) -> str:
    if line.approved is not None:
        said = gettext("Dibutuhkan %(need)s, diusulkan %(proposed)s, disetujui %(approved)s: %(cost)s.")
    else:
        said = gettext("Dibutuhkan %(need)s, diusulkan %(proposed)s: %(cost)s.")
    counts = {name: words.thousands(getattr(line, name) or 0) for name in ("need", "proposed", "approved")}
    return said % {**counts, "cost": cost(line)}


def _facts(line: PlanLine) -> list[tuple[Any, Any]]:
    standard = f"{line.standard} ({line.standard_basis})" if line.standard is not None else NOTHING
    price = or_nothing(words.rupiah(line.unit_price))
    if line.unit_price is not None:
        tax = gettext("termasuk PPN") if line.price_includes_ppn else gettext("belum termasuk PPN")
        price = f"{price} · {tax}"
    return [
        (_("Standar kebutuhan"), standard),
        (_("Skor kebutuhan"), line.score),
        (_("Menunggu"), words.age(line.waiting_days) if line.waiting_days else NOTHING),
        (_("Harga satuan"), price),
        (_("Tahun harga"), or_nothing(line.price_year)),
        (
            _("Diisi sendiri oleh perencana"),
            ", ".join(str(label_of(PlanLine, name)) for name in line.adjusted) or NOTHING,
        ),
    ]


_RELATED = (
    "request_line__request", "pledge_line__pledge", "asset__device_type", "receipt", "need_standard", "plan_line__plan",
)  # fmt: skip
_BEHIND: tuple[tuple[str, Callable[[PlanCause], Any]], ...] = (
    ("request_line_id", lambda cause: cause.request_line.request),  # type: ignore[union-attr]
    ("pledge_line_id", lambda cause: cause.pledge_line.pledge),  # type: ignore[union-attr]
    ("asset_id", lambda cause: cause.asset),
    ("receipt_id", lambda cause: cause.receipt),
    ("need_standard_id", lambda cause: cause.need_standard),
    ("plan_line_id", lambda cause: cause.plan_line),
)


def _groups(line: PlanLine, user: Any) -> list[dict[str, Any]]:
    """The causes by kind, claims before supplies, each with its sum; only what is in scope is named and linked."""
    hidden = set(line.causes.hidden_from(user).values_list("pk", flat=True))
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for cause in line.causes.select_related(*_RELATED).order_by("pk"):
        thing = _behind(cause)
        found[cause.kind].append(
            {
                "name": gettext("di luar wilayah Anda") if cause.pk in hidden else _name(thing),
                "address": "" if cause.pk in hidden else address_of(thing),
                "quantity": words.signed(cause.quantity) if cause.kind in COUNTED else words.thousands(cause.quantity),
                "detail": WornReason(cause.detail).label if cause.detail else "",
                "number": cause.quantity,
            }
        )
    return [_group(kind, found[kind]) for kind in CauseKind if found[kind]]


def _group(kind: CauseKind, rows: list[dict[str, Any]]) -> dict[str, Any]:
    total = sum(row["number"] for row in rows)
    counted = kind in COUNTED
    return {
        "label": kind.label, "counted": counted, "total": words.signed(total) if counted else words.thousands(total),
        "rows": rows,
    }  # fmt: skip


def _behind(cause: PlanCause) -> Any:
    return next(thing(cause) for column, thing in _BEHIND if getattr(cause, column))


def _name(thing: Any) -> str:
    if isinstance(thing, Asset):
        return f"{thing.device_type} · {thing}"
    if isinstance(thing, Pledge):
        return f"{thing.number} · {thing.title}"
    return thing.number if isinstance(thing, PlanLine) else str(thing)
