"""A form in a page of another website: another origin on this machine, in a real browser."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from forms.elsewhere import HEIGHT, embed_code
from forms.models import EmbedHost, FormVersion, Submission
from tests.browser.accessibility import assert_accessible
from tests.forms import builder

pytestmark = [pytest.mark.django_db(transaction=True)]

HOST_PAGE = """<!DOCTYPE html><html lang="nl"><head><meta charset="utf-8"><title>Bibliotheek</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Bibliotheek</h1><p>Meld het hier.</p>{code}<p>Einde van de pagina.</p></main></body></html>"""


@pytest.fixture
def form(live_server: Any, settings: Any) -> FormVersion:
    settings.BASE_URL = live_server.url
    return builder.published_form(embedding_allowed=True)


@pytest.fixture
def host(form: FormVersion) -> Iterator[str]:
    with website(form) as address:
        yield address


@contextmanager
def website(form: FormVersion) -> Iterator[str]:
    """The address of the other website: 127.0.0.1 where Loket is localhost, so no cookie of one reaches the other."""
    content = HOST_PAGE.format(code=embed_code(form.definition)).encode()

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def allowed(host: str) -> str:
    EmbedHost.objects.create(name="Bibliotheek", origin=host)
    return host


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens the other website; what the browser complains about fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def visit(address: str, *, listen: bool = True, **options: Any) -> Page:
        context = browser.new_context(locale="nl-BE", reduced_motion="reduce", **options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        if listen:
            context.on("weberror", lambda error: complaints.append(str(error.error)))
            context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page = context.new_page()
        page.goto(address)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not [text for text in complaints if "favicon" not in text], complaints


def inside(page: Page) -> Frame:
    frame = page.frames[1]
    frame.wait_for_load_state()
    return frame


def fits(page: Page) -> None:
    """The frame is exactly as high as what is in it."""
    content = "Math.ceil(document.body.getBoundingClientRect().height)"
    page.wait_for_function(
        "([height]) => document.querySelector('iframe').getBoundingClientRect().height === height",
        arg=[inside(page).evaluate(content)],
    )
    assert inside(page).evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    assert inside(page).evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def fill_in(page: Page) -> None:
    form = page.frame_locator("iframe")
    form.get_by_role("button", name="Start nu").click()
    form.get_by_label("Losse tegel").check()
    form.get_by_role("button", name="Verder", exact=True).click()
    form.get_by_label("Waar is het?").fill("Statielei 10")
    form.get_by_role("button", name="Verder", exact=True).click()
    form.get_by_label("Wat is uw naam?").fill("Fatima El Amrani")
    form.get_by_label("Wat is uw e-mailadres?").fill("fatima@example.org")
    form.get_by_role("button", name="Verder", exact=True).click()
    form.get_by_role("button", name="Versturen").click()
    expect(form.get_by_role("heading", level=1)).to_have_text("We hebben uw formulier ontvangen")


@pytest.mark.parametrize("width", [1280, 320])
def test_a_citizen_sends_a_form_from_another_website(allowed: str, visit: Callable[..., Page], width: int) -> None:
    page = visit(allowed, viewport={"width": width, "height": 700})
    fits(page)
    assert_accessible(inside(page))
    form = page.frame_locator("iframe")
    form.get_by_role("button", name="Start nu").click()
    expect(form.get_by_role("heading", name="Het probleem")).to_be_visible()
    fits(page)
    before = page.locator("iframe").bounding_box()
    form.get_by_role("button", name="Verder", exact=True).click()  # with mistakes: the page grows
    expect(form.get_by_role("alert")).to_be_visible()
    fits(page)
    assert before
    assert (page.locator("iframe").bounding_box() or before)["height"] > before["height"]
    assert_accessible(inside(page))
    page.goto(allowed)
    fill_in(page)
    fits(page)
    assert_accessible(inside(page))
    assert Submission.objects.get().role == "burger"
    assert page.context.cookies() == []
    with page.context.expect_page() as opened:
        form.get_by_role("link", name="Volg hoe het verder gaat").click()
    expect(opened.value.get_by_role("banner")).to_be_visible()


def test_the_next_page_begins_at_its_top(allowed: str, visit: Callable[..., Page]) -> None:
    page = visit(allowed, viewport={"width": 320, "height": 400})
    form = page.frame_locator("iframe")
    form.get_by_role("button", name="Start nu").click()
    form.get_by_label("Losse tegel").check()
    form.get_by_role("button", name="Verder", exact=True).click()
    expect(form.get_by_role("heading", name="De plaats")).to_be_visible()
    expect(form.get_by_role("heading", name="De plaats")).to_be_in_viewport()


def test_files_are_added_in_the_frame(
    live_server: Any, settings: Any, visit: Callable[..., Page], tmp_path: Path
) -> None:
    settings.BASE_URL = live_server.url
    files = builder.question("files", "Welke foto's hebt u?", key="fotos", kinds=["jpg"], max_files=2, max_megabytes=5)
    form = builder.published_form(builder.step("Bestanden", files, builder.NAME, builder.EMAIL), embedding_allowed=True)
    path = tmp_path / "tegel.jpg"
    Image.new("RGB", (300, 200), "grey").save(path)
    with website(form) as host:
        EmbedHost.objects.create(name="Bibliotheek", origin=host)
        page = visit(host)
        frame = page.frame_locator("iframe")
        frame.get_by_role("button", name="Start nu").click()
        frame.get_by_label("Welke foto's hebt u?").set_input_files(path)
        expect(frame.get_by_role("link", name="tegel.jpg")).to_be_visible()
        fits(page)
        picture = frame.locator(".loket-file__picture")
        expect(picture).to_be_visible()
        assert picture.evaluate("async (image) => { await image.decode(); return image.naturalWidth }") > 0


def test_without_javascript_the_frame_scrolls(allowed: str, visit: Callable[..., Page]) -> None:
    page = visit(allowed, java_script_enabled=False)
    fill_in(page)
    box = page.locator("iframe").bounding_box()
    assert box
    assert box["height"] == HEIGHT
    assert Submission.objects.count() == 1


def test_a_website_that_is_not_on_the_list_shows_nothing(host: str, visit: Callable[..., Page]) -> None:
    EmbedHost.objects.create(name="Een andere", origin="https://bib.example")
    page = visit(host, listen=False)
    expect(page.get_by_text("Einde van de pagina.")).to_be_visible()
    page.wait_for_function("() => true")
    assert page.frames[1].url.startswith("chrome-error://")


def test_no_other_page_can_be_put_in_a_frame(allowed: str, visit: Callable[..., Page], live_server: Any) -> None:
    page = visit(allowed, listen=False)
    for path in ("/formulieren/melding-openbaar-domein/", "/beheer/login/"):
        with page.expect_event("framenavigated"):
            page.evaluate("address => { document.querySelector('iframe').src = address }", live_server.url + path)
        assert page.frames[1].url.startswith("chrome-error://")


def test_only_the_frame_itself_may_say_how_high_it_is(allowed: str, visit: Callable[..., Page]) -> None:
    page = visit(allowed)
    fits(page)
    height = (page.locator("iframe").bounding_box() or {})["height"]
    page.evaluate("() => window.postMessage({ type: 'loket-height', height: 5000 }, '*')")
    page.evaluate("() => new Promise((done) => setTimeout(done, 0))")
    assert (page.locator("iframe").bounding_box() or {})["height"] == height
