"""Adding files as people do it: with progress and by keyboard, on a phone, and without JavaScript."""

import os
import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from forms import actions
from forms.models import Submission, Upload
from integrations.scanning import Scan, Verdict
from tests import papers, town
from tests.browser.accessibility import assert_accessible, fits
from tests.browser.conftest import OpenPage
from tests.browser.test_first_melding import sign_in
from tests.forms import builder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

PLANS = builder.question("files", "Voeg uw plannen toe", key="plannen", hint="Een plan of foto per bestand.")
PICTURES = os.environ.get("LOKET_PICTURES")
"""A folder to keep pictures of the screens in."""


def shoot(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


@pytest.fixture
def form(transactional_db: None) -> None:
    builder.published_form(
        builder.step("Uw plannen", PLANS, builder.WHERE), builder.step("Uw gegevens", builder.NAME, builder.EMAIL)
    )


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    made = {
        "plan.pdf": papers.pdf(),
        "grondplan gelijkvloers versie 2.pdf": papers.pdf(inside=b"%2\n"),
        "foto.jpg": papers.picture(size=(300, 200)),
        "fout.pdf": b"MZ" + b"\0" * 100,
        "groot.txt": b"a" * (3 * 1024 * 1024),
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in made}


def begin(page: Page) -> None:
    page.goto("/formulieren/melding-openbaar-domein/")
    page.get_by_role("button", name="Start nu").click()
    expect(page.get_by_role("heading", name="Uw plannen")).to_be_visible()


def status(page: Page) -> str:
    return page.locator("[role=status]:not([data-said])").inner_text()


def test_files_come_in_one_by_one_and_can_be_removed(form: None, files: dict[str, Path], page: Page) -> None:
    begin(page)
    assert_accessible(page)
    shoot(page, "empty")
    page.get_by_label("Waar is het?").fill("Statielei 10")
    expect(page.get_by_role("button", name="Toevoegen")).to_be_hidden()
    page.get_by_label("Voeg uw plannen toe").set_input_files(
        [files["plan.pdf"], files["fout.pdf"], files["foto.jpg"], files["groot.txt"]]
    )
    expect(page.locator("[data-loket-files-list] .loket-file")).to_have_count(2)
    expect(page.get_by_text("fout.pdf: We kunnen dit bestand niet lezen als PDF")).not_to_have_count(0)
    expect(page.locator("p", has_text="groot.txt: Het bestand is groter dan 2 MB")).to_be_visible()
    expect(page.locator("[role=status]:not([data-said])")).to_have_text("foto.jpg is toegevoegd")
    assert_accessible(page)
    shoot(page, "filled")
    for name in ("fout.pdf", "groot.txt"):
        page.get_by_role("button", name=f"Sluiten {name}").click()
    # Focus goes to what is left, and what was typed stays.
    page.get_by_role("button", name="Verwijderen plan.pdf").click()
    expect(page.locator("[role=status]:not([data-said])")).to_have_text("plan.pdf is verwijderd")
    expect(page.get_by_role("button", name="Verwijderen foto.jpg")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".loket-file")).to_have_count(0)
    expect(page.get_by_label("Voeg uw plannen toe")).to_be_focused()
    assert page.get_by_label("Waar is het?").input_value() == "Statielei 10"
    assert not Upload.objects.exists()


def test_upload_can_be_cancelled_and_tried_again(form: None, files: dict[str, Path], page: Page) -> None:
    begin(page)
    held: list[Route] = []
    page.route("**/bestanden/", lambda route: held.append(route))
    box = page.get_by_label("Voeg uw plannen toe")
    box.set_input_files([files["plan.pdf"], files["foto.jpg"]])
    expect(page.get_by_role("progressbar", name="plan.pdf")).to_be_visible()
    assert status(page) == "plan.pdf wordt toegevoegd"
    assert_accessible(page)
    shoot(page, "busy")
    # Sent too early: the form waits for its files.
    page.get_by_role("button", name="Verder", exact=True).last.click()
    expect(page.locator("[role=status]:not([data-said])")).to_contain_text("We zijn nog bestanden aan het toevoegen")
    page.get_by_role("button", name="Annuleren plan.pdf").click()
    expect(page.get_by_role("progressbar", name="plan.pdf")).to_have_count(0)
    expect(box).to_be_focused()
    page.wait_for_function(
        "document.querySelector('[role=status]:not([data-said])').textContent.startsWith('foto.jpg')"
    )
    assert len(held) == 2
    held[1].abort()
    expect(page.locator("p", has_text="foto.jpg is niet toegevoegd")).to_be_visible()
    expect(page.get_by_role("heading", name="Uw plannen")).to_be_visible()  # with an error it does not go on
    shoot(page, "failed")
    page.unroute("**/bestanden/")
    page.get_by_role("button", name="Opnieuw proberen foto.jpg").click()
    expect(page.locator("[data-loket-files-list] .loket-file")).to_have_count(1)
    assert list(Upload.objects.values_list("name", flat=True)) == ["foto.jpg"]


