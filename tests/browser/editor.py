"""The form builder as an editor uses it: plus signs, boxes and lists. It counts what that takes."""

import re
from dataclasses import dataclass, field
from typing import Self

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as NotInTime

from tests.browser.accessibility import assert_editor_accessible


def appears(locator: Locator) -> bool:
    try:
        locator.wait_for(state="attached", timeout=2_000)
    except NotInTime:
        return False
    return True


@dataclass
class Effort:
    """What somebody does with a mouse and a keyboard."""

    clicks: int = 0
    """On a button or a tick box; choosing from a list takes two."""
    typed: int = 0
    """Boxes that are typed in."""
    blocks: int = field(default=0)
    """Steps and questions that were added."""

    def __str__(self) -> str:
        return f"{self.clicks} clicks, {self.typed} texts, {self.blocks} blocks"


class Part:
    """Something with fields on the editor's screen: a step, a question, a rule.

    ``prefix`` is what the names of its fields begin with.
    """

    def __init__(self, page: Page, effort: Effort, prefix: str) -> None:
        self.page, self.effort, self.prefix = page, effort, prefix

    # --- One field

    def control(self, name: str) -> Locator:
        return self.page.locator(f'[name="{self.prefix}{name}"]')

    def type(self, **texts: str) -> Self:
        for name, text in texts.items():
            self.effort.typed += 1
            self.control(name).fill(text)
        return self

    def tick(self, name: str, on: bool = True) -> Self:
        self.effort.clicks += 1
        box = self.control(name)
        for _attempt in range(4):  # the page may move away under the mouse
            if box.is_checked() == on:
                break
            box.click()
        expect(box).to_be_checked(checked=on)
        return self

    def choose(self, name: str, label: str) -> Self:
        """From the list that the browser shows, or that the form builder puts in front of a text."""
        self.effort.clicks += 2
        box = self.control(name)
        picker = self.page.locator(f'select[name="{self.prefix}{name}"], select[id="{self.prefix}{name}-kies"]')
        option = picker.locator("option", has_text=re.compile(rf"^\s*{re.escape(label)}$"))
        expect(option).to_have_count(1)  # the list follows what is typed
        picker.select_option(option.get_attribute("value"))
        expect(box).to_have_value(option.get_attribute("value") or "")
        return self

    def click(self, target: Locator) -> None:
        self.effort.clicks += 1
        target.click()

    def pick(self, option: Locator, opener: Locator) -> None:
        """From a list that closes by itself when the page is still moving, as it does for a person."""
        for _attempt in range(4):
            try:
                return option.click(timeout=2_000)
            except NotInTime:
                if not option.is_visible():
                    opener.click()
        raise AssertionError(f"{option} cannot be chosen")

    # --- What is inside

    def add(self, place: str, kind: str = "", **texts: str) -> "Block":
        """Add a block to the list ``place`` (of the kind with this name, where there are several)."""
        prefix = f"{self.prefix}{place}"
        count = self.page.locator(f'[name="{prefix}-count"]')
        number = int(count.input_value())
        # The plus signs of this list, not of what is inside its blocks.
        plus = count.locator("xpath=following-sibling::div").locator(
            "xpath=./div/button[contains(@class, 'c-sf-add-button')] | ./button[contains(@class, 'c-sf-add-button')]"
        )
        self.click(plus.last)
        if kind:
            self.effort.clicks += 1
            option = self.page.get_by_role("option", name=kind, exact=True).last
            self.pick(option, plus.last)
            if not appears(count.page.locator(f'[name="{prefix}-{number}-id"]')):
                plus.last.click()  # the list closed under the mouse
                self.pick(option, plus.last)
        expect(count).to_have_value(str(number + 1))
        self.effort.blocks += 1
        return Block(self.page, self.effort, f"{prefix}-{number}-value-").type(**texts)


class Block(Part):
    """A step, a question, an option or a rule."""

    @property
    def section(self) -> Locator:
        return self.page.locator(f'[name="{self.prefix.removesuffix("value-")}id"]').locator(
            "xpath=following-sibling::section"
        )

    def open_settings(self) -> Self:
        """What is folded away behind the cogwheel: condition, checks, key."""
        cog = self.section.locator("> .w-panel__header [data-streamfield-action=SETTINGS]")
        if cog.get_attribute("aria-expanded") == "false":
            self.click(cog)
        return self

    def options(self, *labels: str) -> Self:
        """Two boxes stand ready."""
        for number, label in enumerate(labels):
            if number < 2:
                self.type(**{f"options-{number}-value-label": label})
            else:
                self.add("options", label=label)
        return self

    def only_when(self, question: str, test: str, answer: str = "") -> Self:
        self.open_settings()
        self.click(
            self.page.locator(f'[id="block_group-{self.prefix}when-section"] > .w-panel__header .w-panel__toggle')
        )
        rule = self.add("when-rules", "Regel").choose("question", question).choose("test", test)
        if answer:
            rule.choose("value", answer)
        return self

    def check(self, name: str, value: str, message: str = "") -> Self:
        self.open_settings()
        check = self.add("checks").choose("check", name).type(value=value)
        if message:
            check.type(message=message)
        return self


class Editor(Part):
    """The page of a new form."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, Effort(), "")
        page.goto("/beheer/formulieren/add/")

    def add_step(self, title: str = "") -> Block:
        step = self.add("body")
        return step.type(title=title) if title else step

    def tab(self, name: str) -> Self:
        self.click(self.page.get_by_role("tab", name=name))
        return self

    def look(self) -> None:
        assert_editor_accessible(self.page)

    def process_type(self, name: str) -> Self:
        self.tab("Instellingen")
        self.click(self.page.get_by_role("button", name="Kies procestype"))
        chooser = self.page.locator(".modal")
        self.click(chooser.get_by_role("link", name=name, exact=True))
        expect(chooser).to_be_hidden()
        return self

    def publish(self) -> Effort:
        self.click(self.page.locator("footer [data-w-dropdown-target='toggle']"))
        self.click(self.page.get_by_role("button", name="Publiceren"))
        expect(self.page.get_by_text("en gepubliceerd.")).to_be_visible()
        return self.effort
