"""The sidebar, and the tabs at the foot of a phone: only what this person may read, in the order they need it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.import_pages import may_import
from core.models import Installation
from org.models import Role
from org.rules import holds, reach
from personal.officer import is_officer
from requests_app.rules import FILERS

Item = dict[str, Any]


def installation_of(request: Any) -> Installation:
    """The settings in force, read once per call."""
    if not hasattr(request, "_installation"):
        request._installation = Installation.current()
    return request._installation


def _item(title: Any, icon: str, model: str) -> Item:
    return {"title": title, "icon": icon, "link": reverse(f"admin:{model}_changelist"), "model": model}


def sidebar(request: HttpRequest) -> list[Item]:
    """Groups of links for the theme's sidebar."""
    user = request.user
    pledges = installation_of(request).get_pledge_noun_display()
    groups: list[dict[str, Any]] = [
        {
            "items": [
                {"title": _("Beranda"), "icon": "home", "link": reverse("admin:index")},
                _item(_("Usulan"), "assignment", "requests_app_devicerequest"),
                _item(_("Serah terima"), "handshake", "assets_handover"),
                _item(_("Perpanjangan pinjaman"), "more_time", "assets_loanextension"),
                _item(_("Perangkat"), "smartphone", "assets_asset"),
                _item(pledges, "campaign", "pledges_pledge"),
            ]
        }
    ]
    if is_office(user):
        noun = gettext("Angka %(noun)s") % {"noun": str(pledges).lower()}
        groups[0]["items"].append({"title": noun, "icon": "bar_chart", "link": reverse("admin:figures")})
        groups += _office_groups(user)
    elif reach(user).held:
        groups.append(
            {
                "title": _("Unit"),
                "items": [
                    _item(_("Inventarisasi"), "checklist", "assets_inventory"),
                    _item(_("Akun media sosial"), "tag", "org_socialaccount"),
                    _item(_("Orang"), "group", "org_person"),
                ],
            }
        )
    own = [_item(_("Perbaikan dan penghapusan"), "privacy_tip", "personal_subjectrequest")]
    if is_officer(user):
        own += [
            _item(_("Masa simpan"), "auto_delete", "personal_retentionrule"),
            _item(_("Penahanan penghapusan"), "gavel", "personal_legalhold"),
        ]
    groups.append({"title": _("Data pribadi"), "separator": True, "items": own})
    files = [{"title": _("Unduhan"), "icon": "download", "link": reverse("admin:jobs")}]
    if may_import(user):
        files.append({"title": _("Impor"), "icon": "upload", "link": reverse("admin:imports")})
    groups.append({"items": files})
    for group in groups:
        for item in group["items"]:
            item["active"] = _is_here(request, item["link"])
    return groups


def _is_here(request: HttpRequest, link: str) -> bool:
    return request.path == link or (link != reverse("admin:index") and request.path.startswith(link))


def _office_groups(user: Any) -> list[Item]:
    reference = [
        _item(_("Jenis perangkat"), "category", "assets_devicetype"),
        _item(_("Kelompok"), "folder", "assets_family"),
        _item(_("Kode barang"), "barcode", "assets_itemcode"),
        _item(_("Kalender kerja"), "calendar_month", "org_calendarday"),
        _item(_("Usulan kalender"), "edit_calendar", "org_calendarproposal"),
    ]
    people = [
        _item(_("Unit"), "account_tree", "org_unit"),
        _item(_("Jabatan"), "badge", "org_office"),
        _item(_("Penerus unit"), "merge", "org_unitsuccession"),
        _item(_("Penerus jabatan"), "move_up", "org_officesuccession"),
        _item(_("Masa jabatan"), "person_pin", "org_tenure"),
        _item(_("Orang"), "group", "org_person"),
        _item(_("Akun media sosial"), "tag", "org_socialaccount"),
    ]
    if user.is_superuser or holds(user, Role.USER_ADMIN):
        people += [
            _item(_("Pengguna"), "manage_accounts", "org_user"),
            _item(_("Hak peran"), "key", "org_grant"),
            _item(_("Token API"), "vpn_key", "org_token"),
        ]
    planning = [
        _item(_("Rencana kebutuhan"), "edit_calendar", "planning_plan"),
        _item(_("Standar kebutuhan"), "rule", "planning_needstandard"),
        _item(_("Standar harga"), "payments", "assets_standardprice"),
        _item(_("Sub kegiatan"), "account_tree", "planning_subactivity"),
        _item(_("Kode rekening"), "tag", "planning_accountcode"),
        _item(_("Tarif PPN"), "percent", "planning_ppnrate"),
    ]
    record = [_item(_("Jurnal"), "history", "core_event")]
    if user.is_superuser or any(held.role == Role.AUDITOR and held.whole for held in reach(user).held):
        record.append(_item(_("Catatan keamanan"), "shield", "core_securityevent"))
    record.append(
        {"title": _("Pengaturan"), "icon": "settings", "link": reverse("admin:core_installation_change", args=[1])}
    )
    return [
        {
            "title": _("Perangkat dan janji"),
            "separator": True,
            "items": [
                _item(_("Permintaan tenggat"), "event_repeat", "pledges_deadlinerevision"),
                _item(_("Perubahan baris janji"), "splitscreen", "pledges_linechange"),
                _item(_("Penutupan janji"), "block", "pledges_closure"),
                _item(_("Alih penanggung jawab"), "move_down", "pledges_passingon"),
                _item(_("Bukti janji"), "attach_file", "pledges_evidence"),
                _item(_("Upaya"), "task_alt", "pledges_effort"),
                _item(_("Laporan kondisi"), "build", "assets_conditionreport"),
                _item(_("Penerimaan barang"), "inventory_2", "assets_receipt"),
                _item(_("Inventarisasi"), "checklist", "assets_inventory"),
            ],
        },
        {"title": _("Perencanaan"), "separator": True, "items": planning},
        {"title": _("Data acuan"), "separator": True, "items": reference},
        {"title": _("Orang dan unit"), "separator": True, "items": people},
        {"title": _("Catatan"), "separator": True, "items": record},
    ]


def tabs(request: HttpRequest) -> list[Item]:
    """The four tabs of the phone."""
    items = [
        (_("Beranda"), "home", reverse("admin:index")),
        (_("Usulan"), "assignment", reverse("admin:requests_app_devicerequest_changelist")),
        (_("Perangkat"), "smartphone", reverse("admin:assets_asset_changelist")),
        (
            installation_of(request).get_pledge_noun_display().split()[0],
            "campaign",
            reverse("admin:pledges_pledge_changelist"),
        ),
    ]
    return [{"title": t, "icon": i, "link": a, "active": _is_here(request, a)} for t, i, a in items]


def is_office(user: Any) -> bool:
    """Whether the user works for the whole office: any role but those that ask for their own unit alone."""
    return user.is_superuser or bool({held.role for held in reach(user).held} - set(FILERS))
