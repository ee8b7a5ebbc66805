"""What leaves as an export comes back as it was: nothing of it is new or different."""

from __future__ import annotations

import pytest
from django.utils import translation

from assets.models import Asset
from core.models import Event
from core.text import clean_text
from documents.intake import sessions
from tests import base
from tests.documents.files import upload
from tests.documents.poison import FORMULAS
from tests.documents.test_exports import exported

pytestmark = pytest.mark.usefixtures("media")


@pytest.fixture
def register(cast):
    """Devices in every state, and with every text that ever broke a sheet."""
    for state in ("lost", "retired", "in_repair", "issued"):
        base.asset_in(cast, state)
    for number, poison in enumerate(FORMULAS):
        text = clean_text(poison)
        base.an_asset(
            cast,
            brand=text,
            model=text,
            serial_number=f"{text}#{number}"[:100],
            nibar=f"12{number:043d}",
            price=number or None,
        )
    base.an_asset(cast, unit=cast.kemang, condition="badly_damaged", fund_source="dak_nonfisik", imei_1="35" * 7,
                  acquired_on=base.day("2019-02-28"), warranty_until=base.day("2099-02-01"))  # fmt: skip
    return cast


@pytest.mark.parametrize("wanted", [{"format": "xlsx"}, {"format": "csv"}, {"format": "csv", "delimiter": "semicolon"}])
@pytest.mark.parametrize("language", ["id", "en"])
def test_an_export_read_back_changes_nothing(register, wanted, language):
    before, events = list(Asset.objects.order_by("pk").values()), Event.objects.count()
    with translation.override(language):
        job, content = exported(register.clerk, kind="assets", **wanted)
    session = sessions.receive(upload(content, job.filename), kind="assets", actor=register.clerk)
    assert (session.state, session.counts) == ("ready", {"same": len(before)}), session.findings
    assert session.findings == []
    sessions.apply(session, actor=register.clerk)
    assert list(Asset.objects.order_by("pk").values()) == before
    assert Event.objects.count() == events
