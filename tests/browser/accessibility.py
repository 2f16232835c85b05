"""axe-core on what a person sees."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

STILL = """() => new Promise((done) => {
  const ends = (animation) => isFinite(animation.effect.getComputedTiming().endTime);
  const moving = () =>
    document.getAnimations().some((one) => one.playState === "running" && ends(one)) ||
    (window.jQuery && jQuery(":animated").length);
  const look = () => (moving() ? requestAnimationFrame(look) : done());
  look();
})"""
"""Wagtail lets its blocks slide open: half-way they are smaller than a finger."""
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def assert_accessible(page: Page, *, within: str | None = None) -> None:
    """No violation of WCAG 2.2 A or AA on the page as it is now (or in the part that the CSS selector names)."""
    page.wait_for_load_state()
    page.evaluate(STILL)
    results = Axe().run(page, context=within, options={"runOnly": {"type": "tag", "values": STANDARD}}).response
    assert results["passes"], f"axe found nothing to check on {page.url}"
    report = [
        f"- {violation['id']} ({violation['impact']}): {violation['help']}\n"
        + "\n".join(
            f"    {' '.join(map(str, node['target']))}\n      {node['html'][:200]}" for node in violation["nodes"]
        )
        for violation in results["violations"]
    ]
    assert not report, f"{len(report)} accessibility violations on {page.url}:\n" + "\n".join(report)


def fits(page: Page) -> bool:
    """Nothing sticks out sideways."""
    page.wait_for_load_state()  # a click is done when the next page begins to come in: it may be empty yet
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def assert_editor_accessible(page: Page) -> None:
    """From the top and not pushed aside by Playwright: axe takes a button that is half covered for a small one."""
    page.locator("main").evaluate("main => main.scrollTo(0, 0)")
    assert_accessible(page)
