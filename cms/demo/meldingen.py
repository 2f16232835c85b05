"""A handful of reports, sent through the form and handled by the demo's clerks, so that no list is empty."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from PIL import Image as Pillow
from PIL import ImageDraw

from core.actors import Actor
from core.models import User
from dossiers.actions import take_step, working_calendar
from dossiers.models import Dossier
from forms.actions import keep_answers, keep_files, start, submit
from forms.filling_in import step_form
from forms.models import FormDefinition, Submission
from forms.roles import Role


@dataclass(frozen=True)
class Handled:
    """A step that a clerk took, so many working days after the report."""

    step: str
    days: int
    clerk: str = "dossierbehandelaar"
    reason: str = ""


@dataclass(frozen=True)
class Melding:
    """``age`` is in working days before today."""

    age: int
    answers: Mapping[str, str]
    photo: bool = False
    handled: tuple[Handled, ...] = field(default=())


def told(kind: str, subject: str, story: str, place: str, name: str, email: str) -> dict[str, str]:
    return {"soort": kind, "onderwerp": subject, "uitleg": story, "plaats": place, "naam": name, "email": email}


MELDINGEN = (
    Melding(
        12,
        told("verlichting", "Straatlamp brandt niet", "Al een week is het donker aan de bushalte.",
             "Antwerpsestraat 140, Mortsel", "Rachida Benali", "rachida@burger.example"),
        handled=(
            Handled("ontvankelijk", 1),
            Handled("in-uitvoering", 3),
            Handled("afhandelen", 6, reason="De netbeheerder heeft de lamp vervangen. Ze brandt opnieuw."),
        ),
    ),
    Melding(
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
    ),
    Melding(
        7,
        told("wegdek-voetpad-of-fietspad", "Put in het fietspad", "Een diepe put, gevaarlijk bij regen.",
             "Liersesteenweg, ter hoogte van nummer 31, Mortsel", "An De Smet", "an@burger.example"),
        photo=True,
        handled=(Handled("ontvankelijk", 1), Handled("in-uitvoering", 4)),
    ),
    Melding(
        6,
        told("verkeersborden", "Verkeersbord staat scheef", "Na de storm wijst het bord naar de gevel.",
             "Statielei 12, Mortsel", "Mehmet Yilmaz", "mehmet@burger.example"),
    ),
    Melding(
        4,
        told("iets-anders", "Bankje is stuk", "Er is een plank van het bankje gebroken.",
             "In het park, Mortsel", "Lotte Willems", "lotte@burger.example"),
        handled=(
            Handled("uitleg-vragen", 1, clerk="dossierbehandelaar2",
                    reason="Er staan acht bankjes in het park. Welk bankje is stuk? Een foto helpt ons al veel."),
        ),
    ),
    Melding(
        2,
        told("sluikstort-of-zwerfvuil", "Zakken afval naast de glasbol", "Er staan vijf zakken met huisvuil.",
             "Edegemsestraat 60, Mortsel", "Marc Van Damme", "marc@burger.example"),
    ),
    Melding(
        0,
        told("wegdek-voetpad-of-fietspad", "Losse stoeptegel", "Ik ben er bijna over gevallen met de kinderwagen.",
             "Jacob Van Arteveldestraat 9, Mortsel", "Rachida Benali", "rachida@burger.example"),
        photo=True,
    ),
)  # fmt: skip


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


def send(form: FormDefinition, melding: Melding, at: datetime) -> Submission:
    """Fill in the published form step by step, and send it."""
    citizen = Actor.citizen()
    version = form.latest_version()
    if version is None:
        raise ValueError(f"The form {form} was never published.")
    draft = start(version=version, role=Role.CITIZEN, by=citizen, at=at)
    for number, step in enumerate(version.schema["steps"], start=1):
        has_photo = melding.photo and any(field["slug"] == "foto" for field in step["fields"])
        files = MultiValueDict({"foto": [picture()]}) if has_photo else MultiValueDict()
        filled = step_form(version.schema, number, Role.CITIZEN, data=melding.answers, files=files)
        if not filled.is_valid():
            raise ValueError(f"Step {number} of the demo's form refuses its answers: {filled.errors.as_json()}")
        draft = keep_answers(draft=draft, number=number, form=filled, by=citizen, at=at)
        if has_photo:
            draft = keep_files(draft=draft, number=number, form=filled, by=citizen, at=at)
    return submit(draft=draft, by=citizen, at=at)


def make_meldingen(form: FormDefinition, now: datetime) -> None:
    """Once: when the process has no dossier yet."""
    if Dossier.objects.filter(process_version__process_type=form.process_type).exists():
        return
    clerks = {user.username: user for user in User.objects.filter(is_demo=True)}
    for melding in MELDINGEN:
        at = moment(now, melding.age)
        dossier = send(form, melding, at).dossier
        # Recorded just now, but the demo tells it as if somebody had been at the counter then.
        Dossier.objects.filter(pk=dossier.pk).update(opened_at=at)
        dossier.notifications.update(created_at=at)
        for handled in melding.handled:
            dossier.refresh_from_db()
            take_step(
                dossier=dossier,
                step=handled.step,
                expected_version=dossier.version,
                reason=handled.reason,
                by=Actor.staff(clerks[handled.clerk]),
                at=moment(now, melding.age - handled.days),
            )
