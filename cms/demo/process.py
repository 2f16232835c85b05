"""The process type "Melding openbaar domein" and its letters, published as an editor would."""

from typing import Any

from core.models import User
from dossiers.milestones import Milestone, ProcessKind
from dossiers.models import LetterTemplate, ProcessType, Team

NAME = "Melding openbaar domein"

GREETING = "Beste {naam}\n\n"
CLOSING = "\n\nMet vriendelijke groeten\n\nLokaal bestuur {gemeente}\nVragen? Bel ons op {telefoon}.\n"
FOLLOW = "\n\nU kunt uw melding hier volgen:\n{volglink}"

LETTERS = {
    "Melding: ontvangen": (
        "Wij hebben uw melding {nummer} ontvangen",
        GREETING + "Bedankt voor uw melding. Zo houden we {gemeente} samen in orde.\n\n"
        "Dit hebt u gemeld: {onderwerp}\nWaar: {plaats}\nNummer: {nummer}\n\n"
        "Wat gebeurt er nu? Een medewerker bekijkt uw melding. Ten laatste op {uiterste_datum} laten we u weten of we "
        "er iets aan kunnen doen." + FOLLOW + CLOSING,
    ),
    "Melding: ontvankelijk": (
        "Wij pakken uw melding {nummer} aan",
        GREETING + "Goed nieuws: we pakken uw melding aan. Het gaat over: {onderwerp} ({plaats}).\n\n"
        "Onze ploeg plant het werk in. U krijgt nog een bericht als het klaar is. U hoeft zelf niets te doen."
        + FOLLOW
        + CLOSING,
    ),
    "Melding: niet ontvankelijk": (
        "Uw melding {nummer}: dit kunnen wij niet oplossen",
        GREETING + "Bedankt om ons dit te melden: {onderwerp} ({plaats}). Jammer genoeg kunnen wij er zelf niets aan "
        "doen. Dit is waarom:\n\n{reden}\n\n"
        "Bent u het niet eens met ons antwoord, of is er iets niet duidelijk? Bel ons gerust." + FOLLOW + CLOSING,
    ),
    "Melding: vraag om uitleg": (
        "Wij hebben een vraag over uw melding {nummer}",
        GREETING + "We bekeken uw melding over {onderwerp} ({plaats}). Om verder te kunnen, hebben we nog een vraag:"
        "\n\n{reden}\n\nU kunt gewoon op dit bericht antwoorden of ons bellen. Zodra we uw antwoord hebben, gaan we "
        "verder." + FOLLOW + CLOSING,
    ),
    "Melding: afgehandeld": (
        "Uw melding {nummer} is afgehandeld",
        GREETING + "Uw melding over {onderwerp} ({plaats}) is klaar. Dit hebben we gedaan:\n\n{reden}\n\n"
        "Bedankt dat u het liet weten. Is het toch niet in orde? Bel ons, dan komen we opnieuw kijken."
        + FOLLOW
        + CLOSING,
    ),
}

# They decide or ask something: also for a citizen who wants no messages.
ALWAYS = frozenset({"Melding: ontvankelijk", "Melding: niet ontvankelijk", "Melding: vraag om uitleg"})

RECEIVED, ADMISSIBLE, INADMISSIBLE = "Ontvangen", "Ontvankelijk", "Niet ontvankelijk"
IN_PROGRESS, WAITING, COMPLETED, WITHDRAWN = "In uitvoering", "Wacht op burger", "Afgehandeld", "Ingetrokken"

