"""The papers around a pledge: on its page, and evidence and efforts as lists of their own with their files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.base import BaseAdmin, address_of
from backoffice.filters import equals
from backoffice.forms import DocumentField, NoteForm, VerbForm, form_of
from backoffice.printing import Printed
from backoffice.verbs import DANGER, Button
from core import clock, words
from documents.papers import efforts
from org.models import Tenure
from pledges import papers
from pledges.holders import DUE, NOW, SAID, holders_of
from pledges.merging import together
from pledges.models import Effort, Evidence, Objection, Pledge, Response, Witness
from pledges.paper_rules import WITNESS_VERBS, may_read_witnesses, readable_witnesses

MOMENTS = {SAID: _("saat diucapkan"), DUE: _("saat tenggat awal"), NOW: _("sekarang")}
EFFORTS_PAPER = Printed("efforts", _("Sudah diupayakan"), render=efforts.render)
Table = tuple[Any, list[tuple[Any, Any]]]


class EvidenceForm(form_of(Evidence, "supports", "source_url", "note")):  # type: ignore[misc]
    file = DocumentField(
        label=_("Berkas"), required=False, help_text=_("Foto atau PDF. Bila ada alamat sumber: tangkapan layarnya.")
    )
    field_order = ("supports", "file", "source_url", "note")


class EffortForm(form_of(Effort, "kind", "effective_on", "by_whom", "amount", "text")):  # type: ignore[misc]
    document = DocumentField(label=_("Dokumen"), required=False, help_text=_("Foto atau PDF surat, RKA atau DPA."))


class ResponseForm(VerbForm):
    text = forms.CharField(label=_("Tanggapan"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))


class ObjectionForm(VerbForm):
    text = forms.CharField(label=_("Keberatan"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))


PAPER_ACTS = (
    Button(
        "add-evidence",
        _("Tambah bukti"),
        _("Bukti tidak dapat dihapus. Alamat sumber hanya dicatat, tidak dibuka oleh Gawai."),
        _("Bukti tersimpan."),
        papers.add_evidence,
        EvidenceForm,
    ),
    Button(
        "add-effort",
        _("Catat upaya"),
        _("Apa yang diusulkan, dianggarkan, atau dipotong dan oleh siapa. Status janji tidak berubah."),
        _("Upaya tercatat."),
        papers.add_effort,
        EffortForm,
    ),
    Button(
        "respond",
        _("Beri tanggapan"),
        _("Tanggapan tampil di samping janji. Ucapan dan status tidak berubah."),
        _("Tanggapan tersimpan."),
        papers.respond,
        ResponseForm,
    ),
    Button(
        "object",
        _("Ajukan keberatan"),
        _("Keberatan Inspektorat terbuka untuk umum. Status janji tidak berubah."),
        _("Keberatan tersimpan."),
        papers.object_to,
        ObjectionForm,
    ),
    Button(
        "add-witness",
        _("Tambah saksi"),
        _("Nama dan keterangan saksi tidak pernah terbit; hanya pencatat, PPID dan Inspektorat yang membacanya."),
        _("Keterangan saksi tersimpan."),
        papers.add_witness,
        form_of(Witness, "name", "statement"),
    ),
)


def paper_tables(pledge: Pledge, first_due: Any, user: Any) -> list[Table]:
    """What the page of a pledge shows of its papers and of those merged into it, for this user."""
    records = together(pledge)

    def rows(model: Any, left: Callable[[Any], Any], *right: Callable[[Any], Any]) -> list[tuple[Any, Any]]:
        found = model.objects.filter(pledge__in=records).select_related("pledge", "recorded_by__person")
        told = (*right, lambda each: _source(each, pledge))
        return [(left(each), " · ".join(filter(None, (str(tell(each)) for tell in told)))) for each in found]

    tables: list[Table] = [
        (_("Bukti"), rows(Evidence, _evidence, _on)),
        (_("Sudah diupayakan"), rows(Effort, _effort, _money, _on)),
        (_("Tanggapan"), rows(Response, _text, _on, _recorder)),
        (_("Keberatan Inspektorat"), rows(Objection, _text, _on, _recorder)),
    ]
    if may_read_witnesses(user, pledge):
        tables.append((_("Saksi (tidak pernah terbit)"), rows(Witness, _heard, _on)))
    holders = _holders(pledge, first_due, user)
    return [*tables, (_("Pemangku jabatan"), holders)] if holders else tables


def _on(paper: Any) -> str:
    return words.short_date(paper.effective_on)


def _source(paper: Any, pledge: Pledge) -> str:
    """The number of the merged pledge that a paper was added to."""
    if paper.pledge_id == pledge.pk:
        return ""
    return gettext("dari %(number)s") % {"number": paper.pledge.number}


def _evidence(evidence: Evidence) -> str:
    what = evidence.note or evidence.source_url or gettext("berkas")
    label = f"{evidence.get_supports_display()}: {what}"[:160]
    return format_html('<a class="g-link" href="{}">{}</a>', address_of(evidence), label)


def _effort(effort: Effort) -> str:
    kind = effort.get_kind_display()
    if effort.by_whom:
        kind = f"{kind} {gettext('oleh')} {effort.by_whom}"
    label = f"{kind}: {effort.text}"[:160]
    return format_html('<a class="g-link" href="{}">{}</a>', address_of(effort), label)


def _money(effort: Effort) -> str:
    return words.rupiah(effort.amount)


def _text(said: Response | Objection) -> str:
    return said.text


def _recorder(paper: Any) -> str:
    return str(paper.recorded_by)


def _heard(witness: Witness) -> str:
    label = _("Data saksi sudah dihapus") if witness.erased else f"{witness.name}: {witness.statement}"
    return format_html('<a class="g-link" href="{}">{}</a>', address_of(witness), label)


def _holders(pledge: Pledge, first_due: Any, user: Any) -> list[tuple[Any, Any]]:
    """Names of holders are internal, and only for those whose scope holds the tenure."""
    held = holders_of(pledge, first_due)
    ids = [each.tenure.pk for each in held]
    seen = set(Tenure.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    return [
        (
            f"{each.tenure.person} ({each.tenure.get_status_display()})",
            ", ".join(str(MOMENTS[moment]) for moment in each.moments) or gettext("di antara waktu itu"),
        )
        for each in held
        if each.tenure.pk in seen
    ]


class PaperAdmin(BaseAdmin):
    """Rows that are only added, from the page of their pledge; readable with it."""

    search_fields: tuple[str, ...] = ("pledge__number", "pledge__title")
    ordering = ("-id",)

    def visible(self, user: Any) -> QuerySet:
        return self.model._base_manager.filter(pledge__in=Pledge.objects.visible_to(user).values("pk"))

    @admin.display(description=_("tanggal"))
    def on(self, obj: Any) -> str:
        return _on(obj)

    def common(self, obj: Any, attached: Any) -> list[tuple[Any, Any]]:
        pledge = format_html('<a class="g-link" href="{}">{}</a>', address_of(obj.pledge), obj.pledge)
        return [
            (_("Janji"), pledge),
            (_("Tanggal"), words.long_date(obj.effective_on)),
            (_("Dicatat"), words.long_date(clock.local_date(obj.created_at))),
            (_("Dicatat oleh"), obj.recorded_by),
            ("SHA-256", attached.sha256 if attached else "–"),
        ]


class EvidenceAdmin(PaperAdmin):
    list_display = ("pledge", "supports", "note", "on")
    list_filter = (equals("supports", _("Membuktikan"), Evidence.Supports.choices),)
    related = ("pledge__responsible_unit", "file", "recorded_by__person")
    files = ("file",)
    nothing = _("Belum ada bukti.")

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        facts = [(_("Membuktikan"), obj.get_supports_display()), (_("Keterangan"), obj.note)]
        source = [(_("Alamat sumber"), obj.source_url)]
        return {"lead": obj.pledge.title, "facts": [*facts, *source, *self.common(obj, obj.file)]}


class EffortAdmin(PaperAdmin):
    list_display = ("pledge", "kind", "money", "on")
    list_filter = (equals("kind", _("Upaya"), Effort.Kind.choices),)
    related = ("pledge__responsible_unit", "document", "recorded_by__person")
    files = ("document",)
    nothing = _("Belum ada upaya.")

    @admin.display(description=_("nilai"))
    def money(self, obj: Any) -> str:
        return words.rupiah(obj.amount) or "–"

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        facts = [
            (_("Upaya"), obj.get_kind_display()),
            (_("Dipotong oleh"), obj.by_whom),
            (_("Nilai"), self.money(obj)),
            (_("Uraian"), obj.text),
        ]
        return {"lead": obj.pledge.title, "facts": [*facts, *self.common(obj, obj.document)]}


class WitnessAdmin(PaperAdmin):
    """Witnesses, for the few who may read them; empty for everybody else."""

    permits = WITNESS_VERBS
    buttons = (
        Button(
            "erase",
            _("Hapus data saksi"),
            _(
                "Atas permintaan saksi (UU 27/2022): nama dan keterangannya dihapus untuk selamanya; bahwa pernah ada "
                "saksi tetap tercatat. Jangan menulis namanya di catatan."
            ),
            _("Data saksi dihapus."),
            papers.erase_witness,
            NoteForm,
            DANGER,
        ),
    )
    list_display = ("pledge", "who", "on")
    related = ("pledge__responsible_unit", "recorded_by__person")
    nothing = _("Tidak ada saksi yang boleh Anda baca.")

    def visible(self, user: Any) -> QuerySet:
        return readable_witnesses(user)

    @admin.display(description=_("saksi"))
    def who(self, obj: Any) -> str:
        return obj.name or gettext("Data saksi sudah dihapus")

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        facts = [(_("Saksi"), self.who(obj)), (_("Keterangan saksi"), obj.statement), *self.common(obj, None)]
        return {"lead": obj.pledge.title, "facts": facts}
