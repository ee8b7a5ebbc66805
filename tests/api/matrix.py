"""The authorization matrix, written by hand from mission.md and pledges.md: who sees what, who may do what.

Nothing here asks the product. An owner is a kecamatan: A (Kemang), B (Cibinong), or C, a unit that none of the two
reaches. ``Row`` says for one route and method which object is asked for, who may, and what the call then answers;
everyone else who sees the object gets a 403, and who does not see it a 404.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# ---- who

OFFICE = frozenset(
    ["verifier", "approver", "clerk", "planner", "publisher", "decider", "auditor", "viewer", "user_admin", "reader"]
)
STANDS_IN = {"substitute": "camat"}
"""Who may what another may, everywhere, while he stands in for him."""
SIDES = {
    "A": frozenset(["kemang", "camat", "delegate", "kecamatan_clerk"]), "B": frozenset(["cibinong"]),
    "C": frozenset[str](),
}  # fmt: skip
ELSEWHERE = frozenset(["second_root", "former_holder"])
"""Who has every role in the kabupaten beside ours; who asks for a kecamatan that is none of the three."""
SIGNED_IN = OFFICE | SIDES["A"] | SIDES["B"] | ELSEWHERE | {*STANDS_IN, "superuser", "stranger"}
SHUT_OUT = frozenset(["anonymous", "deactivated"])
ACTORS = (*sorted(SIGNED_IN), *sorted(SHUT_OUT))


@dataclass(frozen=True)
class Who:
    """Actors allowed everywhere, and those allowed at one owner only."""

    always: frozenset[str]
    at: dict[str, frozenset[str]]

    def of(self, owner: str) -> frozenset[str]:
        own = self.always | self.at.get(owner, frozenset())
        return own | {substitute for substitute, absent in STANDS_IN.items() if absent in own}


def who(*always: str, **at: str) -> Who:
    return Who(frozenset(always), {owner: frozenset(names.split()) for owner, names in at.items()})


NOBODY = who()
EVERYONE = Who(SIGNED_IN, {})
IN_SCOPE = Who(OFFICE | {"superuser"}, SIDES)
OF_THE_OFFICE = Who(OFFICE | {"superuser"}, {})
FORMER = Who(OFFICE | {"superuser", "former_holder"}, {})  # papers of the time in which it had the device
OWN_OR_OFFICER = who("superuser", "user_admin", A="kemang", B="cibinong", C="clerk")
OFFICER = who("superuser", "user_admin")
OWN = who(A="kemang", B="cibinong", C="clerk")
TOKEN_KEEPERS = who("superuser", "user_admin", A="kemang delegate", B="cibinong", C="clerk")

FILERS = who("superuser", A="kemang camat", B="cibinong")
HEADS = who("superuser", A="camat")
VERIFIER = who("superuser", "verifier")
APPROVER = who("superuser", "approver")
VERIFIER_OR_APPROVER = who("superuser", "verifier", "approver")
CLERK = who("superuser", "clerk")
BOOKS = who("superuser", "clerk", A="kecamatan_clerk")  # what stands on the books of the unit itself
HOLDERS = who("superuser", "clerk", A="kemang camat", B="cibinong")
RECEIVERS = who(A="kemang camat", B="cibinong")  # the unit itself: no superuser's reach makes one a receiver
PLANNER = who("superuser", "planner")
REVIEWERS = who("superuser", "approver")  # not the planner who made it
PUBLISHER = who("superuser", "publisher")
DECIDER = who("superuser", "decider")
ASKERS = who("superuser", "verifier", A="camat")  # a verifier or head of the unit that answers
LINE_ASKERS = who("superuser", "verifier", "camat")  # and the head of Kemang, to whom it is promised
THE_ASKER = who("verifier")
THE_PROPOSER = who("user_admin")
STRUCTURE = who("superuser", "user_admin")  # units and offices are the whole district's
USER_ADMIN = who("superuser", "user_admin", A="delegate")
ANY_USER_ADMIN = who("superuser", "user_admin", "second_root", A="delegate")
AUDITOR = who("superuser", "auditor")
PLANNING_OFFICE = who("superuser", "verifier", "planner")
RESPONDENTS = who("superuser", "verifier")  # the office that promised belongs to the whole district, which has no head
PROVERS = who(
    "superuser", "verifier", "publisher", "auditor", A="kemang camat", B="kemang camat cibinong", C="kemang camat"
)  # the line is for Kemang; B: Cibinong answers for it
OFFICE_PROVERS = who("superuser", "verifier", "publisher", "auditor", A="kemang camat", B="cibinong")
WITNESS_READERS = who("superuser", "verifier", "publisher", "auditor")  # the verifier recorded it
ERASERS = who("superuser", "publisher", "auditor")  # not who recorded it
HEARERS = who("superuser", "verifier", "publisher")
CALENDAR = who("superuser", "verifier", "clerk")
CONFIRMERS = who("superuser", "clerk")  # the verifier proposed it
ACCOUNTS = who("superuser", "user_admin", "verifier", A="kemang camat delegate", B="cibinong")
ANY_FILER = who("superuser", "kemang", "camat", "cibinong")
ANY_RECORDER = who(
    "superuser", "verifier", "publisher", "kemang", "camat", "cibinong", "second_root", "former_holder"
)  # of whatever was promised to whom: a draft is its recorder's, and goes to the verifier of the unit that answers
ANY_KEEPER = who("superuser", "clerk", "kecamatan_clerk", "kemang", "camat", "cibinong", "second_root", "former_holder")
ANY_ACCOUNTS = who("superuser", "user_admin", "verifier", A="kemang camat delegate")
IMPORTERS = who(
    "superuser",
    "clerk",
    "user_admin",
    "planner",
    "verifier",
    "publisher",
    "kemang",
    "camat",
    "cibinong",
    "delegate",
    "kecamatan_clerk",
    "second_root",
    "former_holder",
)
MY_DRAFTS = who("verifier")  # the recorder of the drafts

COMPUTING = frozenset(["suggest-deadline"])
"""Routes whose POST changes nothing: a token that only reads is as good as one that writes."""

# ---- what

Body = Callable[[Any, str], Any] | dict[str, Any] | None
WHY = {"reason": "Uji"}
OUT_OF_REACH = dict.fromkeys(ELSEWHERE, 400)
"""Who may make such a thing, but not of what he names here, which does not exist for him."""


@dataclass(frozen=True)
class Row:
    """``object``: which one of an owner's objects is named; empty for lists. ``answer``: for those who may.

    ``other``: what particular actors get instead, although they may call it: what they name is out of their reach.
    """

    route: str
    method: str
    object: str
    sees: Who
    may: Who
    answer: int = 200
    body: Body = None
    other: dict[str, int] | None = None


def reading(route: str, object: str = "", sees: Who = EVERYONE, may: Who | None = None) -> list[Row]:
    return [Row(route, method, object, sees, may or sees) for method in ("GET", "HEAD")]


def papers(route: str, name: str, sees: Who = EVERYONE) -> list[Row]:
    """List, detail and history of rows under a published pledge."""
    rows = [*reading(f"{route}-list", "pledge:published", sees)]
    return rows + [row for way in ("detail", "history") for row in reading(f"{route}-{way}", name, sees)]


def reference(
    route: str, name: str, keepers: Who, creators: Who, sees: Who, new: Body, change: dict[str, Any], delete: int = 204,
    *, other: dict[str, int] | None = None,
) -> list[Row]:  # fmt: skip
    """The usual five ways to a table that a role keeps, and its history. ``delete``: 409 for what is in use."""
    return [
        *reading(f"{route}-list"),
        *reading(f"{route}-detail", name, sees),
        *reading(f"{route}-history", name, sees),
        Row(f"{route}-list", "POST", "", EVERYONE, creators, 201, new, other),
        Row(f"{route}-detail", "PATCH", name, sees, keepers, 200, change),
        Row(f"{route}-detail", "DELETE", name, sees, keepers, delete),
    ]


def listed(route: str, name: str, sees: Who = IN_SCOPE) -> list[Row]:
    """List, detail and history of something that is not reference data."""
    rows = [*reading(f"{route}-list"), *reading(f"{route}-detail", name, sees)]
    return rows + reading(f"{route}-history", name, sees)


def act(route: str, name: str, may: Who, body: Body = None, *, sees: Who = IN_SCOPE, answer: int = 200) -> Row:
    return Row(route, "POST", name, sees, may, answer, body if body is not None else {})


def many(route: str, name: str, may: Who, **values: Any) -> Row:
    """An act over many, with one object of owner A among them: who does not see it is told that it is not there."""
    allowed, sees = may.of("A"), IN_SCOPE.of("A")
    other = {each: 403 if each in sees else 404 for each in SIGNED_IN - allowed}
    return Row(
        route, "POST", "", EVERYONE, EVERYONE, 200,
        lambda world, _owner: {"rows": [{"id": world.pk(name, "A")}], **values}, other,
    )  # fmt: skip


def item(kind: str) -> Callable[[Any, str], Any]:
    """A handover to the owner of the owner's own device from stock."""

    def body(world: Any, owner: str) -> Any:
        items = [{"asset": world.pk("asset:stock", "C")}]
        return {"kind": kind, "recipient_unit": world.unit(owner).pk, "items": items, "handed_over_on": "2026-03-02"}

    return body


