"""The papers around a pledge: on its page, and evidence and efforts as lists of their own with their files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice import filters
from backoffice.base import BaseAdmin, address_of, shows
from backoffice.columns import in_list
from backoffice.verbs import DANGER
from core import acts, clock, words
from org.models import Tenure
from pledges import papers
from pledges.holders import DUE, NOW, SAID, holders_of
from pledges.lists import EFFORTS, EVIDENCE, WITNESSES
from pledges.merging import together
from pledges.models import Effort, Evidence, Objection, Pledge, Response, Witness
from pledges.paper_rules import may_read_witnesses, readable_witnesses, reads_witnesses
from wording.nothing import NOTHING

MOMENTS = {SAID: _("saat diucapkan"), DUE: _("saat tenggat pertama"), NOW: _("sekarang")}
Table = tuple[Any, list[tuple[Any, Any]]]


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
            ("SHA-256", attached.sha256 if attached else NOTHING),
        ]


@shows(Evidence)
class EvidenceAdmin(PaperAdmin):
    listing = EVIDENCE
    list_display = ("pledge", "supports", "note", "on")
    list_filter = filters.of(EVIDENCE)
    related = ("pledge__responsible_unit", "file", "recorded_by__person")
    files = ("file",)
    nothing = _("Belum ada bukti.")

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {"lead": obj.pledge.title, "facts": self.common(obj, obj.file)}


@shows(Effort)
class EffortAdmin(PaperAdmin):
    listing = EFFORTS
    list_display = ("pledge", "kind", *in_list(EFFORTS, "amount"), "on")
    list_filter = filters.of(EFFORTS)
    related = ("pledge__responsible_unit", "document", "recorded_by__person")
    files = ("document",)
    nothing = _("Belum ada upaya.")

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {"lead": obj.pledge.title, "facts": self.common(obj, obj.document)}


@shows(Witness)
class WitnessAdmin(PaperAdmin):
    """Witnesses, for the few who may read them."""

    listing = WITNESSES
    verbs, tones = acts.on(Witness, papers), {"erase": DANGER}
    list_display = ("pledge", "who", "on")
    related = ("pledge__responsible_unit", "recorded_by__person")
    nothing = _("Tidak ada saksi yang boleh Anda baca.")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not reads_witnesses(request.user):
            raise PermissionDenied
        return super().changelist_view(request, extra_context)

    def visible(self, user: Any) -> QuerySet:
        return readable_witnesses(user)

    @admin.display(description=_("saksi"))
    def who(self, obj: Any) -> str:
        return obj.name or gettext("Data saksi sudah dihapus")

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        facts = [(_("Saksi"), self.who(obj)), (_("Keterangan saksi"), obj.statement), *self.common(obj, None)]
        return {"lead": obj.pledge.title, "facts": facts}
