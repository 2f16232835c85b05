"""A process type is changed while dossiers run: nothing happens to those until somebody moves them on purpose."""

import re
from typing import Self

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from cms.roles import ROLES
from core.actors import Actor
from core.models import User
from dossiers.actions import take_step
from dossiers.models import Dossier, ProcessType
from tests import town
from tests.browser.accessibility import assert_accessible, assert_editor_accessible, fits
from tests.browser.conftest import OpenPage
from tests.browser.editor import Block, Effort, Part
from tests.browser.test_first_melding import sign_in
from tests.browser.test_five_forms import shoot

pytestmark = [pytest.mark.django_db(transaction=True)]

PASSWORD = "a-good-password"


@pytest.fixture
def people(transactional_db: None) -> None:
    """Jan, who may change process types, and An, who handles the dossiers of the team."""
    town.melding()
    for username, role in (("jan", "beheerder"), ("an", "dossierbehandelaar")):
        user = User.objects.create_user(username, password=PASSWORD, first_name=username.title(), last_name="Claes")
        user.groups.add(Group.objects.get(name=ROLES[role].name))
        town.team().members.add(user)


class ProcessEditor(Part):
    """The page of a process type, from the list."""

    def __init__(self, page: Page, name: str) -> None:
        super().__init__(page, Effort(), "")
        page.goto("/beheer/snippets/dossiers/processtype/")
        assert_accessible(page)
        page.get_by_role("link", name=name).click()
        expect(page.locator('[name="statuses-count"]')).to_be_attached()

    def tab(self, name: str) -> Self:
        self.page.get_by_role("tab", name=name).click()
        return self

    def block(self, place: str, label: str) -> Block:
        """The status or step with this name, opened."""
        names = self.page.locator(f'[name^="{place}-"][name$="-value-label"]')
        names.first.wait_for(state="attached")
        (number,) = [number for number in range(names.count()) if names.nth(number).input_value() == label]
        name = names.nth(number).get_attribute("name") or ""
        block = Block(self.page, self.effort, name.removesuffix("label"))
        toggle = block.section.locator("> .w-panel__header .w-panel__toggle")
        if toggle.get_attribute("aria-expanded") == "false":
            toggle.click()
        return block

    def publish(self) -> None:
        with self.page.expect_navigation():
            self.page.locator("footer [data-w-dropdown-target='toggle']").click()
            self.page.get_by_role("button", name="Publiceren").click()

    def refused(self) -> Locator:
        return self.page.locator(".loket-problems li")


def change(editor: ProcessEditor) -> None:
    """Other words, another term, a new status that nothing leads on from, and a decision without its letter."""
    editor.block("statuses", "Niet ontvankelijk").type(label="Geweigerd").tick("is_decision")
    editor.block("statuses", "Wacht op u").choose("milestone", "In behandeling")
    editor.block("steps", "Afwerken").type(label="Werk afronden")
    added = editor.add("statuses", label="Ter plaatse bekeken", citizen_label="We zijn komen kijken")
    added.choose("milestone", "In behandeling")
    step = editor.add("steps", label="Gaan kijken", target="Ter plaatse bekeken")
    step.type(**{"sources-0-value": "Ontvankelijk"})
    assert_editor_accessible(editor.page)
    editor.tab("Termijnen")
    editor.type(**{"terms-0-value-days": "5"})
    assert_editor_accessible(editor.page)


def read_preview(page: Page) -> None:
    """The drawing beside the editor, as the process is at this moment."""
    page.get_by_label("Toon/verberg voorvertoning").click()
    preview = page.frame_locator("#w-preview-iframe").locator("body")
    expect(preview.get_by_role("img")).to_be_visible(timeout=15_000)
    expect(preview).to_contain_text("Gaan kijken → Ter plaatse bekeken", timeout=15_000)
    expect(preview).to_contain_text("5 werkdagen")
    expect(preview.get_by_role("heading", name="Kan nog niet gepubliceerd worden")).to_be_visible()
    page.get_by_label("Toon/verberg voorvertoning").click()


def steps_offered(page: Page, dossier: Dossier) -> list[str]:
    page.goto(dossier.get_absolute_url())
    side = page.get_by_role("complementary", name="Status en stappen")
    expect(side).to_be_visible()
    return side.locator(".l-steps a").all_inner_texts()


