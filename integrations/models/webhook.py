import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from core.fields import EncryptedField
from integrations.models.secrets import SecretForm, only_https


def new_secret() -> str:
    return secrets.token_urlsafe(32)


class WebhookEndpoint(models.Model):
    """Another system that wants to know when something happens. Told in ids only, signed (docs/recipes/webhook.md)."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    address = models.CharField(_("address"), max_length=300, validators=[only_https])
    secret = EncryptedField(
        _("secret"),
        help_text=_("The other system checks our signature with it: at least 32 signs. It is kept encrypted."),
    )
    kinds = models.TextField(
        _("what it wants to know"),
        blank=True,
        help_text=_("One a line, for example dossier.status. Empty: everything."),
    )
    enabled = models.BooleanField(_("in use"), default=True)

    base_form_class = SecretForm
    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("address"), FieldPanel("enabled")]),
        FieldPanel("kinds"),
        FieldPanel("secret"),
    ]

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def wants(self, kind: str) -> bool:
        kinds = self.kinds.split()
        return not kinds or kind in kinds
