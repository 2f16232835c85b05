"""The three questions after a dossier: asked once, reminded once, answered once. docs/rules/tevredenheid.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from core import counters
from core.actors import Actor
from core.rates import Window, countable, disguised
from dossiers import survey
from dossiers.actions import asking
from dossiers.actions.follow_up import ask_follow_up
from dossiers.actions.notifying import citizen_date, first_contact, route_of
from dossiers.actions.refusals import StepRefused
from dossiers.actions.terms import working_calendar
from dossiers.models import CodeTry, Dossier, Event, LetterTemplate, SurveyInvitation, SurveyResponse
from dossiers.models.event import STATUS_EVENTS
from dossiers.models.survey import SENT, AskedBy, ContactWish
from integrations.actions import queue, withdraw
from integrations.models import Delivery, Mailbox
from integrations.sms_text import fit

TRIES_AN_HOUR = 10
HOUR = timedelta(hours=1)


class SurveyClosed(Exception):
    """It is too late, or the dossier was not at its end after all."""


class AlreadyAnswered(Exception):
    """Each invitation is answered once."""


class TooManyCodes(Exception):
    """From this connection codes were typed too often that do not exist; ``retry_at`` is when it may be tried again."""

    def __init__(self, retry_at: datetime) -> None:
        self.retry_at = retry_at
        super().__init__()


# --- Asking -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def invite_after(
    dossier: Dossier, event: Event, *, letter: LetterTemplate | None = None, at: datetime
) -> SurveyInvitation | None:
    """After each step, before its ``letter`` is written: stop what was asked before, and ask when this is the end."""
    cancel_invitation(dossier=dossier, at=at)
    return invite(dossier=dossier, event=event, letter=letter, at=at)


@transaction.atomic
def invite(
    *, dossier: Dossier, event: Event, letter: LetterTemplate | None = None, at: datetime
) -> SurveyInvitation | None:
    """Ask whoever is to be asked after this event, or return None: the rules say no, or there is no way to ask.

    The caller holds the dossier's row. Whoever is asked is locked too, so that two dossiers that end at the same
    moment ask once.
    """
    if not survey.applies(dossier.process_version, milestone=event.milestone, origin=dossier.origin):
        return None
    route = route_of(dossier)
    asked_by = asking.road(dossier, route, letter)
    if asked_by is None or not asking.lock_person(dossier, wait=False) or asking.objection(dossier, at=at):
        return None
    invitation = _make(dossier, event, asked_by, at=at)
    if asked_by in SENT:
        _send(invitation, to=route.to, is_reminder=False, at=at)
    return invitation


@transaction.atomic
def invite_at_desk(*, dossier: Dossier, by: Actor, at: datetime) -> SurveyInvitation:
    """For the screen at the desk: the invitation that is open, or else a new one. Raises StepRefused, with the reason.

    A message that still waits is sent all the same, unless the citizen answers first.
    """
    dossier = Dossier.objects.select_for_update(of=("self",)).select_related("process_version", "status").get(
        pk=dossier.pk
    )  # fmt: skip
    event = dossier.events.uncorrected().filter(kind__in=STATUS_EVENTS).order_by("-sequence").first()
    if event is None or not survey.applies(dossier.process_version, milestone=event.milestone, origin=dossier.origin):
        raise StepRefused(_("The questions are not asked about this dossier."))
    existing = SurveyInvitation.objects.filter(event=event).first()
    if existing is not None:
        if existing.answered_at:
            raise StepRefused(_("The citizen answered already."))
        if not existing.is_open(at):
            raise StepRefused(_("The time to answer is over."))
        return existing
    asking.lock_person(dossier, wait=True)
    if reason := asking.objection(dossier, at=at):
        raise StepRefused(reason)
    return _make(dossier, event, AskedBy.DESK, at=at)


def _make(dossier: Dossier, event: Event, asked_by: AskedBy, *, at: datetime) -> SurveyInvitation:
    calendar = working_calendar()
    asked_at = survey.sent_at(at, calendar) if asked_by in SENT else at
    contact = first_contact(dossier)
    return SurveyInvitation.objects.create(
        dossier=dossier,
        event=event,
        process_type=dossier.process_version.process_type,
        kind=dossier.process_version.kind,
        team=dossier.team,
        channel=contact.channel if contact else "",
        asked_by=asked_by,
        code=_free_code(),
        asked_at=asked_at,
        remind_at=survey.remind_at(asked_at, calendar),
        closes_at=survey.closes_at(asked_at),
    )


def _free_code() -> str:
    """Never one that was given out before: an old letter must not lead to somebody else's questions."""
    while True:
        code = survey.new_code()
        if not SurveyInvitation.objects.filter(code=code).exists():
            return code


@transaction.atomic
def cancel_invitation(*, dossier: Dossier, at: datetime) -> bool:
    """The dossier is not at its end after all: what waits is not sent, and what was sent leads nowhere any more.

    An answer that was given stays. The caller holds the dossier's row.
    """
    stopped = False
    for invitation in SurveyInvitation.objects.open(at).filter(dossier=dossier):
        if SurveyInvitation.objects.filter(pk=invitation.pk, answered_at=None).update(cancelled_at=at):
            _withdraw_messages(invitation, at=at)
            stopped = True
    return stopped


