"""A conversation at the desk or on the phone, until the contact that it becomes (docs/rules/onthaal.md).

Whatever it ends in, it is one transaction: the person, the contact, the dossier and what was promised, or nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import User
from dossiers.actions.assigning import assign
from dossiers.actions.call_backs import Window, promise_call
from dossiers.actions.follow_up import tell_staff
from dossiers.actions.history import record
from dossiers.actions.mail import NotLinkable, keep_mail_with, receive_reply
from dossiers.actions.opening import open_dossier
from dossiers.actions.refusals import StepRefused
from dossiers.actions.steps import take_step
from dossiers.actions.tasks import add_task
from dossiers.models import (
    CallBack,
    Contact,
    ContactLink,
    Conversation,
    Dossier,
    ProcessVersion,
    StandardQuestion,
    Team,
)
from dossiers.models.contact import Channel, PartyMatch, ReplyBy
from dossiers.models.dossier import Representation
from dossiers.models.event import EventKind
from dossiers.permissions import first_steps_at_once
from integrations.inbox.actions import content_of
from integrations.models import IncomingMail
from parties.actions import is_representative, resolve
from parties.models import Party
from parties.remaining import remaining

MOST = 8
"""Conversations that one person may have open: more is no conversation but a heap."""


MOST_DAYS_UNDERWAY = timedelta(days=3)
"""A mail is not longer underway; the clock of who sent it may be wrong."""


class NotFinished(StepRefused):
    """Something is missing; ``field`` is where the clerk must look."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


class TooManyOpen(StepRefused):
    """Finish one first."""


def begin(*, channel: str, by: Actor, at: datetime, party: Party | None = None) -> Conversation:
    """Somebody calls, or stands at the desk. Raises TooManyOpen."""
    user = _with_room(by)
    who = {"organisation": party} if party and not party.is_person else {"party": party}
    return Conversation.objects.create(user=user, channel=channel, started_at=at, **who)


def _with_room(by: Actor) -> User:
    """Who may have one more. Raises TooManyOpen."""
    if by.user is None or Conversation.objects.of(by.user).count() >= MOST:
        raise TooManyOpen(_("You have %(most)s conversations open. Finish one first.") % {"most": MOST})
    return by.user


@transaction.atomic
def begin_with_mail(*, incoming: IncomingMail, by: Actor, at: datetime) -> Conversation:
    """An e-mail that nobody could place becomes a conversation of this clerk, who takes over what a colleague began.

    Raises NotLinkable when it was handled already.
    """
    held = IncomingMail.objects.select_for_update(of=("self",)).get(pk=incoming.pk)
    if held.state != IncomingMail.State.UNLINKED:
        raise NotLinkable
    if known := Conversation.objects.open().filter(mail=held).first():
        Conversation.objects.filter(pk=known.pk).update(user=by.user)
        return known
    mail = content_of(held)
    return Conversation.objects.create(
        user=by.user,
        channel=Channel.MAIL,
        started_at=_written_at(mail.sent_at, held.received_at),
        given_name=mail.sender_name[:200],
        given_email=mail.sender[:254],
        subject=mail.subject[:200],
        body=mail.text[:8000],
        mail=held,
    )


def _written_at(sent_at: datetime | None, received_at: datetime) -> datetime:
    """When the citizen wrote; when it came in, where the sender's clock says something that cannot be."""
    believable = sent_at is not None and received_at - MOST_DAYS_UNDERWAY <= sent_at <= received_at
    return sent_at if sent_at and believable else received_at


def receive_visitor(*, name: str, subject: str, team: Team | None, by: Actor, at: datetime) -> Conversation:
    """Somebody walks in and takes a seat."""
    return Conversation.objects.create(
        user=None,
        channel=Channel.DESK,
        started_at=at,
        waiting_since=at,
        given_name=" ".join(name.split())[:200],
        subject=" ".join(subject.split())[:200],
        team=team,
    )


def call_visitor(*, conversation: Conversation, by: Actor, at: datetime) -> bool:
    """This clerk takes who waits; False when a colleague was first."""
    waiting = Conversation.objects.open().filter(pk=conversation.pk, user=None)
    return bool(waiting.update(user=by.user, started_at=at))


