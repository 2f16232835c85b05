"""Advice that a dossier waits for."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from dossiers.actions.follow_up import ask_follow_up
from dossiers.actions.history import record
from dossiers.actions.notifying import citizen_date
from dossiers.actions.refusals import StepRefused
from dossiers.models import Advice, Dossier, Team
from dossiers.models.event import EventKind
from integrations.actions import queue_mail

LINK_LIFE = timedelta(days=60)


@transaction.atomic
def ask_advice(
    *,
    dossier: Dossier,
    question: str,
    team: Team | None = None,
    outsider: str = "",
    email: str = "",
    due_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Advice:
    """Ask a team, or somebody outside who gets a link of their own that shows the question and nothing else.

    Raises StepRefused when it is not clear who is asked, or what.
    """
    if by.user is None or not question.strip():
        raise StepRefused(_("Write what you want to know."))
    if (team is None) == (not email.strip()):
        raise StepRefused(_("Choose a team, or give the e-mail address of somebody outside."))
    held = Dossier.objects.select_for_update(of=("self",)).select_related("team").get(pk=dossier.pk)
    advice = Advice.objects.create(
        dossier=held,
        question=question.strip(),
        team=team,
        outsider="" if team else (outsider.strip() or email.strip())[:150],
        email="" if team else email.strip(),
        due_on=due_on,
        asked_by=by.user,
        asked_at=at,
        expires_at=None if team else at + LINK_LIFE,
    )
    record(held, EventKind.ADVICE_ASKED, by=by, at=at, reason=str(team) if team else _("somebody outside"))
    to = team.email if team else advice.email
    if to:
        page = reverse("dossiers:give_advice", args=[held.pk, advice.pk])
        address = settings.BASE_URL + page if team else advice.address
        subject = _("%(town)s asks your advice (%(number)s)")
        queue_mail(
            kind="advice",
            key=f"advice-{advice.pk}-asked",
            to=[to],
            subject=subject % {"town": settings.MUNICIPALITY, "number": held.number},
            template="dossiers/mails/advice.txt",
            context={
                "number": held.number,
                "address": address,
                "due": citizen_date(timezone.make_aware(datetime.combine(due_on, at.time()))) if due_on else "",
                "asked_by": by.user,
                "municipality": settings.MUNICIPALITY,
            },
            reply_to=held.team.email,
            expires_at=advice.expires_at,
            at=at,
        )
    return advice


@transaction.atomic
def give_advice(*, advice: Advice, opinion: str, answer: str, by: Actor, at: datetime) -> None:
    """The answer, once. Raises StepRefused when nothing is said, or it was answered or withdrawn meanwhile."""
    if opinion not in Advice.Opinion.values:
        raise StepRefused(_("Choose your opinion."))
    if not answer.strip() and opinion != Advice.Opinion.POSITIVE:
        raise StepRefused(_("Explain your advice."))
    given = Advice.objects.open().filter(pk=advice.pk).update(
        opinion=opinion, answer=answer.strip(), given_at=at, given_by=by.user
    )  # fmt: skip
    if not given:
        raise StepRefused(_("This request was answered or withdrawn in the meantime."))
    held = Dossier.objects.select_for_update().get(pk=advice.dossier_id)
    record(held, EventKind.ADVICE_GIVEN, by=by, at=at, reason=str(Advice.Opinion(opinion).label))
    ask_follow_up(dossier=held, what=_("The advice of %(who)s came in.") % {"who": advice.asked_of}, by=by, at=at)


@transaction.atomic
def withdraw_advice(*, advice: Advice, by: Actor, at: datetime) -> None:
    """The advice is not needed any more; the link stops working. Raises StepRefused when it was given meanwhile."""
    if not Advice.objects.open().filter(pk=advice.pk).update(withdrawn_at=at):
        raise StepRefused(_("This request was answered or withdrawn in the meantime."))
    held = Dossier.objects.select_for_update().get(pk=advice.dossier_id)
    record(held, EventKind.ADVICE_WITHDRAWN, by=by, at=at, reason=advice.asked_of if advice.team else "")
