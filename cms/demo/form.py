"""The form "Melding openbaar domein", built from the same blocks as in the form builder."""

from typing import Any

from cms.demo.process import NAME, checked
from core.models import User
from dossiers.models import ProcessType
from forms.models import FormDefinition

SLUG = "melding-openbaar-domein"

KINDS = (
    "Wegdek, voetpad of fietspad",
    "Verlichting",
    "Sluikstort of zwerfvuil",
    "Groen en bomen",
    "Verkeersborden",
    "Iets anders",
)


def question(block: str, label: str, key: str, *, required: bool = True, hint: str = "", **more: Any) -> dict[str, Any]:
    return {"type": block, "value": {"label": label, "key": key, "required": required, "hint": hint, **more}}


def step(title: str, *questions: dict[str, Any], intro: str = "") -> dict[str, Any]:
    return {"type": "step", "value": {"title": title, "intro": intro, "questions": list(questions)}}


STEPS = (
    step(
        "Wat is er aan de hand?",
        question("choice", "Waarover gaat uw melding?", "soort", options=list(KINDS)),
        question(
            "text", "Wat is het probleem, in enkele woorden?", "onderwerp", hint="Bijvoorbeeld: losse stoeptegel.",
            purpose="subject",
        ),
        question(
            "long_text", "Vertel ons meer", "uitleg", required=False,
            hint="Is het gevaarlijk? Sinds wanneer is het zo?", is_description=True,
        ),
    ),
    step(
        "Waar is het?",
        question(
            "place", "Straat en huisnummer", "plaats", is_subject=True,
            hint="Of beschrijf de plek, bijvoorbeeld: parkje achter de kerk.",
        ),
    ),
    step(
        "Foto",
        question(
            "photo", "Hebt u een foto?", "foto", required=False,
            hint="Een foto helpt ons om het probleem te vinden. Zet er geen mensen of nummerplaten op.",
        ),
    ),
    step(
        "Uw gegevens",
        question("text", "Uw naam", "naam", purpose="name"),
        question("email", "Uw e-mailadres", "email", hint="Daar sturen we ons antwoord naartoe.", is_own=True),
        question(
            "phone", "Uw telefoonnummer", "telefoon", required=False,
            hint="Alleen om te bellen als we iets niet begrijpen.", is_own=True,
        ),
    ),
)  # fmt: skip


def make_form(process_type: ProcessType, editor: User) -> FormDefinition:
    """The published form; made once, and then it is the editors'."""
    existing = FormDefinition.objects.filter(slug=SLUG).first()
    if existing:
        return existing
    form = FormDefinition(
        title=NAME,
        slug=SLUG,
        process_type=process_type,
        intro=(
            "Ziet u iets dat stuk, vuil of gevaarlijk is op straat of in een park? Meld het ons. "
            "Het duurt ongeveer drie minuten.\n\n"
            "Is er nu gevaar voor mensen? Bel dan het noodnummer 112."
        ),
        privacy=(
            "Wij gebruiken uw gegevens alleen om uw melding te behandelen en u te antwoorden. "
            "Meer leest u op de pagina Privacy."
        ),
        live=False,
    )
    form.body = checked(form, "body", list(STEPS))
    form.full_clean()
    form.save()
    form.save_revision(user=editor).publish(user=editor)
    form.refresh_from_db()
    return form
