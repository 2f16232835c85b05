"""What a clerk reads before the button is, to the letter, what the citizen gets after it."""

from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import Actor
from core.models import User
from dossiers import actions
from dossiers.models import Dossier, LetterTemplate, Notification
from tests import town
from tests.dossiers import decisions
from tests.forms.test_answers_copy import read

pytestmark = [pytest.mark.django_db, pytest.mark.both]

DATE = "U hoort van ons ten laatste op {uiterste_datum}."
LATER = town.MONDAY + timedelta(days=3)


def letter(name: str) -> int:
    made, _new = LetterTemplate.objects.get_or_create(
        name=name, defaults={"subject": f"{name} {{nummer}}", "body": f"Dag {{naam}}\n\n{DATE}\n\n{{status}}"}
    )
    return made.pk


def process(accept: int | None = None) -> None:
    """Every step has a letter with the date in it."""
    town.published(
        town.draft_melding(
            steps=[
                town.step(
                    "Aanvaarden",
                    ["Ontvangen", "Wacht op u"],
                    "Ontvankelijk",
                    letter=accept or letter("Aanvaard"),
                    needs_reason=bool(accept),
                ),
                town.step("Vragen", ["Ontvangen"], "Wacht op u", letter=letter("Vraag")),
                town.step("Terug", ["Wacht op u"], "Ontvangen", letter=letter("Terug")),
                town.step("Weigeren", ["Ontvangen"], "Niet ontvankelijk", letter=letter("Geweigerd")),
                town.step("Afwerken", ["Ontvankelijk"], "Afgehandeld"),
            ],
            survey=False,
        )
    )


def previewed_and_sent(dossier: Dossier, step: str, at: datetime) -> tuple[str, Notification]:
    dossier = Dossier.objects.for_list().get(pk=dossier.pk)
    before = Dossier.objects.values().get(pk=dossier.pk)
    transition = dossier.possible_steps().get(key=step)
    preview = actions.compose_letter(dossier=dossier, transition=transition, reason="Zo is het.", at=at)
    assert preview is not None
    assert Dossier.objects.values().get(pk=dossier.pk) == before
    assert dossier.promised_at == before["promised_at"]  # nor in memory: the page shows the dossier beside the letter
    by = Actor.staff(User.objects.filter(username="an").first() or town.clerk())
    event = actions.take_step(
        dossier=dossier, step=step, expected_version=dossier.version, reason="Zo is het.", by=by, at=at
    )
    return f"{preview.subject}\n{preview.text}", event.notifications.get()


@pytest.mark.parametrize(
    ("steps", "date"),
    [
        (["aanvaarden"], "maandag 21 december"),  # the term of 20 days is the next one
        (["vragen"], "donderdag 26 november"),  # the clock stands still: what was promised stays
        (["vragen", "terug"], "maandag 30 november"),  # Tuesday and Wednesday did not count
        (["vragen", "aanvaarden"], "woensdag 23 december"),
        (["weigeren"], "donderdag 26 november"),
    ],
)
def test_the_text(steps: list[str], date: str) -> None:
    process()
    dossier = town.report().dossier
    for number, step in enumerate(steps):
        preview, sent = previewed_and_sent(dossier, step, LATER if number else town.MONDAY)
        assert preview == f"{sent.subject}\n{sent.text}"
    assert date in preview


def test_the_screen_of_the_clerk(client: Client) -> None:
    process()
    now = timezone.now()
    dossier = town.report(at=now).dossier
    client.force_login(town.clerk(), backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("dossiers:step", args=[dossier.pk, "aanvaarden"])
    page = BeautifulSoup(client.get(address).content, "html.parser").get_text(" ", strip=True)
    client.post(address, {"version": dossier.version, "send": "1"})
    dossier.refresh_from_db()
    assert dossier.due_at is not None
    assert dossier.promised_at == dossier.due_at
    (line,) = [line for line in dossier.notifications.latest("pk").text.splitlines() if "ten laatste" in line]
    assert actions.citizen_date(dossier.promised_at) in line
    assert line in page


def test_the_document_of_a_decision(client: Client) -> None:
    decision = decisions.letter(
        body=f"Dag {{naam}}\n\n{DATE}\n\n{{feiten}}\n\n{{reden}}", signatory=decisions.signatory(valid_until=None)
    )
    process(accept=decision.pk)
    dossier = town.report(at=timezone.now()).dossier
    client.force_login(town.clerk(), backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("dossiers:step", args=[dossier.pk, "aanvaarden"])
    said = {"version": dossier.version, "facts": decisions.FACTS, "reason": decisions.REASON}
    draft = client.post(address, said | {"pdf": "1"})
    assert draft["Content-Type"] == "application/pdf"
    client.post(address, said | {"send": "1"})
    sent = dossier.notifications.latest("pk")
    dossier.refresh_from_db()
    words = read(sent.read_pdf())[1].split()
    assert actions.citizen_date(dossier.promised_at) in " ".join(words)
    assert [word for word in read(draft.content)[1].split() if word != "ONTWERP"] == words


def test_the_document_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The words that were derived beforehand are those of the step, so nothing is made anew while others wait."""
    from dossiers import letter_pdf

    made = []
    real = letter_pdf.letter_pdf

    def counted(**given: object) -> bytes:
        made.append(given)
        return real(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(letter_pdf, "letter_pdf", counted)
    decision = decisions.letter(body=f"{DATE}\n\n{{feiten}}\n\n{{reden}}")
    process(accept=decision.pk)
    actions.take_step(
        dossier=town.report().dossier,
        step="aanvaarden",
        expected_version=1,
        facts=decisions.FACTS,
        reason=decisions.REASON,
        by=Actor.staff(town.clerk()),
        at=town.MONDAY,
    )
    assert len(made) == 1
