"""The one-page "Analisis Kebutuhan" of a plan line: what is needed, why, from what it follows and what it costs."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from core import clock
from core.models import Installation
from core.numbers import rupiah, thousands
from documents.papers.parties import head_of, letterhead, unit_name
from documents.papers.terbilang import counted
from documents.papers.typesetting import plain, typeset
from documents.values import local, long_date
from planning.models import PlanCause, PlanLine
from planning.states import COUNTED, CauseKind, PlanState, WornReason

MOST_CAUSES = 12
"""Of one kind that are named; the others are counted, so that the paper keeps to one page."""


def render(line: PlanLine, reader: Any) -> bytes:
    """The analysis of ``line`` as it stands in its plan, to sign by the planner's office.

    What lies behind its figures outside the scope of ``reader`` is counted and not named.
    """
    line = PlanLine.objects.with_names().select_related("plan__made_by__person", "plan__within").get(pk=line.pk)
    with translation.override("id"):
        return typeset("analysis.typ", _data(line, reader), day=clock.today())


def _data(line: PlanLine, reader: Any) -> dict[str, Any]:
    plan = line.plan
    day = local(plan.calculated_at).date() if plan.calculated_at else clock.today()
    return {
        "sample": Installation.current().sample_data,
        "stamp": "DRAF" if plan.state == PlanState.DRAFT else "",
        "letterhead": letterhead(plan.unit.agency()),
        "anchor": f"{plan.anchor_seq}:{plan.anchor_hash}",
        "number": line.number,
        "year": f"{plan.fiscal_year} ({plan.get_stage_display()})",
        "unit": unit_name(line.unit),
        "device": plain(line.device_type or line.family),
        "item": _item(line),
        "sub_activity": plain(plan.sub_activity or ""),
        "standard": _standard(line),
        "score": f"{line.score} dari 100; menunggu {thousands(line.waiting_days)} hari",
        "figures": _figures(line),
        "need": line.need,
        "proposed": counted(line.proposed),
        "approved": _approved(line),
        "price": _price(line),
        "amount": _amount(line),
        "causes": _causes(line, reader),
        "day_words": long_date(day),
        "signer": head_of(plan.unit, clock.today()).data(),
        "planner": plain(plan.made_by.person or plan.made_by.get_username()),
    }


def _item(line: PlanLine) -> str:
    code = line.device_type.item_code if line.device_type else None
    return plain(f"{code.code} {code.name}") if code else "belum ada kode barang"


def _standard(line: PlanLine) -> str:
    if line.standard is None:
        return "standar kebutuhan belum ditetapkan"
    return f"paling banyak {line.standard} ({plain(line.standard_basis)}); dapat dioptimalkan {line.usable}"


def _figures(line: PlanLine) -> list[list[Any]]:
    """What makes up the need, with its sign; kinds that play no part are left out."""
    signed = [
        (CauseKind.REQUEST, line.requested), (CauseKind.PLEDGE, line.pledged),
        (CauseKind.REPLACEMENT, line.replacement), (CauseKind.STANDARD, line.standard_gap),
        (CauseKind.BUDGETED, -line.budgeted), (CauseKind.STOCK, -line.stock), (CauseKind.INCOMING, -line.incoming),
    ]  # fmt: skip
    return [[str(kind.label), number] for kind, number in signed if number]


def _approved(line: PlanLine) -> str:
    if line.approved is None:
        return "belum ditelaah"
    words = f"{counted(line.approved)}, {str(line.get_fulfilment_display()).lower()}"
    return f"{words}: {plain(line.review_reason)}" if line.review_reason else words


def _price(line: PlanLine) -> str:
    if line.unit_price is None:
        return "harga belum ada"
    source = f"SSH {line.price_year}" if line.price_year else "diisi perencana"
    tax = "termasuk PPN" if line.price_includes_ppn else "belum termasuk PPN"
    return f"{rupiah(line.unit_price)} ({source}, {tax})"


def _amount(line: PlanLine) -> str:
    cost = line.amount()
    if cost is None:
        return "belum dapat dihitung"
    return rupiah(cost.total) + (f", di dalamnya PPN {rupiah(cost.ppn)}" if cost.ppn else "")


def _causes(line: PlanLine, reader: Any) -> list[dict[str, Any]]:
    """The rows behind the figures, kind by kind."""
    hidden = set(line.causes.hidden_from(reader).values_list("pk", flat=True))
    found: dict[str, list[PlanCause]] = {}
    rows = line.causes.filter(kind__in=[*COUNTED, CauseKind.UNDER_DECISION]).select_related(
        "request_line__request", "pledge_line__pledge", "asset", "receipt", "need_standard", "plan_line__plan"
    )
    for cause in rows.order_by("pk"):
        found.setdefault(cause.kind, []).append(cause)
    return [{"kind": str(CauseKind(kind).label), "rows": _rows(causes, hidden)} for kind, causes in found.items()]


def _rows(causes: list[PlanCause], hidden: set[int]) -> list[dict[str, Any]]:
    """What is named, then what is only counted."""
    seen = [cause for cause in causes if cause.pk not in hidden]
    beyond = [cause for cause in causes if cause.pk in hidden]
    rows = [(_source(cause), [cause], False) for cause in seen[:MOST_CAUSES]]
    rows += [("dan lainnya", seen[MOST_CAUSES:], True), ("di luar wilayah Anda", beyond, True)]
    return [
        {"name": name, "quantity": sum(abs(cause.quantity) for cause in behind), "counted": counted}
        for name, behind, counted in rows
        if behind
    ]


def _source(cause: PlanCause) -> str:
    """The paper or device that a cause points at, as people call it."""
    if cause.request_line:
        return f"Usulan {cause.request_line.request.number}"
    if cause.pledge_line:
        return f"Janji {cause.pledge_line.pledge.number}: {plain(cause.pledge_line.pledge.title)}"
    if cause.asset:
        why = f", {str(WornReason(cause.detail).label).lower()}" if cause.detail else ""
        return plain(f"{cause.asset}{why}")
    if cause.receipt:
        return plain(f"Kontrak {cause.receipt.contract_number}, {cause.receipt.supplier}")
    if cause.plan_line:
        return f"Rencana {cause.plan_line.number}"
    return plain(cause.need_standard.legal_basis) if cause.need_standard else ""
