"""What the back office keeps of an account: the forms that it sent."""

from __future__ import annotations

from backoffice.models import SentForm
from core.personal import Erased


def forget_forms(gone: Erased) -> None:
    SentForm.objects.filter(user_id=gone.user, user_id__isnull=False).delete()


ERASERS = (forget_forms,)
