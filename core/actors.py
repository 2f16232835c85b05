"""Who does something: every action takes ``by=``, and every event remembers it."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.user import User


class ActorKind(models.TextChoices):
    CITIZEN = "citizen", _("Citizen")
    STAFF = "staff", _("Staff")
    RULE = "rule", _("Rule")
    SYSTEM = "system", _("System")


@dataclass(frozen=True)
class Actor:
    """A citizen, a member of staff, a configured rule, or Loket itself."""

    kind: ActorKind
    user: User | None = None
    name: str = ""

    @classmethod
    def citizen(cls) -> "Actor":
        """The citizen of the dossier. Events name no party: history outlives personal data."""
        return cls(ActorKind.CITIZEN)

    @classmethod
    def staff(cls, user: User) -> "Actor":
        return cls(ActorKind.STAFF, user=user, name=str(user))

    @classmethod
    def rule(cls, name: str) -> "Actor":
        return cls(ActorKind.RULE, name=name)

    @classmethod
    def system(cls, name: str) -> "Actor":
        return cls(ActorKind.SYSTEM, name=name)
