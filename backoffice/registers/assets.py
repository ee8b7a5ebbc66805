"""The register of devices: who holds each one, in what condition, and everything that can happen to it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from assets import absences, register
from assets.lists import ASSETS, CONDITION_REPORTS
from assets.models import Asset, ConditionReport, Custody
from assets.past import foreign_custodies, keeps_books
from assets.states import HandoverKind
from backoffice import filters, html
from backoffice.base import BaseAdmin, address_of, shows
from backoffice.columns import in_list
from backoffice.forms import VerbForm, form_for, initial_of
from backoffice.registers.condition_photos import SIDE_BY_SIDE, with_shots
from backoffice.verbs import DANGER, PRIMARY, Button
from core import acts, clock, security, words
from core.errors import NotAllowed
from core.files import download_response, thumbnail_response
from core.models import Attachment
from handing_over import returning
from handing_over.rules import recording_role
from org.models import Role, Unit
from org.rules import reach
from wording import badges, standing


class OwnUnitForm(VerbForm):
    """Units that the asset clerk keeps books for."""

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        visible = super().choices_of(name, queryset)
        if queryset.model is not Unit:
            return visible
        units = reach(self.user).units(Role.ASSET_CLERK)
        known = visible.exclude(kind__in=[Unit.Kind.VILLAGE, Unit.Kind.URBAN_VILLAGE])
        return known if units is None else known.filter(pk__in=units.values("pk"))


class EnterForm(form_for(register.enter, OwnUnitForm)):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user.person_id:
            self.initial.setdefault("unit", self.user.person.unit.agency())


@shows(Asset)
class AssetAdmin(BaseAdmin):
    verbs, creates = acts.on(Asset, absences, register, returning), register.enter
    forms = {"create": EnterForm}
    tones = {**dict.fromkeys(("report-condition", "end-repair", "confirm-back", "confirm-loss"), PRIMARY),
             "mark-lost": DANGER, "retire": DANGER}  # fmt: skip
    listing = ASSETS
    list_display = (
        "device",
        *in_list(ASSETS, "device_type"),
        "holder",
        *in_list(ASSETS, "state", "condition", state=badges.asset, condition=badges.condition),
    )
    list_filter = filters.of(ASSETS)
    search_help_text = _("Cari pemegang, unit, jenis, merek, label, NIBAR, nomor seri, IMEI")
    related = ("device_type", "unit")
    ordering = ("-id",)
    nothing = _("Belum ada perangkat di sini.")
    files = ("retirement_file",)
    readings = (SIDE_BY_SIDE,)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        held = Custody.objects.filter(until__isnull=True).select_related("unit", "person__devices_to")
        return super().get_queryset(request).prefetch_related(Prefetch("custodies", held, to_attr="held_by"))

    @admin.display(description=_("perangkat"))
    def device(self, obj: Any) -> str:
        return " ".join(filter(None, (obj.tag, obj.brand, obj.model)))

    @admin.display(description=_("pemegang"), ordering="held_at")
    def holder(self, obj: Any) -> str:
        if not obj.held_by:
            return str(obj.unit)
        custody = obj.held_by[0]
        person = custody.person
        goes = f"→ {person.devices_to or _('gudang')}" if person and person.leaving_since else ""
        return " · ".join(filter(None, (str(custody.unit), str(person or ""), goes)))

    def initial(self, verb: Button, subject: Any) -> dict[str, Any]:
        if verb.name == "change":
            return initial_of(subject, register.CORRECTABLE)
        today = clock.today()
        return {"condition": subject.condition, "lost_on": today, "handed_over_on": today, "decided_on": today}

    def after(self, verb: Button, subject: Any, result: Any) -> str:
        if verb.name == "give-back":
            return address_of(result)
        return super().after(verb, subject, result)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        custody = obj.custody
        reports = ConditionReport.objects.visible_to(request.user).filter(asset=obj).prefetch_related("photos")
        seen = with_shots(reports.select_related("asset__device_type", "reported_by__person")[:20])
        return {
            "missed": [standing.away(each) for each in obj.absences.open()],
            "leaves": standing.holder_leaves(custody),
            "hand_on": _hand_on(request.user, obj, custody),
            "badge": format_html(
                "{} {}", html.badge(badges.asset(obj.state)), html.badge(badges.condition(obj.condition))
            ),
            "lead": _holder_sentence(custody),
            "part": "backoffice/parts/asset.html",
            "custodies": _custodies(obj, request.user),
            "reports": seen,
            "readings": self.readings_of(obj) if any(each.shots for each in seen) else [],
            "repairs": _repairs(obj, request.user),
        }


def _hand_on(user: Any, asset: Asset, custody: Custody | None) -> str:
    """The form, filled in, of the handover by which the device of who leaves goes on; empty for who may not make it."""
    person = custody.person if custody else None
    if custody is None or person is None or person.leaving_since is None or not asset.tag:
        return ""
    to, kind = person.devices_to, HandoverKind.RETURN
    if to:
        kind = HandoverKind.CHANGE_OF_HOLDER if to.unit_id == custody.unit_id else HandoverKind.TRANSFER
    try:
        recording_role(user, kind, keeper=asset.unit, giver=custody.unit)
    except NotAllowed:
        return ""
    filled: dict[str, Any] = {"kind": kind.value, "assets": asset.tag}
    if to:
        filled["recipient"] = to.pk
        filled |= {"recipient_unit": to.unit_id} if kind == HandoverKind.TRANSFER else {}
    return f"{reverse('admin:assets_handover_add')}?{urlencode(filled)}"


def _custodies(asset: Asset, user: Any) -> list[dict[str, Any]]:
    """Who held the device from when to when; of units that are none of the reader's, only the days."""
    foreign = foreign_custodies(user, asset)
    held = asset.custodies.select_related("unit", "person").order_by("-since", "-pk")
    return [
        {"who": _("Unit lain") if each.pk in foreign else _who(each), "since": each.since, "until": each.until}
        for each in held
    ]