def test_form_goes_on_by_itself_when_its_files_are_there(form: None, files: dict[str, Path], page: Page) -> None:
    begin(page)
    held: list[Route] = []
    page.route("**/bestanden/", lambda route: held.append(route))
    page.get_by_label("Waar is het?").fill("Statielei 10")
    page.get_by_label("Voeg uw plannen toe").set_input_files(files["plan.pdf"])
    expect(page.get_by_role("progressbar", name="plan.pdf")).to_be_visible()
    page.get_by_role("button", name="Verder", exact=True).last.click()
    expect(page.locator("[role=status]:not([data-said])")).to_contain_text("We zijn nog bestanden aan het toevoegen")
    held[0].continue_()
    expect(page.get_by_role("heading", name="Uw gegevens")).to_be_visible()
    assert list(Upload.objects.values_list("name", flat=True)) == ["plan.pdf"]


def test_dropped_file_is_added(form: None, page: Page) -> None:
    begin(page)
    dropped = page.evaluate_handle(
        "() => { const data = new DataTransfer(); data.items.add(new File(['tekst'], 'nota.txt')); return data; }"
    )
    page.dispatch_event(".loket-files__new", "drop", {"dataTransfer": dropped})
    expect(page.locator("[data-loket-files-list] .loket-file")).to_contain_text("nota.txt")


def test_on_a_phone(form: None, files: dict[str, Path], phone: Page) -> None:
    begin(phone)
    phone.get_by_label("Voeg uw plannen toe").set_input_files(
        [files["grondplan gelijkvloers versie 2.pdf"], files["foto.jpg"], files["fout.pdf"]]
    )
    expect(phone.locator("[data-loket-files-list] .loket-file")).to_have_count(2)
    expect(phone.locator("p", has_text="fout.pdf")).to_be_visible()
    assert_accessible(phone)
    assert fits(phone)
    shoot(phone, "phone")


def test_without_javascript(form: None, files: dict[str, Path], page_without_javascript: Page) -> None:
    page = page_without_javascript
    begin(page)
    page.get_by_label("Waar is het?").fill("Statielei 10")
    box = page.get_by_label("Voeg uw plannen toe")
    box.set_input_files([files["plan.pdf"], files["foto.jpg"], files["fout.pdf"]])
    page.get_by_role("button", name="Toevoegen").click()
    expect(page.locator(".loket-file")).to_have_count(2)
    expect(page.locator(".govuk-error-summary")).to_contain_text("fout.pdf: We kunnen dit bestand niet lezen als PDF")
    assert page.get_by_label("Waar is het?").input_value() == "Statielei 10"
    shoot(page, "without-javascript")
    page.get_by_role("button", name="Verwijderen foto.jpg").click()
    expect(page.locator(".loket-file")).to_have_count(1)
    assert page.get_by_label("Waar is het?").input_value() == "Statielei 10"
    with page.expect_download() as download:
        page.get_by_role("link", name="plan.pdf").click()
    assert Path(download.value.path()).read_bytes() == papers.pdf()
    page.get_by_role("button", name="Verder", exact=True).last.click()
    page.get_by_label("Wat is uw naam?").fill("Fatima El Amrani")
    page.get_by_label("Wat is uw e-mailadres?").fill("fatima@example.org")
    page.get_by_role("button", name="Verder", exact=True).last.click()
    expect(page.locator("dd", has_text="plan.pdf")).to_be_visible()
    shoot(page, "check")
    page.get_by_role("button", name="Versturen").click()
    expect(page.get_by_role("heading", name=re.compile("ontvangen", re.IGNORECASE))).to_be_visible()
    assert Submission.objects.get().uploads.get().name == "plan.pdf"


def test_clerk_sees_what_may_be_opened(form: None, files: dict[str, Path], open_page: OpenPage) -> None:
    citizen = builder.Citizen().start()
    chosen = [files["plan.pdf"], files["grondplan gelijkvloers versie 2.pdf"], files["foto.jpg"]]
    with chosen[0].open("rb") as one, chosen[1].open("rb") as two, chosen[2].open("rb") as three:
        citizen.fill_in(1, waar="Statielei 10", plannen=[one, two, three])
    citizen.fill_in(2, naam="Fatima", email="fatima@example.org")
    citizen.send()
    clean, infected = Upload.objects.get(name="plan.pdf"), Upload.objects.get(name__startswith="grondplan")
    actions.record_verdict(upload=clean, verdict=Verdict(Scan.CLEAN), at=timezone.now())
    actions.record_verdict(upload=infected, verdict=Verdict(Scan.INFECTED, "Win.Test.Virus"), at=timezone.now())
    town.clerk()
    page = open_page(viewport={"width": 1280, "height": 900})
    sign_in(page, "an")
    page.goto(Submission.objects.get().dossier.get_absolute_url())
    expect(page.get_by_text("geen virus gevonden")).to_be_visible()
    expect(page.get_by_text("virus gevonden", exact=True)).to_be_visible()
    expect(page.get_by_text("niet gescand op virussen")).to_be_visible()
    assert_accessible(page)
    shoot(page, "clerk")
    with page.expect_download() as download:
        page.get_by_role("link", name="plan.pdf", exact=True).click()
    assert Path(download.value.path()).read_bytes() == papers.pdf()
