"""The screens beside the dossiers on a phone, as each role that may see them: nothing sticks out, nothing is lost."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import Page, expect

from cms.roles import ROLES
from core.models import User
from dossiers.actions import Opened
from integrations.actions import sweep
from integrations.inbox.actions import poll, store
from integrations.models import Mailbox, WebhookEndpoint
from tests import town
from tests.browser.accessibility import assert_accessible, fits
from tests.browser.conftest import OpenPage
from tests.browser.test_first_melding import sign_in
from tests.browser.test_five_forms import shoot
from tests.dossiers import decisions
from tests.integrations.mails import reply

pytestmark = [pytest.mark.django_db(transaction=True)]

LONG = "peter.janssens.van.het.wijkcomite@buurtcomite-mortsel-dorp.example"
POST = ["/beheer/afdrukken/", "/beheer/inkomend/"]
SETTINGS = [
    "/beheer/integrations/mailbox/",
    "/beheer/integrations/webhookendpoint/",
    "/beheer/integrations/smsgateway/",
    "/beheer/dossiers/signatory/",
]
SCREENS = {
    "onthaal": ["/beheer/", *POST, "/beheer/tevredenheid/"],
    "dossierbehandelaar": ["/beheer/", *POST, "/beheer/tevredenheid/", "/beheer/dossiers/advies/"],
    "postregistratie": ["/beheer/", "/beheer/afdrukken/"],
    "directie": ["/beheer/", "/beheer/tevredenheid/"],
    "beheerder": ["/beheer/", *POST, *SETTINGS, "/beheer/tevredenheid/", "/beheer/tevredenheid/opmerkingen/"],
}


@pytest.fixture
def busy(transactional_db: None) -> Opened:
    """A letter to print, a mail to link, a mailbox that cannot be read, another system, and somebody who signs."""
    decisions.signatory(name="Jozefien Vandenbroucke-De Clercq")
    opened = town.report(name="Jozef De Clercq-Vandenbroucke", email="", at=timezone.now())
    sweep(at=timezone.now())
    store(
        reply("", sender=LONG, Subject="Vraag over het lawaai van de werken in de Edegemsestraat"),
        mailbox=None,
        at=timezone.now(),
    )
    poll(at=timezone.now())
    Mailbox.objects.create(
        name="Loket",
        address="loket.van.het.lokaal.bestuur@mortsel.example",
        host="x.invalid",
        user="x",
        secret="x",
        failing_since=timezone.now() - timedelta(hours=1),
        last_error="Verbinding geweigerd",
    )
    WebhookEndpoint.objects.create(
        name="Archief", address="https://archief.mortsel.example/loket/gebeurtenissen", secret="x" * 40
    )
    return opened


def look(page: Page, name: str) -> None:
    assert fits(page), page.url
    main = page.get_by_role("main")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth"), f"{page.url} scrolls sideways"
    assert_accessible(page)
    shoot(page, f"klein-{name}")


@pytest.mark.parametrize("role", SCREENS)
def test_what_a_role_sees_fits_a_phone(role: str, busy: Opened, open_page: OpenPage) -> None:
    user = User.objects.create_user("jan", password="a-good-password", first_name="Jan", last_name="Claes")
    user.groups.add(Group.objects.get(name=ROLES[role].name))
    town.team().members.add(user)
    phone = open_page(viewport={"width": 360, "height": 800}, has_touch=True)
    sign_in(phone, "jan")
    for address in SCREENS[role]:
        response = phone.goto(address)
        assert response
        assert response.ok, address
        look(phone, f"{role}-{address.strip('/').replace('/', '-')}")


def test_what_is_opened_from_there_fits_too(busy: Opened, open_page: OpenPage) -> None:
    user = User.objects.create_user("jan", password="a-good-password")
    user.groups.add(Group.objects.get(name=ROLES["beheerder"].name))
    phone = open_page(viewport={"width": 360, "height": 800}, has_touch=True)
    sign_in(phone, "jan")
    phone.goto("/beheer/inkomend/")
    phone.get_by_role("link", name="Vraag over het lawaai van de werken in de Edegemsestraat").click()
    mail, link = phone.get_by_text("Het is de derde tegel."), phone.get_by_label("Nummer van het dossier")
    expect(mail).to_be_visible()
    look(phone, "inkomend-mail")
    assert (mail.bounding_box() or {})["y"] < (link.bounding_box() or {})["y"]  # first read, then say where it belongs
    phone.goto("/beheer/afdrukken/")
    phone.get_by_role("button", name="Maak een stapel").click()
    expect(phone.get_by_role("button", name="Ze zijn afgedrukt")).to_be_visible()
    look(phone, "afdrukken-stapel")
    phone.goto(f"/beheer/integrations/mailbox/edit/{Mailbox.objects.get().pk}/")
    expect(phone.get_by_label("Beveiliging")).to_be_visible()
    look(phone, "postbus")


def test_wanting_no_messages_on_a_phone(open_page: OpenPage) -> None:
    phone = open_page(viewport={"width": 360, "height": 800}, has_touch=True)
    phone.goto(town.report(at=timezone.now()).follow_link.get_absolute_url())
    phone.get_by_role("link", name="Geen berichten meer krijgen over").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Geen berichten meer krijgen")
    assert fits(phone)
    assert_accessible(phone)
    phone.get_by_role("button", name="Ja, stuur mij geen berichten meer").click()
    expect(phone.get_by_role("alert")).to_contain_text("U krijgt geen berichten meer over deze aanvraag")
    phone.get_by_role("link", name="Weer berichten krijgen over").click()
    assert fits(phone)
    assert_accessible(phone)
