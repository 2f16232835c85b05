"""Three citizens report one thing: a clerk sees so, links them, and every reporter hears what becomes of it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.models import User
from dossiers.models import Dossier
from forms.models import FormDefinition
from integrations.actions import sweep
from tests import ready
from tests.browser.accessibility import assert_accessible, fits
from tests.browser.conftest import OpenPage
from tests.browser.test_first_melding import follow_link, sign_in
from tests.browser.test_five_forms import Person, shoot
from tests.browser.test_ready_processes import Taken, administrator, see_as_citizen, take

pytestmark = [pytest.mark.django_db(transaction=True)]
__all__ = ["administrator"]

PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True}
ACCEPTED = Taken("Ontvankelijk verklaren", "We pakken dit aan")
STARTED = Taken("In uitvoering nemen", "We zijn ermee bezig", letter=False)
REPAIRED = Taken("Afhandelen", "Uw melding is afgehandeld", "De tegel ligt weer vast.", asks="Wat hebben we gedaan?")


def letters_to(address: str) -> list[str]:
    """What this citizen got by mail, also what waited a while to leave together with more."""
    sweep(at=timezone.now() + timedelta(minutes=11))
    return [f"{message.subject}\n{message.body}" for message in mail.outbox if message.to == [address]]


def report(page: Page, folder: Path, *, what: str, where: str, name: str) -> Dossier:
    """A loose tile, each in words of one's own; the same kind is chosen."""
    person = Person(page, folder)
    person.go_on("Start nu")
    person.choose("Wegdek, voetpad of fietspad")
    person.type("Wat is het probleem, in enkele woorden?", what)
    person.go_on()
    person.type("Straat en huisnummer", where)
    person.go_on()
    person.go_on()  # no photo
    person.type("Uw naam", name)
    person.type("Uw e-mailadres", address_of(name))
    person.go_on()
    person.go_on("Versturen")
    expect(page.get_by_role("heading", level=1)).to_have_text("We hebben uw formulier ontvangen")
    return Dossier.objects.latest("pk")


def address_of(name: str) -> str:
    return f"{name.split()[0].lower()}@example.org"


@pytest.fixture
def form(administrator: User) -> FormDefinition:
    return ready.form("melding", ready.process("melding", by=administrator), by=administrator)


def open_dossier(page: Page, dossier: Dossier) -> None:
    page.goto(dossier.get_absolute_url())
    assert_accessible(page)
    assert fits(page)


def test_every_reporter_of_one_thing_hears_the_same(
    form: FormDefinition, page: Page, open_page: OpenPage, tmp_path: Path
) -> None:
    citizens, dossiers = {}, {}
    for name, what, where in (
        ("Fatima El Amrani", "Losse tegel", "Statielei 10"),
        ("Jan Peeters", "Gevaarlijke stoep", "statielei 10"),
        ("Els Wouters", "Ik ben gevallen", "Statielei  10"),
    ):
        citizens[name] = open_page(**PHONE)
        citizens[name].goto(form.get_absolute_url())
        dossiers[name] = report(citizens[name], tmp_path, what=what, where=where, name=name)
        (confirmation,) = letters_to(address_of(name))
        citizens[name].goto(follow_link(confirmation))
        see_as_citizen(citizens[name], "We hebben uw melding ontvangen")
    fatima, jan, els = dossiers.values()

    sign_in(page, "an")
    open_dossier(page, fatima)
    together = page.get_by_role("region", name="Hoort samen")
    expect(together).to_contain_text("Hetzelfde, meer dan eens gemeld?")
    expect(together).to_contain_text("Zelfde plaats en soort, in dezelfde weken.")
    expect(together).to_contain_text("Gevaarlijke stoep")
    expect(together).to_contain_text("Ik ben gevallen")
    shoot(page, "dubbel-voorstel")
    together.get_by_role("button", name=f"{jan.number} is hetzelfde als dit").click()
    expect(page.get_by_text(f"Gekoppeld aan {jan.number}.")).to_be_visible()
    expect(together.get_by_role("link", name=jan.number)).to_be_visible()
    expect(together.get_by_role("button", name=f"{els.number} is hetzelfde als dit")).to_be_visible()
    assert_accessible(page)

    take(page, fatima, ACCEPTED)
    # Els is found later, from her own dossier: it catches up.
    open_dossier(page, els)
    expect(together).not_to_contain_text(jan.number)  # its original stands for it
    together.get_by_role("button", name=f"Is hetzelfde als {fatima.number}").click()
    expect(page.get_by_text(f"Gekoppeld aan {fatima.number}.")).to_be_visible()
    take(page, fatima, STARTED)
    take(page, fatima, REPAIRED)

    for name, dossier in dossiers.items():
        _confirmation, accepted, repaired, *survey = letters_to(address_of(name))
        assert dossier.number in accepted
        assert dossier.number in repaired
        assert REPAIRED.reason in repaired
        assert all("tevreden" in more for more in survey)
        see_as_citizen(citizens[name], REPAIRED.label)
        expect(citizens[name].get_by_role("main")).to_contain_text(REPAIRED.reason)
        for other in dossiers.values():
            if other != dossier:  # nobody reads of somebody else's report
                expect(citizens[name].get_by_role("main")).not_to_contain_text(other.number)
    shoot(citizens["Jan Peeters"], "dubbel-volg")
    open_dossier(page, jan)
    expect(page.get_by_role("complementary", name="Status en stappen")).to_contain_text("Afgehandeld")
    expect(together).to_contain_text(f"is hetzelfde als {fatima.number}")
    shoot(page, "dubbel-gevolgd")


