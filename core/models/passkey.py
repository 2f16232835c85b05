from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.second_factor import SecondFactor


class Passkey(models.Model):
    """A key on a device of somebody, that proves who it is without a code. Only its public half is here."""

    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(_("name"), max_length=60)
    credential = models.CharField(max_length=1400, unique=True, help_text=_("What the device calls it, in base64url."))
    public_key = models.BinaryField()
    signs = models.BigIntegerField(
        default=0, help_text=_("How often it was used, as the device counts; some devices do not.")
    )
    added_at = models.DateTimeField(_("added on"))
    last_at = models.DateTimeField(_("last used"), null=True)

    class Meta:
        verbose_name = _("passkey")
        verbose_name_plural = _("passkeys")
        default_permissions = ()
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return self.name
