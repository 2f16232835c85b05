"""A dossier that is shielded, a colleague who is away, and which team may do what."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from playwright.sync_api import Page, expect

from dossiers.models import Dossier
from tests import town
from tests.browser.accessibility import assert_accessible, fits
from tests.browser.test_colleagues import sign_in
from tests.cms.test_sign_in import PASSWORD, member

pytestmark = pytest.mark.django_db(transaction=True)


def looks_right(page: Page) -> None:
    """Without barriers, and without a sideways scroll bar on a phone."""
    assert_accessible(page)
    page.set_viewport_size({"width": 320, "height": 800})
    assert fits(page)
    page.set_viewport_size({"width": 1280, "height": 800})


def test_shielding_standing_in_and_who_may_do_what(open_page: object) -> None:
    page: Page = open_page(viewport={"width": 1280, "height": 800})  # type: ignore[operator]
    an, bea = town.clerk(), town.clerk("bea", first_name="Bea", last_name="Janssens")
    town.clerk("piet", first_name="Piet", last_name="Maes")
    member("beheerder")
    for person in (an, bea):
        person.set_password(PASSWORD)
        person.save()
    dossier = town.report(subject="Klacht over een collega").dossier
    Dossier.objects.filter(pk=dossier.pk).update(handler=an)

    sign_in(page, "an")
    page.goto(dossier.get_absolute_url())
    page.get_by_role("link", name="Dit dossier afschermen").click()
    page.get_by_role("button", name="Afschermen").click()
    expect(page.get_by_text("Zeg waarom dit dossier afgeschermd is.")).to_be_visible()
    looks_right(page)
    page.get_by_label("Waarom is dit dossier afgeschermd?").fill("Gaat over een collega")
    page.get_by_label("Piet Maes").check()
    page.get_by_role("button", name="Afschermen").click()
    expect(page.get_by_text("Alleen deze mensen lezen het: An Claes, Piet Maes")).to_be_visible()
    looks_right(page)

    page.goto("/beheer/dossiers/vervanging/")
    looks_right(page)
    today = timezone.localdate()
    page.get_by_label("Wie doet het werk?").select_option(label="Bea Janssens")
    page.get_by_label("Laatste dag").fill((today - timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Bewaren").click()
    expect(page.get_by_text("De laatste dag ligt voor de eerste.")).to_be_visible()
    page.get_by_label("Laatste dag").fill((today + timedelta(days=4)).isoformat())
    page.get_by_label("Ook de afgeschermde dossiers").check()
    page.get_by_role("button", name="Bewaren").click()
    expect(page.get_by_text("Bea Janssens doet het werk van An Claes.")).to_be_visible()
    looks_right(page)

    sign_in(page, "bea")
    page.goto("/beheer/dossiers/?toon=mijn")
    until = date_format(today + timedelta(days=4), "l j F")
    expect(page.get_by_text(f"U vervangt An Claes tot en met {until}.")).to_be_visible()
    expect(page.get_by_role("link", name=dossier.number)).to_be_visible()
    looks_right(page)

    sign_in(page, "beheerder")
    page.goto(dossier.get_absolute_url())
    expect(page.get_by_text(dossier.subject)).not_to_be_attached()
    page.goto("/beheer/dossiers/bevoegdheden/")
    looks_right(page)
    page.get_by_role("link", name="Melding openbaar domein").click()
    looks_right(page)
    page.get_by_label("Alleen het team dat het dossier heeft, en de teams hieronder").check()
    page.get_by_role("group", name="Themaloket ruimte").get_by_label("beslist").check()
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("gesloten voor andere teams")).to_be_visible()
    expect(page.get_by_text("Themaloket ruimte: ziet, behandelt, beslist")).to_be_visible()