def filed(world: Any, owner: str) -> Any:
    line = {"device_type": world.cast.tripod.pk, "quantity": 1, "situation": "none"}
    return {"unit": world.unit(owner).pk, "purpose": "Uji", "lines": [line]}


def said(world: Any, owner: str) -> Any:
    return {
        "title": "Uji", "quote": "Akan kita beri.", "office": world.cast.bupati.pk, "made_on_from": "2025-01-01",
        "made_on_to": "2025-01-31", "basis": "minutes", "responsible_unit": world.cast.diskominfo.pk,
        "lines": [{"unit": world.unit(owner).pk, "family": world.cast.hp.family_id, "quantity": 1}],
    }  # fmt: skip


def on_paper(**values: Any) -> Callable[[Any, str], Any]:
    """What is asked about the owner's published pledge on the strength of evidence that it has."""
    return lambda world, owner: {"reason": "Uji", **values, "document": world.pk("proof", owner)}


def successor(world: Any, owner: str, name: str) -> Any:
    return {"successor": world.pk(name, owner), "kind": "takes_place", "on": "2026-03-01", "decree": "Perda 3/2026",
            "reason": "Uji"}  # fmt: skip


def succession(route: str, name: str) -> list[Row]:
    """What is proposed by the user admin and decided by the decider."""
    return [
        *listed(route, name, EVERYONE),
        act(f"{route}-decide", name, DECIDER, {"decision": "approve", "reason": "Uji"}, sees=EVERYONE),
        act(f"{route}-take-back", name, THE_PROPOSER, WHY, sees=EVERYONE),
    ]


