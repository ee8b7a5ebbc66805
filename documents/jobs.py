"""What is made, read in and checked outside the call that asked for it."""

from documents import subjectreport
from documents.checking import REGISTER, nightly, verify, verify_register
from documents.exports import export
from documents.intake.background import apply_large, read, sweep

JOBS = {
    "export": export, "import_read": read, "import_apply": apply_large, "verify_journal": verify,
    REGISTER: verify_register, subjectreport.KIND: subjectreport.make,
}  # fmt: skip
SWEEPERS = (sweep, nightly)
