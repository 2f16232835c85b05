"""What a step asks instead of a reason: a name and a hint of the editor's, on every screen and in every message."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.models import User
from core.publishing import NotPublishable
from dossiers import process_files
from dossiers.actions import StepRefused, take_step
from dossiers.models import Dossier, LetterTemplate, ProcessVersion
from dossiers.process_preview import preview
from integrations.models import Delivery
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

LABEL, HINT = "Dag, uur en plaats van de afspraak", "Bijvoorbeeld: dinsdag om 14 uur."
SAID = "Dinsdag 1 december om 14 uur, in het stadhuis."


def draft(**words: Any) -> Any:
    letter, _made = LetterTemplate.objects.get_or_create(
        name="Afspraak", defaults={"subject": "Afspraak {nummer}", "body": "Dag {naam}\n\nKom langs: {reden}"}
    )
    named = {"needs_reason": True, "reason_label": LABEL, "reason_hint": HINT, "letter": letter.pk} | words
    return town.draft_melding(
        steps=[
            town.step("Aanvaarden", ["Ontvangen", "Wacht op u"], "Ontvankelijk"),
            town.step("Weigeren", ["Ontvangen"], "Niet ontvankelijk", needs_reason=True),
            town.step("Afspraak plannen", ["Ontvangen"], "Wacht op u", **named),
            town.step("Afwerken", ["Ontvankelijk"], "Afgehandeld"),
        ],
        kind="request",
        survey=False,
    )


@pytest.fixture
def version() -> ProcessVersion:
    return town.published(draft())


@pytest.fixture
def an() -> User:
    return town.clerk()


@pytest.fixture
def client(an: User) -> Client:
    client = Client()
    client.force_login(an, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page_of(client: Client, dossier: Dossier, **posted: Any) -> BeautifulSoup:
    address = reverse("dossiers:step", args=[dossier.pk, "afspraak-plannen"])
    response = client.post(address, posted) if posted else client.get(address)
    return BeautifulSoup(response.content, "html.parser")


def test_the_screen_of_the_step_asks_it_by_its_own_name(client: Client, version: ProcessVersion) -> None:
    page = page_of(client, town.report(process_version=version).dossier)
    label = page.find("label", attrs={"for": "id_reason"})
    assert label is not None
    assert label.get_text() == LABEL
    hint = page.select_one("#id_reason_helptext")
    assert hint is not None
    assert hint.get_text() == f"{HINT} De burger leest dit in de brief."


def test_left_empty_the_message_names_it_at_its_place(client: Client, version: ProcessVersion) -> None:
    dossier = town.report(process_version=version).dossier
    page = page_of(client, dossier, reason=" ", version=1, send="1")
    error = page.select_one("#id_reason_error")
    assert error is not None
    assert error.get_text() == f"Vul “{LABEL}” in."
    assert Dossier.objects.get(pk=dossier.pk).version == 1


def test_the_action_refuses_with_the_same_words(an: User, version: ProcessVersion) -> None:
    dossier = town.report(process_version=version).dossier
    with pytest.raises(StepRefused, match=LABEL):
        take_step(
            dossier=dossier, step="afspraak-plannen", expected_version=1, by=Actor.staff(an), at=town.MONDAY
        )  # fmt: skip


def test_in_the_letter_it_is_still_the_reason(client: Client, version: ProcessVersion) -> None:
    dossier = town.report(process_version=version).dossier
    page_of(client, dossier, reason=SAID, version=1, send="1")
    assert Delivery.objects.latest("pk").payload["text"].endswith(f"Kom langs: {SAID}\n")
    assert dossier.events.latest("sequence").reason == SAID


def test_a_step_without_its_own_name_asks_the_reason(client: Client, version: ProcessVersion) -> None:
    dossier = town.report(process_version=version).dossier
    response = client.get(reverse("dossiers:step", args=[dossier.pk, "weigeren"]))
    label = BeautifulSoup(response.content, "html.parser").find("label", attrs={"for": "id_reason"})
    assert label is not None
    assert label.get_text() == "Reden"


def together(client: Client, dossiers: list[Dossier], **posted: Any) -> BeautifulSoup:
    kies = [f"{dossier.pk}-1" for dossier in dossiers]
    response = client.post(reverse("dossiers:together"), {"kies": kies, "wat": "stap", **posted})
    return BeautifulSoup(response.content, "html.parser")


def test_several_at_once_say_what_each_step_asks(client: Client, version: ProcessVersion) -> None:
    dossiers = [town.report(process_version=version, name=name).dossier for name in ("Ann", "Bert")]
    page = together(client, dossiers)
    assert f"(vraagt: {LABEL})" in page.get_text()
    assert page.find("label", attrs={"for": "id_reason"}).get_text() == "Reden"  # type: ignore[union-attr]
    page = together(client, dossiers, bevestig="1", step="afspraak-plannen", reason="")
    assert page.find("label", attrs={"for": "id_reason"}).get_text() == LABEL  # type: ignore[union-attr]
    assert page.select_one("#id_reason_error").get_text() == f"Vul “{LABEL}” in."  # type: ignore[union-attr]
    page = together(client, dossiers, bevestig="1", step="afspraak-plannen", reason=SAID)
    assert [line.get_text() for line in page.select(".l-outcome")] == ["Gedaan", "Gedaan"]


def test_a_step_that_all_of_them_ask_the_same_gives_its_name_at_once(client: Client) -> None:
    process = draft()
    process.steps = [step for step in process.steps.raw_data if step["value"]["key"] != "weigeren"]
    process.statuses = [each for each in process.statuses.raw_data if each["value"]["key"] != "niet-ontvankelijk"]
    dossier = town.report(process_version=town.published(process)).dossier
    label = together(client, [dossier]).find("label", attrs={"for": "id_reason"})
    assert label is not None
    assert label.get_text() == LABEL


def test_the_editor_reads_it_in_the_words_below_the_drawing() -> None:
    notes = {step["label"]: step["notes"] for status in preview(draft())["statuses"] for step in status["steps"]}
    assert notes["Afspraak plannen"][0] == f"vraagt: {LABEL}"
    assert notes["Weigeren"] == ["vraagt een reden"]


@pytest.mark.parametrize("words", [{"reason_hint": ""}, {"reason_label": ""}])
def test_a_name_for_what_is_not_asked_is_refused(words: dict[str, str]) -> None:
    process = draft(needs_reason=False, letter=None, **words)
    with pytest.raises(NotPublishable, match="Vink dan ook ‘Vraag een reden’ aan"):
        process.save_revision().publish()
    assert not ProcessVersion.objects.exists()


def test_it_travels_and_a_file_from_before_still_comes_in(an: User) -> None:
    file = process_files.export(draft())
    assert file["format"] == 2
    again = process_files.import_process(data=process_files.current(file), team=town.team(), by=an).process_type
    step = town.published(again).transitions.get(key="afspraak-plannen")
    assert (step.reason_label, step.reason_hint) == (LABEL, HINT)

    old = file | {"format": 1, "name": "Van vroeger"}
    for each in old["steps"]:
        for new in ("reason_label", "reason_hint", "result", "groups"):
            each["value"].pop(new, None)
    before = process_files.import_process(data=process_files.current(old), team=town.team(), by=an).process_type
    step = town.published(before).transitions.get(key="afspraak-plannen")
    assert (step.reason_label, step.reason_hint, step.result, step.groups) == ("", "", "", [])
