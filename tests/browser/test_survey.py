"""How satisfied somebody is, as people go through it: from the code in a letter, and on the screen at the desk."""

import re

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import Page, expect

from cms.roles import ROLES
from core.models import User
from dossiers.models import Event, SurveyInvitation, SurveyResponse
from dossiers.models.event import EventKind
from tests import town
from tests.browser.accessibility import assert_accessible, fits
from tests.browser.conftest import OpenPage
from tests.browser.test_first_melding import PASSWORD, press_to, sign_in
from tests.dossiers import finished

pytestmark = [pytest.mark.django_db(transaction=True)]

QUESTIONS = {
    "Hoe tevreden bent u over het resultaat?": "Niet tevreden",
    "Hoe tevreden bent u over hoe snel we u geholpen hebben?": "Helemaal niet tevreden",
    "Hoe tevreden bent u over hoe we met u omgingen?": "Niet van toepassing",
}


def member(username: str, role: str) -> User:
    user = User.objects.create_user(username, password=PASSWORD, first_name=username.title(), last_name="Claes")
    user.groups.add(Group.objects.get(name=ROLES[role].name))
    town.team().members.add(user)
    return user


def look(page: Page) -> None:
    assert_accessible(page)
    assert fits(page)


def refuse(page: Page, pk: int) -> str:
    """An refuses the report of somebody without e-mail; returns the letter as she hands it over."""
    page.goto(f"/beheer/dossiers/{pk}/stap/weigeren/")
    page.get_by_label("Reden").fill("Dit is privéterrein.")
    page.get_by_role("button", name="Toon de brief").click()
    expect(page.get_by_role("region", name="Dit krijgt de burger")).to_contain_text("(hier komt de code)")
    page.get_by_role("button", name="Versturen en stap afronden").click()
    page.get_by_text(re.compile("^Brief: ")).first.click()
    letter = page.locator(".l-letter__text").first
    expect(letter).to_be_visible()
    return letter.inner_text()


def test_from_the_code_in_a_letter_to_a_follow_up(page: Page, phone: Page) -> None:
    finished.with_code_in_the_letter()
    member("an", "dossierbehandelaar")
    dossier = town.report(email="", at=timezone.now()).dossier
    sign_in(page, "an")
    code = re.search(r"met code (\S{4}-\S{4})", refuse(page, dossier.pk))
    assert code

    phone.goto("/tevredenheid/")
    look(phone)
    phone.get_by_label("Code").fill("XXXX XXXX")
    phone.get_by_role("button", name="Ga verder").click()
    expect(phone.locator(".govuk-error-summary")).to_contain_text("We kennen deze code niet.")
    look(phone)
    phone.get_by_label("Code").fill(code[1].lower().replace("-", " "))
    phone.get_by_role("button", name="Ga verder").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Hoe hebben we u geholpen?")
    look(phone)
    press_to(phone, phone.get_by_role("button", name="Verstuur mijn antwoorden"))
    phone.keyboard.press("Enter")
    expect(phone.locator(".govuk-error-summary")).to_be_focused()
    expect(phone.locator(".govuk-error-summary").get_by_role("link")).to_have_count(3)
    look(phone)
    for question, answer in QUESTIONS.items():
        phone.get_by_role("group", name=question).get_by_label(answer, exact=True).check()
    phone.get_by_label(re.compile("^Wat ging goed")).fill("Ik wachtte te lang.")
    phone.get_by_role("group", name="Mag een medewerker").get_by_label("Ja, via de telefoon").check()
    phone.get_by_role("button", name="Verstuur mijn antwoorden").dblclick()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Bedankt")
    look(phone)
    assert SurveyResponse.objects.get().answers == (2, 1, None)

    phone.goto(SurveyInvitation.objects.get().get_absolute_url())
    expect(phone.get_by_role("heading", level=1)).to_have_text("U hebt al geantwoord")
    look(phone)

    page.goto(dossier.get_absolute_url())
    timeline = page.locator(".l-timeline")
    expect(timeline).to_contain_text("vraagt om contact via de telefoon")
    expect(timeline).not_to_contain_text("te lang")
    assert Event.objects.filter(kind=EventKind.FOLLOW_UP).count() == 1


def test_without_javascript(page_without_javascript: Page) -> None:
    page = page_without_javascript
    finished.refused(at=timezone.now())
    page.goto(f"{SurveyInvitation.objects.get().get_absolute_url()}?resultaat=5")
    expect(page.get_by_label("Heel tevreden").first).to_be_checked()
    page.get_by_role("button", name="Verstuur mijn antwoorden").click()
    expect(page).to_have_title(re.compile("^Fout: "))
    expect(page.get_by_label("Heel tevreden").first).to_be_checked()
    for group in page.get_by_role("group").all()[1:3]:
        group.get_by_label("Tevreden", exact=True).check()
    page.get_by_role("button", name="Verstuur mijn antwoorden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bedankt")
    assert SurveyResponse.objects.get().answers == (5, 4, 4)


def test_on_the_screen_at_the_desk(page: Page, open_page: OpenPage) -> None:
    dossier = finished.refused(email="", at=timezone.now())
    member("els", "onthaal")
    sign_in(page, "els")
    page.goto(dossier.get_absolute_url())
    page.get_by_role("link", name="Tevredenheid vragen aan het loket").click()
    assert_accessible(page)
    page.get_by_role("button", name="Toon de code").click()
    assert_accessible(page)
    code = page.locator(".s-code").inner_text()

    tablet = open_page(viewport={"width": 1024, "height": 768}, has_touch=True)
    tablet.goto("/tevredenheid/?loket")
    look(tablet)
    expect(tablet.get_by_role("link")).to_have_count(1)  # the skip link
    tablet.get_by_label("Code").fill(code)
    tablet.get_by_role("button", name="Ga verder").click()
    look(tablet)
    for group in tablet.get_by_role("group").all()[:3]:
        group.get_by_label("Heel tevreden").check()
    tablet.get_by_role("button", name="Verstuur mijn antwoorden").click()
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Bedankt")
    look(tablet)
    tablet.go_back()
    expect(tablet.get_by_role("heading", level=1)).to_have_text("U hebt al geantwoord")
    tablet.get_by_role("link", name="Terug naar het begin").click()
    expect(tablet).to_have_url(re.compile(r"/tevredenheid/\?loket$"))


def test_the_figures(page: Page) -> None:
    for number in range(6):
        finished.answered(5, 4, number % 5 + 1, number=number, at=timezone.now(), remark="Dank u.")
    finished.answered(1, 1, 1, number=7, at=timezone.now(), channel="desk")
    SurveyInvitation.objects.update(asked_at=timezone.now())  # not the next working day: that may be next quarter's
    member("jan", "beheerder")
    sign_in(page, "jan")
    page.goto("/beheer/tevredenheid/")
    expect(page.get_by_role("row", name=re.compile("^Balie"))).to_contain_text("te weinig antwoorden")
    assert_accessible(page)
    page.get_by_role("link", name="Melding openbaar domein").click()
    expect(page.get_by_role("heading", name="De drie vragen: Melding openbaar domein")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Lees de opmerkingen").click()
    expect(page.get_by_text("Dank u.").first).to_be_visible()
    assert_accessible(page)