def test_a_wrong_click_is_undone_and_the_citizen_reads_that_it_was_a_mistake(
    form: FormDefinition, page: Page, open_page: OpenPage, tmp_path: Path
) -> None:
    fatima_at_home, jan_at_home = open_page(**PHONE), open_page(**PHONE)
    fatima_at_home.goto(form.get_absolute_url())
    fatima = report(fatima_at_home, tmp_path, what="Losse tegel", where="Statielei 10", name="Fatima El Amrani")
    jan_at_home.goto(form.get_absolute_url())
    jan = report(jan_at_home, tmp_path, what="Put in de weg", where="Liersesteenweg 1", name="Jan Peeters")
    jan_at_home.goto(follow_link(letters_to(address_of("Jan"))[0]))

    sign_in(page, "an")
    take(page, fatima, ACCEPTED)
    page.goto(jan.get_absolute_url())
    together = page.get_by_role("region", name="Hoort samen")
    expect(together).not_to_contain_text("meer dan eens gemeld")  # another place
    together.get_by_role("link", name="Koppel aan een ander dossier").click()
    assert_accessible(page)
    assert fits(page)
    page.get_by_role("button", name="Koppelen").click()
    expect(page.get_by_text("Geef het nummer van het andere dossier.")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Dit dossier").select_option("is hetzelfde als")
    page.get_by_label("Dossiernummer").fill("MEL-1999-000001")
    page.get_by_role("button", name="Koppelen").click()
    expect(page.get_by_role("alert")).to_contain_text("MEL-1999-000001")
    expect(page.get_by_label("Dossiernummer")).to_have_value("MEL-1999-000001")
    shoot(page, "dubbel-koppelen")
    page.get_by_label("Dossiernummer").fill(fatima.number.lower())
    page.get_by_role("button", name="Koppelen").click()
    expect(page.get_by_text(f"Gekoppeld aan {fatima.number}.")).to_be_visible()
    see_as_citizen(jan_at_home, ACCEPTED.label)  # it caught up: that was the wrong click
    assert len(letters_to(address_of("Jan"))) == 2

    together.get_by_role("button", name="Loskoppelen").click()
    expect(page.get_by_text("De koppeling is weggehaald.")).to_be_visible()
    page.get_by_role("link", name="Laatste stap rechtzetten").click()
    expect(page.get_by_text("De burger kreeg al een brief over deze stap.")).to_be_visible()
    assert_accessible(page)
    page.get_by_label(re.compile("^Wa")).fill("Gekoppeld aan een melding van een andere plek.")
    page.get_by_role("button", name="Maak deze stap ongedaan").click()
    expect(page.get_by_text("De stap is ongedaan gemaakt.")).to_be_visible()
    see_as_citizen(jan_at_home, "We hebben uw melding ontvangen")
    assert "vergissing" in letters_to(address_of("Jan"))[-1]

    # What happens to the other one is no longer his.
    take(page, fatima, STARTED)
    take(page, fatima, REPAIRED)
    see_as_citizen(jan_at_home, "We hebben uw melding ontvangen")
    assert REPAIRED.reason not in "".join(letters_to(address_of("Jan")))
