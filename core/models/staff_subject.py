from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StaffSubject(models.Model):
    """How the sign-in of the organisation calls a member of staff. It opens the account; it gives no rights."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="subjects")
    issuer = models.CharField(_("provider"), max_length=255)
    value = models.CharField(max_length=255)
    since = models.DateTimeField(_("since"))
    last_at = models.DateTimeField(_("last signed in"), null=True)

    class Meta:
        verbose_name = _("sign-in of a member of staff")
        verbose_name_plural = _("sign-ins of staff")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["issuer", "value"], name="core_staffsubject_of_one_account"),
            models.UniqueConstraint(fields=["user", "issuer"], name="core_staffsubject_one_for_each_account"),
            models.CheckConstraint(condition=~models.Q(value=""), name="core_staffsubject_says_who"),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.since:%d/%m/%Y}"
