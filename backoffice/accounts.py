"""The forms of one's own account: signing in, and a new password through the domain's verb."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.backends import confirms
from core.errors import DomainError
from org import accounts
from org.models import User


class LoginForm(AdminAuthenticationForm):
    """One answer for unknown names, wrong passwords and closed accounts alike."""

    error_messages = {
        "invalid_login": _("Nama pengguna atau kata sandi tidak cocok, atau akun tidak aktif."),
        "inactive": _("Nama pengguna atau kata sandi tidak cocok, atau akun tidak aktif."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Nama pengguna")
        self.fields["password"].label = _("Kata sandi")


class OwnPasswordForm(PasswordChangeForm):
    """The old password, and a new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for name, label in (
            ("old_password", _("Kata sandi lama")),
            ("new_password1", _("Kata sandi baru")),
            ("new_password2", _("Kata sandi baru, sekali lagi")),
        ):
            self.fields[name].label = label

    def clean_old_password(self) -> str:
        """Counted like a sign-in: whoever finds an open page may not guess on."""
        given = str(self.cleaned_data["old_password"])
        if not confirms(self.user, given):
            raise ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return given

    def clean_new_password2(self) -> str:
        first, second = self.cleaned_data.get("new_password1"), self.cleaned_data.get("new_password2")
        if first and second and first != second:
            self.add_error("new_password2", str(_("Kedua kata sandi baru tidak sama.")))
        return second or ""

    def validate_password_for_user(self, user: Any, *args: Any, **kwargs: Any) -> None:
        """The verb checks the password itself, so that every way in asks the same."""

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if not self.errors:
            try:
                user = User.objects.get(pk=self.user.pk)
                accounts.set_password(user, password=cleaned["new_password1"], actor=user)
            except DomainError as error:
                for fault in error.faults or ():
                    self.add_error("new_password1", str(fault.detail))
                if not error.faults:
                    self.add_error("new_password1", str(error.detail))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        self.user.refresh_from_db()
        return self.user
