"""The register of devices: who holds each one, in what condition, and everything that can happen to it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from assets import register, rules
from assets.lists import ASSETS, CONDITION_REPORTS
from assets.models import Asset, Custody, Handover
from assets.states import AssetState, Condition, HandoverKind
from backoffice import filters, words
from backoffice.base import BaseAdmin, address_of
from backoffice.columns import facts_of, in_list
from backoffice.filters import choice
from backoffice.forms import (
    DayField,
    DocumentField,
    NumberField,
    PhotoField,
    ReasonField,
    ReasonForm,
    VerbForm,
    form_of,
    initial_of,
)
from backoffice.verbs import DANGER, PRIMARY, Creation, Verb
from core import clock
from core.errors import NotAllowed
from core.permits import Permit
from org.models import Role, Unit
from org.rules import belongs_to, reach, require
from requests_app import worklists
from requests_app.fulfilment import Item, record_handover

ENTERED = (
    "tag",
    "device_type",
    "brand",
    "model",
    "serial_number",
    "imei_1",
    "imei_2",
    "condition",
    "unit",
    "price",
    "acquired_on",
    "fund_source",
    "nibar",
    "note",
)


class OwnUnitForm(VerbForm):
    """Units that the asset clerk keeps books for."""

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        visible = super().choices_of(name, queryset)
        if queryset.model is not Unit:
            return visible
        units = reach(self.user).units(Role.ASSET_CLERK)
        known = visible.exclude(kind__in=[Unit.Kind.VILLAGE, Unit.Kind.URBAN_VILLAGE])
        return known if units is None else known.filter(pk__in=units.values("pk"))


class EnterForm(form_of(Asset, *ENTERED, base=OwnUnitForm)):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tag"].required = False
        self.fields["tag"].help_text = _("Kosongkan untuk diberi label otomatis.")
        if self.user.person_id:
            self.initial.setdefault("unit", self.user.person.unit.agency())


class ConditionForm(VerbForm):
    condition = forms.ChoiceField(label=_("Kondisi"), choices=Condition.choices, widget=forms.RadioSelect)
    note = ReasonField(required=False, label=_("Keterangan (opsional)"))
    photo = PhotoField(label=_("Foto kondisi (opsional)"), required=False, help_text=_("Lokasi GPS dihapus."))


class LostForm(VerbForm):
    lost_on = DayField(label=_("Hilang sejak"))
    reason = ReasonField(label=_("Apa yang terjadi?"))


class RepairForm(VerbForm):
    workshop = forms.CharField(label=_("Bengkel (opsional)"), required=False, max_length=150)
    reason = ReasonField(required=False, label=_("Kerusakan"))


class RepairedForm(VerbForm):
    condition = forms.ChoiceField(label=_("Kondisi sesudahnya"), choices=Condition.choices, widget=forms.RadioSelect)
    cost = NumberField(label=_("Biaya (Rp, opsional)"), required=False, min_value=0, max_value=10**12)
    reason = ReasonField(required=False, label=_("Catatan (opsional)"))


class RetireForm(VerbForm):
    decision_number = forms.CharField(label=_("Nomor SK penghapusan"), max_length=100)
    decided_on = DayField(label=_("Tanggal SK"))
    file = DocumentField(label=_("Berkas SK"))
    reason = ReasonField(required=False, label=_("Catatan (opsional)"))


class ReturnForm(VerbForm):
    handed_over_on = DayField(label=_("Tanggal pengembalian"))
    note = ReasonField(label=_("Mengapa dikembalikan?"))


def _speaks_for_holder(user: Any, asset: Asset) -> str:
    custody = asset.custody
    if custody is None or not belongs_to(user, custody.unit):
        raise NotAllowed("not_the_holder", _("Hanya unit pemegang yang mengembalikan perangkat."))
    return require(user, Role.REQUESTER, Role.UNIT_HEAD, unit=custody.unit)


def _is_held(asset: Asset) -> bool:
    return asset.state == AssetState.ISSUED


def give_back(asset: Asset, *, actor: Any, handed_over_on: date, note: str) -> Handover:
    """The holder's unit gives a device back to the unit that keeps it."""
    return record_handover(
        kind=HandoverKind.RETURN,
        recipient_unit=asset.unit,
        items=[Item(asset)],
        actor=actor,
        handed_over_on=handed_over_on,
        note=note,
    )


def _waiting(rows: QuerySet, value: str, user: Any) -> QuerySet:
    waiting = worklists.conditions(user)
    found = rows.filter(pk__in=waiting.overdue.values("pk"))
    return found if value == "overdue" else found | rows.filter(pk__in=waiting.due.values("pk"))


DESK = choice("desk", _("Antrean"), [("mine", _("Rusak, belum diperbaiki")), ("overdue", _("Rusak berat"))], _waiting)


def _state_badge(state: str) -> str:
    known = AssetState(state)
    return words.badge(known.label, words.ASSET_TONES[known])


