"""The named cast of the tests, and builders. Everything but reference rows comes about through the product's verbs.

A ``Cast`` is made anew for each test (the ``cast`` fixture of each package) and rolled back with it. Builders take it
first and are keyword-only after that; what is left out is the usual: Rani of Kemang asks, Diskominfo serves.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from assets import inventories, register
from assets.models import Asset, DeviceType, Family, Handover, Inventory
from core import clock
from core.models import Attachment, Credential, Installation
from handing_over import fulfilment
from handing_over.items import Item
from org import proposing, succeeding
from org.importing_units import UnitRow, import_units
from org.models import CalendarDay, Grant, Office, Person, Role, Unit, User
from org.reference import keep
from pledges import closures, deadlines, deciding, line_changes, pledging
from pledges.models import Closure, DeadlineRevision, LineChange, Pledge, PledgeLine
from requests_app import approvals, filing
from requests_app.approvals import Decided
from requests_app.models import DeviceRequest, RequestLine

Lines = list[dict[str, Any]]

PASSWORD = "kopi-tubruk-9182"
LONG_AGO = date(2020, 1, 1)
MONDAY = "2026-03-02"


# ---- time


def moment(text: str) -> datetime:
    """An instant of the installation's zone from ``2026-03-02`` (nine in the morning) or ``2026-03-02T23:59:59``."""
    naive = datetime.fromisoformat(text if "T" in text else f"{text}T09:00:00")
    return naive if naive.tzinfo else naive.replace(tzinfo=timezone.get_default_timezone())


def at(text: str) -> AbstractContextManager[None]:
    """Hold the register's clock at ``moment(text)`` inside the block."""
    return clock.frozen(moment(text))


def day(text: str) -> date:
    return date.fromisoformat(text)


# ---- people and places


def under_a_province() -> tuple[Unit, Unit]:
    """A province above the kabupaten, and a second kabupaten beside it."""
    import_units(UnitRow(0, code="32", name="Provinsi Contoh"), [UnitRow(2, code="32.02", name="Kabupaten Tetangga")])
    return Unit.objects.get(code="32"), Unit.objects.get(code="32.02")


@dataclass
class Cast:
    """Kabupaten Contoh: two kecamatan and a desa, three agencies, one account per role, the usual device types."""

    root: Unit
    kemang: Unit
    cibinong: Unit
    village: Unit
    diskominfo: Unit
    setda: Unit
    inspektorat: Unit
    bupati: Office
    kemang_admin: User
    kemang_head: User
    cibinong_admin: User
    cibinong_head: User
    verifier: User
    approver: User
    approver2: User
    clerk: User
    clerk2: User
    planner: User
    publisher: User
    decider: User
    auditor: User
    viewer: User
    user_admin: User
    outsider: User
    superuser: User
    hp: DeviceType
    tablet: DeviceType
    camera: DeviceType
    tripod: DeviceType

    @property
    def users(self) -> list[User]:
        return [value for value in vars(self).values() if isinstance(value, User)]

    @property
    def rani(self) -> Person:
        """The person behind ``kemang_admin``, who runs the social media of Kemang."""
        return self.kemang_admin.person

    def speaker(self, unit: Unit) -> User:
        """Who confirms receipts for ``unit``; the second clerk for the agency."""
        known = {self.kemang: self.kemang_admin, self.village: self.kemang_admin, self.cibinong: self.cibinong_admin}
        return known.get(unit, self.clerk2)


