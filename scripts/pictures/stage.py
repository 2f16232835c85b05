"""Where the pictures are taken: a demo of its own, a camera, and a browser for each person."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

ROOT = Path(__file__).resolve().parent.parent.parent
MANUAL = ROOT / "docs" / "handleiding"
PICTURES = MANUAL / "beelden"
LARGEST = 150_000  # bytes
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
PASSWORD = "loket-demo-2026"  # noqa: S105  of the demo's accounts
PATIENCE = 30_000  # milliseconds

# The admin scrolls in a box of its own. What a box that hides its overflow was scrolled by the way, is put back.
SCROLL_TO = """element => {
  let box = null;
  for (let parent = element.parentElement; parent; parent = parent.parentElement) {
    parent.scrollLeft = 0;
    const scrolls = ["auto", "scroll"].includes(getComputedStyle(parent).overflowY);
    if (scrolls && parent.scrollHeight > parent.clientHeight) box ??= parent;
    else if (parent !== document.documentElement) parent.scrollTop = 0;
  }
  const top = element.getBoundingClientRect().top - 140;
  (box ?? document.scrollingElement).scrollBy({top, behavior: "instant"});
}"""

expect.set_options(timeout=PATIENCE)


# --- The demo ---------------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_site(site: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise SystemExit("The demo did not start; the lines above say why.")
        try:
            with urllib.request.urlopen(f"{site}/healthz", timeout=5):  # noqa: S310  our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise SystemExit("The demo did not answer within two minutes.")


@contextmanager
def demo() -> Iterator[str]:
    """The address of a fresh demo, which lives as long as the block."""
    port = free_port()
    site = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="loket-screenshots-") as folder:
        environment = os.environ | {"LOKET_ENV": "demo", "LOKET_VAR": folder, "PORT": str(port)}
        environment.pop("DATABASE_URL", None)
        print(f"Making a demo at {site} …", flush=True)
        for command in (["migrate", "--verbosity", "0"], ["demo"], ["collectstatic", "--no-input", "--verbosity", "0"]):
            subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
        server = subprocess.Popen(
            [sys.executable, "scripts/serve"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
        )
        try:
            await_site(site, server)
            yield site
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


# --- The camera -------------------------------------------------------------------------------------------------------


class Camera:
    """Takes a picture of what a page shows, small enough to keep in the repository."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def take(self, page: Page, name: str, at: Locator | None = None, style: str = "", height: int = 0) -> None:
        """``at``: scroll to it, so that it stands in the upper part of the picture. ``style``: CSS for the picture.

        ``height``: of the window, for what does not fit in the usual one.
        """
        usual = page.viewport_size
        if height and usual:
            page.set_viewport_size({"width": usual["width"], "height": height})
        if at is not None:
            at.evaluate(SCROLL_TO)
        page.evaluate("() => document.fonts.ready")
        shot = page.screenshot(animations="disabled", caret="hide", style=style)
        if height and usual:
            page.set_viewport_size(usual)
        with Image.open(BytesIO(shot)) as image:
            self.keep(image, name)

    def keep(self, image: Image.Image, name: str) -> None:
        target = PICTURES / f"{name}.png"
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)
        size = target.stat().st_size
        if size > LARGEST:
            raise SystemExit(f"{target.name} is {size} bytes; the largest that we keep is {LARGEST}.")
        self.taken.add(f"{name}.png")
        print(f"  {target.name} ({size // 1000} kB)", flush=True)

    def compare_with_manual(self) -> None:
        """Fails when the manual or the README shows a picture that is not there; removes what nobody shows."""
        shown = set()
        for page in [*MANUAL.glob("*.md"), ROOT / "README.md"]:
            if page.exists():
                shown |= set(re.findall(r"beelden/([\w-]+\.png)", page.read_text(encoding="utf-8")))
        for old in PICTURES.glob("*.png"):
            if old.name not in self.taken:
                old.unlink()
        if missing := shown - self.taken:
            raise SystemExit(f"Shown in the manual, but not taken: {', '.join(sorted(missing))}")
        if unused := self.taken - shown:
            print(f"Taken, but not shown in the manual: {', '.join(sorted(unused))}")


class Stage:
    """Browsers for each person, on one site."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser, self.site = browser, site
        self.camera = Camera()

    def open(self, viewport: ViewportSize) -> Page:
        context = self.browser.new_context(
            base_url=self.site,
            viewport=viewport,
            locale="nl-BE",
            timezone_id="Europe/Brussels",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        return context.new_page()

    def sign_in(self, username: str, picture: str = "") -> Page:
        page = self.open(DESK)
        page.goto("/beheer/")
        page.get_by_label("Gebruikersnaam").fill(username)
        page.locator("input[name=password]").fill(PASSWORD)
        if picture:
            self.camera.take(page, picture)
        page.locator("button[type=submit]").click()
        expect(page).to_have_url(re.compile("/beheer/$"))
        return page


def choose_in_menu(page: Page, group: str, item: str, camera: Camera, picture: str = "") -> None:
    """By the menu on the left, as the manual says."""
    button = page.get_by_role("button", name=group, exact=True)
    link = page.locator("#wagtail-sidebar").get_by_role("link", name=item, exact=True)
    button.click()
    try:
        expect(link).to_be_visible(timeout=3_000)
    except AssertionError:
        button.click()  # pressed before the page was ready, or open already: then it is pressed again, as anybody does
        expect(link).to_be_visible()
    if picture:
        camera.take(page, picture, height=1010)
    address = link.get_attribute("href") or ""
    link.click()
    page.wait_for_url(lambda url: url.split("?")[0].endswith(address))