def take_over(*, conversation: Conversation, by: Actor, at: datetime) -> bool:
    """This clerk goes on with what a colleague left; False when another was first, or it was finished. Raises
    TooManyOpen."""
    left = Conversation.objects.left_to(_with_room(by), now=at).filter(pk=conversation.pk)
    # Whose it is, is asked of the row itself: of two at once PostgreSQL looks there again, and not in the subquery.
    still = Conversation.objects.open().filter(pk__in=left.order_by().values("pk"), user=conversation.user)
    return bool(still.update(user=by.user))


def keep(*, conversation: Conversation, expected_version: int, by: Actor, **changes: Any) -> bool:
    """Keep what was written so far; False when another window of the same person kept something newer."""
    kept = Conversation.objects.open().filter(pk=conversation.pk, user=by.user, version=expected_version)
    return bool(kept.update(**changes, version=expected_version + 1))


@transaction.atomic
def discard(*, conversation: Conversation, by: Actor, at: datetime) -> None:
    """Nothing came of it: wrong number, the visitor left. What was written is gone; an e-mail waits for others."""
    if by.user:
        Conversation.objects.visible_to(by.user).open().filter(pk=conversation.pk).delete()


# --- What it ends in


@dataclass(frozen=True)
class HandedOver:
    """To whom, and by when somebody must have looked."""

    process_version: ProcessVersion
    team: Team | None = None
    handler: User | None = None
    due_on: date | None = None


@transaction.atomic
def answer_now(
    *, conversation: Conversation, process_version: ProcessVersion, step: str, by: Actor, at: datetime
) -> Contact:
    """It was answered on the spot: a dossier that is opened and closed. Raises NotFinished and StepRefused."""
    held = _held(conversation)
    if held.contact:
        return held.contact
    answer = held.answer.strip()
    contact = _open(held, process_version, is_answered=True, by=by, at=at)
    dossier = _dossier(contact)
    # Not whether this person sees the dossiers of that team: the answer was given, and it is about this contact only.
    possible = first_steps_at_once(by.user, process_version) if by.user else []
    if step not in {each.key for each in possible}:
        raise StepRefused(_("This step is not possible now."))
    take_step(dossier=dossier, step=step, expected_version=dossier.version, reason=answer, by=by, at=at)
    return _finish(held, contact, at=at)


@transaction.atomic
def register_standard_question(
    *, question: StandardQuestion, channel: str, process_version: ProcessVersion, step: str, by: Actor, at: datetime
) -> Contact:
    """Somebody without a name asked what is asked every day. Raises NotFinished where that needs a name."""
    conversation = Conversation.objects.create(
        user=by.user,
        channel=channel,
        started_at=at,
        is_anonymous=True,
        subject=question.subject,
        answer=question.answer,
    )
    return answer_now(conversation=conversation, process_version=process_version, step=step, by=by, at=at)


@transaction.atomic
def add_to_dossiers(*, conversation: Conversation, dossiers: list[Dossier], by: Actor, at: datetime) -> Contact:
    """It was about dossiers that are there: the first gets the contact, the others are named with it.

    Whoever handles them hears of it, except when that is who had the conversation.
    """
    held = _held(conversation)
    if held.contact:
        return held.contact
    if not dossiers:
        raise NotFinished("dossiers", _("Choose a dossier."))
    locked = _lock(dossiers)  # before anything refers to them
    contact = _contact_on(held, dossiers[0], by=by, at=at)
    ContactLink.objects.bulk_create(ContactLink(contact=contact, dossier=other) for other in dossiers[1:])
    _tell(held, locked, by=by, at=at)
    return _finish(held, contact, at=at)


@transaction.atomic
def hand_over(*, conversation: Conversation, to: HandedOver, by: Actor, at: datetime) -> Contact:
    """A colleague goes on with it: a new dossier of that process, of that team or person, with a task by that day."""
    held = _held(conversation)
    if held.contact:
        return held.contact
    contact = _open(held, to.process_version, by=by, at=at)
    dossier = _dossier(contact)
    team = to.team or dossier.team
    if (team, to.handler) != (dossier.team, dossier.handler) and (to.team or to.handler):
        assign(dossier=dossier, expected_version=dossier.version, handler=to.handler, team=team, by=by, at=at)
    if to.due_on:
        add_task(dossier=dossier, text=held.subject, assignee=to.handler, due_on=to.due_on, by=by, at=at)
    return _finish(held, contact, at=at)