# attribute of Cast -> (username, name, unit of the person, role, unit of the grant)
_PEOPLE = {
    "kemang_admin": ("kemang", "Rani Puspita", "kemang", Role.REQUESTER, "kemang"),
    "kemang_head": ("camat-kemang", "Asep Sunarya", "kemang", Role.UNIT_HEAD, "kemang"),
    "cibinong_admin": ("cibinong", "Dodi Permana", "cibinong", Role.REQUESTER, "cibinong"),
    "cibinong_head": ("camat-cibinong", "Lilis Karlina", "cibinong", Role.UNIT_HEAD, "cibinong"),
    "verifier": ("verifikator", "Sri Wahyuni", "diskominfo", Role.VERIFIER, "root"),
    "approver": ("kabid", "Hendra Gunawan", "diskominfo", Role.APPROVER, "root"),
    "approver2": ("kabid2", "Maya Sari", "diskominfo", Role.APPROVER, "root"),
    "clerk": ("pengurus", "Ujang Suherman", "diskominfo", Role.ASSET_CLERK, "root"),
    "clerk2": ("pengurus2", "Nani Rohani", "diskominfo", Role.ASSET_CLERK, "root"),
    "planner": ("perencana", "Teguh Santoso", "diskominfo", Role.PLANNER, "root"),
    "publisher": ("ppid", "Wulan Dewi", "diskominfo", Role.PUBLISHER, "root"),
    "decider": ("sekda", "Bambang Irawan", "setda", Role.DECIDER, "root"),
    "auditor": ("inspektorat", "Ratna Juwita", "inspektorat", Role.AUDITOR, "root"),
    "viewer": ("pembaca", "Yusuf Hidayat", "setda", Role.VIEWER, "root"),
    "user_admin": ("pengelola", "Fitri Amalia", "diskominfo", Role.USER_ADMIN, "root"),
    "outsider": ("publik", "Warga Biasa", "kemang", "", ""),
    "superuser": ("admin", "Administrator", "diskominfo", "", ""),
}
_DEVICES = {"hp": ("smartphone", "hp"), "tablet": ("tablet", "tablet"), "camera": ("mirrorless", "camera"),
            "tripod": ("tripod", "tripod")}  # fmt: skip


@cache
def _password() -> str:
    return make_password(PASSWORD)


def make_cast() -> Cast:
    units = _units()
    settings_are(pledge_notice_days=0)
    people = Person.objects.bulk_create(Person(name=name, unit=units[of]) for _u, name, of, _r, _g in _PEOPLE.values())
    users = User.objects.bulk_create(
        User(username=username, email=f"{username}@contoh.go.id", person=person, password=_password(),
             is_superuser=username == "admin")
        for (username, *_rest), person in zip(_PEOPLE.values(), people, strict=True)
    )  # fmt: skip
    passwords_are_own(*users)
    Grant.objects.bulk_create(
        Grant(user=user, role=role, unit=units[where], starts_on=LONG_AGO, created_at=moment("2020-01-01"))
        for (_u, _n, _of, role, where), user in zip(_PEOPLE.values(), users, strict=True)
        if role
    )
    return Cast(
        **units,
        **dict(zip(_PEOPLE, users, strict=True)),
        **_devices(),
        bupati=Office.objects.create(name="Bupati", unit=units["root"]),
    )


def passwords_are_own(*users: User) -> None:
    """As when each had signed in long ago and set his own password."""
    Credential.objects.bulk_create(Credential(user=each, set_by=each, set_at=moment("2020-01-01")) for each in users)


def _units() -> dict[str, Unit]:
    kinds = Unit.Kind
    root = Unit.objects.create(code="32.01", name="Kabupaten Contoh", kind=kinds.REGENCY)
    below = {
        "kemang": Unit(code="32.01.12", name="Kemang", kind=kinds.DISTRICT, parent=root),
        "cibinong": Unit(code="32.01.01", name="Cibinong", kind=kinds.DISTRICT, parent=root),
        "diskominfo": Unit(code="32.01.DISKOMINFO", name="Diskominfo", kind=kinds.AGENCY, parent=root),
        "setda": Unit(code="32.01.SETDA", name="Sekretariat Daerah", kind=kinds.AGENCY, parent=root),
        "inspektorat": Unit(code="32.01.INSPEKTORAT", name="Inspektorat", kind=kinds.AGENCY, parent=root),
    }
    Unit.objects.bulk_create(below.values())
    village = Unit.objects.create(code="32.01.12.2001", name="Desa Tegal", kind=kinds.VILLAGE, parent=below["kemang"])
    return {"root": root, "village": village, **below}


def _devices() -> dict[str, DeviceType]:
    families = Family.objects.bulk_create(Family(code=code, name=code.title()) for _t, code in _DEVICES.values())
    types = DeviceType.objects.bulk_create(
        DeviceType(code=code, name=code.title(), family=family)
        for (code, _f), family in zip(_DEVICES.values(), families, strict=True)
    )
    return dict(zip(_DEVICES, types, strict=True))


def user(*, username: str, unit: Unit | None = None, roles: tuple[str, ...] = (), where: Unit | None = None) -> User:
    """An account with a person at ``unit`` and grants for ``roles`` at ``where`` (at ``unit`` when left out)."""
    person = Person.objects.create(name=f"Sdr. {username}", unit=unit) if unit else None
    made = User.objects.create(username=username, person=person, password=_password())
    passwords_are_own(made)
    for role in roles:
        grant(made, role=role, unit=where or unit)
    return again(made)


