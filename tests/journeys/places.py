"""Makes the people of the journeys on a running server's database; run there through ``Server.shell``.

Everything else in a journey comes about over HTTP.
"""

from __future__ import annotations

import io
import json
from datetime import date

from django.contrib.auth.hashers import make_password
from django.core.management import call_command

from assets.models import DeviceType
from core.journal import record
from core.models import Installation
from core.transactions import writing
from org import tokens
from org.models import Grant, Office, Person, Role, Unit, User
from requests_app import approvals, filing
from requests_app.approvals import Decided

PASSWORD = "ombak-di-pantai-selatan"
AGENCIES = {
    "32.01.SETDA": "Sekretariat Daerah",
    "32.01.DISKOMINFO": "Dinas Komunikasi dan Informatika",
    "32.01.INSPEKTORAT": "Inspektorat",
}
LONG_AGO = date(2020, 1, 1)

# username -> (unit of the person, role, unit of the grant)
ACCOUNTS = {
    "kemang": ("32.01.12", Role.REQUESTER, "32.01.12"),
    "camat-kemang": ("32.01.12", Role.UNIT_HEAD, "32.01.12"),
    "cibinong": ("32.01.01", Role.REQUESTER, "32.01.01"),
    "camat-cibinong": ("32.01.01", Role.UNIT_HEAD, "32.01.01"),
    "verifikator": ("32.01.DISKOMINFO", Role.VERIFIER, "32.01"),
    "verifikator2": ("32.01.DISKOMINFO", Role.VERIFIER, "32.01"),
    "kabid": ("32.01.DISKOMINFO", Role.APPROVER, "32.01"),
    "kabid2": ("32.01.DISKOMINFO", Role.APPROVER, "32.01"),
    "pengurus": ("32.01.DISKOMINFO", Role.ASSET_CLERK, "32.01"),
    "pengurus2": ("32.01.DISKOMINFO", Role.ASSET_CLERK, "32.01"),
    "perencana": ("32.01.DISKOMINFO", Role.PLANNER, "32.01"),
    "ppid": ("32.01.DISKOMINFO", Role.PUBLISHER, "32.01"),
    "sekda": ("32.01.SETDA", Role.DECIDER, "32.01"),
    "inspektorat": ("32.01.INSPEKTORAT", Role.AUDITOR, "32.01"),
    "pembaca": ("32.01.SETDA", Role.VIEWER, "32.01"),
    "pengelola": ("32.01.DISKOMINFO", Role.USER_ADMIN, "32.01"),
    "serba": ("32.01.SETDA", Role.VERIFIER, "32.01"),
    "admin": ("32.01.DISKOMINFO", "", ""),
    "publik": ("32.01.12", "", ""),
}
SUPERUSER = "admin"


def build(kecamatan: str) -> None:
    """The kecamatan of that file, agencies, the regent's office, and one account per role, all with one password.

    Prints a token for each account. The bare rows stand in one event.

    ``serba`` holds two roles that four eyes keep apart: verifier, and decider of deadlines.
    """
    with writing():
        call_command("import_units", kecamatan, "--root", "32.01=Kabupaten Contoh", stdout=io.StringIO())
        Installation.objects.update_or_create(pk=1, defaults={"pledge_notice_days": 0})
        root = Unit.objects.get(code="32.01")
        for code, name in AGENCIES.items():
            Unit.objects.create(code=code, name=name, kind=Unit.Kind.AGENCY, parent=root)
        units = Unit.objects.in_bulk(field_name="code")
        password = make_password(PASSWORD)
        for number, (username, (of, role, where)) in enumerate(ACCOUNTS.items(), start=1):
            nip = f"198001012005011{number:03d}"
            person = Person.objects.create(name=f"Sdr. {username.title()}", unit=units[of], nip=nip)
            user = User.objects.create(
                username=username, person=person, password=password, is_superuser=username == SUPERUSER
            )
            if role:
                Grant.objects.create(user=user, role=role, unit=units[where], starts_on=LONG_AGO)
        Grant.objects.create(user=User.objects.get(username="serba"), role=Role.DECIDER, unit=root, starts_on=LONG_AGO)
        Office.objects.create(name="Bupati", unit=root)
        record("installation.changed", Installation.current(), actor=None)
    print(json.dumps({user.username: tokens.issue(user, name="uji")[1] for user in User.objects.all()}))  # noqa: T201


def approved_requests(number: int, quantity: int) -> None:
    """Prints ``[unit, line]`` of approved requests for ``quantity`` tripods each, of Kemang and Cibinong in turn."""
    users = {user.username: user for user in User.objects.select_related("person")}
    lines = []
    for index in range(number):
        name = ("kemang", "cibinong")[index % 2]
        wanted = {"device_type": DeviceType.objects.get(code="tripod"), "quantity": quantity, "situation": "none"}
        request = filing.draft(
            unit=users[name].person.unit, purpose=f"Siaran {index}", lines=[wanted], actor=users[name]
        )
        filing.submit(request, actor=users[name])
        filing.endorse(request, actor=users[f"camat-{name}"])
        approvals.verify(request, actor=users["verifikator"])
        line = request.lines.get()
        decided = Decided(id=line.pk, decision="approve", approved_quantity=quantity)
        approvals.decide(request, lines=[decided], actor=users["kabid"])
        lines.append([request.unit_id, line.pk])
    print(json.dumps(lines))  # noqa: T201