STATUSES = (
    (RECEIVED, "ontvangen", Milestone.RECEIVED, "Ontvangen", "We hebben uw melding ontvangen en bekijken ze."),
    (
        ADMISSIBLE,
        "ontvankelijk",
        Milestone.ADMISSIBLE,
        "We pakken dit aan",
        "We kunnen hier iets aan doen. Onze ploeg plant het werk in.",
    ),
    (
        INADMISSIBLE,
        "niet-ontvankelijk",
        Milestone.INADMISSIBLE,
        "Dit kunnen we niet oplossen",
        "In ons bericht aan u staat waarom.",
    ),
    (IN_PROGRESS, "in-uitvoering", Milestone.IN_PROGRESS, "In uitvoering", "Onze ploeg is ermee bezig."),
    (
        WAITING,
        "wacht-op-burger",
        Milestone.WAITING_FOR_CITIZEN,
        "Wij wachten op uw antwoord",
        "We stelden u een vraag. Zodra we uw antwoord hebben, gaan we verder.",
    ),
    (COMPLETED, "afgehandeld", Milestone.COMPLETED, "Afgehandeld", "Uw melding is klaar. Bedankt voor uw hulp."),
    (WITHDRAWN, "ingetrokken", Milestone.WITHDRAWN, "Ingetrokken", "U hebt uw melding ingetrokken."),
)

# text on the button, key, from, to, asks a reason, letter
STEPS = (
    ("Ontvankelijk verklaren", "ontvankelijk", (RECEIVED,), ADMISSIBLE, False, "Melding: ontvankelijk"),
    ("Niet ontvankelijk verklaren", "niet-ontvankelijk", (RECEIVED,), INADMISSIBLE, True, "Melding: niet ontvankelijk"),
    ("Uitleg vragen aan de burger", "uitleg-vragen", (RECEIVED,), WAITING, True, "Melding: vraag om uitleg"),
    ("Antwoord gekregen", "antwoord-gekregen", (WAITING,), RECEIVED, False, None),
    ("In uitvoering nemen", "in-uitvoering", (ADMISSIBLE,), IN_PROGRESS, False, None),
    ("Afhandelen", "afhandelen", (IN_PROGRESS,), COMPLETED, True, "Melding: afgehandeld"),
    ("Intrekken op vraag van de burger", "intrekken", (RECEIVED, WAITING, ADMISSIBLE), WITHDRAWN, True, None),
)


def make_letters() -> dict[str, LetterTemplate]:
    """Checked as the form in the admin would check them."""
    letters = {}
    for name, (subject, body) in LETTERS.items():
        letter = LetterTemplate.objects.filter(name=name).first()
        if letter is None:
            letter = LetterTemplate(name=name, subject=subject, body=body, always=name in ALWAYS)
            letter.full_clean()
            letter.save()
        letters[name] = letter
    return letters


def checked(instance: Any, field: str, raw: list[dict[str, Any]]) -> Any:
    """A value of a block field, through the same checks as when an editor saves it."""
    block = instance._meta.get_field(field).stream_block
    return block.clean(block.to_python(raw))


def make_process_type(editor: User) -> ProcessType:
    """The published process type; made once, and then it is the town's."""
    existing = ProcessType.objects.filter(name=NAME).first()
    if existing:
        return existing
    letters = make_letters()
    process_type = ProcessType(
        name=NAME,
        kind=ProcessKind.MELDING,
        prefix="MEL",
        team=Team.objects.get(name="Themaloket ruimte"),
        confirmation=letters["Melding: ontvangen"],
        live=False,
    )
    process_type.statuses = checked(
        process_type,
        "statuses",
        [
            {
                "type": "status",
                "value": {
                    "label": label, "key": key, "milestone": milestone,
                    "citizen_label": citizen_label, "citizen_text": text,
                },
            }
            for label, key, milestone, citizen_label, text in STATUSES
        ],
    )  # fmt: skip
    process_type.steps = checked(
        process_type,
        "steps",
        [
            {
                "type": "step",
                "value": {
                    "label": label,
                    "key": key,
                    "sources": list(sources),
                    "target": target,
                    "needs_reason": needs_reason,
                    "letter": letters[letter].pk if letter else None,
                },
            }
            for label, key, sources, target, needs_reason, letter in STEPS
        ],
    )
    process_type.terms = checked(
        process_type,
        "terms",
        [
            {"type": "term", "value": {"milestone": "decision", "days": 3}},
            {"type": "term", "value": {"milestone": Milestone.COMPLETED, "days": 20}},
        ],
    )
    process_type.full_clean()
    process_type.save()
    process_type.save_revision(user=editor).publish(user=editor)
    process_type.refresh_from_db()
    return process_type
