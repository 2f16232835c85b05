"""Bouwen en verbouwen: from a question to the answer or the decision, with advice, a pause and an appointment."""

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.models import User
from dossiers.models import Dossier
from tests import ready
from tests.browser.conftest import OpenPage
from tests.browser.test_first_melding import follow_link, letters_to, sign_in
from tests.browser.test_five_forms import Person, shoot
from tests.browser.test_ready_processes import ADDRESS, Taken, administrator, say_who, see_as_citizen, send, take

pytestmark = [pytest.mark.django_db(transaction=True)]
__all__ = ["administrator"]

TO_ADVICE = (
    Taken(
        "Stukken of uitleg vragen", "We hebben nog iets van u nodig", "Een schets met de maten.", text="termijn stil",
        asks="Welke stukken of uitleg missen we?",
    ),
    Taken("Antwoord gekregen", "We hebben uw vraag ontvangen", letter=False, text="Begin nog niet met de werken"),
    Taken("Volledig verklaren", "Uw vraag is volledig", text="welke regels er gelden"),
    Taken(
        "Wachten op advies", "We vroegen advies", "De brandweer, over de afstand tot de buren.",
        first="Regels en plannen", text="staat onze termijn stil", asks="Aan wie vragen we advies, en waarover?",
    ),
)  # fmt: skip
TO_APPOINTMENT = (
    Taken("Advies ontvangen", "We hebben het advies", letter=False, text="wat het advies betekent"),
    Taken(
        "Afspraak plannen", "U hebt een afspraak met ons", "Dinsdag om 10 uur, stadhuis, loket 3.",
        first="Advies lezen", text="wanneer en waar", asks="Dag, uur en plaats van de afspraak",
    ),
)  # fmt: skip
ANSWER = Taken(
    "Antwoord geven", "U hebt ons antwoord", "De veranda kan, op 3 meter van de buren.", "Positief met voorwaarden",
    first="Verslag van de afspraak", text="Het is nog geen vergunning", asks="Ons antwoord",
)  # fmt: skip
DECISION = Taken(
    "Beslissing meedelen", "Er is een beslissing", "U mag de veranda niet bouwen: ze staat te dicht bij de buren.",
    "Negatief", first="Verslag van de afspraak", text="als u het er niet mee eens bent",
    facts="- De veranda staat op 1 meter van de grens.",
)  # fmt: skip


def ask(page: Page, folder: Path) -> Dossier:
    """A veranda, with a sketch."""
    person = Person(page, folder)
    person.go_on("Start nu")
    person.choose("Verbouwen of uitbreiden")
    person.type("Wat wilt u doen, in enkele woorden?", "Veranda achter de keuken")
    person.choose("Ja", within="Wordt het gebouw groter of hoger?")
    person.type("Vertel ons meer over uw plannen", "20 m², met een plat dak. In de lente.")
    person.go_on()
    person.type("Straat en huisnummer", "Eggestraat 14")
    person.choose("Eigenaar")
    person.go_on()
    person.go_on()  # no sketch yet
    person.choose("Ja", within="Wilt u hierover een afspraak met een medewerker?")
    person.type("Wanneer past het u?", "Elke dag na 16 uur")
    person.go_on()
    say_who(person)
    return send(person)


@pytest.mark.parametrize("end", [ANSWER, DECISION], ids=["answer", "decision"])
def test_from_question_to_the_end(
    end: Taken, administrator: User, page: Page, open_page: OpenPage, tmp_path: Path
) -> None:
    form = ready.form("bouwen", ready.process("bouwen", by=administrator), by=administrator)
    fatima = open_page(viewport={"width": 320, "height": 640}, has_touch=True)
    fatima.goto(form.get_absolute_url())
    dossier = ask(fatima, tmp_path)
    fatima.goto(follow_link(letters_to(ADDRESS)[0]))
    see_as_citizen(fatima, "We hebben uw vraag ontvangen", "Begin nog niet met de werken")

    sign_in(page, "an")
    for taken in TO_ADVICE:
        take(page, dossier, taken)
        see_as_citizen(fatima, taken.label, taken.text)
    dossier.refresh_from_db()
    assert dossier.due_at is None  # the clock stands still
    expect(fatima.get_by_text("U hoort van ons ten laatste op")).to_have_count(0)

    for taken in TO_APPOINTMENT:
        take(page, dossier, taken)
        see_as_citizen(fatima, taken.label, taken.text)
    dossier.refresh_from_db()
    assert dossier.due_at is not None
    assert dossier.due_at > timezone.now()

    page.goto(dossier.get_absolute_url() + ("stap/antwoord-geven/" if end is ANSWER else "stap/beslissing-meedelen/"))
    take(page, dossier, end)
    see_as_citizen(fatima, end.label, end.text)
    shoot(fatima, f"bouwen-{end.step}")
    dossier.refresh_from_db()
    assert dossier.process_version.result_label(dossier.result) == end.result
    last = letters_to(ADDRESS)[-1]
    assert end.reason in last
    if end is DECISION:
        for part in (end.facts, "Vlaamse Codex Ruimtelijke Ordening", "An Peeters", "Raad van State", "60 dagen"):
            assert part in last, part
        assert dossier.notifications.latest("pk").pdf
