"""What rows with a secret and an address have in common."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm


class SecretInput(forms.PasswordInput):
    """Never shows what is kept. ``new-password`` keeps a browser from filling in somebody's own."""

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "new-password"}, render_value=False)


class SecretForm(WagtailAdminModelForm):
    """A form with a field ``secret``: left empty, the secret stays as it was."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("secret")
        if field is not None:
            field.widget = SecretInput()
            if self.instance.pk and self.instance.secret:
                field.required = False
                field.help_text = _("Leave this empty to keep what is stored.")

    def clean_secret(self) -> str:
        return str(self.cleaned_data.get("secret") or self.instance.secret or "")


def only_https(address: str) -> None:
    """Raises ValidationError. Only a machine of one's own, outside production, may be spoken to in clear."""
    parts = urlsplit(address)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username or parts.password:
        raise ValidationError(_("This must be an address such as https://example.org/messages."))
    if settings.PRODUCTION and parts.scheme != "https":
        raise ValidationError(_("Use https://: messages hold personal data."))
