"""A list is looked through, one dossier is held back, a colleague approves, and a declaration remains."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from dossiers.actions import retention
from dossiers.models import DestructionList, Dossier, FollowLink
from tests import town
from tests.browser.accessibility import assert_accessible, fits
from tests.browser.test_colleagues import sign_in
from tests.cms.test_sign_in import member
from tests.dossiers import finished

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [1280, 360])
def test_from_proposal_to_declaration(open_page: object, width: int) -> None:
    page: Page = open_page(viewport={"width": width, "height": 800})  # type: ignore[operator]
    town.published(town.draft_melding(retention_years=1, retention_source="Selectielijst lokale besturen, 4.12"))
    ended = timezone.now() - timedelta(days=800)
    dossiers = [finished.refused(at=ended + timedelta(days=1), email=f"{n}@example.org") for n in range(3)]
    Dossier.objects.update(first_contact_at=ended)
    retention.propose(at=timezone.now())
    made = DestructionList.objects.get()
    member("beheerder")
    member("gegevensbescherming")

    sign_in(page, "beheerder")
    page.goto("/beheer/bewaren/")
    assert_accessible(page)
    assert fits(page)
    page.get_by_role("link", name=str(made)).click()
    assert_accessible(page)
    assert fits(page)
    page.get_by_role("link", name=f"Langer bewaren… {dossiers[0].number}").click()
    page.get_by_role("button", name="Langer bewaren").click()
    expect(page.get_by_text("Schrijf waarom dit dossier langer bewaard moet worden.")).to_be_visible()
    assert_accessible(page)
    assert fits(page)
    page.get_by_label("Waarom moet het langer bewaard worden?").fill("Er loopt een zaak bij de rechtbank.")
    page.get_by_label("Bewaren tot").fill((timezone.localdate() + timedelta(days=400)).isoformat())
    page.get_by_role("button", name="Langer bewaren").click()
    page.get_by_role("button", name="Voorleggen ter goedkeuring").click()
    expect(page.get_by_text("Iemand anders moet de lijst goedkeuren.")).to_be_visible()

    sign_in(page, "gegevensbescherming")
    page.goto(made.get_absolute_url())
    assert_accessible(page)
    assert fits(page)
    page.get_by_role("button", name="Goedkeuren: 2 vernietigen").click()
    expect(page.get_by_text("Vink aan dat deze gegevens voorgoed vernietigd mogen worden.")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Ik heb de lijst bekeken").check()
    page.get_by_role("button", name="Goedkeuren: 2 vernietigen").click()
    expect(page.get_by_text("0 van 2 vernietigd")).to_be_visible()
    assert retention.destroy_approved(at=timezone.now()) == 2
    page.reload()
    expect(page.get_by_text("2 van 2 vernietigd")).to_be_visible()
    expect(page.get_by_role("link", name="Verklaring van vernietiging (PDF)")).to_be_visible()
    assert_accessible(page)
    assert fits(page)

    gone = Dossier.objects.exclude(anonymised_at=None).first()
    assert gone is not None
    page.goto(FollowLink.objects.filter(dossier=gone).latest("created_at").get_absolute_url())
    expect(page.get_by_role("heading", name="Deze aanvraag is niet meer beschikbaar")).to_be_visible()
    assert_accessible(page)
    assert fits(page)
    sign_in(page, "beheerder")
    for dossier in (gone, dossiers[0]):
        page.goto(dossier.get_absolute_url())
        assert_accessible(page)
        assert fits(page)
    expect(page.get_by_text("Er loopt een zaak bij de rechtbank.")).to_be_visible()
