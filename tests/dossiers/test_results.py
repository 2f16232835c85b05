"""The result of a dossier: asked, or always the same, and in the letter."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.models import User
from core.publishing import NotPublishable
from dossiers import process_files
from dossiers.actions import StepRefused, correct_step, take_step
from dossiers.letter_preview import Example
from dossiers.models import Dossier, LetterTemplate, ProcessType, ProcessVersion, Transition
from dossiers.process_preview import preview
from integrations.models import Delivery
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

BODY = "Dag {naam}\n\nDit is het: {resultaat}.\n\n{als resultaat = Met voorwaarden}Lees de voorwaarden.{einde}"


def letter(body: str = BODY) -> LetterTemplate:
    return LetterTemplate.objects.create(name="Antwoord", subject="{nummer}: {resultaat}", body=body)


def draft(*, asks: dict[str, Any] | None = None, always: dict[str, Any] | None = None) -> ProcessType:
    sent = LetterTemplate.objects.filter(name="Antwoord").first() or letter()
    results = [
        {"type": "result", "value": {"label": label, "key": key}}
        for label, key in (("Positief", "positief"), ("Met voorwaarden", "voorwaarden"), ("Negatief", "negatief"))
    ]
    fixed = {"letter": sent.pk, "result": "negatief"} | (always or {})
    asked = {"letter": sent.pk, "needs_result": True} | (asks or {})
    return town.draft_melding(
        results=results,
        kind="request",
        survey=False,
        steps=[
            town.step("Aanvaarden", ["Ontvangen"], "Ontvankelijk"),
            town.step("Vragen", ["Ontvangen"], "Wacht op u"),
            town.step("Terug", ["Wacht op u"], "Ontvangen"),
            town.step("Weigeren", ["Ontvangen"], "Niet ontvankelijk", **fixed),
            town.step("Antwoorden", ["Ontvankelijk"], "Afgehandeld", **asked),
        ],
    )


@pytest.fixture
def an() -> User:
    return town.clerk()


@pytest.fixture
def dossier() -> Dossier:
    return town.report(process_version=town.published(draft())).dossier


def take(dossier: Dossier, step: str, by: User, **said: Any) -> Dossier:
    take_step(dossier=dossier, step=step, expected_version=dossier.version, by=Actor.staff(by), at=town.MONDAY, **said)
    return Dossier.objects.get(pk=dossier.pk)


def last_letter() -> dict[str, Any]:
    payload: dict[str, Any] = Delivery.objects.filter(kind="dossier").latest("pk").payload
    return payload


def refusal(process: ProcessType) -> str:
    with pytest.raises(NotPublishable) as refused:
        process.save_revision().publish()
    assert not ProcessVersion.objects.exists()
    return " ".join(str(problem) for problem in refused.value.problems)


# --- Always the same


def test_the_fixed_result_is_given_and_nobody_is_asked(dossier: Dossier, an: User) -> None:
    after = take(dossier, "weigeren", an)
    assert (after.result, after.result_label) == ("negatief", "Negatief")
    assert after.events.latest("sequence").result == "negatief"
    assert last_letter()["subject"] == f"{dossier.number}: Negatief"


def test_another_result_does_not_slip_in(dossier: Dossier, an: User) -> None:
    assert take(dossier, "weigeren", an, result="positief").result == "negatief"


def test_the_screen_shows_the_letter_at_once(dossier: Dossier, an: User) -> None:
    client = Client()
    client.force_login(an)
    page = BeautifulSoup(
        client.get(reverse("dossiers:step", args=[dossier.pk, "weigeren"])).content, "html.parser"
    )  # fmt: skip
    assert not page.select("[name=result]")
    assert "Dit is het: Negatief." in page.select_one(".l-paper").get_text()  # type: ignore[union-attr]


def test_corrected_it_is_gone(dossier: Dossier, an: User) -> None:
    after = take(dossier, "weigeren", an)
    correct_step(dossier=after, expected_version=2, reason="Verkeerd", by=Actor.staff(an), at=town.MONDAY)
    assert Dossier.objects.get(pk=dossier.pk).result == ""


def test_a_page_of_dossiers_gets_it_too(dossier: Dossier, an: User) -> None:
    client = Client()
    client.force_login(an)
    posted = {"kies": f"{dossier.pk}-1", "wat": "stap", "bevestig": "1", "step": "weigeren"}
    client.post(reverse("dossiers:together"), posted)
    assert Dossier.objects.get(pk=dossier.pk).result == "negatief"


# --- In the letter


@pytest.mark.parametrize(
    ("result", "said", "conditions"),
    [("positief", "Positief", False), ("voorwaarden", "Met voorwaarden", True)],
)
def test_the_letter_says_what_was_chosen(dossier: Dossier, an: User, result: str, said: str, conditions: bool) -> None:
    take(take(dossier, "aanvaarden", an), "antwoorden", an, result=result)
    text = last_letter()["text"]
    assert f"Dit is het: {said}." in text
    assert ("Lees de voorwaarden." in text) is conditions


def test_the_clerk_reads_it_before_it_leaves(dossier: Dossier, an: User) -> None:
    take(dossier, "aanvaarden", an)
    client = Client()
    client.force_login(an)
    address = reverse("dossiers:step", args=[dossier.pk, "antwoorden"])
    page = client.post(address, {"result": "voorwaarden", "version": 2, "preview": "1"}).content.decode()
    assert "Dit is het: Met voorwaarden." in page
    assert Dossier.objects.get(pk=dossier.pk).result == ""


def test_without_a_choice_nothing_happens(dossier: Dossier, an: User) -> None:
    with pytest.raises(StepRefused, match="Kies een resultaat"):
        take(take(dossier, "aanvaarden", an), "antwoorden", an)
    assert Dossier.objects.get(pk=dossier.pk).version == 2


def test_the_editor_sees_a_result_in_the_example(client: Client) -> None:
    town.published(draft())
    client.force_login(User.objects.create_superuser("beheerder", password="x"))
    template = LetterTemplate.objects.get(name="Antwoord")
    example = Example.of(template, User.objects.get(username="beheerder"))
    assert not example.is_real
    assert "resultaat" in example.values(template)


# --- What is refused


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"always": {"result": "Misschien"}}, "Er is geen resultaat ‘Misschien’"),
        ({"asks": {"result": "Positief"}}, "Kies een van beide"),
        ({"always": {"result": ""}}, "De brief geeft het resultaat"),
    ],
)
def test_what_does_not_add_up_is_not_published(changes: dict[str, Any], expected: str) -> None:
    assert expected in refusal(draft(**changes))


def test_a_part_for_a_result_that_is_not_there_is_not_published() -> None:
    letter("{resultaat} {als resultaat = Positeif}Goed nieuws.{einde}")
    assert "een stuk voor het resultaat ‘Positeif’" in refusal(draft())


def test_a_confirmation_has_no_result_yet() -> None:
    process = draft()
    LetterTemplate.objects.filter(name="Ontvangst").update(body="{uiterste_datum} {resultaat}")
    assert "alleen een stap heeft er een" in refusal(ProcessType.objects.get(pk=process.pk))


def test_the_editor_may_mean_it_by_name_or_key_and_capitals_do_not_count() -> None:
    version = town.published(draft(always={"result": " met VOORWAARDEN "}))
    assert version.transitions.get(key="weigeren").result == "voorwaarden"


def test_a_letter_in_use_cannot_start_to_give_what_its_step_has_not(dossier: Dossier) -> None:
    sent = LetterTemplate.objects.create(name="Vraag", subject="{nummer}", body="Dag {naam}")
    Transition.objects.bulk_create(
        [
            Transition(
                version=dossier.process_version,
                key="nog-een",
                label="Nog een",
                source=dossier.status,
                target=dossier.process_version.statuses.get(key="wacht-op-u"),
                letter=sent,
                order=9,
            )
        ]
    )
    sent.body = "{resultaat}"
    with pytest.raises(ValidationError, match="heeft geen resultaat"):
        sent.full_clean()


def test_the_database_refuses_a_step_that_asks_and_fixes(dossier: Dossier) -> None:
    step = dossier.process_version.transitions.get(key="weigeren")
    step.pk, step.key, step.needs_result = None, "beide", True
    step._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        step.save(force_insert=True)


def test_it_stands_in_the_words_of_the_editor_and_in_the_file(an: User) -> None:
    process = draft()
    notes = {step["label"]: step["notes"] for status in preview(process)["statuses"] for step in status["steps"]}
    assert "resultaat: negatief" in notes["Weigeren"]
    file = process_files.current(process_files.export(process))
    again = process_files.import_process(data=file, team=town.team(), by=an).process_type
    assert town.published(again).transitions.get(key="weigeren").result == "negatief"
