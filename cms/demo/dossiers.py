"""A handful of dossiers of each process, sent through its form and handled by the demo's clerks: no list is empty."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from PIL import Image as Pillow
from PIL import ImageDraw

from cms.demo.earlier import EARLIER, Finished, Scores
from core.actors import Actor
from core.models import User
from dossiers.actions import change_contact_data, finish_task, surveys, take_step, working_calendar
from dossiers.models import Dossier, SurveyInvitation
from dossiers.satisfaction import QUESTIONS as ASKED
from forms.actions import keep_answers, keep_files, start, submit
from forms.branches import follow
from forms.filling_in import step_form
from forms.models import FormDefinition, Submission
from forms.roles import Role


@dataclass(frozen=True)
class Handled:
    """A step that a clerk took, so many working days after the first contact; what had to be done first is done."""

    step: str
    days: int
    clerk: str = "dossierbehandelaar"
    reason: str = ""
    facts: str = ""
    result: str = ""


@dataclass(frozen=True)
class Told:
    """What somebody filled in. ``age`` is in working days before today; at the ``desk`` a clerk did it.

    ``paper``: wants our letters on paper.
    """

    age: int
    answers: Mapping[str, str]
    photo: bool = False
    desk: str = ""
    paper: bool = False
    handled: tuple[Handled, ...] = field(default=())
    scores: Scores | None = None
    remark: str = ""


def told(kind: str, subject: str, story: str, place: str, name: str, email: str) -> dict[str, str]:
    return {"soort": kind, "onderwerp": subject, "uitleg": story, "plaats": place, "naam": name, "email": email}


def finished(melding: Finished) -> Told:
    """A melding of weeks ago, with the steps that every melding takes."""
    return Told(
        melding.age,
        told(melding.kind, melding.subject, "", melding.place, melding.name, melding.email),
        handled=(
            Handled("ontvankelijk", 1, clerk=SOFIE),
            Handled("in-uitvoering", 2, clerk=SOFIE),
            Handled("afhandelen", melding.days, clerk=SOFIE, reason=melding.said),
        ),
        scores=melding.scores,
        remark=melding.remark,
    )


SOFIE = "dossierbehandelaar2"

MELDINGEN = (
    *map(finished, EARLIER),
    Told(
        12,
        told("verlichting", "Straatlamp brandt niet", "Al een week is het donker aan de bushalte.",
             "Antwerpsestraat 140, Mortsel", "Rachida Benali", "rachida@burger.example"),
        handled=(
            Handled("ontvankelijk", 1),
            Handled("in-uitvoering", 3),
            Handled("afhandelen", 6, reason="De netbeheerder heeft de lamp vervangen. Ze brandt opnieuw."),
        ),
        scores=(5, 4, 5),
    ),
    Told(
        9,
        told("groen-en-bomen", "Takken hangen over het voetpad", "De haag van de buren hangt ver over het voetpad.",
             "Mechelsesteenweg 88, Mortsel", "Johan Peeters", "johan@burger.example"),
        handled=(
            Handled(
                "niet-ontvankelijk", 2, clerk="dossierbehandelaar2",
                reason="De haag staat op privégrond en er is nog meer dan een meter vrij op het voetpad. "
                "Spreek eerst met uw buur. Lukt dat niet, dan kan de wijkagent bemiddelen.",
            ),
        ),
        scores=(2, 5, 4),
        remark="Jammer dat jullie niets kunnen doen, maar de uitleg was duidelijk.",
    ),
    Told(
        7,
        told("wegdek-voetpad-of-fietspad", "Put in het fietspad", "Een diepe put, gevaarlijk bij regen.",
             "Liersesteenweg, ter hoogte van nummer 31, Mortsel", "An De Smet", "an@burger.example"),
        photo=True,
        handled=(Handled("ontvankelijk", 1), Handled("in-uitvoering", 4)),
    ),
    Told(
        6,
        told("verkeersborden", "Verkeersbord staat scheef", "Na de storm wijst het bord naar de gevel.",
             "Statielei 12, Mortsel", "Mehmet Yilmaz", "mehmet@burger.example"),
    ),
    Told(
        4,
        told("iets-anders", "Bankje is stuk", "Er is een plank van het bankje gebroken.",
             "In het park, Mortsel", "Lotte Willems", "lotte@burger.example"),
        handled=(
            Handled("uitleg-vragen", 1, clerk="dossierbehandelaar2",
                    reason="Er staan acht bankjes in het park. Welk bankje is stuk? Een foto helpt ons al veel."),
        ),
    ),
    Told(
        2,
        told("sluikstort-of-zwerfvuil", "Zakken afval naast de glasbol", "Er staan vijf zakken met huisvuil.",
             "Edegemsestraat 60, Mortsel", "Marc Van Damme", "marc@burger.example"),
    ),
    Told(
        1,
        told("sluikstort-of-zwerfvuil", "Vuilniszakken bij de glasbol", "Het stinkt, en de zakken zijn open.",
             "Edegemsestraat 60, Mortsel", "Katrien Lemmens", "katrien@burger.example"),
    ),
    Told(
        0,
        told("wegdek-voetpad-of-fietspad", "Losse stoeptegel", "Ik ben er bijna over gevallen met de kinderwagen.",
             "Jacob Van Arteveldestraat 9, Mortsel", "Rachida Benali", "rachida@burger.example"),
        photo=True,
    ),
)  # fmt: skip

PLANS = (
    Told(
        24,
        told("verbouwen-of-uitbreiden", "Veranda achter de keuken", "We willen 20 m² bijbouwen, met een plat dak.",
             "Eggestraat 14, Mortsel", "Peter Jacobs", "peter@burger.example")
        | {"groter": "ja", "rol": "eigenaar", "afspraak": "ja", "wanneer": "Elke dag na 16 uur"},
        handled=(
            Handled("volledig", 2),
            Handled("advies-vragen", 4, reason="De brandweer, over de afstand tot de woning van de buren."),
            Handled("advies-ontvangen", 11),
            Handled(
                "afspraak-plannen", 12, reason="Donderdag om 16.30 uur in het stadhuis, loket 3, met Tom Verlinden."
            ),
            Handled(
                "antwoord-geven", 16, result="positief-met-voorwaarden",
                reason="De veranda kan, als ze minstens 3 meter van de grens met de buren blijft. U hebt een "
                "vergunning nodig. Die vraagt u aan in het Omgevingsloket van de Vlaamse overheid, met de hulp van een "
                "architect.",
            ),
        ),
    ),
    Told(
        31,
        told("een-boom-vellen", "Dode kastanje in de voortuin", "De boom is ziek en er vallen takken op het voetpad.",
             "Osylei 45, Mortsel", "Greta Hermans", "greta@burger.example")
        | {"stam": "1-meter-rond-of-meer", "rol": "eigenaar", "afspraak": "nee"},
        handled=(
            Handled("volledig", 1),
            Handled(
                "beslissing-meedelen", 9, result="positief-met-voorwaarden",
                facts="- De groendienst kwam ter plaatse en zag dat de boom dood is.\n"
                "- Er vallen takken op het voetpad.",
                reason="U mag de boom vellen, omdat hij een gevaar is. Plant voor het einde van volgend jaar een "
                "nieuwe inheemse boom op uw perceel.",
            ),
        ),
    ),
    Told(
        14,
        told("nieuw-bouwen", "Eengezinswoning op een leeg perceel", "Twee verdiepingen en een tuin.",
             "Deurnestraat, naast nummer 208, Mortsel", "Yasmina Haddad", "yasmina@burger.example")
        | {"oppervlakte": "140", "rol": "ik-wil-het-kopen", "afspraak": "nee"},
        handled=(
            Handled("volledig", 3, clerk=SOFIE),
            Handled("advies-vragen", 6, clerk=SOFIE, reason="De waterbeheerder: het perceel ligt naast de Koude Beek."),
        ),
    ),
    Told(
        8,
        told("een-bijgebouw-carport-of-zwembad-plaatsen", "Carport naast het huis", "Van hout, voor een auto.",
             "Ter Varentstraat 7, Mortsel", "Dirk Maes", "dirk@burger.example")
        | {"rol": "huurder", "afspraak": "nee"},
        handled=(
            Handled("stukken-vragen", 2, reason="Wilt u ons een schets sturen met de maten en de afstand tot de buren? "
                    "U huurt de woning: vraag de eigenaar ook of hij akkoord gaat."),
        ),
    ),
    Told(
        7,
        told("ramen-deuren-of-een-gevel-veranderen", "Nieuwe ramen in de voorgevel",
             "Van hout naar aluminium, in het zwart.",
             "Mechelsesteenweg 201, Mortsel", "Linda Smets", "linda@burger.example")
        | {"rol": "eigenaar", "afspraak": "nee"},
    ),
    Told(
        3,
        told("verbouwen-of-uitbreiden", "Zolder wordt slaapkamer", "Met twee dakramen aan de achterkant.",
             "Krijgsbaan 62, Mortsel", "Olivier Wuyts", "olivier@burger.example")
        | {"groter": "nee", "rol": "eigenaar", "afspraak": "ja", "wanneer": "Maandag of dinsdag in de voormiddag"},
        handled=(Handled("volledig", 1),),
    ),
)  # fmt: skip


def asked(kind: str, how: str, name: str, email: str, **more: str) -> dict[str, str]:
    return {"attest": kind, "hoe": how, "naam": name, "email": email} | more


CERTIFICATES = (
    Told(
        10,
        asked("samenstelling-van-het-gezin", "met-een-e-mail", "Johan Peeters", "johan@burger.example",
              uitleg="Voor de mutualiteit."),
        handled=(
            Handled("afleveren", 1, clerk=SOFIE, result="afgeleverd",
                    reason="U krijgt het attest als bijlage bij een aparte, beveiligde e-mail."),
        ),
    ),
    Told(
        6,
        asked("attest-van-leven", "ik-kom-het-afhalen", "Simonne De Wit", "simonne@burger.example"),
        paper=True,
        handled=(
            Handled("niet-mogelijk", 2, clerk=SOFIE, result="niet-mogelijk",
                    reason="U woont sinds kort in Edegem. Het attest vraagt u aan in de gemeente waar u woont."),
        ),
    ),
    Told(
        5,
        asked("bewijs-van-woonst", "met-de-post", "Ahmed Ziani", "ahmed@burger.example",
              plaats="Liersesteenweg 150, 2640 Mortsel"),
    ),
    Told(
        1,
        asked("een-ander-attest", "met-een-e-mail", "Lotte Willems", "lotte@burger.example",
              welk="Attest voor de sportclub"),
        handled=(
            Handled("gegevens-vragen", 0, clerk=SOFIE, reason="Wat moet er in het attest staan? De sportclub heeft "
                    "daar misschien een formulier voor."),
        ),
    ),
    Told(0, asked("bewijs-van-woonst", "met-een-e-mail", "Emma Claessens", "emma@burger.example")),
)  # fmt: skip

COMPLAINTS = (
    Told(
        22,
        {"onderwerp": "Lang gewacht aan het loket", "uitleg": "Ik had een afspraak om 10 uur en wachtte een uur.",
         "gesproken": "ja", "gezegd": "Dat het druk was.", "vraag": "Een uitleg.",
         "naam": "Walter Goris", "email": "walter@burger.example"},
        handled=(
            Handled("onderzoeken", 2),
            Handled(
                "antwoorden", 12, result="gegrond",
                reason="U had gelijk: u moest te lang wachten. Die dag waren twee medewerkers ziek en niemand belde u "
                "op. Onze excuses. Voortaan sturen we een bericht als een afspraak later begint.",
            ),
        ),
    ),
    Told(
        9,
        {"onderwerp": "Brief met een verkeerde naam",
         "uitleg": "In de brief over de belasting stond de naam van mijn man.",
         "gesproken": "nee", "vraag": "Een juiste brief.", "naam": "Hilde Dierckx", "email": "hilde@burger.example"},
        paper=True,
        handled=(Handled("onderzoeken", 3),),
    ),
    Told(
        2,
        {"onderwerp": "Niemand neemt de telefoon op", "uitleg": "Ik belde drie keer op een woensdag.",
         "gesproken": "nee",
         "naam": "Bart Vercammen", "email": "bart@burger.example"},
    ),
)  # fmt: skip

QUESTIONS = (
    Told(
        3,
        {"thema": "openingsuren-en-afspraken", "onderwerp": "Is het loket open op zaterdag?"},
        desk=SOFIE,
        handled=(Handled("meteen-beantwoord", 0, clerk=SOFIE),),
    ),
    Told(
        2,
        {"thema": "straat-afval-en-groen", "onderwerp": "Wanneer komt het grofvuil?", "naam": "Marc Van Damme",
         "email": "marc@burger.example"},
        handled=(
            Handled("antwoorden", 1, clerk=SOFIE, reason="Het grofvuil halen we op als u dat vraagt. U maakt daarvoor "
                    "een afspraak met het recyclagepark."),
        ),
    ),
    Told(
        1,
        {"thema": "vrije-tijd", "onderwerp": "Is er nog plaats in de turnles?", "naam": "Rachida Benali",
         "email": "rachida@burger.example"},
        handled=(Handled("uitzoeken", 0, clerk=SOFIE),),
    ),
    Told(
        0,
        {"thema": "attesten-en-documenten", "onderwerp": "Hoe lang is mijn reispas geldig?", "naam": "An De Smet",
         "email": "an@burger.example"},
    ),
)  # fmt: skip

DOSSIERS = {
    "melding": MELDINGEN,
    "bouwen": PLANS,
    "attest": CERTIFICATES,
    "klacht": COMPLAINTS,
    "inlichtingen": QUESTIONS,
}
"""By name of the template."""


def picture() -> SimpleUploadedFile:
    """A drawing of a pavement with one loose tile: enough to see that pictures work."""
    image = Pillow.new("RGB", (1200, 800), "#b9b4a9")
    draw = ImageDraw.Draw(image)
    for row in range(5):
        for column in range(7):
            left, top = column * 180 - (row % 2) * 90, row * 165
            loose = (row, column) == (2, 3)
            shift = 14 if loose else 0
            draw.rectangle(
                (left + 6 + shift, top + 6 - shift, left + 174 + shift, top + 159 - shift),
                fill="#8f8a80" if loose else "#d5d0c5",
                outline="#6f6a60",
                width=6 if loose else 2,
            )
    content = BytesIO()
    image.save(content, "JPEG", quality=80)
    return SimpleUploadedFile("voetpad.jpg", content.getvalue(), content_type="image/jpeg")


def moment(now: datetime, working_days_ago: int) -> datetime:
    """Half past nine in the morning so many working days ago; never in the future."""
    calendar = working_calendar()
    day = timezone.localtime(now).date()
    while working_days_ago:
        day -= timedelta(days=1)
        working_days_ago -= calendar.is_working_day(day)
    return min(now, timezone.make_aware(datetime.combine(day, time(9, 30))))


def send(form: FormDefinition, told: Told, by: Actor, at: datetime) -> Submission:
    """Fill in the published form step by step, and send it."""
    role = Role.DESK if told.desk else Role.CITIZEN
    version = form.latest_version()
    if version is None:
        raise ValueError(f"The form {form} was never published.")
    draft = start(version=version, role=role, by=by, at=at)
    for number, step in enumerate(version.schema["steps"], start=1):
        if number not in follow(version.schema, draft.answers, role).steps:
            continue
        has_photo = told.photo and any(field["slug"] == "foto" for field in step["fields"])
        files = MultiValueDict({"foto": [picture()]}) if has_photo else MultiValueDict()
        filled = step_form(version.schema, number, role, answers=draft.answers, data=told.answers, files=files)
        if not filled.is_valid():
            raise ValueError(f"Step {number} of {form} refuses its answers: {filled.errors.as_json()}")
        draft = keep_answers(draft=draft, number=number, form=filled, by=by, at=at)
        if has_photo:
            draft = keep_files(draft=draft, number=number, form=filled, by=by, at=at)
    return submit(draft=draft, by=by, at=at)


def make_dossiers(forms: Mapping[str, FormDefinition], now: datetime) -> None:
    """Once for each process: when it has no dossier yet."""
    clerks = {user.username: Actor.staff(user) for user in User.objects.filter(is_demo=True)}
    for key, form in forms.items():
        if Dossier.objects.filter(process_version__process_type=form.process_type).exists():
            continue
        for told in DOSSIERS[key]:
            at = moment(now, told.age)
            dossier = send(form, told, clerks[told.desk] if told.desk else Actor.citizen(), at).dossier
            # Recorded just now, but the demo tells it as if somebody had been at the counter then.
            Dossier.objects.filter(pk=dossier.pk).update(opened_at=at)
            dossier.notifications.update(created_at=at)
            if told.paper:
                email = told.answers["email"]
                change_contact_data(dossier=dossier, email=email, phone="", reply_by="print", by=Actor.citizen(), at=at)
            for handled in told.handled:
                handle(dossier, handled, clerks[handled.clerk], moment(now, told.age - handled.days))
            answer_survey(dossier, told, now)


def answer_survey(dossier: Dossier, told: Told, now: datetime) -> None:
    """Two days after the questions were asked; not in the future."""
    invitation = SurveyInvitation.objects.filter(dossier=dossier, answered_at=None).first()
    if told.scores is None or invitation is None:
        return
    at = invitation.asked_at + timedelta(days=2)
    if at <= now:
        given = surveys.Answer(dict(zip(ASKED, told.scores, strict=True)), told.remark)
        surveys.answer(invitation=invitation, given=given, by=Actor.citizen(), at=at)


def handle(dossier: Dossier, handled: Handled, by: Actor, at: datetime) -> None:
    for task in dossier.tasks.blocking():
        finish_task(task=task, by=by, at=at)
    dossier.refresh_from_db()
    take_step(
        dossier=dossier,
        step=handled.step,
        expected_version=dossier.version,
        reason=handled.reason,
        facts=handled.facts,
        result=handled.result,
        by=by,
        at=at,
    )
