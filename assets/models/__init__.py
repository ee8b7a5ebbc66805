from assets.models.catalogue import DeviceType, Family, ItemCode, StandardPrice
from assets.models.condition import Absence, ConditionPhoto, ConditionReport, Repair
from assets.models.custody import Custody
from assets.models.handovers import Handover, HandoverItem, LoanExtension, SignedScan
from assets.models.inventories import Inventory, InventoryLine
from assets.models.register import Asset, Receipt, ReceiptLine

__all__ = [
    "Absence",
    "Asset",
    "ConditionPhoto",
    "ConditionReport",
    "Custody",
    "DeviceType",
    "Family",
    "Handover",
    "HandoverItem",
    "Inventory",
    "InventoryLine",
    "ItemCode",
    "LoanExtension",
    "Receipt",
    "ReceiptLine",
    "Repair",
    "SignedScan",
    "StandardPrice",
]