def passed_on(world: Any, owner: str) -> Any:
    return on_paper(responsible_unit=world.cast.setda.pk)(world, owner)


def asked(route: str, name: str) -> list[Row]:
    """What is asked about a published pledge and decided by another."""
    return [
        *reading(f"{route}-list", "pledge:published"), *reading(f"{route}-list", "pledge:draft", IN_SCOPE),
        *(row for way in ("detail", "history", "document") for row in reading(f"{route}-{way}", name)),
        act(f"{route}-decide", name, DECIDER, {"decision": "approve", "reason": "Uji"}, sees=EVERYONE),
        act(f"{route}-take-back", name, THE_ASKER, WHY, sees=EVERYONE),
    ]  # fmt: skip


def decided(world: Any, owner: str) -> Any:
    line = world.objects[owner]["request:verified"].lines.get()
    return {"lines": [{"id": line.pk, "decision": "approve", "approved_quantity": 1}]}


def in_hand(world: Any, _owner: str) -> Any:
    """A tripod from the agency's store, which a decided request waits for."""
    return {"items": [{"asset": world.pk("asset:tripod", "C"), "condition": "good"}]}


def adjusted(world: Any, owner: str) -> Any:
    line = world.objects[owner]["plan:draft"].lines.first()
    return {"lines": [{"id": line.pk, "proposed": 40, "note": "Uji"}]}


