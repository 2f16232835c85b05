"""What the citizen hears: each letter in the words in which it is sent, and the road by which it goes."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import formats, timezone

from dossiers import letters
from dossiers.actions.asking import LETTER_FIELDS, survey_values
from dossiers.actions.terms import as_after
from dossiers.channels import MessageChannel, Route, choose, hold_until, short_text, together
from dossiers.models import Contact, Dossier, Event, FollowLink, LetterTemplate, Notification, Transition
from integrations import health
from integrations.actions import announce, queue, withdraw
from integrations.models import Delivery, Mailbox

HELD_TOGETHER = (MessageChannel.MAIL, MessageChannel.SMS)  # a letter on paper waits for the next batch anyway


def citizen_date(moment: datetime | None) -> str:
    """A date as we say it to citizens: 'donderdag 26 november'."""
    return formats.date_format(timezone.localtime(moment), "l j F") if moment else ""


def first_contact(dossier: Dossier) -> Contact | None:
    return dossier.contacts.filter(direction="in").first()


def good_link(dossier: Dossier, at: datetime) -> FollowLink | None:
    """The newest link that still works."""
    return dossier.follow_links.to_tell(at).first()


def route_of(dossier: Dossier) -> Route:
    """By which road the citizen of this dossier hears from us (docs/rules/berichten.md)."""
    contact = first_contact(dossier)
    if contact is None:
        return Route(MessageChannel.NONE)
    return choose(
        reply_by=contact.reply_by,
        name=contact.given_name,
        email=contact.given_email,
        phone=contact.given_phone,
        sms=bool(contact.given_phone) and health.is_open("sms"),
    )


def merge_values(
    dossier: Dossier,
    *,
    name: str,
    link: FollowLink | None,
    status_label: str,
    reason: str,
    facts: str = "",
    result: str = "",
    at: datetime,
) -> dict[str, str]:
    """What the merge fields of a letter hold; what the letter itself says of a decision, it adds (dossiers.models).

    ``result`` is the key of a result that the dossier does not have yet.
    """
    return {
        "naam": name,
        "nummer": dossier.number,
        "proces": dossier.process_version.name,
        "onderwerp": dossier.subject,
        "plaats": dossier.place,
        "status": status_label,
        "reden": reason,
        "feiten": facts,
        "resultaat": dossier.process_version.result_label(result or dossier.result),
        "team": dossier.team.name,
        "datum": formats.date_format(timezone.localtime(at), "j F Y"),
        "uiterste_datum": citizen_date(dossier.promised_at),
        "volglink": link.address if link else "",
        "gemeente": settings.MUNICIPALITY,
        "telefoon": settings.HELP_PHONE,
        **dict.fromkeys(LETTER_FIELDS, ""),
    }


def compose_letter(
    *,
    dossier: Dossier,
    transition: Transition,
    reason: str,
    facts: str = "",
    result: str = "",
    is_taken: bool = False,
    at: datetime,
) -> letters.Letter | None:
    """The letter of this step; None when the step sends none.

    Before the step ``is_taken`` it is exactly what would be sent: the dates are derived as the step will, and nothing
    is saved. ``result`` is the one that was chosen, for a step that asks. ``at`` decides which follow link is still
    good.
    """
    if transition.letter is None:
        return None
    target = transition.target
    return fill_in(
        transition.letter,
        dossier if is_taken else as_after(dossier, target, at=at),
        status_label=target.citizen_label,
        reason=reason,
        facts=facts,
        result=transition.result or result,
        preview_of="" if is_taken else target.milestone,
        at=at,
    )


def fill_in(
    template: LetterTemplate,
    dossier: Dossier,
    *,
    status_label: str,
    reason: str,
    facts: str = "",
    result: str = "",
    preview_of: str = "",
    at: datetime,
) -> letters.Letter:
    """The letter as this citizen reads it. ``at`` decides which follow link is still good.

    ``preview_of`` is the milestone of a step that was not taken yet.
    """
    contact = first_contact(dossier)
    link = good_link(dossier, at)
    return template.compose(
        merge_values(
            dossier,
            name=contact.given_name if contact else "",
            link=link,
            status_label=status_label,
            reason=reason.strip(),
            facts=facts.strip(),
            result=result,
            at=at,
        )
        | survey_values(dossier, route=route_of(dossier), letter=template, preview_of=preview_of, at=at),
    )


def notify(
    dossier: Dossier,
    event: Event,
    letter: letters.Letter,
    *,
    always: bool = False,
    pdf: bytes = b"",
    at: datetime,
) -> Notification:
    """Keep the letter as the citizen reads it, and put it in the outbox for the road that the citizen has.

    The first message leaves at once; one that follows within ten minutes waits and leaves together with what comes
    meanwhile. ``always`` (it asks or decides something) leaves at once, also for a citizen who wants no messages.
    ``pdf`` is the document of a decision: kept with its hash, and sent along. The event's sequence makes the outbox's
    key, so one event tells one thing.
    """
    always = always or bool(pdf)
    with transaction.atomic(savepoint=False):
        Dossier.objects.select_for_update().get(pk=dossier.pk)  # two messages at once see each other
        route = route_of(dossier)
        channel, delivery = route.channel, None
        if dossier.muted_at and not always:
            channel = MessageChannel.NONE
        notification = Notification(
            dossier=dossier, event=event, subject=letter.subject, text=letter.text, to=route.to, created_at=at
        )
        if pdf:
            notification.keep_pdf(pdf, f"{dossier.number}-{event.sequence}.pdf")
        waiting: list[Notification] = []
        if channel is not MessageChannel.NONE:
            held, not_before = _held(dossier, route, at) if not always else (None, None)
            if held is not None:
                waiting = list(Notification.objects.filter(delivery=held))
            delivery = queue(
                connector=channel.value,
                kind="dossier",
                key=f"dossier-{dossier.pk}-event-{event.sequence}",
                payload=_payload(dossier, route, [*waiting, notification], at),
                ordering_key=f"dossier-{dossier.pk}",
                not_before=not_before,
                supersedes=held,
                at=at,
            )
        notification.channel, notification.delivery = channel, delivery
        notification.save()
        for earlier in waiting:
            earlier.delivery = delivery
            earlier.save(update_fields=["delivery"])
    return notification


def withdraw_letter(notification: Notification, *, at: datetime) -> bool:
    """Keep it from leaving; whether that came in time. What waited together with it leaves without it."""
    with transaction.atomic():
        dossier = Dossier.objects.select_for_update().get(pk=notification.dossier_id)
        if notification.delivery is None:
            return False
        others = list(Notification.objects.filter(delivery=notification.delivery).exclude(pk=notification.pk))
        if not others:
            return withdraw(notification.delivery, at=at)
        queued = Delivery.objects.select_for_update().filter(state=Delivery.State.QUEUED)
        held = queued.filter(pk=notification.delivery.pk).first()
        if held is None:
            return False
        rest = queue(
            connector=held.connector,
            kind=held.kind,
            key=f"{held.key}-without-{notification.pk}",
            payload=_payload(dossier, Route(MessageChannel(notification.channel), notification.to), others, at),
            ordering_key=held.ordering_key,
            not_before=held.not_before,
            supersedes=held,
            at=at,
        )
        Notification.objects.filter(pk__in=[other.pk for other in others]).update(delivery=rest)
        return True


def announce_status(dossier: Dossier, event: Event) -> None:
    """Tell other systems how the dossier stands now: in numbers, milestones and words of the process, never in personal
    data. ``event`` is what brought it there: a step, a correction of one, or a newer version of the process."""
    announce(
        kind="dossier.status",
        key=f"dossier-{dossier.pk}-event-{event.sequence}",
        data={
            "dossier": dossier.number,
            "process": dossier.process_version.prefix,
            "status": dossier.status.key,
            "label": dossier.status.citizen_label,
            "milestone": dossier.status.milestone,
            "event": event.sequence,
        },
        at=event.at,
    )


def _held(dossier: Dossier, route: Route, at: datetime) -> tuple[Delivery | None, datetime | None]:
    """The message that still waits for company, if any, and until when a new one waits.

    Locked, so that no worker takes it while we put its words in the new one: who comes first decides, and when that is
    a worker, the new message holds only its own words. No word is lost, and none is told twice.
    """
    if route.channel not in HELD_TOGETHER:
        return None, None
    told = Delivery.objects.filter(
        pk__in=dossier.notifications.filter(channel=route.channel, to=route.to).values("delivery")
    )
    latest = list(told.order_by("-pk")[:5])
    for waiting in latest:
        if waiting.not_before and waiting.not_before > at:
            held = told.select_for_update().filter(pk=waiting.pk, state=Delivery.State.QUEUED).first()
            if held is not None:
                return held, held.not_before
    last = next((each for each in latest if not each.not_before or each.not_before <= at), None)
    left = (last.not_before or last.created_at) if last else None
    return None, hold_until(last=left, at=at)


def _payload(dossier: Dossier, route: Route, notifications: list[Notification], at: datetime) -> dict[str, Any]:
    told = [letters.Letter(subject=each.subject, text=each.text) for each in notifications]
    letter = together(told, dossier.number)
    if route.channel is MessageChannel.MAIL:
        return {
            "to": [route.to],
            "subject": letter.subject,
            "text": letter.text,
            "html": "",
            "reply_to": Mailbox.objects.reply_address() or dossier.team.email,
            "attachments": [file for each in notifications for file in each.attachments],
        }
    link = good_link(dossier, at)
    if route.channel is MessageChannel.SMS:
        return {"to": route.to, "text": short_text(letter.subject, link.short_address if link else "")}
    document = next((file for each in notifications for file in each.attachments), None)
    return {
        "recipient": route.to,
        "reference": dossier.number,
        "subject": letter.subject,
        "text": link.shorten(letter.text) if link else letter.text,
        "pdf": {"path": document["path"], "sha256": document["sha256"]} if document else None,
    }
