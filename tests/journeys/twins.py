"""The negative control of identity: one serial number entered by two at once, with fewer and fewer guards.

Like ``unguarded``, in a process and on a database of its own.
"""

from __future__ import annotations

import json
import threading
from typing import Any
from unittest.mock import patch

from django.db import IntegrityError, connection

from assets import register
from assets.models import Asset, DeviceType, Family
from core import folded
from core.errors import DomainError
from org.models import Unit, User
from tests.journeys.unguarded import _then_meet, _without_the_lock


def compare() -> None:
    """Prints for each set of guards how many were entered and how the others were refused."""
    family, _new = Family.objects.get_or_create(code="hp", name="HP")
    DeviceType.objects.get_or_create(code="smartphone", name="Telepon pintar", family=family)
    found = {"guarded": _race("KEMBAR-A")}
    with _without_the_lock():
        found["without the lock"] = _race("KEMBAR-B")
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX assets_asset_serial_once")
        found["nothing"] = _race("KEMBAR-C")
    print(json.dumps(found))  # noqa: T201


def _race(serial: str) -> dict[str, Any]:
    meeting = threading.Barrier(2)
    clerk, kind = User.objects.get(username="pengurus"), DeviceType.objects.get(code="smartphone")
    unit = Unit.objects.get(code="32.01.DISKOMINFO")
    refused = []

    def enter(tag: str, spelled: str) -> None:
        try:
            register.enter(unit=unit, actor=clerk, device_type=kind, tag=tag, brand="Contoh", serial_number=spelled)
        except DomainError as refusal:
            refused.append(refusal.code)
        except IntegrityError:
            refused.append("IntegrityError")
        finally:
            meeting.abort()
            connection.close()

    with patch.object(folded, "_refuse_taken", _then_meet(folded._refuse_taken, meeting)):
        spellings = {f"{serial}-1": serial, f"{serial}-2": serial.lower().replace("-", " ")}
        threads = [threading.Thread(target=enter, args=each) for each in spellings.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    key = folded.column(Asset, "serial_number").of_text(serial)
    return {"entered": Asset.objects.filter(serial_key=key).count(), "refused": refused}