def grant(to: User, *, role: str, unit: Unit | None, **terms: Any) -> Grant:
    """A grant as a row, in force since long ago; the account's cached reach does not know of it (see ``again``)."""
    since = {"starts_on": LONG_AGO, "created_at": moment("2020-01-01")}
    return Grant.objects.create(user=to, role=role, unit=unit, **{**since, **terms})


def again(instance: Any) -> Any:
    """The row read anew, without what the instance has cached: a user as the next call would see it."""
    return type(instance)._base_manager.get(pk=instance.pk)


def settings_are(**values: Any) -> Installation:
    """The installation's settings with ``values``."""
    Installation.objects.update_or_create(pk=1, defaults=values)
    return Installation.current()


def the_archive_is_open() -> Installation:
    """As when its last day was set today, as late as may be."""
    return settings_are(archive_from=clock.today(), archive_until=clock.today() + timedelta(days=180))


def an_attachment(cast: Cast, *, by: User | None = None) -> Attachment:
    """A stored PDF, as the files module would leave it."""
    return Attachment.objects.create(kind="pdf", file="attachments/surat.pdf", size=9, sha256="a" * 64,
                                     uploaded_by=by or cast.clerk)  # fmt: skip


def a_day_off(
    cast: Cast, when: str, *, name: str = "Hari jadi", kind: str = "local", decree: str = "SK 1/2026",
    by: User | None = None, confirmed_by: User | None = None, **values: Any,
) -> CalendarDay:  # fmt: skip
    """A day of the calendar, proposed by the verifier and confirmed by the clerk."""
    terms: Any = {"date": day(when), "name": name, "kind": kind, "decree": decree, **values}
    proposed = proposing.propose_day(actor=by or cast.verifier, **terms)
    return proposing.confirm(proposed, actor=confirmed_by or cast.clerk)


def changed_day(cast: Cast, row: CalendarDay, *, decree: str = "SK 2/2026", **values: Any) -> CalendarDay:
    """A day of the calendar that becomes another, by the same two."""
    return proposing.confirm(
        proposing.propose_change(row, actor=cast.verifier, decree=decree, **values), actor=cast.clerk
    )


def day_removed(cast: Cast, row: CalendarDay, *, decree: str = "SK 3/2026") -> CalendarDay:
    """A day of the calendar that is none any more, by the same two."""
    return proposing.confirm(proposing.propose_removal(row, actor=cast.verifier, decree=decree), actor=cast.clerk)


def succeeded(
    cast: Cast, old: Any, new: Any, *, kind: str = "takes_place", on: str | None = None, decree: str = "Perda 3/2026",
    by: User | None = None, confirmed_by: User | None = None,
) -> Any:  # fmt: skip
    """A unit or an office that has its successor, since ``on`` (today): proposed by the user admin, confirmed by the
    decider. Returns the succession."""
    propose: Any = succeeding.succeed_unit if isinstance(old, Unit) else succeeding.succeed_office
    proposed = propose(
        old, successor=new, kind=kind, on=day(on) if on else clock.today(), decree=decree, reason="Penataan",
        actor=by or cast.user_admin,
    )  # fmt: skip
    succeeding.confirm(old, actor=confirmed_by or cast.decider)
    return again(proposed)


def put_out_of_use(cast: Cast, *things: Any) -> list[Any]:
    """Units or offices, put out of use by the user admin."""
    return [keep(each, actor=cast.user_admin, active=False) for each in things]


# ---- devices and handovers


def an_asset(cast: Cast, *, device_type: DeviceType | None = None, unit: Unit | None = None, **values: Any) -> Asset:
    """A device on the books of ``unit`` (Diskominfo), in stock."""
    return register.enter(unit=unit or cast.diskominfo, actor=cast.clerk, device_type=device_type or cast.hp, **values)


def asset_in(cast: Cast, state: str, *, condition: str = "good") -> Asset:
    """A device that has come into ``state`` by the usual way."""
    asset = an_asset(cast)
    if state == "issued":
        delivered(cast, assets=[asset])
    elif state == "held":
        an_issue(cast, assets=[asset], on=None)
    elif state == "in_repair":
        register.start_repair(asset, actor=cast.clerk)
    elif state == "lost":
        register.mark_lost(asset, actor=cast.clerk, reason="Tidak ditemukan")
    elif state == "retired":
        retired(cast, asset)
    if condition != "good":
        register.report_condition(asset, actor=cast.clerk, condition=condition)
    return again(asset)