ROWS = [
    # places and people
    *reference("units", "unit", STRUCTURE, STRUCTURE, EVERYONE,
               lambda world, owner: {"code": f"{world.unit(owner).code}.9", "name": "Baru", "kind": "village",
                                     "parent": world.unit(owner).pk}, {"name": "Nama lain"}, 409),
    act("units-succeed", "unit", STRUCTURE, lambda world, owner: successor(world, owner, "new_unit"), sees=EVERYONE,
        answer=201),
    act("units-confirm", "succeeded_unit", DECIDER, sees=EVERYONE),
    act("offices-succeed", "office", STRUCTURE, lambda world, owner: successor(world, owner, "new_office"),
        sees=EVERYONE, answer=201),
    act("offices-confirm", "succeeded_office", DECIDER, sees=EVERYONE),
    *succession("unitsuccessions", "unit_succession"), *succession("officesuccessions", "office_succession"),
    *reference("offices", "office", STRUCTURE, STRUCTURE, EVERYONE,
               lambda world, owner: {"name": "Sekcam", "unit": world.unit(owner).pk}, {"name": "Nama lain"}, 409),
    *reference("tenures", "tenure", USER_ADMIN, ANY_USER_ADMIN, IN_SCOPE,
               lambda world, owner: {"office": world.pk("office", owner), "person": world.pk("person", owner),
                                     "starts_on": "2025-01-01"}, {"ends_on": "2026-01-31"},
               other={"second_root": 400}),
    *reference("people", "person", USER_ADMIN, USER_ADMIN, IN_SCOPE,
               lambda world, owner: {"name": "Orang baru", "unit": world.unit(owner).pk}, {"name": "Nama lain"}, 409),
    act("people-leave", "person", USER_ADMIN, WHY),
    act("people-stay", "leaver", USER_ADMIN),
    *reference("socialaccounts", "account", ACCOUNTS, ANY_ACCOUNTS, IN_SCOPE,
               lambda world, owner: {"unit": world.unit(owner).pk, "platform": "x", "handle": "@baru"},
               {"handle": "@lain"}),
    *listed("calendardays", "holiday", EVERYONE),
    Row("calendardays-list", "POST", "", EVERYONE, CALENDAR, 201,
        {"date": "2026-08-17", "name": "Kemerdekaan", "kind": "national", "decree": "SKB 1"}),
    Row("calendardays-detail", "PATCH", "holiday", EVERYONE, CALENDAR, 200, {"name": "Nama lain", "decree": "SKB 2"}),
    act("calendardays-remove", "holiday", CALENDAR, {"decree": "SKB 3"}, sees=EVERYONE),
    act("calendardays-confirm", "proposed_day", CONFIRMERS, sees=EVERYONE),
    *listed("calendarproposals", "calendar_list", EVERYONE),
    Row("calendarproposals-list", "POST", "", EVERYONE, CALENDAR, 201,
        {"decree": "SKB 4", "days": [{"date": "2026-08-18", "name": "Libur", "kind": "local"}]}),
    act("calendarproposals-decide", "calendar_list", CONFIRMERS, {"decision": "approve", "reason": "Uji"},
        sees=EVERYONE),
    # the catalogue
    *reference("families", "family", CLERK, CLERK, EVERYONE,
               {"code": "baru", "name": "Baru"}, {"name": "Nama lain"}, 409),
    *reference("itemcodes", "code", CLERK, CLERK, EVERYONE, {"code": "1.3.2.9", "name": "Baru"}, {"name": "Nama lain"}),
    *reference("devicetypes", "type", CLERK, CLERK, EVERYONE,
               lambda world, owner: {"code": "baru", "name": "Baru", "family": world.pk("family", owner)},
               {"name": "Nama lain"}, 409),
    act("devicetypes-confirm", "new_type", who("superuser", "verifier", "planner"), sees=EVERYONE),
    *reference("standardprices", "price", PLANNER, PLANNER, EVERYONE,
               lambda world, owner: {"device_type": world.pk("type", owner), "year": 2031, "price": 1},
               {"price": 2}),
    # what the planner keeps for the budget
    *reference("needstandards", "standard", PLANNER, PLANNER, EVERYONE,
               lambda world, owner: {"device_type": world.pk("type", owner), "unit_kind": "agency", "quantity": 2,
                                     "legal_basis": "Perbup", "from_year": 2031}, {"quantity": 3}),
    *reference("ppnrates", "ppn", PLANNER, PLANNER, EVERYONE,
               {"effective_from": "2031-01-01", "percent": 12}, {"percent": "11.5"}),
    *reference("subactivities", "sub_activity", PLANNER, PLANNER, EVERYONE,
               {"code": "2.16.9", "name": "Baru", "activity_code": "2.16", "activity_name": "K",
                "programme_code": "2.16", "programme_name": "P"}, {"name": "Nama lain"}, 409),
    *reference("accountcodes", "account_code", PLANNER, PLANNER, EVERYONE,
               {"code": "5.2.9", "name": "Baru"}, {"name": "Nama lain"}),
    # plans
    *listed("plans", "plan:draft"),
    Row("plans-list", "POST", "", EVERYONE, PLANNER, 201, {"fiscal_year": 2030, "stage": "murni"}),
    Row("plans-detail", "PATCH", "plan:draft", IN_SCOPE, PLANNER, 200, {"note": "Lain"}),
    Row("plans-detail", "PATCH", "plan:frozen", IN_SCOPE, PLANNER, 409, {"note": "Lain"}),
    Row("plans-detail", "DELETE", "plan:draft", IN_SCOPE, PLANNER, 204),
    Row("plans-detail", "DELETE", "plan:frozen", IN_SCOPE, PLANNER, 409),
    act("plans-recalculate", "plan:draft", PLANNER),
    act("plans-recalculate", "plan:frozen", PLANNER, answer=409),
    act("plans-adjust", "plan:draft", PLANNER, adjusted),
    act("plans-review", "plan:draft", REVIEWERS),
    act("plans-send-back", "plan:reviewed", REVIEWERS, WHY),
    act("plans-freeze", "plan:reviewed", PLANNER),
    *(row for name in ("difference", "fairness", "under-ceiling")
      for row in reading(f"plans-{name}", "plan:draft", IN_SCOPE)),
    *reading("planlines-list", "plan:draft", IN_SCOPE),
    *reading("planlines-detail", "plan_line", IN_SCOPE),
    *reading("planlines-analysis", "plan_line", IN_SCOPE),
    # devices
    *listed("assets", "asset:stock"),
    *reading("assets-label", "asset:stock", IN_SCOPE),
    Row("assets-list", "POST", "", EVERYONE, BOOKS, 201,
        lambda world, owner: {"device_type": world.cast.hp.pk, "unit": world.unit(owner).pk}),
    Row("assets-detail", "PATCH", "asset:stock", IN_SCOPE, BOOKS, 200, {"brand": "Lain"}),
    act("assets-report-condition", "asset:issued", HOLDERS, {"condition": "lightly_damaged"}),
    act("assets-mark-lost", "asset:issued", HOLDERS, WHY),
    act("assets-mark-found", "asset:lost", BOOKS),
    act("assets-start-repair", "asset:issued", CLERK),
    act("assets-confirm-back", "asset:away", RECEIVERS),
    act("assets-agree-repair", "asset:away", RECEIVERS, WHY),
    act("assets-confirm-loss", "asset:away", RECEIVERS),
    act("assets-end-repair", "asset:in_repair", BOOKS, {"condition": "good"}),
    act("assets-retire", "asset:stock", BOOKS, {"decision_number": "SK", "decided_on": "2026-01-01"}, answer=400),
    *listed("conditionreports", "report"),
    *reading("conditionreports-photo", "report", IN_SCOPE),
    *reading("conditionreports-thumbnail", "report", IN_SCOPE),
    Row("conditionreports-list", "POST", "", EVERYONE, ANY_KEEPER, 201,
        lambda world, owner: {"asset": world.pk("asset:issued", owner), "condition": "good"},
        {"kecamatan_clerk": 403, "cibinong": 400, **OUT_OF_REACH}),
    *listed("receipts", "receipt"),
    # what a unit has given back, and another holds now: the papers of its time stay its own, the device does not
    *(row for way in ("detail", "history", "label") for row in reading(f"assets-{way}", "asset:passed_on", IN_SCOPE)),
    act("assets-report-condition", "asset:passed_on", HOLDERS, {"condition": "good"}),
    act("assets-mark-lost", "asset:passed_on", HOLDERS, WHY),
    Row("conditionreports-list", "POST", "", EVERYONE, ANY_KEEPER, 201,
        lambda world, owner: {"asset": world.pk("asset:passed_on", owner), "condition": "good"},
        {"kecamatan_clerk": 403, "cibinong": 400, **OUT_OF_REACH}),
    *reading("conditionreports-detail", "report:former", OF_THE_OFFICE),
    *reading("conditionreports-history", "report:former", OF_THE_OFFICE),
    *(row for way in ("detail", "history", "document")
      for name in ("handover:former", "handover:given_back") for row in reading(f"handovers-{way}", name, FORMER)),
    *reading("handoverscans-list", "handover:former", FORMER),
    Row("handovers-list", "POST", "", EVERYONE, ANY_KEEPER, 201,
        lambda world, owner: {"kind": "return", "recipient_unit": world.cast.diskominfo.pk,
                              "items": [{"asset": world.pk("asset:passed_on", owner)}]},
        {"kecamatan_clerk": 403, "cibinong": 400, **OUT_OF_REACH}),
    act("handovers-accept", "handover:former", who("former_holder"), sees=FORMER, answer=409),
    act("handovers-dispute", "handover:former", who("former_holder"), WHY, sees=FORMER, answer=409),
    act("handovers-cancel", "handover:former", CLERK, WHY, sees=FORMER, answer=409),
    act("handovers-attach-signed", "handover:former", who("superuser", "clerk", "former_holder"), sees=FORMER,
        answer=400),
    act("handovers-confirm-return", "handover:given_back", NOBODY, sees=FORMER),  # recorded by the former holder
    Row("receipts-list", "POST", "", EVERYONE, BOOKS, 201,
        lambda world, owner: {"unit": world.unit(owner).pk, "contract_number": "K-1", "supplier": "CV",
                              "received_on": "2026-01-01"}),
    *listed("inventories", "inventory"),
    Row("inventories-list", "POST", "", EVERYONE, BOOKS, 201,
        lambda world, owner: {"unit": world.unit(owner).pk, "due_on": "2026-04-01"}),
    act("inventories-close", "inventory", BOOKS),
    *reading("inventorylines-list", "inventory", IN_SCOPE),
    *reading("inventorylines-detail", "inventory_line", IN_SCOPE),
    *reading("inventorylines-history", "inventory_line", IN_SCOPE),
    act("inventorylines-confirm", "inventory_line", FILERS, {"condition": "good"}),
    act("inventorylines-not-found", "inventory_line", FILERS),
    # handovers
    *listed("handovers", "handover:handed_over"),
    *reading("handovers-document", "handover:handed_over", IN_SCOPE),
    *reading("handoverscans-list", "handover:signed", IN_SCOPE),
    *reading("handoverscans-detail", "scan", IN_SCOPE),
    *reading("handoverscans-file", "scan", IN_SCOPE),
    Row("handovers-list", "POST", "", EVERYONE, ANY_KEEPER, 201, item("issue"),
        {"kecamatan_clerk": 400, "kemang": 400, "camat": 400, "cibinong": 400, **OUT_OF_REACH}),
    act("handovers-hand-over", "handover:prepared", CLERK),
    many("handovers-many-hand-over", "handover:prepared", CLERK),
    act("handovers-cancel", "handover:handed_over", CLERK, WHY),
    act("handovers-accept", "handover:handed_over", RECEIVERS),
    act("handovers-dispute", "handover:handed_over", RECEIVERS, WHY),
    act("handovers-withdraw-dispute", "handover:disputed", who(A="camat"), WHY),
    act("handovers-answer-dispute", "handover:disputed", CLERK, WHY),
    act("handovers-note-paper", "handover:signed", AUDITOR, WHY),
    act("handovers-confirm-return", "handover:returned", RECEIVERS),
    act("handovers-extend", "handover:loan", RECEIVERS, {"new_due_back_on": "2027-01-01", "reason": "Uji"}, answer=201),
    *reading("loanextensions-list", "handover:loan", IN_SCOPE),
    *reading("loanextensions-detail", "extension", IN_SCOPE),
    *reading("loanextensions-history", "extension", IN_SCOPE),
    act("loanextensions-decide", "extension", CLERK, {"decision": "approve", "reason": "Uji"}),
    act("handovers-attach-signed", "handover:handed_over", HOLDERS, answer=400),
    # requests
    *listed("requests", "request:submitted"),
    *reading("requests-letter", "request:endorsed", IN_SCOPE),
    *reading("requests-document", "request:submitted", IN_SCOPE),
    Row("requests-list", "POST", "", EVERYONE, ANY_FILER, 201, filed, {"cibinong": 403}),
    Row("requests-detail", "PATCH", "request:draft", IN_SCOPE, FILERS, 200, {"purpose": "Lain"}),
    Row("requests-detail", "PATCH", "request:verified", IN_SCOPE, FILERS, 409, {"purpose": "Lain"}),
    Row("requests-detail", "DELETE", "request:draft", IN_SCOPE, FILERS, 204),
    Row("requests-detail", "DELETE", "request:submitted", IN_SCOPE, FILERS, 409),
    act("requests-submit", "request:draft", FILERS),
    Row("requests-endorse", "POST", "request:submitted", IN_SCOPE, FILERS, 200, {}, {"kemang": 400, "cibinong": 400}),
    act("requests-withdraw", "request:submitted", FILERS, WHY),
    act("requests-verify", "request:endorsed", VERIFIER),
    act("requests-send-back", "request:endorsed", VERIFIER_OR_APPROVER, WHY),
    act("requests-decide", "request:verified", APPROVER, decided),
    many("requests-many-decide", "request:verified", APPROVER, decision="approve"),
    many("requests-many-verify", "request:endorsed", VERIFIER),
    Row("requests-issue", "POST", "request:decided", IN_SCOPE, BOOKS, 201, in_hand, {"kecamatan_clerk": 400}),
    Row("requests-many-issue", "POST", "", EVERYONE, EVERYONE, 201,
        lambda world, owner: {"rows": [{"id": world.pk("request:decided", "A")}], **in_hand(world, owner)},
        {each: 403 if each in IN_SCOPE.of("C") else 400 for each in SIGNED_IN - CLERK.of("C")}),
    act("requests-close-short", "request:decided", APPROVER, WHY),
    # pledges: published ones are everyone's, drafts their recorder's and the responsible unit's
    *listed("pledges", "pledge:draft"),
    *listed("pledges", "pledge:published", EVERYONE),
    Row("pledges-list", "POST", "", EVERYONE, ANY_RECORDER, 201, said),
    Row("pledges-detail", "PATCH", "pledge:draft", IN_SCOPE, VERIFIER, 200, {"title": "Lain"}),
    Row("pledges-detail", "PATCH", "pledge:published", EVERYONE, VERIFIER, 409, {"title": "Lain"}),
    Row("pledges-detail", "DELETE", "pledge:draft", IN_SCOPE, MY_DRAFTS, 204),
    Row("pledges-detail", "DELETE", "pledge:published", EVERYONE, EVERYONE, 405),
    act("pledges-submit", "pledge:draft", VERIFIER),
    act("pledges-send-back", "pledge:draft", VERIFIER, WHY),
    act("pledges-take-over", "pledge:draft", NOBODY),
    act("pledges-publish", "pledge:submitted", PUBLISHER),
    act("pledges-reject", "pledge:submitted", PUBLISHER, WHY),
    act("pledges-withdraw", "pledge:published", ASKERS, on_paper(), sees=EVERYONE, answer=201),
    act("pledges-excuse", "pledge:published", ASKERS, on_paper(reason="court_order", explanation="Uji"),
        sees=EVERYONE, answer=201),
    act("pledges-pass-on", "pledge:published", ASKERS, passed_on, sees=EVERYONE, answer=201),
    *reading("pledges-closing-document", "pledge:published"),
    *reading("pledges-closing-document", "pledge:draft", IN_SCOPE),
    act("pledges-merge", "pledge:published", LINE_ASKERS, on_paper(into=0), sees=EVERYONE, answer=400),
    *asked("closures", "closure"),
    *asked("passingson", "passing_on"),
    *asked("linechanges", "line_change"),
    act("linechanges-list", "pledge:published", LINE_ASKERS, sees=EVERYONE, answer=400,
        body=on_paper(kind="clarification", lines=[])),
    act("pledges-meet-condition", "pledge:published", ASKERS, on_paper(met_on="2026-01-01"),
        sees=EVERYONE, answer=409),
    *reading("pledge-figures"),
    *reading("pledge-burn-down"),
    Row("suggest-deadline", "POST", "", EVERYONE, ANY_RECORDER, 200,
        {"deadline_text": "tahun ini", "made_on_from": "2022-08-24", "made_on_to": "2022-08-24"}),
    act("pledges-add-effort", "pledge:published", PLANNING_OFFICE, {"kind": "asked", "text": "Uji"}, sees=EVERYONE),
    act("pledges-respond", "pledge:published", RESPONDENTS, {"text": "Uji"}, sees=EVERYONE),
    act("pledges-object-to", "pledge:published", AUDITOR, WHY, sees=EVERYONE),
    *reading("pledges-efforts-document", "pledge:published"),
    *reading("offices-handover-list", "office", EVERYONE, IN_SCOPE),
    *reading("tenures-handover-list", "tenure", IN_SCOPE),
    *papers("pledgeevidence", "evidence"),
    *reading("pledgeevidence-file", "evidence"),
    act("pledgeevidence-list", "pledge:published", PROVERS, sees=EVERYONE, answer=201,
        body={"supports": "harm", "source_url": "https://contoh.go.id/berita"}),
    act("pledgeevidence-list", "pledge:draft", OFFICE_PROVERS, answer=201,
        body={"supports": "promise", "source_url": "https://contoh.go.id/berita"}),
    *papers("pledgeefforts", "effort"),
    *reading("pledgeefforts-file", "effort"),
    *papers("pledgeresponses", "response"),
    *papers("pledgeobjections", "objection"),
    *papers("pledgewitnesses", "witness", WITNESS_READERS),
    act("pledgewitnesses-list", "pledge:published", HEARERS, {"name": "Uji", "statement": "Uji"},
        sees=WITNESS_READERS, answer=201),
    act("pledgewitnesses-erase", "witness", ERASERS, WHY, sees=WITNESS_READERS),
    *asked("deadlinerevisions", "revision"),
    act("deadlinerevisions-list", "pledge:published", ASKERS, sees=EVERYONE, answer=201,
        body=on_paper(kind="extension", new_due_on="2027-01-31")),
    act("deadlinerevisions-confirm", "correction", PUBLISHER, sees=EVERYONE),
    # one's own
    *reading("tokenresource-list"),
    *reading("tokenresource-detail", "token", OWN),
    Row("tokenresource-list", "POST", "", EVERYONE, EVERYONE, 201, {"name": "uji"}),
    Row("tokenresource-detail", "DELETE", "token", OWN, OWN, 204),
    *reading("accounttokens-list"),
    *reading("accounttokens-detail", "token", TOKEN_KEEPERS),
    act("accounttokens-revoke", "token", TOKEN_KEEPERS, WHY, sees=TOKEN_KEEPERS),
    *reading("jobs-list"),
    *reading("jobs-detail", "job", OWN),
    *reading("jobs-file", "job", OWN),
    *reading("exports-list"),
    *reading("exports-detail", "job", OWN),
    *reading("exports-file", "job", OWN),
    Row("exports-list", "POST", "", EVERYONE, EVERYONE, 202, {"kind": "requests"}),
    *reading("imports-list"),
    *reading("imports-detail", "import", OWN),
    *reading("imports-annotated", "import", OWN),
    Row("imports-list", "POST", "", EVERYONE, IMPORTERS, 400, {"kind": "assets"}),
    Row("imports-answer", "POST", "import", OWN, OWN, 400, {}),
    Row("imports-apply", "POST", "import", OWN, OWN, 200, {}),
    *(Row("imports-template", method, "", EVERYONE, EVERYONE, 400) for method in ("GET", "HEAD")),  # of no kind
    # for everybody signed in
    *reading("me"),
    *reading("my-data"),
    *reading("my-data-file"),
    *reading("personalrequests-list"),
    *reading("personalrequests-detail", "personal_request", OWN_OR_OFFICER),
    *reading("personalrequests-history", "personal_request", OWN_OR_OFFICER),
    Row("personalrequests-list", "POST", "", EVERYONE, EVERYONE, 201,
        {"kind": "correction", "field": "position", "value": "Staf", "reason": "Uji"}),
    act("personalrequests-decide", "personal_request", OFFICER, {"decision": "approve"}, sees=OWN_OR_OFFICER),
    act("personalrequests-take-back", "personal_request", OWN, WHY, sees=OWN_OR_OFFICER),
    *reading("choices"),
    *reading("schema"),
    *reading("events"),
    *reading("events-head"),
    *reading("worklists"),
    *(
        row
        for name in ("requests", "returns", "handovers", "conditions", "away", "holders", "device-types", "inventories",
                     "pledges", "plans", "revisions", "line-changes", "closures", "pass-ons", "corrections",
                     "personal-requests", "calendar-proposals", "unit-successions", "office-successions", "chains")
        for part in ("due", "overdue", "due-or-overdue")
        for row in reading(f"worklist-{name}-{part}")
    ),
]  # fmt: skip

