"""Verbs of the journal as sentences for people, and the particulars worth a second line."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from assets.states import Condition, HandoverKind
from core import words
from core.columns import label_of, stored
from core.models import Decision, Event
from org.models import Succession
from pledges.models import Effort, Evidence
from pledges.states import RevisionKind
from requests_app.states import LineDecision
from wording.rights import granted, of_a_move


class Weight(StrEnum):
    """How an event weighs: a step done, one that delays or takes back, a bad one, one of no consequence."""

    DONE = "done"
    WARN = "warn"
    BAD = "bad"
    QUIET = "quiet"


DONE, WARN, BAD, QUIET = Weight

SENTENCES: dict[str, tuple[Any, Weight]] = {
    "request.drafted": (_("Draf dibuat"), QUIET),
    "request.changed": (_("Usulan diubah"), QUIET),
    "request.discarded": (_("Draf dihapus"), QUIET),
    "request.submitted": (_("Diajukan"), DONE),
    "request.endorsed": (_("Ditandatangani Camat"), DONE),
    "request.verified": (_("Diverifikasi"), DONE),
    "request.sent_back": (_("Dikembalikan untuk diperbaiki"), WARN),
    "request.decided": (_("Diputuskan"), DONE),
    "request.closed_short": (_("Sisa ditutup"), WARN),
    "request.withdrawn": (_("Dicabut"), WARN),
    "handover.prepared": (_("Perangkat disiapkan"), QUIET),
    "handover.handed_over": (_("Diserahterimakan (BAST)"), DONE),
    "handover.accepted": (_("Diterima"), DONE),
    "handover.disputed": (_("Disanggah penerima"), BAD),
    "handover.cancelled": (_("Serah terima dibatalkan"), WARN),
    "handover.dispute_withdrawn": (_("Sanggahan dicabut kepala unit"), WARN),
    "handover.dispute_answered": (_("Pemberi menjawab sanggahan"), QUIET),
    "handover.paper_noted": (_("Inspektorat mencatat isi BAST"), QUIET),
    "handover.extension_asked": (_("Perpanjangan pinjaman diminta"), WARN),
    "handover.extension_decided": (_("Perpanjangan pinjaman diputuskan"), DONE),
    "handover.return_confirmed": (_("Pengembalian dibenarkan unit pemegang"), DONE),
    "handover.signed": (_("BAST bertanda tangan dilampirkan"), DONE),
    "asset.created": (_("Dicatat dalam daftar perangkat"), DONE),
    "asset.changed": (_("Data perangkat diperbaiki"), QUIET),
    "asset.condition_reported": (_("Kondisi dilaporkan"), DONE),
    "asset.lost": (_("Dilaporkan hilang"), BAD),
    "asset.found": (_("Ditemukan kembali"), DONE),
    "asset.repair_started": (_("Masuk perbaikan"), WARN),
    "asset.repair_ended": (_("Selesai diperbaiki"), DONE),
    "asset.back_confirmed": (_("Unit menyatakan sudah kembali dari perbaikan"), DONE),
    "asset.repair_agreed": (_("Unit setuju perbaikan 90 hari lagi"), WARN),
    "asset.loss_confirmed": (_("Unit membenarkan kehilangan"), WARN),
    "device_type.confirmed": (_("Dikonfirmasi termasuk kelompoknya"), DONE),
    "asset.retired": (_("Dihapus dari daftar dengan SK"), QUIET),
    "receipt.created": (_("Barang diterima dari penyedia"), DONE),
    "inventory.opened": (_("Inventarisasi dibuka"), DONE),
    "inventory.closed": (_("Inventarisasi ditutup"), DONE),
    "inventory_line.confirmed": (_("Ada saat inventarisasi"), DONE),
    "inventory_line.not_found": (_("Tidak ditemukan saat inventarisasi"), BAD),
    "pledge.drafted": (_("Diucapkan dan dicatat"), DONE),
    "pledge.changed": (_("Draf diubah"), QUIET),
    "pledge.discarded": (_("Draf dihapus"), QUIET),
    "pledge.submitted": (_("Diajukan untuk diterbitkan"), DONE),
    "pledge.sent_back": (_("Dikembalikan kepada pencatat"), WARN),
    "pledge.taken_over": (_("Draf diambil alih"), WARN),
    "pledge.published": (_("Diterbitkan"), DONE),
    "pledge.rejected": (_("Penerbitan ditolak"), BAD),
    "pledge.withdrawn": (_("Dicabut"), BAD),
    "pledge.excused": (_("Tidak dapat dilaksanakan"), BAD),
    "pledge.merged": (_("Digabung dengan catatan janji yang sama"), WARN),
    "pledge.withdrawal_asked": (_("Pencabutan diminta"), WARN),
    "pledge.excuse_asked": (_("Diminta dinyatakan tidak dapat dilaksanakan"), WARN),
    "pledge.merger_asked": (_("Penggabungan diminta"), WARN),
    "pledge.closure_refused": (_("Permintaan penutupan ditolak"), DONE),
    "pledge.passing_on_asked": (_("Alih penanggung jawab diminta"), WARN),
    "pledge.passed_on": (_("Penanggung jawab dialihkan"), DONE),
    "pledge.passing_on_refused": (_("Alih penanggung jawab ditolak"), DONE),
    "pledge.request_taken_back": (_("Permintaan ditarik kembali"), QUIET),
    "pledge.correction_confirmed": (_("Dokumen pembetulan dibenarkan"), DONE),
    "pledge.line_change_asked": (_("Perubahan baris diminta"), WARN),
    "pledge.line_change_decided": (_("Perubahan baris diputuskan"), DONE),
    "pledge.revision_asked": (_("Perubahan tenggat diminta"), WARN),
    "pledge.revision_decided": (_("Perubahan tenggat diputuskan"), DONE),
    "pledge.condition_met": (_("Syarat terpenuhi; tenggat diminta"), WARN),
    "pledge.deadline_recomputed": (_("Tenggat dihitung ulang menurut kalender"), QUIET),
    "calendar.seeded": (_("Kalender kerja diisi"), QUIET),
    "calendar_proposal.made": (_("Perubahan kalender diusulkan"), WARN),
    "calendar_proposal.decided": (_("Usulan kalender diputuskan"), DONE),
    **{
        f"{kind}.succession_{step}": said
        for kind in ("unit", "office")
        for step, said in (
            ("proposed", (_("Penerus diusulkan"), WARN)),
            ("decided", (_("Usulan penerus diputuskan"), DONE)),
            ("taken_back", (_("Usulan penerus ditarik kembali"), QUIET)),
        )
    },
    "pledge.evidence_added": (_("Bukti ditambahkan"), DONE),
    "pledge.effort_added": (_("Upaya dicatat"), DONE),
    "pledge.responded": (_("Tanggapan diberikan"), DONE),
    "pledge.objected": (_("Keberatan Inspektorat"), WARN),
    "plan.created": (_("Rencana dibuat dan dihitung"), DONE),
    "plan.changed": (_("Keterangan rencana diubah"), QUIET),
    "plan.recalculated": (_("Kebutuhan dihitung ulang"), DONE),
    "plan.adjusted": (_("Baris disesuaikan perencana"), DONE),
    "plan.read_back": (_("Buku kerja yang diisi dibaca kembali"), DONE),
    "plan.reviewed": (_("Ditelaah"), DONE),
    "plan.sent_back": (_("Dikembalikan kepada perencana"), WARN),
    "plan.frozen": (_("Ditetapkan"), DONE),
    "plan.discarded": (_("Draf dihapus"), QUIET),
    "witness.erased": (_("Data saksi dihapus atas permintaannya"), WARN),
    "person.leaving": (_("Akan pindah atau berhenti; perangkatnya dipindahkan dahulu"), WARN),
    "person.left": (_("Pindah atau berhenti"), WARN),
    "person.stays": (_("Batal pindah atau berhenti"), QUIET),
    "personal_request.made": (_("Perbaikan atau penghapusan data pribadi diminta"), WARN),
    "personal_request.refused": (_("Permintaan data pribadi ditolak"), WARN),
    "personal_request.taken_back": (_("Permintaan data pribadi ditarik kembali"), QUIET),
    "person.corrected": (_("Data pribadi diperbaiki atas permintaannya"), DONE),
    "person.erased": (_("Data pribadi dihapus"), WARN),
    "retention_rule.asked": (_("Penghapusan menurut masa simpan dimulai"), WARN),
    "retention.disposed": (_("Dihapus menurut masa simpan"), WARN),
    "legal_hold.placed": (_("Ditahan dari penghapusan"), WARN),
    "legal_hold.lifted": (_("Penahanan dilepas"), DONE),
    "user.created": (_("Akun dibuat"), DONE),
    "user.changed": (_("Data akun diubah"), QUIET),
    "user.password_set": (_("Kata sandi diganti"), QUIET),
    "user.token_revoked": (_("Token dicabut"), WARN),
    "user.activated": (_("Akun diaktifkan"), DONE),
    "user.deactivated": (_("Akun dinonaktifkan"), WARN),
    "grant.created": (_("Hak peran diberikan"), DONE),
    "grant.ended": (_("Hak peran diakhiri"), WARN),
    "installation.changed": (_("Pengaturan diubah"), QUIET),
}
KINDS: dict[str, Any] = {
    "request": _("Usulan"),
    "handover": _("Serah terima"),
    "asset": _("Perangkat"),
    "pledge": _("Janji"),
    "receipt": _("Penerimaan barang"),
    "plan": _("Rencana kebutuhan"),
    "need_standard": _("Standar kebutuhan"),
    "sub_activity": _("Sub kegiatan"),
    "account_code": _("Kode rekening"),
    "ppn_rate": _("Tarif PPN"),
    "signed_scan": _("Pindaian BAST"),
    "inventory": _("Inventarisasi"),
    "inventory_line": _("Perangkat dalam inventarisasi"),
    "user": _("Pengguna"),
    "grant": _("Hak peran"),
    "unit": _("Unit"),
    "person": _("Orang"),
    "office": _("Jabatan"),
    "tenure": _("Masa jabatan"),
    "family": _("Kelompok perangkat"),
    "device_type": _("Jenis perangkat"),
    "item_code": _("Kode barang"),
    "standard_price": _("Standar harga"),
    "social_account": _("Akun media sosial"),
    "calendar_day": _("Kalender kerja"),
    "calendar_proposal": _("Usulan kalender"),
    "unit_succession": _("Penerus unit"),
    "office_succession": _("Penerus jabatan"),
    "installation": _("Pengaturan"),
    "witness": _("Saksi"),
    "import": _("Berkas impor"),
    "personal_request": _("Permintaan data pribadi"),
    "retention_rule": _("Masa simpan"),
    "legal_hold": _("Penahanan penghapusan"),
}
ENDINGS: dict[str, tuple[Any, Weight]] = {
    "created": (_("Dicatat"), DONE), "changed": (_("Diubah"), QUIET), "removed": (_("Dihapus"), WARN),
    "imported": (_("Dicatat atau diperbarui dari berkas"), DONE),
}  # fmt: skip


def kind_of(event: Event) -> str:
    """What sort of thing an event is about: "Usulan"."""
    return str(KINDS.get(event.subject_type, event.subject_type))


def subject_of(event: Event) -> str:
    """What an event is about: "Usulan UP-2026-0003"."""
    return f"{kind_of(event)} {event.subject_number}".strip()


def sentence_of(verb: str, changes: dict[str, Any]) -> tuple[Any, Weight]:
    """What happened, in words, and how it weighs."""
    if verb == "request.endorsed" and changes.get("endorsed") == [None, "letter"]:
        return _("Surat bertanda tangan Camat dilampirkan"), DONE
    if verb == "pledge.revision_decided":
        return _revision_decided(changes)
    return SENTENCES.get(verb) or ENDINGS.get(verb.rpartition(".")[2], (verb, QUIET))


def detail_of(verb: str, changes: dict[str, Any], event: Event) -> str:
    """The particulars of an event in a few words; empty when the sentence says it all."""
    teller = _TELLERS.get(verb) or (_fields if verb.endswith(".changed") else None)
    said = teller(changes, event) if teller else ""
    return " · ".join(filter(None, (said, of_a_move(changes))))


def _revision_decided(changes: dict[str, Any]) -> tuple[Any, Weight]:
    if _new(changes, "decision") == Decision.APPROVE:
        return gettext("Tenggat menjadi %(day)s") % {"day": _day(_new(changes, "due_on"))}, DONE
    return _("Permintaan tenggat baru ditolak"), WARN


def _new(changes: dict[str, Any], name: str) -> Any:
    pair = changes.get(name)
    return pair[1] if isinstance(pair, list) and len(pair) == 2 else None


def _day(value: Any) -> str:
    return words.long_date(date.fromisoformat(value)) if isinstance(value, str) and value else ""


def _lines(changes: dict[str, Any], _event: Event) -> str:
    told = []
    for line in _new(changes, "lines") or []:
        label = LineDecision(line["decision"]).label if line.get("decision") in LineDecision.values else ""
        amount = words.out_of(line["approved_quantity"], line["quantity"]) if line.get("approved_quantity") else ""
        why = f"“{line['reason']}”" if line.get("reason") else ""
        told.append(" ".join(filter(None, (str(label), amount, why))))
    return "; ".join(told)


def _promised(changes: dict[str, Any], _event: Event) -> str:
    """What a change of lines moves or clarifies: from which unit, to which, how many."""
    decision = _new(changes, "decision")
    label = str(Decision(decision).label) if decision in Decision.values else ""
    told = [
        f"{' → '.join(filter(None, line.get('names', [line['unit']])))}: {words.thousands(line['quantity'])}"
        for line in _new(changes, "lines") or []
    ]
    return " · ".join(filter(None, (label, "; ".join(told))))


def _condition(changes: dict[str, Any], _event: Event) -> str:
    value = _new(changes, "condition")
    return str(Condition(value).label) if value in Condition.values else ""


def _handover(changes: dict[str, Any], event: Event) -> str:
    kind = _new(changes, "kind")
    said = str(HandoverKind(kind).label) if kind in HandoverKind.values else ""
    to = _new(changes, "recipient")
    papers = [each for each in _new(changes, "papers") or [] if isinstance(each, str)]
    number = ", ".join(papers) or _new(changes, "number") or event.subject_number
    return " · ".join(filter(None, (said, number, f"{gettext('kepada')} {to}" if to else "")))


def _accepted(changes: dict[str, Any], event: Event) -> str:
    tags = _new(changes, "accepted") or []
    return " · ".join(filter(None, (", ".join(tags), event.subject_number)))


def _disputed(changes: dict[str, Any], _event: Event) -> str:
    reasons = _new(changes, "disputed") or {}
    return "; ".join(f"{tag}: “{why}”" if why else tag for tag, why in reasons.items())


def _asked(changes: dict[str, Any], _event: Event) -> str:
    kind = _new(changes, "kind")
    label = RevisionKind(kind).label if kind in RevisionKind.values else ""
    return f"{label}: {_day(_new(changes, 'due_on'))}"


def _moved(changes: dict[str, Any], _event: Event) -> str:
    old, new = (_day(value) for value in changes.get("due_on", ["", ""]))
    return f"{old} → {new}" if old else new


def _recomputed(changes: dict[str, Any], event: Event) -> str:
    """What the calendar moved, by which decree, and who proposed and confirmed that."""
    told = [_moved(changes, event)]
    for name, words_of in _BY_WHOM.items():
        said = _new(changes, name)
        told += [words_of % {"value": said}] if isinstance(said, str) and said else []
    return " · ".join(told)


_BY_WHOM = {
    "decree": _("Keputusan %(value)s"),
    "proposed_by": _("diusulkan %(value)s"),
    "confirmed_by": _("dikonfirmasi %(value)s"),
    "changed_by": _("diubah %(value)s"),
}


def _calendar(changes: dict[str, Any], _event: Event) -> str:
    """The decree, what was decided, and the days as they were and are."""
    decision, (old, new) = _new(changes, "decision"), changes.get("days") or ([], [])
    label = str(Decision(decision).label) if decision in Decision.values else ""
    days = " → ".join(filter(None, ("; ".join(old), "; ".join(new))))
    return " · ".join(filter(None, (_new(changes, "decree") or _new(changes, "by_decree") or "", label, days)))


def _succession(changes: dict[str, Any], _event: Event) -> str:
    """What was decided, who comes after, by which decree, and between which units the answering for pledges passed."""
    decision = _new(changes, "decision")
    label = str(Decision(decision).label) if decision in Decision.values else ""
    told = [
        " ".join([str(Succession.Kind(each["kind"]).label), "→", each["name"]])
        + f", {_day(each['on'])}, {each['decree']}"
        for each in _new(changes, "successors") or []
    ]
    moved = " → ".join(changes.get("responsible_unit") or [])
    answers = gettext("penanggung jawab janji %(units)s") % {"units": moved} if moved else ""
    ended = gettext("unit lama tidak dipakai lagi") if changes.get("active") == [True, False] else ""
    return " · ".join(filter(None, (label, *told, ended, answers)))


def _evidence(changes: dict[str, Any], _event: Event) -> str:
    value = _new(changes, "supports")
    return str(Evidence.Supports(value).label) if value in Evidence.Supports.values else ""


def _effort(changes: dict[str, Any], _event: Event) -> str:
    kind, amount, by = _new(changes, "kind"), _new(changes, "amount"), _new(changes, "by_whom")
    label = str(Effort.Kind(kind).label) if kind in Effort.Kind.values else ""
    who = f"{gettext('oleh')} {by}" if by else ""
    return " · ".join(filter(None, (label, who, words.rupiah(amount))))


def _text(changes: dict[str, Any], _event: Event) -> str:
    text = _new(changes, "text")
    return f"“{text}”" if text else ""


def _number(_changes: dict[str, Any], event: Event) -> str:
    return event.subject_number


def _missing(changes: dict[str, Any], _event: Event) -> str:
    named = ((_("tidak ditemukan"), "not_found"), (_("belum dijawab"), "unanswered"))
    told = [(label, _new(changes, name)) for label, name in named]
    return "; ".join(f"{label}: {', '.join(tags)}" for label, tags in told if tags)


def _repair_cost(changes: dict[str, Any], event: Event) -> str:
    cost = _new(changes, "cost")
    return " · ".join(filter(None, (_condition(changes, event), words.rupiah(cost) if cost else "")))


def _planned(changes: dict[str, Any], _event: Event) -> str:
    devices, amount = _new(changes, "devices"), _new(changes, "amount")
    if devices is None or amount is None:
        return ""
    said = ngettext("%(n)s perangkat, %(amount)s", "%(n)s perangkat, %(amount)s", devices)
    return said % {"n": words.thousands(devices), "amount": words.rupiah(amount)}


def _plan_lines(changes: dict[str, Any], _event: Event) -> str:
    named = sorted(each["line"] for each in _new(changes, "lines") or [])
    return gettext("Baris %(lines)s") % {"lines": words.runs(named)} if named else ""


def _moved_back(changes: dict[str, Any], _event: Event) -> str:
    """The day a loan comes back: the old one and the new one."""
    pair = changes.get("due_back_on") or changes.get("new_due_back_on") or []
    days = [date.fromisoformat(day) for day in pair if day]
    decision = _new(changes, "decision")
    label = str(Decision(decision).label) if decision in Decision.values else ""
    return " ".join(filter(None, (label, " → ".join(words.long_date(day) for day in dict.fromkeys(days)))))


def _fields(changes: dict[str, Any], event: Event) -> str:
    """What was changed, by the names that forms have for it."""
    model = next(each for each in apps.get_models() if getattr(each, "journal_type", "") == event.subject_type)
    return ", ".join(str(label_of(model, name)) for name in changes if stored(model, name))


def _back(changes: dict[str, Any], _event: Event) -> str:
    return _day(_new(changes, "back_on"))


_TELLERS = {
    **{f"{kind}.succession_{step}": _succession for kind in ("unit", "office") for step in ("proposed", "decided")},
    "asset.back_confirmed": _back,
    "grant.created": granted,
    "request.submitted": _number,
    "request.decided": _lines,
    "handover.prepared": _handover,
    "handover.handed_over": _handover,
    "handover.accepted": _accepted,
    "handover.disputed": _disputed,
    "handover.cancelled": _number,
    "asset.condition_reported": _condition,
    "asset.repair_ended": _repair_cost,
    "handover.extension_asked": _moved_back,
    "handover.extension_decided": _moved_back,
    "inventory.closed": _missing,
    "inventory_line.confirmed": _condition,
    "pledge.line_change_asked": _promised,
    "pledge.line_change_decided": _promised,
    "pledge.revision_asked": _asked,
    "pledge.condition_met": _moved,
    "pledge.deadline_recomputed": _recomputed,
    "calendar_proposal.made": _calendar,
    "calendar_proposal.decided": _calendar,
    "pledge.submitted": _number,
    "pledge.evidence_added": _evidence,
    "pledge.effort_added": _effort,
    "pledge.responded": _text,
    "pledge.objected": _text,
    "receipt.created": _number,
    "plan.created": _planned,
    "plan.recalculated": _planned,
    "plan.adjusted": _plan_lines,
    "plan.reviewed": _plan_lines,
    "plan.frozen": _planned,
}
