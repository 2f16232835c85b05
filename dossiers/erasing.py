"""A dossier without the people in it: number, process, milestones, dates, team and scores stay, everything else goes.

Each floor erases what it keeps of a dossier; it registers in ``AppConfig.ready()``:
``erasing.registry.register("forms", FormEraser())``. All of it is one transaction, with the files to go written down
in it. It is the mirror of ``dossiers/personal_data.py``: what is told to who asks, is erased here.
"""

from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import erasing
from core.actors import Actor
from core.registry import Registry
from core.triggers import open_door
from dossiers.actions.history import record
from dossiers.models import (
    AddressChange,
    Advice,
    CallBack,
    CitizenLogin,
    Contact,
    ContactLink,
    Conversation,
    Document,
    Dossier,
    Event,
    FollowLink,
    Hold,
    Message,
    Note,
    Notification,
    SurveyInvitation,
    SurveyResponse,
    Task,
)
from dossiers.models.event import EventKind
from integrations import erasing as outside
from integrations.actions import announce
from integrations.models import Delivery, IncomingMail

LINKS = timedelta(days=30)


class Eraser(Protocol):
    """What one floor keeps of a dossier."""

    def erase(self, dossier: Dossier, *, at: datetime) -> None:
        """Forget it, in the caller's transaction; doing it twice is doing it once. May raise Underway."""
        ...


registry: Registry[Eraser] = Registry("eraser of dossiers")


@transaction.atomic
def anonymise(*, dossier: Dossier, reference: str, by: Actor, at: datetime) -> bool:
    """Erase what it knows of people; whether there was anything left to erase. ``reference`` names the list.

    Whoever changes the dossier at this moment is waited for.
    """
    held = Dossier.objects.select_for_update().get(pk=dossier.pk)
    if held.anonymised_at:
        return False
    for eraser in reversed(list(registry)):  # upper floors first: they point to ours
        eraser.erase(held, at=at)
    record(held, EventKind.ANONYMISED, by=by, at=at, reason=reference)
    # Whoever was told of this dossier must hear that it is gone (GDPR art. 19).
    announce(kind="dossier.destroyed", key=f"dossier-{held.pk}-destroyed", data={"dossier": held.number}, at=at)
    return True


class DossierEraser:
    """Everything of this floor."""

    def erase(self, dossier: Dossier, *, at: datetime) -> None:
        self.contacts(dossier, at)
        self.talk(dossier, at)
        self.letters(dossier, at)
        for model in (Note, Task, CallBack, Advice, AddressChange, CitizenLogin, Hold):
            model._default_manager.filter(dossier=dossier).delete()
        FollowLink.objects.filter(dossier=dossier).update(email="", phone="", revoked_at=Coalesce(F("revoked_at"), at))
        self.history(dossier)
        dossier.readers.clear()
        Dossier.objects.filter(pk=dossier.pk).update(
            initiator=None,
            representative=None,
            representative_role="",
            representation="",
            subject=_("Data destroyed"),
            place="",
            facts={},
            has_news=False,
            muted_at=None,
            given_at=None,
            handler=None,
            is_confidential=False,
            confidential_reason="",
            anonymised_at=at,
            version=F("version") + 1,
        )

    def contacts(self, dossier: Dossier, at: datetime) -> None:
        """Those of this dossier. One that was about other dossiers too stays until the last of those goes."""
        contacts = list(contacts_of(dossier).exclude(pk__in=shared(dossier)))
        keys = [contact.pk for contact in contacts]
        mails = list(outside.copies_of(IncomingMail.objects.filter(pk__in=[each.mail_id for each in contacts])))
        Conversation.objects.filter(contact__in=keys).delete()
        theirs = Contact.objects.filter(pk__in=keys)
        # That somebody stayed anonymous may stay, in our own words; what the clerk wrote about it may not.
        theirs.filter(party=None).exclude(anonymous_reason="").update(anonymous_reason=_("Reported without a name"))
        theirs.exclude(party=None).update(anonymous_reason="")
        theirs.update(
            party=None,
            mail=None,
            given_name="",
            given_email="",
            given_phone="",
            given_mobile="",
            subject="",
            body="",
            anonymised_at=at,
        )
        outside.erase_mails(IncomingMail.objects.filter(pk__in=[mail.pk for mail in mails]), at=at)

    def talk(self, dossier: Dossier, at: datetime) -> None:
        """Messages both ways, and the files."""
        documents = Document.objects.filter(dossier=dossier)
        erasing.doom(*(file for each in documents for file in (each.file, each.thumbnail)), at=at)
        documents.update(replaces=None, version=1)  # one protects the other
        documents.delete()
        Message.objects.filter(dossier=dossier).delete()

    def letters(self, dossier: Dossier, at: datetime) -> None:
        """That something was sent, and when, stays."""
        outside.empty(Delivery.objects.filter(Q(key__in=keys_of(dossier)) | Q(pk__in=sent_for(dossier))), at=at)
        letters = Notification.objects.filter(dossier=dossier)
        erasing.doom(*(letter.pdf for letter in letters), at=at)
        letters.update(subject="", text="", to="", pdf="", pdf_digest="")

    def history(self, dossier: Dossier) -> None:
        """Milestones and moments stay, the words with them go; of the survey, the scores stay."""
        with open_door(reason=f"retention of {dossier.number}"):
            Event.objects.filter(dossier=dossier).update(reason="", actor_name="")
            SurveyResponse.objects.filter(invitation__dossier=dossier).update(remark="", contact_wish="")


def contacts_of(dossier: Dossier) -> QuerySet[Contact]:
    return Contact.objects.filter(Q(dossier=dossier) | Q(links__dossier=dossier)).distinct()