def retired(cast: Cast, asset: Asset) -> Asset:
    return register.retire(
        asset, actor=cast.clerk, decision_number="028/12/2026", decided_on=clock.today(), file=an_attachment(cast)
    )


def some_assets(cast: Cast, number: int, **values: Any) -> list[Asset]:
    return [an_asset(cast, **values) for _ in range(number)]


def an_issue(
    cast: Cast,
    *,
    assets: list[Asset] | None = None,
    to: Unit | None = None,
    by: User | None = None,
    kind: str = "issue",
    on: date | str | None = "today",
    request_line: RequestLine | None = None,
    pledge_line: PledgeLine | None = None,
    **values: Any,
) -> Handover:
    """A handover of ``kind`` to ``to`` (Kemang) on day ``on`` (today; None leaves it prepared)."""
    assets = [an_asset(cast)] if assets is None else assets
    items = [Item(asset, request_line=request_line, pledge_line=pledge_line) for asset in assets]
    handed_over_on = clock.today() if on == "today" else on
    return fulfilment.record_handover(
        kind=kind, recipient_unit=to or cast.kemang, items=items, actor=by or cast.clerk,
        handed_over_on=handed_over_on, **values,
    )  # fmt: skip


def accepted(cast: Cast, handover: Handover, *, by: User | None = None, **values: Any) -> Handover:
    """The handover, accepted by who speaks for its recipient; long after, as received on its day."""
    values.setdefault("received_on", handover.handed_over_on)
    return fulfilment.accept(handover, actor=by or cast.speaker(handover.recipient_unit), **values)


def delivered(cast: Cast, **values: Any) -> Handover:
    """An issue that its receiver has accepted."""
    return accepted(cast, an_issue(cast, **values))


def returned(
    cast: Cast, assets: list[Asset], *, by: User | None = None, kind: str = "return", **values: Any
) -> Handover:
    """A return (or recall) of devices to Diskominfo; by the clerk unless said otherwise."""
    return an_issue(cast, assets=assets, kind=kind, to=values.pop("to", cast.diskominfo), by=by, **values)


def an_inventory(cast: Cast, *, unit: Unit | None = None, devices: int = 1, **values: Any) -> Inventory:
    """An open inventory of Kemang, which holds ``devices`` more than before; answers until two weeks from now."""
    of = unit or cast.kemang
    if devices:
        delivered(cast, assets=some_assets(cast, devices), to=of)
    due_on = clock.today() + timedelta(days=14)
    return inventories.open_inventory(unit=of, actor=cast.clerk, **{"due_on": due_on, **values})


# ---- requests


def a_line(cast: Cast, **values: Any) -> dict[str, Any]:
    return {"device_type": cast.hp, "quantity": 1, "situation": "personal_broken", **values}


def a_request(
    cast: Cast, *, unit: Unit | None = None, by: User | None = None, lines: Lines | None = None, **values: Any
) -> DeviceRequest:
    """A draft of Kemang for one phone."""
    unit = unit or cast.kemang
    values.setdefault("purpose", "Mengelola media sosial kecamatan")
    return filing.draft(
        unit=unit, actor=by or cast.speaker(unit), lines=[a_line(cast)] if lines is None else lines, **values
    )


def submitted(cast: Cast, request: DeviceRequest | None = None, **values: Any) -> DeviceRequest:
    request = request or a_request(cast, **values)
    return filing.submit(request, actor=request.filed_by)


def endorsed(cast: Cast, request: DeviceRequest | None = None, **values: Any) -> DeviceRequest:
    request = submitted(cast, request, **values)
    head_of = {cast.cibinong: cast.cibinong_head}
    return filing.endorse(request, actor=head_of.get(request.unit, cast.kemang_head))


def verified(cast: Cast, request: DeviceRequest | None = None, **values: Any) -> DeviceRequest:
    return approvals.verify(endorsed(cast, request, **values), actor=cast.verifier)


def decided(
    cast: Cast, request: DeviceRequest | None = None, *, decisions: list[dict[str, Any]] | None = None, **values: Any
) -> DeviceRequest:
    """A decided request; ``decisions`` line by line in order (``{decision, ...}``), everything approved by default."""
    request = verified(cast, request, **values)
    return decide(cast, request, decisions=decisions)


