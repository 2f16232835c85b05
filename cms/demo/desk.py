"""What happened at the reception: questions of every day, calls that were promised, and somebody who waits."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from cms.demo.dossiers import moment
from cms.demo.talk import find
from core.actors import Actor
from core.models import User
from dossiers import desk
from dossiers.actions import (
    add_to_dossiers,
    answer_now,
    call_back_later,
    receive_visitor,
    register_standard_question,
    window_on,
    working_calendar,
)
from dossiers.clock import BRUSSELS, due_at
from dossiers.models import CallBack, Conversation, StandardQuestion, Team

QUESTIONS = (
    ("Hoe laat is het stadhuis open?", "Elke werkdag van 9 tot 12 uur, en op dinsdag ook van 16 tot 19 uur."),
    ("Moet ik een afspraak maken?", "Voor Burgerzaken wel: op de website of aan de telefoon. Voor een vraag niet."),
    ("Waar is het recyclagepark?", "In de Wirixstraat. Open van dinsdag tot zaterdag, van 9 tot 16.45 uur."),
)


def make_desk(now: datetime) -> None:
    """Once."""
    if StandardQuestion.objects.exists():
        return
    fatima, tom = (User.objects.get(username=name) for name in ("onthaal", "dossierbehandelaar"))
    for order, (subject, answer) in enumerate(QUESTIONS, start=1):
        StandardQuestion.objects.create(subject=subject, answer=answer, order=order)
    by = Actor.staff(fatima)
    calls(fatima, tom, now)
    version, step = desk.answers_at_once(fatima, desk.processes())[0]
    for question in StandardQuestion.objects.all()[:2]:
        register_standard_question(
            question=question, channel="phone", process_version=version, step=step.key, by=by, at=moment(now, 1)
        )
    passport = Conversation.objects.create(
        user=fatima, channel="desk", started_at=moment(now, 2), given_name="Rachid Benali", given_phone="0470 55 12 90",
        subject="Wat kost een reispas?", answer="71 euro voor een volwassene, met de gewone procedure.",
    )  # fmt: skip
    answer_now(conversation=passport, process_version=version, step=step.key, by=by, at=moment(now, 2))
    receive_visitor(
        name="Mevrouw met een blauwe jas", subject="Rijbewijs", team=Team.objects.get(name="Burgerzaken"),
        by=by, at=now - timedelta(minutes=6),
    )  # fmt: skip


def calls(fatima: User, tom: User, now: datetime) -> None:
    """A citizen who asks how far it is, and two to whom we promised a call: today, and the next working day."""
    by = Actor.staff(fatima)
    hole = find("Put in het fietspad")
    asked = Conversation.objects.create(
        user=fatima, channel="phone", started_at=moment(now, 2), party=hole.initiator,
        subject="Is de aannemer al langs geweest?", body="Ze zag nog niemand bezig.",
        answer="Hij komt deze week. Ik geef het door aan Tom.",
    )  # fmt: skip
    add_to_dossiers(conversation=asked, dossiers=[hole], by=by, at=moment(now, 2))
    calendar = working_calendar()
    tomorrow = due_at(now, 1, calendar).astimezone(BRUSSELS).date()
    today = timezone.localdate(now)
    promised = (
        ("Brief met een verkeerde naam", tom, tomorrow, time(9), time(12), "Wil weten wanneer de brief komt"),
        ("Nieuwe ramen in de voorgevel", None, tomorrow, time(13), time(16), "Vraag over de kleur van de ramen"),
    )
    for subject, colleague, day, start, end, about in promised:
        dossier = find(subject)
        conversation = Conversation.objects.create(
            user=fatima, channel="phone", started_at=moment(now, 1), party=dossier.initiator, subject=about
        )
        call_back_later(
            conversation=conversation,
            dossier=dossier,
            process_version=None,
            window=window_on(day, start, end, now=now),
            phone="0470 12 34 56",
            team=None,
            assignee=colleague,
            by=by,
            at=moment(now, 1),
        )
    if calendar.is_working_day(today):  # promised yesterday for today, whatever the hour at which the demo starts
        first = CallBack.objects.order_by("pk")[0]
        zone = timezone.get_current_timezone()
        window = (datetime.combine(today, hour, zone) for hour in (time(9), time(12)))
        CallBack.objects.filter(pk=first.pk).update(**dict(zip(("from_at", "until_at"), window, strict=True)))