def _repairs(asset: Asset, user: Any) -> list[dict[str, Any]]:
    """The device's repairs; of those before the reader's unit had it, only the days."""
    custody, whole = asset.custody, keeps_books(user, asset)
    return [
        {
            "what": (each.workshop or _("Tanpa nama bengkel")) if told else _("Perbaikan"),
            "cost": each.cost if told else None, "started_on": each.started_on, "ended_on": each.ended_on,
        }
        for each in asset.repairs.order_by("-pk")[:20]
        for told in [whole or (custody is not None and each.started_on > custody.since)]
    ]  # fmt: skip


def _who(custody: Custody) -> str:
    return " · ".join(filter(None, (str(custody.unit), str(custody.person or ""))))


def _holder_sentence(custody: Custody | None) -> str:
    if custody is None:
        return ""
    who = _who(custody)
    return _("Dipegang %(who)s sejak %(day)s.") % {"who": who, "day": words.long_date(custody.since)}


@shows(ConditionReport)
class ConditionReportAdmin(BaseAdmin):
    listing = CONDITION_REPORTS
    list_display = in_list(CONDITION_REPORTS, "asset", "condition", "unit", "reported_on", condition=badges.condition)
    list_filter = filters.of(CONDITION_REPORTS)
    related = ("asset__device_type", "unit", "reported_by__person")
    pictures = ("photo", "thumbnail")

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        [report] = with_shots([obj])
        return {
            "badge": html.badge(badges.condition(obj.condition)),
            "facts": [(_("Dilaporkan oleh"), obj.reported_by)],
            "part": "backoffice/parts/report.html",
            "report": report,
            "compare": reverse("admin:assets_asset_read", args=[obj.asset_id, SIDE_BY_SIDE.name]),
        }

    def register_urls(self) -> tuple[list[Any], None, None]:
        urls, _app, _namespace = super().register_urls()
        for name in self.pictures:
            view = self.admin_site.admin_view(getattr(self, f"{name}_view"))
            urls.append(path(f"<int:pk>/{name}/<int:photo>/", view, name=f"assets_conditionreport_{name}"))
        return urls, None, None

    def photo_view(self, request: HttpRequest, pk: int, photo: int) -> HttpResponseBase:
        """A photo of a report, for who may read the report."""
        picture = self._picture(request, pk, photo)
        security.log_request("file_read", request)
        return download_response(picture, inline=True)

    def thumbnail_view(self, request: HttpRequest, pk: int, photo: int) -> HttpResponseBase:
        """The same, made small, as pages show it."""
        return thumbnail_response(self._picture(request, pk, photo))

    def _picture(self, request: HttpRequest, pk: int, photo: int) -> Attachment:
        found = self.find(request, pk).photos.select_related("picture").filter(pk=photo).first()
        if found is None:
            raise Http404
        return found.picture
