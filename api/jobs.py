"""What becomes of kept answers outside the calls that they answer."""

from api.idempotency import forget_old, forget_witness

JOBS = {"witness_erased": forget_witness}
SWEEPERS = (forget_old,)