@transaction.atomic
def remind_due(*, at: datetime) -> int:
    """Remind everybody once who did not answer the message of a week ago; returns how many. Safe to repeat.

    Nobody is reminded of a message that did not leave.
    """
    reminded = 0
    for invitation in SurveyInvitation.objects.to_remind(at).select_related("dossier__process_version", "team"):
        first = Delivery.objects.filter(key=_key(invitation, is_reminder=False)).first()
        if first is None or first.state not in (Delivery.State.SENT, Delivery.State.DELIVERED):
            continue
        claimed = SurveyInvitation.objects.to_remind(at).filter(pk=invitation.pk).update(reminded_at=at)
        if claimed:
            to = first.payload["to"]
            _send(invitation, to=to if isinstance(to, str) else to[0], is_reminder=True, at=at)
            reminded += 1
    return reminded


# --- The message ------------------------------------------------------------------------------------------------------


def _key(invitation: SurveyInvitation, *, is_reminder: bool) -> str:
    return f"survey-{invitation.pk}-{'reminder' if is_reminder else 'question'}"


def _send(invitation: SurveyInvitation, *, to: str, is_reminder: bool, at: datetime) -> None:
    by_mail = invitation.asked_by == AskedBy.MAIL
    queue(
        connector="mail" if by_mail else "sms",
        kind="survey",
        key=_key(invitation, is_reminder=is_reminder),
        payload=(_mail if by_mail else _text_message)(invitation, to, is_reminder),
        not_before=None if is_reminder else invitation.asked_at,
        expires_at=invitation.closes_at,
        at=at,
    )


def _mail(invitation: SurveyInvitation, to: str, is_reminder: bool) -> dict[str, Any]:
    dossier = invitation.dossier
    contact = first_contact(dossier)
    last_day = timezone.localtime(invitation.closes_at - timedelta(seconds=1))
    context = {
        "name": contact.given_name if contact else "",
        "process": dossier.process_version.name,
        "number": dossier.number,
        "ended_on": citizen_date(invitation.event.at),
        "address": invitation.address,
        "until": formats.date_format(last_day, "l j F"),
        "is_reminder": is_reminder,
        "municipality": settings.MUNICIPALITY,
        "help_phone": settings.HELP_PHONE,
    }
    return {
        "to": [to],
        "subject": _("Reminder: how did we help you?") if is_reminder else _("How did we help you?"),
        "text": render_to_string("dossiers/mails/survey.txt", context),
        "html": "",
        "reply_to": Mailbox.objects.reply_address() or invitation.team.email,
    }


def _text_message(invitation: SurveyInvitation, to: str, is_reminder: bool) -> dict[str, Any]:
    """The code, not the signed link: that is longer than the rest of the message."""
    words = _("Reminder: how did we help you? 3 questions:") if is_reminder else _("How did we help you? 3 questions:")
    code = _("code %(code)s") % {"code": invitation.printed_code}
    return {"to": to, "text": fit(words, f"{settings.BASE_URL}{reverse('survey_code')} {code}")}


def _withdraw_messages(invitation: SurveyInvitation, *, at: datetime) -> None:
    keys = [_key(invitation, is_reminder=is_reminder) for is_reminder in (False, True)]
    for delivery in Delivery.objects.filter(key__in=keys):
        withdraw(delivery, at=at)


# --- Answering --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What somebody answered; a score is None where the question does not apply."""

    scores: Mapping[str, int | None]
    remark: str = ""
    contact_wish: str = ContactWish.NO


@transaction.atomic
def answer(*, invitation: SurveyInvitation, given: Answer, by: Actor, at: datetime) -> SurveyResponse:
    """Keep what a citizen answered. Raises AlreadyAnswered or SurveyClosed.

    Whoever wants to be contacted becomes a follow-up of the dossier: neither history nor mail says what was answered.
    """
    # As every change does it: the dossier first. Then a step at the same moment waits for us, or we for it.
    dossier = Dossier.objects.select_for_update().get(pk=invitation.dossier_id)
    if not SurveyInvitation.objects.open(at).filter(pk=invitation.pk).update(answered_at=at):
        invitation.refresh_from_db()
        raise AlreadyAnswered if invitation.answered_at else SurveyClosed
    response = SurveyResponse.objects.create(
        invitation=invitation,
        **given.scores,
        remark=given.remark.strip(),
        contact_wish=given.contact_wish,
        at=at,
    )
    _withdraw_messages(invitation, at=at)
    wishes = {
        ContactWish.MAIL: _("The citizen answered the questions after the dossier, and asks for contact by e-mail."),
        ContactWish.PHONE: _("The citizen answered the questions after the dossier, and asks for contact by phone."),
    }
    if what := wishes.get(ContactWish(given.contact_wish)):
        ask_follow_up(dossier=dossier, what=what, by=by, at=at)
    return response


def find_by_code(*, typed: str, address: str, at: datetime) -> SurveyInvitation | None:
    """The invitation with the code that somebody typed. Raises TooManyCodes after ten wrong ones in an hour.

    A try is counted before it is looked at, so that many at once do not slip through, and given back when it was right.
    """
    row = None
    if connection := countable(address):
        window = Window.around(at, HOUR)
        row = {"subject": disguised(connection, "dossiers.survey_code", window), "ends_at": window.end}
        if not counters.add(CodeTry, row, below=TRIES_AN_HOUR):
            raise TooManyCodes(window.end)
    invitation = SurveyInvitation.objects.filter(code=survey.typed_code(typed)).first()
    if invitation is not None and row is not None:
        counters.give_back(CodeTry, row)
    return invitation


@transaction.atomic
def purge_code_tries(*, at: datetime) -> int:
    """Forget the windows that are over: after that nothing is left of any address."""
    return CodeTry.objects.filter(ends_at__lte=at).delete()[0]
