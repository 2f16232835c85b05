"""Chromium of the distribution, driven by Playwright, on the site as a person reaches it.

A page fails its test when the browser complains: an error in a script, something the content security policy
refused, a part that did not load, an answer of 500, or any request to another place than the site itself.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PROGRAMS = ["chromium", "chromium-browser", "google-chrome"]

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = os.environ.get("LOKET_CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert program, "Chromium is not installed. On Debian or Ubuntu: apt-get install chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


class Complaints(list[str]):
    """What the browser complained about on the pages of one context; not about another site that a test leads to."""

    def listen(self, context: BrowserContext, site: str, elsewhere: str = "") -> None:
        self.site, self.elsewhere = site, elsewhere
        context.on("console", self.console)
        context.on("weberror", lambda error: self.append(f"script: {error.error}"))
        context.on("request", self.request)
        context.on("response", self.response)

    def console(self, message: ConsoleMessage) -> None:
        # What did not load is judged by its answer, below: a page that is 404 on purpose is no complaint.
        if self.elsewhere and message.location.get("url", "").startswith(self.elsewhere):
            return
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.append(f"console: {message.text}")

    def request(self, request: Request) -> None:
        there = (request.url, request.headers.get("referer", ""))
        if self.elsewhere and any(url.startswith(self.elsewhere) for url in there):
            return
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != urlsplit(self.site).netloc:
            self.append(f"outside: {request.url}")

    def response(self, response: Response) -> None:
        if self.elsewhere and response.url.startswith(self.elsewhere):
            return
        part = response.request.resource_type != "document"
        # Wagtail saves drafts by itself; one that overtakes another is answered with 400 and done again later.
        autosave = response.status == 400 and response.request.method == "POST" and "/edit/" in response.url
        if autosave:
            return
        if response.status >= 500 or (part and response.status >= 400):
            self.append(f"answer {response.status}: {response.url}")


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[OpenPage]:
    """Opens a page in a browser profile of its own: `open_page(java_script_enabled=False, viewport=…)`."""
    complaints = Complaints()
    with ExitStack() as stack:

        def open_page(elsewhere: str = "", **options: Any) -> Page:
            context = browser.new_context(
                base_url=live_server.url,
                locale="nl-BE",
                timezone_id="Europe/Brussels",
                reduced_motion="reduce",
                **options,
            )
            stack.callback(context.close)
            context.set_default_timeout(10_000)
            complaints.listen(context, live_server.url, elsewhere)
            return context.new_page()

        yield open_page
    assert not complaints, "The browser complained:\n" + "\n".join(complaints)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page(viewport={"width": 1280, "height": 800})


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """The narrowest screen that WCAG's reflow asks for."""
    return open_page(viewport={"width": 320, "height": 640}, has_touch=True)


@pytest.fixture
def page_without_javascript(open_page: OpenPage) -> Page:
    return open_page(viewport={"width": 1280, "height": 800}, java_script_enabled=False)
