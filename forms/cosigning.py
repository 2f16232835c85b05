"""Signing a form together: the verbs of asking somebody, and of what that person answers. Each is one transaction.

The form was sent before anybody is asked (docs/rules/medeondertekenen.md): its dossier runs, and nothing waits in a
place from which it could be purged.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import AccessLog
from forms import cosign_rules
from forms.cosign_rules import Cosigner, Fault
from forms.fields import Purpose
from forms.models import Cosignature, CosignLink, FormDefinition, FormDraft, Submission
from forms.models.cosignature import State
from integrations.actions import queue_mail
from parties.contact_values import normalise_email

MARK = "medeondertekenaars"
"""Posted along with the people, so that whoever keeps what was typed knows that this is no step."""
ASKS_A_DAY = 10
"""To one address, over all forms: nobody's mailbox can be filled from here."""
ASKS_BY_CITIZEN = 5
"""For one signature; after that a clerk can still ask."""
BETWEEN_ASKS = timedelta(minutes=1)
SHOWN_PURPOSES = {"", Purpose.NAME, Purpose.PLACE, Purpose.SUBJECT, Purpose.DESCRIPTION}
"""Of who filled in. How to reach that person is no part of what is signed; the other parent may not know it."""


class Unfit(Exception):
    """These people cannot be asked; ``faults`` says why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = faults
        super().__init__("; ".join(fault.message for fault in faults))


class AskRefused(Exception):
    """This person is not asked again now; the message says why, in the words of the page it is shown on."""

    def __init__(self, message: str, *, field: str = "email") -> None:
        self.field = field
        super().__init__(message)


class TooLate(Exception):
    """The term is over."""


class LinkGone(Exception):
    """The link was withdrawn a moment ago, because it went to a wrong address."""


# --- Before sending


def typed_rows(data: Mapping[str, Any]) -> list[Cosigner]:
    """The people of the page on which they are given, as it was posted."""
    rows = [row for row in range(cosign_rules.AT_MOST) if f"name_{row}" in data]
    return [Cosigner.clean(name=data[f"name_{row}"], email=data.get(f"email_{row}")) for row in rows]


def as_kept(cosigners: Iterable[Cosigner]) -> list[dict[str, str]]:
    rows = [{"name": one.name[:254], "email": one.email[:254]} for one in cosigners]
    return rows[: cosign_rules.AT_MOST]


def kept(draft: FormDraft) -> list[Cosigner]:
    return [Cosigner(**row) for row in draft.cosigners]


def faults_of(definition: FormDefinition, rows: Sequence[Cosigner], *, own_email: str, at: datetime) -> list[Fault]:
    """Everything that keeps these people from being asked."""
    found = cosign_rules.faults(
        rows, at_most=definition.cosigners_max, required=definition.cosigners_required, own_email=own_email
    )
    wrong = {fault.position for fault in found}
    return found + [
        Fault(position, "email", _asked_too_often())
        for position, row in enumerate(rows)
        if not row.is_blank and position not in wrong and _is_asked_too_often(normalise_email(row.email), at)
    ]


def fit(draft: FormDraft, cosigners: Sequence[Cosigner], *, own_email: str, at: datetime) -> list[Cosigner]:
    """Who is asked when this draft is sent. Raises Unfit."""
    definition = draft.version.definition
    if not definition.cosigners_max:
        return []  # also when the form asked it until a moment ago
    rows = [Cosigner.clean(name=one.name, email=one.email) for one in cosigners] or kept(draft)
    if found := faults_of(definition, rows, own_email=own_email, at=at):
        raise Unfit(found)
    return cosign_rules.filled(rows)


def _is_asked_too_often(email: str, at: datetime) -> bool:
    recent = Cosignature.objects.filter(email=email, last_asked_at__gt=at - timedelta(days=1))
    return recent.count() >= ASKS_A_DAY


def _asked_too_often() -> str:
    return _("We sent many questions to this address today. Try again tomorrow, or call us on %(phone)s.") % {
        "phone": settings.HELP_PHONE
    }


# --- Asking


@transaction.atomic
def ask(*, submission: Submission, cosigners: Sequence[Cosigner], by: Actor, at: datetime) -> list[Cosignature]:
    """Ask these people to sign too, each by a link of their own. ``submit`` does so, after :func:`fit`."""
    definition = submission.version.definition
    deadline = cosign_rules.deadline_after(at, definition.cosign_days)
    asked = []
    for cosigner in cosigners:
        cosignature = Cosignature.objects.create(
            submission=submission,
            name=cosigner.name,
            email=normalise_email(cosigner.email),
            is_required=definition.cosigners_required,
            asked_at=at,
            last_asked_at=at,
            deadline=deadline,
            remind_at=cosign_rules.remind_at(at, deadline),
        )
        _mail_question(cosignature, key=f"cosign-{cosignature.pk}-1", at=at)
        asked.append(cosignature)
    return asked


@transaction.atomic
def ask_again(
    *, cosignature: Cosignature, email: str = "", until: date | None = None, by: Actor, at: datetime
) -> Cosignature:
    """Send the question once more: to another address when the first was wrong, and with more time if a clerk says so.

    Raises AskRefused. What a clerk does is written down.
    """
    held = _hold(cosignature)
    email = normalise_email(email) or held.email
    deadline = cosign_rules.end_of(until) if until else held.deadline
    if held.signed_at or held.declined_at:
        raise AskRefused(_("%(name)s answered already.") % {"name": held.name})
    if deadline <= at:
        raise AskRefused(_("Choose a day that still has to come."), field="until")
    if deadline > cosign_rules.deadline_after(at, cosign_rules.LONGEST_TERM):
        message = _("Choose a day within %(days)d days.") % {"days": cosign_rules.LONGEST_TERM}
        raise AskRefused(message, field="until")
    _refuse_address(held, email)
    if not by.user:
        _refuse_too_often(held, email, at)
    if email != held.email:
        held.links.all().delete()
        held.email = email
    if deadline != held.deadline:
        held.deadline = deadline
        held.remind_at = cosign_rules.remind_at(at, deadline)
        held.lapsed_told_at = None
    held.last_asked_at = at
    held.times_asked += 1
    held.save()
    if by.user:
        AccessLog.objects.record(user=by.user, action="ask_again", obj=held, at=at)
    _mail_question(held, key=f"cosign-{held.pk}-{held.times_asked}", at=at)
    return held


def _refuse_address(held: Cosignature, email: str) -> None:
    others = held.submission.cosignatures.exclude(pk=held.pk).values_list("email", flat=True)
    mailbox = cosign_rules.mailbox_of(email)
    if not cosign_rules.is_email(email):
        raise AskRefused(_("Fill in an e-mail address like name@example.be."))
    if mailbox == cosign_rules.mailbox_of(held.submission.contact.given_email):
        raise AskRefused(_("This is the e-mail address of the person who filled in the form."))
    if mailbox in {cosign_rules.mailbox_of(other) for other in others}:
        raise AskRefused(_("Somebody else is asked at this e-mail address already."))


def _refuse_too_often(held: Cosignature, email: str, at: datetime) -> None:
    if email == held.email and held.last_asked_at > at - BETWEEN_ASKS:
        raise AskRefused(_("We have just sent the question. Wait a minute, and have the unwanted mail looked at too."))
    if held.times_asked >= ASKS_BY_CITIZEN or _is_asked_too_often(email, at):
        raise AskRefused(_asked_too_often())


# --- Answering


@transaction.atomic
def sign(*, link: CosignLink, name: str, declaration: str, by: Actor, at: datetime) -> Cosignature:
    """Agree with the answers. The first answer counts: doing it twice is doing it once, and a yes after a no is none.

    Raises TooLate and LinkGone.
    """
    held = _hold_link(link)
    if held.state_at(at) is State.LAPSED:
        raise TooLate
    if held.state_at(at) is State.WAITING:
        held.signed_at, held.signed_name, held.declaration = at, name, declaration
        held.save(update_fields=["signed_at", "signed_name", "declaration"])
        if not held.submission.cosignatures.filter(signed_at__isnull=True).exists():
            _tell_asker(
                held.submission,
                key=f"cosign-{held.submission_id}-complete",
                subject=_("Everybody signed: %(title)s"),
                template="complete",
                people=list(held.submission.cosignatures.all()),
                at=at,
            )
    return held


@transaction.atomic
def decline(*, link: CosignLink, reason: str, by: Actor, at: datetime) -> Cosignature:
    """Not agree with the answers; why is for the clerk only. The first answer counts, as for :func:`sign`.

    Raises TooLate and LinkGone.
    """
    held = _hold_link(link)
    if held.state_at(at) is State.LAPSED:
        raise TooLate
    if held.state_at(at) is State.WAITING:
        held.declined_at, held.reason = at, reason
        held.save(update_fields=["declined_at", "reason"])
        _tell_asker(
            held.submission,
            key=f"cosign-{held.pk}-declined",
            subject=_("Not everybody agrees: %(title)s"),
            template="declined",
            people=[held],
            at=at,
        )
    return held


def seen_by_cosigner(submission: Submission) -> list[dict[str, Any]]:
    """The steps that are signed: what was answered, without what is sensitive or only says how to reach somebody."""
    from forms.answers_pdf import readable  # which loads WeasyPrint

    name = submission.contact.given_name
    steps = [
        {
            **step,
            "answers": [
                # A question that asks for a name may ask for birth date, e-mail address and phone number as well.
                {**answer, "text": name} if answer["purpose"] == Purpose.NAME else answer
                for answer in step["answers"]
                if answer["purpose"] in SHOWN_PURPOSES
            ],
        }
        for step in submission.answers["steps"]
    ]
    return [step for step in readable(steps) if step["answers"]]


def asker_name(submission: Submission) -> str:
    """Who asks, as somebody else may read it."""
    return cosign_rules.name_for_mail(submission.contact.given_name) or _("Somebody")


# --- As time goes by


def remind(*, at: datetime) -> int:
    """Ask those who did not answer once more, each once. Returns how many."""
    told = 0
    for due in list(Cosignature.objects.to_remind(at)):
        with transaction.atomic():
            held = _hold(due)
            if not Cosignature.objects.to_remind(at).filter(pk=due.pk).exists():
                continue  # signed, or reminded by another worker, a moment ago
            held.reminded_at = at
            held.save(update_fields=["reminded_at"])
            _mail_question(held, key=f"cosign-{held.pk}-reminder", at=at, is_reminder=True)
            told += 1
    return told


def tell_lapsed(*, at: datetime) -> int:
    """Tell each asker once who did not sign in time. Returns how many people that are."""
    told = 0
    submissions = Cosignature.objects.to_tell_lapsed(at).values_list("submission", flat=True).distinct().order_by()
    for pk in list(submissions):
        with transaction.atomic():
            submission = Submission.objects.select_for_update(of=("self",)).get(pk=pk)
            lapsed = list(submission.cosignatures.to_tell_lapsed(at))
            if not lapsed:
                continue  # another worker was first
            Cosignature.objects.filter(pk__in=[one.pk for one in lapsed]).update(lapsed_told_at=at)
            _tell_asker(
                submission,
                key=f"cosign-{lapsed[0].pk}-lapsed-{lapsed[0].deadline:%Y%m%d%H}",
                subject=_("Not signed in time: %(title)s"),
                template="lapsed",
                people=lapsed,
                at=at,
            )
            told += len(lapsed)
    return told


def _hold(cosignature: Cosignature) -> Cosignature:
    """As it is now, ours until the transaction ends. All of one submission are held together, so that who signs last
    knows it."""
    Submission.objects.select_for_update().get(pk=cosignature.submission_id)
    related = ("submission__dossier__team", "submission__contact", "submission__version")
    return Cosignature.objects.select_related(*related).get(pk=cosignature.pk)


def _hold_link(link: CosignLink) -> Cosignature:
    held = _hold(link.cosignature)
    if not held.links.filter(pk=link.pk).exists():
        raise LinkGone
    return held


# --- Mails


def said_day(day: date) -> str:
    return formats.date_format(day, "l j F Y")


def _mail_question(cosignature: Cosignature, *, key: str, at: datetime, is_reminder: bool = False) -> None:
    """Nothing of the form in it but its title and who asks; the answers stand behind the link."""
    submission = cosignature.submission
    title = submission.answers["title"]
    subject = _("Have you signed yet? %(title)s") if is_reminder else _("Will you sign too? %(title)s")
    context = {
        "name": cosign_rules.name_for_mail(cosignature.name),
        "asker": asker_name(submission),
        "title": title,
        "address": CosignLink.make(cosignature=cosignature, at=at),
        "until": said_day(cosignature.until),
        "is_reminder": is_reminder,
    }
    _queue(
        key, cosignature.email, subject % {"title": title}, "question", context, submission, at, cosignature.deadline
    )


def _tell_asker(
    submission: Submission, *, key: str, subject: str, template: str, people: list[Cosignature], at: datetime
) -> None:
    """To who filled in the form, when there is an address; the follow page says it anyway."""
    email = submission.contact.given_email
    if not email:
        return
    link = submission.dossier.follow_links.to_tell(at).filter(email=email).first()
    title = submission.answers["title"]
    context = {
        "name": cosign_rules.name_for_mail(submission.contact.given_name),
        "title": title,
        "number": submission.dossier.number,
        "people": people,
        "address": link.address if link else "",
    }
    _queue(key, email, subject % {"title": title}, template, context, submission, at)


def _queue(
    key: str,
    to: str,
    subject: str,
    template: str,
    context: dict[str, Any],
    submission: Submission,
    at: datetime,
    expires_at: datetime | None = None,
) -> None:
    context |= {"municipality": settings.MUNICIPALITY, "help_phone": settings.HELP_PHONE}
    queue_mail(
        kind="cosign",
        key=key,
        to=[to],
        subject=subject,
        template=f"forms/mails/cosign_{template}.txt",
        context=context,
        reply_to=submission.dossier.team.email,
        expires_at=expires_at,
        at=at,
    )


# --- As people read it


def overview(submission: Submission, at: datetime | None = None) -> dict[str, Any] | None:
    """How the signing of a submission stands, for its pages; None when nobody was asked."""
    at = at or timezone.now()
    people = list(submission.cosignatures.all())
    if not people:
        return None
    states = [one.state_at(at) for one in people]
    first = [State.DECLINED, State.LAPSED, State.WAITING, State.SIGNED]
    return {
        "submission": submission,
        "people": people,
        "state": next(state for state in first if state in states),
        "signed": states.count(State.SIGNED),
        "count": len(people),
        "is_required": any(one.is_required for one in people),
        "can_ask": State.WAITING in states,
    }
