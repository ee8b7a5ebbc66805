"""The menu: what this person's roles do every day, then under "Lainnya" all else they may read; the phone's tabs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.import_pages import may_import
from core.models import Installation
from org.models import Role
from org.rules import holds, reach
from requests_app.rules import FILERS

MOST, TABS = 8, 4


@dataclass(frozen=True)
class Entry:
    """One link of the menu. ``icon``: its name in ``icons.svg``."""

    title: Any
    icon: str
    link: str
    active: bool = False


@dataclass(frozen=True)
class Menu:
    """``main``: the few links that always show; ``rest``: titled groups, folded until one of them is where one is."""

    main: list[Entry]
    rest: list[tuple[Any, list[Entry]]]

    @property
    def elsewhere(self) -> bool:
        return any(entry.active for _title, entries in self.rest for entry in entries)

    @property
    def tabs(self) -> list[Entry]:
        return self.main[:TABS]


HOME, FIGURES, JOBS, IMPORTS = "index", "figures", "jobs", "imports"
REQUEST, HANDOVER, ASSET, PLEDGE = (
    "requests_app.devicerequest", "assets.handover", "assets.asset", "pledges.pledge",
)  # fmt: skip
REVISION, LINE_CHANGE, CLOSURE, PASSING_ON, EVIDENCE = (
    "pledges.deadlinerevision", "pledges.linechange", "pledges.closure", "pledges.passingon", "pledges.evidence",
)  # fmt: skip
RECEIPT, INVENTORY, CONDITION = "assets.receipt", "assets.inventory", "assets.conditionreport"
PLAN, STANDARD, PRICE = "planning.plan", "planning.needstandard", "assets.standardprice"
UNIT, PERSON, USER, GRANT, ACCOUNT = "org.unit", "org.person", "org.user", "org.grant", "org.socialaccount"
EVENT, SECURITY, SETTINGS = "core.event", "core.securityevent", "core.installation"

# What a role does every day, the most frequent first; the phone has the first of these as tabs.
DAILY: Mapping[str, tuple[str, ...]] = {
    Role.REQUESTER: (REQUEST, ASSET, PLEDGE, HANDOVER),
    Role.UNIT_HEAD: (REQUEST, ASSET, PLEDGE, HANDOVER),
    Role.VERIFIER: (REQUEST, PLEDGE, ASSET, REVISION, EVIDENCE),
    Role.APPROVER: (REQUEST, PLAN, PLEDGE, ASSET),
    Role.ASSET_CLERK: (REQUEST, ASSET, HANDOVER, RECEIPT, INVENTORY, CONDITION),
    Role.PLANNER: (PLAN, PRICE, STANDARD, REQUEST, ASSET),
    Role.PUBLISHER: (PLEDGE, EVIDENCE, FIGURES, REQUEST),
    Role.DECIDER: (PLEDGE, REVISION, LINE_CHANGE, CLOSURE, PASSING_ON),
    Role.AUDITOR: (PLEDGE, REQUEST, ASSET, EVENT, SECURITY),
    Role.VIEWER: (REQUEST, ASSET, PLEDGE, FIGURES),
    Role.USER_ADMIN: (USER, GRANT, PERSON, UNIT),
}
OF_SUPERUSER, OF_NOBODY = (USER, GRANT, REQUEST, ASSET, PLEDGE, EVENT), (PLEDGE, UNIT)

_WORK = (REQUEST, HANDOVER, "assets.loanextension", ASSET, PLEDGE)
_PROMISES = (FIGURES, REVISION, LINE_CHANGE, CLOSURE, PASSING_ON, EVIDENCE, "pledges.effort")
_SUPPLY = (CONDITION, RECEIPT, INVENTORY)
_PLANNING = (PLAN, STANDARD, PRICE, "planning.subactivity", "planning.accountcode", "planning.ppnrate")
_REFERENCE = (
    "assets.devicetype", "assets.family", "assets.itemcode", "org.calendarday", "org.calendarproposal",
)  # fmt: skip
_PEOPLE = (
    UNIT, "org.office", "org.unitsuccession", "org.officesuccession", "org.tenure", PERSON, ACCOUNT,
)  # fmt: skip
_ACCOUNTS = (USER, GRANT, "org.token")
_PERSONAL = ("personal.subjectrequest", "personal.retentionrule", "personal.legalhold")
_WORK_GROUP, _PERSONAL_GROUP, _FILES_GROUP = (
    (_("Usulan dan perangkat"), _WORK),
    (_("Data pribadi"), _PERSONAL),
    (_("Berkas"), (JOBS, IMPORTS)),
)
# Everything there is, by who works where; what a register does not let be read falls out of it.
OF_OFFICE = (
    _WORK_GROUP,
    (_("Janji"), _PROMISES),
    (_("Barang"), _SUPPLY),
    (_("Perencanaan"), _PLANNING),
    (_("Data acuan"), _REFERENCE),
    (_("Orang dan unit"), _PEOPLE + _ACCOUNTS),
    (_("Catatan"), (EVENT, SECURITY, SETTINGS)),
    _PERSONAL_GROUP,
    _FILES_GROUP,
)
OF_UNIT = (_WORK_GROUP, (_("Unit"), (INVENTORY, ACCOUNT, PERSON)), _PERSONAL_GROUP, _FILES_GROUP)
OF_STRANGER = (
    (_("Data acuan"), ("assets.devicetype", "assets.family", "assets.itemcode")),
    _PERSONAL_GROUP,
    _FILES_GROUP,
)

TITLES: Mapping[str, tuple[Any, str]] = {
    HOME: (_("Beranda"), "house"),
    REQUEST: (_("Usulan"), "clipboard-list"),
    HANDOVER: (_("Serah terima"), "handshake"),
    "assets.loanextension": (_("Perpanjangan pinjaman"), ""),
    ASSET: (_("Perangkat"), "smartphone"),
    PLEDGE: ("", "megaphone"),
    FIGURES: ("", "chart-column"),
    REVISION: (_("Permintaan tenggat"), "calendar-clock"),
    LINE_CHANGE: (_("Perubahan baris janji"), "list-plus"),
    CLOSURE: (_("Penutupan janji"), "circle-off"),
    PASSING_ON: (_("Alih penanggung jawab"), "arrow-right-left"),
    EVIDENCE: (_("Bukti janji"), "paperclip"),
    "pledges.effort": (_("Upaya"), ""),
    CONDITION: (_("Laporan kondisi"), "wrench"),
    RECEIPT: (_("Penerimaan barang"), "package"),
    INVENTORY: (_("Inventarisasi"), "list-checks"),
    PLAN: (_("Rencana kebutuhan"), "calendar-check"),
    STANDARD: (_("Standar kebutuhan"), "ruler"),
    PRICE: (_("Standar harga"), "banknote"),
    "planning.subactivity": (_("Sub kegiatan"), ""),
    "planning.accountcode": (_("Kode rekening"), ""),
    "planning.ppnrate": (_("Tarif PPN"), ""),
    "assets.devicetype": (_("Jenis perangkat"), ""),
    "assets.family": (_("Kelompok"), ""),
    "assets.itemcode": (_("Kode barang"), ""),
    "org.calendarday": (_("Kalender kerja"), ""),
    "org.calendarproposal": (_("Usulan kalender"), ""),
    UNIT: (_("Unit"), "network"),
    "org.office": (_("Jabatan"), ""),
    "org.unitsuccession": (_("Penerus unit"), ""),
    "org.officesuccession": (_("Penerus jabatan"), ""),
    "org.tenure": (_("Masa jabatan"), ""),
    PERSON: (_("Orang"), "users"),
    ACCOUNT: (_("Akun media sosial"), ""),
    USER: (_("Pengguna"), "user-cog"),
    GRANT: (_("Hak peran"), "key-round"),
    "org.token": (_("Token API"), ""),
    "personal.subjectrequest": (_("Perbaikan dan penghapusan"), ""),
    "personal.retentionrule": (_("Masa simpan"), ""),
    "personal.legalhold": (_("Penahanan penghapusan"), ""),
    EVENT: (_("Jurnal"), "history"),
    SECURITY: (_("Catatan keamanan"), "shield"),
    SETTINGS: (_("Pengaturan"), ""),
    JOBS: (_("Unduhan"), ""),
    IMPORTS: (_("Impor"), ""),
}
_CHROME = frozenset({"menu", "chevron-down", "ellipsis"})
ICONS = _CHROME | {icon for _title, icon in TITLES.values() if icon}


def installation_of(request: Any) -> Installation:
    """The settings in force, read once per call."""
    if not hasattr(request, "_installation"):
        request._installation = Installation.current()
    return request._installation


def menu(request: HttpRequest, registers: Mapping[Any, Any]) -> Menu:
    """The links for whoever asks; ``registers`` of the site say which of them may be read."""
    user = request.user
    readable = {model._meta.label_lower for model, register in registers.items() if register.may_read(user)}
    if not (user.is_superuser or holds(user, Role.USER_ADMIN) or holds(user, Role.AUDITOR)):
        readable -= set(_ACCOUNTS)  # of these everybody reads what is their own, where it belongs
    readable |= {JOBS} | ({IMPORTS} if may_import(user) else set()) | ({FIGURES} if is_office(user) else set())
    main = [HOME, *[name for name in dict.fromkeys(_daily(user)) if name in readable][: MOST - 1]]
    rest = [
        (title, [_entry(request, name) for name in names if name in readable and name not in main])
        for title, names in _groups(user)
    ]
    return Menu([_entry(request, name) for name in main], [group for group in rest if group[1]])


def _daily(user: Any) -> Iterable[str]:
    held = {each.role for each in reach(user).held}
    if user.is_superuser:
        yield from OF_SUPERUSER
    for role, names in DAILY.items():
        if role in held:
            yield from names
    if not held and not user.is_superuser:
        yield from OF_NOBODY


def _groups(user: Any) -> tuple[tuple[Any, tuple[str, ...]], ...]:
    if is_office(user):
        return OF_OFFICE
    return OF_UNIT if reach(user).held else OF_STRANGER


def _entry(request: HttpRequest, name: str) -> Entry:
    title, icon = TITLES[name]
    if name in (PLEDGE, FIGURES):
        title = installation_of(request).get_pledge_noun_display()
    if name == FIGURES:
        title = gettext("Angka %(noun)s") % {"noun": str(title).lower()}
    link = _address(name)
    here = request.path == link or (name != HOME and request.path.startswith(link))
    return Entry(title, icon, link, here)


def _address(name: str) -> str:
    if name == SETTINGS:
        return reverse("admin:core_installation_change", args=[1])
    return reverse(f"admin:{name.replace('.', '_')}_changelist" if "." in name else f"admin:{name}")


def is_office(user: Any) -> bool:
    """Whether the user works for the whole office: any role but those that ask for their own unit alone."""
    return user.is_superuser or bool({held.role for held in reach(user).held} - set(FILERS))
