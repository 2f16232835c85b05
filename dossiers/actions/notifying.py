"""What the citizen hears: each letter in the words in which it is sent."""

from datetime import datetime

from django.conf import settings
from django.utils import formats, timezone

from dossiers import letters
from dossiers.models import Contact, Dossier, Event, FollowLink, LetterTemplate, Notification, Transition
from integrations.actions import queue


def citizen_date(moment: datetime | None) -> str:
    """A date as we say it to citizens: 'donderdag 26 november'."""
    return formats.date_format(timezone.localtime(moment), "l j F") if moment else ""


def first_contact(dossier: Dossier) -> Contact | None:
    return dossier.contacts.filter(direction="in").first()


def merge_values(
    dossier: Dossier,
    *,
    name: str,
    link: FollowLink | None,
    status_label: str,
    reason: str,
    facts: str = "",
    at: datetime,
) -> dict[str, str]:
    """What the merge fields of a letter hold; what the letter itself says of a decision, it adds (dossiers.models)."""
    return {
        "naam": name,
        "nummer": dossier.number,
        "proces": dossier.process_version.name,
        "onderwerp": dossier.subject,
        "plaats": dossier.place,
        "status": status_label,
        "reden": reason,
        "feiten": facts,
        "team": dossier.team.name,
        "datum": formats.date_format(timezone.localtime(at), "j F Y"),
        "uiterste_datum": citizen_date(dossier.promised_at),
        "volglink": link.address if link else "",
        "gemeente": settings.MUNICIPALITY,
        "telefoon": settings.HELP_PHONE,
    }


def compose_letter(
    *, dossier: Dossier, transition: Transition, reason: str, facts: str = "", at: datetime
) -> letters.Letter | None:
    """The letter that this step would send, exactly as it would be sent; None when the step sends none.

    ``at`` decides which follow link is still good.
    """
    if transition.letter is None:
        return None
    return fill_in(
        transition.letter,
        dossier,
        status_label=transition.target.citizen_label,
        reason=reason,
        facts=facts,
        at=at,
    )


def fill_in(
    template: LetterTemplate, dossier: Dossier, *, status_label: str, reason: str, facts: str = "", at: datetime
) -> letters.Letter:
    """The letter as this citizen reads it. ``at`` decides which follow link is still good."""
    contact = first_contact(dossier)
    link = dossier.follow_links.filter(revoked_at__isnull=True, expires_at__gt=at).order_by("-created_at").first()
    return template.compose(
        merge_values(
            dossier,
            name=contact.given_name if contact else "",
            link=link,
            status_label=status_label,
            reason=reason.strip(),
            facts=facts.strip(),
            at=at,
        )
    )


def notify(
    dossier: Dossier, event: Event, letter: letters.Letter, *, to: str, pdf: bytes = b"", at: datetime
) -> Notification:
    """Keep the letter as it is sent, and put it in the outbox when there is an address.

    ``pdf`` is the document of a decision: kept with its hash, and sent along.
    """
    notification = Notification(
        dossier=dossier, event=event, subject=letter.subject, text=letter.text, to=to, created_at=at
    )
    if pdf:
        notification.keep_pdf(pdf, f"{dossier.number}-{event.sequence}.pdf")
    if to:
        notification.delivery = queue(
            connector="mail",
            kind="dossier",
            key=f"dossier-{dossier.pk}-event-{event.sequence}",
            payload={
                "to": [to],
                "subject": letter.subject,
                "text": letter.text,
                "html": "",
                "reply_to": dossier.team.email,
                "attachments": notification.attachments,
            },
            ordering_key=f"dossier-{dossier.pk}",
            at=at,
        )
    notification.save()
    return notification