@transaction.atomic
def call_back_later(
    *,
    conversation: Conversation,
    dossier: Dossier | None,
    process_version: ProcessVersion | None,
    window: Window,
    phone: str,
    team: Team | None,
    assignee: User | None,
    by: Actor,
    at: datetime,
) -> CallBack:
    """We call this person back: in a dossier that is there, or in a new one. Raises NotFinished and StepRefused."""
    held = _held(conversation)
    if held.contact:
        return held.contact.call_backs.get()
    if dossier is not None:
        _lock([dossier])
        contact = _contact_on(held, dossier, by=by, at=at)
    elif process_version is not None:
        contact = _open(held, process_version, by=by, at=at)
    else:
        raise NotFinished("process", _("Choose a process."))
    promised = promise_call(
        contact=contact, phone=phone, about=held.subject, window=window, team=team, assignee=assignee, by=by, at=at
    )
    _finish(held, contact, at=at)
    return promised


@transaction.atomic
def becomes(*, conversation: Conversation, contact: Contact, by: Actor, at: datetime) -> None:
    """A form was sent for it: the contact of that form is this conversation's, on its channel and from its start."""
    held = _held(conversation)
    if held.contact or held.user != by.user:
        return
    Contact.objects.filter(pk=contact.pk).update(channel=held.channel)
    _finish(held, contact, at=at)


def purge_conversations(*, before: datetime) -> int:
    """Shells of finished conversations go, and open ones in which nothing was ever written. What somebody wrote down
    stays, however old: it was not registered, and colleagues see that it waits."""
    finished = Conversation.objects.filter(finished_at__lt=before)
    empty = Conversation.objects.open().filter(**Conversation().emptied(), started_at__lt=before, mail=None)
    return finished.delete()[0] + empty.delete()[0]


# --- The parts


def _held(conversation: Conversation) -> Conversation:
    """Ours until the transaction ends: pressing twice is pressing once. Raises NotFinished for one that is gone."""
    rows = Conversation.objects.select_for_update(of=("self",))
    held = rows.select_related("party", "organisation", "mail", "contact").filter(pk=conversation.pk).first()
    if held is None:
        raise StepRefused(_("This conversation was thrown away."))
    return held


def _dossier(contact: Contact) -> Dossier:
    if contact.dossier is None:  # a contact that opened a dossier has one
        raise StepRefused(_("Choose a dossier."))
    return contact.dossier


def _refuse_incomplete(held: Conversation, *, anonymous_allowed: bool) -> None:
    if not held.subject.strip():
        raise NotFinished("subject", _("Write in a few words what it was about."))
    somebody = held.party or held.organisation or held.given_name.strip()
    if held.is_anonymous and not anonymous_allowed:
        raise NotFinished("who", _("This cannot be done without a name. Look up who it is, or write the name."))
    if not somebody and not held.is_anonymous:
        raise NotFinished("who", _("Look up who it is, write the name, or choose “Without a name”."))


@dataclass(frozen=True)
class _Who:
    person: Party | None
    match: str
    initiator: Party | None
    representation: str = ""

    @property
    def acts_for_another(self) -> bool:
        return self.person is not None and self.person != self.initiator


def _who(held: Conversation, *, by: Actor, at: datetime) -> _Who:
    """Who it was. Somebody who was only named is looked for by name and contact data, as for a form."""
    if held.is_anonymous:
        return _Who(None, "", None)
    if held.party:
        person, match = remaining(held.party), PartyMatch.CLERK.value
    elif held.given_name.strip():
        found = resolve(name=held.given_name, email=held.given_email, phone=held.given_phone, by=by, at=at)
        person, match = found.party, found.match
    elif held.organisation:
        organisation = remaining(held.organisation)
        return _Who(organisation, PartyMatch.CLERK, organisation)
    else:
        raise NotFinished("who", _("Look up who it is, write the name, or choose “Without a name”."))
    if held.organisation is None:
        return _Who(person, match, person)
    organisation = remaining(held.organisation)
    sure = match == PartyMatch.CLERK and is_representative(
        person=person, organisation=organisation, day=timezone.localdate(at)
    )
    return _Who(person, match, organisation, Representation.CONFIRMED if sure else Representation.CLAIMED)


@dataclass(frozen=True)
class _Given:
    """Name and contact data of this one contact; the register itself is not changed by them."""

    name: str
    email: str
    phone: str
    reply_by: str = ""


def _given(held: Conversation, who: _Who) -> _Given:
    name = held.given_name.strip() or (who.person.name if who.person else "")
    return _Given(name, held.given_email, held.given_phone)


