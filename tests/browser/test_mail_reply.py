"""A citizen answers by e-mail: the question leaves, the answer comes in, and the clerk reads and answers it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from core.models import User
from dossiers.actions import Opened
from dossiers.models import ProcessVersion
from integrations import tasks
from integrations.actions import sweep
from integrations.models import Mailbox
from parties.models import ContactPoint
from tests import papers, ready, town
from tests.browser.accessibility import assert_accessible, fits
from tests.browser.conftest import OpenPage
from tests.browser.test_first_melding import sign_in
from tests.browser.test_five_forms import shoot
from tests.browser.test_ready_processes import Taken, administrator, take
from tests.mail_server import PASSWORD
from tests.post_office import Attachment, PostOffice, post_office

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]
__all__ = ["administrator"]

TOWN = "loket@mortsel.example"
FATIMA, JAN = "fatima@example.org", "jan@example.org"
QUESTION = Taken(
    "Uitleg vragen aan de burger",
    "We wachten op uw antwoord",
    "Welke tegel ligt er los?",
    asks="Wat willen we nog weten?",
)


@pytest.fixture
def office(settings: Any, transactional_db: None) -> Iterator[PostOffice]:
    """What Loket sends is delivered, and it reads the mailbox to which people answer."""
    with post_office() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        box = running.box(TOWN)
        Mailbox.objects.create(
            name="Loket", address=TOWN, host="127.0.0.1", port=box.port, security="none", user=box.user, secret=PASSWORD
        )
        yield running


@pytest.fixture
def process(administrator: User) -> ProcessVersion:
    return ready.process("melding", by=administrator)


def begun(process: ProcessVersion, **more: Any) -> Opened:
    return town.report(process_version=process, at=timezone.now(), **more)


def photo() -> Attachment:
    content = BytesIO()
    Image.new("RGB", (600, 400), "grey").save(content, "JPEG")
    return "tegel.jpg", "image/jpeg", content.getvalue()


def look(page: Page) -> None:
    assert_accessible(page)
    assert fits(page)


def test_an_answer_by_mail_comes_with_its_dossier(
    process: ProcessVersion, office: PostOffice, page: Page, open_page: OpenPage
) -> None:
    opened = begun(process)
    dossier = opened.dossier
    sign_in(page, "an")
    take(page, dossier, QUESTION)
    tasks.sweep()
    confirmation, question = office.letters(FATIMA)
    assert dossier.number in confirmation["Subject"]
    assert QUESTION.reason in question.get_content()
    assert question["Reply-To"] == TOWN

    plan = ("plan.pdf", "application/pdf", papers.pdf())
    office.answer(question, "De derde, voor de deur.", photo(), plan, sender=f"Fatima El Amrani <{FATIMA}>")
    tasks.read_mailboxes()

    page.goto("/beheer/dossiers/")
    row = page.locator("[data-row]").filter(has_text=dossier.number)
    expect(row).to_contain_text("ongelezen bericht")
    look(page)
    row.get_by_role("link", name=dossier.number).click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("ongelezen bericht")
    expect(main.get_by_text("De derde, voor de deur.").first).to_be_visible()
    expect(main.get_by_text("> Beste Fatima").first).to_be_hidden()  # what she quotes is our own letter
    expect(main.get_by_text("tegel.jpg").first).to_be_visible()
    expect(main.get_by_text("plan.pdf").first).to_be_visible()
    look(page)
    shoot(page, "mail-antwoord")

    fatima = open_page(viewport={"width": 320, "height": 640}, has_touch=True)
    fatima.goto(opened.follow_link.get_absolute_url())
    look(fatima)

    page.get_by_label("Uw bericht").fill("Dank u. We komen morgen kijken.")
    page.get_by_role("button", name="Verstuur naar de burger").click()
    expect(main.get_by_text("Dank u. We komen morgen kijken.").first).to_be_visible()
    expect(main).not_to_contain_text("ongelezen bericht")
    sweep(at=timezone.now() + timedelta(minutes=11))  # the second letter waits for what may come along
    *_, last = office.letters(FATIMA)
    assert "Dank u. We komen morgen kijken." in last.get_content()
    fatima.reload()
    expect(fatima.get_by_text("Dank u. We komen morgen kijken.")).to_be_visible()

    # She says thanks, to that: nothing more to do.
    office.answer(last, "Prima, tot morgen!", sender=FATIMA)
    tasks.read_mailboxes()
    page.reload()
    expect(main.get_by_text("Prima, tot morgen!").first).to_be_visible()
    page.get_by_role("button", name="Gelezen, vraagt geen antwoord").click()
    expect(main.get_by_text("Prima, tot morgen!").first).to_be_visible()
    expect(main).not_to_contain_text("ongelezen bericht")
    look(page)
    page.goto("/beheer/dossiers/")
    expect(row).not_to_contain_text("ongelezen bericht")


def test_a_message_that_comes_back_is_told_on_the_dossier(
    process: ProcessVersion, office: PostOffice, page: Page
) -> None:
    office.moved.add(JAN)
    dossier = begun(process, name="Jan Peeters", email=JAN).dossier
    tasks.sweep()
    tasks.read_mailboxes()
    assert office.letters(JAN) == []

    sign_in(page, "an")
    page.goto(dossier.get_absolute_url())
    main = page.get_by_role("main")
    expect(page.get_by_role("heading", name=f"Berichten naar {JAN} komen terug")).to_be_visible()
    expect(main).to_contain_text("Bel de burger en vraag een ander adres")
    history = page.get_by_role("region", name="Geschiedenis")
    expect(history).to_contain_text("dit adres bestaat niet")
    expect(history).to_contain_text("teruggekomen")
    look(page)
    shoot(page, "mail-teruggekomen")
    assert ContactPoint.objects.get(value=JAN).bounced_at is not None


def test_a_mail_that_nobody_can_place_is_linked_on_the_screen(
    process: ProcessVersion, office: PostOffice, page: Page
) -> None:
    dossier = begun(process).dossier
    tasks.sweep()
    (confirmation,) = office.letters(FATIMA)
    del confirmation["Message-ID"]  # her husband writes, from scratch and without the number
    confirmation.replace_header("Subject", "Die tegel in de Statielei")
    office.answer(confirmation, "Het is er nu nog erger.", photo(), sender="Samir El Amrani <samir@example.org>")
    tasks.read_mailboxes()

    sign_in(page, "an")
    page.get_by_role("link", name=re.compile("om aan een dossier te koppelen")).click()
    expect(page.get_by_role("heading", name="Nog te koppelen")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Die tegel in de Statielei"))).to_contain_text("Samir El Amrani")
    look(page)
    shoot(page, "mail-nog-te-koppelen")
    page.get_by_role("link", name="Re: Die tegel in de Statielei").click()
    expect(page.get_by_text("Het is er nu nog erger.")).to_be_visible()
    expect(page.get_by_text("tegel.jpg")).to_be_visible()
    look(page)
    page.get_by_label("Nummer van het dossier").fill("MEL-1999-000001")
    page.get_by_role("button", name="Koppelen").click()
    expect(page.get_by_text("U hebt geen dossier met dit nummer.")).to_be_visible()
    expect(page.get_by_label("Nummer van het dossier")).to_have_value("MEL-1999-000001")
    look(page)
    shoot(page, "mail-koppelen")
    page.get_by_label("Nummer van het dossier").fill(dossier.number)
    page.get_by_role("button", name="Koppelen").click()
    expect(page.get_by_text(f"De mail staat bij dossier {dossier.number}.")).to_be_visible()
    expect(page.get_by_role("link", name="Re: Die tegel in de Statielei")).to_have_count(0)
    look(page)

    page.goto(dossier.get_absolute_url())
    main = page.get_by_role("main")
    expect(main.get_by_text("Het is er nu nog erger.").first).to_be_visible()
    expect(main.get_by_text("tegel.jpg").first).to_be_visible()
    expect(main).to_contain_text("Van een ander adres.")  # nobody knows who Samir is
    expect(main).to_contain_text("ongelezen bericht")
    look(page)
