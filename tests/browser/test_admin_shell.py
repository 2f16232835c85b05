"""What an administrator sees of the admin itself: sign-in, home page, menu, registers and process types."""

from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page, expect

from cms.demo.people import PASSWORD
from core.models import ClosingDay
from dossiers.models import LetterTemplate, ProcessType, Team
from integrations.models import Delivery
from tests.browser.accessibility import assert_accessible


@pytest.mark.django_db(transaction=True)
def test_the_administrators_screens_are_accessible(page: Page) -> None:
    call_command("demo", stdout=StringIO())
    page.goto("/beheer/")
    assert_accessible(page)
    page.get_by_label("Gebruikersnaam").fill("beheerder")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_role("heading", name="Dag Jan")).to_be_visible()
    assert_accessible(page)

    page.get_by_role("button", name="Beheer").click()
    expect(page.get_by_role("link", name="Sluitingsdagen")).to_be_visible()
    assert_accessible(page)

    team, day = Team.objects.earliest("pk"), ClosingDay.objects.earliest("pk")
    process_type = ProcessType.objects.get(name="Melding openbaar domein")
    letter = LetterTemplate.objects.earliest("pk")
    for address in (
        reverse("dossiers_team_modeladmin_index"),
        reverse("dossiers_team_modeladmin_create"),
        reverse("dossiers_team_modeladmin_edit", args=[team.pk]),
        reverse("dossiers_team_modeladmin_history", args=[team.pk]),
        reverse("dossiers_signatory_modeladmin_index"),
        reverse("dossiers_signatory_modeladmin_create"),
        reverse("core_closingday_modeladmin_index"),
        reverse("core_closingday_modeladmin_delete", args=[day.pk]),
        reverse("wagtailsnippets_dossiers_processtype:list"),
        reverse("wagtailsnippets_dossiers_processtype:edit", args=[process_type.pk]),
        reverse("wagtailsnippets_dossiers_lettertemplate:edit", args=[letter.pk]),
        reverse("integrations:deliveries"),
        Delivery.objects.earliest("pk").get_absolute_url(),
        reverse("wagtailmedia:index"),
    ):
        response = page.goto(address)
        assert response
        assert response.status == 200
        assert urlsplit(page.url).path == address
        assert_accessible(page)