def _known(held: Conversation, given: _Given) -> _Given:
    """Where nothing was given, what the register knows of who the clerk chose: our answers must go somewhere."""
    chosen = held.party or held.organisation
    if chosen is None or given.email or given.phone:
        return given
    points = chosen.contact_points.in_use().filter(bounced_at=None).order_by("is_preferred", "created_at", "pk")
    reach = {point.kind: point.as_given for point in points}
    preference = chosen.preference if chosen.preference in ReplyBy.values else ""
    return _Given(given.name, reach.get("email", ""), reach.get("phone", ""), preference)


def _open(
    held: Conversation, process_version: ProcessVersion, *, is_answered: bool = False, by: Actor, at: datetime
) -> Contact:
    """Whoever has the answer already is not written to, unless an address was given for that."""
    _refuse_incomplete(held, anonymous_allowed=process_version.anonymous_allowed)
    who = _who(held, by=by, at=at)
    given = _given(held, who) if is_answered else _known(held, _given(held, who))
    opened = open_dossier(
        process_version=process_version,
        initiator=who.initiator,
        representative=who.person if who.acts_for_another else None,
        representation=who.representation,
        party_match=who.match,
        channel=held.channel,
        subject=held.subject,
        body=held.body,
        anonymous_reason=_("Asked without a name"),
        given_name=given.name,
        email=given.email,
        phone=given.phone,
        reply_by=given.reply_by,
        by=by,
        at=held.started_at,
    )
    if held.mail:
        _claim_mail(held.mail, at)
        keep_mail_with(opened.contact, opened.dossier, held.mail, at=at)
    return opened.contact


def _contact_on(held: Conversation, dossier: Dossier, *, by: Actor, at: datetime) -> Contact:
    _refuse_incomplete(held, anonymous_allowed=dossier.process_version.anonymous_allowed)
    who = _who(held, by=by, at=at)
    if held.mail:
        _claim_mail(held.mail, at)
        contact = receive_reply(dossier=dossier, mail=content_of(held.mail), incoming=held.mail, at=at)
        Contact.objects.filter(pk=contact.pk).update(
            party=who.person, party_match=who.match, handler=by.user, subject=held.subject
        )
        return contact
    given = _given(held, who)
    return Contact.objects.create(
        channel=held.channel,
        at=held.started_at,
        closed_at=at,
        party=who.person,
        party_match=who.match,
        given_name=given.name,
        given_email=given.email,
        given_phone=given.phone,
        dossier=dossier,
        subject=held.subject,
        body="\n\n".join(filter(None, [held.body.strip(), _answered(held)])),
        handler=by.user,
        anonymous_allowed=dossier.process_version.anonymous_allowed,
        anonymous_reason=_("Asked without a name") if held.is_anonymous else "",
    )


def _answered(held: Conversation) -> str:
    answer = held.answer.strip()
    return _("Our answer: %(answer)s") % {"answer": answer} if answer else ""


def _claim_mail(incoming: IncomingMail, at: datetime) -> None:
    """Raises NotLinkable when somebody linked it, or set it aside, meanwhile."""
    claimed = IncomingMail.objects.unlinked().filter(pk=incoming.pk)
    if not claimed.update(state=IncomingMail.State.REPLY, handled_at=at):
        raise NotLinkable


def _lock(dossiers: Iterable[Dossier]) -> list[Dossier]:
    """In one order, so that two clerks never wait for one another."""
    rows = Dossier.objects.select_for_update(of=("self",)).select_related("team", "handler", "process_version")
    return list(rows.filter(pk__in=[dossier.pk for dossier in dossiers]).order_by("pk"))


def _tell(held: Conversation, dossiers: list[Dossier], *, by: Actor, at: datetime) -> None:
    """A line in each history, and a mail to whoever handles it."""
    for dossier in dossiers:
        event = record(dossier, EventKind.CONTACT, by=by, at=at, reason=str(Channel(held.channel).label))
        if held.mail is None and dossier.handler_id != (by.user and by.user.pk):
            tell_staff(dossier, event, _("The citizen contacted us about this dossier."), at=at)


def _finish(held: Conversation, contact: Contact, *, at: datetime) -> Contact:
    Conversation.objects.filter(pk=held.pk).update(
        **held.emptied(), is_anonymous=False, contact=contact, finished_at=at
    )
    return Contact.objects.select_related("dossier__status").get(pk=contact.pk)  # as everything left it
