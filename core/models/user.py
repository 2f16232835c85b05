from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.models.second_factor import SecondFactor


class User(AbstractUser):
    """A member of staff. Citizens are parties, never users."""

    is_demo = models.BooleanField(
        _("demo account"),
        default=False,
        editable=False,
        help_text=_("Made by the demo with a public password; production refuses to start while one exists."),
    )
    second_factor = models.OneToOneField(
        SecondFactor,
        verbose_name=_("second step at sign-in"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="user",
    )
    session_round = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("One more, and every session of this person has ended.")
    )

    class Meta:
        verbose_name = _("staff member")
        verbose_name_plural = _("staff members")

    @cached_property
    def group_names(self) -> frozenset[str]:
        """Names of the groups that this person is in; read once."""
        return frozenset(self.groups.values_list("name", flat=True))

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def end_sessions(self) -> None:
        """Whoever is signed in with this account is signed out at the next request, wherever that is."""
        type(self).objects.filter(pk=self.pk).update(session_round=models.F("session_round") + 1)
        self.refresh_from_db(fields=["session_round"])

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django compares this with what the session was opened with. The first round is Django's own."""
        inherited: Any = super()
        password_only: str = inherited._get_session_auth_hash(secret=secret)
        return f"{password_only}.{self.session_round}" if self.session_round else password_only