def test_a_process_type_changes_while_dossiers_run(people: None, page: Page, open_page: OpenPage) -> None:
    running, waiting = begun("Fatima El Amrani", "aanvaarden"), begun("Els Wouters", "vragen")
    an = open_page(viewport={"width": 1280, "height": 900})
    sign_in(an, "an")
    assert steps_offered(an, running) == ["Afwerken"]

    sign_in(page, "jan")
    editor = ProcessEditor(page, "Melding openbaar domein")
    change(editor)
    read_preview(page)
    editor.publish()
    refused_and_nothing_lost(editor)
    editor.block("statuses", "Geweigerd").tick("is_decision", on=False)
    editor.publish()
    expect(editor.refused()).to_contain_text("Geen enkele stap leidt hier verder")  # from the new status
    step = editor.block("steps", "Werk afronden")
    step.add("sources")
    step.type(**{"sources-1-value": "Ter plaatse bekeken"})
    editor.publish()
    expect(page.get_by_text("gepubliceerd")).to_be_visible()

    # Nothing changes by itself: who began on the old version stays there, who comes now gets the new one.
    new = begun("Piet Maes")
    assert steps_offered(an, running) == ["Afwerken"]
    assert steps_offered(an, new) == ["Aanvaarden", "Weigeren", "Vragen"]
    assert (running.process_version.number, new.process_version.number) == (1, 2)

    move(page, running, waiting)
    assert steps_offered(an, running) == ["Werk afronden", "Gaan kijken"]
    expect(an.get_by_role("region", name="Geschiedenis")).to_contain_text("Versie 1 → versie 2")
    an.get_by_role("link", name="Gaan kijken").click()
    an.get_by_role("button", name="Gaan kijken").click()
    expect(an.get_by_text(f"{running.number}: Gaan kijken.")).to_be_visible()
    assert steps_offered(an, running) == ["Werk afronden"]
    assert steps_offered(an, waiting) == ["Aanvaarden", "Weigeren"]
    expect(an.get_by_role("complementary", name="Status en stappen")).to_contain_text("Wacht op u")


def begun(name: str, step: str = "") -> Dossier:
    """A report, and the first thing that An did with it."""
    version = ProcessType.objects.get().current_version
    email = f"{name.split()[0].lower()}@example.org"
    dossier = town.report(name=name, email=email, process_version=version, at=timezone.now()).dossier
    if step:
        by = Actor.staff(User.objects.get(username="an"))
        take_step(dossier=dossier, step=step, expected_version=1, by=by, at=timezone.now())
    return dossier


def refused_and_nothing_lost(editor: ProcessEditor) -> None:
    """The reason stands above and, one press further, at the block; every word is still there."""
    page = editor.page
    expect(page.get_by_text("Nog niet gepubliceerd.")).to_be_visible()
    expect(editor.refused()).to_contain_text("vink dus in de brief ‘Niet ontvankelijk’ ‘is een beslissing’ aan")
    assert_editor_accessible(page)
    shoot(page, "proces-geweigerd")
    editor.refused().get_by_role("link").click()
    step = editor.block("steps", "Weigeren")
    expect(step.section.locator(".loket-problem")).to_be_visible()
    expect(step.control("target")).to_have_value("Geweigerd")  # it followed its status to another name
    assert_editor_accessible(page)
    shoot(page, "proces-geweigerd-blok")
    editor.block("statuses", "Ter plaatse bekeken")
    expect(editor.block("steps", "Gaan kijken").control("sources-0-value")).to_have_value("Ontvankelijk")
    expect(editor.control("terms-0-value-days")).to_have_value("5")
    assert ProcessType.objects.get().current_version.number == 1


def move(page: Page, running: Dossier, waiting: Dossier) -> None:
    """First what would change, then do it; what cannot be moved is said, before and after."""
    page.get_by_role("link", name="Melding openbaar domein").click()
    page.locator("header [data-w-dropdown-target='toggle']").first.click()
    page.get_by_role("link", name="Lopende dossiers").click()
    expect(page.get_by_text("blijven daar")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Wacht op u"))).to_contain_text("geen status met deze mijlpaal")
    assert_accessible(page)
    page.get_by_role("button", name="Bekijk wat er verandert").click()
    changes = page.get_by_role("table", name="Wat er verandert")
    expect(changes.get_by_role("row", name=re.compile(running.number))).to_contain_text("Ontvankelijk → Ontvankelijk")
    expect(changes.get_by_role("row", name=re.compile(waiting.number))).to_contain_text("geen status die past")
    assert_accessible(page)
    assert fits(page)
    shoot(page, "proces-verplaatsen")
    running.refresh_from_db()
    assert running.process_version.number == 1  # looking changes nothing
    page.get_by_role("button", name="Breng deze naar versie 2").click()
    expect(page.get_by_role("row", name=re.compile(running.number))).to_contain_text("Verplaatst")
    assert_accessible(page)
    shoot(page, "proces-verplaatst")
    page.get_by_role("link", name="Bekijk wat er nog is").click()
    expect(page.get_by_role("row", name=re.compile("Wacht op u"))).to_contain_text("1")
    page.get_by_role("button", name="Bekijk wat er verandert").click()
    expect(changes.get_by_role("row", name=re.compile(waiting.number))).to_contain_text("geen status die past")
    expect(page.get_by_role("button", name="Breng deze")).to_have_count(0)  # nothing is left that can go
    running.refresh_from_db()
    waiting.refresh_from_db()
    assert (running.process_version.number, waiting.process_version.number) == (2, 1)
