"""What citizens and colleagues say about some dossiers besides the steps: messages, notes, advice, tasks, a mail."""

from datetime import date, datetime, timedelta
from email.message import EmailMessage
from uuid import uuid4

from django.conf import settings

from cms.demo.dossiers import moment
from core.actors import Actor
from core.models import User
from dossiers import clock
from dossiers.actions import (
    add_task,
    answer_message,
    ask_advice,
    send_message,
    working_calendar,
    write_note,
)
from dossiers.actions.advising import give_advice
from dossiers.models import Advice, Dossier, Note, Team
from integrations.inbox.actions import handle, store


def make_talk(now: datetime) -> None:
    """Once."""
    if Note.objects.exists():
        return
    tom, sofie = (User.objects.get(username=name) for name in ("dossierbehandelaar", "dossierbehandelaar2"))
    talk_with_a_citizen(tom, now)
    ask_others(sofie, now)
    ask_a_colleague(tom, now)
    mails(now)


def find(subject: str) -> Dossier:
    return Dossier.objects.get(subject=subject)


def in_days(now: datetime, days: int) -> date:
    return clock.due_at(now, days, working_calendar()).astimezone(clock.BRUSSELS).date()


def talk_with_a_citizen(tom: User, now: datetime) -> None:
    hole = find("Put in het fietspad")
    by = Actor.staff(tom)
    send_message(
        dossier=hole,
        text="Weten jullie al wanneer de put gevuld wordt? Mijn dochter rijdt hier elke dag langs naar school.",
        token=uuid4(), by=Actor.citizen(), at=moment(now, 3) - timedelta(minutes=50),
    )  # fmt: skip
    answer_message(
        dossier=hole,
        text="De aannemer komt deze week. Vandaag plaatsen we er een waarschuwingsbord.",
        token=uuid4(), by=by, at=moment(now, 3),
    )  # fmt: skip
    send_message(
        dossier=hole,
        text="Bedankt. Het bord staat er, maar in het donker zie je het niet goed. Kan er een lampje op?",
        token=uuid4(), by=Actor.citizen(), at=moment(now, 1) - timedelta(minutes=20),
    )  # fmt: skip
    add_task(
        dossier=hole, text="De aannemer bellen: welke dag komt hij?", assignee=tom, due_on=in_days(now, 1),
        by=by, at=moment(now, 3),
    )  # fmt: skip


def ask_others(sofie: User, now: datetime) -> None:
    house = find("Eengezinswoning op een leeg perceel")
    by = Actor.staff(sofie)
    write_note(
        dossier=house,
        text="@dossierbehandelaar Mevrouw Haddad belde: ze tekent de koopakte volgende maand. Kunnen we haar tegen dan "
        "iets zeggen over de beek?",
        by=by, at=moment(now, 5),
    )  # fmt: skip
    advice = ask_advice(
        dossier=house,
        question="Welk huisnummer krijgt het perceel naast nummer 208 in de Deurnestraat?",
        team=Team.objects.get(name="Burgerzaken"),
        by=by, at=moment(now, 7),
    )  # fmt: skip
    give_advice(
        advice=advice, opinion=Advice.Opinion.POSITIVE, answer="Het wordt nummer 210.", by=by, at=moment(now, 6)
    )
    ask_advice(
        dossier=house,
        question="Het perceel ligt naast de Koude Beek. Hoe ver van de oever mag er gebouwd worden?",
        outsider="Dienst Waterbeheer van de provincie", email="advies@waterbeheer.example", due_on=in_days(now, 5),
        by=by, at=moment(now, 6),
    )  # fmt: skip


def ask_a_colleague(tom: User, now: datetime) -> None:
    ask_advice(
        dossier=find("Brief met een verkeerde naam"),
        question="In het dossier van mevrouw Dierckx staat de naam van haar man. Klopt dat in het bevolkingsregister?",
        team=Team.objects.get(name="Burgerzaken"), due_on=in_days(now, 2),
        by=Actor.staff(tom), at=moment(now, 4),
    )  # fmt: skip


def mails(now: datetime) -> None:
    """One to which nobody can see what it is about, and one that names a dossier."""
    incoming(
        "Simonne De Wit <simonne.dewit@mail.example>", "Mijn papieren",
        "Goeiedag\n\nIk had vorige week een papier gevraagd voor mijn pensioen. Ik vind de brief niet meer terug. "
        "Kunt u hem nog eens sturen?\n\nDank u\nSimonne",
        moment(now, 1),
    )  # fmt: skip
    stairs = find("Nieuwe ramen in de voorgevel")
    incoming(
        "Linda Smets <linda@burger.example>", f"Vraag over {stairs.number}",
        "Beste\n\nDe ramen worden toch donkergroen in plaats van zwart. Moet ik daarvoor iets nieuws insturen?\n\n"
        "Vriendelijke groeten\nLinda Smets",
        moment(now, 2),
    )  # fmt: skip


def incoming(sender: str, subject: str, text: str, at: datetime) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, settings.HELP_EMAIL, subject
    message["Date"], message["Message-ID"] = at, f"<{uuid4()}@burger.example>"
    message.set_content(text)
    kept = store(message.as_bytes(), mailbox=None, at=at)
    if kept is not None:
        handle(kept.pk, at=at)
