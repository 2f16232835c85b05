from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import EncryptedField


class SecondFactor(models.Model):
    """What proves at sign-in, besides the password, who somebody is: an app that makes a new code every half minute,
    passkeys (core/models/passkey.py), or both.

    The person points to it (``User.second_factor``), so that every request knows without a query whether there is one.
    It is never changed into another: a new app is a new row, and a session that was opened with the old one is not
    good any more. The verbs are in ``core/second_factor.py``.
    """

    key = EncryptedField(_("key"), null=True, help_text=_("In base32, as the app knows it; none without an app."))
    since = models.DateTimeField(_("since"))
    last_step = models.BigIntegerField(
        default=-1,
        editable=False,
        help_text=_("The half minute of the last code that was used; no older one is taken."),
    )
    wrong = models.PositiveIntegerField(default=0, editable=False, help_text=_("Wrong codes since the last right one."))
    wrong_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("second step at sign-in")
        verbose_name_plural = _("second steps at sign-in")

    def __str__(self) -> str:
        return f"{self.since:%d/%m/%Y}"

    @property
    def has_app(self) -> bool:
        """Also when its key cannot be read any more."""
        return self.key is not None

    def wait(self, at: datetime) -> timedelta:
        """How long no code is taken any more: after each wrong one twice as long, after the first ones a moment."""
        if not self.wrong or self.wrong_at is None:
            return timedelta()
        return max(self.wrong_at + timedelta(seconds=2 ** min(self.wrong - 1, 24)) - at, timedelta())


class RecoveryCode(models.Model):
    """A code on paper, good for one sign-in without the app. Kept as an encrypted digest: nobody can read it back."""

    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = EncryptedField(_("digest"))
    used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")

    def __str__(self) -> str:
        return str(self.pk)
