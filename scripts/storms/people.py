"""Citizens who send the form, through the pages and through the API, and clerks who take steps, all over HTTP."""

import html
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import requests
from storms.loket import CLERKS, FORM, PASSWORD

PATIENCE = 180  # seconds that somebody goes on trying
READING = 3  # seconds that the form wants people to take
NUMBER = re.compile(r"\bMEL-\d{4}-\d{6}\b")
STEPS = {"ontvankelijk": "ontvankelijk", "in-uitvoering": "in-uitvoering", "afhandelen": "afgehandeld"}
"""The steps that a clerk takes one after another, and the status that each leads to."""


class Refused(Exception):
    """Loket gave an answer that nobody should get."""


def until_it_works(attempt: Callable[[], Any]) -> Any:
    """What a patient person does: try again. Raises TimeoutError when that took too long."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            answer = attempt()
            if answer is not None:
                return answer
        except requests.RequestException:
            answer = None  # it was down just then
        if time.monotonic() > deadline:
            raise TimeoutError("Loket did not answer any more.")
        time.sleep(0.2)


class Citizen:
    """Sends one form. ``send`` is one attempt: the number of the dossier, or None when Loket was down just then."""

    def __init__(self, site: str, turn: int, surname: str) -> None:
        self.site, self.turn = site, turn
        self.answers = {
            "soort": "verlichting", "onderwerp": f"Lamp {turn} is stuk", "plaats": f"Statielei {turn}",
            "naam": f"Burger {turn}", "email": f"burger{turn}@{surname}.example",
        }  # fmt: skip
        self.session = requests.Session()
        self.session.headers["X-Forwarded-For"] = f"10.{turn // 65536 % 256}.{turn // 256 % 256}.{turn % 256}"
        self.session.headers["Referer"] = site
        self.took: list[float] = []
        self.key = str(uuid.uuid4())
        self.where = f"{site}/formulieren/{FORM}/"

    def send(self) -> str | None:
        return self.by_page() if self.turn % 2 else self.by_api()

    def ask(self, method: str, address: str, **more: Any) -> requests.Response | None:
        started = time.monotonic()
        answer = self.session.request(method, address, timeout=60, **more)
        self.took.append(time.monotonic() - started)
        return None if answer.status_code >= 500 else answer

    def by_api(self) -> str | None:
        address = f"{self.site}/api/v1/formulieren/{FORM}/inzendingen/"
        answer = self.ask("POST", address, json={"antwoorden": self.answers}, headers={"Idempotency-Key": self.key})
        if answer is None:
            return None
        if answer.status_code != 201:
            raise Refused(f"{answer.status_code}: {answer.text[:300]}")
        return str(answer.json()["nummer"])

    def by_page(self) -> str | None:
        """Page after page, as a browser without JavaScript. Goes on at the page where the last attempt ended."""
        page = self.ask("GET", self.where)
        while page is not None:
            self.where = page.url
            if page.url.endswith("/klaar/"):
                number = NUMBER.search(page.text)
                if number is None:
                    raise Refused("The confirmation names no number.")
                return number[0]
            if page.status_code != 200:
                raise Refused(f"{page.status_code} at {page.url}: {_main(page.text)[:300]}")
            forms = re.findall(r'<form[^>]*method="post".*?</form>', page.text, re.S)
            if not forms:
                raise Refused(f"There is no form at {page.url}.")
            if page.url.endswith("/controle/"):
                time.sleep(READING)
            page = self.ask("POST", page.url, data=self.filled(forms[0]))
        return None

    def filled(self, form: str) -> dict[str, str]:
        data = {}
        for field in re.findall(r"<(?:input|textarea)[^>]*>", form):
            name, kind = _attribute(field, "name"), _attribute(field, "type")
            if name and kind not in {"radio", "checkbox", "file"}:
                data[name] = _attribute(field, "value")
        return data | {name: answer for name, answer in self.answers.items() if f'name="{name}"' in form}


class Clerk:
    """Takes steps. ``take`` is one attempt: True when the step is taken, None when Loket was down just then."""

    def __init__(self, site: str, number: int) -> None:
        self.site, self.name = site, CLERKS[number % len(CLERKS)]
        self.session = requests.Session()
        self.session.headers["X-Forwarded-For"] = f"10.200.0.{number}"
        self.session.headers["Referer"] = site

    def take(self, dossier: str, step: str) -> bool | None:
        """An attempt whose answer was lost may have taken the step: then the step is not possible any more."""
        page = self.find(dossier, "te-doen") or self.find(dossier, "afgehandeld")
        if not page:
            return None
        address = f"{self.site}{page}stap/{step}/"
        form = self.session.get(address, timeout=60)
        if form.status_code >= 500:
            return None
        if not form.url.endswith(f"/stap/{step}/"):
            return True
        data = {name: _hidden(form.text, name) for name in ("csrfmiddlewaretoken", "version")}
        done = self.session.post(address, data=data | {"reason": "De lamp brandt weer.", "send": "1"}, timeout=60)
        return True if done.ok and not done.url.endswith(f"/stap/{step}/") else None

    def find(self, dossier: str, tab: str) -> str:
        """The path of the dossier's page; '' when it is not there, or Loket was down or asked a password."""
        found = self.session.get(f"{self.site}/beheer/dossiers/", params={"q": dossier, "toon": tab}, timeout=60)
        if "/login/" in found.url:
            self.sign_in(found.text)
        link = re.search(r'href="(/beheer/dossiers/\d+/)"', found.text)
        return link[1] if link and found.status_code < 500 else ""

    def sign_in(self, page: str) -> None:
        entry = {"username": self.name, "password": PASSWORD, "next": "/beheer/"}
        token = _hidden(page, "csrfmiddlewaretoken")
        self.session.post(f"{self.site}/beheer/login/", data=entry | {"csrfmiddlewaretoken": token}, timeout=60)


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""


def _hidden(text: str, name: str) -> str:
    tags = re.findall(r"<input[^>]+>", text)
    return next((_attribute(tag, "value") for tag in tags if _attribute(tag, "name") == name), "")


def _main(text: str) -> str:
    """The words of a page, for whoever must understand what went wrong."""
    return " ".join(re.sub(r"<[^>]+>", " ", text.partition("<main")[2] or text).split())
