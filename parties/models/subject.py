from django.db import models
from django.utils.translation import gettext_lazy as _

from parties.models.party import Party


class Subject(models.Model):
    """How the provider of a sign-in calls somebody: proof that it is the same person who signed in before.

    No Identifier: somebody may have several at one provider, one for each capacity, and two records that have one each
    can still be one person.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="subjects", verbose_name=_("party"))
    issuer = models.CharField(_("provider"), max_length=255)
    claim = models.CharField(max_length=10, help_text=_("What the provider calls it: sub or vo_id."))
    value = models.CharField(max_length=255)
    first_at = models.DateTimeField(_("first signed in"))
    last_at = models.DateTimeField(_("last signed in"))

    class Meta:
        verbose_name = _("sign-in of a party")
        verbose_name_plural = _("sign-ins of parties")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["issuer", "claim", "value"], name="parties_subject_unique"),
            models.CheckConstraint(
                condition=~models.Q(issuer="") & ~models.Q(value=""), name="parties_subject_says_who"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.first_at:%d/%m/%Y}"
