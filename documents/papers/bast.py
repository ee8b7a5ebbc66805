"""The handover record (Berita Acara Serah Terima, BAST): contents after common practice of the regional offices.

It says what was handed over, so it does not change when the receiver confirms; a dispute and a cancellation are
printed, for a paper must not claim a receipt that is denied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation

from assets.models import Handover, HandoverItem
from assets.states import COMES_BACK, HandoverKind, HandoverState, LegalAct
from core import clock, words
from core.models import Installation
from documents.papers.anchors import anchor_of
from documents.papers.parties import acknowledging, handover_parties, keeper_of, letterhead, unit_name
from documents.papers.terbilang import counted, spoken_day, terbilang
from documents.papers.typesetting import paragraphs, plain, qr, typeset

_ACTS = {
    LegalAct.USE: "penggunaan",
    LegalAct.TEMPORARY_USE: "penggunaan sementara",
    LegalAct.STATUS_TRANSFER: "pengalihan status penggunaan",
    LegalAct.LOAN_FOR_USE: "pinjam pakai",
    LegalAct.RETURN: "pengembalian",
}
_CARE = (
    "menyimpan, merawat, dan menjaga barang dengan penuh tanggung jawab",
    "menggunakan barang hanya untuk kepentingan dinas",
    "melaporkan kerusakan atau kehilangan barang selambat-lambatnya pada hari kerja berikutnya",
    "mengganti barang yang hilang atau rusak karena kelalaian sesuai dengan ketentuan peraturan perundang-undangan",
)
_NO_TRANSFER = "tidak mengubah, memindahtangankan, meminjamkan, atau menjaminkan barang kepada pihak lain"
_ON_DEMAND = "mengembalikan barang apabila diminta, pindah tugas, atau berhenti"
_OWN_BOOKS = "mencatat barang dalam daftar barang pengguna pada {unit}"


def render(handover: Handover) -> bytes:
    """The BAST of ``handover`` as a PDF; the same bytes as long as the facts are the same."""
    handover = (
        Handover.objects.select_related(
            "from_unit__parent__parent", "recipient_unit__parent__parent", "recipient", "recorded_by__person__unit"
        )
    ).get(pk=handover.pk)
    on = handover.handed_over_on or clock.local_date(handover.created_at)
    with translation.override("id"):
        return typeset("bast.typ", _data(handover, on), day=on)


def _data(handover: Handover, on: date) -> dict[str, Any]:
    items = list(handover.items.select_related("asset__device_type__item_code").order_by("pk"))
    parties = handover_parties(handover, on)
    code = check_code(handover, items)
    return {
        "sample": Installation.current().sample_data,
        "letterhead": letterhead(keeper_of(handover)),
        "act": _act(handover).upper(),
        "number": plain(handover.number or ""),
        "stamp": _stamp(handover),
        "spoken_day": spoken_day(handover.handed_over_on) if handover.handed_over_on else "",
        "parties": [party.data() for party in parties],
        "statement": _statement(handover),
        "items": [_row(item) for item in items],
        "totals": _totals(items),
        "duties": [] if _comes_back(handover) else _duties(handover),
        "notes": _notes(handover, items),
        "acknowledging": [head.data() for head in acknowledging(handover, on, parties)],
        "qr": qr(scanned(handover, len(items), code)),
        "check_code": code,
        "anchor": _anchor(handover),
    }


def _anchor(handover: Handover) -> str:
    """The last act on this paper; before any the one that made it together with others."""
    own = anchor_of(handover, "handover.handed_over", "handover.disputed", "handover.cancelled")
    return own or (anchor_of(handover.made_with, "handover.handed_over") if handover.made_with else "")


def check_code(handover: Handover, items: Sequence[HandoverItem]) -> str:
    """Sixteen characters that follow from the number, the day, both units and the devices as handed over."""
    facts = [
        handover.number or "", str(handover.handed_over_on or ""), handover.kind, handover.legal_act,
        handover.from_unit.code, handover.recipient_unit.code, str(handover.recipient_id or ""),
    ]  # fmt: skip
    facts += [f"{item.asset.tag}|{item.asset.serial_number}|{item.condition}|{item.accessories}" for item in items]
    digest = sha256("\n".join(facts).encode()).hexdigest()[:16].upper()
    return "-".join(digest[start : start + 4] for start in range(0, 16, 4))


def scanned(handover: Handover, number_of_items: int, code: str) -> str:
    """What the QR code says: no names; the register's address only where others can reach it."""
    lines = [
        f"BAST {handover.number or '(belum bernomor)'}",
        f"Tanggal {handover.handed_over_on or '-'}",
        f"Dari {handover.from_unit.code} kepada {handover.recipient_unit.code}",
        f"Jumlah {number_of_items} perangkat",
        f"Kode periksa {code}",
    ]
    if urlsplit(settings.BASE_URL).hostname not in ("localhost", "127.0.0.1", "::1"):
        lines.append(settings.BASE_URL)
    return "\n".join(lines)


