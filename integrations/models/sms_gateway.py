import json

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from core.fields import EncryptedField
from integrations.models.secrets import SecretForm, only_https

TWILIO = "https://api.twilio.com"


class SmsGateway(models.Model):
    """The provider that sends our text messages. At most one is in use; its secret is kept encrypted."""

    class Provider(models.TextChoices):
        GENERIC = "generic", _("Another provider (HTTP)")
        TWILIO = "twilio", _("Twilio")

    class SignsIn(models.TextChoices):
        BEARER = "bearer", _("Authorization: Bearer …")
        BASIC = "basic", _("Account and secret (basic authentication)")
        HEADER = "header", _("The secret in a header of its own")

    class BodyFormat(models.TextChoices):
        JSON = "json", _("JSON")
        FORM = "form", _("Form fields (name=value, one a line)")

    name = models.CharField(_("name"), max_length=60, unique=True)
    provider = models.CharField(_("provider"), max_length=10, choices=Provider.choices)
    enabled = models.BooleanField(
        _("in use"), default=False, help_text=_("Citizens without an e-mail address get text messages from then on.")
    )
    sender = models.CharField(
        _("sender"),
        max_length=16,
        validators=[RegexValidator(r"^(\+[1-9]\d{6,14}|[A-Za-z0-9 ]{1,11})$", _("At most 11 letters, or a number."))],
        help_text=_("What a phone shows: at most 11 letters and digits, or a number such as +32460000000."),
    )
    account = models.CharField(_("account"), max_length=100, blank=True, help_text=_("For Twilio: the Account SID."))
    secret = EncryptedField(_("secret"), help_text=_("The key, token or password. It is kept encrypted."))
    address = models.CharField(_("address"), max_length=300, blank=True, help_text=_("For Twilio this may stay empty."))
    signs_in = models.CharField(_("signs in with"), max_length=10, choices=SignsIn.choices, default=SignsIn.BEARER)
    header = models.CharField(_("name of the header"), max_length=60, blank=True)
    body_format = models.CharField(_("shape"), max_length=10, choices=BodyFormat.choices, default=BodyFormat.JSON)
    body = models.TextField(
        _("content"),
        blank=True,
        help_text=_(
            'What the provider wants, with {to}, {text}, {sender} and {key} in it: {"to": "{to}", "text": "{text}"}. '
            "{key} is the same for every copy of a message."
        ),
    )

    base_form_class = SecretForm
    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("provider"), FieldPanel("sender"), FieldPanel("enabled")]),
        MultiFieldPanel([FieldPanel("account"), FieldPanel("secret"), FieldPanel("address")], _("Signing in")),
        MultiFieldPanel(
            [FieldPanel("signs_in"), FieldPanel("header"), FieldPanel("body_format"), FieldPanel("body")],
            _("Only for another provider"),
        ),
    ]

    class Meta:
        verbose_name = _("SMS provider")
        verbose_name_plural = _("SMS providers")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["enabled"],
                condition=models.Q(enabled=True),
                name="integrations_smsgateway_one_in_use",
                violation_error_message=_("Another provider is in use. Switch that one off first."),
            ),
            models.CheckConstraint(
                condition=models.Q(provider__in=["generic", "twilio"]), name="integrations_smsgateway_provider_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def base(self) -> str:
        return (self.address or (TWILIO if self.provider == self.Provider.TWILIO else "")).rstrip("/")

    def clean(self) -> None:
        errors: dict[str, list[str]] = {}

        def require(field: str, message: str) -> None:
            errors.setdefault(field, []).append(message)

        if self.base:
            try:
                only_https(self.base)
            except ValidationError as error:
                errors["address"] = error.messages
        else:
            require("address", gettext("Say where messages must be sent to."))
        if self.provider == self.Provider.TWILIO:
            if not self.account:
                require("account", gettext("Twilio wants the Account SID here."))
        else:
            if self.signs_in == self.SignsIn.HEADER and not self.header:
                require("header", gettext("Say which header holds the secret."))
            if self.signs_in == self.SignsIn.BASIC and not self.account:
                require("account", gettext("Say with which account we sign in."))
            if "{to}" not in self.body or "{text}" not in self.body:
                require("body", gettext("The content must hold {to} and {text}."))
            elif self.body_format == self.BodyFormat.JSON:
                try:
                    json.loads(self.body)
                except ValueError as error:
                    require("body", gettext("This is not JSON: %(error)s.") % {"error": error})
            elif not all("=" in line for line in self.body.splitlines() if line.strip()):
                require("body", gettext("Write each field on a line of its own, such as to={to}."))
        if errors:
            raise ValidationError(errors)
