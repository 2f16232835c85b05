"""The browser's guards themselves: what should fail a test does."""

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import Complaints, OpenPage

BAD_PAGE = """<!doctype html><html lang="nl"><title>Slecht</title><main><h1>Slecht</h1><img src="/weg.png">
<script>document.title = "inline"</script><script src="/fout.js"></script><script src="http://elders.example/x.js"></script>
</main></html>"""


def answer(route: Route) -> None:
    path = route.request.url.split("/", 3)[3]
    if path == "slecht":
        headers = {"Content-Security-Policy": "script-src * "}
        route.fulfill(body=BAD_PAGE, content_type="text/html", headers=headers)
    elif path == "fout.js":
        route.fulfill(body="throw new Error('kapot')", content_type="text/javascript")
    elif path == "weg.png":
        route.fulfill(status=404)
    else:
        route.abort()


def test_what_the_browser_complains_about_is_collected(browser: Browser) -> None:
    complaints = Complaints()
    with browser.new_context() as context:
        complaints.listen(context, "http://loket.example")
        page = context.new_page()
        page.route("**/*", answer)
        page.goto("http://loket.example/slecht")
    kinds = {complaint.split(":")[0] for complaint in complaints}
    assert kinds == {"console", "script", "outside", "answer 404"}, complaints
    assert any("Content Security Policy" in complaint for complaint in complaints)


def test_axe_notices_an_inaccessible_page(browser: Browser) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.route("**/*", answer)
        page.goto("http://loket.example/slecht")
        with pytest.raises(AssertionError, match="image-alt"):
            assert_accessible(page)


def test_the_sign_in_page_loads_clean(page: Page, phone: Page, page_without_javascript: Page) -> None:
    for window in (page, phone, page_without_javascript):
        window.goto("/beheer/login/")
        assert window.locator("input[name=username]").is_visible()
    assert_accessible(page)


def test_a_page_opens_in_a_profile_of_its_own(open_page: OpenPage) -> None:
    first, second = open_page(), open_page()
    first.goto("/beheer/login/")
    assert first.context.cookies()
    assert not second.context.cookies()
