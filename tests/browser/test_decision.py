"""A decision as people meet it: who writes the letter, who decides, and the citizen who gets it."""

import re

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from playwright.sync_api import Page, expect

from cms.roles import ROLES
from core.models import User
from dossiers.models import LetterTemplate, Notification
from tests import town
from tests.browser.accessibility import assert_accessible, fits
from tests.browser.conftest import OpenPage
from tests.dossiers import decisions
from tests.dossiers.test_decisions import tamper

pytestmark = [pytest.mark.django_db(transaction=True)]

PASSWORD = "a-good-password"


@pytest.fixture
def people(transactional_db: None) -> None:
    decisions.process(decisions.letter(signatory=decisions.signatory(valid_until=None)))
    for username, role in (("jan", "beheerder"), ("an", "dossierbehandelaar")):
        user = User.objects.create_user(username, password=PASSWORD, first_name=username.title(), last_name="Claes")
        user.groups.add(Group.objects.get(name=ROLES[role].name))
        town.team().members.add(user)


def sign_in(page: Page, username: str) -> None:
    page.goto("/beheer/")
    page.get_by_label("Gebruikersnaam").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    expect(page).to_have_url(re.compile("/beheer/$"))


def test_a_letter_is_written_with_its_preview_beside_it(people: None, page: Page) -> None:
    town.report()
    letter = LetterTemplate.objects.get(name="Weigering")
    sign_in(page, "jan")
    page.goto(reverse("wagtailsnippets_dossiers_lettertemplate:edit", args=[letter.pk]))
    page.get_by_text("Woorden tussen accolades die Loket invult").click()
    page.get_by_text("Een stuk dat er maar soms staat").click()
    assert_accessible(page)
    page.get_by_label("Toon/verberg voorvertoning").click()
    preview = page.frame_locator("#w-preview-iframe").locator("body")
    expect(preview).to_contain_text("Dag Fatima El Amrani")
    # Key by key, as people do: of one change in the moment in which the first preview is made, Wagtail tells nobody.
    page.locator("[name=body]").press("Control+End")
    page.locator("[name=body]").press_sequentially("\n\n{als plaats}Het gaat over {plaats}.{einde}", delay=20)
    expect(preview).to_contain_text("Het gaat over Statielei 10.", timeout=15_000)
    page.get_by_label("Voorbeeldmodus").select_option("paper")
    expect(preview.get_by_role("img", name="Bladzijde 1")).to_be_visible(timeout=15_000)


def test_a_clerk_decides_and_the_citizen_opens_the_letter(people: None, page: Page, open_page: OpenPage) -> None:
    opened = town.report()
    sign_in(page, "an")
    page.goto(opened.dossier.get_absolute_url())
    page.get_by_role("link", name="Weigeren").click()
    page.get_by_label("Feiten").fill(decisions.FACTS)
    page.get_by_label("Reden").fill(decisions.REASON)
    page.get_by_role("button", name="Toon de brief").click()
    expect(page.get_by_text("Niet akkoord?")).to_be_visible()
    expect(page.get_by_role("button", name="Bekijk als PDF")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Versturen en stap afronden").click()
    page.get_by_text("Brief: Uw aanvraag").click()
    expect(page.get_by_role("link", name="Open de brief zoals hij verzonden is (PDF)")).to_be_visible()
    assert_accessible(page)

    phone = open_page(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    phone.goto(opened.follow_link.get_absolute_url())
    link = phone.get_by_role("link", name="Open de brief (PDF)")
    expect(link).to_be_visible()
    assert fits(phone)
    sent = Notification.objects.latest("pk")
    response = phone.request.get(str(link.get_attribute("href")))
    assert response.body() == sent.read_pdf()

    tamper(sent)
    reader = open_page(viewport={"width": 320, "height": 640})
    reader.goto(str(link.get_attribute("href")))
    expect(reader.get_by_role("heading", name="We kunnen deze brief niet tonen")).to_be_visible()
    assert fits(reader)
    assert_accessible(reader)
    page.goto(reverse("dossiers:letter_pdf", args=[sent.pk]))
    expect(page.get_by_role("heading", name="Deze brief is niet wat verzonden is")).to_be_visible()
    assert_accessible(page)