WITHOUT_LOGIN = {"auth-token": {"POST": 400}}
"""Routes for those who have not signed in, and what an empty call answers."""

ANSWERS_404 = frozenset(
    [
        "assets-label",
        "conditionreports-photo",
        "conditionreports-thumbnail",
        "requests-letter",
        "pledges-closing-document",
        "closures-document",
        "deadlinerevisions-document",
        "linechanges-document",
        "passingson-document",
    ]
)
"""Files: who sees the object may ask for its file, which may not be there."""

# ---- the admin site: which roles open which register; nobody opens what is not in their scope

ADMIN_EVERYONE = SIGNED_IN - {"reader"}
ADMIN_REGISTERS = {
    "org_unit": ADMIN_EVERYONE, "org_office": ADMIN_EVERYONE, "org_tenure": ADMIN_EVERYONE,
    "org_unitsuccession": ADMIN_EVERYONE, "org_officesuccession": ADMIN_EVERYONE,
    "org_person": ADMIN_EVERYONE, "org_socialaccount": ADMIN_EVERYONE, "org_calendarday": ADMIN_EVERYONE,
    "org_calendarproposal": ADMIN_EVERYONE,
    "assets_family": ADMIN_EVERYONE, "assets_itemcode": ADMIN_EVERYONE, "assets_devicetype": ADMIN_EVERYONE,
    "assets_standardprice": ADMIN_EVERYONE, "assets_asset": ADMIN_EVERYONE, "assets_receipt": ADMIN_EVERYONE,
    "assets_conditionreport": ADMIN_EVERYONE, "assets_handover": ADMIN_EVERYONE,
    "assets_inventory": ADMIN_EVERYONE, "assets_inventoryline": ADMIN_EVERYONE,
    "assets_loanextension": ADMIN_EVERYONE, "assets_signedscan": ADMIN_EVERYONE,
    "planning_plan": ADMIN_EVERYONE, "planning_planline": ADMIN_EVERYONE,
    "planning_needstandard": ADMIN_EVERYONE, "planning_ppnrate": ADMIN_EVERYONE,
    "planning_subactivity": ADMIN_EVERYONE, "planning_accountcode": ADMIN_EVERYONE,
    "requests_app_devicerequest": ADMIN_EVERYONE, "pledges_pledge": ADMIN_EVERYONE,
    "pledges_deadlinerevision": ADMIN_EVERYONE, "pledges_linechange": ADMIN_EVERYONE,
    "pledges_closure": ADMIN_EVERYONE, "pledges_passingon": ADMIN_EVERYONE,
    "pledges_evidence": ADMIN_EVERYONE, "pledges_effort": ADMIN_EVERYONE,
    "pledges_witness": frozenset(["superuser", "verifier", "publisher", "auditor"]),  # the verifier recorded some
    "personal_subjectrequest": ADMIN_EVERYONE,  # one's own; the officer sees all
    "personal_retentionrule": frozenset(["superuser", "user_admin"]),
    "personal_legalhold": frozenset(["superuser", "user_admin"]),
    "core_event": ADMIN_EVERYONE - {"stranger"},
    "core_installation": frozenset(["superuser"]), "core_securityevent": frozenset(["superuser", "auditor"]),
    "org_user": ADMIN_EVERYONE, "org_grant": ADMIN_EVERYONE,  # one's own; user admins see those they administer
    "org_token": ADMIN_EVERYONE,
}  # fmt: skip
