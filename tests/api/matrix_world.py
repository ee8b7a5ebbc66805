"""The actors and objects of the authorization matrix: each owner has one of every kind in every state asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from assets import register
from assets.models import DeviceType, Family, ItemCode, StandardPrice
from core import jobs
from core.models import Job
from documents.intake import sessions
from handing_over import extending, fulfilment
from org import proposing, succeeding
from org.models import CalendarDay, Grant, Office, Person, Role, SocialAccount, Tenure, Unit
from org.reference import keep
from personal import asking
from planning import plans
from planning.models import AccountCode, NeedStandard, PpnRate, SubActivity
from pledges import closures, deadlines, line_changes, papers, passing_on, pledging
from tests import base
from tests.api.cast import Caller
from tests.documents import files

NAMES = {
    "camat": "kemang_head", "kemang": "kemang_admin", "cibinong": "cibinong_admin", "verifier": "verifier",
    "approver": "approver", "clerk": "clerk", "planner": "planner", "publisher": "publisher", "decider": "decider",
    "auditor": "auditor", "viewer": "viewer", "user_admin": "user_admin", "superuser": "superuser",
    "stranger": "outsider",
}  # fmt: skip


class MatrixWorld:
    """``callers`` by the name of the actor, ``objects`` by owner and kind."""

    def __init__(self) -> None:
        self.cast = base.make_cast()
        self.neighbour = self._under_a_province()
        self.far = base.user(username="jauh", unit=self.cast.inspektorat, roles=(Role.REQUESTER,))
        self.far_head = base.user(username="kepala-jauh", unit=self.cast.inspektorat, roles=(Role.UNIT_HEAD,))
        self.callers = {name: Caller(getattr(self.cast, of)) for name, of in NAMES.items()}
        self.former = self._former_holder()
        self.callers |= {name: Caller(user) for name, user in self._partial().items()}
        self.callers["reader"] = Caller(self.cast.clerk2, scope="read")
        self.callers["anonymous"] = Caller(None)
        self.callers["deactivated"] = self._deactivated()
        self.objects: dict[str, dict[str, Any]] = {owner: self._objects(owner) for owner in "ABC"}

    def _under_a_province(self) -> Unit:
        """A second kabupaten beside ours; who had a role for the whole has it for the province now."""
        province, neighbour = base.under_a_province()
        Grant.objects.filter(unit=self.cast.root).update(unit=province)
        return neighbour

    def _partial(self) -> dict[str, Any]:
        """Who has a role for a time, in a part, or elsewhere."""
        kemang, head = self.cast.kemang, self.cast.kemang_head
        substitute = base.user(username="plh-camat", unit=kemang)
        base.grant(substitute, role=Role.UNIT_HEAD, unit=kemang, acting_for=head, ends_on=date(2026, 12, 31))
        return {
            "delegate": base.user(username="pengelola-kemang", unit=kemang, roles=(Role.USER_ADMIN,)),
            "substitute": base.again(substitute),
            "kecamatan_clerk": base.user(username="pengurus-kemang", unit=kemang, roles=(Role.ASSET_CLERK,)),
            "second_root": base.user(username="serba-tetangga", unit=self.neighbour, roles=tuple(Role)),
            "former_holder": self.former,
        }

    def _former_holder(self) -> Any:
        """Who asks for a kecamatan of its own, and held what another unit holds now."""
        where = {"code": "32.01.13", "name": "Bojong", "kind": Unit.Kind.DISTRICT, "parent": self.cast.root}
        return base.user(username="pemegang-lama", unit=Unit.objects.create(**where), roles=(Role.REQUESTER,))

    def _deactivated(self) -> Caller:
        user = base.user(username="mantan", unit=self.cast.diskominfo, roles=(Role.ASSET_CLERK,), where=self.cast.root)
        caller = Caller(user)
        type(user).objects.filter(pk=user.pk).update(is_active=False)
        return caller

    def unit(self, owner: str) -> Unit:
        return {"A": self.cast.kemang, "B": self.cast.cibinong, "C": self.cast.inspektorat}[owner]

    def pk(self, kind: str, owner: str) -> int:
        return self.objects[owner][kind].pk

    def _speaker(self, owner: str) -> Any:
        return {"A": self.cast.kemang_admin, "B": self.cast.cibinong_admin, "C": self.far}[owner]

    def _head(self, owner: str) -> Any:
        return {"A": self.cast.kemang_head, "B": self.cast.cibinong_head, "C": self.far_head}[owner]

    def _objects(self, owner: str) -> dict[str, Any]:
        made = {
            **self._reference(owner), **self._devices(owner), **self._requests(owner), **self._pledges(owner),
            **self._own(owner),
        }  # fmt: skip
        return made | self._plans(owner, made)

    def _reference(self, owner: str) -> dict[str, Any]:
        unit, number = self.unit(owner), "ABC".index(owner)
        office = Office.objects.create(name="Camat", unit=unit)
        family = Family.objects.create(code=f"jenis{number}", name=f"Jenis {owner}")
        device_type = DeviceType.objects.create(code=f"tipe{number}", name=f"Tipe {owner}", family=family)
        code = ItemCode.objects.create(code=f"1.3.2.{number}", name=f"Barang {owner}")
        person = base.user(username=f"orang-{number}", unit=unit).person
        return {
            "unit": unit, "office": office, "person": person,
            "leaver": Person.objects.create(name=f"Pindah {owner}", unit=unit, leaving_since=date(2026, 3, 1)),
            "tenure": Tenure.objects.create(office=office, person=person, starts_on=date(2024, 1, 1)),
            "account": SocialAccount.objects.create(unit=unit, platform="instagram", handle=f"@kec{number}"),
            "holiday": CalendarDay.objects.create(date=date(2026, 1, 1 + number), name="Libur", kind="local"),
            **self._calendar(number), **self._successions(unit, number),
            "family": family, "type": device_type, "code": code,
            "new_type": keep(DeviceType(), actor=self.cast.clerk, code=f"baru{number}", name="Baru", family=family),
            "price": StandardPrice.objects.create(device_type=device_type, year=2026, price=1_000),
        }  # fmt: skip

    def _successions(self, unit: Unit, number: int) -> dict[str, Any]:
        """New ones to succeed, and one old unit and office whose successor waits for confirmation."""
        under = {"parent": self.cast.root, "kind": unit.kind}
        new, old = (Unit.objects.create(code=f"32.01.9{number}{n}", name=f"Unit {n}", **under) for n in "12")
        post, past = (Office.objects.create(name=name, unit=unit) for name in ("Camat baru", "Camat lama"))
        terms: Any = {"kind": "takes_place", "on": date(2026, 3, 1), "decree": "Perda 1", "reason": "Uji"}
        by = self.cast.user_admin
        return {
            "new_unit": new, "succeeded_unit": old, "new_office": post, "succeeded_office": past,
            "unit_succession": succeeding.succeed_unit(old, successor=new, actor=by, **terms),
            "office_succession": succeeding.succeed_office(past, successor=post, actor=by, **terms),
        }  # fmt: skip

    def _devices(self, owner: str) -> dict[str, Any]:
        cast, unit, clerk = self.cast, self.unit(owner), self.cast.clerk
        stock, issued, lost, broken = (base.an_asset(cast, unit=of) for of in (unit, None, unit, unit))
        base.accepted(cast, base.an_issue(cast, assets=[issued], to=unit), by=self._speaker(owner))
        register.mark_lost(lost, actor=clerk, reason="Uji")
        register.start_repair(broken, actor=clerk)
        inventory = base.an_inventory(cast, unit=unit, devices=0)
        away = self._in_use(unit, owner)
        register.start_repair(away, actor=clerk)
        register.mark_lost(away, actor=clerk, reason="Uji")
        signed, disputed = base.an_issue(cast, to=unit), base.an_issue(cast, to=unit)
        fulfilment.attach_signed(signed, scan=base.an_attachment(cast), actor=clerk)
        fulfilment.dispute(disputed, common="Uji", actor=self._speaker(owner))
        return {
            "inventory": inventory, "inventory_line": inventory.lines.get(),
            "asset:stock": stock, "asset:issued": issued, "asset:lost": lost, "asset:in_repair": broken,
            "asset:tripod": base.an_asset(cast, unit=unit, device_type=cast.tripod),
             "asset:away": away, **self._passed_on(unit, owner),
            "report": register.report_condition(
                issued, actor=clerk, condition="good", photo=[base.an_attachment(cast, by=clerk)]
            ),
            "receipt": register.receive(
                unit=unit, contract_number="K", supplier="CV", received_on=date(2026, 1, 5), actor=clerk
            ),
            "handover:prepared": base.an_issue(cast, to=unit, on=None),
            "handover:handed_over": base.an_issue(cast, to=unit),
            "handover:signed": signed, "scan": signed.scans.get(), "handover:disputed": disputed,
            "handover:returned": base.returned(cast, [self._in_use(unit, owner)]),
            "handover:loan": self._loan(unit, owner), "extension": self._extension(self._loan(unit, owner), owner),
        }  # fmt: skip

    def _passed_on(self, unit: Unit, owner: str) -> dict[str, Any]:
        """A device that the former holder gave back and the owner's unit holds now, and the papers of that time."""
        cast, former, asset = self.cast, self.former, base.an_asset(self.cast)
        issue = base.an_issue(cast, assets=[asset], to=former.person.unit, recipient=former.person)
        base.accepted(cast, issue, by=former)
        report = register.report_condition(asset, actor=former, condition="lightly_damaged")
        back = base.returned(cast, [asset], by=former)
        fulfilment.accept(back, actor=cast.clerk)
        base.accepted(cast, base.an_issue(cast, assets=[asset], to=unit), by=self._speaker(owner))
        return {
            "asset:passed_on": asset, "handover:former": issue, "handover:given_back": back, "report:former": report
        }  # fmt: skip

    def _loan(self, unit: Unit, owner: str) -> Any:
        loan = base.an_issue(self.cast, to=unit, kind="loan", due_back_on=date(2026, 12, 1))
        return base.accepted(self.cast, loan, by=self._speaker(owner))

    def _calendar(self, number: int) -> dict[str, Any]:
        day = {"date": date(2026, 2, 1 + number), "kind": "local"}
        proposed = proposing.propose_day(name="Diusulkan", decree="SK 1", actor=self.cast.verifier, **day)
        entries = [proposing.Entry(name="Daftar", **day)]
        listed = proposing.propose(decree="SK 2", days=entries, actor=self.cast.verifier)
        return {"proposed_day": proposed, "calendar_list": listed}

    def _extension(self, loan: Any, owner: str) -> Any:
        return extending.extend(loan, new_due_back_on=date(2027, 1, 1), reason="Uji", actor=self._speaker(owner))

    def _in_use(self, unit: Unit, owner: str) -> Any:
        asset = base.an_asset(self.cast)
        base.accepted(self.cast, base.an_issue(self.cast, assets=[asset], to=unit), by=self._speaker(owner))
        return asset

    def _requests(self, owner: str) -> dict[str, Any]:
        cast, unit, speaker, head = self.cast, self.unit(owner), self._speaker(owner), self._head(owner)
        line = [base.a_line(cast, device_type=cast.tripod)]

        def request() -> Any:
            return base.a_request(cast, unit=unit, by=speaker, lines=[dict(line[0])])

        def endorsed() -> Any:
            return base.filing.endorse(base.submitted(cast, request()), actor=head)

        def verified() -> Any:
            return base.approvals.verify(endorsed(), actor=cast.verifier)

        return {
            "request:draft": request(), "request:submitted": base.submitted(cast, request()),
            "request:endorsed": endorsed(), "request:verified": verified(),
            "request:decided": base.decide(cast, verified(), by=cast.approver2),
        }  # fmt: skip

    def _pledges(self, owner: str) -> dict[str, Any]:
        cast, unit = self.cast, self.unit(owner)
        due = date(2026, 12, 31)

        def draft() -> Any:
            return base.a_draft_pledge(cast, responsible_unit=unit, original_due_on=due)

        def published() -> Any:
            return pledging.publish(pledging.submit(draft(), actor=cast.verifier), actor=cast.publisher)

        paper = {"reason": "Uji", "actor": cast.verifier, "document": base.an_attachment(cast)}

        def dated(kind: str, day: date) -> Any:
            return deadlines.ask(published(), kind=kind, new_due_on=day, **paper)

        two = base.a_pledge(cast, promised=2, responsible_unit=unit, original_due_on=due)
        shown = published()
        proof = papers.add_evidence(shown, supports="harm", source_url="http://x.id", actor=cast.verifier)
        return {
            "pledge:draft": draft(), "pledge:submitted": pledging.submit(draft(), actor=cast.verifier),
            "pledge:published": shown, "proof": proof, "line_change": self._line_change(two, paper),
            "revision": dated("extension", date(2027, 1, 31)), "correction": dated("correction", date(2026, 11, 30)),
            "closure": closures.withdraw(published(), **paper),
            "passing_on": passing_on.pass_on(published(), responsible_unit=cast.setda, **paper),
            **self._papers(published()),
        }  # fmt: skip

    def _line_change(self, pledge: Any, paper: dict[str, Any]) -> Any:
        if not self.cast.kemang.successions.exists():
            base.succeeded(self.cast, self.cast.kemang, self.cast.cibinong, kind="split_off")
        move = {"source": pledge.lines.get(), "unit": self.cast.cibinong, "quantity": 1}
        return line_changes.ask(pledge, kind="move", lines=[move], **paper)

    def _papers(self, pledge: Any) -> dict[str, Any]:
        cast = self.cast
        return {
            "evidence": papers.add_evidence(pledge, supports="promise", source_url="http://x.id", actor=cast.verifier),
            "effort": papers.add_effort(pledge, kind="asked", text="Uji", actor=cast.planner),
            "response": papers.respond(pledge, text="Uji", actor=cast.verifier),
            "objection": papers.object_to(pledge, text="Uji", actor=cast.auditor),
            "witness": papers.add_witness(pledge, name="Uji", statement="Uji", actor=cast.publisher),
        }

    def _plans(self, owner: str, made: dict[str, Any]) -> dict[str, Any]:
        """One plan of each state for the owner's needs, of which there is at least the decided request."""
        unit, planner, number = self.unit(owner), self.cast.planner, "ABC".index(owner)
        tree = {"activity_code": "2.16", "activity_name": "K", "programme_code": "2.16", "programme_name": "P"}
        branch = SubActivity.objects.create(code=f"2.16.{number}", name="Sub kegiatan", **tree)

        def plan(year: int) -> Any:
            return plans.create(
                fiscal_year=year, unit=unit, within=unit, sub_activity=branch, ceiling=10_000_000, actor=planner
            )

        draft, reviewed = plan(2027), plans.review(plan(2028), actor=self.cast.approver)
        return {
            "plan:draft": draft, "plan_line": draft.lines.get(device_type=self.cast.tripod), "plan:reviewed": reviewed,
            "plan:frozen": plans.freeze(plans.review(plan(2029), actor=self.cast.approver), actor=planner),
            "sub_activity": branch,
            "account_code": AccountCode.objects.create(code=f"5.2.{number}", name="Belanja modal"),
            "ppn": PpnRate.objects.create(effective_from=date(2022, 4, 1 + number), percent=11),
            "standard": NeedStandard.objects.create(
                device_type=made["type"], of_unit=unit, quantity=1, legal_basis="Perbup 1/2026", from_year=2026
            ),
        }  # fmt: skip

    def _own(self, owner: str) -> dict[str, Any]:
        user = {"A": self.cast.kemang_admin, "B": self.cast.cibinong_admin, "C": self.cast.clerk}[owner]
        job = jobs.enqueue("export", user, {"kind": "requests", "format": "csv", "filters": {}})
        return {
            "personal_request": asking.ask(
                actor=user, kind="correction", field="phone", value="0812-3456-7890", reason="Uji"
            ),
            "token": user.tokens.first(), "job": Job.objects.get(pk=job.pk), "import": self._import(user, owner),
        }  # fmt: skip

    def _import(self, user: Any, owner: str) -> Any:
        said = ["Judul", "Ucapan", "Jabatan", "Tahun", "Dasar"], [f"HP {owner}", "Kita beri.", "Bupati", 2022, "Surat"]
        kind, rows = ("assets", files.register(files.device())) if owner == "C" else ("old_pledges", [*said])
        return sessions.receive(files.upload(rows), kind=kind, actor=user, unit=self.unit(owner))
