from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A member of staff. Citizens are parties, never users."""

    is_demo = models.BooleanField(
        _("demo account"),
        default=False,
        editable=False,
        help_text=_("Made by the demo with a public password; production refuses to start while one exists."),
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
