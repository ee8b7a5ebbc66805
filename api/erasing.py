"""What the API keeps of an account: answers that were given to it."""

from __future__ import annotations

from api.models import Answer
from core.personal import Erased


def forget_account(gone: Erased) -> None:
    Answer.objects.filter(user_id=gone.user, user_id__isnull=False).delete()


ERASERS = (forget_account,)
