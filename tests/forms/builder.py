"""Forms for tests, built the way an editor builds them: from blocks, and published."""

import time
from io import BytesIO
from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from forms.models import FormDefinition, FormDraft, FormVersion
from parties.models import Party
from tests import town


def block_id(name: str) -> str:
    """What the editor's browser gives a block, but the same each time."""
    return str(uuid5(NAMESPACE_OID, name))


# What the editor finds filled in.
BLANK: dict[str, dict[str, Any]] = {
    "files": {"kinds": ["pdf", "docx", "txt", "jpg", "png", "heic"], "max_files": 3, "max_megabytes": 2}
}


def question(kind: str, label: str, **value: Any) -> dict[str, Any]:
    defaults: dict[str, Any] = {"label": label, "hint": "", "required": True, "key": ""}
    return {"type": kind, "id": block_id(label), "value": defaults | BLANK.get(kind, {}) | value}


def step(title: str, *questions: dict[str, Any], intro: str = "", **value: Any) -> dict[str, Any]:
    return {
        "type": "step",
        "id": block_id(f"step {title}"),
        "value": {"title": title, "intro": intro, "questions": list(questions)} | value,
    }


def group(title: str, *questions: dict[str, Any], **value: Any) -> dict[str, Any]:
    made = {"title": title, "intro": "", "questions": list(questions)} | value
    return {"type": "group", "id": block_id(f"group {title}"), "value": made}


def repeat(label: str, *questions: dict[str, Any], row_label: str = "kind", **value: Any) -> dict[str, Any]:
    made = {"row_label": row_label, "minimum": 1, "maximum": 10, "questions": list(questions)} | value
    return question("repeat", label, **made)


def rule(question: dict[str, Any] | str, test: str, value: str = "") -> dict[str, Any]:
    """A rule about a question (its block, or a reference such as "@rol")."""
    reference = question if isinstance(question, str) else question["id"]
    return {"question": reference, "test": test, "value": value}


def when(*rules: dict[str, Any], mode: str = "all") -> dict[str, Any]:
    """A condition as the editor sets it; a rule may be a list, which is a group of rules of its own (mode any)."""
    children = [
        {"type": "group", "value": {"mode": "any", "rules": [item(one) for one in found]}}
        if isinstance(found, list)
        else {"type": "rule", "value": found}
        for found in rules
    ]
    return {"mode": mode, "rules": children}


def check(name: str, value: str = "", message: str = "", *, soft: bool = False) -> dict[str, Any]:
    return item({"check": name, "value": value, "message": message, "soft": soft})


def item(value: Any) -> dict[str, Any]:
    """A member of a list, as the editor's browser sends it."""
    return {"type": "item", "id": str(uuid4()), "value": value}


NAME = question("text", "Wat is uw naam?", purpose="name", key="naam")
EMAIL = question("email", "Wat is uw e-mailadres?", is_own=True, key="email")
PHONE = question("phone", "Op welk nummer kunnen we u bellen?", is_own=True, required=False, key="telefoon")
WHAT = question("choice", "Wat is er aan de hand?", options=["Losse tegel", "Put in de weg", "Iets anders"], key="wat")
STORY = question("long_text", "Vertel ons meer", is_description=True, required=False, key="verhaal")
WHERE = question("place", "Waar is het?", is_subject=True, hint="Straat en nummer, of een plek", key="waar")
PHOTO = question("photo", "Hebt u een foto?", required=False, key="foto")


def melding_steps() -> list[dict[str, Any]]:
    return [step("Het probleem", WHAT, STORY), step("De plaats", WHERE, PHOTO), step("Uw gegevens", NAME, EMAIL, PHONE)]


def draft_form(*steps: dict[str, Any], **changes: Any) -> FormDefinition:
    """A form as an editor saved it, not published."""
    fields: dict[str, Any] = {
        "title": "Melding openbaar domein",
        "slug": "melding-openbaar-domein",
        "intro": "Ziet u iets dat stuk is?",
        "privacy": "We bewaren uw gegevens zolang het nodig is.",
        "body": list(steps) or melding_steps(),
        "live": False,
        "minimum_seconds": 0,  # a test fills in faster than people do
    }
    if "process_type" not in changes:
        fields["process_type"] = town.melding().process_type
    definition = FormDefinition(**(fields | changes))
    definition.full_clean()
    definition.save()
    return definition


def publish(definition: FormDefinition) -> FormVersion:
    definition.save_revision().publish()
    version = FormDefinition.objects.get(pk=definition.pk).current_version
    assert version is not None
    return version


def published_form(*steps: dict[str, Any], **changes: Any) -> FormVersion:
    return publish(draft_form(*steps, **changes))


def picture(
    size: tuple[int, int] = (60, 40), kind: str = "JPEG", name: str = "tegel.jpg", **save: Any
) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **save)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


class Citizen:
    """Somebody with a browser, filling in a form."""

    def __init__(self, slug: str = "melding-openbaar-domein") -> None:
        self.client = Client()
        self.slug = slug

    def start(self) -> "Citizen":
        response = self.client.post(reverse("forms:start", args=[self.slug]))
        assert response.status_code == 302, response.status_code
        self.uuid = response["Location"].split("/")[3]
        return self

    def is_signed_in_as(self, party: Party) -> None:
        """As after coming back from the provider (tests/dossiers/test_sign_in.py goes there)."""
        session = self.client.session
        session["signed_in"] = {"person": party.pk, "organisation": None, "token": "", "seen": time.time()}
        session.save()

    @property
    def draft(self) -> FormDraft:
        return FormDraft.objects.get(pk=self.uuid)

    def address(self, page: str, *args: int) -> str:
        return reverse(f"forms:{page}", args=[self.slug, self.uuid, *args])

    def get(self, page: str, *args: int, **query: str) -> Any:
        return self.client.get(self.address(page, *args), query)

    def fill_in(self, number: int, back_to_check: bool = False, **answers: Any) -> Any:
        address = self.address("step", number) + ("?terug=controle" if back_to_check else "")
        return self.client.post(address, answers)

    def fill_in_everything(self, **changes: Any) -> "Citizen":
        answers: dict[str, Any] = {
            "wat": "losse-tegel",
            "verhaal": "Ik ben bijna gevallen.",
            "waar": "Statielei 10",
            "naam": "Fatima El Amrani",
            "email": "fatima@example.org",
            "telefoon": "0470 12 34 56",
        } | changes
        for number, keys in enumerate([("wat", "verhaal"), ("waar", "foto"), ("naam", "email", "telefoon")], start=1):
            response = self.fill_in(number, **{key: answers[key] for key in keys if key in answers})
            assert response.status_code == 302, response.content.decode()
        return self

    def send(self) -> Any:
        return self.client.post(self.address("check"))