def decide(
    cast: Cast, request: DeviceRequest, *, decisions: list[dict[str, Any]] | None = None, by: User | None = None
) -> DeviceRequest:
    """Decide the request's open lines in order."""
    lines = list(request.lines.open_to_decision())
    said = decisions or [{"decision": "approve", "approved_quantity": line.quantity} for line in lines]
    choices = [Decided(id=line.pk, **choice) for line, choice in zip(lines, said, strict=True)]
    return approvals.decide(request, lines=choices, actor=by or cast.approver)


def line_of(request: DeviceRequest, index: int = 0) -> Any:
    """A line of the request with its quantities, as they are now."""
    return list(request.lines.with_quantities())[index]


# ---- pledges


def a_draft_pledge(cast: Cast, *, by: User | None = None, lines: Lines | None = None, **values: Any) -> Pledge:
    """The regent's promise of 2022, as a draft: a phone for Kemang, without a date."""
    words = {
        "title": "HP untuk admin media sosial",
        "quote": "Nanti setiap admin media sosial kecamatan kita beri HP.",
        "office": cast.bupati,
        "made_on_from": date(2022, 1, 1),
        "made_on_to": date(2022, 12, 31),
        "basis": "minutes",
        "strength": "firm",
        "responsible_unit": cast.diskominfo,
    }
    promised = [{"unit": cast.kemang, "family": cast.hp.family, "quantity": 1}] if lines is None else lines
    return pledging.draft(actor=by or cast.verifier, lines=promised, **{**words, **values})


def a_pledge(cast: Cast, *, promised: int | None = None, **values: Any) -> Pledge:
    """A published pledge; ``promised`` phones for Kemang, or ``lines``."""
    if promised is not None:
        values["lines"] = [{"unit": cast.kemang, "family": cast.hp.family, "quantity": promised}]
    pledge = pledging.submit(a_draft_pledge(cast, **values), actor=cast.verifier)
    return pledging.publish(pledge, actor=cast.publisher)


def revised(
    cast: Cast, pledge: Pledge, *, to: date, kind: str = "extension", decision: str = "approve", on: str | None = None,
    document: Attachment | None = None,
) -> DeadlineRevision:  # fmt: skip
    """A revision asked on paper by the verifier and decided by the decider, both on day ``on`` (today).

    The publisher confirms the paper of a correction in between.
    """
    with at(on) if on else clock.frozen(clock.now()):
        asked = deadlines.ask(
            pledge, kind=kind, new_due_on=to, reason="Menunggu anggaran", actor=cast.verifier,
            document=document or an_attachment(cast), far=True,
        )  # fmt: skip
        if kind == "correction":
            deciding.confirm(asked, actor=cast.publisher)
        return deciding.decide(asked, decision=decision, reason="Sesuai surat", actor=cast.decider)


def closing(cast: Cast, pledge: Pledge, how: str = "withdraw", *, by: User | None = None, **values: Any) -> Closure:
    """``withdraw``, ``excuse`` or ``merge`` asked on paper by the verifier; nobody has decided it yet."""
    usual: dict[str, Any] = {"reason": "Anggaran dipotong", "document": an_attachment(cast)}
    if how == "excuse":
        usual |= {"reason": "court_order", "explanation": "Putusan 12/G/2026"}
    return getattr(closures, how)(pledge, actor=by or cast.verifier, **{**usual, **values})


def closed(cast: Cast, pledge: Pledge, how: str = "withdraw", **values: Any) -> Pledge:
    """The pledge, closed: asked by the verifier and approved by the decider."""
    deciding.decide(closing(cast, pledge, how, **values), decision="approve", reason="Sesuai surat", actor=cast.decider)
    return again(pledge)


def lines_changed(
    cast: Cast, pledge: Pledge, *, lines: Lines, kind: str = "clarification", on: str | None = None, **values: Any
) -> LineChange:
    """Lines asked for by the verifier and approved by the decider, both on day ``on`` (today)."""
    with at(on) if on else clock.frozen(clock.now()):
        asked = line_changes.ask(
            pledge, kind=kind, reason="Surat dinas 45/2024", lines=lines, actor=cast.verifier,
            document=an_attachment(cast), **values,
        )  # fmt: skip
        return deciding.decide(asked, decision="approve", reason="Sesuai surat", actor=cast.decider)
