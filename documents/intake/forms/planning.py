"""The sheet "Rincian RKA" of the budget workbook, as the planner hands it back."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from assets.states import FundSource
from documents.intake import spellings as read
from documents.intake.forms.base import Field, Form
from documents.intake.forms.options import labels
from planning.importing_workbook import PlanImporter
from planning.models import AccountCode
from planning.states import ProposalOrigin


def _accounts() -> list[str]:
    return list(AccountCode.objects.values_list("code", flat=True))


BUDGET_PLAN = Form(
    kind="budget_plan",
    label=_("Buku kerja rencana kebutuhan"),
    explain=_("Lembar Rincian RKA dari unduhan Gawai, dengan sel kuning yang sudah diperbaiki."),
    fields=(
        Field("key", _("Kunci baris"), read.whole(1, 2**53), required=True, as_text=True, identifies=True),
        Field("number", _("Nomor baris"), read.code(40), required=True, as_text=True),
        Field("account_code", _("Kode rekening"), read.code(24), aliases=("rekening",), options=_accounts,
              as_text=True),
        Field("specification", _("Spesifikasi"), read.text(300)),
        Field("proposed", _("Volume"), read.whole(0, 100_000)),
        Field("unit_price", _("Harga satuan"), read.rupiah),
        Field("fund_source", _("Sumber dana"), read.choice(FundSource.choices), options=labels(FundSource)),
        Field("proposal_origin", _("Asal usulan"), read.choice(ProposalOrigin.choices), options=labels(ProposalOrigin)),
        Field("note", _("Keterangan"), read.text(500)),
    ),
    importer=PlanImporter,
    needs=(("key",), ("number",)),
    subject=("key", "number"),
    ignored=("untuk unit", "uraian", "kebutuhan riil", "satuan", "ppn (%)", "nilai sebelum ppn", "ppn (rp)", "jumlah",
             "dibebankan pada"),
    has_template=False,
)  # fmt: skip