def _comes_back(handover: Handover) -> bool:
    return handover.kind in COMES_BACK


def _act(handover: Handover) -> str:
    """What is done with the property, as the title and the text call it."""
    act = _ACTS[LegalAct(handover.legal_act)]
    if handover.kind == HandoverKind.RECALL:
        act = "penarikan"
    elif handover.kind == HandoverKind.CHANGE_OF_HOLDER:
        act = "pergantian pemegang"
    elif handover.kind == HandoverKind.TRANSFER and handover.legal_act != LegalAct.STATUS_TRANSFER:
        act = f"pemindahan {act}"
    elif handover.kind == HandoverKind.LOAN and handover.legal_act == LegalAct.USE:
        act = "peminjaman"
    return act


def _stamp(handover: Handover) -> str:
    if handover.state == HandoverState.PREPARED:
        return "DISIAPKAN – BELUM BERNOMOR"
    return "DIBATALKAN" if handover.state == HandoverState.CANCELLED else ""


def _statement(handover: Handover) -> str:
    """What the parties do, in one sentence that the table follows."""
    gives = "mengembalikan" if handover.kind == HandoverKind.RETURN else "menyerahkan"
    basis = f", berdasarkan keputusan Nomor {plain(handover.decision_number)}" if handover.decision_number else ""
    return (
        f"PIHAK PERTAMA {gives} kepada PIHAK KEDUA, dan PIHAK KEDUA menerima dari PIHAK PERTAMA, dalam rangka "
        f"{_act(handover)} Barang Milik Daerah{basis}, barang dengan rincian sebagai berikut:"
    )


def _row(item: HandoverItem) -> dict[str, Any]:
    asset, item_code = item.asset, item.asset.device_type.item_code
    return {
        "name": plain(asset.device_type.name),
        "tag": plain(asset.tag),
        "make": plain(f"{asset.brand} {asset.model}"),
        "serial": plain(asset.serial_number),
        "imeis": [imei for imei in (asset.imei_1, asset.imei_2) if imei],
        "item_code": item_code.code if item_code else "",
        "nibar": plain(asset.nibar),
        "year": str(asset.acquired_on.year) if asset.acquired_on else "",
        "price": words.rupiah(asset.price),
        "condition": str(item.get_condition_display()),
        "accessories": plain(item.accessories),
    }


def _totals(items: list[HandoverItem]) -> str:
    """How many in figures and words, and what they cost as far as that is on record."""
    per_measure = Counter(item.asset.device_type.unit_of_measure for item in items)
    counts = ", ".join(f"{counted(count)} {plain(measure)}" for measure, count in per_measure.items())
    prices = [item.asset.price for item in items if item.asset.price is not None]
    if not prices:
        return f"Jumlah: {counts}."
    total = sum(prices)
    known = f" ({len(items) - len(prices)} di antaranya belum tercatat nilainya)" if len(prices) < len(items) else ""
    return f"Jumlah: {counts}, dengan nilai perolehan {words.rupiah(total)} ({terbilang(total)} rupiah){known}."


def _duties(handover: Handover) -> list[str]:
    """What PIHAK KEDUA undertakes. Who gets the device on its own books may pass it on by its own rules."""
    if handover.legal_act == LegalAct.STATUS_TRANSFER:
        return [_OWN_BOOKS.format(unit=unit_name(handover.recipient_unit.agency())), *_CARE]
    back = _ON_DEMAND
    if handover.due_back_on:
        due = words.long_date(handover.due_back_on)
        back = f"mengembalikan barang paling lambat tanggal {due}, atau sebelumnya apabila diminta"
    return [*_CARE, _NO_TRANSFER, back]


def _notes(handover: Handover, items: list[HandoverItem]) -> list[str]:
    disputed = [str(number) for number, item in enumerate(items, 1) if item.state == HandoverState.DISPUTED]
    notes = paragraphs(handover.note)
    if disputed:
        notes.append(f"Barang nomor {', '.join(disputed)} disanggah oleh penerima; alasannya tercatat di register.")
    return notes
