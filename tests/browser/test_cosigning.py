"""Signing a form together, as each of them sees it: who fills in, the other person, and the clerk."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.actors import Actor
from dossiers.models import Dossier, FollowLink
from forms import actions
from forms.cosign_rules import Cosigner
from forms.models import Cosignature, FormVersion
from integrations.models import Delivery
from tests import town
from tests.browser.test_first_melding import sign_in
from tests.browser.test_later import begin, look
from tests.forms import builder
from tests.forms.test_submit import filled_draft

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _form() -> None:
    builder.published_form(cosigners_max=2, cosigner_who="de andere ouder")


def mail_to(address: str) -> str:
    return next(
        mail.payload["text"]
        for mail in Delivery.objects.filter(kind="cosign").order_by("-pk")
        if mail.payload["to"] == [address]
    )


def link_to(address: str) -> str:
    found = re.search(r"/formulieren/medeondertekenen/\S+", mail_to(address))
    assert found
    return found[0]


def to_the_check_page(page: Page) -> None:
    begin(page)
    page.get_by_label("Losse tegel").check()
    page.get_by_role("button", name="Verder", exact=True).click()
    page.get_by_label("Waar is het?").fill("Statielei 10")
    page.get_by_role("button", name="Verder", exact=True).click()
    page.get_by_label("Wat is uw naam?").fill("Ann Maes")
    page.get_by_label("Wat is uw e-mailadres?").fill("ann@example.org")
    page.get_by_role("button", name="Verder", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kijk uw antwoorden na")


def fill_in_person(page: Page, number: int, name: str, email: str) -> None:
    person = page.get_by_role("group", name=f"Persoon {number}")
    person.get_by_label("Voornaam en achternaam").fill(name)
    person.get_by_label("E-mailadres").fill(email)


def send(*cosigners: Cosigner) -> None:
    version = FormVersion.objects.get()
    actions.submit(draft=filled_draft(version), cosigners=cosigners, by=Actor.citizen(), at=timezone.now())


@pytest.mark.parametrize("visitor", ["page_without_javascript", "phone"])
def test_two_people_sign_and_one_of_them_on_a_phone(
    visitor: str, request: pytest.FixtureRequest, page: Page, phone: Page
) -> None:
    asker: Page = request.getfixturevalue(visitor)

    def look_as_asker() -> None:
        if visitor == "phone":  # axe itself needs JavaScript
            look(asker)

    to_the_check_page(asker)
    look_as_asker()
    asker.get_by_role("link", name="Verder", exact=True).click()
    expect(asker.get_by_role("heading", level=1)).to_have_text("Wie ondertekent mee?")
    look_as_asker()
    fill_in_person(asker, 1, "Jan Peeters", "ANN+1@example.org")
    asker.get_by_role("button", name="Voeg nog een persoon toe").click()
    fill_in_person(asker, 2, "Mia Claes", "mia@example.org")
    asker.get_by_role("button", name="Versturen", exact=True).last.click()
    expect(asker).to_have_title(re.compile("^Fout: "))
    expect(asker.get_by_role("alert").first).to_contain_text("Dit is uw eigen e-mailadres.")
    look_as_asker()
    fill_in_person(asker, 1, "Jan Peeters", "jan@example.org")
    asker.get_by_role("button", name="Versturen", exact=True).last.click()
    expect(asker.get_by_role("heading", level=1)).to_have_text("We hebben uw formulier ontvangen")
    expect(asker.get_by_role("main")).to_contain_text("Jan Peeters (jan@example.org), tot en met")
    look_as_asker()

    page.goto(link_to("jan@example.org"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Ondertekent u mee?")
    expect(page.get_by_role("main")).to_contain_text("Statielei 10")
    expect(page.get_by_role("main")).not_to_contain_text("ann@example.org")
    look(page)
    page.get_by_role("button", name="Ik ben akkoord en onderteken").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    look(page)
    page.get_by_label(re.compile("^Ik heb de antwoorden gelezen")).check()
    page.get_by_role("button", name="Ik ben akkoord en onderteken").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("U hebt ondertekend")
    look(page)

    phone.goto(link_to("mia@example.org"))
    look(phone)
    phone.get_by_text("Ik ben niet akkoord", exact=True).click()
    look(phone)
    phone.get_by_label("Waarom gaat u niet akkoord?").fill("Ik weet van niets.")
    phone.get_by_role("button", name="Verstuur dat ik niet akkoord ben").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("U bent niet akkoord")
    look(phone)
    assert "Mia Claes gaat niet akkoord" in mail_to("ann@example.org")

    phone.goto(FollowLink.objects.get().get_absolute_url())
    expect(phone.get_by_role("main")).to_contain_text("Niet iedereen gaat akkoord.")
    look(phone)


def test_correcting_an_address_from_the_follow_page(phone: Page, page_without_javascript: Page) -> None:
    send(Cosigner("Jan Peeters", "jna@example.org"))
    for visitor, address in ((page_without_javascript, "jan.peeters@example.org"), (phone, "jan@example.org")):
        visitor.goto(FollowLink.objects.get().get_absolute_url())
        visitor.get_by_role("link", name="Vraag het opnieuw, of verbeter een e-mailadres").click()
        email = visitor.get_by_label("E-mailadres van Jan Peeters")
        email.fill("fatima@example.org")
        visitor.get_by_role("button", name="Stuur de e-mail opnieuw").click()
        expect(visitor.get_by_role("main")).to_contain_text("Dit is het e-mailadres van wie het formulier invulde.")
        if visitor is phone:
            look(visitor)
        email.fill(address)
        visitor.get_by_role("button", name="Stuur de e-mail opnieuw").click()
        expect(visitor.get_by_role("status")).to_contain_text(address)
    look(phone)
    phone.goto(link_to("jan@example.org"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("Ondertekent u mee?")
    phone.goto(link_to("jan.peeters@example.org"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("Deze link werkt niet meer")
    look(phone)


def test_after_the_term(phone: Page, page: Page) -> None:
    send(Cosigner("Jan Peeters", "jan@example.org"))
    Cosignature.objects.update(
        asked_at=timezone.now() - timedelta(days=20), deadline=timezone.now() - timedelta(days=1)
    )
    phone.goto(link_to("jan@example.org"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("U kunt niet meer ondertekenen")
    look(phone)

    town.clerk()
    sign_in(page, "an")
    page.goto(Dossier.objects.get().get_absolute_url())
    panel = page.get_by_role("region", name="Medeondertekening")
    expect(panel).to_contain_text("Niet iedereen ondertekende op tijd.")
    panel.get_by_role("link", name=re.compile("Vraag het opnieuw of geef meer tijd")).click()
    page.get_by_role("button", name="Verstuur de e-mail").click()
    expect(page.get_by_role("region", name="Medeondertekening")).to_contain_text("Wacht op medeondertekening")
    phone.reload()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Ondertekent u mee?")
