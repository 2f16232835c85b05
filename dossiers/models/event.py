from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.actors import ActorKind
from core.triggers import append_only
from dossiers.milestones import Milestone
from dossiers.models.dossier import Dossier
from dossiers.terms import Reached


class EventKind(models.TextChoices):
    OPENED = "opened", _("Opened")
    STATUS = "status", _("Status changed")
    LETTER = "letter", _("Letter sent")
    PROMISE = "promise", _("New date promised")
    PARTY_DETACHED = "party_detached", _("Other person")
    PARTY_CONFIRMED = "party_confirmed", _("Person confirmed")
    LINK_REVOKED = "link_revoked", _("Follow link withdrawn")
    FOLLOW_UP = "follow_up", _("Asks for follow-up")
    CORRECTED = "corrected", _("Step corrected")
    FIRST_CONTACT = "first_contact", _("Moment of first contact corrected")
    MOVED = "moved", _("Moved to a newer version of the process")
    TASK_DONE = "task_done", _("Task done")
    ADVICE_ASKED = "advice_asked", _("Advice asked")
    ADVICE_GIVEN = "advice_given", _("Advice given")
    ADVICE_WITHDRAWN = "advice_withdrawn", _("Advice not needed any more")
    LINKED = "linked", _("Linked to another dossier")
    UNLINKED = "unlinked", _("Link to another dossier removed")
    REPLY = "reply", _("Answer of the citizen")
    BOUNCED = "bounced", _("Message came back")
    MUTED = "muted", _("The citizen wants no messages")
    UNMUTED = "unmuted", _("The citizen wants messages again")
    ASSIGNED = "assigned", _("Assigned")
    MESSAGE_IN = "message_in", _("Message from the citizen")
    MESSAGE_OUT = "message_out", _("Message to the citizen")
    CONTACT_DATA = "contact_data", _("Contact data changed by the citizen")
    DOCUMENT_ADDED = "document_added", _("Document added")
    CONTACT = "contact", _("Contact with the citizen")
    CALL_BACK = "call_back", _("Call back promised")
    CALLED_BACK = "called_back", _("Called back")
    CONFIDENTIAL = "confidential", _("Dossier made confidential")
    NOT_CONFIDENTIAL = "not_confidential", _("Dossier not confidential any more")
    HELD = "held", _("Kept longer than its term")
    HOLD_LIFTED = "hold_lifted", _("No longer kept beyond its term")
    ANONYMISED = "anonymised", _("Data destroyed")


STATUS_EVENTS = (EventKind.OPENED, EventKind.STATUS)


class EventQuerySet(models.QuerySet["Event"]):
    def uncorrected(self) -> "EventQuerySet":
        """Readers ignore what was corrected later."""
        return self.exclude(pk__in=Event.objects.filter(corrects__isnull=False).values("corrects"))


@append_only
class Event(models.Model):
    """The history of a dossier. Every figure of the impact map rests on it, so the database refuses to change it.

    Names the statuses by key and keeps the milestone as it was. No reference to a party: it outlives personal data.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=20, choices=EventKind.choices)
    from_status = models.CharField(max_length=60, blank=True)
    to_status = models.CharField(max_length=60, blank=True)
    milestone = models.CharField(_("milestone"), max_length=20, choices=Milestone.choices, blank=True)
    pauses = models.BooleanField(default=False, help_text=_("The status stopped the clock, besides its milestone."))
    result = models.CharField(_("result"), max_length=60, blank=True)
    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=150, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField(_("at"))
    recorded_at = models.DateTimeField(auto_now_add=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrections")

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["sequence"]
        constraints = [models.UniqueConstraint(fields=["dossier", "sequence"], name="dossiers_event_sequence")]
        indexes = [models.Index(fields=["milestone", "at"], name="dossiers_event_milestone")]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.sequence} {self.kind}"


def reached(events: Iterable[Event]) -> list[Reached]:
    """What the clock reads of status events, in order."""
    return [Reached(event.milestone, event.at, event.pauses) for event in events if event.kind in STATUS_EVENTS]
