from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.actors import Actor, ActorKind
from core.triggers import append_only
from parties.models.party import Party


class Reason(models.TextChoices):
    """Why something was changed. A rectification is a right (GDPR art. 16), so it can be counted and shown."""

    NEW = "new", _("It has changed in the meantime")
    SLIP = "slip", _("It was typed wrong")
    RECTIFICATION = "rectification", _("Rectification asked by the citizen")


class PartyEventQuerySet(models.QuerySet["PartyEvent"]):
    def record(
        self, party: Party, kind: str, *, by: Actor, at: datetime, what: str = "", reason: str = ""
    ) -> "PartyEvent":
        """Write down that something was changed. ``what`` names fields and kinds, never what was filled in there."""
        return self.create(
            party=party, kind=kind, actor_kind=by.kind, actor=by.user, at=at, what=what[:200], reason=reason
        )


@append_only
class PartyEvent(models.Model):
    """Who changed what of a party, and when. It names no personal data, so that it may stay when those are erased."""

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("Registered")
        CHANGED = "changed", _("Changed")
        CONTACT_DATA = "contact_data", _("Contact data changed")
        ADDRESS = "address", _("Address changed")
        NUMBER = "number", _("Official number changed")
        REVEALED = "revealed", _("National number read in full")
        VERIFIED = "verified", _("Verified")
        REPRESENTATION = "representation", _("Representation changed")
        RECOGNITION = "recognition", _("Recognition changed")
        NOTE = "note", _("Note changed")
        MERGED = "merged", _("Merged")
        UNMERGED = "unmerged", _("Merge undone")
        IMPORTED = "imported", _("Imported")
        ACCESS = "access", _("Asked what we know")
        ERASED = "erased", _("Everything erased")

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="events", verbose_name=_("party"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    actor_kind = models.CharField(_("kind of actor"), max_length=10, choices=ActorKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"))
    what = models.CharField(_("what"), max_length=200, blank=True)
    reason = models.CharField(_("why"), max_length=15, choices=Reason.choices, blank=True, default="")

    objects = PartyEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("change in the register")
        verbose_name_plural = _("changes in the register")
        default_permissions = ()
        indexes = [models.Index(fields=["party", "-at"], name="parties_partyevent_party")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reason__in=["", *Reason.values]), name="parties_partyevent_reason_known"
            )
        ]

    @property
    def actor_name(self) -> str:
        return str(self.actor) if self.actor else str(self.get_actor_kind_display())

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%d/%m/%Y %H:%M}"
