"""Found by Django at start: brings every register onto the site."""

from __future__ import annotations

from typing import Any

from assets.models import (
    Asset,
    ConditionReport,
    DeviceType,
    Family,
    Handover,
    Inventory,
    InventoryLine,
    ItemCode,
    Receipt,
    StandardPrice,
)
from backoffice.registers.assets import AssetAdmin, ConditionReportAdmin
from backoffice.registers.budget import AccountCodeAdmin, NeedStandardAdmin, PpnRateAdmin, SubActivityAdmin
from backoffice.registers.catalogue import DeviceTypeAdmin, FamilyAdmin, ItemCodeAdmin, StandardPriceAdmin
from backoffice.registers.handovers import HandoverAdmin
from backoffice.registers.inventories import InventoryAdmin, InventoryLineAdmin
from backoffice.registers.office import EventAdmin, InstallationAdmin, SecurityAdmin
from backoffice.registers.organisation import (
    CalendarDayAdmin,
    OfficeAdmin,
    PersonAdmin,
    SocialAccountAdmin,
    TenureAdmin,
    UnitAdmin,
)
from backoffice.registers.people import GrantAdmin, UserAdmin
from backoffice.registers.plan_lines import PlanLineAdmin
from backoffice.registers.planning import PlanAdmin
from backoffice.registers.pledge_changes import LineChangeAdmin, RevisionAdmin
from backoffice.registers.pledge_papers import EffortAdmin, EvidenceAdmin, WitnessAdmin
from backoffice.registers.pledges import PledgeAdmin
from backoffice.registers.receipts import ReceiptAdmin
from backoffice.registers.requests import RequestAdmin
from backoffice.site import site
from core.models import Event, Installation, SecurityEvent
from org.models import CalendarDay, Grant, Office, Person, SocialAccount, Tenure, Unit, User
from planning.models import AccountCode, NeedStandard, Plan, PlanLine, PpnRate, SubActivity
from pledges.models import DeadlineRevision, Effort, Evidence, LineChange, Pledge, Witness
from requests_app.models import DeviceRequest

REGISTERS: tuple[tuple[Any, Any], ...] = (
    (DeviceRequest, RequestAdmin),
    (Handover, HandoverAdmin),
    (Asset, AssetAdmin),
    (Receipt, ReceiptAdmin),
    (ConditionReport, ConditionReportAdmin),
    (Inventory, InventoryAdmin),
    (InventoryLine, InventoryLineAdmin),
    (Pledge, PledgeAdmin),
    (DeadlineRevision, RevisionAdmin),
    (LineChange, LineChangeAdmin),
    (Evidence, EvidenceAdmin),
    (Effort, EffortAdmin),
    (Plan, PlanAdmin),
    (PlanLine, PlanLineAdmin),
    (NeedStandard, NeedStandardAdmin),
    (SubActivity, SubActivityAdmin),
    (AccountCode, AccountCodeAdmin),
    (PpnRate, PpnRateAdmin),
    (Witness, WitnessAdmin),
    (Family, FamilyAdmin),
    (ItemCode, ItemCodeAdmin),
    (DeviceType, DeviceTypeAdmin),
    (StandardPrice, StandardPriceAdmin),
    (Unit, UnitAdmin),
    (Office, OfficeAdmin),
    (Tenure, TenureAdmin),
    (Person, PersonAdmin),
    (SocialAccount, SocialAccountAdmin),
    (CalendarDay, CalendarDayAdmin),
    (User, UserAdmin),
    (Grant, GrantAdmin),
    (Installation, InstallationAdmin),
    (Event, EventAdmin),
    (SecurityEvent, SecurityAdmin),
)
for _model, _register in REGISTERS:
    site.register(_model, _register)
