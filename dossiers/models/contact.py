from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from core.models import User
from dossiers.channels import MessageChannel
from dossiers.models.dossier import Dossier
from parties.contact_values import mobile_phone


class Channel(models.TextChoices):
    WEB = "web", _("Website")
    PHONE = "phone", _("Phone")
    DESK = "desk", _("Desk")
    MAIL = "mail", _("E-mail")
    LETTER = "letter", _("Letter")
    VIDEO = "video", _("Video call")


class Direction(models.TextChoices):
    INCOMING = "in", _("Incoming")
    OUTGOING = "out", _("Outgoing")


class PartyMatch(models.TextChoices):
    """How we know who this was."""

    NEW = "new", _("New in the register")
    NAME_AND_CONTACT = "name_and_contact", _("Not confirmed: same name and contact data")
    NUMBER = "number", _("By official number")
    PROVEN = "proven", _("Proven identity")
    CLERK = "clerk", _("Chosen by staff")
    REPLY = "reply", _("Not confirmed: wrote from another address")


UNCONFIRMED = (PartyMatch.NAME_AND_CONTACT, PartyMatch.NUMBER)
"""Anyone can type somebody's name, or somebody's number: until a clerk says so, it need not be them."""


class ReplyBy(models.TextChoices):
    """By which road the citizen wants our answers to this dossier."""

    MAIL = MessageChannel.MAIL.value, _("E-mail")
    SMS = MessageChannel.SMS.value, _("Text message")
    PRINT = MessageChannel.PRINT.value, _("Letter")


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: User) -> "ContactQuerySet":
        return self.filter(dossier__in=Dossier.objects.visible_to(user))

    def opening(self) -> "ContactQuerySet":
        """The first incoming one of each dossier: what was given there says where our answers go."""
        incoming = Contact.objects.filter(dossier=OuterRef("dossier"), direction=Direction.INCOMING)
        return self.filter(pk=Subquery(incoming.order_by("at", "pk").values("pk")[:1]))


class Contact(models.Model):
    """One moment of contact, on any channel.

    The database itself keeps the promise of the impact map: a closed contact has a dossier, and a party or an
    anonymity that is allowed and reasoned. One whose party was erased says when, and is otherwise empty; whether there
    was a party, its ``party_match`` and empty ``anonymous_reason`` still tell.
    """

    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices, default=Direction.INCOMING)
    at = models.DateTimeField(_("at"), help_text=_("The channel's own time: start of the call, date of the mail."))
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    party = models.ForeignKey(
        "parties.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name=_("who")
    )
    party_match = models.CharField(_("how we know"), max_length=20, choices=PartyMatch.choices, blank=True)
    given_name = models.CharField(_("name as given"), max_length=200, blank=True)
    given_email = models.EmailField(_("e-mail address as given"), blank=True)
    given_phone = models.CharField(_("phone as given"), max_length=40, blank=True)
    given_mobile = models.CharField(
        max_length=16,
        blank=True,
        default="",
        editable=False,
        help_text=_("The phone as given, in E.164, when a text message can reach it."),
    )
    reply_by = models.CharField(
        _("answer by"),
        max_length=5,
        choices=ReplyBy.choices,
        blank=True,
        help_text=_("Empty: by e-mail when there is an address, else by text message, else by letter."),
    )
    dossier = models.ForeignKey(
        Dossier, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name=_("dossier")
    )
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("what was said"), blank=True)
    mail = models.OneToOneField(
        "integrations.IncomingMail",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The message itself, when the contact came by e-mail and Loket read it."),
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    anonymous_allowed = models.BooleanField(default=False, help_text=_("Copied from the process when linked."))
    anonymous_reason = models.CharField(_("why anonymous"), max_length=200, blank=True)
    anonymised_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("Who it was and what was said were erased.")
    )
    anonymised_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("Who it was and what was said were erased.")
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True)
                | (
                    Q(dossier__isnull=False)
                    & (
                        Q(party__isnull=False)
                        | (Q(anonymous_allowed=True) & ~Q(anonymous_reason=""))
                        | Q(anonymised_at__isnull=False)
                    )
                ),
                name="dossiers_contact_closed_is_linked",
                violation_error_message=_(
                    "A closed contact needs a dossier, and a person or a reason to stay anonymous."
                ),
            ),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="dossiers_contact_channel_known"),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="dossiers_contact_direction_known"
            ),
            models.CheckConstraint(
                condition=Q(reply_by__in=["", *ReplyBy.values]), name="dossiers_contact_reply_by_known"
            ),
            models.CheckConstraint(
                condition=Q(party_match__in=["", *PartyMatch.values]), name="dossiers_contact_match_known"
            ),
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True)
                | Q(
                    party__isnull=True,
                    mail__isnull=True,
                    given_name="",
                    given_email="",
                    given_phone="",
                    given_mobile="",
                    subject="",
                    body="",
                ),
                name="dossiers_contact_erased_is_empty",
            ),
        ]
        indexes = [
            models.Index(fields=["party", "-at"], name="dossiers_contact_party"),
            models.Index(fields=["handler", "-at", "-id"], name="dossiers_contact_handler"),
            models.Index(Upper("given_email"), name="dossiers_contact_email"),
            models.Index(fields=["given_mobile"], name="dossiers_contact_mobile", condition=~Q(given_mobile="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.at:%d/%m/%Y} {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.given_mobile = mobile_phone(self.given_phone)
        super().save(*args, **kwargs)

    @property
    def who(self) -> str:
        """The name that was given, else that of the register; "" for nobody."""
        return self.given_name or (self.party.name if self.party else "")

    def answers_reach(self, mobile: str) -> bool:
        """Whether our answers go to this number, in E.164. With an e-mail address they go there, unless text messages
        were chosen."""
        by_text = not self.given_email or self.reply_by == ReplyBy.SMS
        return by_text and bool(mobile) and self.given_mobile == mobile

    @property
    def is_from_elsewhere(self) -> bool:
        """It answers our message, but not from the address that was given for the dossier."""
        return self.party_match == PartyMatch.REPLY

    @property
    def is_unconfirmed(self) -> bool:
        return self.party_match in UNCONFIRMED


class ContactLink(models.Model):
    """A contact was about more than one dossier: this is one of the others."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="links")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="contact_links")

    class Meta:
        verbose_name = _("other dossier of a contact")
        verbose_name_plural = _("other dossiers of contacts")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["contact", "dossier"], name="dossiers_contactlink_once")]

    def __str__(self) -> str:
        return f"{self.contact_id} – {self.dossier_id}"
