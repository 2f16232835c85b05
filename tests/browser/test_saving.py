"""An editor presses a button at a bad moment: a draft is on its way, or she was signed out. Nothing is lost."""

import pytest
from playwright.sync_api import Page, Route, expect

from forms.models import FormDefinition
from tests.browser.accessibility import assert_accessible
from tests.browser.test_form_builder import edit, sign_in
from tests.forms import builder

pytestmark = [pytest.mark.django_db(transaction=True)]


def type_until_a_draft_leaves(page: Page) -> Route:
    """A draft that Wagtail sends by itself, held up on its way."""
    underway: list[Route] = []

    def hold(route: Route) -> None:
        by_itself = route.request.method == "POST" and "json" in route.request.headers["accept"]
        underway.append(route) if by_itself and not underway else route.continue_()

    page.route("**/beheer/formulieren/**", hold)
    with page.expect_request(lambda request: request.method == "POST" and "/formulieren/" in request.url):
        # Wagtail begins to look after two seconds.
        page.locator("#id_title").press_sequentially("Zoals een mens typt", delay=200)
    page.locator("#id_title").press_sequentially(" en nu helemaal af")
    return underway[0]


def announce_draft(page: Page) -> None:
    """As Wagtail does, a moment before it sends the draft."""
    page.locator("[data-edit-form]").dispatch_event("w-autosave:save", {"bubbles": True, "cancelable": True})


def test_pressing_twice_saves_once(page: Page) -> None:
    sign_in(page)
    page.goto("/beheer/formulieren/add/")
    page.locator("#id_title").fill("Ongeduldig")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    with page.expect_navigation():
        page.locator("[data-edit-form]").evaluate("form => { form.requestSubmit(); form.requestSubmit(); }")
    expect(page.locator(".messages .success")).to_be_visible()
    assert len([url for url in posts if url.endswith("/add/")]) == 1
    assert FormDefinition.objects.count() == 1


def test_saving_while_the_first_draft_is_on_its_way_makes_one_form_with_everything_in_it(page: Page) -> None:
    sign_in(page)
    page.goto("/beheer/formulieren/add/")
    draft = type_until_a_draft_leaves(page)
    page.get_by_role("button", name="Bewaar concept").click()
    assert not FormDefinition.objects.exists()
    draft.continue_()
    expect(page.locator(".messages .success")).to_be_visible()
    assert FormDefinition.objects.get().get_latest_revision_as_object().title == "Zoals een mens typt en nu helemaal af"


def test_publishing_while_a_draft_is_on_its_way_still_publishes(page: Page) -> None:
    definition = builder.draft_form()
    definition.save_revision()
    sign_in(page)
    edit(page, definition)
    page.locator("#id_title").fill("")
    draft = type_until_a_draft_leaves(page)
    page.get_by_role("button", name="Meer acties").click()
    page.get_by_role("button", name="Publiceren").click()
    draft.continue_()
    expect(page.locator(".messages .success")).to_be_visible()
    definition.refresh_from_db()
    assert definition.live
    assert definition.title == "Zoals een mens typt en nu helemaal af"


def test_who_was_signed_out_keeps_the_page_and_saves_after_signing_in_again(page: Page) -> None:
    definition = builder.draft_form()
    definition.save_revision()
    sign_in(page)
    edit(page, definition)
    page.context.clear_cookies(name="sessionid")
    page.locator("#id_title").fill("Getypt na de nacht")
    announce_draft(page)
    page.get_by_role("button", name="Bewaar concept").click()
    dialog = page.get_by_role("dialog", name="U bent uitgelogd")
    expect(dialog).to_be_visible()
    assert_accessible(page)
    dialog.get_by_role("button", name="Ik ben weer ingelogd").click()
    expect(dialog.get_by_role("alert")).to_have_text("U bent nog niet ingelogd. Doe dat eerst in het andere tabblad.")
    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="Inloggen").click()
    other = opened.value
    other.get_by_label("Gebruikersnaam").fill("ellen")
    other.get_by_label("Wachtwoord").fill("a-good-password")
    other.get_by_role("button", name="Inloggen").click()
    other.wait_for_url("**/beheer/")
    other.close()
    if dialog.is_visible():  # it closes by itself when the browser says that the tab is seen again
        dialog.get_by_role("button", name="Ik ben weer ingelogd").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#id_title")).to_have_value("Getypt na de nacht")
    with page.expect_navigation():
        page.get_by_role("button", name="Bewaar concept").click()
    expect(page.locator(".messages .success")).to_be_visible()
    definition.refresh_from_db()
    assert definition.get_latest_revision_as_object().title == "Getypt na de nacht"