class AssetAdmin(BaseAdmin):
    permits = {**rules.ASSET_VERBS, "give-back": Permit(_speaks_for_holder, _is_held)}
    verbs = (
        Verb(
            "report-condition",
            _("Laporkan kondisi"),
            _("Catat kondisi perangkat seperti yang Anda lihat sekarang."),
            _("Kondisi tercatat."),
            register.report_condition,
            ConditionForm,
            PRIMARY,
        ),
        Verb(
            "give-back",
            _("Kembalikan"),
            _("Perangkat dikembalikan; Pengurus Barang mengonfirmasi penerimaannya."),
            _("Pengembalian tercatat."),
            give_back,
            ReturnForm,
        ),
        Verb(
            "change",
            _("Ubah"),
            _("Perbaiki data perangkat."),
            _("Perubahan tersimpan."),
            register.correct,
            form_of(Asset, *register.CORRECTABLE),
        ),
        Verb(
            "start-repair",
            _("Kirim ke perbaikan"),
            _("Perangkat masuk perbaikan dan tidak dapat diserahkan dahulu."),
            _("Perangkat masuk perbaikan."),
            register.start_repair,
            RepairForm,
        ),
        Verb(
            "end-repair",
            _("Selesai diperbaiki"),
            _("Perangkat kembali dari perbaikan."),
            _("Perbaikan selesai."),
            register.end_repair,
            RepairedForm,
            PRIMARY,
        ),
        Verb(
            "mark-found",
            _("Ditemukan kembali"),
            _("Perangkat yang hilang sudah ditemukan."),
            _("Tercatat ditemukan."),
            register.mark_found,
            ReasonForm,
        ),
        Verb(
            "mark-lost",
            _("Laporkan hilang"),
            _("Perangkat dicatat hilang sejak tanggal itu."),
            _("Tercatat hilang."),
            register.mark_lost,
            LostForm,
            DANGER,
        ),
        Verb(
            "retire",
            _("Hapus dari daftar"),
            _("Perangkat dihapus dari daftar dengan SK. Tidak dapat dibatalkan."),
            _("Perangkat dihapus dari daftar."),
            register.retire,
            RetireForm,
            DANGER,
        ),
    )
    creation = Creation(
        _("Catat perangkat"),
        _("Perangkat masuk daftar unit pencatat dan tersedia di gudang."),
        _("Perangkat tercatat."),
        rules.may_keep,
        register.enter,
        EnterForm,
    )
    listing = ASSETS
    list_display = (
        "device",
        *in_list(ASSETS, "device_type"),
        "holder",
        *in_list(ASSETS, "state", "condition", state=_state_badge, condition=words.condition_badge),
    )
    list_filter = (DESK, *filters.of(ASSETS))
    search_help_text = _("Cari label, nomor seri, IMEI, merek")
    related = ("device_type", "unit")
    ordering = ("-id",)
    export_kind = "assets"
    nothing = _("Belum ada perangkat di sini.")
    files = ("retirement_file",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        held = Custody.objects.filter(until__isnull=True).select_related("unit", "person")
        return super().get_queryset(request).prefetch_related(Prefetch("custodies", held, to_attr="held_by"))

    @admin.display(description=_("perangkat"))
    def device(self, obj: Any) -> str:
        return " ".join(filter(None, (obj.tag, obj.brand, obj.model)))

    @admin.display(description=_("pemegang"))
    def holder(self, obj: Any) -> str:
        if not obj.held_by:
            return str(obj.unit)
        custody = obj.held_by[0]
        return " · ".join(filter(None, (str(custody.unit), str(custody.person or ""))))

    def initial(self, verb: Verb, subject: Any) -> dict[str, Any]:
        if verb.name == "change":
            return initial_of(subject, register.CORRECTABLE)
        today = clock.today()
        return {"condition": subject.condition, "lost_on": today, "handed_over_on": today, "decided_on": today}

    def after(self, verb: Verb, subject: Any, result: Any) -> str:
        if verb.name == "give-back":
            return address_of(result)
        return super().after(verb, subject, result)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        custody = obj.custody
        held = obj.custodies.select_related("unit", "person").order_by("-since", "-pk")
        reports = obj.condition_reports.select_related("reported_by__person", "photo")[:20]
        repairs = obj.repairs.order_by("-pk")[:20]
        return {
            "badge": format_html("{} {}", _state_badge(obj.state), words.condition_badge(obj.condition)),
            "lead": _holder_sentence(custody),
            "facts": facts_of(ASSETS, obj),
            "part": "backoffice/parts/asset.html",
            "custodies": held,
            "reports": reports,
            "repairs": repairs,
        }


def _holder_sentence(custody: Custody | None) -> str:
    if custody is None:
        return ""
    who = " · ".join(filter(None, (str(custody.unit), str(custody.person or ""))))
    return _("Dipegang %(who)s sejak %(day)s.") % {"who": who, "day": words.long_date(custody.since)}


class ConditionReportAdmin(BaseAdmin):
    listing = CONDITION_REPORTS
    list_display = in_list(
        CONDITION_REPORTS, "asset", "condition", "unit", "reported_on", condition=words.condition_badge
    )
    list_filter = filters.of(CONDITION_REPORTS)
    related = ("asset", "unit", "reported_by__person")
    files = ("photo",)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {
            "badge": words.condition_badge(obj.condition),
            "facts": [
                (_("Perangkat"), obj.asset),
                (_("Unit"), obj.unit),
                (_("Tanggal"), words.long_date(obj.reported_on)),
                (_("Dilaporkan oleh"), obj.reported_by),
                (_("Keterangan"), obj.note or "–"),
            ],
        }