def shared(dossier: Dossier) -> list[int]:
    """Contacts of this dossier that another one still needs."""
    needed = Dossier.objects.filter(anonymised_at=None).exclude(pk=dossier.pk)
    theirs = contacts_of(dossier).values("pk")
    main = Contact.objects.filter(pk__in=theirs, dossier__in=needed).values_list("pk", flat=True)
    linked = ContactLink.objects.filter(contact__in=theirs, dossier__in=needed).values_list("contact", flat=True)
    return sorted({*main, *linked})


def sent_for(dossier: Dossier) -> QuerySet[Notification, int | None]:
    """The messages to the citizen, and what they took the place of."""
    return dossier.notifications.exclude(delivery=None).values_list("delivery", flat=True)


def keys_of(dossier: Dossier) -> list[str]:
    """What else left for this dossier, by the key under which it was queued."""
    events = dossier.events.values_list("sequence", flat=True)
    keys = [f"dossier-{dossier.pk}-event-{sequence}" for sequence in events]
    keys += [f"advice-{key}-asked" for key in dossier.advice.values_list("pk", flat=True)]
    for key, mentioned in dossier.notes.values_list("pk", "mentioned"):
        keys.append(f"note-{key}-user-{mentioned}")
    invitations = SurveyInvitation.objects.filter(dossier=dossier).values_list("pk", flat=True)
    keys += [f"survey-{key}-{what}" for key in invitations for what in ("question", "reminder")]
    return keys


def forget_address_changes(at: datetime) -> None:
    AddressChange.objects.filter(expires_at__lt=at - LINKS).delete()


def declare() -> None:
    """For ``AppConfig.ready()``."""
    registry.register("dossiers", DossierEraser())
    term, terms = erasing.Term, erasing.terms
    terms.register(
        "conversations",
        term(
            what=gettext_lazy("Conversations at the reception that ended: that there was one"),
            kept=gettext_lazy("30 days; what was written goes at once"),
            why=gettext_lazy("A double press must find its contact. What was written stands in the dossier by then."),
        ),
    )
    terms.register(
        "links to my dossiers",
        term(
            what=gettext_lazy("Links to “my dossiers”, and how often they were asked"),
            kept=gettext_lazy("1 hour after they stopped working"),
            why=gettext_lazy("After that nobody can use them any more."),
        ),
    )
    terms.register(
        "unsent files",
        term(
            what=gettext_lazy("Files that somebody added to a message and never sent"),
            kept=gettext_lazy("1 day"),
            why=gettext_lazy("So long somebody may still send the message."),
        ),
    )
    terms.register(
        "survey codes",
        term(
            what=gettext_lazy("How often a wrong code of the survey was typed, as keyed hashes"),
            kept=gettext_lazy("Until the window of the limit is over: an hour"),
            why=gettext_lazy("After that the limit does not look at it any more."),
        ),
    )
    terms.register(
        "address changes",
        term(
            what=gettext_lazy("Links with which a citizen confirms another e-mail address for a dossier"),
            kept=gettext_lazy("30 days after they stopped working"),
            why=gettext_lazy("So long it can be asked why an address was or was not changed."),
            run=forget_address_changes,
        ),
    )
    erasing.goes_by_itself("dossiers.AddressChange", term="address changes")
    for model in ("Advice", "CallBack", "Document", "Message", "Note", "Task", "Hold"):
        erasing.goes_with_dossier(f"dossiers.{model}")
    erasing.goes_with_dossier("dossiers.Dossier", "representative_role subject place facts confidential_reason")
    erasing.stays("dossiers.Dossier", "number result ended_on", why="number, result and dates stay")
    given = "given_name given_email given_phone given_mobile subject body anonymous_reason"
    erasing.goes_with_dossier("dossiers.Contact", given)
    erasing.goes_with_dossier("dossiers.Event", "reason actor_name")
    erasing.stays("dossiers.Event", "from_status to_status result", why="keys of the process")
    erasing.goes_with_dossier("dossiers.Notification", "subject text to pdf pdf_digest")
    erasing.goes_with_dossier("dossiers.FollowLink", "email phone")
    erasing.stays("dossiers.FollowLink", "code", why="a random key, which opens nothing any more")
    erasing.goes_with_dossier("dossiers.SurveyResponse", "remark")
    erasing.stays("dossiers.SurveyInvitation", "code", why="a random key, which opens nothing any more")
    erasing.goes_by_itself("dossiers.Conversation", term="conversations")
    erasing.goes_by_itself("dossiers.CitizenLogin", term="links to my dossiers")
    erasing.goes_by_itself("dossiers.CitizenLoginCount", term="links to my dossiers")
    erasing.goes_by_itself("dossiers.CodeTry", term="survey codes")
    erasing.stays(
        "dossiers.DestructionItem", why="the declaration: numbers, processes, dates and where terms come from"
    )
    erasing.stays("dossiers.DestructionList", why="who approved, and why a list was sent back")
    erasing.stays("dossiers.SurveyTally", why="counts")
    erasing.stays("dossiers.RetentionWalk", why="how far a walk came")
    erasing.stays("dossiers.NumberSequence", why="counts")
    erasing.stays("dossiers.Deputy", why="days on which a colleague was away")
    erasing.stays("dossiers.SavedView", why="filters of the work list; words that were searched for are not kept")
    for model in ("ProcessType", "ProcessVersion", "Status", "Transition", "LetterTemplate", "StandardQuestion", "Team",
                  "Signatory"):  # fmt: skip
        erasing.stays(f"dossiers.{model}", why="what the town configured")
