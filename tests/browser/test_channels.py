"""Letters on paper and mails that came in, as staff handle them in the browser."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from dossiers.models import Contact
from integrations.actions import sweep
from integrations.inbox.actions import poll, store
from integrations.models import Mailbox, PrintBatch, SmsGateway
from tests import town
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import OpenPage
from tests.integrations.mails import reply

pytestmark = [pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, username: str) -> None:
    page.goto("/beheer/login/")
    page.get_by_label("Gebruikersnaam").fill(username)
    page.locator("input[name=password]").fill("a-good-password")
    page.locator("button[type=submit]").click()
    expect(page).to_have_url(re.compile("/beheer/$"))


@pytest.fixture
def els() -> None:
    town.staff(
        "els",
        "dossiers.view_dossier",
        "dossiers.handle_dossier",
        "integrations.print_letters",
        "integrations.link_incomingmail",
        "integrations.view_delivery",
        "integrations.view_mailbox",
        "integrations.view_smsgateway",
        "integrations.change_smsgateway",
        teams=(town.team(),),
    )


def test_a_letter_goes_from_the_dossier_to_the_printer(els: None, page: Page) -> None:
    dossier = town.report(email="").dossier
    sweep(at=timezone.now())
    sign_in(page, "els")
    page.goto("/beheer/")
    page.get_by_role("link", name="af te drukken brieven").click()
    assert_accessible(page)
    page.get_by_role("link", name="Wijzig het adres").click()
    assert_accessible(page)
    page.get_by_label("Naam en adres").fill("Fatima El Amrani\nStatielei 10\n2640 Mortsel")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("2640 Mortsel")).to_be_visible()
    page.get_by_role("button", name="Maak een stapel").click()
    assert_accessible(page)
    batch = PrintBatch.objects.get()
    pdf = page.request.get(f"/beheer/afdrukken/stapel/{batch.pk}/pdf/")
    assert pdf.body().startswith(b"%PDF")
    page.get_by_role("button", name="Ze zijn afgedrukt").click()
    expect(page.get_by_text("Er wacht geen brief.")).to_be_visible()
    assert_accessible(page)
    page.goto(dossier.get_absolute_url())
    expect(page.get_by_text(re.compile("op papier: afgedrukt op"))).to_be_visible()
    page.goto(f"/beheer/afdrukken/stapel/{batch.pk}/")
    assert_accessible(page)
    page.get_by_role("button", name="Opnieuw afdrukken").click()
    expect(page.get_by_text("Opgelet: deze brieven zijn al eens afgedrukt.")).to_be_visible()


def test_a_mail_that_nobody_knows_is_linked_by_hand(els: None, page: Page, open_page: OpenPage) -> None:
    dossier = town.report().dossier
    Mailbox.objects.create(
        name="Loket",
        address="l@mortsel.example",
        host="x.invalid",
        user="x",
        secret="x",
        failing_since=timezone.now() - timedelta(hours=1),
        last_error="Verbinding geweigerd",
        enabled=False,
    )
    store(reply("", sender="An <an@elders.example>"), mailbox=None, at=timezone.now())
    poll(at=timezone.now())
    Mailbox.objects.update(enabled=True)
    sign_in(page, "els")
    page.goto("/beheer/")
    expect(page.get_by_text("De postbus Loket kan niet gelezen worden")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="mails om aan een dossier te koppelen").click()
    assert_accessible(page)
    page.get_by_role("link", name="Re: Uw melding").click()
    page.get_by_role("button", name="Koppelen").click()
    expect(page.get_by_text("Vul het nummer van het dossier in.")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Nummer van het dossier").fill(dossier.number)
    page.get_by_role("button", name="Koppelen").click()
    expect(page.get_by_text(f"De mail staat bij dossier {dossier.number}.")).to_be_visible()
    assert Contact.objects.filter(dossier=dossier, channel="mail").count() == 1
    page.goto(dossier.get_absolute_url())
    expect(page.get_by_role("region", name="Berichten")).to_contain_text("Van een ander adres.")
    assert_accessible(page)
    page.get_by_role("link", name="De hele mail").click()
    expect(page.get_by_text("Het is de derde tegel.")).to_be_visible()
    assert_accessible(page)


def test_a_text_message_provider_is_tried_out(els: None, page: Page) -> None:
    one = SmsGateway.objects.create(
        name="Proef", provider="twilio", account="AC0", sender="Mortsel", secret="x", address="https://x.invalid"
    )
    sign_in(page, "els")
    page.goto("/beheer/integrations/smsgateway/")
    expect(page.get_by_role("link", name="Stuur een proefbericht")).to_have_attribute(
        "href", f"/beheer/proefbericht/{one.pk}/"
    )
    page.goto(f"/beheer/proefbericht/{one.pk}/")
    assert_accessible(page)
    page.get_by_label("Gsm-nummer").fill("+32470123456")
    page.get_by_role("button", name="Stuur een proefbericht").click()
    expect(page.get_by_text("Het proefbericht vertrekt zo meteen.")).to_be_visible()
    assert_accessible(page)
