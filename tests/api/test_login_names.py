"""The name with which somebody signs in is told to who keeps the account, and no search gives it away to others."""

from __future__ import annotations

import pytest

from documents.reports.offered import REPORTS
from org.models import Grant, User
from tests.api.cast import Caller
from tests.api.matrix_world import MatrixWorld
from tests.backoffice.desk import Desk, listing
from tests.base import again

pytestmark = pytest.mark.django_db
SECRET = "zqmasuk"


@pytest.fixture
def world(db: None) -> MatrixWorld:
    world = MatrixWorld()
    for account in User.objects.exclude(person=None):
        account.username = f"{SECRET}{account.pk}"
        account.save()
    return world


@pytest.mark.parametrize("who", ["camat", "verifier", "clerk", "viewer", "auditor"])
def test_no_list_and_no_history_is_searched_by_it(world: MatrixWorld, who: str) -> None:
    reader = again(world.callers[who].user)
    own = {"users", "grants", "account-tokens", "tokens"}
    searched = 0
    for kind, report in REPORTS.items():
        if kind not in own and report.listing.search:
            rows = report.listing.rows(reader)
            assert not report.listing.select(rows, {"search": (SECRET,)}).exists(), kind
            searched += rows.exists()
    assert searched > 10
    assert Caller(reader).get(f"events/?search={SECRET}").json()["count"] == 0


def test_who_keeps_accounts_finds_them_by_it_and_others_by_whose_they_are(world: MatrixWorld) -> None:
    cast = world.cast
    for model in (User, Grant):
        found = Desk(cast).get(cast.superuser, f"{listing(model)}?q={SECRET}{cast.clerk.pk}")
        assert str(cast.clerk) in found.content.decode(), model
    account = User.objects.create(username="tanpa-orang-zq")
    assert list(User.objects.filter(User.is_called("orang-zq"))) == [account], "it is called by nothing else"
    assert cast.clerk in User.objects.filter(User.is_called(str(cast.clerk).split()[0]))
    assert not User.objects.filter(User.is_called(SECRET)).exists()
